const STAGE_COLOURS = {
	Received: "red",
	Acknowledged: "orange",
	Classified: "orange",
	Investigating: "yellow",
	"Solution Proposed": "blue",
	"Escalated Outside": "purple",
	Executing: "blue",
	"Follow-up": "cyan",
	Closed: "green",
	Withdrawn: "gray",
	Rejected: "gray",
};
const SEVERITY_COLOURS = { General: "blue", Important: "orange", Major: "red" };
const FINAL_STAGES = ["Closed", "Withdrawn", "Rejected"];

frappe.listview_settings["CS Complaint"] = {
	// Handler, customer and deadline are shown by the cards of the board, which get the list's fields only.
	add_fields: ["stage", "service_state", "is_repeat", "severity", "handler", "customer", "next_deadline"],

	formatters: {
		severity: (value) =>
			value ? `<span class="indicator-pill ${SEVERITY_COLOURS[value] || "gray"}">${__(value)}</span>` : "",
	},

	// The stage; a complaint that is late, or about to be, says so in its colour.
	get_indicator(doc) {
		const filter = `stage,=,${doc.stage}`;
		if (FINAL_STAGES.includes(doc.stage)) return [__(doc.stage), STAGE_COLOURS[doc.stage], filter];
		if (["Breached", "At Risk"].includes(doc.service_state)) {
			const colour = doc.service_state === "Breached" ? "red" : "orange";
			const label = __("{0}: {1}", [__(doc.stage), __(doc.service_state)]);
			return [label, colour, `${filter}|service_state,=,${doc.service_state}`];
		}
		return [__(doc.stage), STAGE_COLOURS[doc.stage] || "gray", filter];
	},

	onload(listview) {
		const add = (label, field, value) =>
			listview.page.add_inner_button(label, () => toggle_filter(listview, field, value));
		add(__("Mine"), "handler", frappe.session.user);
		add(__("Breached"), "service_state", "Breached");
		add(__("Repeated"), "is_repeat", 1);
	},
};

// The first click filters, the second one shows all again.
function toggle_filter(listview, field, value) {
	const is_set = listview.filter_area
		.get()
		.some(([, name, , known]) => name === field && String(known) === String(value));
	if (is_set) return listview.filter_area.remove(field);
	return listview.filter_area.add([[listview.doctype, field, "=", value]]);
}
