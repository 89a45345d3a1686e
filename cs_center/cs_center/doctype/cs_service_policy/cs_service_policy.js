const POLICY_MODULE = "cs_center.cs_center.doctype.cs_service_policy.";

frappe.ui.form.on("CS Service Policy", {
	setup(frm) {
		frm.set_query("calendar", () => ({ filters: { enabled: 1 } }));
		// The next version and the tickets keep pointing at a cancelled policy; nothing has to be cancelled with it.
		frm.ignore_doctypes_on_cancel_all = ["CS Service Policy"];
	},

	onload(frm) {
		frappe
			.call({ method: `${POLICY_MODULE}condition_facts.list_condition_facts`, type: "GET" })
			.then(({ message: facts }) => frm.events.name_facts(frm, facts));
	},

	// Labels in the list to choose from and in the rows, where Frappe would show the fact's code.
	name_facts(frm, facts) {
		const labels = Object.fromEntries(facts.map(({ value, label }) => [value, label]));
		frappe.meta.docfield_map["CS Service Policy Condition"].fact.formatter = (value) =>
			frappe.utils.escape_html(labels[value] || value);
		frm.fields_dict.conditions.grid.update_docfield_property("fact", "options", facts);
		frm.refresh_field("conditions");
	},

	refresh(frm) {
		// Frappe hides an empty table that is read-only, and with it the section: nobody would see what it means.
		frm.set_df_property("every_ticket", "options", __("Fits every ticket: it has no conditions."));
		if (frm.doc.docstatus < 2 && !frm.is_new()) {
			frm.add_custom_button(__("Preview"), () =>
				frappe.set_route("query-report", "CS Policy Preview", { policy: [frm.doc.name] }),
			);
		}
		if (frm.doc.docstatus === 0 && frm.doc.previous_version) {
			frm.set_intro(
				__("When this draft is submitted, {0} is cancelled in the same step.", [
					frappe.utils.get_form_link("CS Service Policy", frm.doc.previous_version, true),
				]),
				"blue",
			);
		}
		if (frm.doc.docstatus === 1) {
			frm.events.add_version_actions(frm);
		}
	},

	add_version_actions(frm) {
		if (frappe.model.can_create("CS Service Policy")) {
			frm.add_custom_button(__("Next version"), () =>
				frappe
					.xcall(`${POLICY_MODULE}policy_versions.make_next_version`, { policy: frm.doc.name })
					.then((name) => frappe.set_route("Form", "CS Service Policy", name)),
			);
		}
		if (frappe.user.has_role("System Manager") || frappe.user.has_role("CS Manager")) {
			frm.add_custom_button(__("Move open tickets to this version"), () =>
				frappe.confirm(
					__(
						"Give the open tickets that match this policy this version of it? Their deadlines are computed again from the ledger.",
					),
					() =>
						frappe
							.xcall("cs_center.api.administration.move_open_tickets", { policy: frm.doc.name })
							.then((message) => frappe.msgprint(message)),
				),
			);
		}
	},
});

frappe.ui.form.on("CS Service Policy Condition", {
	operator(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (["Is Set", "Is Not Set"].includes(row.operator) && row.value) {
			frappe.model.set_value(cdt, cdn, "value", "");
		}
	},
});
