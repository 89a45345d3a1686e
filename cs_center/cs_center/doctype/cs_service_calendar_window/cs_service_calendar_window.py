from frappe.model.document import Document


class CSServiceCalendarWindow(Document):
	"""One weekly window, "HH:MM" to "HH:MM" in the calendar's zone. Checked by the calendar."""
