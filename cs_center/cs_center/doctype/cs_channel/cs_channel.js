frappe.ui.form.on("CS Channel", {
	setup(frm) {
		frm.set_query("calendar", () => ({ filters: { enabled: 1 } }));
		frm.set_query("email_account", "email_accounts", () => ({ filters: { enable_incoming: 1 } }));
	},
});
