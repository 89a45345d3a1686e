"""Our fields on other apps' DocTypes: one list of dictionaries for install and for uninstall."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

MODULE = "CS Center"
TICKET = "HD Ticket"

TICKET_FIELDS = (
	{
		"fieldname": "cs_service_section",
		"fieldtype": "Section Break",
		"label": "Service Level",
		"insert_after": "total_hold_time",
		"description": "The next deadline is the earliest one that is still owed, also when it is over.",
	},
	{
		"fieldname": "cs_channel",
		"fieldtype": "Link",
		"label": "Channel",
		"options": "CS Channel",
		"insert_after": "cs_service_section",
		"in_standard_filter": 1,
		"description": "How the customer reached the centre.",
	},
	{
		"fieldname": "cs_policy",
		"fieldtype": "Link",
		"label": "Service Policy",
		"options": "CS Service Policy",
		"insert_after": "cs_channel",
		"read_only": 1,
		"no_copy": 1,
		"description": "The version of the policy that this ticket was given.",
	},
	{
		"fieldname": "cs_next_deadline",
		"fieldtype": "Datetime",
		"label": "Next Deadline",
		"insert_after": "cs_policy",
		"read_only": 1,
		"no_copy": 1,
	},
	{
		"fieldname": "cs_service_state",
		"fieldtype": "Select",
		"label": "Service State",
		"options": "\nOn Track\nAt Risk\nBreached\nPaused\nMet",
		"insert_after": "cs_next_deadline",
		"read_only": 1,
		"no_copy": 1,
		"in_standard_filter": 1,
		"description": "The worst state of the ticket's clocks.",
	},
	{
		"fieldname": "cs_service_column",
		"fieldtype": "Column Break",
		"insert_after": "cs_service_state",
	},
	{
		"fieldname": "cs_customer_tier",
		"fieldtype": "Link",
		"label": "Customer Tier",
		"options": "CS Customer Tier",
		"insert_after": "cs_service_column",
		"read_only": 1,
		"in_standard_filter": 1,
		"description": "The customer's tier when the ticket came, or a higher one since.",
	},
	{
		"fieldname": "cs_complaint_category",
		"fieldtype": "Link",
		"label": "Complaint Category",
		"options": "CS Complaint Category",
		"insert_after": "cs_customer_tier",
		"in_standard_filter": 1,
		"description": "What the customer complains or asks about.",
	},
	{
		"fieldname": "cs_severity",
		"fieldtype": "Select",
		"label": "Severity",
		"options": "\nGeneral\nImportant\nMajor",
		"insert_after": "cs_complaint_category",
		"in_standard_filter": 1,
	},
	{
		"fieldname": "cs_open_complaints",
		"fieldtype": "Int",
		"label": "Open Complaints",
		"insert_after": "cs_severity",
		"read_only": 1,
		"no_copy": 1,
		"default": "0",
	},
	{
		"fieldname": "cs_suggested_category",
		"fieldtype": "Link",
		"label": "Suggested Category",
		"options": "CS Complaint Category",
		"insert_after": "cs_open_complaints",
		"read_only": 1,
		"no_copy": 1,
		"description": "By the words of the ticket. An agent accepts it or chooses another category.",
	},
	{
		"fieldname": "cs_suggestion_confidence",
		"fieldtype": "Percent",
		"label": "Confidence",
		"insert_after": "cs_suggested_category",
		"read_only": 1,
		"no_copy": 1,
	},
	{
		"fieldname": "cs_suggestion_words",
		"fieldtype": "Small Text",
		"label": "Words Found",
		"insert_after": "cs_suggestion_confidence",
		"read_only": 1,
		"no_copy": 1,
	},
	{
		"fieldname": "cs_dedicated_agent",
		"fieldtype": "Link",
		"label": "Dedicated Agent",
		"options": "User",
		"insert_after": "cs_suggestion_words",
		"description": "The customer's own agent, who gets new tickets when on duty; escalation steps can tell this person.",
	},
	{
		"fieldname": "cs_raised_from",
		"fieldtype": "Link",
		"label": "Raised From",
		"options": "HD Ticket",
		"insert_after": "cs_dedicated_agent",
		"read_only": 1,
		"no_copy": 1,
		"description": "The ticket whose escalation raised this incident.",
	},
	{
		"fieldname": "cs_next_escalation_at",
		"fieldtype": "Datetime",
		"label": "Next Escalation",
		"insert_after": "cs_raised_from",
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"search_index": 1,
	},
	{
		"fieldname": "cs_evaluation_pending",
		"fieldtype": "Check",
		"label": "Service Evaluation Pending",
		"insert_after": "cs_next_escalation_at",
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"search_index": 1,
		"default": "0",
	},
)

FORMER_DESCRIPTIONS = {
	"cs_dedicated_agent": "The customer's own agent; escalation steps can tell this person.",
	"cs_complaint_category": "The category with those above it, for example Delivery / Late.",
	"cs_service_section": "",
	"cs_next_deadline": "The earliest deadline of a running clock.",
}
"""What earlier versions described otherwise. Frappe appends the time zone to a Datetime's text, untranslated."""


def create_fields():
	"""Create the fields that are absent. A field that is there keeps what an administrator made of it."""
	present = frappe.get_all(
		"Custom Field", {"dt": TICKET, "fieldname": ["in", _fieldnames()]}, pluck="fieldname"
	)
	absent = [{**field, "module": MODULE} for field in TICKET_FIELDS if field["fieldname"] not in present]
	if absent:
		create_custom_fields({TICKET: absent}, update=False)
	renew_descriptions()


def renew_descriptions():
	"""Give a field that still has an earlier version's description the present one."""
	now = {field["fieldname"]: field.get("description", "") for field in TICKET_FIELDS}
	for fieldname, former in FORMER_DESCRIPTIONS.items():
		custom_field = f"{TICKET}-{fieldname}"
		stored = frappe.db.get_value("Custom Field", custom_field, "description") or ""
		if stored == former and frappe.db.exists("Custom Field", custom_field):
			frappe.db.set_value("Custom Field", custom_field, "description", now[fieldname])
			frappe.clear_cache(doctype=TICKET)


def remove_fields():
	"""Remove the fields and what was customised about them. Their columns go with ``drop_columns``."""
	names = _fieldnames()
	frappe.db.delete("Custom Field", {"dt": TICKET, "fieldname": ["in", names]})
	frappe.db.delete("Property Setter", {"doc_type": TICKET, "field_name": ["in", names]})
	frappe.clear_cache(doctype=TICKET)


def drop_columns():
	"""Drop the columns of removed fields: Frappe keeps them. The statement commits, so it has to come last."""
	columns = [name for name in frappe.db.get_table_columns(TICKET) if name in _fieldnames()]
	if columns:
		drops = ", ".join(f"DROP COLUMN `{name}`" for name in columns)
		frappe.db.sql_ddl(f"ALTER TABLE `tab{TICKET}` {drops}")
		frappe.cache.hdel("table_columns", f"tab{TICKET}")


def _fieldnames() -> list[str]:
	return [field["fieldname"] for field in TICKET_FIELDS]
