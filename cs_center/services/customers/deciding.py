"""One customer's decision as rows: what changes in the profile, and the change of tier with its reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from frappe.utils import now_datetime

from cs_center.domain.tier_values import NOTHING_BOUGHT, Sums
from cs_center.domain.tiers import Decision, Ladder, Override, Reason, Standing, decide, window_start

from .ladder import read_ladder, read_ranks
from .purchases import tier_currency

PROFILE, CHANGE = "CS Customer Profile", "CS Tier Change"
UPGRADE, DOWNGRADE = "Upgrade", "Downgrade"

READ = (
	"name",
	"customer",
	"tier",
	"tier_since",
	"earned_tier",
	"below_since",
	"spend",
	"orders",
	"override_tier",
	"override_from",
	"override_until",
	"override_by",
	"tickets_pending",
)
"""Fields of a profile that a decision needs."""

DECIDED = ("tier", "tier_since", "earned_tier", "below_since", "tickets_pending")
"""Fields of a profile that a decision may change; spend and orders are figures, not decided."""


class Outcome(NamedTuple):
	"""``values``: what the profile gets (DECIDED), None where nothing is new; ``spend`` and ``orders``: what it shows;
	``change``: a row of CS Tier Change, None where the tier stays.
	"""

	decision: Decision
	values: tuple[Any, ...] | None
	spend: float
	orders: int
	change: dict[str, Any] | None


class Evaluation:
	"""The ladder on one day, with what every customer's decision shares.

	``now``: naive, the site's; ``actor``: who asks, "" for the night's evaluation.
	"""

	def __init__(self, ladder: Ladder, as_of: date, now: datetime, currency: str, actor: str = "") -> None:
		self.ladder, self.as_of, self.now, self.currency, self.actor = ladder, as_of, now, currency, actor
		self.starts = [window_start(as_of, months) for months in ladder.months]
		self.ranks = read_ranks()
		self.longest = ladder.months[-1] if ladder.months else 0

	def decide(self, row: Any, figures: Sequence[Sums] | None) -> Outcome:
		"""``figures``: sums for each of ``starts``; None for a customer who bought nothing in any."""
		sums = self.sums_of(figures)
		standing = standing_of(row)
		made = decide(self.ladder, standing, sums, self.as_of)
		spend, orders = self.shown(sums)
		moves = made.tier != standing.tier
		if not moves and (made.earned, made.below_since) == (standing.earned, standing.below_since):
			return Outcome(made, None, spend, orders, None)
		is_up = moves and self._is_up(standing.tier, made.tier)
		values = (
			made.tier,
			self.as_of if moves else row["tier_since"],
			made.earned,
			made.below_since,
			1 if is_up else row["tickets_pending"],
		)
		change = self.change_of(row, standing, made, sums) if made.reason else None
		return Outcome(made, values, spend, orders, change)

	@staticmethod
	def read_sums(spend: str, orders: int) -> Sums:
		"""Sums as a statement gives them: the amount as text, because Frappe reads decimals as floats."""
		return Sums(Decimal(spend), int(orders))

	def sums_of(self, figures: Sequence[Sums] | None) -> Mapping[int, Sums]:
		"""Sums by length of window."""
		if figures is None:
			return dict.fromkeys(self.ladder.months, NOTHING_BOUGHT)
		return dict(zip(self.ladder.months, figures, strict=True))

	def shown(self, sums: Mapping[int, Sums]) -> tuple[float, int]:
		"""Spend and orders that the profile shows: those of the longest window."""
		if not self.longest:
			return 0.0, 0
		spend, orders = sums[self.longest]
		return float(spend), orders

	def change_of(
		self, row: Mapping[str, Any], standing: Standing, made: Decision, sums: Mapping[int, Sums]
	) -> dict[str, Any]:
		"""The row that tells of the change, with every tier's thresholds against the sums."""
		before = standing.tier or self.ladder.base.name
		spend, orders = self.shown(sums)
		return {
			"customer": row["customer"],
			"changed_at": self.now,
			"from_tier": before,
			"to_tier": made.tier,
			"direction": UPGRADE if self._is_up(before, made.tier) else DOWNGRADE,
			"reason": made.reason.value if made.reason else "",
			"spend": spend,
			"orders": orders,
			"currency": self.currency,
			"window_from": window_start(self.as_of, self.longest) if self.longest else None,
			"window_to": self.as_of,
			"earned_tier": made.earned,
			"as_of": self.as_of,
			"actor": self.actor_of(made.reason, row),
			"explanation": json.dumps(self.explain(sums), ensure_ascii=False),
		}

	def explain(self, sums: Mapping[int, Sums]) -> list[dict[str, Any]]:
		"""Each tier above the base, highest first: what it asked, what there was, whether that reaches or keeps it."""
		asked = {tier.name: tier for tier in self.ladder.tiers}
		return [
			{
				"tier": trial.tier,
				"months": trial.months,
				"spend": str(trial.spend),
				"orders": trial.orders,
				"asked_spend": _text(asked[trial.tier].spend),
				"asked_orders": asked[trial.tier].orders,
				"needs_both": asked[trial.tier].needs_both,
				"reached": trial.reached,
				"kept": trial.kept,
				"keep_percent": self.ladder.rules.keep_percent,
			}
			for trial in self.ladder.trials(sums)
		]

	def actor_of(self, reason: Reason | None, row: Mapping[str, Any]) -> str | None:
		"""Who changed the tier: whoever gave it or took it back; nobody where the figures or the calendar did."""
		if reason is Reason.OVERRIDE_SET:
			return row["override_by"] or self.actor or None
		return self.actor or None if reason is Reason.OVERRIDE_ENDED else None

	def _is_up(self, before: str, after: str) -> bool:
		return self.ranks.get(after, -1) > self.ranks.get(before, -1)


def present_evaluation(actor: str = "", as_of: date | None = None) -> Evaluation:
	"""With the tiers as they are now; ``as_of``: today, unless a night's run began on another day."""
	now = now_datetime()
	return Evaluation(read_ladder(), as_of or now.date(), now, tier_currency(), actor)


def standing_of(row: Mapping[str, Any]) -> Standing:
	"""What a profile's row says."""
	override = None
	if row["override_tier"] and row["override_until"]:
		override = Override(row["override_tier"], row["override_from"] or date.min, row["override_until"])
	return Standing(row["tier"] or "", row["earned_tier"] or "", row["below_since"], override)


def _text(amount: Any) -> str | None:
	return None if amount is None else str(amount)
