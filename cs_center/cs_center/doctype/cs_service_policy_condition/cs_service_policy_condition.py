from frappe.model.document import Document


class CSServicePolicyCondition(Document):
	"""One row (fact, operator, value) of a policy. Checked by the policy."""
