// The short form of the customer on the Desk form of a ticket: one look while it is answered.
frappe.provide("cs_center.ticket_customer");

// Frappe runs this file in the page's own scope: without the function its names would be the page's.
(() => {
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

	Object.assign(cs_center.ticket_customer, {
		add_button(frm) {
			if (!frm.doc.customer || !frappe.model.can_read("CS Customer Profile")) return;
			frm.add_custom_button(__("Show customer"), () => show(frm.doc.name));
		},
	});

	function show(ticket) {
		return frappe
			.xcall("cs_center.api.customers.short", { ticket })
			.then((found) => {
				if (!found.customer) return frappe.msgprint(__("This ticket has no customer."));
				const dialog = new frappe.ui.Dialog({
					title: __("Customer"),
					fields: [{ fieldname: "short", fieldtype: "HTML" }],
					...(found.url ? ways_on(found, () => dialog.hide()) : {}),
				});
				dialog.fields_dict.short.$wrapper.html(short_form(found));
				return dialog.show();
			})
			.catch(() => undefined); // Frappe has shown the refusal
	}

	function ways_on({ customer }, close) {
		return {
			primary_action_label: __("Open customer"),
			primary_action() {
				close();
				frappe.set_route("Form", "CS Customer Profile", customer);
			},
		};
	}

	function short_form(found) {
		const agent = found.dedicated_agent && __("Dedicated agent: {0}", [found.dedicated_agent]);
		const lines = [found.sentence, agent].filter(Boolean).map((line) => `<div>${escaped(line)}</div>`);
		const perks = found.perks.map((perk) => `<li>${escaped(perk)}</li>`);
		const numbers = [
			[found.spend, __("Spend")],
			[found.orders, __("Orders")],
			[found.open_tickets, __("Open tickets")],
			[found.open_complaints, __("Open complaints")],
			[found.last_rating || "–", __("Last rating")],
		];
		return `<div style="display: flex; gap: 10px; align-items: center; margin-bottom: 6px">
			<b style="font-size: var(--text-lg)">${escaped(found.customer)}</b>${badge(found)}</div>${lines.join("")}
			${perks.length ? `<ul style="padding-left: 18px; margin: 6px 0 0">${perks.join("")}</ul>` : ""}
			<div style="display: flex; flex-wrap: wrap; gap: 8px 28px; margin-top: 12px">${numbers
				.map(number_of)
				.join("")}</div>`;
	}

	function badge({ tier_label, colour, since }) {
		if (!tier_label) return "";
		const tint = /^#[0-9a-f]{6}$/i.test(colour || "")
			? `background: ${colour}26; border-color: ${colour}`
			: "background: var(--control-bg)";
		const text = since ? __("{0} since {1}", [tier_label, since]) : tier_label;
		return `<span style="padding: 1px 12px; border-radius: 999px; border: 1px solid var(--border-color); ${tint}">
			${escaped(text)}</span>`;
	}

	function number_of([value, label]) {
		return `<div><b style="font-size: var(--text-lg)">${escaped(value)}</b>
			<div class="text-muted" style="font-size: var(--text-sm)">${escaped(label)}</div></div>`;
	}
})();
