frappe.query_reports["CS Policy Preview"] = {
	filters: [
		{
			fieldname: "policy",
			label: __("Policies"),
			fieldtype: "MultiSelectList",
			options: "CS Service Policy",
			reqd: 1,
			get_data: (text) =>
				frappe.db.get_link_options("CS Service Policy", text, {
					docstatus: ["<", 2],
					applies_to: ["!=", "Complaint"],
				}),
		},
		{ fieldname: "days", label: __("Days Back"), fieldtype: "Int", default: 30, reqd: 1 },
		{ fieldname: "only_changed", label: __("Only Changed Tickets"), fieldtype: "Check", default: 1 },
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data || !value) return shown;
		if (column.fieldname === "metric") return __(value);
		if (["current_state", "preview_state"].includes(column.fieldname)) {
			const colours = { Breached: "red", Met: "green", Running: "blue", Paused: "orange" };
			return `<span class="indicator-pill ${colours[value] || "gray"}">${__(value)}</span>`;
		}
		return shown;
	},
};
