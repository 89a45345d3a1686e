const ESCALATION_COLOURS = {
	Open: "red",
	Acknowledged: "blue",
	Snoozed: "orange",
	Resolved: "green",
	Suppressed: "gray",
};

frappe.listview_settings["CS Escalation"] = {
	add_fields: ["state"],
	hide_name_column: true,
	get_indicator(doc) {
		return [__(doc.state), ESCALATION_COLOURS[doc.state] || "gray", `state,=,${doc.state}`];
	},
	formatters: {
		level: (value) => (cint(value) ? String(cint(value)) : __("Reminder")),
		raised_at: (value) => (value ? short_instant_of_escalation(value) : ""),
	},
};

// The column is too narrow for a year and a time together: another year is shown without the time.
function short_instant_of_escalation(value) {
	const local = frappe.datetime.convert_to_user_tz(value, false);
	const pattern = local.isSame(moment(), "year") ? "MM-DD HH:mm" : "YYYY-MM-DD";
	return `<span class="ellipsis" title="${local.format("YYYY-MM-DD HH:mm:ss")}">${local.format(pattern)}</span>`;
}
