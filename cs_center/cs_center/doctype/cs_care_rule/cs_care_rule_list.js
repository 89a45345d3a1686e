frappe.listview_settings["CS Care Rule"] = {
	add_fields: ["enabled", "occasion"],
	hide_name_column: true,
	get_indicator: (doc) =>
		cint(doc.enabled) ? [__("Enabled"), "green", "enabled,=,1"] : [__("Disabled"), "gray", "enabled,=,0"],
};
