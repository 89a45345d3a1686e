frappe.query_reports["CS Escalation Log"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("Raised From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("Raised To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "team", label: __("Team"), fieldtype: "Link", options: "HD Team" },
		{
			fieldname: "level",
			label: __("Level"),
			fieldtype: "Select",
			options: [
				"",
				{ value: "0", label: __("Reminder") },
				...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((level) => ({
					value: String(level),
					label: __("Level {0}", [level]),
				})),
			],
		},
		{
			fieldname: "state",
			label: __("State", null, "CS Escalation"),
			fieldtype: "Select",
			options: ["", "Open", "Acknowledged", "Snoozed", "Resolved", "Suppressed"].map((value) => ({
				value,
				label: value && __(value),
			})),
		},
		{ fieldname: "policy", label: __("Policy"), fieldtype: "Link", options: "CS Escalation Policy" },
		{
			fieldname: "metric",
			label: __("Metric"),
			fieldtype: "Select",
			options: [
				"",
				"Ticket",
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
	],

	formatter(value, row, column, data, default_formatter) {
		if (data && ["metric", "state"].includes(column.fieldname)) return __(value);
		// Not acknowledged is not the same as acknowledged within no time.
		if (data && column.fieldname === "acknowledged_after" && !data.acknowledged_at) return "";
		return default_formatter(value, row, column, data);
	},
};
