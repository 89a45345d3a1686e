// Kept up to date by CS Center. To change this script, remove this line: it is then left alone.

function setupForm({ doc, call, toast, createToast, $dialog }) {
	const ESCALATIONS = "cs_center.api.escalations.";

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

	function escaped(text) {
		const element = document.createElement("div");
		element.textContent = text;
		return element.innerHTML;
	}

	return {
		actions: [
			{ label: say("Explain deadlines", "说明时限"), onClick: explain },
			{ label: say("Acknowledge", "受理确认"), onClick: acknowledge },
			{
				group: say("Escalation", "升级"),
				buttonLabel: say("Escalation", "升级"),
				hideLabel: true,
				items: [
					{ label: say("Acknowledge escalation", "认领升级"), onClick: acknowledgeEscalations },
					{ label: say("Snooze 30 minutes", "暂缓 30 分钟"), onClick: () => snooze(30) },
					{ label: say("Snooze 2 hours", "暂缓 2 小时"), onClick: () => snooze(120) },
					{ label: say("Show escalations", "查看升级"), onClick: showEscalations },
				],
			},
		],
	};
}
