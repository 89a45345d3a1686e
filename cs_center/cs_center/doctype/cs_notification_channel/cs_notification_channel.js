frappe.ui.form.on("CS Notification Channel", {
	setup(frm) {
		frm.set_query("quiet_calendar", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		// Addresses are made by machines: what Frappe says about the strength of a password does not apply.
		for (const field of ["webhook_url", "secret"]) {
			frm.fields_dict[field].disable_password_checks?.();
		}
		if (frm.is_new()) return;
		frm.add_custom_button(__("Send a test message"), () => send_test(frm));
		frm.add_custom_button(__("Deliveries"), () =>
			frappe.set_route("List", "CS Notification Delivery", { medium: "Webhook", channel: frm.doc.name }),
		);
	},
});

function send_test(frm) {
	if (frm.is_dirty()) {
		frappe.msgprint(__("Save the channel first: the test goes to the saved address."));
		return;
	}
	frappe
		.call({
			method: "cs_center.api.notifications.send_test",
			args: { channel: frm.doc.name },
			freeze: true,
			freeze_message: __("Waiting for the answer"),
		})
		.then(({ message }) => {
			if (message) frappe.msgprint(message);
			return frm.reload_doc();
		});
}
