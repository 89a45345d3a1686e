const CALENDAR_MODULE = "cs_center.cs_center.doctype.cs_service_calendar.";
const WORKING_WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
const UNITS = ["Business", "Calendar"].flatMap((kind) =>
	["Minutes", "Hours", "Days", "Seconds"].map((length) => `${kind} ${length}`),
);

frappe.ui.form.on("CS Service Calendar", {
	onload(frm) {
		// Setting the field's options would come too late: the list was made together with the input.
		fetch_list("cs_service_calendar.list_time_zones").then((zones) =>
			frm.fields_dict.time_zone.set_data(zones),
		);
		if (frm.is_new() && !frm.doc.time_zone && frappe.boot.time_zone) {
			frm.set_value("time_zone", frappe.boot.time_zone.system);
		}
	},

	refresh(frm) {
		frm.add_custom_button(__("Test this calendar"), () => open_trial(frm));
		if (!frm.is_new() && frm.perm[0].write) {
			frm.add_custom_button(__("Import public holidays"), () => open_holiday_import(frm));
		}
		const grid = frm.fields_dict.windows.grid;
		grid.add_custom_button(__("Same hours Monday-Friday"), () => repeat_monday(frm));
	},
});

function fetch_list(method) {
	return frappe.call({ method: CALENDAR_MODULE + method, type: "GET" }).then(({ message }) => message);
}

// The hours of the first weekday that has some, for all five working days.
function repeat_monday(frm) {
	const rows = frm.doc.windows || [];
	const model = WORKING_WEEK.find((day) => rows.some((row) => row.weekday === day));
	if (!model) {
		frappe.msgprint(__("Enter the hours of one weekday first. They are then taken for Monday to Friday."));
		return;
	}
	const hours = rows.filter((row) => row.weekday === model);
	const weekend = rows.filter((row) => !WORKING_WEEK.includes(row.weekday));
	const repeated = WORKING_WEEK.flatMap((weekday) =>
		hours.map(({ start_time, end_time }) => ({ weekday, start_time, end_time })),
	);
	const kept = weekend.map(({ weekday, start_time, end_time }) => ({ weekday, start_time, end_time }));
	frm.clear_table("windows");
	[...repeated, ...kept].forEach((row) => frm.add_child("windows", row));
	frm.refresh_field("windows");
	frm.dirty();
}

async function open_holiday_import(frm) {
	if (frm.is_dirty()) {
		frappe.msgprint(__("Save the calendar first: the holidays are added to the saved one."));
		return;
	}
	const places = await fetch_list("holiday_import.list_holiday_places");
	const year = new Date().getFullYear();
	const dialog = new frappe.ui.Dialog({
		title: __("Import public holidays"),
		fields: [
			{
				fieldname: "country",
				fieldtype: "Autocomplete",
				label: __("Country"),
				options: places.map(({ value, label }) => ({ value, label })),
				default: "CN",
				reqd: 1,
				onchange: () => offer_subdivisions(dialog, places),
			},
			{
				fieldname: "subdivision",
				fieldtype: "Autocomplete",
				label: __("State or province"),
				hidden: 1,
				// A hidden field has no input yet, whose list Frappe would look the value up in; the server checks it.
				ignore_validation: 1,
			},
			{
				fieldname: "years",
				fieldtype: "Data",
				label: __("Years"),
				default: `${year}, ${year + 1}`,
				reqd: 1,
				description: __("One or several, separated by commas. Dates that have a row keep it."),
			},
		],
		primary_action_label: __("Import"),
		primary_action(values) {
			frappe
				.xcall(`${CALENDAR_MODULE}holiday_import.import_public_holidays`, {
					calendar: frm.doc.name,
					...values,
				})
				.then((counts) => {
					dialog.hide();
					frm.reload_doc();
					frappe.msgprint({ title: __("Import public holidays"), message: describe_import(counts) });
				});
		},
	});
	dialog.show();
}

function offer_subdivisions(dialog, places) {
	const place = places.find(({ value }) => value === dialog.get_value("country"));
	const subdivisions = (place && place.subdivisions) || [];
	dialog.set_value("subdivision", "");
	dialog.set_df_property("subdivision", "hidden", subdivisions.length ? 0 : 1);
	dialog.fields_dict.subdivision.set_data(subdivisions);
}

function describe_import(counts) {
	const rows = [
		[__("Dates added"), counts.added],
		[__("of these make-up working days"), counts.make_up],
		[__("Dates that had a row and keep it"), counts.kept],
	];
	const notes = counts.not_announced.length
		? __(
				"The make-up working days of {0} are not announced yet or not known to this version. Enter them by hand when they are.",
				[counts.not_announced.join(", ")],
		  )
		: "";
	return make_table([], rows) + `<p>${notes}</p>`;
}

function open_trial(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Test this calendar"),
		size: "large",
		fields: [
			{ fieldname: "date", fieldtype: "Date", label: __("Start date"), default: "Today", reqd: 1 },
			{
				// Not a Float, which Frappe fills up with zeros: "4.000".
				fieldname: "amount",
				fieldtype: "Data",
				label: __("Time", null, "CS Service Policy Target"),
				default: "4",
				reqd: 1,
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "time",
				fieldtype: "Data",
				label: __("Start time ({0})", [frm.doc.time_zone || __("time zone of the calendar")]),
				default: "09:00",
				reqd: 1,
			},
			{
				fieldname: "unit",
				fieldtype: "Select",
				label: __("Unit"),
				options: UNITS.map((value) => ({ value, label: __(value) })),
				default: "Business Hours",
				reqd: 1,
			},
			{ fieldtype: "Section Break" },
			{ fieldname: "result", fieldtype: "HTML" },
		],
		primary_action_label: __("Compute"),
		primary_action(values) {
			const saved = !frm.is_new() && !frm.is_dirty();
			frappe
				.xcall(`${CALENDAR_MODULE}calendar_trial.test_calendar`, {
					calendar: saved ? frm.doc.name : JSON.stringify(frm.doc),
					start: `${values.date} ${values.time}`,
					amount: flt(values.amount),
					unit: values.unit,
				})
				.then((result) => dialog.get_field("result").$wrapper.html(describe_trial(result)));
		},
	});
	dialog.show();
}

function describe_trial(result) {
	const moments = [result.deadline, ...result.intervals.flatMap(({ from, to }) => [from, to])];
	const clock = moments.every((text) => text.endsWith(":00")) ? "HH:mm" : "HH:mm:ss";
	const heading = __("Deadline: {0} ({1})", [
		`<b>${with_weekday(result.deadline, clock)}</b>`,
		frappe.utils.escape_html(result.time_zone),
	]);
	const rows = result.intervals.map(({ from, to, seconds }) => [
		with_weekday(from, clock),
		with_weekday(to, clock),
		spell_length(seconds),
	]);
	rows.push([`<b>${__("Total")}</b>`, "", `<b>${spell_length(result.seconds)}</b>`]);
	const more = result.hidden ? `<p>${__("{0} more intervals are not shown.", [result.hidden])}</p>` : "";
	const head = [
		__("From", null, "CS Service Calendar Window"),
		__("To", null, "CS Service Calendar Window"),
		__("Time used"),
	];
	return `<p>${heading}</p>${make_table(head, rows)}${more}`;
}

function with_weekday(text, clock) {
	const moment_of = moment(text);
	const weekday = __(moment_of.clone().locale("en").format("dddd"));
	return `${weekday} ${moment_of.format(`YYYY-MM-DD ${clock}`)}`;
}

function spell_length(seconds) {
	const hours = Math.floor(seconds / 3600);
	const minutes = Math.floor((seconds % 3600) / 60);
	const two = (number) => String(number).padStart(2, "0");
	if (seconds % 60) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
	return hours ? __("{0} h {1} min", [hours, minutes]) : __("{0} min", [minutes]);
}

// Cells are made here from numbers, dates and translated words only.
function make_table(head, rows) {
	const cells = (row, tag) => row.map((cell) => `<${tag}>${cell}</${tag}>`).join("");
	const heading = head.length ? `<thead><tr>${cells(head, "th")}</tr></thead>` : "";
	const body = rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("");
	return `<table class="table table-bordered table-sm">${heading}<tbody>${body}</tbody></table>`;
}
