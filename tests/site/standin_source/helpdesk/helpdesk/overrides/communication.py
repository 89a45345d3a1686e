"""What Frappe 15.40+ does in Communication itself and the engine of August 2023 does not yet do."""

from frappe.core.doctype.comment.comment import update_comment_in_doc
from frappe.core.doctype.communication.communication import Communication
from frappe.core.utils import get_parent_doc


class TicketCommunication(Communication):
	def on_update(self):
		"""Hand the message to the ticket, instead of the framework's own first-reply bookkeeping."""
		parent = get_parent_doc(self)
		receive = getattr(parent, "on_communication_update", None)
		if receive is None:
			super().on_update()
			return
		update_comment_in_doc(self)
		receive(self)
