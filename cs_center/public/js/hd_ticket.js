// Desk form of HD Ticket: what the agent's own screen shows, for those who work in the Desk.

const SERVICE_STATE_COLOURS = {
	"On Track": "blue",
	"At Risk": "orange",
	Breached: "red",
	Paused: "gray",
	Met: "green",
};

const ESCALATION_STATE_COLOURS = {
	Open: "red",
	Acknowledged: "blue",
	Snoozed: "purple",
	Resolved: "green",
	Suppressed: "gray",
};

const WORK_WITH_ESCALATIONS = [
	"Agent",
	"Agent Manager",
	"CS Team Lead",
	"CS Manager",
	"CS Quality Auditor",
	"System Manager",
];

frappe.ui.form.on("HD Ticket", {
	before_load: () =>
		frappe.require(["/assets/cs_center/js/ticket_complaints.js", "/assets/cs_center/js/ticket_customer.js"]),

	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Explain deadlines"), () =>
			window.open(`/cs-explain?ticket=${encodeURIComponent(frm.doc.name)}`, "_blank"),
		);
		show_service_state(frm);
		load_escalations(frm);
		cs_center.ticket_complaints.load(frm);
		cs_center.ticket_customer.add_button(frm);
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

// The answer may come when the form shows another ticket, or was refreshed once more: only the last question counts.
function load_escalations(frm) {
	if (!frappe.user.has_role(WORK_WITH_ESCALATIONS)) return;
	const asked = (frm.cs_escalations_asked = {});
	frappe.xcall("cs_center.api.escalations.of_ticket", { ticket: frm.doc.name }).then((escalations) => {
		if (frm.cs_escalations_asked === asked && escalations.length) show_escalations(frm, escalations);
	});
}

function show_escalations(frm, escalations) {
	const waiting = escalations.filter((one) => one.can_answer);
	if (waiting.length) {
		const highest = waiting.reduce((one, other) => (other.level > one.level ? other : one));
		const text = __("Escalated: {0}", [`${highest.level_text} · ${highest.ladder}`]);
		frm.dashboard.add_indicator(frappe.utils.escape_html(text), waiting.some(is_open) ? "red" : "purple");
		add_escalation_buttons(frm);
	}
	frm.dashboard.add_section(escalation_table(escalations), __("Escalations"));
	frm.dashboard.show();
}

function is_open({ state }) {
	return state === "Open";
}

function add_escalation_buttons(frm) {
	const group = __("Escalation");
	frm.add_custom_button(__("Acknowledge escalation"), () => acknowledge_escalations(frm), group);
	frm.add_custom_button(__("Snooze"), () => snooze_escalations(frm), group);
}

function acknowledge_escalations(frm) {
	const note = { fieldname: "note", fieldtype: "Small Text", label: __("Note") };
	frappe.prompt(
		[note],
		(values) => answer_escalations(frm, "acknowledge_ticket", values),
		__("Acknowledge escalation"),
		__("Acknowledge escalation"),
	);
}

function snooze_escalations(frm) {
	const minutes = {
		fieldname: "minutes",
		fieldtype: "Int",
		label: __("Minutes"),
		default: 30,
		reqd: 1,
	};
	const note = { fieldname: "note", fieldtype: "Small Text", label: __("Note") };
	frappe.prompt(
		[minutes, note],
		(values) => answer_escalations(frm, "snooze_ticket", values),
		__("Snooze"),
		__("Snooze"),
	);
}

function answer_escalations(frm, method, values) {
	return frappe
		.xcall(`cs_center.api.escalations.${method}`, { ticket: frm.doc.name, ...values })
		.then((message) => {
			frappe.show_alert({ message, indicator: "green" });
			return frm.reload_doc();
		});
}

function escalation_table(escalations) {
	const head = [__("Raised"), __("Level"), __("Reason"), __("Told"), __("State", null, "CS Escalation")];
	const rows = escalations.map(escalation_cells).map((cells) => table_row("td", cells));
	return `<table class="table table-bordered table-sm" style="margin-bottom: 0"><thead>${table_row(
		"th",
		head,
	)}</thead><tbody>${rows.join("")}</tbody></table>`;
}

function escalation_cells(one) {
	const escape = (text) => frappe.utils.escape_html(text || "");
	const page = `/cs-escalation?name=${encodeURIComponent(one.name)}`;
	const colour = ESCALATION_STATE_COLOURS[one.state] || "gray";
	return [
		`<span style="white-space: nowrap">${escape(one.raised_at)}</span>`,
		`<a href="${page}" target="_blank">${escape(`${one.level_text} · ${one.ladder}`)}</a>`,
		escape(one.not_sent || one.cause),
		escape([...one.told, one.channel].filter(Boolean).join(", ")),
		`<span class="indicator-pill ${colour}">${escape(one.state_text)}</span>`,
	];
}

function table_row(tag, cells) {
	return `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
}
