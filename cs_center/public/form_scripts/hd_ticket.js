// Kept up to date by CS Center. To change this script, remove this line: it is then left alone.

function setupForm({ doc, call, toast, createToast, $dialog }) {
	const ESCALATIONS = "cs_center.api.escalations.";
	const COMPLAINTS = "cs_center.api.complaints.";
	const CUSTOMERS = "cs_center.api.customers.";

	// The helpdesk's own translation where it has one, else the browser's language decides.
	function say(english, chinese) {
		if (typeof window.__ === "function") return window.__(english);
		return (navigator.language || "").startsWith("zh") ? chinese : english;
	}

	function tell(message, kind) {
		if (toast && toast[kind]) {
			toast[kind](message);
		} else if (createToast) {
			createToast({ title: message, message, type: kind });
		}
	}

	function tellError(error) {
		tell((error.messages && error.messages[0]) || error.message, "error");
	}

	// The screen asks for the buttons before the ticket has arrived: its name is read at the click.
	function ticketName() {
		return ((doc && doc.data) || doc).name;
	}

	function acknowledgedNow() {
		return say("The ticket is acknowledged.", "工单已受理确认。");
	}

	function acknowledgedBefore() {
		return say("The ticket had been acknowledged or answered before.", "工单此前已受理确认或已回复。");
	}

	function acknowledge() {
		return call("cs_center.api.tickets.acknowledge", { ticket: ticketName() }).then(
			(fresh) => tell(fresh ? acknowledgedNow() : acknowledgedBefore(), "success"),
			tellError,
		);
	}

	function explain() {
		window.open(`/cs-explain?ticket=${encodeURIComponent(ticketName())}`, "_blank");
	}

	// The server answers with the sentence to show.
	function answerEscalations(method, values) {
		return call(ESCALATIONS + method, { ticket: ticketName(), ...values }).then(
			(sentence) => tell(sentence, "success"),
			tellError,
		);
	}

	function acknowledgeEscalations() {
		return answerEscalations("acknowledge_ticket", {});
	}

	function snooze(minutes) {
		return answerEscalations("snooze_ticket", { minutes });
	}

	function showEscalations() {
		return call(`${ESCALATIONS}of_ticket`, { ticket: ticketName() }).then((found) => {
			const nothing = say("This ticket has not been escalated.", "该工单没有升级记录。");
			if (!found.length) return tell(nothing, "info");
			const title = say("Escalations of this ticket", "该工单的升级");
			const html = `<div style="max-height:65vh;overflow-y:auto">${found.map(linesOf).join("")}</div>`;
			$dialog({ title, size: "2xl", html });
		}, tellError);
	}

	// One escalation in words. All of it is text of the server, which may hold what customers wrote.
	function linesOf(one) {
		const told = [...one.told, one.channel].filter(Boolean).join(", ");
		const lines = [
			`${say("Reason", "原因")}: ${one.not_sent || one.cause}`,
			told && `${say("Told", "已通知")}: ${told}`,
			...one.ways,
			...one.actions,
			one.acknowledged_by && `${say("Acknowledged by", "认领人")}: ${one.acknowledged_by}`,
			one.snoozed_until && `${say("Snoozed until", "暂缓至")}: ${one.snoozed_until}`,
			one.note && `${say("Note", "备注")}: ${one.note}`,
		];
		const page = `/cs-escalation?name=${encodeURIComponent(one.name)}`;
		const heading = `${one.level_text} · ${one.ladder} · ${one.state_text}`;
		const rows = lines.filter(Boolean).map((line) => `<div>${escaped(line)}</div>`);
		return `<div style="padding:10px 0;border-top:1px solid #ededed;font-size:14px;line-height:1.55">
			<div style="display:flex;gap:12px;justify-content:space-between">
				<a href="${page}" target="_blank" style="font-weight:600;color:${colourOf(one)}">${escaped(heading)}</a>
				<span style="color:#7c7c7c;white-space:nowrap">${escaped(one.raised_at)}</span>
			</div>${rows.join("")}</div>`;
	}

	function colourOf({ state }) {
		const colours = { Open: "#c0362c", Snoozed: "#5b5fc7", Acknowledged: "#0b64c0", Resolved: "#1a7f4b" };
		return colours[state] || "#7c7c7c";
	}

	function askSuggestion() {
		return call(`${COMPLAINTS}suggestion`, { ticket: ticketName() });
	}

	// Dialogs close before the answer comes: the message then tells what became of it.
	function button(label, action, theme) {
		const onClick = (dialog) => {
			const close = (dialog && dialog.close) || dialog;
			if (typeof close === "function") close();
			return action();
		};
		return { label, variant: theme ? "solid" : "subtle", ...(theme ? { theme } : {}), onClick };
	}

	function registerComplaint() {
		return askSuggestion().then((found) => {
			const known = found.accepted_label || (found.is_complaint && found.label);
			const asKnown = say("Register as {0}", "登记为{0}").replace("{0}", known);
			$dialog({
				title: say("Register complaint", "登记投诉"),
				size: "xl",
				html: suggestionHtml(found) + complaintsHtml(found.complaints),
				actions: [
					...(known ? [button(asKnown, () => register(1), "gray")] : []),
					button(say("Register without category", "不分类登记"), () => register(0)),
					button(say("Choose in Desk", "到 Desk 中选择"), () => openInDesk(found.desk_url)),
				],
			});
		}, tellError);
	}

	function register(classified) {
		return call(`${COMPLAINTS}register`, { ticket: ticketName(), classified }).then(
			(done) => tell(done.message, "success"),
			tellError,
		);
	}

	function openInDesk(url) {
		window.open(url, "_blank");
	}

	function acceptCategory() {
		return askSuggestion().then((found) => {
			const accept = say("Accept {0}", "采纳{0}").replace("{0}", found.label);
			$dialog({
				title: say("Accept category", "采纳分类"),
				size: "xl",
				html: suggestionHtml(found),
				actions: [
					...(found.category ? [button(accept, () => sendCategory(found.category), "gray")] : []),
					button(say("Choose in Desk", "到 Desk 中选择"), () => openInDesk(found.desk_url)),
				],
			});
		}, tellError);
	}

	function sendCategory(category) {
		return call(`${COMPLAINTS}accept_suggestion`, { ticket: ticketName(), category }).then(
			(sentence) => tell(sentence, "success"),
			tellError,
		);
	}

	function showComplaints() {
		return askSuggestion().then(({ complaints }) => {
			const nothing = say("This ticket has no complaints.", "该工单没有投诉。");
			if (!complaints.length) return tell(nothing, "info");
			const title = say("Complaints of this ticket", "该工单的投诉");
			$dialog({ title, size: "2xl", html: complaintsHtml(complaints) });
		}, tellError);
	}

	// What the words of the ticket suggest, and why. Words of customers are shown here.
	function suggestionHtml(found) {
		const confidence = say("Confidence: {0} %", "置信度：{0} %").replace("{0}", found.confidence);
		const words = `${say("Words found", "匹配词语")}: ${found.words.join(", ")}`;
		const accepted = `${say("Accepted category", "已采纳分类")}: ${found.accepted_label}`;
		const lines = [
			`${say("Suggested category", "建议分类")}: ${found.path || found.reason}`,
			found.category && confidence,
			found.words.length && words,
			found.accepted && accepted,
		];
		const rows = lines.filter(Boolean).map((line) => `<div>${escaped(line)}</div>`);
		return `<div style="font-size:14px;line-height:1.6;padding-bottom:8px">${rows.join("")}</div>`;
	}

	function complaintsHtml(complaints) {
		const rows = complaints.map((one) => {
			const facts = [one.stage_label, one.severity_label, one.category_label, one.next_deadline];
			return `<div style="padding:8px 0;border-top:1px solid #ededed;font-size:14px;line-height:1.5">
				<a href="${escaped(one.url)}" target="_blank" style="font-weight:600;color:#0b64c0">${escaped(one.name)}</a>
				<span>${escaped(facts.filter(Boolean).join(" · "))}</span>
				<div style="color:#7c7c7c">${escaped(one.subject)}</div></div>`;
		});
		return `<div style="max-height:50vh;overflow-y:auto">${rows.join("")}</div>`;
	}

	function showCustomer() {
		return call(`${CUSTOMERS}short`, { ticket: ticketName() }).then((found) => {
			const nobody = say("This ticket has no customer.", "该工单没有客户。");
			if (!found.customer) return tell(nobody, "info");
			const actions = found.url
				? [button(say("Open in Desk", "到 Desk 中打开"), () => openInDesk(found.url))]
				: [];
			$dialog({ title: say("Customer", "客户"), size: "xl", html: customerHtml(found), actions });
		}, tellError);
	}

	// Who writes, and why that matters: one look while the ticket is answered.
	function customerHtml(found) {
		const agent = `${say("Dedicated agent", "专属客服")}: ${found.dedicated_agent}`;
		const numbers = [
			[found.spend, say("Spend", "消费金额")],
			[found.orders, say("Orders", "订单数")],
			[found.open_tickets, say("Open tickets", "未结工单")],
			[found.open_complaints, say("Open complaints", "未结投诉")],
			[found.last_rating || "–", say("Last rating", "最近评分")],
		];
		const lines = [found.sentence, found.dedicated_agent && agent].filter(Boolean);
		return `<div style="font-size:14px;line-height:1.6">
			<div style="display:flex;flex-wrap:wrap;gap:10px;align-items:center;padding-bottom:6px">
				<span style="font-size:16px;font-weight:600">${escaped(found.customer)}</span>${badgeHtml(found)}</div>
			${lines.map((line) => `<div>${escaped(line)}</div>`).join("")}${perksHtml(found.perks)}
			<div style="display:flex;flex-wrap:wrap;gap:8px 28px;padding-top:12px">${numbers
				.map(numberHtml)
				.join("")}</div>
		</div>`;
	}

	function badgeHtml({ tier_label, colour, since }) {
		if (!tier_label) return "";
		const known = /^#[0-9a-f]{6}$/i.test(colour || "") ? colour : "#7c7c7c";
		const text = since ? say("{0} since {1}", "{0}，自 {1} 起") : "{0}";
		const words = text.replace("{0}", () => tier_label).replace("{1}", () => since);
		return `<span style="padding:1px 12px;border-radius:999px;border:1px solid ${known};background:${known}26">${escaped(
			words,
		)}</span>`;
	}

	function perksHtml(perks) {
		const rows = (perks || []).map((perk) => `<li>${escaped(perk)}</li>`);
		return rows.length ? `<ul style="padding:6px 0 0 18px;list-style:disc">${rows.join("")}</ul>` : "";
	}

	function numberHtml([value, label]) {
		return `<div><div style="font-size:16px;font-weight:600">${escaped(value)}</div>
			<div style="color:#7c7c7c;font-size:12px">${escaped(label)}</div></div>`;
	}

	function escaped(text) {
		const element = document.createElement("div");
		element.textContent = text;
		return element.innerHTML;
	}

	return {
		actions: [
			{ label: say("Explain deadlines", "说明时限"), onClick: explain },
			{ label: say("Acknowledge", "受理确认"), onClick: acknowledge },
			// One entry: Helpdesk puts a second labelled list below the first one, out of its header.
			{
				group: say("Service", "服务"),
				buttonLabel: say("Service", "服务"),
				hideLabel: true,
				items: [
					{ label: say("Show customer", "查看客户"), onClick: showCustomer },
					{ label: say("Register complaint", "登记投诉"), onClick: registerComplaint },
					{ label: say("Accept category", "采纳分类"), onClick: acceptCategory },
					{ label: say("Show complaints", "查看投诉"), onClick: showComplaints },
					{ label: say("Acknowledge escalation", "认领升级"), onClick: acknowledgeEscalations },
					{ label: say("Snooze 30 minutes", "暂缓 30 分钟"), onClick: () => snooze(30) },
					{ label: say("Snooze 2 hours", "暂缓 2 小时"), onClick: () => snooze(120) },
					{ label: say("Show escalations", "查看升级"), onClick: showEscalations },
				],
			},
		],
	};
}
