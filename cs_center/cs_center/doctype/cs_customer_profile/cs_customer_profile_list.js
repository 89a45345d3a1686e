const COLOURS_OF_TIERS = {};

frappe.listview_settings["CS Customer Profile"] = {
	add_fields: ["tier", "below_since", "override_until"],
	hide_name_column: true,

	// The tiers' colours are the centre's own choice; they arrive once, and the list is drawn again with them.
	onload(listview) {
		frappe.db.get_list("CS Customer Tier", { fields: ["name", "colour"], limit: 0 }).then((tiers) => {
			tiers.forEach(({ name, colour }) => (COLOURS_OF_TIERS[name] = colour));
			listview.render_list?.();
		});
	},

	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.override_until && doc.override_until >= today) {
			return [__("Set by hand"), "purple", `override_until,>=,${today}`];
		}
		if (doc.below_since) return [__("Grace period"), "orange", "below_since,is,set"];
		return [__("By the figures"), "green", "below_since,is,not set|override_until,is,not set"];
	},

	formatters: {
		tier(value) {
			const colour = COLOURS_OF_TIERS[value];
			const dot = /^#[0-9a-f]{6}$/i.test(colour || "")
				? `<span style="display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:6px;background:${colour}"></span>`
				: "";
			return value ? `<span class="ellipsis">${dot}${frappe.utils.escape_html(__(value))}</span>` : "";
		},
	},
};
