"""A ledger for a ticket that lived before the ledger did, out of what Helpdesk kept of it.

The aim is that no deadline moves. Helpdesk keeps one sum of hold time (business seconds, resolved stretches included)
and an activity log of status changes. Its resolution deadline is opening + target + that sum, whenever the pauses were;
its first response deadline never moves. So the log says where the pauses were, and they are fitted to the sum: cut or
extended, and drawn to before the deadline where they began after it (a clock does not move once it is late).

The sum itself is not believed in two cases, and the difference is reported: where the log shows that Helpdesk counted a
stretch twice, and where there is no room for it in the ticket's life.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .calendar import ServiceCalendar
from .held_stretches import REPLY_PRECISION, Stretch, held_stretches
from .ledger import Category, Event, EventKind, to_utc
from .old_ticket import Message, OldTicket, StatusChange

__all__ = ["Message", "OldTicket", "Reconstruction", "StatusChange", "reconstruct"]

RECONSTRUCTED = {"reconstructed": True}


@dataclass(frozen=True, slots=True)
class Reconstruction:
	"""Events in order, numbered from 1, and what of Helpdesk's record could not be believed (a code, "" for nothing)."""

	events: tuple[Event, ...]
	doubt: str = ""


def reconstruct(
	ticket: OldTicket,
	policy_event: Event | None,
	calendar: ServiceCalendar | None,
	now: datetime,
	target: timedelta | None = None,
) -> Reconstruction:
	"""The ledger of an old ticket.

	``calendar``: that of its policy, in which the hold time was counted. ``target``: the policy's resolution target in
	open time of that calendar, None when it promises none (then the pauses stay where the log has them).
	"""
	now = to_utc(now)
	stretches, doubt = held_stretches(ticket, calendar, now, target)
	ticket = _replied_before_pause(ticket, stretches)
	events = [_opened(ticket)]
	if policy_event:
		events.append(policy_event)
	events += [
		Event(EventKind.ASSIGNED, ticket.opened_at, 0, "", who, RECONSTRUCTED) for who in ticket.assignees
	]
	events += _replies(ticket)
	for start, end in stretches:
		events.append(Event(EventKind.PAUSED, start, 0, detail=RECONSTRUCTED))
		events.append(Event(EventKind.RESUMED, end, 0, detail=RECONSTRUCTED))
	events += _present_state(ticket, stretches, now)
	return Reconstruction(_numbered(events), doubt)


def _opened(ticket: OldTicket) -> Event:
	detail = {
		"team": ticket.team,
		"priority": ticket.priority,
		"channel": ticket.channel,
		"severity": ticket.severity,
		"rating": ticket.rating,
		"raised_by": ticket.raised_by,
		**RECONSTRUCTED,
	}
	return Event(EventKind.OPENED, ticket.opened_at, 0, ticket.raised_by, detail=detail)


def _replies(ticket: OldTicket) -> list[Event]:
	"""Messages after the opening; Helpdesk's first reply by a status change counts as one, as it did before."""
	events = []
	opening = next((message for message in ticket.messages if not message.from_agent), None)
	first = ticket.first_replied_at
	answer = _message_of_first_reply(ticket)
	for message in ticket.messages:
		if message is opening:
			continue
		kind = EventKind.AGENT_REPLIED if message.from_agent else EventKind.CUSTOMER_REPLIED
		at = first if first and message is answer else message.at
		events.append(
			Event(kind, max(at, ticket.opened_at), 0, message.sender, "", RECONSTRUCTED, message.key)
		)
	if first and answer is None:
		events.append(Event(EventKind.AGENT_REPLIED, max(first, ticket.opened_at), 0, detail=RECONSTRUCTED))
	return events


def _message_of_first_reply(ticket: OldTicket) -> Message | None:
	"""The agent's first message, where it is what Helpdesk took for the first reply (or came before that)."""
	first = ticket.first_replied_at
	answer = min((one for one in ticket.messages if one.from_agent), key=lambda one: one.at, default=None)
	return answer if answer and first and answer.at <= first + REPLY_PRECISION else None


def _replied_before_pause(ticket: OldTicket, stretches: Sequence[Stretch]) -> OldTicket:
	"""A pause that was its own first reply, and had to begin a fraction of a second earlier, takes the reply along."""
	first = ticket.first_replied_at
	begun = [start for start, _ in stretches if first and start < first <= start + REPLY_PRECISION]
	return replace(ticket, first_replied_at=begun[0]) if begun else ticket


def _present_state(ticket: OldTicket, stretches: Sequence[Stretch], now: datetime) -> list[Event]:
	earliest = max([ticket.opened_at, *(end for _, end in stretches)])
	if ticket.merged_into:
		at = max(ticket.resolved_at or earliest, earliest)
		return [
			Event(EventKind.MERGED, at, 0, "", ticket.merged_into, RECONSTRUCTED),
			Event(EventKind.RESOLVED, at, 0, detail=RECONSTRUCTED),
		]
	if ticket.category is Category.RESOLVED:
		at = max(ticket.resolved_at or _last_change(ticket) or now, earliest)
		return [Event(EventKind.RESOLVED, at, 0, detail=RECONSTRUCTED)]
	if ticket.category is Category.PAUSED:
		at = max(ticket.paused_since or _last_change(ticket) or now, earliest)
		return [Event(EventKind.PAUSED, at, 0, detail=RECONSTRUCTED)]
	return []


def _last_change(ticket: OldTicket) -> datetime | None:
	return max((change.at for change in ticket.changes), default=None)


def _numbered(events: Sequence[Event]) -> tuple[Event, ...]:
	"""In order of time (stable, so that the opening stays first at its instant), numbered from 1."""
	ordered = sorted(events, key=lambda event: event.at)
	return tuple(
		Event(event.kind, event.at, number, event.actor, event.value, event.detail, event.key)
		for number, event in enumerate(ordered, start=1)
	)
