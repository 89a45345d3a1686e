"""An escalation as one line of JSON."""

from __future__ import annotations

from datetime import datetime, tzinfo
from json import dumps

from .escalation_replay import Escalation


def escalation_line(ticket: str, one: Escalation, zone: tzinfo) -> str:
	"""One line, its line feed included. ``zone``: in which its instants are written."""
	values = {
		"ticket": ticket,
		"policy": one.policy.name,
		"ladder": one.key.ladder,
		"cycle": one.key.cycle,
		"level": one.step.level,
		"step": int(one.key.step),
		"trigger": one.step.trigger.value,
		"state": one.state.value,
		"due_at": one.due_at.astimezone(zone).isoformat(),
		"raised_at": one.raised_at.astimezone(zone).isoformat(),
		"ended_at": _time(one.ended_at, zone),
		"suppressed": one.reason or None,
		"told": one.told.users,
		"nobody_to_tell": one.finds_nobody,
		"remarks": [
			{"way": remark.way.value, "about": remark.about, "instead": remark.instead}
			for remark in one.told.remarks
		],
		"mails": len(one.mailed),
	}
	return dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def _time(moment: datetime | None, zone: tzinfo) -> str | None:
	return None if moment is None else moment.astimezone(zone).isoformat()
