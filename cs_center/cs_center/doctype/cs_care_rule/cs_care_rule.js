const MOST_DATES = 3;

frappe.ui.form.on("CS Care Rule", {
	setup(frm) {
		frm.set_query("lowest_tier", () => ({ filters: { enabled: 1 } }));
		frm.set_query("team", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		if (frm.perm[0]?.write && frm.doc.occasion === "Holiday") {
			frm.add_custom_button(__("Choose a holiday"), () => choose_holiday(frm));
		}
		tell_dates(frm);
	},

	occasion: (frm) => frm.trigger("refresh"),
	days_before: tell_dates,
	fixed_month: tell_dates,
	fixed_day: tell_dates,
	holiday_name: tell_dates,
	sample_percent: tell_dates,
	sample_most: tell_dates,
});

function holidays_of(country) {
	return frappe.xcall("cs_center.api.customers.holidays", { country });
}

// --- when ------------------------------------------------------------------------------------------------------------

// The answer may come after the rule was changed again: only the last question counts.
async function tell_dates(frm) {
	const asked = (frm.cs_dates_asked = {});
	const sentence = await sentence_of(frm).catch(() => "");
	if (frm.cs_dates_asked !== asked) return;
	frm.set_intro();
	if (sentence) frm.set_intro(frappe.utils.escape_html(sentence), "blue");
}

async function sentence_of(frm) {
	const days = cint(frm.doc.days_before);
	const { occasion } = frm.doc;
	if (occasion === "Birthday") return days_before(days, __("the birthday of each customer"));
	if (occasion === "Renewal") {
		return days_before(days, __("the day on which the customer's membership or contract renews"));
	}
	if (occasion === "Visit") return sentence_of_visits(frm.doc);
	const dates = await holiday_dates(frm);
	if (!dates.length) return __("Choose a holiday of the official list, or enter a month and a day.");
	return days_before(days, dates.join(__(", ")));
}

function days_before(days, what) {
	return days
		? __("Follow-ups for {0}, made {1} days before.", [what, days])
		: __("Follow-ups for {0}, made on the day itself.", [what]);
}

function sentence_of_visits({ sample_percent, sample_most }) {
	if (!flt(sample_percent)) return __("Enter how many percent of the customers are visited in a month.");
	const share = __("Each month {0} % of the customers are drawn", [flt(sample_percent)]);
	return cint(sample_most)
		? __("{0}, at most {1}, spread over the month.", [share, cint(sample_most)])
		: __("{0}, spread over the month.", [share]);
}

// The next days that are kept, as the user reads them. A saved rule's come from where its tasks are made.
async function holiday_dates(frm) {
	const today = frappe.datetime.get_today();
	const days = frm.doc.holiday_name ? await official_dates(frm) : fixed_dates(frm.doc);
	return days
		.filter((day) => day >= today)
		.slice(0, MOST_DATES)
		.map((day) => frappe.datetime.str_to_user(day));
}

async function official_dates(frm) {
	const { name, holiday_country, holiday_name } = frm.doc;
	if (!frm.is_dirty() && !frm.is_new()) {
		return frappe.xcall("cs_center.api.customers.next_dates", { rule: name });
	}
	if (!holiday_country) return [];
	const known = await holidays_of(holiday_country);
	return known.find((holiday) => holiday.name === holiday_name)?.dates ?? [];
}

// A 29 February stands in the years that have one.
function fixed_dates({ fixed_month, fixed_day }) {
	if (!cint(fixed_month) || !cint(fixed_day)) return [];
	const year = new Date().getFullYear();
	return [0, 1, 2, 3, 4]
		.map((later) => moment([year + later, cint(fixed_month) - 1, cint(fixed_day)]))
		.filter((day) => day.isValid())
		.map((day) => day.format("YYYY-MM-DD"));
}

// --- choosing a holiday ------------------------------------------------------------------------------------------------

async function choose_holiday(frm) {
	const method = "cs_center.cs_center.doctype.cs_service_calendar.holiday_import.list_holiday_places";
	const { message: places } = await frappe.call({ method, type: "GET" });
	const dialog = new frappe.ui.Dialog({
		title: __("Choose a holiday"),
		fields: [
			{
				fieldname: "country",
				fieldtype: "Autocomplete",
				label: __("Country"),
				options: places.map(({ value, label }) => ({ value, label })),
				default: frm.doc.holiday_country || "CN",
				reqd: 1,
				onchange: () => offer_holidays(dialog),
			},
			{ fieldname: "holiday", fieldtype: "Autocomplete", label: __("Holiday"), reqd: 1 },
		],
		primary_action_label: __("Choose"),
		primary_action({ country, holiday }) {
			frm.set_value({ holiday_country: country, holiday_name: holiday, fixed_month: 0, fixed_day: 0 });
			dialog.hide();
		},
	});
	dialog.show();
	offer_holidays(dialog);
}

async function offer_holidays(dialog) {
	const country = dialog.get_value("country");
	if (!country) return;
	const known = await holidays_of(country).catch(() => []);
	const years = new Set(known.flatMap(({ dates }) => dates.map((day) => day.slice(0, 4))));
	const names = [...new Set(known.map(({ name }) => lasting_name(name)))];
	dialog.fields_dict.holiday.set_data(names.map((name) => holiday_option(name, known, years)));
}

// Official notices name a holiday in two languages, lists of years without one do not: what both have lasts.
function lasting_name(name) {
	return name.replace(/\s*[\u4e00-\u9fff].*$/, "").trim() || name;
}

// A name that only one year's list has would make nothing in the others: that is told before it is chosen.
function holiday_option(name, known, years) {
	const dates = known
		.filter((holiday) => holiday.name.toLowerCase().includes(name.toLowerCase()))
		.flatMap((holiday) => holiday.dates)
		.sort();
	const missing = [...years].filter((year) => !dates.some((day) => day.startsWith(year)));
	const shown = dates.map((day) => frappe.datetime.str_to_user(day)).join(__(", "));
	const description = missing.length
		? __("{0}; not under this name in {1}", [shown, missing.join(__(", "))])
		: shown;
	return { value: name, label: name, description };
}
