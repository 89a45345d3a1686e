from frappe.model.document import Document


class CSChannelEmailAccount(Document):
	"""One e-mail account whose tickets get the parent's channel."""
