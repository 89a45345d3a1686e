"""A policy that a complaint category names: whichever version of its family is in force."""

from __future__ import annotations

from collections.abc import Iterable

from cs_center.domain.policy import Policy

from .definitions import POLICY, is_there, load_if_usable, load_policy


def in_force_of(name: str, policies: Iterable[Policy]) -> Policy | None:
	"""The policy among ``policies`` that belongs to the family of the named version; None where none does."""
	if not name or not is_there(POLICY, name):
		return None
	named = load_if_usable(POLICY, name, load_policy)
	return next((one for one in policies if named and one.family == named.family), None)
