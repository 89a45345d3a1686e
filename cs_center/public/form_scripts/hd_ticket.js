// Kept up to date by CS Center. To change this script, remove this line: it is then left alone.

function setupForm({ doc, call, toast, createToast }) {
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
			(error) => tell((error.messages && error.messages[0]) || error.message, "error"),
		);
	}

	function explain() {
		window.open(`/cs-explain?ticket=${encodeURIComponent(ticketName())}`, "_blank");
	}

	return {
		actions: [
			{ label: say("Explain deadlines", "说明时限"), onClick: explain },
			{ label: say("Acknowledge", "受理确认"), onClick: acknowledge },
		],
	};
}
