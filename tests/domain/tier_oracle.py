"""The slow, obvious tiers that the fast ones are compared with: everything is asked of everybody, nothing is remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from cs_center.domain.tier_values import Sums, Tier
from cs_center.domain.tiers import Rules, Standing

DAY = timedelta(days=1)
CENT = Decimal("0.01")


# --- windows -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def slow_window_start(today: date, months: int) -> date:
	"""Leaf back through the calendar month by month, then look for the same day of the month, or its last."""
	first = today.replace(day=1)
	for _ in range(months):
		first = (first - DAY).replace(day=1)
	same = first
	while same.day < today.day and (same + DAY).month == first.month:
		same += DAY
	return same + DAY


class Purchase(NamedTuple):
	"""One order, or a return: a negative amount that is no order."""

	day: date
	amount: Decimal

	@property
	def is_order(self) -> bool:
		return self.amount >= 0


def slow_sums(purchases: Sequence[Purchase], today: date, months: Sequence[int]) -> dict[int, Sums]:
	"""What was bought in each window that ends with today."""
	found = {}
	for number in months:
		inside = [one for one in purchases if slow_window_start(today, number) <= one.day <= today]
		found[number] = Sums(
			sum((one.amount for one in inside), Decimal(0)), sum(one.is_order for one in inside)
		)
	return found


# --- decisions -----------------------------------------------------------------------------------------------------


def meets(tier: Tier, sums: Mapping[int, Sums], percent: int = 100) -> bool:
	"""Whether so many percent of what the tier asks were bought."""
	if tier.spend is None and tier.orders is None:
		return True
	spend, orders = sums[tier.months]
	answers = []
	if tier.spend is not None:
		answers.append(spend * 100 >= tier.spend * percent)
	if tier.orders is not None:
		answers.append(orders * 100 >= tier.orders * percent)
	return all(answers) if tier.needs_both else any(answers)


def slow_reached(tiers: Sequence[Tier], sums: Mapping[int, Sums]) -> int:
	return max(place for place, tier in enumerate(tiers) if place == 0 or meets(tier, sums))


def slow_kept(tiers: Sequence[Tier], sums: Mapping[int, Sums], percent: int) -> list[int]:
	return [place for place, tier in enumerate(tiers) if place == 0 or meets(tier, sums, percent)]


def earned_day_by_day(tiers: Sequence[Tier], rules: Rules, days: Sequence[Mapping[int, Sums]]) -> list[str]:
	"""The earned tier of each day of a new customer, read from the whole past instead of from a date that is carried on.

	A tier is lost on the first day on which the customer has been below it today and on all of the grace days before.
	"""
	places: list[int] = []
	for index, sums in enumerate(days):
		reached = slow_reached(tiers, sums)
		present = places[-1] if places else reached
		past = days[max(0, index - rules.grace_days) : index + 1]
		is_below = [present not in slow_kept(tiers, day, rules.keep_percent) for day in past]
		if reached > present:
			present = reached
		elif all(is_below) and len(past) == rules.grace_days + 1:
			present = max(one for one in slow_kept(tiers, sums, rules.keep_percent) if one < present)
		places.append(present)
	return [tiers[place].name for place in places]


def slow_earned(
	tiers: Sequence[Tier], rules: Rules, standing: Standing, sums: Mapping[int, Sums], today: date
) -> tuple[str, date | None]:
	"""The earned tier and since when its customer is below it."""
	names = [tier.name for tier in tiers]
	reached, kept = slow_reached(tiers, sums), slow_kept(tiers, sums, rules.keep_percent)
	if standing.earned not in names or reached >= names.index(standing.earned):
		return names[reached], None
	present = names.index(standing.earned)
	if present in kept:
		return standing.earned, None
	since = standing.below_since
	if since is None or since > today:
		since = today
	if (today - since).days >= rules.grace_days:
		return names[max(place for place in kept if place < present)], None
	return standing.earned, since


def slow_tier(names: Sequence[str], standing: Standing, earned: str, today: date) -> str:
	"""The tier that the customer has: the one that somebody gave for today, where there is such a tier."""
	given = standing.override
	if given is None or given.tier not in names:
		return earned
	days = [given.begins + step * DAY for step in range((given.ends - given.begins).days + 1)]
	return given.tier if today in days else earned


# --- ladders -------------------------------------------------------------------------------------------------------


def customers_of(tiers: Sequence[Tier]) -> Iterator[dict[int, Sums]]:
	"""Customers who bought everything on one day, so long ago that only the windows of so many months or more hold it.

	Amounts and numbers of orders are all that any tier asks, a little less, nothing, and more returned than bought.
	"""
	spends = {Decimal(-1), Decimal(0)} | {
		tier.spend - less for tier in tiers if tier.spend is not None for less in (Decimal(0), CENT)
	}
	orders = {0} | {tier.orders - less for tier in tiers if tier.orders is not None for less in (0, 1)}
	windows = sorted({tier.months for tier in tiers})
	for months, spend, number in product(windows, spends, orders):
		yield {window: Sums(spend, number) if window >= months else Sums(Decimal(0), 0) for window in windows}


def tiers_that_somebody_has(tiers: Sequence[Tier]) -> set[str]:
	"""Names of the tiers (lowest first) that are the highest one for some customer."""
	return {tiers[slow_reached(tiers, customer)].name for customer in customers_of(tiers)}


def faults_of(tiers: Sequence[Tier]) -> set[str]:
	"""Codes of everything that is wrong with these tiers; of dead tiers only where nothing else is wrong."""
	if not tiers:
		return {"no_tiers"}
	ladder = sorted(tiers, key=lambda tier: tier.rank)
	asks = [tier.spend is not None or tier.orders is not None for tier in ladder]
	answers = {
		"bad_tier": any(_is_out_of_range(tier) for tier in tiers),
		"bad_threshold": any(_asks_for_no_number(tier) for tier in tiers),
		"duplicate_name": len({tier.name for tier in tiers}) < len(tiers),
		"duplicate_rank": len({tier.rank for tier in tiers}) < len(tiers),
		"base_with_thresholds": asks[0],
		"no_thresholds": not all(asks[1:]),
	}
	faults = {code for code, is_wrong in answers.items() if is_wrong}
	if not faults and tiers_that_somebody_has(ladder) != {tier.name for tier in ladder}:
		faults.add("overlapping_tiers")
	return faults.union(*(_faults_of_pair(lower, higher) for lower, higher in combinations(ladder, 2)))


def _is_out_of_range(tier: Tier) -> bool:
	return not (
		1 <= tier.months <= 120
		and 0.1 <= tier.reply_factor <= 1
		and 0.1 <= tier.resolution_factor <= 1
		and 0 <= tier.uplift <= 3
	)


def _asks_for_no_number(tier: Tier) -> bool:
	asked = [Decimal(one) for one in (tier.spend, tier.orders) if one is not None]
	return any(not one.is_finite() or one <= 0 for one in asked)


def _faults_of_pair(lower: Tier, higher: Tier) -> set[str]:
	faults = set()
	for one, two in ((lower.spend, higher.spend), (lower.orders, higher.orders)):
		is_asked = one is not None and two is not None and lower.months == higher.months
		if is_asked and not Decimal(one).is_nan() and not Decimal(two).is_nan() and two < one:
			faults.add("threshold_order")
	if (
		higher.reply_factor > lower.reply_factor
		or higher.resolution_factor > lower.resolution_factor
		or higher.uplift < lower.uplift
	):
		faults.add("benefit_order")
	return faults
