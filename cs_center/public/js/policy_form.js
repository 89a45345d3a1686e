// What the forms and lists of service policies and escalation policies have in common.
frappe.provide("cs_center.policy_form");

Object.assign(cs_center.policy_form, {
	setup(frm) {
		frm.set_query("calendar", () => ({ filters: { enabled: 1 } }));
		// The next version and the tickets keep pointing at a cancelled policy; nothing has to be cancelled with it.
		frm.ignore_doctypes_on_cancel_all = [frm.doctype];
	},

	// Labels in the list to choose from and in the rows, where Frappe would show the fact's code.
	name_facts(frm) {
		const method =
			"cs_center.cs_center.doctype.cs_service_policy.condition_facts.list_condition_facts";
		const args = { applies_to: frm.doc.applies_to || "Ticket" };
		frappe.call({ method, type: "GET", args }).then(({ message: facts }) => {
			const labels = Object.fromEntries(facts.map(({ value, label }) => [value, label]));
			frappe.meta.docfield_map["CS Service Policy Condition"].fact.formatter = (value) =>
				frappe.utils.escape_html(labels[value] || value);
			frm.fields_dict.conditions.grid.update_docfield_property("fact", "options", facts);
			frm.refresh_field("conditions");
		});
	},

	is_for_complaints: (frm) => frm.doc.applies_to === "Complaint",

	// Only metrics of what the policy is for can be chosen; a promise to a regulator comes from its pack.
	offer_metrics(frm, table, { may_be_empty = false, with_regulators = false } = {}) {
		const of_complaints = [
			"Complaint Acknowledgement",
			"Complaint Solution",
			"Complaint Call Back",
			"Complaint Closure",
			"Major Report",
			...(with_regulators ? ["Regulatory Deadline"] : []),
		];
		const of_tickets = [
			"Acknowledgement",
			"First Reply",
			"Next Reply",
			"Periodic Update",
			"Resolution",
			"Requester Wait",
			"Team Ownership",
		];
		const offered = this.is_for_complaints(frm) ? of_complaints : of_tickets;
		const options = may_be_empty ? ["", ...offered] : offered;
		frm.fields_dict[table].grid.update_docfield_property("metric", "options", options.join("\n"));
	},

	refresh(frm) {
		// Frappe hides an empty table that is read-only, and with it the section: nobody would see what it means.
		const all = this.is_for_complaints(frm)
			? __("Fits every complaint: it has no conditions.")
			: __("Fits every ticket: it has no conditions.");
		frm.set_df_property("every_ticket", "options", all);
		if (frm.doc.docstatus === 0 && frm.doc.previous_version) {
			frm.set_intro(
				__("When this draft is submitted, {0} is cancelled in the same step.", [
					frappe.utils.get_form_link(frm.doctype, frm.doc.previous_version, true),
				]),
				"blue",
			);
		}
		if (frm.doc.docstatus === 1 && frappe.model.can_create(frm.doctype)) {
			frm.add_custom_button(__("Next version"), () =>
				frappe
					.xcall("cs_center.cs_center.policy_versions.make_next_version", {
						doctype: frm.doctype,
						policy: frm.doc.name,
					})
					.then((name) => frappe.set_route("Form", frm.doctype, name)),
			);
		}
	},

	// "Move open tickets to this version", for those who administer service levels.
	add_move_button(frm, method, question) {
		const is_manager = frappe.user.has_role("System Manager") || frappe.user.has_role("CS Manager");
		if (frm.doc.docstatus !== 1 || !is_manager || this.is_for_complaints(frm)) return;
		frm.add_custom_button(__("Move open tickets to this version"), () =>
			frappe.confirm(question, () =>
				frappe.xcall(method, { policy: frm.doc.name }).then((message) => frappe.msgprint(message)),
			),
		);
	},
});

frappe.ui.form.on("CS Service Policy Condition", {
	operator(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (["Is Set", "Is Not Set"].includes(row.operator) && row.value) {
			frappe.model.set_value(cdt, cdn, "value", "");
		}
	},
});
