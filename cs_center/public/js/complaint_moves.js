// A complaint is moved to another stage: the dialog asks for what the gate still needs and can be typed in here.
frappe.provide("cs_center.complaint_moves");

// Frappe runs this file in the page's own scope: without the function its names would be the page's.
(() => {
	const COMPLAINT = "CS Complaint";

	// What a gate's condition asks for -> fields of the dialog. The first of them is where the form shows it.
	const FIELDS_OF = {
		category: ["category"],
		severity: ["severity"],
		handler: ["handler"],
		solution: ["solution"],
		new_solution: ["solution"],
		evidence: ["evidence"],
		meeting: ["meeting_on", "meeting_decision"],
		accountability: ["accountability"],
		consent: ["consent_person", "consent_at", "consent_medium"],
		consent_person: ["consent_person", "consent_at", "consent_medium"],
		refused: ["refusal_reason", "consent_person", "consent_at", "consent_medium"],
		refused_or_note: ["refusal_reason", "consent_person", "consent_at", "consent_medium"],
		recourse_told: ["recourse_body", "recourse_told_at", "recourse_reference"],
		outside_result: ["outside_result"],
		rejection_reason: ["rejection_reason"],
	};

	// What has to be done elsewhere -> where the form shows it.
	const PLACE_OF = {
		cause: "root_causes",
		compensation_approved: "compensations",
		compensation_carried_out: "compensations",
		compensation_none: "compensations",
		no_investigation: "category",
		solution_approved: "solution_approved_by",
		reported: "reported_at",
	};

	const OPTIONAL = ["recourse_reference", "consent_medium"];
	const ANSWER_OF = { consent: "Consented", consent_person: "Consented", refused: "Refused" };

	Object.assign(cs_center.complaint_moves, {
		// Whether something is missing that no dialog can ask for.
		is_blocked: ({ missing }) => missing.some(({ code }) => !FIELDS_OF[code]),

		// `send(values, note)` moves the complaint; `offer`: what a click on something that is done elsewhere does, by code.
		begin(frm, move, { send, save, offer }) {
			const { missing } = move;
			if (!missing.length && (!move.needs_note || is_refused(frm))) return send({}, "");
			const elsewhere = missing.filter(({ code }) => !FIELDS_OF[code]);
			const here = missing.filter(({ code }) => FIELDS_OF[code]);
			const place = elsewhere.find(({ code }) => PLACE_OF[code] || offer[code]);
			const wants_note = move.needs_note && !elsewhere.length;
			const dialog = new frappe.ui.Dialog({
				title: move.label,
				fields: [
					{ fieldname: "elsewhere", fieldtype: "HTML", hidden: !elsewhere.length },
					...fields_for(
						frm,
						here.map(({ code }) => code),
					),
					...(wants_note ? [note_field(move)] : []),
				],
				primary_action_label: primary_label(move, { here, elsewhere, place }),
				primary_action: (typed) => {
					const { note, ...values } = typed;
					delete values.elsewhere;
					const answered = with_answer(values, here);
					if (!elsewhere.length) return send(answered, note || "", dialog);
					dialog.hide();
					return here.length ? save(answered) : this.show(frm, place?.code, offer);
				},
			});
			this.list_elsewhere(frm, dialog, elsewhere, offer);
			dialog.show();
		},

		list_elsewhere(frm, dialog, elsewhere, offer) {
			if (!elsewhere.length) return;
			const lines = elsewhere.map(
				({ code, text }, index) =>
					`<li>${frappe.utils.escape_html(text)} ${
						PLACE_OF[code] || offer[code]
							? `<a href="#" data-index="${index}" style="text-decoration: underline">${frappe.utils.escape_html(
									__("Show"),
							  )}</a>`
							: ""
					}</li>`,
			);
			const wrapper = dialog.fields_dict.elsewhere.$wrapper;
			const heading = frappe.utils.escape_html(__("What is in the way:"));
			wrapper.html(`<p>${heading}</p><ul style="padding-left: 18px">${lines.join("")}</ul>`);
			wrapper.find("a").on("click", (event) => {
				event.preventDefault();
				dialog.hide();
				this.show(frm, elsewhere[cint(event.currentTarget.dataset.index)].code, offer);
			});
		},

		// Scrolls to what is missing and lets it stand out.
		show(frm, code, offer) {
			if (offer[code]) return offer[code]();
			const fieldname = PLACE_OF[code] || FIELDS_OF[code]?.[0];
			if (fieldname) frm.scroll_to_field(fieldname);
		},
	});

	function primary_label({ label }, { here, elsewhere, place }) {
		if (!elsewhere.length) return __("Move to {0}", [label]);
		if (here.length) return __("Save");
		return place ? __("Show what is missing") : __("Close");
	}

	// A refusal that has been answered with a note is one of two ways: the other one is what the dialog asks for.
	function note_field({ missing }) {
		const is_one_of_two = missing.some(({ code }) => code === "refused_or_note");
		return {
			fieldname: "note",
			fieldtype: "Small Text",
			label: __("Note"),
			reqd: !is_one_of_two,
			mandatory_depends_on: is_one_of_two ? "eval:!doc.refuses" : "",
		};
	}

	// Going back from a proposal needs the customer's refusal or a note: a refusal on record is enough.
	function is_refused({ doc }) {
		return doc.stage === "Solution Proposed" && doc.consent === "Refused";
	}

	function fields_for(frm, codes) {
		const names = [...new Set(codes.flatMap((code) => FIELDS_OF[code]))];
		const either = codes.includes("refused_or_note");
		const fields = names.map((name) => field_for(frm, name, either));
		if (!either) return fields;
		const refuses = {
			fieldname: "refuses",
			fieldtype: "Check",
			default: 1,
			label: __("The customer refuses it"),
		};
		return [refuses, ...fields];
	}

	function field_for(frm, name, either) {
		const is_needed = !OPTIONAL.includes(name);
		const field = cs_center.complaints.field_of(COMPLAINT, name, { default: value_of(frm, name) });
		if (field.fieldtype === "Text") field.fieldtype = "Small Text"; // lower: several of them fit the dialog
		if (name === "category") field.get_query = () => ({ filters: { enabled: 1, kind: "Complaint" } });
		if (name === "handler") field.get_query = () => ({ filters: { enabled: 1, user_type: "System User" } });
		if (either) {
			field.depends_on = "eval:doc.refuses";
			field.mandatory_depends_on = is_needed ? "eval:doc.refuses" : "";
		} else {
			field.reqd = is_needed;
		}
		return field;
	}

	// What the form has already; a time that is not there yet is most often now.
	function value_of(frm, name) {
		if (frm.doc[name]) return frm.doc[name];
		if (["consent_at", "recourse_told_at"].includes(name)) return frappe.datetime.system_datetime();
		if (name === "meeting_on") return frappe.datetime.get_today();
		if (name === "consent_medium") return "Phone";
		if (name === "handler") return frappe.session.user;
		return undefined;
	}

	// Who answered, and when, goes with what was answered.
	function with_answer(values, here) {
		const { refuses, ...rest } = values;
		const codes = here.map(({ code }) => code);
		const is_either = codes.includes("refused_or_note");
		const answer = is_either ? refuses && "Refused" : codes.map((code) => ANSWER_OF[code]).find(Boolean);
		if (answer) return { ...rest, consent: answer };
		if (!is_either) return rest;
		return {};
	}
})();
