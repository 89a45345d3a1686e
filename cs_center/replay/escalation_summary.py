"""The summary's part on escalation: who would have been told how often, and how many mails a day that makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.escalation_policy import EscalationPolicy, Step
from cs_center.domain.escalation_values import TICKET_LADDER
from cs_center.domain.policy import Metric

from .escalation_file import EscalationPack
from .escalation_tally import NO_POLICY, EscalationTally, Rung, names_of
from .mail_plan import departures
from .summary_parts import condition_rows, plain_value, quantile

ASSUMPTION = "nobody_acknowledges"
"""The log knows no acknowledgement and no snooze: every wait for one runs out."""

LADDERS = (*(metric.value for metric in Metric), TICKET_LADDER)


def summarise_escalations(
	tally: EscalationTally, pack: EscalationPack, calendars: Mapping[str, ServiceCalendar], zone: tzinfo
) -> dict[str, Any]:
	"""The part as plain values, keys in a fixed order. ``zone``: whose days mails are counted by."""
	raised = Counter({rung: n for rung, n in tally.rungs.items() if not rung.reason})
	suppressed: Counter[str] = Counter()
	for rung, n in tally.rungs.items():
		if rung.reason:
			suppressed[rung.reason] += n
	names = [policy.name for policy in pack.policies]
	leaving = departures(tally.mails, pack.people, calendars)
	days = {user: Counter(_days(moments, zone)) for user, moments in leaving.items()}
	return {
		"assumption": ASSUMPTION,
		"tickets_by_policy": {name: tally.tickets[name] for name in names},
		"tickets_without_policy": tally.tickets[NO_POLICY],
		"tickets_escalated": tally.tickets_escalated,
		"raised": raised.total(),
		"still_open": tally.still_open,
		"suppressed": suppressed.total(),
		"suppressed_by_reason": dict(sorted(suppressed.items())),
		"nobody_to_tell": tally.nobody_to_tell,
		"by_level": _by_level(raised),
		"by_policy": _parted(raised, names, lambda rung: rung.policy),
		"by_metric": _parted(raised, LADDERS, lambda rung: rung.ladder),
		"actions": dict(sorted(tally.actions.items())),
		"messages": {
			"in_app": tally.notices.total(),
			"mails_before_digests": len(tally.mails),
			"mails": sum(map(len, leaving.values())),
			"channels": dict(sorted(tally.channels.items())),
		},
		"people": _people(tally, days),
		"mails_per_day": _per_day(days),
		"mails_by_day": _by_day(days),
		"mails_by_person_and_day": {user: _dated(found) for user, found in days.items()},
		"policies": [_policy_row(policy) for policy in pack.policies],
	}


def _by_level(rungs: Mapping[Rung, int]) -> dict[str, int]:
	levels: Counter[int] = Counter()
	for rung, n in rungs.items():
		levels[rung.level] += n
	return {str(level): levels[level] for level in sorted(levels)}


def _parted(
	rungs: Mapping[Rung, int], order: Sequence[str], key: Callable[[Rung], str]
) -> dict[str, dict[str, int]]:
	"""Levels of each part, in the order given; parts without any are left out."""
	parts: dict[str, dict[Rung, int]] = {name: {} for name in order}
	for rung, n in rungs.items():
		parts[key(rung)][rung] = n
	return {name: _by_level(part) for name, part in parts.items() if part}


def _days(moments: Sequence[datetime], zone: tzinfo) -> list[date]:
	return [moment.astimezone(zone).date() for moment in moments]


def _people(tally: EscalationTally, days: Mapping[str, Counter[date]]) -> dict[str, Any]:
	"""Everybody who was told, the most often told first."""
	levels: dict[str, Counter[int]] = {}
	for (user, level), n in tally.told.items():
		levels.setdefault(user, Counter())[level] += n
	order = sorted(levels, key=lambda user: (-levels[user].total(), user))
	return {user: _person(levels[user], tally.notices[user], days.get(user, Counter())) for user in order}


def _person(levels: Counter[int], notices: int, days: Counter[date]) -> dict[str, Any]:
	return {
		"told": levels.total(),
		"by_level": {str(level): levels[level] for level in sorted(levels)},
		"in_app": notices,
		"mails": days.total(),
		"busiest_day": _busiest(days),
	}


def _busiest(days: Counter[date]) -> dict[str, Any] | None:
	"""The day with the most mails, the first one where several have as many."""
	if not days:
		return None
	day = min(days, key=lambda one: (-days[one], one))
	return {"day": day.isoformat(), "mails": days[day]}


def _per_day(days: Mapping[str, Counter[date]]) -> dict[str, Any]:
	"""Over every day from the first mail to the last, those without any included."""
	whole = _together(days)
	numbers = sorted(whole[day] for day in _span(whole))
	return {
		"days": len(numbers),
		"median": quantile(numbers, 0.5),
		"p90": quantile(numbers, 0.9),
		"p99": quantile(numbers, 0.99),
		"busiest_day": _busiest(whole),
	}


def _by_day(days: Mapping[str, Counter[date]]) -> dict[str, int]:
	return _dated(_together(days))


def _together(days: Mapping[str, Counter[date]]) -> Counter[date]:
	whole: Counter[date] = Counter()
	for found in days.values():
		whole.update(found)
	return whole


def _dated(days: Counter[date]) -> dict[str, int]:
	return {day.isoformat(): days[day] for day in sorted(days)}


def _span(days: Mapping[date, int]) -> list[date]:
	if not days:
		return []
	first, last = min(days), max(days)
	return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _policy_row(policy: EscalationPolicy) -> dict[str, Any]:
	return {
		"policy": policy.name,
		"title": policy.title,
		"order": policy.order,
		"calendar": policy.calendar,
		"conditions": condition_rows(policy.conditions),
		"steps": [_step_row(step) for step in policy.steps],
	}


def _step_row(step: Step) -> dict[str, Any]:
	amount = step.amount
	return {
		"level": step.level,
		"trigger": step.trigger.value,
		"ladder": step.metric.value if step.metric else TICKET_LADDER,
		"threshold": plain_value(step.threshold) if step.threshold else None,
		"amount": plain_value(amount.value) if amount else None,
		"unit": amount.unit.value if amount else None,
		"severity": step.severity or None,
		"tell": step.audience.who.value or None,
		"supervisor_level": step.audience.level if step.audience.who.value == "supervisor" else None,
		"name": step.audience.name or None,
		"media": [name for name, used in (("in_app", step.in_app), ("email", step.email)) if used],
		"channel": step.channel or None,
		"urgent": step.urgent,
		"actions": list(names_of(step.actions)),
	}
