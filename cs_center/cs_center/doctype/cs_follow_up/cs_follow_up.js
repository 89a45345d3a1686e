frappe.ui.form.on("CS Follow Up", {
	before_load: () => frappe.require("/assets/cs_center/js/complaint_dialogs.js"),

	setup(frm) {
		frm.set_query("assigned_to", () => ({ filters: { enabled: 1, user_type: "System User" } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		const is_waiting = ["Open", "Unreachable"].includes(frm.doc.state);
		if (is_waiting && frm.perm[0]?.write) {
			frm.add_custom_button(__("Record an attempt"), () => record(frm)).addClass("btn-primary");
		}
		if (frm.doc.complaint && frappe.model.can_read("CS Complaint")) {
			frm.add_custom_button(__("Open complaint"), () =>
				frappe.set_route("Form", "CS Complaint", frm.doc.complaint),
			);
		}
		if (frm.doc.state === "Open" && frm.doc.due_at < frappe.datetime.system_datetime()) {
			frm.dashboard.set_headline_alert(__("This follow-up is overdue."), "red");
		}
	},
});

// What was typed into the form is kept: it is saved before the dialog asks for the rest.
async function record(frm) {
	if (frm.is_dirty()) await frm.save();
	cs_center.complaints.record_attempt(frm.doc.name, () => frm.reload_doc());
}
