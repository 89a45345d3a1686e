from frappe.model.document import Document


class CSServicePolicyTarget(Document):
	"""One promised time of a policy for a metric and a ticket priority. Checked by the policy."""
