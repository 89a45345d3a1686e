"""Customer tiers: which one do the figures earn, which one does the customer have, and why?

Thresholds are asked in a rolling window. A customer goes up at once. A customer goes down only after having been below
what keeps the tier (a share of its thresholds) for all of a grace period, and then to the highest tier that is still
kept. An override stands beside that: it decides which tier the customer has, never which one is earned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from .tier_values import BadRulesError, Share, Sums, Tier, check_ladder

__all__ = ["Decision", "Ladder", "Override", "Reason", "Rules", "Standing", "Trial", "decide", "window_start"]


class Reason(str, Enum):
	"""Why a customer has another tier than before."""

	THRESHOLDS_REACHED = "Thresholds Reached"
	BELOW_THRESHOLDS = "Below Thresholds"
	OVERRIDE_SET = "Override Set"
	OVERRIDE_ENDED = "Override Ended"
	TIERS_CHANGED = "Tiers Changed"


@dataclass(frozen=True, slots=True)
class Rules:
	"""``keep_percent``: with so much of its thresholds a tier is kept; ``grace_days``: how long one may be below that.

	Raises BadRulesError: who needs more to keep a tier than to reach it would go up and down every night.
	"""

	keep_percent: int = 90
	grace_days: int = 30

	def __post_init__(self) -> None:
		if not 1 <= self.keep_percent <= 100 or self.grace_days < 0:
			raise BadRulesError(percent=self.keep_percent, days=self.grace_days)


class Override(NamedTuple):
	"""A tier that somebody gave from ``begins`` to the end of ``ends`` (dates)."""

	tier: str
	begins: date
	ends: date

	def holds(self, today: date) -> bool:
		return self.begins <= today <= self.ends


class Standing(NamedTuple):
	"""What is known of a customer before the decision; names of tiers, "" for none yet."""

	tier: str = ""
	earned: str = ""
	below_since: date | None = None
	override: Override | None = None


class Trial(NamedTuple):
	"""One tier asked against the customer's sums in its window. ``kept``: enough to keep it, not to reach it."""

	tier: str
	spend: Decimal
	orders: int
	months: int
	reached: bool
	kept: bool


class Decision(NamedTuple):
	"""``tier``: what the customer has from today on; ``reason``: why it is another one than before, None when it is not.

	``below_since``: first day below what keeps the earned tier; ``falls_on``: when that leads down, both None without it.
	"""

	tier: str
	earned: str
	below_since: date | None
	falls_on: date | None
	reason: Reason | None


class Ladder:
	"""The tiers of a site, checked, lowest first. ``months``: the lengths of the windows they ask for, each once.

	Raises a TierError when the tiers do not fit together. Made once for a run.
	"""

	def __init__(self, tiers: Sequence[Tier], rules: Rules | None = None) -> None:
		self.tiers = check_ladder(tiers)
		self.rules = rules or Rules()
		self.base = self.tiers[0]
		self.months = tuple(sorted({tier.months for tier in self.tiers[1:]}))
		self._rank = {tier.name: index for index, tier in enumerate(self.tiers)}
		self._kept = [Share(tier, self.rules.keep_percent) for tier in self.tiers]

	def position(self, name: str) -> int | None:
		"""Place of a tier, 0 the base; None when the ladder has no such tier (disabled or removed)."""
		return self._rank.get(name)

	def highest_reached(self, sums: Mapping[int, Sums]) -> int:
		"""Place of the highest tier whose thresholds the sums (months -> sums) meet."""
		return _highest(self.tiers, sums, len(self.tiers) - 1)

	def is_kept(self, place: int, sums: Mapping[int, Sums]) -> bool:
		"""Whether the sums are enough to keep the tier at that place."""
		return place == 0 or self._kept[place].is_met(sums)

	def highest_kept(self, sums: Mapping[int, Sums], below: int) -> int:
		"""Place of the highest tier under ``below`` that the sums are enough to keep."""
		return _highest(self._kept, sums, below - 1)

	def trials(self, sums: Mapping[int, Sums]) -> tuple[Trial, ...]:
		"""Every tier above the base against the sums, highest first: what explains the decision."""
		rows = []
		for place in range(len(self.tiers) - 1, 0, -1):
			tier = self.tiers[place]
			spend, orders = sums[tier.months]
			reached = tier.is_met(sums)
			rows.append(
				Trial(tier.name, spend, orders, tier.months, reached, reached or self.is_kept(place, sums))
			)
		return tuple(rows)


def decide(ladder: Ladder, standing: Standing, sums: Mapping[int, Sums], today: date) -> Decision:
	"""The customer's tier from today on. ``sums``: spend and orders for each of ``ladder.months``.

	Deciding again on the same day from what was decided changes nothing. An override that names a tier which the
	ladder does not have (any more) is passed over.
	"""
	earned, below_since, falls_on, why = _earn(ladder, standing, sums, today)
	override, tier, reason = standing.override, earned, why
	if override and override.holds(today) and ladder.position(override.tier) is not None:
		tier, reason = override.tier, Reason.OVERRIDE_SET
	elif standing.tier and ladder.position(standing.tier) is None:
		reason = Reason.TIERS_CHANGED
	elif standing.tier and standing.tier != standing.earned:
		reason = Reason.OVERRIDE_ENDED
	return Decision(tier, earned, below_since, falls_on, reason if tier != standing.tier else None)


def _earn(
	ladder: Ladder, standing: Standing, sums: Mapping[int, Sums], today: date
) -> tuple[str, date | None, date | None, Reason | None]:
	"""The earned tier, since when its customer is below it, when that leads down, and why it is another one."""
	reached = ladder.highest_reached(sums)
	present = ladder.position(standing.earned)
	if present is None:  # a new customer, or a tier that is there no more: what the figures give, at once
		why = Reason.TIERS_CHANGED if standing.earned else Reason.THRESHOLDS_REACHED if reached else None
		return ladder.tiers[reached].name, None, None, why
	if reached > present:
		return ladder.tiers[reached].name, None, None, Reason.THRESHOLDS_REACHED
	if reached == present or ladder.is_kept(present, sums):
		return standing.earned, None, None, None
	since = min(standing.below_since or today, today)
	falls_on = since + timedelta(days=ladder.rules.grace_days)
	if today < falls_on:
		return standing.earned, since, falls_on, None
	lower = ladder.highest_kept(sums, present)
	return ladder.tiers[lower].name, None, None, Reason.BELOW_THRESHOLDS


def _highest(tiers: Sequence[Tier | Share], sums: Mapping[int, Sums], place: int) -> int:
	while place > 0 and not tiers[place].is_met(sums):
		place -= 1
	return place


def window_start(today: date, months: int) -> date:
	"""First day of the window of so many months that ends with ``today``: the day after the same day, months ago.

	Where that month is shorter, its last day counts as the same one: the window is never longer than it says.
	"""
	year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
	day = min(today.day, _days_in(year, month + 1))
	return date(year, month + 1, day) + timedelta(days=1)


def _days_in(year: int, month: int) -> int:
	following = date(year + month // 12, month % 12 + 1, 1)
	return (following - timedelta(days=1)).day
