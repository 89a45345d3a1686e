import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime

from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import require_enabled_calendar
from cs_center.cs_center.ranges import require_ranges
from cs_center.cs_center.staff import require_staff

RANGES = {"daily_cap": (1, 1000), "digest_minutes": (0, 24 * 60)}
"""Field -> least and most. A thousand tickets and calls are more than anybody handles in a day."""

LONGEST_CHAIN = 50
"""No centre has more levels; a chain that others made endless is not followed for ever."""


class CSAgentProfile(Document):
	"""Who somebody is in the centre: role, department, supervisor, hours, and who stands in during an absence."""

	def validate(self):
		if self.is_new():
			require_staff(self.user, _("User"))
		self.check_people()
		require_ranges(self, RANGES)
		self.check_absence()
		for field in ("shift_calendar", "quiet_calendar"):
			if self.has_value_changed(field):
				require_enabled_calendar(self.get(field))

	def on_trash(self):
		policies = policies_naming(self.user)
		if policies:
			frappe.throw(
				_(
					"The profile of {0} cannot be deleted: the user is named by {1}. Name somebody else in the next version of it first."
				).format(frappe.bold(self.user), ", ".join(frappe.bold(name) for name in policies))
			)

	def check_people(self):
		for field, label in (("supervisor", _("Supervisor")), ("fallback", _("Fallback"))):
			if not self.get(field) or not self.has_value_changed(field):
				continue
			if self.get(field) == self.user:
				frappe.throw(
					_("{0}: {1} cannot be named in their own profile. Choose somebody else.").format(
						label, frappe.bold(self.user)
					)
				)
			require_staff(self.get(field), label)
			self.refuse_circle(field, label)

	def refuse_circle(self, field: str, label: str):
		chain = self.chain_of(field)
		if chain[-1] == self.user:
			frappe.throw(
				_("{0}: the chain comes back to {1} ({2}). Choose somebody outside of it.").format(
					label, frappe.bold(self.user), " → ".join(chain)
				)
			)

	def chain_of(self, field: str) -> list[str]:
		"""Users from this one up, until nobody follows or somebody comes a second time."""
		chain, following = [self.user], self.get(field)
		while following and len(chain) < LONGEST_CHAIN:
			chain.append(following)
			if following in chain[:-1]:
				break
			following = frappe.db.get_value(self.doctype, following, field)
		return chain

	def check_absence(self):
		if (
			self.away_from
			and self.away_until
			and get_datetime(self.away_until) <= get_datetime(self.away_from)
		):
			frappe.throw(_("The absence ends before it begins. Exchange the two times or correct one."))


def policies_naming(user: str) -> list[str]:
	"""Escalation policies in force with a step for the user, or with the user as fallback."""
	named = frappe.get_all(
		"CS Escalation Step", {"user": user, "parenttype": "CS Escalation Policy"}, pluck="parent"
	)
	in_force = {"docstatus": 1, "enabled": 1}
	found = frappe.get_all("CS Escalation Policy", {**in_force, "name": ["in", named or [""]]}, pluck="name")
	found += frappe.get_all("CS Escalation Policy", {**in_force, "fallback_user": user}, pluck="name")
	return sorted(set(found))
