frappe.ui.form.on("CS Complaint Category", {
	setup(frm) {
		frm.set_query("parent_complaint_category", () => ({ filters: { name: ["!=", frm.doc.name] } }));
		frm.set_query("department", () => ({ filters: { enabled: 1 } }));
		frm.set_query("priority", () => ({ filters: { disabled: 0 } }));
		for (const [field, subject] of [
			["ticket_policy", "Ticket"],
			["complaint_policy", "Complaint"],
		]) {
			frm.set_query(field, () => ({ filters: { applies_to: subject, docstatus: ["<", 2] } }));
		}
	},
});
