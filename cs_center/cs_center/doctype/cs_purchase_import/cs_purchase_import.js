const PURCHASES = "cs_center.api.purchases.";
const STARTS_FROM = ["Draft", "Refused", "Failed", "Queued", "Running"];
const UNDER_WAY = ["Queued", "Running"];
const SECONDS_BETWEEN_LOOKS = 3;

frappe.ui.form.on("CS Purchase Import", {
	setup(frm) {
		frm.set_df_property("file", "options", { restrictions: { allowed_file_types: [".csv", ".txt"] } });
	},

	refresh(frm) {
		frm.events.show_problems(frm);
		frm.events.show_columns(frm);
		if (!frm.is_new() && STARTS_FROM.includes(frm.doc.state) && frm.perm[0].write) {
			frm.add_custom_button(__("Start"), () => start(frm)).addClass("btn-primary");
		}
		if (frm.doc.imported_rows) {
			frm.add_custom_button(__("Imported Purchases"), () =>
				frappe.set_route("List", "CS Customer Purchase", { import_run: frm.doc.name }),
			);
		}
		if (UNDER_WAY.includes(frm.doc.state)) look_again(frm);
		frm.events.close_when_begun(frm);
	},

	// Rows carry the name of their import: it must not become another file's.
	close_when_begun(frm) {
		const is_closed = UNDER_WAY.includes(frm.doc.state) || Boolean(frm.doc.imported_rows);
		["file", "when_rows_are_bad"].forEach((field) => frm.set_df_property(field, "read_only", is_closed ? 1 : 0));
		if (is_closed) frm.disable_save();
		else frm.enable_save();
	},

	show_problems(frm) {
		const field = frm.fields_dict.problem_table;
		if (!field) return;
		const table = problem_table(JSON.parse(frm.doc.problems || "[]"), frm.doc.bad_rows);
		field.$wrapper.html(table + problem_link(frm.doc.problem_file));
	},

	show_columns(frm) {
		if (!frm.is_new()) return;
		frm.set_intro(
			__(
				"Attach the file, save, then press Start. Column names may be English or Chinese, in any order; rows are checked before any is recorded.",
			),
			"blue",
		);
	},
});

async function start(frm) {
	if (frm.is_dirty()) await frm.save();
	await frappe.xcall(`${PURCHASES}start_import`, { name: frm.doc.name });
	await frm.reload_doc();
}

// Sites without a socket server show progress too, so it is asked for.
function look_again(frm) {
	clearTimeout(frm.import_timer);
	frm.import_timer = setTimeout(async () => {
		if (cur_frm !== frm) return;
		const now = await frappe.xcall(`${PURCHASES}problems`, { name: frm.doc.name });
		if (UNDER_WAY.includes(now.state)) {
			show_progress(frm, now.progress);
			look_again(frm);
		} else {
			frm.dashboard.hide_progress();
			frm.reload_doc();
		}
	}, SECONDS_BETWEEN_LOOKS * 1000);
}

function show_progress(frm, progress) {
	const { what, done, total } = progress;
	if (!what || what === "done") return;
	const words = {
		read: __("Rows read: {0}", [done]),
		checked: __("Rows checked: {0}", [done]),
		recorded: __("Rows imported: {0} of {1}", [done, total]),
	};
	const share = what === "recorded" && total ? (100 * done) / total : 5;
	frm.dashboard.show_progress(__("Import"), share, words[what]);
}

function problem_table(rows, total) {
	if (!rows.length) return "";
	const escape = frappe.utils.escape_html;
	const body = rows
		.map(
			({ row, order_number, problem }) =>
				`<tr><td>${cint(row)}</td><td>${escape(order_number)}</td><td>${escape(problem)}</td></tr>`,
		)
		.join("");
	const head = [__("Row"), __("Order Number"), __("Problem")].map((text) => `<th>${text}</th>`).join("");
	const more =
		total > rows.length
			? `<p class="text-muted">${__("The first {0} of {1} rows. The file has all of them.", [
					rows.length,
					total,
			  ])}</p>`
			: "";
	return `<table class="table table-bordered table-sm"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>${more}`;
}

function problem_link(url) {
	if (!url) return "";
	const text = __("Download the rows with a problem");
	return `<p><a href="${frappe.utils.escape_html(encodeURI(url))}" class="btn btn-default btn-sm" download>${text}</a></p>`;
}
