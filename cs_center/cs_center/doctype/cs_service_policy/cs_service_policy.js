frappe.ui.form.on("CS Service Policy", {
	before_load: () => frappe.require("/assets/cs_center/js/policy_form.js"),

	onload(frm) {
		cs_center.policy_form.setup(frm);
		cs_center.policy_form.name_facts(frm);
	},

	refresh(frm) {
		const is_for_complaints = cs_center.policy_form.is_for_complaints(frm);
		if (frm.doc.docstatus < 2 && !frm.is_new() && !is_for_complaints) {
			frm.add_custom_button(__("Preview"), () =>
				frappe.set_route("query-report", "CS Policy Preview", { policy: [frm.doc.name] }),
			);
		}
		cs_center.policy_form.refresh(frm);
		cs_center.policy_form.offer_metrics(frm, "targets");
		cs_center.policy_form.add_move_button(
			frm,
			"cs_center.api.administration.move_open_tickets",
			__(
				"Give the open tickets that match this policy this version of it? Their deadlines are computed again from the ledger.",
			),
		);
	},

	applies_to(frm) {
		cs_center.policy_form.name_facts(frm);
		cs_center.policy_form.offer_metrics(frm, "targets");
	},
});
