frappe.query_reports["CS Tier Movement"] = {
	filters: [
		{
			fieldname: "view",
			label: __("View", null, "CS Tier Movement"),
			fieldtype: "Select",
			options: [
				{ value: "Flow", label: __("Flow") },
				{ value: "By Month", label: __("By Month") },
				{ value: "Changes", label: __("Changes", null, "CS Tier Movement") },
			],
			default: "Flow",
			reqd: 1,
		},
		{
			fieldname: "from_date",
			label: __("Changed From"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.get_today(), -364),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("Changed To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{ fieldname: "tier", label: __("Tier"), fieldtype: "Link", options: "CS Customer Tier" },
		{ fieldname: "from_tier", label: __("From Tier"), fieldtype: "Link", options: "CS Customer Tier" },
		{ fieldname: "to_tier", label: __("To Tier"), fieldtype: "Link", options: "CS Customer Tier" },
		{
			fieldname: "direction",
			label: __("Direction"),
			fieldtype: "Select",
			options: ["", "Upgrade", "Downgrade"].map((value) => ({ value, label: value && __(value) })),
		},
		{
			fieldname: "reason",
			label: __("Reason"),
			fieldtype: "Select",
			options: [
				"",
				"Thresholds Reached",
				"Below Thresholds",
				"Override Set",
				"Override Ended",
				"Tiers Changed",
			].map((value) => ({ value, label: value && __(value) })),
		},
	],

	// A number of the table, or a band of the picture, leads to the changes that it counts.
	onload(report) {
		report.page.main.on("click", "a[data-tier-changes]", (event) => {
			event.preventDefault();
			show_changes(report, JSON.parse(event.currentTarget.dataset.tierChanges));
		});
		report.page.main.on("click", ".cs-tier-flows path", (event) => {
			const { from, to } = event.currentTarget.dataset;
			show_changes(report, { from_tier: from, to_tier: to });
		});
	},

	formatter(value, row, column, data, default_formatter) {
		if (!data) return default_formatter(value, row, column, data);
		const { fieldname } = column;
		if (["direction", "reason"].includes(fieldname)) return change_word(fieldname, value);
		if (fieldname === "text") {
			const text = frappe.utils.escape_html(value);
			return `<span title="${text}">${text}</span>`;
		}
		if (["tier", "from_label", "to_label"].includes(fieldname)) return frappe.utils.escape_html(value);
		const filters = data.links && data.links[fieldname];
		if (filters && value) {
			const asked = frappe.utils.escape_html(JSON.stringify(filters));
			return `<a href="#" data-tier-changes="${asked}">${value}</a>`;
		}
		if (value === null) return ""; // from a tier to itself
		if (fieldname === "net" && value > 0) return `+${value}`;
		return default_formatter(value, row, column, data);
	},
};

function change_word(fieldname, value) {
	const word = frappe.utils.escape_html(__(value));
	if (fieldname !== "direction") return word;
	return `<span class="indicator-pill ${value === "Upgrade" ? "green" : "orange"}">${word}</span>`;
}

// The view is set last: it always changes, and the report is then asked again.
function show_changes(report, filters) {
	report.set_filter_value({ ...filters, view: "Changes" });
}
