const OPEN_COMPENSATION = ["Proposed", "Approved"];

frappe.ui.form.on("CS Complaint", {
	before_load: () =>
		frappe.require([
			"/assets/cs_center/js/complaint_dialogs.js",
			"/assets/cs_center/js/complaint_panel.js",
			"/assets/cs_center/js/complaint_moves.js",
		]),

	setup(frm) {
		const enabled_staff = () => ({ filters: { enabled: 1, user_type: "System User" } });
		frm.set_query("category", () => ({ filters: { enabled: 1, kind: "Complaint" } }));
		frm.set_query("handler", enabled_staff);
		frm.set_query("pack", "regulator_packs", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		frm.fields_dict.panel.$wrapper.empty();
		frm.fields_dict.compensations.$wrapper.find(".cs-compensations").remove();
		if (frm.is_new()) return;
		add_buttons(frm);
		load_panel(frm);
	},
});

// The answer may come when the form shows another complaint, or was refreshed once more: only the last question counts.
function load_panel(frm) {
	const asked = (frm.cs_panel_asked = {});
	frappe.xcall("cs_center.api.complaints.panel", { name: frm.doc.name }).then((panel) => {
		if (frm.cs_panel_asked !== asked) return;
		frm.cs_panel = panel;
		cs_center.complaint_panel.draw(frm.fields_dict.panel.$wrapper, panel, {
			move: (index) => begin_move(frm, panel.moves[index]),
			repeated: () => frappe.set_route("Form", "CS Complaint", panel.repeat.of),
			action_list: () => list_actions(frm),
		});
		if (panel.may.approve_solution) {
			frm.add_custom_button(__("Approve solution"), () => approve(frm)).addClass("btn-primary");
		}
		show_compensations(frm);
	});
}

function may_write(frm) {
	return Boolean(frm.perm[0]?.write);
}

function add_buttons(frm) {
	frm.add_custom_button(__("Open ticket"), () => frappe.set_route("Form", "HD Ticket", frm.doc.ticket));
	if (!may_write(frm)) return;
	const { stage, severity, reported_at } = frm.doc;
	const is_over = ["Closed", "Withdrawn", "Rejected"].includes(stage);
	if (!is_over) frm.add_custom_button(__("New action"), () => new_action(frm));
	if (stage === "Follow-up") frm.add_custom_button(__("Record call-back"), () => record_call_back(frm));
	if (severity === "Major" && !reported_at && !is_over) {
		frm.add_custom_button(__("Report to management"), () => report(frm));
	}
}

// --- moves -----------------------------------------------------------------------------------------------------------

function begin_move(frm, move) {
	if (!may_write(frm)) return frappe.msgprint(__("You may read this complaint, but not move it."));
	return cs_center.complaint_moves.begin(frm, move, {
		send: (values, note, dialog) => send_move(frm, move, values, note, dialog),
		save: (values) =>
			frm
				.set_value(values)
				.then(() => frm.save())
				.catch(() => undefined),
		offer: {
			corrective_action: () => new_action(frm),
			actions_done: () => list_actions(frm),
			corrective_done: () => list_actions(frm),
			call_back: () => record_call_back(frm),
			reported: () => report(frm),
			...(frm.cs_panel.may.approve_solution ? { solution_approved: () => approve(frm) } : {}),
		},
	});
}

function send_move(frm, move, values, note, dialog) {
	const told = __("The complaint is now in the stage {0}.", [move.label]);
	return change(frm, "move", { stage: move.stage, note, values }, told, dialog);
}

// What was typed into the form is saved first; a refusal leaves the dialog open with what was typed into it.
async function change(frm, method, args, message, dialog) {
	try {
		if (frm.is_dirty()) await frm.save();
	} catch {
		return dialog?.hide();
	}
	const answer = await cs_center.complaints.ask(
		method,
		{ name: frm.doc.name, ...args },
		dialog?.get_primary_btn(),
	);
	if (!answer) return undefined;
	dialog?.hide();
	frappe.show_alert({ message: frappe.utils.escape_html(message), indicator: "green" });
	return frm.reload_doc();
}

// --- management ------------------------------------------------------------------------------------------------------

function approve(frm) {
	return frappe.confirm(__("Approve the solution as it is written?"), () =>
		change(frm, "approve_solution", {}, __("The solution is approved.")),
	);
}

function report(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Report to management"),
		fields: [
			{
				fieldname: "to",
				fieldtype: "Small Text",
				label: __("Reported To"),
				reqd: 1,
				description: __("Who was told, and how. The time is now."),
			},
		],
		primary_action_label: __("Record"),
		primary_action: ({ to }) =>
			change(frm, "report_to_management", { to }, __("The report is recorded."), dialog),
	});
	dialog.show();
}

// --- actions and call-backs --------------------------------------------------------------------------------------------

function list_actions(frm) {
	frappe.set_route("List", "CS Complaint Action", { complaint: frm.doc.name });
}

function new_action(frm) {
	const doctype = "CS Complaint Action";
	frappe.model.with_doctype(doctype, () => {
		const field = (name, changes) => cs_center.complaints.field_of(doctype, name, changes);
		const dialog = new frappe.ui.Dialog({
			title: __("New action"),
			fields: [
				field("kind", { reqd: 1, default: "Corrective Action" }),
				field("due_at", { reqd: 1 }),
				{ fieldtype: "Column Break" },
				field("department", { default: frm.doc.department, description: "" }),
				field("responsible", { get_query: () => ({ filters: { enabled: 1 } }) }),
				{ fieldtype: "Section Break" },
				field("instruction", { reqd: 1 }),
			],
			primary_action_label: __("Create"),
			primary_action: (values) => insert_action(frm, { doctype, complaint: frm.doc.name, ...values }, dialog),
		});
		dialog.show();
	});
}

function insert_action(frm, values, dialog) {
	dialog.get_primary_btn().prop("disabled", true);
	return frappe.db
		.insert(values)
		.then(() => {
			dialog.hide();
			frappe.show_alert({ message: __("The action is given out."), indicator: "green" });
			return frm.is_dirty() ? load_panel(frm) : frm.reload_doc();
		})
		.catch(() => undefined)
		.finally(() => dialog.get_primary_btn().prop("disabled", false));
}

async function record_call_back(frm) {
	const filters = {
		complaint: frm.doc.name,
		kind: "Complaint Call-Back",
		state: ["in", ["Open", "Unreachable"]],
	};
	const options = { filters, fields: ["name"], order_by: "creation desc", limit: 1 };
	const [found] = await frappe.db.get_list("CS Follow Up", options);
	if (found) return cs_center.complaints.record_attempt(found.name, () => frm.reload_doc());
	return frappe.msgprint(
		__("There is no open call-back of this complaint. One is made when it enters the stage Follow-up."),
	);
}

// --- compensation ----------------------------------------------------------------------------------------------------

// Below the table: what can be decided or carried out, one line for each row.
function show_compensations(frm) {
	const waiting = (frm.doc.compensations || []).filter(({ state }) =>
		OPEN_COMPENSATION.includes(state || "Proposed"),
	);
	if (!waiting.length || !may_write(frm)) return;
	const list = $(`<div class="cs-compensations" style="margin-top: 10px"></div>`);
	waiting.forEach((row) => list.append(compensation_line(frm, row)));
	frm.fields_dict.compensations.$wrapper.append(list);
}

function compensation_line(frm, row) {
	const amount = row.amount ? format_currency(row.amount, row.currency) : row.points || "";
	const words = [__(row.kind), amount, row.description].filter(Boolean).join(" ");
	const text = __("Row {0}: {1} ({2})", [row.idx, words, __(row.state || "Proposed")]);
	const line = $(`<div style="display: flex; gap: 8px; align-items: center; padding: 3px 0"></div>`);
	line.append($("<span style='flex: 1'></span>").text(text));
	const add = (label, action) =>
		line.append(
			$(`<button type="button" class="btn btn-xs btn-default"></button>`).text(label).on("click", action),
		);
	if (row.state !== "Approved" && frm.cs_panel.may.decide_compensation) {
		add(__("Approve"), () => decide(frm, row, "Approved"));
		add(__("Refuse"), () => decide(frm, row, "Refused"));
	}
	add(__("Carried out"), () => carry_out(frm, row));
	return line;
}

function decide(frm, row, decision) {
	const is_refused = decision === "Refused";
	const dialog = new frappe.ui.Dialog({
		title: is_refused ? __("Refuse compensation") : __("Approve compensation"),
		fields: [{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), reqd: is_refused }],
		primary_action_label: is_refused ? __("Refuse") : __("Approve"),
		primary_action: ({ note }) =>
			change(
				frm,
				"decide_compensation",
				{ row: row.name, decision, note: note || "" },
				is_refused ? __("The compensation is refused.") : __("The compensation is approved."),
				dialog,
			),
	});
	dialog.show();
}

function carry_out(frm, row) {
	return frappe.confirm(__("Has the customer received this compensation?"), () =>
		change(frm, "carry_out_compensation", { row: row.name }, __("The compensation is carried out.")),
	);
}
