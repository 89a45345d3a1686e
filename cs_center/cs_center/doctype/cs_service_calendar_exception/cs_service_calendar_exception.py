from frappe.model.document import Document


class CSServiceCalendarException(Document):
	"""One date that is closed or has windows of its own. Checked by the calendar."""
