from frappe.model.document import Document


class CSChannelPeakWindow(Document):
	"""A time of day in which a channel needs a least number of agents. Checked by the channel."""
