frappe.listview_settings["CS Customer Erasure"] = {
	add_fields: ["state", "left_over"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.state === "Running") return [__("Running"), "blue", "state,=,Running"];
		if (doc.left_over) return [__("Done, with remarks"), "orange", "state,=,Done|left_over,is,set"];
		return [__("Done"), "green", "state,=,Done"];
	},
};
