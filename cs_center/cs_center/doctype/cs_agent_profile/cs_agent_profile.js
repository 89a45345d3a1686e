frappe.ui.form.on("CS Agent Profile", {
	setup(frm) {
		for (const field of ["user", "supervisor", "fallback"]) {
			frm.set_query(field, () => ({ filters: { enabled: 1, user_type: "System User" } }));
		}
		for (const field of ["shift_calendar", "quiet_calendar"]) {
			frm.set_query(field, () => ({ filters: { enabled: 1 } }));
		}
		frm.set_query("department", () => ({ filters: { enabled: 1 } }));
	},
});
