frappe.listview_settings["CS Escalation Policy"] = {
	add_fields: ["enabled", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		if (doc.docstatus === 0) return [__("Draft"), "red", "docstatus,=,0"];
		if (doc.docstatus === 2) return [__("Replaced or Cancelled"), "gray", "docstatus,=,2"];
		return doc.enabled
			? [__("In Force"), "green", "docstatus,=,1|enabled,=,1"]
			: [__("Disabled"), "orange", "docstatus,=,1|enabled,=,0"];
	},
};
