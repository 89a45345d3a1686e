import frappe
from frappe.model.document import Document


class HDAgent(Document):
	def before_save(self):
		"""An agent is named after the user and gets the agent's role on the first save."""
		if self.name == self.user:
			return
		self.name = self.user
		user = frappe.get_doc("User", self.user)
		user.append("roles", {"role": "Agent"})
		user.save(ignore_permissions=True)
