frappe.listview_settings["CS Tier Change"] = {
	add_fields: ["direction", "reason"],
	hide_name_column: true,
	get_indicator(doc) {
		const colour = doc.direction === "Upgrade" ? "green" : "orange";
		return [__(doc.direction), colour, `direction,=,${doc.direction}`];
	},
	// The column is too narrow for the time, which mostly is that of the night's evaluation.
	formatters: {
		changed_at: (value) =>
			value
				? `<span class="ellipsis" title="${frappe.datetime.str_to_user(value)}">${frappe.datetime.str_to_user(
						value.slice(0, 10),
				  )}</span>`
				: "",
	},
	onload(listview) {
		if (!frappe.model.can_get_report("CS Tier Change")) return;
		listview.page.add_inner_button(__("Tier Movement"), () =>
			frappe.set_route("query-report", "CS Tier Movement"),
		);
	},
};
