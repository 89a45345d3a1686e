"""Why an escalation fired and whom it told, as codes and figures that are kept with it and said in any language later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cs_center.domain.clocks import Clock
from cs_center.domain.escalation_people import Told
from cs_center.domain.escalation_policy import Step
from cs_center.domain.units import Amount
from cs_center.services.service_levels.site_time import to_stored


def evidence(step: Step, clock: Clock | None, told: Told, media: Sequence[str]) -> dict[str, Any]:
	"""Plain values: ``trigger`` with its figures, ``clock`` (target and deadline), ``told``, ``ways``, ``media``."""
	return {
		**evidence_of_step(step),
		**_of_clock(clock),
		"told": list(told.users),
		"ways": [[remark.way.value, remark.about, remark.instead] for remark in told.remarks],
		"media": list(media),
		"urgent": step.urgent,
		"actions": [],
	}


def evidence_of_step(step: Step) -> dict[str, Any]:
	"""What makes the step fall due."""
	return {
		"trigger": step.trigger.value,
		"level": step.level,
		"threshold": step.threshold,
		"amount": _amount(step.amount),
		"severity": step.severity,
		"who": [step.audience.who.value, step.audience.level, step.audience.name],
	}


def _of_clock(clock: Clock | None) -> dict[str, Any]:
	if clock is None:
		return {}
	return {
		"target": _amount(clock.amount),
		"deadline": str(to_stored(clock.due_at)),
		"calendar": clock.calendar,
		"title": clock.title,
	}


def _amount(amount: Amount | None) -> list[Any] | None:
	return [amount.value, amount.unit.value] if amount else None
