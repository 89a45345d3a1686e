frappe.query_reports["CS Complaint Analysis"] = {
	filters: [
		{
			fieldname: "view",
			label: __("View", null, "CS Complaint Analysis"),
			fieldtype: "Select",
			options: [
				{ value: "Pareto", label: __("Pareto") },
				{ value: "Trend", label: __("Trend") },
				{ value: "Time per Stage", label: __("Time per Stage") },
				{ value: "Repeat", label: __("Repeat Complaints") },
				{ value: "Consent", label: __("Consent") },
				{ value: "Compensation", label: __("Compensation") },
				{ value: "On-Time Acknowledgement", label: __("On-Time Acknowledgement") },
				{ value: "Rate", label: __("Complaint Rate") },
			],
			default: "Pareto",
			reqd: 1,
		},
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "", label: "" },
				{ value: "First-Level Category", label: __("First-Level Category") },
				{ value: "Category", label: __("Category") },
				{ value: "Team", label: __("Team") },
				{ value: "Product", label: __("Product") },
				{ value: "Customer Tier", label: __("Customer Tier") },
				{ value: "Severity", label: __("Severity") },
				{ value: "Channel", label: __("Channel") },
				{ value: "Department", label: __("Department") },
				{ value: "Month", label: __("Month") },
			],
			default: "",
		},
		{
			fieldname: "from_date",
			label: __("Received From"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.get_today(), -89),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("Received To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "category",
			label: __("Category"),
			fieldtype: "Link",
			options: "CS Complaint Category",
		},
		{ fieldname: "team", label: __("Team"), fieldtype: "Link", options: "HD Team" },
		{
			fieldname: "severity",
			label: __("Severity"),
			fieldtype: "Select",
			options: ["", "General", "Important", "Major"].map((value) => ({
				value,
				label: value && __(value),
			})),
		},
		{
			fieldname: "stage",
			label: __("Stage"),
			fieldtype: "Select",
			options: [
				"",
				"Received",
				"Acknowledged",
				"Classified",
				"Investigating",
				"Solution Proposed",
				"Escalated Outside",
				"Executing",
				"Follow-up",
				"Closed",
				"Withdrawn",
				"Rejected",
			].map((value) => ({ value, label: value && __(value, null, "CS Complaint") })),
		},
		{ fieldname: "product", label: __("Product"), fieldtype: "Data" },
		{ fieldname: "customer_tier", label: __("Customer Tier"), fieldtype: "Data" },
	],

	formatter(value, row, column, data, default_formatter) {
		if (!data) return default_formatter(value, row, column, data);
		if (column.fieldname === "stage") return __(value, null, "CS Complaint");
		if (column.fieldname === "group") return frappe.utils.escape_html(value);
		const filters = data.links && data.links[column.fieldname];
		if (filters && value) return `<a href="${complaints_link(filters)}">${value}</a>`;
		// Nothing decided, nothing to compare with: that is not 0.
		if (value === null) return "";
		return default_formatter(value, row, column, data);
	},
};

// The list of exactly the complaints that a number counts.
function complaints_link(filters) {
	const query = new URLSearchParams();
	Object.entries(filters).forEach(([field, filter]) => query.set(field, JSON.stringify(filter)));
	// The form link without a name is the list, under whatever prefix this Frappe has.
	const list = frappe.utils.get_form_link("CS Complaint", "").replace(/\/$/, "");
	return `${list}?${query}`;
}
