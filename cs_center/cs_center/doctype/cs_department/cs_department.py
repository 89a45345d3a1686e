from frappe.model.document import Document


class CSDepartment(Document):
	"""A department of the centre, named by agent profiles."""
