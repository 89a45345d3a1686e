"""Helpdesk's SLA, standing back where a ticket's deadlines follow CS Center's clocks.

Frappe's own way of extending a DocType's class. Without it Helpdesk's hourly job would put its reading of a paused or
late ticket back, and each save would compute deadlines that are overwritten a moment later.
"""

from helpdesk.helpdesk.doctype.hd_service_level_agreement.hd_service_level_agreement import (
	HDServiceLevelAgreement,
)

from cs_center.services.service_levels.ticket_fields import follows_our_clocks


class GovernedServiceLevelAgreement(HDServiceLevelAgreement):
	"""Choosing the SLA, first response and hold times stay Helpdesk's; the two deadlines and the status are ours."""

	def handle_targets(self, doc):
		if doc.is_new() or not follows_our_clocks(doc):
			super().handle_targets(doc)

	def handle_agreement_status(self, doc):
		if doc.is_new() or not follows_our_clocks(doc):
			super().handle_agreement_status(doc)
