const DELIVERY_COLOURS = {
	Queued: "blue",
	Sending: "orange",
	Sent: "green",
	Dead: "red",
	Cancelled: "gray",
};

frappe.listview_settings["CS Notification Delivery"] = {
	add_fields: ["state", "channel"],
	hide_name_column: true,
	get_indicator(doc) {
		return [__(doc.state), DELIVERY_COLOURS[doc.state] || "gray", `state,=,${doc.state}`];
	},
	formatters: {
		// A group chat has no recipient of its own.
		recipient: (value, df, doc) => frappe.utils.escape_html(value || doc.channel || ""),
	},
	onload(listview) {
		if (!frappe.user.has_role("System Manager") && !frappe.user.has_role("CS Manager")) return;
		listview.page.add_actions_menu_item(__("Resend"), () => resend_checked(listview), false);
	},
};

// One after the other: the answer to each is told, and one that is refused does not keep the others.
async function resend_checked(listview) {
	const names = listview
		.get_checked_items()
		.filter((doc) => ["Dead", "Cancelled"].includes(doc.state))
		.map((doc) => doc.name);
	if (!names.length) {
		frappe.msgprint(__("Choose messages that are dead or cancelled. The others need no resending."));
		return;
	}
	let queued = 0;
	for (const delivery of names) {
		await frappe
			.xcall("cs_center.api.notifications.resend", { delivery })
			.then(() => (queued += 1))
			.catch(() => {});
	}
	frappe.show_alert({ message: __("{0} of {1} messages are queued again.", [queued, names.length]) });
	listview.clear_checked_items();
	listview.refresh();
}
