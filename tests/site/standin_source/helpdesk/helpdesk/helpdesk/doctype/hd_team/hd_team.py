import frappe
from frappe.model.document import Document
from frappe.utils import get_weekdays


class HDTeam(Document):
	def after_insert(self):
		self.db_set("assignment_rule", _create_rotation(self.name))

	def on_update(self):
		self._update_rotation()

	def on_trash(self):
		if self.assignment_rule:
			frappe.delete_doc("Assignment Rule", self.assignment_rule, force=True, ignore_permissions=True)
			frappe.db.commit()  # as Helpdesk does, before it is known whether links allow the deletion

	def _update_rotation(self):
		"""The team's rule assigns to its members, and sleeps while there are none."""
		if not self.assignment_rule:
			return
		rule = frappe.get_doc("Assignment Rule", self.assignment_rule)
		members = [row.user for row in self.users if row.user]
		if [row.user for row in rule.users] == members:
			return
		rule.set("users", [{"user": user} for user in members])
		rule.disabled = not members
		rule.save(ignore_permissions=True)


def _create_rotation(team: str) -> str:
	rule = frappe.new_doc("Assignment Rule")
	rule.update(
		{
			"name": f"{team} - Support Rotation",
			"document_type": "HD Ticket",
			"assign_condition": f"status == 'Open' and agent_group == {team!r}",
			"priority": 1,
			"disabled": 1,
			"assignment_days": [{"day": day} for day in get_weekdays()],
		}
	)
	return rule.insert(ignore_permissions=True).name
