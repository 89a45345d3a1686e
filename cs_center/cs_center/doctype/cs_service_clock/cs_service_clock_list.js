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
	formatters: {
		due_at: (value) => (value ? short_deadline(value) : ""),
	},
};

// The column is too narrow for a year and a time together: another year is shown without the time.
function short_deadline(value) {
	const local = frappe.datetime.convert_to_user_tz(value, false);
	const pattern = local.isSame(moment(), "year") ? "MM-DD HH:mm" : "YYYY-MM-DD";
	return `<span class="ellipsis" title="${local.format("YYYY-MM-DD HH:mm:ss")}">${local.format(pattern)}</span>`;
}
