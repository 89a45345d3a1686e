"""What Helpdesk kept of a ticket that lived before the ledger did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .ledger import Category, to_utc


def _in_utc(row: object, *names: str) -> None:
	"""Times are kept in UTC: two times of one zone would compare by the wall clock."""
	for name in names:
		moment = getattr(row, name)
		if moment is not None:
			object.__setattr__(row, name, to_utc(moment))


@dataclass(frozen=True, slots=True)
class StatusChange:
	"""One entry of the activity log: from ``at`` on the ticket had a status of this category.

	``is_closing``: the status "Closed", at which Helpdesk counts nothing when the ticket was resolved before.
	"""

	at: datetime
	category: Category
	is_closing: bool = False

	def __post_init__(self) -> None:
		_in_utc(self, "at")


@dataclass(frozen=True, slots=True)
class Message:
	"""One message; ``key`` names its document so that it is never counted again."""

	at: datetime
	from_agent: bool
	key: str
	sender: str = ""

	def __post_init__(self) -> None:
		_in_utc(self, "at")


@dataclass(frozen=True, slots=True)
class OldTicket:
	"""What Helpdesk kept. ``held``: its sum of hold time; ``paused_since``: start of a pause that lasts."""

	opened_at: datetime
	category: Category
	raised_by: str = ""
	team: str = ""
	priority: str = ""
	channel: str = ""
	severity: str = ""
	rating: str = ""
	assignees: tuple[str, ...] = ()
	merged_into: str = ""
	first_replied_at: datetime | None = None
	resolved_at: datetime | None = None
	paused_since: datetime | None = None
	held: timedelta = timedelta()
	changes: tuple[StatusChange, ...] = ()
	messages: tuple[Message, ...] = ()

	def __post_init__(self) -> None:
		_in_utc(self, "opened_at", "first_replied_at", "resolved_at", "paused_since")
