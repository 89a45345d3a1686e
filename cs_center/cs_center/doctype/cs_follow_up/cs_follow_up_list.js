const FOLLOW_UP_COLOURS = { Open: "orange", Done: "green", Unreachable: "purple", Cancelled: "gray" };

frappe.listview_settings["CS Follow Up"] = {
	add_fields: ["state", "due_at"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.state === "Open" && doc.due_at < frappe.datetime.system_datetime()) {
			return [__("Overdue"), "red", "state,=,Open|due_at,<,Now"];
		}
		return [__(doc.state), FOLLOW_UP_COLOURS[doc.state] || "gray", `state,=,${doc.state}`];
	},
};
