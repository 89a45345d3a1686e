from frappe.model.document import Document


class CSEscalationStep(Document):
	"""One step of an escalation policy: when it fires, who is told and how, what else is done. Checked by the policy."""
