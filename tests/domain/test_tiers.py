"""The ladder of tiers and each decision, by example; what holds for all of them is in test_tier_properties."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cs_center.domain.tier_values import (
	BadThresholdError,
	BadTierError,
	BaseTierError,
	BenefitOrderError,
	DuplicateRankError,
	NoThresholdsError,
	NoTiersError,
	OverlappingTiersError,
	Sums,
	ThresholdOrderError,
	Tier,
	check_ladder,
)
from cs_center.domain.tiers import Ladder, Override, Reason, Rules, Standing, decide, window_start

REGULAR = Tier("Regular", 0)
VIP = Tier("VIP", 10, Decimal(10000), 12)
SENIOR = Tier("Senior VIP", 20, Decimal(50000), 40)
LADDER = Ladder([SENIOR, REGULAR, VIP], Rules(keep_percent=90, grace_days=30))
TODAY = date(2026, 3, 1)


def sums(spend, orders=0):
	return {12: Sums(Decimal(spend), orders)}


def decided(standing, spend, orders=0, today=TODAY, ladder=LADDER):
	return decide(ladder, standing, sums(spend, orders), today)


def at(tier, since=None, **values):
	return Standing(tier, tier, since, **values)


@pytest.mark.parametrize(
	("tier", "spend", "orders", "reached"),
	[
		(Tier("T", 1, Decimal(100)), "100", 0, True),
		(Tier("T", 1, Decimal(100)), "99.99", 99, False),
		(Tier("T", 1, None, 3), "0", 3, True),
		(Tier("T", 1, None, 3), "9999", 2, False),
		(Tier("T", 1, Decimal(100), 3), "100", 0, True),
		(Tier("T", 1, Decimal(100), 3), "0", 3, True),
		(Tier("T", 1, Decimal(100), 3), "99", 2, False),
		(Tier("T", 1, Decimal(100), 3, needs_both=True), "100", 2, False),
		(Tier("T", 1, Decimal(100), 3, needs_both=True), "99", 3, False),
		(Tier("T", 1, Decimal(100), 3, needs_both=True), "100", 3, True),
		(Tier("T", 1, Decimal(100), needs_both=True), "100", 0, True),
		(Tier("T", 1), "-5", 0, True),
	],
)
def test_thresholds(tier, spend, orders, reached):
	assert tier.is_met(sums(spend, orders)) is reached


def test_up_at_once():
	found = decided(at("Regular"), 50000)
	assert (found.tier, found.earned, found.reason) == ("Senior VIP", "Senior VIP", Reason.THRESHOLDS_REACHED)
	assert (found.below_since, found.falls_on) == (None, None)


def test_a_new_customer_gets_what_the_figures_give():
	assert decided(Standing(), 0) == ("Regular", "Regular", None, None, None)
	assert decided(Standing(), 10000)[::4] == ("VIP", Reason.THRESHOLDS_REACHED)


def test_what_keeps_a_tier_is_less_than_what_reaches_it():
	assert decided(at("VIP"), 9000) == ("VIP", "VIP", None, None, None)
	assert decided(at("Regular"), 9000).tier == "Regular"
	assert decided(at("VIP"), 0, 11).below_since is None  # 90 % of 12 orders are 10.8
	assert decided(at("VIP"), 0, 10).below_since == TODAY


def test_down_after_the_grace_period_and_not_a_day_earlier():
	first = decided(at("VIP"), 8999)
	assert first == ("VIP", "VIP", TODAY, TODAY + timedelta(days=30), None)
	waiting = Standing("VIP", "VIP", TODAY)
	assert decided(waiting, 8999, today=TODAY + timedelta(days=29)).tier == "VIP"
	fallen = decided(waiting, 8999, today=TODAY + timedelta(days=30))
	assert fallen == ("Regular", "Regular", None, None, Reason.BELOW_THRESHOLDS)


def test_recovering_ends_the_grace_period():
	waiting = Standing("VIP", "VIP", TODAY - timedelta(days=29))
	assert decided(waiting, 9000).below_since is None


def test_down_to_the_highest_tier_that_is_kept():
	waiting = Standing("Senior VIP", "Senior VIP", TODAY - timedelta(days=30))
	assert decided(waiting, 9000).tier == "VIP"
	assert decided(waiting, 8000).tier == "Regular"


def test_without_a_grace_period_it_is_at_once():
	ladder = Ladder([REGULAR, VIP], Rules(90, 0))
	assert decided(at("VIP"), 0, ladder=ladder).tier == "Regular"


def test_an_override_counts_from_its_first_to_its_last_day():
	override = Override("Senior VIP", TODAY, TODAY + timedelta(days=2))
	standing = at("Regular", override=override)
	assert decided(standing, 0, today=TODAY - timedelta(days=1)).tier == "Regular"
	given = decided(standing, 0)
	assert (given.tier, given.earned, given.reason) == ("Senior VIP", "Regular", Reason.OVERRIDE_SET)
	standing = Standing("Senior VIP", "Regular", None, override)
	assert decided(standing, 0, today=TODAY + timedelta(days=2)).reason is None
	ended = decided(standing, 0, today=TODAY + timedelta(days=3))
	assert (ended.tier, ended.reason) == ("Regular", Reason.OVERRIDE_ENDED)


def test_an_override_can_be_lower_and_the_earned_tier_goes_on_beside_it():
	override = Override("Regular", TODAY, TODAY)
	found = decided(Standing("Regular", "Regular", None, override), 10000)
	assert (found.tier, found.earned, found.reason) == ("Regular", "VIP", None)


def test_a_tier_that_is_there_no_more():
	assert decided(at("Gold"), 10000)[::4] == ("VIP", Reason.TIERS_CHANGED)
	gone = Override("Gold", TODAY, TODAY)
	assert decided(at("Regular", override=gone), 0).tier == "Regular"


def test_trials_say_what_was_asked():
	high, low = LADDER.trials(sums("9500", 3))
	assert high == ("Senior VIP", Decimal(9500), 3, 12, False, False)
	assert low == ("VIP", Decimal(9500), 3, 12, False, True)


def test_windows_of_different_lengths():
	ladder = Ladder(
		[REGULAR, Tier("VIP", 1, Decimal(100), months=3), Tier("Senior VIP", 2, Decimal(150), months=12)]
	)
	assert ladder.months == (3, 12)
	both = {3: Sums(Decimal(50), 1), 12: Sums(Decimal(150), 2)}
	assert decide(ladder, at("Regular"), both, TODAY).tier == "Senior VIP"


@pytest.mark.parametrize(
	("today", "months", "start"),
	[
		(date(2026, 3, 1), 12, date(2025, 3, 2)),
		(date(2026, 3, 31), 1, date(2026, 3, 1)),
		(date(2024, 2, 29), 12, date(2023, 3, 1)),
		(date(2025, 2, 28), 12, date(2024, 2, 29)),
		(date(2026, 1, 15), 1, date(2025, 12, 16)),
		(date(2026, 12, 31), 12, date(2026, 1, 1)),
	],
)
def test_window_start(today, months, start):
	assert window_start(today, months) == start


@pytest.mark.parametrize(
	("tiers", "error", "named"),
	[
		([], NoTiersError, {}),
		([VIP], BaseTierError, {"tier": "VIP"}),
		([REGULAR, Tier("Gold", 5)], NoThresholdsError, {"tier": "Gold"}),
		([REGULAR, VIP, Tier("Gold", 10, Decimal(20000))], DuplicateRankError, {"rank": 10}),
		(
			[REGULAR, VIP, Tier("Gold", 20, Decimal(9999), 40)],
			ThresholdOrderError,
			{"what": "spend", "lower": "VIP", "higher": "Gold"},
		),
		([REGULAR, VIP, Tier("Gold", 20, Decimal(20000), 11)], ThresholdOrderError, {"what": "orders"}),
		([REGULAR, VIP, Tier("Gold", 20, Decimal(10000), 12)], OverlappingTiersError, {"lower": "VIP"}),
		(
			[REGULAR, Tier("VIP", 1, Decimal(10)), Tier("Gold", 2, Decimal(10), 5)],
			OverlappingTiersError,
			{"lower": "VIP", "higher": "Gold"},
		),
		(
			[REGULAR, Tier("VIP", 1, Decimal(10), months=6), Tier("Gold", 2, Decimal(10), months=12)],
			OverlappingTiersError,
			{},
		),
		(
			[REGULAR, Tier("VIP", 1, Decimal(10), reply_factor=0.5), SENIOR],
			BenefitOrderError,
			{"field": "reply_factor"},
		),
		([REGULAR, Tier("VIP", 1, Decimal(10), uplift=2), SENIOR], BenefitOrderError, {"field": "uplift"}),
		([REGULAR, Tier("VIP", 1, Decimal(10), months=0)], BadTierError, {"field": "months"}),
		([REGULAR, Tier("VIP", 1, Decimal(10), months=121)], BadTierError, {"field": "months"}),
		([REGULAR, Tier("VIP", 1, Decimal(-1))], BadThresholdError, {"field": "spend"}),
		([REGULAR, Tier("VIP", 1, None, 0)], BadThresholdError, {"field": "orders"}),
		(
			[REGULAR, Tier("VIP", 1, Decimal(10), resolution_factor=1.1)],
			BadTierError,
			{"field": "resolution_factor"},
		),
		([REGULAR, Tier("VIP", 1, Decimal(10), reply_factor=0.05)], BadTierError, {"field": "reply_factor"}),
		([REGULAR, Tier("VIP", 1, Decimal(10), uplift=4)], BadTierError, {"field": "uplift"}),
		([REGULAR, Tier("VIP", 1, Decimal("NaN"))], BadThresholdError, {"field": "spend"}),
	],
)
def test_tiers_that_make_no_ladder(tiers, error, named):
	with pytest.raises(error) as caught:
		check_ladder(tiers)
	assert named.items() <= caught.value.params.items()
	assert caught.value.code == error.code


@pytest.mark.parametrize(
	"tiers",
	[
		[REGULAR],
		[REGULAR, VIP, SENIOR],
		[
			REGULAR,
			Tier("VIP", 1, Decimal(10), 5, needs_both=True),
			Tier("Gold", 2, Decimal(20), 5, needs_both=True),
		],
		[REGULAR, Tier("VIP", 1, Decimal(10)), Tier("Gold", 2, Decimal(10), 5, needs_both=True)],
		[REGULAR, Tier("VIP", 1, Decimal(10)), Tier("Gold", 2, None, 5)],
		[REGULAR, Tier("VIP", 1, Decimal(10), months=12), Tier("Gold", 2, Decimal(10), months=6)],
	],
)
def test_tiers_that_do(tiers):
	assert check_ladder(list(reversed(tiers))) == tuple(tiers)
