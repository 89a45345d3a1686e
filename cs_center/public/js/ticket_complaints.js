// Complaints on the Desk form of a ticket: what there is, a new one, and the category that its words suggest.
frappe.provide("cs_center.ticket_complaints");

// Frappe runs this file in the page's own scope: without the function its names would be the page's.
(() => {
	const COMPLAINTS = "cs_center.api.complaints.";
	const STATE_COLOURS = {
		"On Track": "blue",
		"At Risk": "orange",
		Breached: "red",
		Paused: "gray",
		Met: "green",
	};
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

	Object.assign(cs_center.ticket_complaints, {
		// The answer may come when the form shows another ticket, or was refreshed once more: only the last question counts.
		load(frm) {
			if (!frappe.model.can_read("CS Complaint")) return;
			const asked = frappe.xcall(`${COMPLAINTS}suggestion`, { ticket: frm.doc.name });
			frm.cs_complaints_asked = asked;
			add_buttons(frm, asked);
			asked.then(({ complaints }) => {
				if (frm.cs_complaints_asked !== asked || !complaints.length) return;
				frm.dashboard.add_section(complaint_table(complaints), __("Complaints"));
				frm.dashboard.show();
			});
		},
	});

	function add_buttons(frm, asked) {
		const group = __("Complaint");
		if (frappe.model.can_create("CS Complaint")) {
			const begin = () => asked.then((found) => register(frm, found));
			frm.add_custom_button(__("Register complaint"), begin, group);
		}
		frm.add_custom_button(__("Accept category"), () => asked.then((found) => accept(frm, found)), group);
	}

	function complaint_table(complaints) {
		const head = [
			__("Complaint"),
			__("Stage"),
			__("Severity"),
			__("Category"),
			__("Service State"),
			__("Next Deadline"),
		];
		const rows = complaints.map((one) => row_of("td", complaint_cells(one)));
		return `<table class="table table-bordered table-sm" style="margin-bottom: 0">
			<thead>${row_of("th", head.map(escaped))}</thead><tbody>${rows.join("")}</tbody></table>`;
	}

	function complaint_cells(one) {
		const colour = STATE_COLOURS[one.service_state] || "gray";
		const state = one.service_state
			? `<span class="indicator-pill ${colour}">${escaped(__(one.service_state))}</span>`
			: "";
		const link = frappe.utils.get_form_link("CS Complaint", one.name);
		return [
			`<a href="${escaped(link)}" title="${escaped(one.subject)}">${escaped(one.name)}</a>`,
			escaped(one.stage_label),
			escaped(one.severity && __(one.severity)),
			escaped(one.category_label),
			state,
			escaped(one.next_deadline),
		];
	}

	function row_of(tag, cells) {
		return `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
	}

	// --- dialogs -----------------------------------------------------------------------------------------------------

	function register(frm, found) {
		const suggested = found.is_complaint ? found.category : "";
		const dialog = new frappe.ui.Dialog({
			title: __("Register complaint"),
			fields: [
				{ fieldname: "suggestion", fieldtype: "HTML" },
				category_field({
					default: found.accepted || suggested,
					get_query: () => ({ filters: { enabled: 1, kind: "Complaint" } }),
				}),
				{
					fieldname: "severity",
					fieldtype: "Select",
					label: __("Severity"),
					options: ["", "General", "Important", "Major"].map((value) => ({ value, label: __(value) })),
					description: __("Empty: that of the category."),
				},
				{ fieldname: "remedy_sought", fieldtype: "Small Text", label: __("Remedy Sought") },
			],
			primary_action_label: __("Register"),
			primary_action: (values) => send_registration(frm, values, dialog),
		});
		show_suggestion(dialog, found);
		dialog.show();
	}

	// A category that was taken out of the dialog stays out.
	function send_registration(frm, { category, severity, remedy_sought }, dialog) {
		const values = { category: category || "", severity: severity || "", remedy_sought: remedy_sought || "" };
		return send(frm, "register", { ...values, classified: category ? 1 : 0 }, dialog);
	}

	function accept(frm, found) {
		const dialog = new frappe.ui.Dialog({
			title: __("Accept category"),
			fields: [
				{ fieldname: "suggestion", fieldtype: "HTML" },
				category_field({
					reqd: 1,
					default: found.category || found.accepted,
					get_query: () => ({ filters: { enabled: 1 } }),
				}),
			],
			primary_action_label: __("Accept"),
			primary_action: ({ category }) => send(frm, "accept_suggestion", { category }, dialog),
		});
		show_suggestion(dialog, found);
		dialog.show();
	}

	function category_field(changes) {
		return {
			fieldname: "category",
			fieldtype: "Link",
			options: "CS Complaint Category",
			label: __("Category"),
			...changes,
		};
	}

	function show_suggestion(dialog, { category, path, confidence, words, reason }) {
		const lines = category
			? [
					__("Suggested category: {0} (confidence {1} %)", [path, confidence]),
					__("Words found: {0}", [words.join(", ")]),
			  ]
			: [reason];
		const rows = lines.map((line) => `<div>${escaped(line)}</div>`);
		dialog.fields_dict.suggestion.$wrapper.html(`<div class="text-muted">${rows.join("")}</div>`);
	}

	function send(frm, method, values, dialog) {
		const button = dialog.get_primary_btn().prop("disabled", true);
		return frappe
			.xcall(COMPLAINTS + method, { ticket: frm.doc.name, ...values })
			.then((answer) => {
				dialog.hide();
				frappe.show_alert({ message: escaped(answer.message || answer), indicator: "green" });
				return frm.reload_doc();
			})
			.catch(() => undefined) // Frappe has shown the refusal
			.finally(() => button.prop("disabled", false));
	}
})();
