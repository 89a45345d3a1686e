frappe.listview_settings["CS Complaint Action"] = {
	add_fields: ["state", "due_at"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.state === "Open" && doc.due_at < frappe.datetime.system_datetime()) {
			return [__("Overdue"), "red", "state,=,Open|due_at,<,Now"];
		}
		const colours = { Open: "orange", Done: "green", Cancelled: "gray" };
		return [__(doc.state), colours[doc.state] || "gray", `state,=,${doc.state}`];
	},
};
