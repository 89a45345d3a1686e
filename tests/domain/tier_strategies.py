"""Random tiers, customers and standings: close to every threshold, and as nobody should enter them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from cs_center.domain.tier_values import Sums, Tier
from cs_center.domain.tiers import Override, Rules, Standing

from .tier_oracle import CENT, Purchase

NAMES = ("Regular", "Bronze", "Silver", "Gold", "Platinum")
GONE = "Gone"
TODAY = date(2026, 3, 1)
WINDOWS = (1, 3, 12, 24)


def days_around(today: date, most: int = 60) -> st.SearchStrategy[date]:
	return st.one_of(st.sampled_from((-31, -30, -29, -1, 0, 1, 30)), st.integers(-most, most)).map(
		lambda days: today + timedelta(days=days)
	)


# --- tiers ---------------------------------------------------------------------------------------------------------


def _made(
	random: Random, above: int, windows: Sequence[int] = WINDOWS, most_cents: int = 100_000
) -> list[Tier]:
	"""Tiers that fit by construction, lowest first: each asks for more of everything than the one below and gives more."""
	tiers = [Tier(NAMES[0], random.randint(0, 5))]
	spend, orders, factor = Decimal(0), 0, 1.0
	months = random.choice((*windows, None))
	for name in NAMES[1 : 1 + above]:
		spend += random.randint(most_cents // 1000, most_cents) * CENT
		orders += random.randint(1, 1 + most_cents // 10_000)
		factor = max(0.1, factor - random.choice((0, 0.1, 0.25)))
		asks = random.choice(("spend", "orders", "spend orders", "spend orders"))
		tiers.append(
			Tier(
				name,
				tiers[-1].rank + random.randint(1, 20),
				spend if "spend" in asks else None,
				orders if "orders" in asks else None,
				needs_both=random.random() < 0.5,
				months=months or random.choice(windows),
				reply_factor=factor,
				resolution_factor=factor,
				uplift=min(3, tiers[-1].uplift + random.randint(0, 1)),
			)
		)
	return tiers


_RANDOM = Random(4)
LADDERS = [_made(_RANDOM, above) for above in (0, *[1] * 30, *[2] * 70, *[3] * 70, *[4] * 30)]
"""Made beforehand: to draw each tier field by field would take longer than all decisions together."""


NEAR = [_made(_RANDOM, above, (1, 1, 3), 40_000) for above in (1, 2, 3, 2, 3, 4) * 5]
"""Tiers that a customer of ``shopping`` reaches and loses."""


def ladders() -> st.SearchStrategy[list[Tier]]:
	"""Tiers that fit, lowest first; the simple ones first, so that a fault shrinks to them."""
	return st.sampled_from(LADDERS)


@st.composite
def tight_tiers(draw: st.DrawFn) -> list[Tier]:
	"""A base tier and some that ask for one of very few amounts, so that many of them get in each other's way."""
	tiers = [Tier(NAMES[0], 0)]
	for rank, name in enumerate(NAMES[1 : 1 + draw(st.integers(1, 4))], 1):
		spend = draw(st.sampled_from((None, 1, 1, 2, 3)))
		orders = draw(st.sampled_from((None, 1, 2, 2, 3)))
		tiers.append(
			Tier(
				name,
				rank,
				None if spend is None else Decimal(100 * spend),
				orders if orders or spend else 1,
				needs_both=draw(st.booleans()),
				months=draw(st.sampled_from((12, 12, 12, 6, 24))),
			)
		)
	return draw(st.permutations(tiers))


_SLIPS: dict[str, tuple[Any, ...]] = {
	"name": NAMES[:3],
	"rank": (-1, 0, 1, 5, 10),
	"spend": (
		*(None, None),
		*map(Decimal, ("1", "100", "500", "0", "-5", "NaN", "sNaN", "Infinity", "-Infinity", "1E+30")),
	),
	"orders": (None, None, 1, 2, 8, 0, -1, 10**12),
	"needs_both": (False, True),
	"months": (1, 3, 12, 12, 24, 120, 0, -1, 121),
	"reply_factor": (1.0, 1, 0.5, 0.1, 0.09, 0, -1, 1.01, math.nan, math.inf),
	"resolution_factor": (1.0, 0.8, 0.1, 0.0999, 0, 2, math.nan, -math.inf),
	"uplift": (0, 1, 3, -1, 4),
}


@st.composite
def any_tiers(draw: st.DrawFn) -> list[Tier]:
	"""Any list of tiers: some that fit, with a few values as a form, a file or a slip of the keyboard may have them."""
	tiers = list(draw(ladders()))
	for _ in range(draw(st.integers(0, 3))):
		index, field = draw(st.integers(0, len(tiers) - 1)), draw(st.sampled_from(sorted(_SLIPS)))
		tiers[index] = replace(tiers[index], **{field: draw(st.sampled_from(_SLIPS[field]))})
	return [] if draw(st.integers(0, 30)) == 30 else tiers[draw(st.sampled_from((0, 0, 0, 0, 1))) :]


rules = st.builds(Rules, st.sampled_from((100, 90, 90, 75, 50)), st.sampled_from((0, 1, 7, 30, 30, 365)))


# --- customers -----------------------------------------------------------------------------------------------------


@st.composite
def sums_for(draw: st.DrawFn, tiers: Sequence[Tier], keep_percent: int = 90) -> dict[int, Sums]:
	"""What a customer bought in each window: at a threshold or at what keeps it, a cent beside it, or anything."""
	found = {}
	for months in sorted({tier.months for tier in tiers}):
		edges = [tier.spend for tier in tiers if tier.spend is not None and tier.months == months]
		shares = [edge * keep_percent / 100 for edge in edges]
		near = [edge + beside for edge in (*edges, *shares) for beside in (-CENT, Decimal(0), CENT)]
		spend = draw(
			st.one_of(
				st.sampled_from([Decimal(0), Decimal(-50), *near, *near]),
				st.integers(-10_000, 500_000).map(lambda cents: cents * CENT),
			)
		)
		orders = draw(st.integers(0, 50))
		found[months] = Sums(spend, orders)
	return found


@st.composite
def standings(draw: st.DrawFn, tiers: Sequence[Tier], today: date = TODAY) -> Standing:
	"""Any standing: what a decision left, and what it cannot have left (tiers that are gone, days that are to come)."""
	names = [tier.name for tier in tiers]
	earned = draw(st.sampled_from((*names, *names, "", GONE)))
	tier = draw(st.sampled_from((earned, earned, *names, *names, GONE, "")))
	below_since = draw(st.one_of(st.none(), days_around(today)))
	override = None
	if draw(st.booleans()):
		begins = draw(days_around(today))
		ends = begins + timedelta(days=draw(st.sampled_from((-3, 0, 0, 1, 30, 90))))
		override = Override(draw(st.sampled_from((*names, GONE))), begins, ends)
	return Standing(tier if earned else "", earned, below_since, override)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Tier], Rules, Standing, dict[int, Sums]]:
	"""(tiers, rules, standing, sums) of one decision on TODAY."""
	tiers, given = draw(ladders()), draw(rules)
	return tiers, given, draw(standings(tiers)), draw(sums_for(tiers, given.keep_percent))


@st.composite
def falling_cases(draw: st.DrawFn) -> tuple[list[Tier], Rules, Standing, dict[int, Sums]]:
	"""A customer who has bought nothing, or less than what was returned, and falls tonight or some day."""
	tiers = draw(st.sampled_from([one for one in LADDERS if len(one) > 1]))
	given = Rules(90, draw(st.sampled_from((1, 7, 30))))
	earned = draw(st.sampled_from(tiers[1:])).name
	since = draw(st.one_of(st.none(), st.integers(0, given.grace_days - 1)))
	below_since = None if since is None else TODAY - timedelta(days=since)
	sums = {tier.months: Sums(Decimal(draw(st.sampled_from((0, -5)))), 0) for tier in tiers}
	return tiers, given, Standing(earned, earned, below_since), sums


@st.composite
def shopping(draw: st.DrawFn, begin: date, days: int) -> list[Purchase]:
	"""Some years of purchases and returns, in runs: a while of regular shopping, then another habit or none at all."""
	purchases, day, end = [], begin, begin + timedelta(days=days)
	while day < end:
		every, amount = draw(st.sampled_from((5, 10, 20, 45))), draw(st.sampled_from((40, 90, 110, 300)))
		for _ in range(draw(st.integers(1, 9))):
			purchases.append(Purchase(day, Decimal(amount)))
			if draw(st.integers(0, 7)) == 0:
				purchases.append(Purchase(day + timedelta(days=2), Decimal(-amount)))
			day += timedelta(days=every)
		day += timedelta(days=draw(st.sampled_from((0, 0, 30, 120))))
	return purchases
