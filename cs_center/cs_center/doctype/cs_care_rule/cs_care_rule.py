import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from cs_center.cs_center.doctype.cs_care_rule.day_checks import check_day
from cs_center.cs_center.ranges import require_ranges

HOLIDAY, VISIT = "Holiday", "Visit"

RANGES = {"days_before": (0, 90), "sample_most": (0, 10**6)}
"""Field -> least and most."""

OF_HOLIDAYS = ("holiday_country", "holiday_name", "fixed_month", "fixed_day")
OF_VISITS = ("sample_percent", "sample_most")


class CSCareRule(Document):
	"""An occasion on which the centre gets in touch with its customers, and what is said then."""

	def validate(self):
		before = self.get_doc_before_save()
		self.last_run_on = before.last_run_on if before else None
		self.clear_what_does_not_apply()
		require_ranges(self, RANGES)
		if self.occasion == HOLIDAY:
			check_day(self)
		if self.occasion == VISIT:
			self.check_sample()
		self.check_tier()

	def clear_what_does_not_apply(self):
		"""What is left of another occasion would only mislead; a visit has no day that it could come before."""
		if self.occasion != HOLIDAY:
			self.update(dict.fromkeys(OF_HOLIDAYS))
		if self.occasion != VISIT:
			self.update(dict.fromkeys(OF_VISITS, 0))
		else:
			self.days_before = 0

	def check_sample(self):
		if not 0 < flt(self.sample_percent) <= 100:
			frappe.throw(
				_("A sample of {0} % is out of range. Enter more than 0 and up to 100.").format(
					self.sample_percent or 0
				)
			)

	def check_tier(self):
		if not self.enabled or not self.lowest_tier:
			return
		if not frappe.db.get_value("CS Customer Tier", self.lowest_tier, "enabled"):
			frappe.throw(
				_("The tier {0} is disabled. Choose another one, or enable it.").format(
					frappe.bold(_(self.lowest_tier))
				)
			)
