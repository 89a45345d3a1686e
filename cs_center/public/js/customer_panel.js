// The customer on one page, above the profile's fields: tier and why, purchases, tickets, complaints, satisfaction, care.
frappe.provide("cs_center.customer_panel");

// Frappe runs this file in the page's own scope: without the function its names would be the page's.
(() => {
	const SERVICE_COLOURS = {
		"On Track": "blue",
		"At Risk": "orange",
		Breached: "red",
		Paused: "gray",
		Met: "green",
	};
	const SEVERITY_COLOURS = { General: "blue", Important: "orange", Major: "red" };
	const FOLLOW_UP_COLOURS = { Open: "orange", Done: "green", Unreachable: "purple", Cancelled: "gray" };
	const MOST_STARS = 5;
	const HIGHEST_BAR = 54; // pixels
	const MOST_BARS = 12; // a year has so many months, its window may touch one more

	// Texts of customers are shown here: nothing goes into the page but through this.
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
	const whole = (number) => format_number(number, null, 0);
	const money = (amount, currency) => format_currency(amount, currency);

	Object.assign(cs_center.customer_panel, {
		draw(wrapper, customer) {
			const columns = [
				[why_card(customer), ticket_card(customer.tickets), follow_up_card(customer.follow_ups)],
				[
					purchase_card(customer),
					complaint_card(customer.complaints),
					satisfaction_card(customer.satisfaction),
				],
			].map((cards) => `<div>${cards.join("")}</div>`);
			wrapper.html(
				`<div class="cs-customer">${cs_center.customer_panel.style}${head(customer)}
				<div class="cs-cards">${columns.join("")}</div>${change_card(customer.changes)}</div>`,
			);
		},
	});

	// --- head ---------------------------------------------------------------------------------------------------------

	function head(customer) {
		const { tier, figures, tickets, complaints, satisfaction } = customer;
		const numbers = [
			number_of(money(figures.spend, figures.currency), __("Spend")),
			number_of(whole(figures.orders), __("Orders")),
			number_of(whole(tickets.open), __("Open tickets"), tickets.open ? "busy" : ""),
			number_of(whole(complaints.open), __("Open complaints"), complaints.open ? "late" : ""),
			number_of(satisfaction.count ? `${satisfaction.average} ★` : "–", __("Satisfaction")),
		];
		return `<div class="cs-who">${badge(tier)}${since(tier)}${agent(customer)}</div>${perks(tier)}
			<div class="cs-numbers">${numbers.join("")}</div>`;
	}

	function badge({ label, colour }) {
		if (!label) return `<span class="cs-badge">${escaped(__("No tier yet"))}</span>`;
		return `<span class="cs-badge" style="${tint(colour)}"><i></i>${escaped(label)}</span>`;
	}

	// A colour that somebody chose: only what is one goes into the page.
	function tint(colour) {
		if (!/^#[0-9a-f]{6}$/i.test(colour || "")) return "";
		return `--cs-tier:${colour};background:${colour}26;border-color:${colour}80`;
	}

	function since({ since: day }) {
		return day ? `<span class="cs-quiet">${escaped(__("since {0}", [day]))}</span>` : "";
	}

	function agent({ dedicated_agent }) {
		if (!dedicated_agent?.user) return "";
		const { name, here } = dedicated_agent;
		const state = here ? __("present") : __("not there");
		return `<span class="cs-agent"><span class="indicator ${here ? "green" : "gray"}"></span>${escaped(
			__("Dedicated agent: {0} ({1})", [name, state]),
		)}</span>`;
	}

	function number_of(value, label, kind = "") {
		return `<div class="${kind}"><b>${escaped(value)}</b><span>${escaped(label)}</span></div>`;
	}

	function perks({ perks: lines }) {
		if (!lines?.length) return "";
		return `<div class="cs-perks">${lines.map((line) => `<span>${escaped(line)}</span>`).join("")}</div>`;
	}

	// --- why this tier --------------------------------------------------------------------------------------------------

	function why_card({ why, figures }) {
		const notes = [why.grace, why.override]
			.filter(Boolean)
			.map((note) => `<p class="cs-note">${escaped(note)}</p>`);
		const rows = why.rows.map((row) => threshold_row(row, figures));
		return card(
			__("Why this tier"),
			`<p>${escaped(why.sentence)}</p>${notes.join("")}<div class="cs-tiers">${rows.join("")}</div>`,
		);
	}

	function threshold_row({ label, needs, months, asked, met }, figures) {
		const how =
			asked.length > 1 ? __("{0}, within {1} months", [needs, months]) : __("within {0} months", [months]);
		const mark = met
			? `<span class="cs-met">✓</span>`
			: `<span class="cs-unmet" title="${escaped(__("not reached"))}">○</span>`;
		const bars = asked.map((one) => threshold_bar(one, met, figures));
		return `<div><div class="cs-tier-name">${mark} ${escaped(label)} <span class="cs-quiet">${escaped(
			how,
		)}</span></div>
			${bars.join("")}</div>`;
	}

	// What is missing counts only where the tier is not reached: of two thresholds one may be enough.
	function threshold_bar({ what, has, wanted, met }, is_reached, { currency }) {
		const shown = (value) => (what === "spend" ? money(value, currency) : whole(value));
		const filled = Math.max(0, Math.min(100, (100 * has) / wanted));
		const name = what === "spend" ? __("Spend") : __("Orders");
		const missing = met || is_reached ? "" : __("{0} still missing", [shown(wanted - has)]);
		return `<div class="cs-threshold">
			<div><span>${escaped(__("{0}: {1} of {2}", [name, shown(has), shown(wanted)]))}</span>
			<span class="cs-quiet">${escaped(missing)}</span></div>
			<div class="cs-track"><i class="${met ? "met" : ""}" style="width:${filled}%"></i></div></div>`;
	}

	// --- purchases -------------------------------------------------------------------------------------------------------

	function purchase_card({ figures, purchases }) {
		const { window_from, window_to } = figures;
		const window = window_from ? __("{0} to {1}", [window_from, window_to]) : "";
		const rows = purchases.map(purchase_row);
		const list = rows.length
			? `<table>${rows.join("")}</table>`
			: nothing(__("No purchases are known of this customer."));
		return card(__("Purchases"), `${month_bars(figures)}${list}`, { aside: window });
	}

	function month_bars({ months: known, currency }) {
		const months = known.slice(-MOST_BARS);
		const most = Math.max(...months.map(({ spend }) => Math.abs(spend)), 0);
		if (!most) return "";
		const bars = months.map(({ month, spend, orders }) => {
			const height = Math.max(Math.round((HIGHEST_BAR * Math.abs(spend)) / most), spend ? 3 : 1);
			const text = __("{0}: {1}, {2} orders", [month, money(spend, currency), orders]);
			const kind = spend < 0 ? "returned" : spend ? "" : "none";
			return `<div title="${escaped(text)}"><i class="${kind}" style="height:${height}px"></i>
				<span>${escaped(month.slice(5))}</span></div>`;
		});
		return `<div class="cs-months">${bars.join("")}</div>`;
	}

	function purchase_row({ order_number, purchased_on, amount, currency, is_return, url }) {
		const kind = is_return ? pill("orange", __("Return")) : "";
		return `<tr><td class="cs-text" title="${escaped(order_number)}">${link(url, order_number)}</td>
			<td>${kind}</td><td class="cs-quiet">${escaped(purchased_on)}</td>
			<td class="cs-amount">${escaped(money(amount, currency))}</td></tr>`;
	}

	// --- what there is to do ---------------------------------------------------------------------------------------------

	function ticket_card({ open, total, rows }) {
		const lines = rows.map(
			({ name, subject, status, service_state, next_deadline, url }) => `<tr>
				<td>${link(url, `#${name}`)}</td><td class="cs-text">${escaped(subject)}</td>
				<td>${service_state ? pill(SERVICE_COLOURS[service_state], __(service_state)) : ""}</td>
				<td class="cs-quiet">${escaped(next_deadline || __(status))}</td></tr>`,
		);
		const list = lines.length
			? `<table>${lines.join("")}</table>`
			: nothing(__("This customer has written no ticket."));
		return card(__("Tickets"), list, { aside: counts(open, total) });
	}

	function complaint_card({ open, total, rows }) {
		const lines = rows.map(
			({ name, subject, stage, severity, url }) => `<tr>
				<td>${link(url, name)}</td><td class="cs-text">${escaped(subject)}</td>
				<td>${severity ? pill(SEVERITY_COLOURS[severity], __(severity)) : ""}</td>
				<td class="cs-quiet">${escaped(__(stage, null, "CS Complaint"))}</td></tr>`,
		);
		const list = lines.length ? `<table>${lines.join("")}</table>` : nothing(__("No complaints."));
		return card(__("Complaints"), list, { aside: counts(open, total) });
	}

	function follow_up_card({ open, rows }) {
		const lines = rows.map(
			({ kind, purpose, due_at, state, url }) => `<tr>
				<td>${link(url, __(kind))}</td><td class="cs-text">${escaped(purpose)}</td>
				<td>${pill(FOLLOW_UP_COLOURS[state], __(state))}</td>
				<td class="cs-quiet">${escaped(due_at)}</td></tr>`,
		);
		const list = lines.length
			? `<table>${lines.join("")}</table>`
			: nothing(__("No calls, greetings or visits are planned, and none were made."));
		return card(__("Follow Ups"), list, { aside: open ? __("{0} open", [open]) : "" });
	}

	function satisfaction_card({ average, count, rows }) {
		if (!count) return card(__("Satisfaction"), nothing(__("This customer has given no rating yet.")));
		const lines = rows.map(
			({ at, stars: given, source }) => `<tr><td class="cs-stars">${stars(given)}</td>
				<td class="cs-text">${escaped(source)}</td><td class="cs-quiet">${escaped(at)}</td></tr>`,
		);
		const all = __("{0} of {1}, ratings: {2}", [average, MOST_STARS, count]);
		return card(__("Satisfaction"), `<table>${lines.join("")}</table>`, { aside: all });
	}

	function stars(given) {
		const filled = Math.max(0, Math.min(MOST_STARS, Math.round(given)));
		return `<b>${"★".repeat(filled)}</b>${"☆".repeat(MOST_STARS - filled)}`;
	}

	function change_card(changes) {
		const lines = changes.map(
			({ at, text }) => `<li><time>${escaped(at)}</time><span>${escaped(text)}</span></li>`,
		);
		const list = lines.length
			? `<ol>${lines.join("")}</ol>`
			: nothing(__("The tier has not changed since the profile was made."));
		return card(__("Last changes of the tier"), list);
	}

	// --- small parts -----------------------------------------------------------------------------------------------------

	function card(title, content, { aside = "" } = {}) {
		const beside = aside ? `<span class="cs-quiet">${escaped(aside)}</span>` : "";
		return `<section><h5>${escaped(title)}${beside}</h5>${content}</section>`;
	}

	function counts(open, total) {
		return total ? __("{0} open of {1}", [open, total]) : "";
	}

	function nothing(sentence) {
		return `<p class="cs-quiet">${escaped(sentence)}</p>`;
	}

	function pill(colour, text) {
		return `<span class="indicator-pill ${colour || "gray"} no-indicator-dot">${escaped(text)}</span>`;
	}

	// An address of the server; nothing else becomes a link.
	function link(url, text) {
		return /^(https?:\/)?\//.test(url || "")
			? `<a href="${escaped(url)}">${escaped(text)}</a>`
			: escaped(text);
	}
})();
