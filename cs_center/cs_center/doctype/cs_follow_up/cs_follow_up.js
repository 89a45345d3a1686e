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
			if (is_for_care(frm)) frm.add_custom_button(__("Show telephone"), () => show_telephone(frm));
		}
		if (frm.doc.customer && frappe.model.can_read("CS Customer Profile")) {
			frm.add_custom_button(__("Open customer"), () =>
				frappe.set_route("Form", "CS Customer Profile", frm.doc.customer),
			);
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

function is_for_care(frm) {
	return ["Care", "Visit"].includes(frm.doc.kind) && frm.doc.customer;
}

// Who reads it is recorded: it is asked for each time, and never kept in the form.
function show_telephone(frm) {
	return frappe
		.xcall("cs_center.api.personal_data.read_phone", { follow_up: frm.doc.name })
		.then(({ customer, phone, address }) => {
			const number = frappe.utils.escape_html(phone || "");
			const told = phone
				? `<a href="tel:${number}" style="font-size: var(--text-xl)">${number}</a>`
				: frappe.utils.escape_html(__("No telephone number is known of this customer."));
			const place = address
				? `<p style="white-space: pre-line">${frappe.utils.escape_html(address)}</p>`
				: "";
			const title = __("Telephone of {0}", [frappe.utils.escape_html(customer)]);
			frappe.msgprint({ title, message: `<p>${told}</p>${place}` });
		})
		.catch(() => undefined); // Frappe has shown the refusal
}
