import frappe
from frappe import _
from frappe.model.document import Document

from cs_center.cs_center.doctype.cs_regulator_pack.pack_checks import (
	check_calendars,
	check_clocks,
	check_comparison,
	check_use,
)


class CSRegulatorPack(Document):
	"""Deadlines that a law sets, as data with their source. Off until somebody has compared them with the primary text."""

	def validate(self):
		check_clocks(self)
		check_calendars(self)
		check_use(self)
		check_comparison(self)

	def on_trash(self):
		carrying = frappe.get_all(
			"CS Complaint Regulator Pack",
			{"pack": self.name, "parenttype": "CS Complaint"},
			pluck="parent",
			distinct=True,
			limit_page_length=0,
		)
		if carrying:
			frappe.throw(
				_("{0} cannot be deleted: {1} complaints carry it. Disable it instead.").format(
					frappe.bold(self.name), len(carrying)
				)
			)
