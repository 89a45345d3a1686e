frappe.listview_settings["CS Customer Tier"] = {
	add_fields: ["enabled", "colour"],
	hide_name_column: true,
	get_indicator: (doc) =>
		cint(doc.enabled) ? [__("Enabled"), "green", "enabled,=,1"] : [__("Disabled"), "gray", "enabled,=,0"],
	formatters: {
		// Nothing asked is no amount of nothing.
		spend_threshold: (value, field, doc) =>
			flt(value) ? frappe.format(value, field, { inline: 1 }, doc) : "",
		order_threshold: (value) => (cint(value) ? String(cint(value)) : ""),
	},
};
