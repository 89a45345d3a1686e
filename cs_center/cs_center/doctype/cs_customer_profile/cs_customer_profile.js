const MAY_EVALUATE = ["System Manager", "CS Manager", "CS Team Lead", "CS Customer Care"];
const MAY_ADMINISTER = ["System Manager", "CS Manager"];
const MAY_WRITE_ALL = ["System Manager", "CS Manager", "CS Team Lead", "CS Customer Care"];
const FIELDS_OF_AGENTS = [
	"preferred_channel",
	"preferred_from",
	"preferred_until",
	"consent",
	"consent_on",
	"consent_source",
	"notes",
	"renewal_on",
];

frappe.ui.form.on("CS Customer Profile", {
	before_load: () =>
		frappe.require([
			"/assets/cs_center/js/customer_panel_style.js",
			"/assets/cs_center/js/customer_panel.js",
		]),

	setup(frm) {
		const enabled_staff = () => ({ filters: { enabled: 1, user_type: "System User" } });
		frm.set_query("dedicated_agent", enabled_staff);
		frm.set_query("override_tier", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		frm.fields_dict.panel.$wrapper.empty();
		if (!frappe.user.has_role(MAY_WRITE_ALL)) leave_the_rest_alone(frm);
		if (frm.is_new()) return;
		// The page itself leads on: the connections stay closed until somebody opens them.
		frm.dashboard.links_area?.collapse?.(true);
		add_buttons(frm);
		load_panel(frm);
	},
});

// An agent writes down what customers say on the phone; the server refuses the rest, so it is not offered.
function leave_the_rest_alone(frm) {
	frm.fields
		.filter(({ df }) => frappe.model.is_value_type(df) && !FIELDS_OF_AGENTS.includes(df.fieldname))
		.forEach(({ df }) => frm.set_df_property(df.fieldname, "read_only", 1));
}

// The answer may come when the form shows another customer, or was refreshed once more: only the last question counts.
function load_panel(frm) {
	const asked = (frm.cs_panel_asked = {});
	frappe
		.xcall("cs_center.api.customers.overview", { customer: frm.doc.customer })
		.then((customer) => frm.cs_panel_asked === asked && draw(frm, customer));
}

function draw(frm, customer) {
	cs_center.customer_panel.draw(frm.fields_dict.panel.$wrapper, customer);
}

function add_buttons(frm) {
	if (frappe.user.has_role(MAY_EVALUATE)) {
		frm.add_custom_button(__("Evaluate now"), () => evaluate(frm));
	}
	if (!frappe.user.has_role(MAY_ADMINISTER)) return;
	const group = __("Personal data");
	frm.add_custom_button(__("Export data"), () => export_data(frm), group);
	frm.add_custom_button(__("Anonymise …"), () => ask_to_anonymise(frm), group);
}

async function evaluate(frm) {
	if (frm.is_dirty()) return frappe.msgprint(__("Save the profile first: the saved one is evaluated."));
	const before = frm.doc.tier;
	const customer = await frappe
		.xcall("cs_center.api.customers.evaluate", { customer: frm.doc.customer })
		.catch(() => undefined); // Frappe has shown the refusal
	if (!customer) return undefined;
	const { label } = customer.tier;
	const message =
		customer.tier.name === before
			? __("Evaluated. The tier stays {0}.", [label])
			: __("Evaluated. The tier is now {0}.", [label]);
	frappe.show_alert({ message: frappe.utils.escape_html(message), indicator: "green" });
	return frm.reload_doc();
}

// --- personal data -----------------------------------------------------------------------------------------------------

function export_data(frm) {
	open_url_post("/api/method/cs_center.api.personal_data.export", { customer: frm.doc.customer });
}

// What is told here cannot be undone: the name has to be typed as it stands.
function ask_to_anonymise(frm) {
	const { customer } = frm.doc;
	const dialog = new frappe.ui.Dialog({
		title: __("Anonymise this customer"),
		fields: [
			{ fieldname: "what_happens", fieldtype: "HTML" },
			{
				fieldname: "confirm",
				fieldtype: "Data",
				label: __("Type the customer's name to go on"),
				description: frappe.utils.escape_html(customer),
				reqd: 1,
			},
		],
		primary_action_label: __("Anonymise"),
		primary_action: ({ confirm }) => anonymise(frm, confirm, dialog, button),
	});
	dialog.fields_dict.what_happens.$wrapper.html(what_happens());
	// Without its class the dialog does not find the button any more.
	const button = dialog.get_primary_btn().removeClass("btn-primary").addClass("btn-danger");
	const compare = () => button.prop("disabled", dialog.get_value("confirm") !== customer);
	dialog.fields_dict.confirm.$input.on("input", compare);
	dialog.show();
	compare();
}

function what_happens() {
	const lines = [
		__(
			"The customer gets a neutral name everywhere. Birthday, telephone, address, wishes for contact and notes are emptied.",
		),
		__(
			"What people wrote in complaints, follow-ups and messages is removed, and the name is taken out of what the app wrote itself.",
		),
		__("Purchases, tiers, times and results stay without the name: reports keep adding up."),
		__(
			"Tickets, messages and contacts are Helpdesk's own and stay as they are: delete or change them there. Open tickets, complaints and follow-ups have to be finished first.",
		),
		__("This cannot be undone. Export the data first if somebody may ask for it."),
	];
	const items = lines.map((line) => `<li>${frappe.utils.escape_html(line)}</li>`);
	return `<ul style="padding-left: 18px">${items.join("")}</ul>`;
}

// Frappe shows a refusal itself; the dialog then stays open.
function anonymise(frm, confirm, dialog, button) {
	button.prop("disabled", true);
	const method = "cs_center.api.personal_data.anonymise";
	const args = { customer: frm.doc.customer, confirm };
	return frappe
		.call({ method, args, freeze: true, freeze_message: __("The customer is being anonymised …") })
		.then(async ({ message: done }) => {
			dialog.hide();
			await (done.customer === frm.doc.name
				? frm.reload_doc()
				: frappe.set_route("Form", frm.doctype, done.customer));
			// A message closes when the page changes.
			frappe.msgprint({
				title: __("Anonymised"),
				message: frappe.utils.escape_html(done.message),
				indicator: "green",
			});
		})
		.catch(() => button.prop("disabled", false));
}
