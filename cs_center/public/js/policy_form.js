// What the forms and lists of service policies and escalation policies have in common.
frappe.provide("cs_center.policy_form");

Object.assign(cs_center.policy_form, {
	setup(frm) {
		frm.set_query("calendar", () => ({ filters: { enabled: 1 } }));
		// The next version and the tickets keep pointing at a cancelled policy; nothing has to be cancelled with it.
		frm.ignore_doctypes_on_cancel_all = [frm.doctype];
	},

	// Labels in the list to choose from and in the rows, where Frappe would show the fact's code.
	name_facts(frm) {
		const method =
			"cs_center.cs_center.doctype.cs_service_policy.condition_facts.list_condition_facts";
		frappe.call({ method, type: "GET" }).then(({ message: facts }) => {
			const labels = Object.fromEntries(facts.map(({ value, label }) => [value, label]));
			frappe.meta.docfield_map["CS Service Policy Condition"].fact.formatter = (value) =>
				frappe.utils.escape_html(labels[value] || value);
			frm.fields_dict.conditions.grid.update_docfield_property("fact", "options", facts);
			frm.refresh_field("conditions");
		});
	},

	refresh(frm) {
		// Frappe hides an empty table that is read-only, and with it the section: nobody would see what it means.
		frm.set_df_property("every_ticket", "options", __("Fits every ticket: it has no conditions."));
		if (frm.doc.docstatus === 0 && frm.doc.previous_version) {
			frm.set_intro(
				__("When this draft is submitted, {0} is cancelled in the same step.", [
					frappe.utils.get_form_link(frm.doctype, frm.doc.previous_version, true),
				]),
				"blue",
			);
		}
		if (frm.doc.docstatus === 1 && frappe.model.can_create(frm.doctype)) {
			frm.add_custom_button(__("Next version"), () =>
				frappe
					.xcall("cs_center.cs_center.policy_versions.make_next_version", {
						doctype: frm.doctype,
						policy: frm.doc.name,
					})
					.then((name) => frappe.set_route("Form", frm.doctype, name)),
			);
		}
	},

	// "Move open tickets to this version", for those who administer service levels.
	add_move_button(frm, method, question) {
		const is_manager = frappe.user.has_role("System Manager") || frappe.user.has_role("CS Manager");
		if (frm.doc.docstatus !== 1 || !is_manager) return;
		frm.add_custom_button(__("Move open tickets to this version"), () =>
			frappe.confirm(question, () =>
				frappe.xcall(method, { policy: frm.doc.name }).then((message) => frappe.msgprint(message)),
			),
		);
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
