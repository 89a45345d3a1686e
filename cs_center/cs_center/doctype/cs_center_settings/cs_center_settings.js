const ADMINISTRATION = "cs_center.api.administration.";

frappe.ui.form.on("CS Center Settings", {
	setup(frm) {
		frappe.realtime.on("cs_center_adoption", (progress) => frm.events.follow_adoption(frm, progress));
	},

	refresh(frm) {
		for (const field of [
			"default_calendar",
			"quiet_calendar",
			"default_channel",
			"agent_channel",
			"api_channel",
		]) {
			frm.set_query(field, () => ({ filters: { enabled: 1 } }));
		}
		add_actions(frm);
		show_adoption(frm, frm.doc);
	},

	// Other values of the form may be half edited: only the adoption's own fields are brought up to date.
	follow_adoption(frm, progress) {
		if (!progress || !frm.doc) return;
		for (const [field, value] of Object.entries(progress)) {
			if (!field.startsWith("adoption_") || !frm.fields_dict[field]) continue;
			frm.doc[field] = value;
			frm.refresh_field(field);
		}
		show_adoption(frm, progress);
	},
});

function add_actions(frm) {
	add_action(frm, __("Adopt open tickets"), "adopt_open_tickets", {
		question: __(
			"Give every open ticket without a policy its policy and clocks? This runs in the background; the tickets can be worked on meanwhile.",
		),
	});
	add_action(frm, __("Rebuild all clocks"), "rebuild_clocks", {
		question: __(
			"Compute all clocks again from the ledger? Nothing is lost, and tickets keep their policies. On a large site this takes a while.",
		),
	});
	add_action(frm, __("Import Helpdesk SLAs"), "import_service_levels", {
		question: __(
			"Import the Helpdesk SLAs that were not imported yet as calendars and policies? The SLAs themselves are not changed.",
		),
		show: describe_import,
	});
	frm.add_custom_button(__("Corrected deadlines"), show_corrections, __("Actions"));
}

// What adoption put right, with Helpdesk's value, ours and the reason.
function show_corrections() {
	frappe
		.call({ method: ADMINISTRATION + "adoption_differences", type: "GET", freeze: true })
		.then(({ message }) => {
			frappe.msgprint({
				title: __("Corrected deadlines"),
				message: describe_corrections(message),
				wide: true,
			});
		});
}

function describe_corrections(corrections) {
	if (!corrections.length) return __("Adoption has changed no deadline.");
	const escape = frappe.utils.escape_html;
	const head = [__("Ticket"), __("Field"), __("Before"), __("After"), __("Reason")];
	const rows = corrections.map((row) => [
		frappe.utils.get_form_link("HD Ticket", row.ticket, true, escape(row.ticket)),
		...[row.label, row.before, row.after, row.reason_text].map((text) => escape(text || "")),
	]);
	const cells = (tag, row) => `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
	const body = rows.map((row) => cells("td", row)).join("");
	return `<table class="table table-bordered table-sm"><thead>${cells(
		"th",
		head,
	)}</thead><tbody>${body}</tbody></table>`;
}

function add_action(frm, label, method, { question, show }) {
	const run = () =>
		frappe.call({ method: ADMINISTRATION + method, freeze: true }).then(({ message }) => {
			frappe.msgprint({ title: label, message: show ? show(message) : message });
			frm.reload_doc();
		});
	frm.add_custom_button(label, () => frappe.confirm(question, run), __("Actions"));
}

function show_adoption(frm, { adoption_status, adoption_done, adoption_total }) {
	if (adoption_status !== "Running") {
		frm.dashboard.hide_progress();
		return;
	}
	const percent = adoption_total ? Math.min(100, (adoption_done / adoption_total) * 100) : 0;
	const words = __("{0} of {1} open tickets adopted", [adoption_done || 0, adoption_total || 0]);
	frm.dashboard.show_progress(__("Open tickets"), percent, words);
}

// What became of each SLA: the policy that was made of it, or why there is none, and what was not carried over.
function describe_import({ imported, present, refused, notes }) {
	const escape = frappe.utils.escape_html;
	const link = (policy) => frappe.utils.get_form_link("CS Service Policy", policy, true, escape(policy));
	const rows = [
		...Object.entries(imported).map(([sla, policy]) => [sla, __("Imported as {0}", [link(policy)])]),
		...Object.entries(present).map(([sla, policy]) => [
			sla,
			__("Was imported before as {0}", [link(policy)]),
		]),
		...Object.entries(refused).map(([sla, reason]) => [sla, __("Not imported: {0}", [escape(reason)])]),
	];
	if (!rows.length) return __("There are no Helpdesk SLAs to import.");
	const cells = rows.map(([sla, outcome]) => {
		const remarks = (notes[sla] || []).map((note) => `<br><small>${escape(note)}</small>`).join("");
		return `<tr><td>${escape(sla)}</td><td>${outcome}${remarks}</td></tr>`;
	});
	return `<table class="table table-bordered table-sm"><tbody>${cells.join("")}</tbody></table>`;
}
