"""Locking and evaluating what an escalation is about, whichever of the two it is."""

from __future__ import annotations

from typing import Any

from cs_center.services.complaints import evaluation as complaints
from cs_center.services.service_levels import evaluation as tickets

from .subjects import COMPLAINT


def lock(doctype: str, name: str, skips_locked: bool = False) -> list[Any]:
	"""The row, locked until the transaction ends; empty when it is gone, or held by somebody else and skipped."""
	lock_rows = complaints.lock if doctype == COMPLAINT else tickets.lock_tickets
	return lock_rows([name], skips_locked)


def evaluate(doctype: str, name: str) -> None:
	"""Bring clocks and shown fields up to date."""
	evaluate_rows = complaints.evaluate_stored if doctype == COMPLAINT else tickets.evaluate_stored
	evaluate_rows([name])
