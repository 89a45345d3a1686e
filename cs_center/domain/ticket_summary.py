"""What a ticket shows of its clocks: Helpdesk's own deadline fields, the next deadline and one word for the state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from .clocks import Clock, State
from .ledger import Category, to_utc
from .policy import Metric

ON_TRACK, AT_RISK, BREACHED, PAUSED, MET = "On Track", "At Risk", "Breached", "Paused", "Met"


@dataclass(frozen=True, slots=True)
class TicketSummary:
	"""``agreement_status`` is one of Helpdesk's words, None when no clock concerns first reply or resolution."""

	response_by: datetime | None
	resolution_by: datetime | None
	agreement_status: str | None
	next_deadline: datetime | None
	service_state: str


def summarise(clocks: Sequence[Clock], category: Category, now: datetime) -> TicketSummary:
	"""The latest cycle of each metric counts; a paused ticket reads Paused whatever else is true of it."""
	now = to_utc(now)
	latest = {clock.metric: clock for clock in clocks}
	first_reply, resolution = latest.get(Metric.FIRST_REPLY), latest.get(Metric.RESOLUTION)
	owed = [clock.due_at for clock in latest.values() if clock.is_owed and clock.state is not State.PAUSED]
	return TicketSummary(
		response_by=first_reply.due_at if first_reply else None,
		resolution_by=resolution.due_at if resolution else None,
		agreement_status=_agreement_status(first_reply, resolution, category),
		next_deadline=min(owed, key=to_utc, default=None),
		service_state=service_state(latest.values(), now, is_paused=category is Category.PAUSED),
	)


def _agreement_status(first_reply: Clock | None, resolution: Clock | None, category: Category) -> str | None:
	if not first_reply and not resolution:
		return None
	if category is Category.PAUSED:
		return "Paused"
	if any(clock and clock.state is State.BREACHED for clock in (first_reply, resolution)):
		return "Failed"
	if first_reply and first_reply.is_owed:
		return "First Response Due"
	return "Resolution Due" if resolution and resolution.is_owed else "Fulfilled"


def service_state(clocks: Iterable[Clock], now: datetime, is_paused: bool = False) -> str:
	"""One word for the worst of these clocks, "" for none; ``now`` in UTC."""
	clocks = [clock for clock in clocks if clock.state is not State.CANCELLED]
	if not clocks:
		return ""
	if is_paused:
		return PAUSED
	open_ones = [clock for clock in clocks if clock.is_owed]
	concerned = open_ones or clocks
	if any(clock.state is State.BREACHED for clock in concerned):
		return BREACHED
	if not open_ones:
		return MET
	return (
		AT_RISK
		if any(clock.warn_at <= now for clock in open_ones if clock.state is State.RUNNING)
		else ON_TRACK
	)
