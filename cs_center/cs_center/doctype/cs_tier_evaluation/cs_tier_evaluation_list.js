frappe.listview_settings["CS Tier Evaluation"] = {
	add_fields: ["state", "problems"],
	get_indicator(doc) {
		if (doc.state === "Running") return [__("Running"), "blue", "state,=,Running"];
		if (doc.problems) return [__("Done, with remarks"), "orange", "state,=,Done|problems,is,set"];
		return [__("Done"), "green", "state,=,Done"];
	},
};
