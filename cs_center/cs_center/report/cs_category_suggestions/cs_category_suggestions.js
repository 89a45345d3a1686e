frappe.query_reports["CS Category Suggestions"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("Opened From"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.get_today(), -89),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("Opened To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
	],

	formatter(value, row, column, data, default_formatter) {
		if (!data) return default_formatter(value, row, column, data);
		const filters = data.links && data.links[column.fieldname];
		if (filters && value) return `<a href="${tickets_link(filters)}">${value}</a>`;
		// Nothing is decided, nothing else was chosen: that is not 0.
		if (value === null || value === undefined) return "";
		return default_formatter(value, row, column, data);
	},
};

// The list of exactly the tickets that a number counts.
function tickets_link(filters) {
	const query = new URLSearchParams();
	Object.entries(filters).forEach(([field, filter]) => query.set(field, JSON.stringify(filter)));
	// The form link without a name is the list, under whatever prefix this Frappe has.
	const list = frappe.utils.get_form_link("HD Ticket", "").replace(/\/$/, "");
	return `${list}?${query}`;
}
