"""Small files for replays with escalation, and the slow, obvious way to do one: a decision at every instant."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cs_center.domain.clocks import compute_clocks
from cs_center.domain.escalation import decide, ladder_of
from cs_center.domain.escalation_values import EscalationState, Raised, StepKey
from cs_center.domain.ledger import Event

from .run_cli import always_open, read_lines, replay_arguments, run_here, small_log, small_mapping, write_json

HOUR_TARGETS = ({"metric": "resolution", "amount": 8, "unit": "business_hours"},)


def step(level: int = 1, trigger: str = "share_of_target_used", **more: Any) -> dict[str, Any]:
	"""By default: the whole target of the resolution used, tells the assignee."""
	if trigger == "share_of_target_used":
		more = {"metric": "resolution", "percent": 100, **more}
	return {"level": level, "trigger": trigger, "tell": "assignee", **more}


def ladder(*steps: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
	return {"name": "ladder", "order": 1, "calendar": "always", "steps": list(steps) or [step()], **changes}


def policies(
	*ladders: Mapping[str, Any], targets: Sequence[Any] = HOUR_TARGETS, **more: Any
) -> dict[str, Any]:
	"""One service policy for every ticket, these escalation policies, and what else the file holds."""
	service = {"name": "only", "order": 1, "calendar": "always", "targets": list(targets)}
	return {
		"calendars": {"always": always_open(), **more.pop("calendars", {})},
		"policies": [service],
		"escalation_policies": list(ladders) or [ladder()],
		**more,
	}


def mapping(**changes: Any) -> dict[str, Any]:
	"""The small mapping, with assignments."""
	found = small_mapping()
	found["activities"] |= {"Assigned": {"events": ["Assigned"]}, "Unassigned": {"events": ["Unassigned"]}}
	return {**found, **changes}


def arguments(tmp_path: Path, rows: Sequence[Sequence[str]], pack: Any, plan: Any = None) -> list[Any]:
	return replay_arguments(
		tmp_path / "out",
		log=small_log(tmp_path / "log.csv", rows),
		mapping=write_json(tmp_path / "mapping.json", plan or mapping()),
		policies=write_json(tmp_path / "policies.json", pack),
	)


def at(hour: int, day: int = 2, minute: int = 0) -> str:
	return f"2026-03-{day:02d}T{hour:02d}:{minute:02d}:00"


def replayed(capsys, tmp_path, rows, pack, *more, plan=None):
	"""(escalations, the summary's part on them)"""
	found = run_here(capsys, *arguments(tmp_path, rows, pack, plan), *more)
	assert found.code == 0, found.err
	summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
	return read_lines(tmp_path / "out" / "escalations.jsonl"), summary["escalations"]


def obvious_escalations(
	events: Sequence[Event], surroundings: Any
) -> dict[StepKey, tuple[datetime, datetime, str, datetime | None]]:
	"""Key -> (due, raised, why suppressed, ended): new clocks and a decision at every event and every instant told."""
	found: dict[StepKey, tuple[datetime, datetime, str, datetime | None]] = {}
	raised: dict[StepKey, Raised] = {}
	ahead = sorted({event.at for event in events} | {surroundings.now})
	while ahead and ahead[0] <= surroundings.now:
		now = ahead.pop(0)
		known = [event for event in events if event.at <= now]
		clocks = compute_clocks(known, surroundings.policies, surroundings.calendars, now)
		ladder_now = ladder_of(known, surroundings.ladders)
		decision = decide(ladder_now, known, clocks, surroundings.calendars, raised, now)
		for over in decision.over:
			raised[over.key] = raised[over.key]._replace(state=EscalationState.RESOLVED)
			found[over.key] = (*found[over.key][:3], over.at)
		for one in decision.due:
			why = one.suppression.value if one.suppression else ""
			state = EscalationState.SUPPRESSED if why else EscalationState.OPEN
			raised[one.key] = Raised(one.key, state, now)
			found[one.key] = (one.at, now, why, None)
		if decision.next_at and decision.next_at not in ahead:
			ahead = sorted([*ahead, decision.next_at])
	for over in decide(None, known, clocks, surroundings.calendars, raised, surroundings.now).over:
		found[over.key] = (*found[over.key][:3], over.at)
	return found
