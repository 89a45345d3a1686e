const EVENT_COLOURS = {
	"Agent Replied": "green",
	"Customer Replied": "blue",
	Paused: "orange",
	Resolved: "green",
	Reopened: "red",
	Cancelled: "gray",
};

frappe.listview_settings["CS Service Event"] = {
	add_fields: ["kind"],
	hide_name_column: true,
	get_indicator(doc) {
		return [__(doc.kind), EVENT_COLOURS[doc.kind] || "gray", `kind,=,${doc.kind}`];
	},
};
