"""Base class of the escalation tests: one agent with a supervisor, two deadlines, and a pass whose failures show."""

import sys
from unittest.mock import patch

from cs_center.services.service_levels import minute_pass
from cs_center.tests import factories
from cs_center.tests.ticket_case import TicketTestCase


def _raise_again(ticket):
	raise AssertionError(f"the pass failed for ticket {ticket}") from sys.exc_info()[1]


class EscalationTestCase(TicketTestCase):
	"""First reply in 2 and resolution in 8 business hours from 10:00; the office is open from 9:00 to 17:00."""

	def setUp(self):
		super().setUp()
		factories.change_settings(run_escalations=1, quiet_calendar=None, digest_minutes=0)
		# A failure of the pass is logged and tried again; in a test it is a failure.
		self.enterContext_(patch(f"{minute_pass.__name__}.log_failure", side_effect=_raise_again))
		factories.create_policy()
		factories.create_profile(self.AGENT, supervisor=self.OTHER_AGENT, service_role="Agent", fallback=None)

	def ladder(self, *steps, **values):
		return factories.create_escalation_policy(steps, **values)

	def ticket(self, **values):
		"""A ticket of the agent's team, assigned to the agent."""
		ticket = factories.create_ticket(agent_group=self.TEAM, **values)
		factories.assign(ticket, self.AGENT)
		return ticket

	def pass_at(self, time: str) -> None:
		self.travel(time)
		self.pass_minute()

	def told(self, ticket, **filters) -> list[tuple]:
		return [(row.medium, row.recipient or row.channel) for row in factories.deliveries(ticket, **filters)]

	def states(self, ticket) -> list[tuple]:
		return [(row.level, row.state) for row in factories.escalations(ticket)]
