"""Escalation on a ticket's timeline: the steps that were sent, those that were not, and those ahead, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frappe import _

from cs_center.domain.clocks import Clock
from cs_center.domain.escalation_ledger import ladder_of
from cs_center.domain.escalation_steps import Who
from cs_center.domain.escalation_values import Ladder, Outlook, Prospect
from cs_center.domain.ledger import Event
from cs_center.services.service_levels.explain_messages import trial_text
from cs_center.services.service_levels.site_time import display, to_aware, to_stored

from . import rows
from .choice import last_choice
from .describing import deliveries_of
from .evidence import evidence_of_step
from .policies import escalation_policies_by_name
from .sentences import (
	action_text,
	audience_text,
	cause_text,
	choice_text,
	ladder_text,
	level_text,
	listed,
	missing_text,
	one_after_another,
	sentences_of,
	suppression_text,
	ways_text,
)
from .situations import decision_of

SENT, NOT_SENT, ANSWERED, AHEAD = (
	"escalation_sent",
	"escalation_not_sent",
	"escalation_answered",
	"escalation_ahead",
)
"""Kinds of lines."""


@dataclass(frozen=True)
class Told:
	"""A ticket's escalation in words: ``policy``, ``steps`` and the ``lines`` for its timeline."""

	policy: dict[str, Any]
	steps: list[dict[str, Any]]
	lines: list[dict[str, Any]]


def tell(ticket: str, events: Sequence[Event], clocks: Sequence[Clock], now: datetime) -> Told:
	"""``events`` in order. Lines: ``at`` (naive site time), ``shown_at``, ``kind``, ``ahead``, ``text``."""
	stored = rows.load([ticket]).get(ticket, [])
	ladder = ladder_of(events, escalation_policies_by_name())
	prospects = decision_of(events, clocks, stored, now).prospects
	sent = deliveries_of([row.name for row in stored])
	lines = [line for row in stored for line in _lines_of_row(row, sent.get(row.name, []))]
	lines += [line for one in prospects for line in _lines_of_prospect(one, clocks)]
	ordered = sorted(prospects, key=lambda one: (one.key.ladder, one.key.cycle, one.step.level))
	steps = [_step(one, ladder, clocks) for one in ordered] if ladder else []
	return Told(_policy(events, ladder), steps, lines)


def _policy(events: Sequence[Event], ladder: Ladder | None) -> dict[str, Any]:
	last = last_choice(events)
	return {
		"name": ladder.policy.name if ladder else "",
		"title": ladder.policy.title if ladder else "",
		"version": ladder.policy.version if ladder else 0,
		"since": display(ladder.since) if ladder else "",
		"is_active": ladder.policy.is_active if ladder else False,
		"reason": choice_text(last) if last else "",
		"trials": [
			{"title": row["title"], "matched": row["matched"], "text": trial_text(row)}
			for row in (last.detail.get("trials") or () if last else ())
		],
	}


def _lines_of_row(row: Any, deliveries: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
	heading = _heading(row.level, row.metric)
	if row.state == "Suppressed":
		reason = suppression_text(row.suppressed_reason)
		yield _line(to_aware(row.due_at), NOT_SENT, _("{0} not sent: {1}").format(heading, reason))
		return
	yield _line(to_aware(row.raised_at), SENT, _sent_text(heading, row))
	for delivery in deliveries:
		if delivery["is_worth_a_line"]:
			text = _("{0}, {1} to {2}: {3}").format(
				heading, delivery["medium"], delivery["to"], delivery["text"]
			)
			yield _line(to_aware(delivery["at"]), SENT if delivery["state"] == "Sent" else NOT_SENT, text)
	for answer in rows.evidence_of(row).get("answers", ()):
		yield _line(to_aware(answer["at"]), ANSWERED, _answer_text(heading, answer))
	if row.state == "Snoozed":
		text = _("{0}: the snooze ends, its people are told again").format(heading)
		yield _line(to_aware(row.snoozed_until), AHEAD, text, ahead=True)


def _answer_text(heading: str, answer: dict[str, Any]) -> str:
	if answer.get("until"):
		text = _("{0} snoozed by {1} until {2}").format(heading, answer["by"], answer["until"][:16])
	else:
		text = _("{0} acknowledged by {1}").format(heading, answer["by"])
	return _with_note(text, answer.get("note"))


def _with_note(text: str, note: str | None) -> str:
	return _("{0}: {1}").format(text, note) if note else text


def _sent_text(heading: str, row: Any) -> str:
	evidence = rows.evidence_of(row)
	told = [*evidence.get("told", ()), *([evidence["channel"]] if evidence.get("channel") else ())]
	sentences = [_("{0}: {1}").format(heading, cause_text(evidence, row.metric))]
	if told:
		sentences.append(_("Told: {0}").format(listed(told)))
	elif row.nobody_to_tell:
		sentences.append(_("Nobody to tell; the alarm went out"))
	if ways := ways_text(evidence.get("ways", ())):
		sentences[-1] = _("{0} ({1})").format(sentences[-1], ways)
	if actions := [action_text(action) for action in evidence.get("actions", ())]:
		sentences.append(_("Done: {0}").format(one_after_another(actions)))
	return sentences_of(sentences)


def _lines_of_prospect(one: Prospect, clocks: Sequence[Clock]) -> Iterator[dict[str, Any]]:
	"""A step that is stored has its own lines; one that nothing has called for has none."""
	heading = _heading(one.step.level, rows.ladder_label(one.key.ladder))
	if one.outlook is Outlook.AHEAD and one.at:
		text = _("{0} ahead, for {1}: {2}").format(heading, _audience(one), _cause(one))
		yield _line(one.at, AHEAD, text, ahead=True)
	elif one.outlook is Outlook.NOT_REACHED and one.at:
		clock = _clock(one, clocks)
		ended = clock.ended_at if clock and clock.ended_at else one.at
		text = _("{0} was not needed: it would have been sent at {1}").format(heading, display(one.at))
		yield _line(ended, NOT_SENT, text)


def _step(one: Prospect, ladder: Ladder, clocks: Sequence[Clock]) -> dict[str, Any]:
	"""One step of the policy and how it stands."""
	return {
		"level": one.step.level,
		"heading": _heading(one.step.level, rows.ladder_label(one.key.ladder)),
		"cycle": one.key.cycle,
		"cause": _cause(one),
		"for": _audience(one),
		"outlook": one.outlook.value,
		"standing": _standing(one, ladder),
		"at": display(one.at),
	}


def _standing(one: Prospect, ladder: Ladder) -> str:
	if one.outlook is Outlook.MISSING and one.missing:
		return _("not sent: {0}").format(missing_text(one.missing))
	if one.outlook is Outlook.DUE and one.suppression:
		return _("not sent: {0}").format(suppression_text(one.suppression.value))
	return {
		Outlook.RAISED: _("decided at {0}, see the timeline"),
		Outlook.DUE: _("due since {0}, within a minute"),
		Outlook.AHEAD: _("ahead, at {0}"),
		Outlook.NOT_REACHED: _("not needed: it would have been sent at {0}"),
		Outlook.BEFORE_POLICY: _("not sent: the ticket came under this policy at {1}, later than the step"),
	}[one.outlook].format(display(one.at), display(ladder.since))


def _heading(level: int, metric: str) -> str:
	return _("{0} ({1})").format(level_text(level), ladder_text(metric))


def _cause(one: Prospect) -> str:
	return cause_text(evidence_of_step(one.step), rows.ladder_label(one.key.ladder))


def _audience(one: Prospect) -> str:
	audience, channel = one.step.audience, one.step.channel
	text = audience_text([audience.who.value, audience.level, audience.name])
	if channel and audience.who is Who.NOBODY:
		return _("the channel {0}").format(channel)
	return _("{0} and the channel {1}").format(text, channel) if channel else text


def _clock(one: Prospect, clocks: Sequence[Clock]) -> Clock | None:
	place = (one.key.ladder, one.key.cycle)
	return next((clock for clock in clocks if (clock.metric.value, clock.cycle) == place), None)


def _line(at: datetime, kind: str, text: str, ahead: bool = False) -> dict[str, Any]:
	return {"at": str(to_stored(at)), "shown_at": display(at), "kind": kind, "ahead": ahead, "text": text}
