frappe.listview_settings["CS Agent Profile"] = {
	add_fields: ["away_from", "away_until"],
	get_indicator(doc) {
		const now = frappe.datetime.system_datetime();
		const is_named = doc.away_from || doc.away_until;
		const is_away = (!doc.away_from || doc.away_from <= now) && (!doc.away_until || now < doc.away_until);
		return is_named && is_away ? [__("Away"), "orange"] : [__("Present"), "green"];
	},
};
