"""A step that fired and its actions: what ``ticket_actions`` and ``complaint_actions`` are handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cs_center.domain.escalation_policy import Step


class NothingToDo(Exception):
	"""The ticket or complaint is already what the action would make of it; the text says so."""


@dataclass(frozen=True)
class Fired:
	"""A step whose actions are pending: the escalation's row, and the step."""

	row: Any
	step: Step


Action = Callable[[Fired], str]
"""Does one thing and returns what it led to; raises NothingToDo, or whatever went wrong."""
