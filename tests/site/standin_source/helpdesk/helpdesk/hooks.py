"""The hooks of the stand-in: the dotted paths are Helpdesk's own."""

app_name = "helpdesk"
app_title = "Helpdesk"
app_publisher = "CS Center contributors"
app_description = "Stand-in for tests"
app_email = "cs-center@example.com"
app_license = "MIT"
required_apps = ["frappe/telephony"]

after_install = "helpdesk.setup.install.after_install"

scheduler_events = {
	"hourly_long": ["helpdesk.helpdesk.doctype.hd_ticket.hd_ticket.update_sla_status_in_ticket"]
}

has_permission = {"HD Ticket": "helpdesk.helpdesk.doctype.hd_ticket.hd_ticket.has_permission"}
permission_query_conditions = {"HD Ticket": "helpdesk.helpdesk.doctype.hd_ticket.hd_ticket.permission_query"}

# The engine is older than the call that Frappe 15.40+ makes itself.
override_doctype_class = {"Communication": "helpdesk.overrides.communication.TicketCommunication"}

ignore_links_on_delete = ["HD Notification", "HD Ticket Comment"]
