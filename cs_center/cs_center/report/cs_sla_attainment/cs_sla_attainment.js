frappe.query_reports["CS SLA Attainment"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("Started From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
		},
		{
			fieldname: "to_date",
			label: __("Started To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "metric",
			label: __("Metric"),
			fieldtype: "Select",
			options: [
				"",
				"Acknowledgement",
				"First Reply",
				"Next Reply",
				"Periodic Update",
				"Resolution",
				"Requester Wait",
				"Team Ownership",
				"Complaint Acknowledgement",
				"Complaint Solution",
				"Complaint Call Back",
				"Complaint Closure",
				"Major Report",
				"Regulatory Deadline",
			].map((value) => ({ value, label: value && __(value) })),
		},
		{ fieldname: "policy", label: __("Policy"), fieldtype: "Link", options: "CS Service Policy" },
		{ fieldname: "team", label: __("Team"), fieldtype: "Link", options: "HD Team" },
	],

	formatter(value, row, column, data, default_formatter) {
		if (!data) return default_formatter(value, row, column, data);
		if (column.fieldname === "metric") return __(value);
		if (column.fieldname === "attainment" && data.attainment === null) {
			return `<span class="text-muted">${__("none decided")}</span>`;
		}
		const states = { met: "Met", breached: "Breached", running: "Running", paused: "Paused" };
		const state = states[column.fieldname];
		if (!state || !value) return default_formatter(value, row, column, data);
		return `<a href="${clocks_link(data, state)}">${value}</a>`;
	},
};

// The list of exactly the clocks that a number counts.
function clocks_link(data, state) {
	const unset = JSON.stringify(["is", "not set"]);
	const query = new URLSearchParams({
		state,
		metric: data.metric,
		policy: data.policy || unset,
		team: data.team || unset,
	});
	const from = frappe.query_report.get_filter_value("from_date");
	const to = frappe.query_report.get_filter_value("to_date");
	if (from && to) query.set("started_at", JSON.stringify(["Between", [from, to]]));
	else if (from) query.set("started_at", JSON.stringify([">=", from]));
	// The form link without a name is the list, under whatever prefix this Frappe has.
	const list = frappe.utils.get_form_link("CS Service Clock", "").replace(/\/$/, "");
	return `${list}?${query}`;
}
