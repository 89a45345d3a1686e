const CLOCK_COLOURS = {
	Running: "blue",
	Paused: "orange",
	Met: "green",
	Breached: "red",
	Cancelled: "gray",
};

frappe.listview_settings["CS Service Clock"] = {
	add_fields: ["state"],
	hide_name_column: true,
	get_indicator(doc) {
		return [__(doc.state), CLOCK_COLOURS[doc.state] || "gray", `state,=,${doc.state}`];
	},
};
