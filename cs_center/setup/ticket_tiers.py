"""The customer tier of a ticket, once free text, becomes a link to the site's tiers. Nothing that was written is lost."""

import frappe
from frappe import _

from cs_center.setup.custom_fields import TICKET, TICKET_FIELDS
from cs_center.setup.ticket_categories import LINKED, keep_as_comments, texts_of_tickets

TIER = "CS Customer Tier"
FIELD = "cs_customer_tier"
CUSTOM_FIELD = f"{TICKET}-{FIELD}"


def link_tiers():
	"""Turn the field into a link. Texts that name a tier, whatever the case of their letters, become links to it.

	Other texts go into a comment on each of their tickets and, with their numbers, into the error log.
	"""
	if frappe.db.get_value("Custom Field", CUSTOM_FIELD, "fieldtype") == "Link":
		return
	if not frappe.db.has_column(TICKET, FIELD):
		return
	known = {name.casefold(): name for name in frappe.get_all(TIER, pluck="name")}
	unknown = {}
	for text in texts_of_tickets(FIELD):
		tier = known.get(" ".join(text.split()).casefold())
		if tier:
			frappe.db.set_value(TICKET, {FIELD: text}, FIELD, tier, update_modified=False)
		else:
			sentence = _("The customer tier of this ticket was {0}, which is no tier of this site.")
			unknown[text] = keep_as_comments(text, FIELD, sentence)
	if unknown:
		lines = [f"{text}: {number}" for text, number in sorted(unknown.items())]
		frappe.log_error("CS Center: customer tiers that are not on this site", "\n".join(lines))
	field = next(field for field in TICKET_FIELDS if field["fieldname"] == FIELD)
	values = {key: field[key] for key in LINKED} | {"read_only": field["read_only"], "length": 0}
	frappe.db.set_value("Custom Field", CUSTOM_FIELD, values)
	frappe.clear_cache(doctype=TICKET)
