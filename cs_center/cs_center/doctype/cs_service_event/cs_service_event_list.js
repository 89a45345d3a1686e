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
	formatters: {
		happened_at: (value) => (value ? short_instant(value) : ""),
	},
};

// The column is too narrow for a year and a time together: another year is shown without the time.
function short_instant(value) {
	const local = frappe.datetime.convert_to_user_tz(value, false);
	const pattern = local.isSame(moment(), "year") ? "MM-DD HH:mm" : "YYYY-MM-DD";
	return `<span class="ellipsis" title="${local.format("YYYY-MM-DD HH:mm:ss")}">${local.format(pattern)}</span>`;
}
