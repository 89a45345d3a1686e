"""Base class of the tests of actions: a ticket that has been through the pass, and what became of its actions."""

from cs_center.services.escalation import rows
from cs_center.tests import factories
from cs_center.tests.factories import step
from cs_center.tests.test_escalation.escalation_case import EscalationTestCase


class ActionTestCase(EscalationTestCase):
	def act(self, *steps, at: str = "14:00", **values):
		"""A ticket that has been through the pass at ``at`` (50 % of the target); each step is a dict of its values."""
		self.ladder(*(step(1 + number, percent=50, **one) for number, one in enumerate(steps)))
		ticket = self.ticket(**values)
		self.pass_at(at)
		return factories.fresh(ticket)

	def done(self, ticket, number: int = 0) -> list[dict]:
		return rows.evidence_of(factories.escalations(ticket)[number])["actions"]

	def codes(self, ticket, number: int = 0) -> list[tuple]:
		return [(one["code"], one.get("value")) for one in self.done(ticket, number)]

	def actors(self, ticket, kind: str) -> list[str]:
		return [event.actor for event in factories.events(ticket, kind)]
