"""A ticket's escalation as it stands: the decision of the domain on what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cs_center.domain.clocks import Clock
from cs_center.domain.escalation import decide, ladder_of
from cs_center.domain.escalation_values import Decision
from cs_center.domain.ledger import Event, EventKind
from cs_center.services.service_levels.definitions import calendars_by_name

from . import rows
from .policies import escalation_policies_by_name
from .settings import read_escalation_settings


def is_governed(events: Sequence[Event]) -> bool:
	"""Whether an escalation policy has ever governed the ticket: only then is there anything to decide."""
	return any(event.kind is EventKind.ESCALATION_POLICY_CHANGED and event.value for event in events)


def decision_of(
	events: Sequence[Event], clocks: Sequence[Clock], stored: Iterable[Any], now: datetime
) -> Decision:
	"""What there is to do at ``now``; ``events`` in order, ``stored``: the ticket's escalation rows."""
	ladder = ladder_of(events, escalation_policies_by_name())
	if ladder and not read_escalation_settings().enabled:
		# What falls due meanwhile is recorded as not sent: it must not come all at once when escalation is on again.
		ladder = replace(ladder, policy=replace(ladder.policy, is_active=False))
	return decide(ladder, events, clocks, calendars_by_name(), rows.raised_of(stored), now)


def next_look(decision: Decision, now: datetime) -> datetime | None:
	"""When the minute pass has to look at the ticket: now, when there is something to do, else at the next instant."""
	return decision.next_at if decision.is_idle else now
