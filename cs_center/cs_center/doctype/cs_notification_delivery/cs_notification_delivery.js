frappe.ui.form.on("CS Notification Delivery", {
	refresh(frm) {
		frm.disable_save();
		if (!frappe.user.has_role("System Manager") && !frappe.user.has_role("CS Manager")) return;
		if (["Dead", "Cancelled"].includes(frm.doc.state)) {
			frm.add_custom_button(__("Resend"), () => change_delivery(frm, "resend"));
		}
		if (frm.doc.state === "Queued") {
			frm.add_custom_button(__("Cancel"), () =>
				frappe.confirm(__("Cancel this message? It is then sent to nobody."), () =>
					change_delivery(frm, "cancel"),
				),
			);
		}
	},
});

function change_delivery(frm, method) {
	return frappe
		.xcall(`cs_center.api.notifications.${method}`, { delivery: frm.doc.name })
		.then((message) => {
			if (message) frappe.show_alert({ message, indicator: "green" });
			return frm.reload_doc();
		});
}
