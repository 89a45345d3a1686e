frappe.ui.form.on("CS Escalation Policy", {
	before_load: () => frappe.require("/assets/cs_center/js/policy_form.js"),

	onload(frm) {
		cs_center.policy_form.setup(frm);
		cs_center.policy_form.name_facts(frm);
		const staff = () => ({ filters: { enabled: 1, user_type: "System User" } });
		const given_roles = () => ({
			filters: { disabled: 0, name: ["not in", ["All", "Guest", "Desk User", "Administrator"]] },
		});
		frm.set_query("user", "steps", staff);
		frm.set_query("fallback_user", staff);
		frm.set_query("role", "steps", given_roles);
		frm.set_query("fallback_role", given_roles);
		frm.set_query("channel", "steps", () => ({ filters: { enabled: 1 } }));
		frm.set_query("raise_priority_to", "steps", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		show_steps_in_words(frm);
		cs_center.policy_form.refresh(frm);
		offer_metrics(frm);
		cs_center.policy_form.add_move_button(
			frm,
			"cs_center.api.administration.move_open_tickets_to_escalation",
			__(
				"Give the open tickets that match this policy this version of it? Steps that fired do not fire again.",
			),
		);
	},

	applies_to(frm) {
		cs_center.policy_form.name_facts(frm);
		offer_metrics(frm);
	},
});

const offer_metrics = (frm) =>
	cs_center.policy_form.offer_metrics(frm, "steps", { may_be_empty: true, with_regulators: true });

frappe.ui.form.on("CS Escalation Step", {
	// Media need somebody to reach: they go and come with whom the step tells.
	tell(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (!row.tell) {
			frappe.model.set_value(cdt, cdn, { in_app: 0, email: 0 });
		} else if (!row.in_app && !row.email) {
			frappe.model.set_value(cdt, cdn, "in_app", 1);
		}
	},
	...Object.fromEntries(
		["percent", "amount", "unit", "count", "severity", "rating"].map((field) => [field, show_again("trigger")]),
	),
	...Object.fromEntries(
		["role", "user", "supervisor_level", "channel"].map((field) => [field, show_again("tell")]),
	),
});

// The table shows each step in words: its figures stand in fields of their own, most of them empty.
function show_steps_in_words(frm) {
	const grid = frm.fields_dict.steps.grid;
	const escaped = (text) => (value, df, options, row) => frappe.utils.escape_html(text(row, value));
	const level_text = (row, level) => (cint(level) ? String(cint(level)) : __("Reminder"));
	for (const [field, text] of Object.entries({ level: level_text, trigger: trigger_text, tell: audience_text })) {
		grid.update_docfield_property(field, "formatter", escaped(text));
	}
	grid.refresh();
}

function show_again(column) {
	return (frm, cdt, cdn) => frm.fields_dict.steps.grid.grid_rows_by_docname[cdn]?.refresh_field(column);
}

function trigger_text(row, trigger) {
	const time = () => `${flt(row.amount)} ${__(row.unit || "")}`;
	const texts = {
		"Share of Target Used": () => __("{0} % of the target used", [flt(row.percent)]),
		"Time Before Deadline": () => __("{0} before the deadline", [time()]),
		"Time After Deadline": () => __("{0} after the deadline", [time()]),
		"Severity Reached": () => __("Severity {0} reached", [__(row.severity || "")]),
		Reopened: () => __("Reopened {0} times", [cint(row.count)]),
		"Contacts in a Window": () => __("{0} contacts within {1}", [cint(row.count), time()]),
		"Low Satisfaction": () => __("{0} of 5 stars or fewer", [cint(row.rating)]),
		"No Acknowledgement": () => __("Not acknowledged within {0}", [time()]),
	};
	return row && texts[trigger] ? texts[trigger]() : __(trigger || "");
}

function audience_text(row, tell) {
	const named = { Role: row?.role && __(row.role), User: row?.user, Supervisor: row?.supervisor_level };
	const who = named[tell] ? __("{0}: {1}", [__(tell), named[tell]]) : __(tell || "");
	return [who, row?.channel].filter(Boolean).join(", ");
}
