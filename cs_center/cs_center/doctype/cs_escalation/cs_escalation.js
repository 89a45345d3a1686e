const ESCALATIONS = "cs_center.api.escalations.";
const SNOOZE_MINUTES = [
	[15, __("15 minutes")],
	[30, __("30 minutes")],
	[60, __("1 hour")],
	[120, __("2 hours")],
	[240, __("4 hours")],
	[1440, __("1 day")],
];

frappe.ui.form.on("CS Escalation", {
	refresh(frm) {
		frm.disable_save();
		if (["Open", "Snoozed"].includes(frm.doc.state)) {
			frm.add_custom_button(__("Acknowledge escalation"), () => acknowledge(frm)).addClass("btn-primary");
			frm.add_custom_button(__("Snooze"), () => snooze(frm));
		}
		if (frm.doc.reference_doctype === "HD Ticket") {
			frm.add_custom_button(__("Open ticket"), () =>
				frappe.set_route("Form", "HD Ticket", frm.doc.reference_name),
			);
			frm.add_custom_button(__("Explain"), () =>
				window.open(`/cs-explain?ticket=${encodeURIComponent(frm.doc.reference_name)}`, "_blank"),
			);
		}
	},
});

function acknowledge(frm) {
	frappe.prompt(
		[{ fieldname: "note", fieldtype: "Small Text", label: __("Note") }],
		({ note }) => answer(frm, "acknowledge", { note }),
		__("Acknowledge escalation"),
		__("Acknowledge escalation"),
	);
}

function snooze(frm) {
	const options = SNOOZE_MINUTES.map(([value, label]) => ({ value, label }));
	frappe.prompt(
		[
			{
				fieldname: "minutes",
				fieldtype: "Select",
				label: __("Remind Me Again In"),
				options: [...options, { value: "until", label: __("Another time") }],
				default: 30,
				reqd: 1,
			},
			{
				fieldname: "until",
				fieldtype: "Datetime",
				label: __("Remind Me Again At"),
				depends_on: "eval:doc.minutes === 'until'",
				mandatory_depends_on: "eval:doc.minutes === 'until'",
			},
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		],
		({ minutes, until, note }) => {
			const wanted = minutes === "until" ? minutes_until(until) : cint(minutes);
			if (wanted < 1) {
				frappe.msgprint(__("That time is over. Choose a later one."));
				return;
			}
			answer(frm, "snooze", { minutes: wanted, note });
		},
		__("Snooze"),
		__("Snooze"),
	);
}

// The picker's value is in the system's time zone, as all stored times are.
function minutes_until(until) {
	return frappe.datetime.get_minute_diff(until, frappe.datetime.system_datetime());
}

function answer(frm, method, values) {
	return frappe
		.xcall(ESCALATIONS + method, { name: frm.doc.name, ...values })
		.then((message) => {
			if (typeof message === "string") frappe.show_alert({ message, indicator: "green" });
			return frm.reload_doc();
		});
}
