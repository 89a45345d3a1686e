"""The summary of a replay: counts, attainment and quantiles. Everything in it follows from the log, nothing from the run.

Quantiles interpolate linearly between the two nearest ranks (Hyndman and Fan's type 7, the default of R and NumPy):
of n sorted values, p lies at rank (n - 1) p, counted from 0. Attainment is met / (met + breached).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from cs_center.domain.clocks import State
from cs_center.domain.policy import Metric, Policy

from .escalation_summary import summarise_escalations
from .policies_file import PolicyPack
from .runner import NO_POLICY
from .summary_parts import QUANTILE_METHOD, condition_rows, plain_value, quantile
from .tally import Group, Groups, Tally
from .ticket_log import TicketLog

REJECTED_LISTED = 50
"""Rows listed with their reason; a log with more is wrong in kind, and the count says so."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
EDGES = (
	*(MINUTE * n for n in (1, 5, 15, 30)),
	*(HOUR * n for n in (1, 2, 4, 8, 16)),
	*(DAY * n for n in (1, 2, 4, 7, 14, 30, 90)),
)
"""Upper edges in seconds of the classes of the elapsed distribution; above the last there is one class more."""


def summarise(log: TicketLog, tally: Tally, pack: PolicyPack, now: datetime, zone: Any) -> dict[str, Any]:
	"""The summary as plain values, keys in a fixed order. ``zone``: in which its own times are written."""
	whole = _summarise_clocks(log, tally, pack.policies, now, zone)
	if pack.escalation:
		whole["escalations"] = summarise_escalations(tally.escalations, pack.escalation, pack.calendars, zone)
	return whole


def _summarise_clocks(
	log: TicketLog, tally: Tally, policies: Sequence[Policy], now: datetime, zone: Any
) -> dict[str, Any]:
	rejected = sorted([*log.rejected, *tally.rejected])
	groups = tally.groups
	names = [policy.name for policy in policies]
	priorities = sorted({group.priority for group in groups})
	return {
		"evaluated_at": now.astimezone(zone).isoformat(),
		"first_event_at": log.first and log.first.astimezone(zone).isoformat(),
		"last_event_at": log.last and log.last.astimezone(zone).isoformat(),
		"tickets": sum(tally.tickets.values()),
		"tickets_without_policy": tally.tickets[NO_POLICY],
		"tickets_by_policy": {name: tally.tickets[name] for name in names},
		"rows": log.rows + log.ignored + len(log.rejected),
		"rows_ignored": log.ignored,
		"rows_after_evaluation": tally.rows_later,
		"rows_rejected": len(rejected),
		"rejected": [{"line": row.line, "reason": row.reason} for row in rejected[:REJECTED_LISTED]],
		"events": tally.events,
		"events_without_effect": dict(sorted(tally.without_effect.items())),
		"clocks": tally.clocks,
		"quantile_method": QUANTILE_METHOD,
		"metrics": _figures_by_metric(groups),
		"by_policy": {
			name: _figures_by_metric(part)
			for name, part in _by(groups, lambda group: group.policy, names).items()
		},
		"by_priority": {
			name: _figures_by_metric(part)
			for name, part in _by(groups, lambda group: group.priority, priorities).items()
		},
		"breaches_by_month": _months(tally),
		"elapsed_classes": {
			"upper_edges_seconds": list(EDGES),
			"metrics": {metric: _distribution(part) for metric, part in _by_metric(groups).items()},
		},
		"targets": [_target_row(policy) for policy in policies],
	}


def _by(groups: Groups, key: Callable[[Group], str], order: Iterable[str]) -> dict[str, Groups]:
	"""The groups parted by a key, in the order given."""
	parts: dict[str, Groups] = {name: {} for name in order}
	for group, lengths in groups.items():
		parts[key(group)][group] = lengths
	return {name: part for name, part in parts.items() if part}


def _by_metric(groups: Groups) -> dict[str, Groups]:
	return _by(groups, lambda group: group.metric.value, [metric.value for metric in Metric])


def _figures_by_metric(groups: Groups) -> dict[str, Any]:
	return {metric: _figures(part) for metric, part in _by_metric(groups).items()}


def _figures(groups: Groups) -> dict[str, Any]:
	n = dict.fromkeys(State, 0)
	for group, lengths in groups.items():
		n[group.state] += len(lengths)
	met, breached = n[State.MET], n[State.BREACHED]
	elapsed = sorted([*_elapsed(groups, State.MET), *_elapsed(groups, State.BREACHED)])
	return {
		"n": sum(n.values()),
		"met": met,
		"breached": breached,
		"running": n[State.RUNNING],
		"paused": n[State.PAUSED],
		"cancelled": n[State.CANCELLED],
		"attainment": round(met / (met + breached), 4) if met + breached else None,
		"attainment_n": met + breached,
		"elapsed_n": len(elapsed),
		"elapsed_counts": _time_counted(groups),
		"elapsed_median_seconds": quantile(elapsed, 0.5),
		"elapsed_p90_seconds": quantile(elapsed, 0.9),
	}


def _elapsed(groups: Groups, state: State) -> list[float]:
	"""Seconds of the ended clocks in one state. A cancelled clock's length says nothing about the service."""
	return [
		length.total_seconds()
		for group, lengths in groups.items()
		if group.state is state
		for length in lengths
		if length is not None
	]


def _time_counted(groups: Groups) -> str:
	"""Which time the lengths count: a median over both kinds compares unlike things, so the summary says it."""
	kinds = {group.unit.is_business for group in groups}
	return "mixed" if len(kinds) > 1 else "business" if True in kinds else "calendar"


def _distribution(groups: Groups) -> dict[str, list[int]]:
	"""Ended clocks in each class: elapsed up to and including the edge, above the one before."""
	return {
		"met": _classes(_elapsed(groups, State.MET)),
		"breached": _classes(_elapsed(groups, State.BREACHED)),
	}


def _classes(seconds: Iterable[float]) -> list[int]:
	found = [0] * (len(EDGES) + 1)
	for value in seconds:
		found[bisect_left(EDGES, value)] += 1
	return found


def _months(tally: Tally) -> dict[str, dict[str, int]]:
	"""Every month from the first breach to the last, those without one included."""
	months = sorted({(year, month) for year, month, _ in tally.breaches})
	if not months:
		return {}
	return {
		f"{year:04d}-{month:02d}": {
			metric.value: n for metric in Metric if (n := tally.breaches[year, month, metric])
		}
		for year, month in _months_between(months[0], months[-1])
	}


def _months_between(first: tuple[int, int], last: tuple[int, int]) -> Iterable[tuple[int, int]]:
	year, month = first
	while (year, month) <= last:
		yield year, month
		year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _target_row(policy: Policy) -> dict[str, Any]:
	return {
		"policy": policy.name,
		"title": policy.title,
		"order": policy.order,
		"calendar": policy.calendar,
		"conditions": condition_rows(policy.conditions),
		"targets": [
			{
				"metric": target.metric.value,
				"priority": target.priority,
				"amount": plain_value(target.amount.value),
				"unit": target.amount.unit.value,
				"warn_percent": target.warn_percent,
				"pauses": target.pauses,
			}
			for target in policy.targets
		],
	}
