"""Which agreement a ticket gets."""

import frappe
from frappe.utils import nowdate

DOCTYPE = "HD Service Level Agreement"


def get_sla(ticket):
	"""The first agreement that fits, in no stated order (as on a real site), else the default one.

	An agreement fits when it is valid today, knows the ticket's priority, and its condition holds.
	"""
	agreement, target = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("HD Service Level Priority")
	today = nowdate()
	query = (
		frappe.qb.from_(agreement)
		.select(agreement.name, agreement.condition)
		.where((agreement.enabled == 1) & (agreement.default_sla == 0))
		.where(agreement.start_date.isnull() | (agreement.start_date <= today))
		.where(agreement.end_date.isnull() | (agreement.end_date >= today))
	)
	if ticket.priority:
		query = query.join(target).on(target.parent == agreement.name)
		query = query.where(target.priority == ticket.priority)
	for row in query.run(as_dict=True):
		if not row.condition or frappe.safe_eval(row.condition, None, {"doc": ticket.as_dict()}):
			return row
	return frappe.get_last_doc(DOCTYPE, filters={"enabled": 1, "default_sla": 1})
