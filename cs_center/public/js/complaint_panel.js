// The panel at the top of a complaint: where it stands, what it owes, what can be done next and what is in the way.
frappe.provide("cs_center.complaint_panel");

// Frappe runs this file in the page's own scope: without the function its names would be the page's.
(() => {
	const CLOCK_COLOURS = {
		Running: "blue",
		Paused: "orange",
		Met: "green",
		Breached: "red",
		Cancelled: "gray",
	};
	const SEVERITY_COLOURS = { General: "blue", Important: "orange", Major: "red" };

	// Texts of customers are shown here: nothing goes into the page but through this.
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));

	Object.assign(cs_center.complaint_panel, {
		// `answers`: what a click does, by its name: move(index), action_list(), repeated().
		draw(wrapper, panel, answers) {
			const parts = [
				stage_bar(panel),
				path_line(panel),
				clock_list(panel),
				next_steps(panel),
				history(panel),
			];
			wrapper.html(`<div class="cs-panel">${STYLE}${parts.join("")}</div>`);
			wrapper.find("[data-does]").on("click", (event) => {
				event.preventDefault();
				const { does, index } = event.currentTarget.dataset;
				answers[does](cint(index));
			});
		},

		// Whether the case goes on with it; the others take it back or end it.
		is_forward(panel, move) {
			const order = panel.stages.map(({ stage }) => stage);
			return order.indexOf(move.stage) > order.indexOf(panel.stage);
		},
	});

	function stage_bar({ stages }) {
		const items = stages.map(
			({ label, state }) =>
				`<li class="${state}" title="${escaped(label)}"><span>${escaped(label)}</span></li>`,
		);
		return `<ol class="cs-stages">${items.join("")}</ol>`;
	}

	function path_line({ path, repeat, actions }) {
		const colour = SEVERITY_COLOURS[path.severity] || "gray";
		const severity = path.severity ? __(path.severity) : __("No severity yet");
		const pill = `<span class="indicator-pill ${colour}">${escaped(severity)}</span>`;
		const repeated = repeat.is_repeat
			? `<a href="#" data-does="repeated">${escaped(__("Repeats {0}", [repeat.of]))}</a>`
			: "";
		const number = actions.open + actions.done + actions.cancelled;
		const counts = __("Actions: {0} open, {1} done", [actions.open, actions.done]);
		const work = number ? `<a href="#" data-does="action_list">${escaped(counts)}</a>` : "";
		const sentence = `<span>${escaped(path.sentence)}</span>`;
		return `<div class="cs-line">${[pill, sentence, repeated, work].filter(Boolean).join("")}</div>`;
	}

	function clock_list({ clocks }) {
		const rows = clocks.map((clock) => {
			const pill = `<span class="indicator-pill ${CLOCK_COLOURS[clock.state] || "gray"}">${escaped(
				clock.state_label,
			)}</span>`;
			const cells = [escaped(clock.title), pill, escaped(clock.text), escaped(clock.target)];
			return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
		});
		if (!rows.length) return "";
		return `<table class="cs-clocks"><tbody>${rows.join("")}</tbody></table>`;
	}

	function next_steps(panel) {
		if (!panel.moves.length) return "";
		const buttons = panel.moves.map(move_button);
		return `<div class="cs-heading">${escaped(__("Next steps"))}</div>
		<div class="cs-moves">${buttons.join("")}</div>${in_the_way(panel)}`;
	}

	// A move that only asks for something to be typed in is free: its dialog asks. One that is blocked tells how much is missing.
	function move_button({ label, stage, missing, needs_note }, index) {
		const is_blocked = cs_center.complaint_moves.is_blocked({ missing });
		const kind = is_blocked ? "btn-default blocked" : index === 0 ? "btn-primary" : "btn-default";
		const why = missing.map(({ text }) => text).join("\n");
		const asks = !is_blocked && (missing.length || needs_note) ? " …" : "";
		const count = is_blocked
			? `<span class="cs-count">${escaped(__("{0} missing", [missing.length]))}</span>`
			: asks;
		return `<button type="button" class="btn btn-sm ${kind}" data-does="move" data-index="${index}"
		data-stage="${escaped(stage)}" title="${escaped(why)}">${escaped(label)}${count}</button>`;
	}

	// What blocks the ways forward; for the others the button tells it.
	function in_the_way(panel) {
		const blocks = panel.moves
			.filter(({ missing }) => missing.length)
			.filter((move, index) => index === 0 || cs_center.complaint_panel.is_forward(panel, move));
		return blocks
			.map(({ label, missing }) => {
				const lines = missing.map(({ text }) => `<li>${escaped(text)}</li>`);
				return `<div class="cs-missing"><div>${escaped(__("Before {0}:", [label]))}</div>
				<ul>${lines.join("")}</ul></div>`;
			})
			.join("");
	}

	function history({ history: lines }) {
		const rows = [...lines]
			.reverse()
			.map(({ at, text }) => `<li><time>${escaped(at)}</time><span>${escaped(text)}</span></li>`);
		return `<details class="cs-history"><summary>${escaped(__("History"))} (${lines.length})</summary>
		<ol>${rows.join("")}</ol></details>`;
	}

	const STYLE = `<style>
.cs-panel { font-size: var(--text-base); line-height: 1.5; margin-bottom: var(--margin-md); }
.cs-panel ol, .cs-panel ul { list-style: none; margin: 0; padding: 0; }
.cs-stages { display: flex; gap: 3px; flex-wrap: wrap; }
.cs-stages li { flex: 1 1 90px; text-align: center; padding: 5px 6px; font-size: var(--text-sm); border-radius: 4px;
	background: var(--control-bg); color: var(--text-muted); overflow-wrap: anywhere; }
.cs-stages li.done { background: var(--bg-green, #e4f5e9); color: var(--text-on-green, #286840); }
.cs-stages li.current { background: var(--primary, #171717); color: var(--neutral, #fff); font-weight: 600; }
.cs-stages li.skipped { text-decoration: line-through; opacity: .7; }
.cs-line { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; margin-top: 12px; }
.cs-clocks { margin-top: 10px; } .cs-clocks td { padding: 2px 18px 2px 0; vertical-align: top; }
.cs-clocks td:last-child { color: var(--text-muted); }
.cs-heading { font-weight: 600; margin-top: 14px; }
.cs-moves { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 6px; }
.cs-moves .blocked { color: var(--text-muted); border: 1px dashed var(--gray-400, #c0c6cc); background: transparent; }
.cs-moves .cs-count { margin-left: 8px; font-size: var(--text-xs); color: var(--red-600, #c0362c); }
.cs-missing { margin-top: 10px; color: var(--text-color); }
.cs-missing ul { padding-left: 18px; list-style: disc; }
.cs-history { margin-top: 14px; } .cs-history summary { cursor: pointer; font-weight: 600; }
.cs-history li { display: grid; grid-template-columns: 150px 1fr; gap: 10px; padding: 2px 0; }
.cs-history time { color: var(--text-muted); font-variant-numeric: tabular-nums; }
.cs-history span { overflow-wrap: anywhere; white-space: pre-line; }
@media (max-width: 600px) { .cs-history li { grid-template-columns: 1fr; gap: 0; } .cs-stages li.ahead { display: none; } }
</style>`;
})();
