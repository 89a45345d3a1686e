// Desk form of HD Ticket: what the agent's own screen shows, for those who work in the Desk.

const SERVICE_STATE_COLOURS = {
	"On Track": "blue",
	"At Risk": "orange",
	Breached: "red",
	Paused: "gray",
	Met: "green",
};

frappe.ui.form.on("HD Ticket", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Explain deadlines"), () =>
			window.open(`/cs-explain?ticket=${encodeURIComponent(frm.doc.name)}`, "_blank"),
		);
		show_service_state(frm);
	},
});

function show_service_state(frm) {
	const state = frm.doc.cs_service_state;
	if (!state) return;
	const deadline = frm.doc.cs_next_deadline;
	const text = deadline
		? __("{0}, next deadline {1}", [__(state), frappe.datetime.str_to_user(deadline)])
		: __(state);
	frm.dashboard.add_indicator(text, SERVICE_STATE_COLOURS[state] || "gray");
}
