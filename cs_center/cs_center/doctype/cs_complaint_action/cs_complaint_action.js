frappe.ui.form.on("CS Complaint Action", {
	before_load: () => frappe.require("/assets/cs_center/js/complaint_dialogs.js"),

	setup(frm) {
		frm.set_query("responsible", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.state === "Open" && frm.perm[0]?.write) {
			frm.add_custom_button(__("Finish"), () => finish(frm)).addClass("btn-primary");
		}
		if (frappe.model.can_read("CS Complaint")) {
			frm.add_custom_button(__("Open complaint"), () =>
				frappe.set_route("Form", "CS Complaint", frm.doc.complaint),
			);
		}
		if (frm.doc.state === "Open" && frm.doc.due_at < frappe.datetime.system_datetime()) {
			frm.dashboard.set_headline_alert(__("This action is overdue."), "red");
		}
	},
});

// What was typed into the form is kept: it is saved before the dialog asks for the rest.
async function finish(frm) {
	if (frm.is_dirty()) await frm.save();
	cs_center.complaints.finish_action(frm.doc.name, () => frm.reload_doc());
}
