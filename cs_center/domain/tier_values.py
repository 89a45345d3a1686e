"""What a customer tier asks and gives, and whether the tiers of a site make a ladder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from .errors import DomainError

LONGEST_WINDOW = 120
LEAST_FACTOR = 0.1
MOST_UPLIFT = 3


class Sums(NamedTuple):
	"""What a customer bought in a window: money in the tiers' currency, returns subtracted, and the number of orders."""

	spend: Decimal
	orders: int


NOTHING_BOUGHT = Sums(Decimal(0), 0)


class TierError(DomainError):
	"""Something is wrong with a tier, or with how the tiers stand to each other."""


class NoTiersError(TierError):
	code = "no_tiers"
	message = "There is no enabled tier. Enable one without thresholds: it is everybody's."


class BadTierError(TierError):
	code = "bad_tier"
	message = "Tier {tier!r}: {field} {value} is out of range ({least} to {most})."


class DuplicateRankError(TierError):
	code = "duplicate_rank"
	message = "{first!r} and {second!r} have the same rank {rank}. Give one of them another."


class BaseTierError(TierError):
	code = "base_with_thresholds"
	message = "{tier!r} has the lowest rank and is everybody's tier: it may have no thresholds."


class NoThresholdsError(TierError):
	code = "no_thresholds"
	message = "{tier!r} asks for nothing, so everybody would have it. Give it a threshold."


class BadThresholdError(TierError):
	code = "bad_threshold"
	message = "{tier!r}: the threshold {value} for {field} is no number above zero."


class BadRulesError(TierError):
	code = "bad_rules"
	message = "A tier is kept with 1 to 100 percent of its thresholds and 0 or more days of grace, not {percent} and {days}."


class DuplicateNameError(TierError):
	code = "duplicate_name"
	message = "Two tiers are called {tier!r}. Give one of them another name."


class ThresholdOrderError(TierError):
	code = "threshold_order"
	message = "{higher!r} ranks above {lower!r} but asks for less {what}: {asked} instead of {least}."


class OverlappingTiersError(TierError):
	code = "overlapping_tiers"
	message = "Whoever reaches {lower!r} reaches {higher} too, so nobody would ever have {lower!r}."


class BenefitOrderError(TierError):
	code = "benefit_order"
	message = "{higher!r} ranks above {lower!r} but gives less: {field} {given} instead of {wanted}."


@dataclass(frozen=True, slots=True)
class Tier:
	"""One tier. ``spend`` and ``orders``: thresholds within the last ``months`` months, None where it is not asked.

	``needs_both``: of two thresholds both have to be reached, else either. ``reply_factor`` and ``resolution_factor``
	shorten targets (0.1 to 1); ``uplift``: steps by which the priority of a new ticket is raised.
	"""

	name: str
	rank: int
	spend: Decimal | None = None
	orders: int | None = None
	needs_both: bool = False
	months: int = 12
	reply_factor: float = 1.0
	resolution_factor: float = 1.0
	uplift: int = 0

	@property
	def has_thresholds(self) -> bool:
		return self.spend is not None or self.orders is not None

	def is_met(self, sums: Mapping[int, Sums]) -> bool:
		"""Whether sums (months -> what was bought in so many) reach it; a tier without thresholds is always reached."""
		return _is_met(self, sums)


class Share:
	"""A share of a tier's thresholds, which keeps it."""

	__slots__ = ("months", "needs_both", "orders", "spend")

	def __init__(self, tier: Tier, percent: int) -> None:
		self.months, self.needs_both = tier.months, tier.needs_both
		self.spend = None if tier.spend is None else tier.spend * percent / 100
		self.orders = None if tier.orders is None else Decimal(tier.orders * percent) / 100

	def is_met(self, sums: Mapping[int, Sums]) -> bool:
		return _is_met(self, sums)


def _is_met(asked: Tier | Share, sums: Mapping[int, Sums]) -> bool:
	if asked.spend is None and asked.orders is None:
		return True
	spend, orders = sums[asked.months]
	has_spend = asked.spend is not None and spend >= asked.spend
	has_orders = asked.orders is not None and orders >= asked.orders
	if asked.needs_both:
		return (has_spend or asked.spend is None) and (has_orders or asked.orders is None)
	return has_spend or has_orders


def check_ladder(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
	"""The tiers in order of rank, lowest first; raises a TierError that names what does not fit."""
	if not tiers:
		raise NoTiersError()
	for tier in tiers:
		_check_ranges(tier)
	ladder = tuple(sorted(tiers, key=lambda tier: (tier.rank, tier.name)))
	for lower, higher in combinations(ladder, 2):
		_refuse_twins(lower, higher)
	if ladder[0].has_thresholds:
		raise BaseTierError(tier=ladder[0].name)
	for lower, higher in combinations(ladder, 2):
		if not higher.has_thresholds:
			raise NoThresholdsError(tier=higher.name)
		_check_pair(lower, higher)
	for place, tier in enumerate(ladder[1:], 1):
		_refuse_unreachable(tier, ladder[place + 1 :])
	return ladder


def _refuse_twins(lower: Tier, higher: Tier) -> None:
	if lower.rank == higher.rank:
		raise DuplicateRankError(first=lower.name, second=higher.name, rank=lower.rank)
	if lower.name == higher.name:
		raise DuplicateNameError(tier=lower.name)


def _check_ranges(tier: Tier) -> None:
	_require(tier, "months", tier.months, 1, LONGEST_WINDOW)
	_require(tier, "reply_factor", tier.reply_factor, LEAST_FACTOR, 1)
	_require(tier, "resolution_factor", tier.resolution_factor, LEAST_FACTOR, 1)
	_require(tier, "uplift", tier.uplift, 0, MOST_UPLIFT)
	for field, value in (("spend", tier.spend), ("orders", tier.orders)):
		if value is not None and not (Decimal(value).is_finite() and value > 0):
			raise BadThresholdError(tier=tier.name, field=field, value=value)


def _require(tier: Tier, field: str, value: float, least: float, most: float) -> None:
	if not least <= value <= most:
		raise BadTierError(tier=tier.name, field=field, value=value, least=least, most=most)


def _check_pair(lower: Tier, higher: Tier) -> None:
	if lower.months == higher.months:
		for what, least, asked in (
			("spend", lower.spend, higher.spend),
			("orders", lower.orders, higher.orders),
		):
			if least is not None and asked is not None and asked < least:
				raise ThresholdOrderError(
					lower=lower.name, higher=higher.name, what=what, asked=asked, least=least
				)
	for field in ("reply_factor", "resolution_factor"):
		given, wanted = getattr(higher, field), getattr(lower, field)
		if given > wanted:
			raise BenefitOrderError(
				lower=lower.name, higher=higher.name, field=field, given=given, wanted=wanted
			)
	if higher.uplift < lower.uplift:
		raise BenefitOrderError(
			lower=lower.name, higher=higher.name, field="uplift", given=higher.uplift, wanted=lower.uplift
		)


def _refuse_unreachable(tier: Tier, above: Sequence[Tier]) -> None:
	"""Refuse a tier that nobody could have: whatever reaches it reaches one above it that looks back as far."""
	winners = [
		next((one for one in above if one.months >= tier.months and one.is_met({one.months: least})), None)
		for least in _least_of(tier)
	]
	if all(winners):
		names = dict.fromkeys(one.name for one in winners if one)
		raise OverlappingTiersError(lower=tier.name, higher=" / ".join(names))


def _least_of(tier: Tier) -> list[Sums]:
	spend, orders = tier.spend or Decimal(0), tier.orders or 0
	if tier.spend is None or tier.orders is None or tier.needs_both:
		return [Sums(spend, orders)]
	return [Sums(spend, 0), Sums(Decimal(0), orders)]
