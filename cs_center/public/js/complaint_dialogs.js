// Dialogs about complaints that several screens open: an action is finished, an attempt to call back is recorded.
frappe.provide("cs_center.complaints");

// Frappe runs this file in the page's own scope: without the function its names would be the page's.
(() => {
	const COMPLAINT_METHODS = "cs_center.api.complaints.";

	Object.assign(cs_center.complaints, {
		// Frappe shows a refusal itself: nobody has to catch it again. Resolves with the answer, or with undefined.
		ask(method, args, button) {
			$(button).prop("disabled", true);
			return frappe
				.xcall(COMPLAINT_METHODS + method, args)
				.catch(() => undefined)
				.finally(() => $(button).prop("disabled", false));
		},

		// A field of a dialog as its DocType has it: label, options and description are translated with it.
		field_of(doctype, fieldname, changes = {}) {
			const { label, fieldtype, options, description, parent } = frappe.meta.get_docfield(doctype, fieldname);
			return { fieldname, fieldtype, label, options, description, parent, ...changes };
		},

		finish_action(name, done) {
			frappe.model.with_doctype("CS Complaint Action", () => {
				const field = (...args) => this.field_of("CS Complaint Action", ...args);
				const dialog = new frappe.ui.Dialog({
					title: __("Finish the action"),
					fields: [field("result", { reqd: 1 }), field("evidence")],
					primary_action_label: __("Finish"),
					primary_action: (values) =>
						this.ask("finish_action", { action: name, ...values }, dialog.get_primary_btn()).then(
							(answer) => answer && close_and_tell(dialog, __("The action is done."), done),
						),
				});
				dialog.show();
			});
		},

		record_attempt(name, done) {
			frappe.model.with_doctype("CS Follow Up", () =>
				frappe.model.with_doctype("CS Follow Up Attempt", () => {
					const dialog = new frappe.ui.Dialog({
						title: __("Record an attempt"),
						fields: attempt_fields(),
						primary_action_label: __("Record"),
						primary_action: (values) =>
							this.ask("record_attempt", { follow_up: name, ...values }, dialog.get_primary_btn()).then(
								(answer) => answer && close_and_tell(dialog, told_of_attempt(answer), done),
							),
					});
					dialog.show();
				}),
			);
		},
	});

	function attempt_fields() {
		const field = (...args) => cs_center.complaints.field_of("CS Follow Up", ...args);
		const attempt = (...args) => cs_center.complaints.field_of("CS Follow Up Attempt", ...args);
		const when_reached = { depends_on: "eval:doc.outcome === 'Reached'", description: "" };
		const scores = [
			{ value: "", label: __("not given") },
			...[1, 2, 3, 4, 5].map((score) => ({ value: score, label: String(score) })),
		];
		return [
			attempt("outcome", { reqd: 1, default: "Reached" }),
			field("result", {
				...when_reached,
				description: __("Empty when the customer was reached but cannot say yet."),
			}),
			field("score", {
				...when_reached,
				fieldtype: "Select",
				options: scores,
				description: __("The customer's satisfaction from 1 (worst) to 5 (best)."),
			}),
			attempt("note"),
		];
	}

	function told_of_attempt({ state }) {
		return (
			{
				Done: __("The attempt is recorded. The follow-up is done."),
				Unreachable: __("The attempt is recorded. The customer counts as unreachable."),
			}[state] || __("The attempt is recorded. The follow-up stays open.")
		);
	}

	function close_and_tell(dialog, message, done) {
		dialog.hide();
		frappe.show_alert({ message, indicator: "green" });
		return done?.();
	}
})();
