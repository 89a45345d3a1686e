frappe.ui.form.on("CS Regulator Pack", {
	setup(frm) {
		frm.set_query("checked_by", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("calendar", "clocks", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.doc.caution) {
			frm.dashboard.set_headline_alert(frappe.utils.escape_html(__(frm.doc.caution)), "orange");
		}
	},
});
