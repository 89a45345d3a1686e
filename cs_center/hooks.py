"""Where Frappe is told about this app. Strings only: every dotted name below is resolved by a test."""

app_name = "cs_center"
app_title = "CS Center"
app_publisher = "CS Center contributors"
app_description = "Customer service centre management for Frappe Helpdesk"
app_email = "cs-center@example.com"
app_license = "MIT"
required_apps = ["frappe/helpdesk"]

before_install = "cs_center.setup.install.before_install"
after_install = "cs_center.setup.install.after_install"
after_migrate = "cs_center.setup.install.after_migrate"
before_uninstall = "cs_center.setup.uninstall.before_uninstall"
after_uninstall = "cs_center.setup.uninstall.after_uninstall"

add_to_apps_screen = [
	{
		"name": "cs_center",
		"logo": "/assets/cs_center/images/cs_center.svg",
		"title": "CS Center",
		"route": "/app/cs-center",
		"has_permission": "cs_center.api.permissions.may_see_workspace",
	}
]

# Desk's lists then take "below this category" as a filter.
treeviews = ["CS Complaint Category"]

jinja = {"methods": ["cs_center.api.printing.record_for_print"]}

doctype_js = {"HD Ticket": "public/js/hd_ticket.js"}

doc_events = {
	"*": {"after_rename": "cs_center.extends.renaming.after_rename"},
	"HD Ticket": {
		"before_save": "cs_center.extends.hd_ticket.before_save",
		"after_insert": "cs_center.extends.hd_ticket.after_insert",
		"on_update": "cs_center.extends.hd_ticket.on_update",
		"on_trash": "cs_center.extends.hd_ticket.on_trash",
		"after_delete": "cs_center.extends.hd_ticket.after_delete",
	},
	"HD Customer": {
		"after_insert": "cs_center.extends.hd_customer.after_insert",
		"before_rename": "cs_center.extends.hd_customer.before_rename",
		"after_rename": "cs_center.extends.hd_customer.after_rename",
		"on_trash": "cs_center.extends.hd_customer.on_trash",
	},
	"Customer": {"after_rename": "cs_center.extends.customer.after_rename"},
	"Communication": {
		"before_insert": "cs_center.extends.communication.before_insert",
		"on_update": "cs_center.extends.communication.on_update",
	},
	"ToDo": {
		"on_update": "cs_center.extends.todo.on_update",
		"on_trash": "cs_center.extends.todo.on_trash",
	},
	"TP Call Log": {"on_update": "cs_center.extends.tp_call_log.on_update"},
}

override_doctype_class = {
	"HD Service Level Agreement": "cs_center.overrides.hd_service_level_agreement.GovernedServiceLevelAgreement",
}

scheduler_events = {
	"cron": {
		"* * * * *": ["cs_center.tasks.evaluate_due_tickets", "cs_center.tasks.send_due_notifications"],
		"*/5 * * * *": ["cs_center.tasks.remind_of_complaint_actions"],
		"*/15 * * * *": ["cs_center.tasks.evaluate_customer_tiers", "cs_center.tasks.make_care_tasks"],
		"*/10 * * * *": ["cs_center.tasks.resume_what_was_stopped"],
	},
}

permission_query_conditions = {
	"CS Service Clock": "cs_center.api.permissions.clock_conditions",
	"CS Service Event": "cs_center.api.permissions.event_conditions",
	"CS Escalation": "cs_center.api.permissions.escalation_conditions",
	"CS Agent Profile": "cs_center.api.permissions.profile_conditions",
	"CS Complaint": "cs_center.api.complaint_permissions.complaint_conditions",
	"CS Complaint Action": "cs_center.api.complaint_permissions.action_conditions",
	"CS Follow Up": "cs_center.api.complaint_permissions.follow_up_conditions",
	"CS Complaint Root Cause": "cs_center.api.complaint_permissions.cause_conditions",
	"CS Complaint Compensation": "cs_center.api.complaint_permissions.compensation_conditions",
	"CS Complaint Stage Change": "cs_center.api.complaint_permissions.stage_change_conditions",
	"CS Complaint Regulator Pack": "cs_center.api.complaint_permissions.regulator_conditions",
	"CS Follow Up Attempt": "cs_center.api.complaint_permissions.attempt_conditions",
}

has_permission = {
	"CS Service Clock": "cs_center.api.permissions.may_read_reference",
	"CS Service Event": "cs_center.api.permissions.may_read_reference",
	"CS Escalation": "cs_center.api.permissions.may_read_escalation",
	"CS Agent Profile": "cs_center.api.permissions.may_read_profile",
	"CS Complaint": "cs_center.api.complaint_permissions.may_use_complaint",
	"CS Complaint Action": "cs_center.api.complaint_permissions.may_use_action",
	"CS Follow Up": "cs_center.api.complaint_permissions.may_use_follow_up",
}

default_log_clearing_doctypes = {"CS Notification Delivery": 90}

# A policy only remembers the SLA it was made from: that must not keep the SLA from being deleted.
ignore_links_on_delete = [
	"CS Service Event",
	"CS Service Clock",
	"CS Service Policy",
	"CS Escalation",
	"CS Notification Delivery",
	"CS Tier Change",
]
