frappe.listview_settings["CS Customer Purchase"] = {
	add_fields: ["is_return", "source"],
	hide_name_column: true,
	get_indicator: (doc) =>
		cint(doc.is_return)
			? [__("Return"), "orange", "is_return,=,1"]
			: [__("Purchase"), "green", "is_return,=,0"],
};
