frappe.ui.form.on("CS Customer Tier", {
	setup(frm) {
		frm.set_query("dedicated_agent", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("team", () => ({ filters: { disabled: 0 } }));
	},
	refresh: tell_tier,
	...Object.fromEntries(
		[
			"spend_threshold",
			"order_threshold",
			"needs",
			"window_months",
			"reply_factor",
			"resolution_factor",
			"priority_uplift",
		].map((fieldname) => [fieldname, tell_tier]),
	),
});

// What the tier asks and gives, in words: wrong figures are seen where they are entered.
function tell_tier(frm) {
	const sentences = [asked_of(frm.doc), given_to(frm.doc)].filter(Boolean);
	frm.set_intro();
	frm.set_intro(sentences.map(frappe.utils.escape_html).join("<br>"), "blue");
}

function asked_of({ spend_threshold, order_threshold, needs, window_months, currency }) {
	const spend = spend_threshold > 0 && format_currency(spend_threshold, currency);
	const orders = order_threshold > 0 && cint(order_threshold);
	const months = cint(window_months);
	if (spend && orders) {
		return needs === "Both"
			? __("Asks for {0} and {1} orders within {2} months.", [spend, orders, months])
			: __("Asks for {0} or {1} orders within {2} months.", [spend, orders, months]);
	}
	if (spend) return __("Asks for {0} within {1} months.", [spend, months]);
	if (orders) return __("Asks for {0} orders within {1} months.", [orders, months]);
	return __("Asks for nothing: this is the tier of every customer who reaches no higher one.");
}

function given_to({ reply_factor, resolution_factor, priority_uplift }) {
	const percent = (factor) => Math.round(100 * flt(factor || 1));
	const gifts = [
		percent(reply_factor) < 100 &&
			__("the first reply within {0} % of the policy's time", [percent(reply_factor)]),
		percent(resolution_factor) < 100 && __("the solution within {0} % of it", [percent(resolution_factor)]),
		cint(priority_uplift) === 1 && __("a priority one step higher"),
		cint(priority_uplift) > 1 && __("a priority {0} steps higher", [cint(priority_uplift)]),
	].filter(Boolean);
	if (!gifts.length) return __("Its tickets have the times and the priority of the service policy.");
	return __("Its new tickets have {0}.", [gifts.join(__(", "))]);
}
