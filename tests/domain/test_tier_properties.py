"""Laws that hold for the tier of every customer, whatever is bought; examples are in test_tiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from string import Formatter
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cs_center.domain import tier_values
from cs_center.domain.tier_values import (
	BadThresholdError,
	DuplicateRankError,
	OverlappingTiersError,
	Sums,
	Tier,
	TierError,
	check_ladder,
)
from cs_center.domain.tiers import (
	Decision,
	Ladder,
	Override,
	Reason,
	Rules,
	Standing,
	decide,
	window_start,
)

from .tier_oracle import (
	CENT,
	DAY,
	Purchase,
	earned_day_by_day,
	faults_of,
	meets,
	slow_earned,
	slow_kept,
	slow_reached,
	slow_sums,
	slow_tier,
	slow_window_start,
	tiers_that_somebody_has,
)
from .tier_strategies import (
	NEAR,
	TODAY,
	any_tiers,
	cases,
	falling_cases,
	ladders,
	shopping,
	standings,
	sums_for,
	tight_tiers,
)

Case = tuple[list[Tier], Rules, Standing, dict[int, Sums]]


def decided(case: Case, today: date = TODAY) -> Decision:
	tiers, rules, standing, sums = case
	return decide(Ladder(tiers, rules), standing, sums, today)


def after(decision: Decision, override: Override | None = None) -> Standing:
	"""What a site keeps of a decision."""
	return Standing(decision.tier, decision.earned, decision.below_since, override)


def lived(
	ladder: Ladder, days: Sequence[Mapping[int, Sums]], standing: Standing | None = None
) -> list[Decision]:
	"""The decisions of so many nights, one after the other."""
	standing, found = standing or Standing(), []
	for index, sums in enumerate(days):
		found.append(decide(ladder, standing, sums, TODAY + index * DAY))
		standing = after(found[-1], standing.override)
	return found


def place(tiers: Sequence[Tier], name: str) -> int:
	return [tier.name for tier in tiers].index(name)


# --- one decision --------------------------------------------------------------------------------------------------


@settings(max_examples=120)
@given(cases())
def test_a_decision_is_what_asking_everything_gives(case: Case) -> None:
	tiers, rules, standing, sums = case
	found = decided(case)
	earned, since = slow_earned(tiers, rules, standing, sums, TODAY)
	names = [tier.name for tier in tiers]
	assert (found.earned, found.below_since) == (earned, since)
	assert found.tier == slow_tier(names, standing, earned, TODAY)
	assert found.falls_on == (since + timedelta(days=rules.grace_days) if since else None)


@settings(max_examples=120)
@given(cases())
def test_deciding_again_on_the_same_day_changes_nothing(case: Case) -> None:
	tiers, rules, standing, sums = case
	first = decided(case)
	again = decided((tiers, rules, after(first, standing.override), sums))
	assert again == first._replace(reason=None)


@settings(max_examples=80)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_tiers_are_given_does_not_matter(case: Case, random: Any) -> None:
	tiers, rules, standing, sums = case
	shuffled = list(tiers)
	random.shuffle(shuffled)
	assert decided((shuffled, rules, standing, sums)) == decided(case)


@settings(max_examples=20)
@given(st.data())
def test_the_order_of_customers_does_not_matter(data: st.DataObject) -> None:
	tiers = data.draw(ladders())
	ladder = Ladder(tiers)
	customers = {
		f"C{number}": (data.draw(standings(tiers)), data.draw(sums_for(tiers))) for number in range(6)
	}
	in_order = {name: decide(ladder, *customers[name], TODAY) for name in sorted(customers)}
	otherwise = data.draw(st.permutations(sorted(customers)))
	assert {name: decide(ladder, *customers[name], TODAY) for name in otherwise} == in_order


@settings(max_examples=80)
@given(cases())
def test_customers_who_bought_the_same_and_stand_the_same_have_the_same_tier(case: Case) -> None:
	tiers, rules, standing, sums = case
	ladder = Ladder(tiers, rules)
	other = {months: Sums(Decimal(str(spend)), int(orders)) for months, (spend, orders) in sums.items()}
	one = decide(ladder, standing, sums, TODAY)
	decide(ladder, Standing(), {months: Sums(Decimal(10**9), 10**6) for months in sums}, TODAY)
	assert decide(ladder, Standing(*standing), other, TODAY) == one


@settings(max_examples=80)
@given(cases(), st.data())
def test_who_buys_more_never_has_a_lower_tier(case: Case, data: st.DataObject) -> None:
	tiers, rules, standing, sums = case
	more = {
		months: Sums(
			spend + data.draw(st.sampled_from((Decimal(0), CENT, Decimal(100), Decimal(10_000)))),
			orders + data.draw(st.sampled_from((0, 1, 20))),
		)
		for months, (spend, orders) in sums.items()
	}
	less, richer = decided(case), decided((tiers, rules, standing, more))
	assert place(tiers, richer.earned) >= place(tiers, less.earned)
	assert place(tiers, richer.tier) >= place(tiers, less.tier)
	assert less.below_since or not richer.below_since or richer.earned != less.earned


@settings(max_examples=80)
@given(cases())
def test_who_reaches_a_higher_tier_has_it_at_once(case: Case) -> None:
	tiers, _rules, standing, sums = case
	reached = tiers[slow_reached(tiers, sums)].name
	found = decided(case)
	assert place(tiers, found.earned) >= place(tiers, reached)
	if standing.earned not in [tier.name for tier in tiers]:
		assert (found.earned, found.below_since) == (reached, None)


@settings(max_examples=80)
@given(cases())
def test_nobody_goes_down_before_the_grace_period_is_over_or_while_the_tier_is_kept(case: Case) -> None:
	tiers, rules, standing, sums = case
	assume(standing.earned in [tier.name for tier in tiers])
	found, present = decided(case), place(tiers, standing.earned)
	if place(tiers, found.earned) < present:
		assert present not in slow_kept(tiers, sums, rules.keep_percent)
		assert rules.grace_days == 0 or (
			standing.below_since is not None and (TODAY - standing.below_since).days >= rules.grace_days
		)
		assert place(tiers, found.earned) in slow_kept(tiers, sums, rules.keep_percent)


@settings(max_examples=100)
@given(falling_cases())
def test_the_day_that_was_announced_is_the_day_of_the_fall(case: Case) -> None:
	tiers, rules, _standing, sums = case
	found = decided(case)
	assert found.falls_on > TODAY
	waiting = after(found)
	on_the_eve = decided((tiers, rules, waiting, sums), found.falls_on - DAY)
	assert (on_the_eve.earned, on_the_eve.below_since) == (found.earned, found.below_since)
	fallen = decided((tiers, rules, waiting, sums), found.falls_on)
	assert place(tiers, fallen.earned) < place(tiers, found.earned)
	assert (fallen.below_since, fallen.falls_on) == (None, None)


# --- overrides -----------------------------------------------------------------------------------------------------


@settings(max_examples=80)
@given(cases())
def test_an_override_never_touches_what_is_earned(case: Case) -> None:
	tiers, rules, standing, sums = case
	plain = decided((tiers, rules, standing._replace(override=None), sums))
	found = decided(case)
	assert found[1:4] == plain[1:4]


@settings(max_examples=80)
@given(cases(), st.integers(0, 4), st.integers(-20, 20), st.integers(0, 20))
def test_an_override_decides_in_its_days_and_on_no_other(
	case: Case, which: int, first: int, length: int
) -> None:
	tiers, rules, standing, sums = case
	name = tiers[which % len(tiers)].name
	begins = TODAY + timedelta(days=first)
	override = Override(name, begins, begins + timedelta(days=length))
	given_so = standing._replace(override=override)
	for days in (first - 1, first, first + length, first + length + 1, 0):
		found = decided((tiers, rules, given_so, sums), TODAY + timedelta(days=days))
		assert found.tier == (name if first <= days <= first + length else found.earned)


@settings(max_examples=40)
@given(ladders(), st.data())
def test_when_an_override_is_over_everything_is_as_if_it_had_never_been(
	tiers: list[Tier], data: st.DataObject
) -> None:
	"""Sixty nights beside a sister who buys the same and was given nothing."""
	ladder = Ladder(tiers, Rules(90, 7))
	names = [tier.name for tier in tiers]
	begins = TODAY + timedelta(days=data.draw(st.integers(0, 20)))
	override = Override(data.draw(st.sampled_from(names)), begins, begins + timedelta(days=9))
	habits = [data.draw(sums_for(tiers)) for _ in range(4)]
	days = [habits[(night // 10) % 4] for night in range(60)]
	with_it = lived(ladder, days, Standing(override=override))
	without = lived(ladder, days)
	for night, (one, other) in enumerate(zip(with_it, without, strict=True)):
		assert one[1:4] == other[1:4]
		inside = override.begins <= TODAY + night * DAY <= override.ends
		assert one.tier == (override.tier if inside else other.tier)


# --- reasons -------------------------------------------------------------------------------------------------------


@settings(max_examples=120)
@given(cases())
def test_a_reason_is_given_exactly_when_the_tier_changed(case: Case) -> None:
	"""But for a customer's first tier: that everybody begins as a regular one needs no reason."""
	_tiers, _rules, standing, _sums = case
	found = decided(case)
	if standing.tier:
		assert (found.reason is None) == (found.tier == standing.tier)
	elif found.reason is None:
		assert found.tier == found.earned


@settings(max_examples=160)
@given(cases())
def test_a_reason_fits_what_happened(case: Case) -> None:
	tiers, rules, standing, sums = case
	names = [tier.name for tier in tiers]
	found = decided(case)
	holds = (
		standing.override is not None and standing.override.holds(TODAY) and standing.override.tier in names
	)
	if found.reason is Reason.OVERRIDE_SET:
		assert holds
	elif found.reason:
		assert not holds
	if found.reason is Reason.THRESHOLDS_REACHED:
		assert meets(tiers[place(tiers, found.tier)], sums)
		assert standing.tier not in names or names.index(standing.tier) < names.index(found.tier)
	if found.reason is Reason.BELOW_THRESHOLDS:
		assert standing.tier not in names or names.index(standing.tier) > names.index(found.tier)
		assert place(tiers, standing.earned) not in slow_kept(tiers, sums, rules.keep_percent)
	if found.reason is Reason.OVERRIDE_ENDED:
		assert standing.tier in names and standing.tier != standing.earned
	is_gone = bool(standing.tier) and standing.tier not in names
	if found.reason is Reason.TIERS_CHANGED:
		assert is_gone or (standing.earned and standing.earned not in names)
	assert not is_gone or holds or found.reason is Reason.TIERS_CHANGED


@settings(max_examples=100)
@given(cases())
def test_trials_ask_every_tier_above_the_base_with_the_sums_of_its_own_window(case: Case) -> None:
	tiers, rules, _standing, sums = case
	rows = Ladder(tiers, rules).trials(sums)
	assert [row.tier for row in rows] == [tier.name for tier in reversed(tiers[1:])]
	for row, tier in zip(rows, reversed(tiers[1:]), strict=True):
		assert (Sums(row.spend, row.orders), row.months) == (sums[tier.months], tier.months)
		assert row.reached == meets(tier, sums)
		assert row.kept == meets(tier, sums, rules.keep_percent)


@settings(max_examples=80)
@given(cases())
def test_the_trials_and_the_decision_tell_the_same_story(case: Case) -> None:
	tiers, rules, standing, sums = case
	found, rows = decided(case), Ladder(tiers, rules).trials(sums)
	reached = next((row.tier for row in rows if row.reached), tiers[0].name)
	assert place(tiers, found.earned) >= place(tiers, reached)
	kept = {row.tier for row in rows if row.kept} | {tiers[0].name}
	if found.below_since:
		assert found.earned not in kept
	elif standing.earned == found.earned:
		assert found.earned in kept


# --- nobody flaps --------------------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(st.data())
def test_who_stays_within_the_band_never_changes_tier(data: st.DataObject) -> None:
	"""Between what keeps a tier and what reaches the next one, with nights without any run in between."""
	keep = data.draw(st.sampled_from((100, 90, 75, 50)))
	edges = sorted(data.draw(st.sets(st.integers(100, 900_000), min_size=2, max_size=4)))
	tiers = [Tier("Base", 0), *(Tier(f"T{cents}", cents, cents * CENT) for cents in edges)]
	ladder = Ladder(tiers, Rules(keep, data.draw(st.sampled_from((0, 1, 30)))))
	above = data.draw(st.integers(1, len(edges)))
	lowest = -(-edges[above - 1] * keep // 100)
	highest = edges[above] - 1 if above < len(edges) else edges[-1] * 2
	standing = Standing(tiers[above].name, tiers[above].name)
	today = TODAY
	for _ in range(20):
		cents = data.draw(st.one_of(st.sampled_from((lowest, highest)), st.integers(lowest, highest)))
		found = decide(ladder, standing, {12: Sums(cents * CENT, 3)}, today)
		assert (found.tier, found.below_since, found.reason) == (tiers[above].name, None, None)
		standing = after(found)
		today += timedelta(days=data.draw(st.sampled_from((1, 1, 1, 40))))


@pytest.mark.parametrize("grace_days", [0, 1, 30])
@pytest.mark.parametrize(
	("swings", "changes"),
	[
		((10_000, 9_999), 0),
		((10_000, 9_000), 0),
		((9_000, 9_001), 0),
		((10_000, 8_999), 0),
		((9_000, 8_999), 0),
		((9_999, 0), 0),
	],
)
def test_400_days_around_a_threshold(grace_days: int, swings: tuple[int, int], changes: int) -> None:
	"""Up and down from one night to the next; without any grace whoever falls below what keeps the tier does fall."""
	ladder = Ladder([Tier("Regular", 0), Tier("VIP", 1, Decimal(10_000))], Rules(90, grace_days))
	days = [{12: Sums(Decimal(swings[night % 2]), 5)} for night in range(400)]
	found = lived(ladder, days, Standing("VIP", "VIP"))
	moves = [(one.tier, two.tier) for one, two in pairwise(found) if one.tier != two.tier]
	if grace_days or min(swings) >= 9_000:
		assert len(moves) == changes
		assert found[-1].tier == "VIP"
	elif max(swings) >= 10_000:
		assert len(moves) == 399
	else:
		assert found[-1].tier == "Regular"


@pytest.mark.parametrize("bought", [8_999, 0, -500])
def test_400_days_below_what_keeps_a_tier(bought: int) -> None:
	ladder = Ladder([Tier("Regular", 0), Tier("VIP", 1, Decimal(10_000))], Rules(90, 30))
	found = lived(ladder, [{12: Sums(Decimal(bought), 5)}] * 400, Standing("VIP", "VIP"))
	assert [one.tier for one in found] == ["VIP"] * 30 + ["Regular"] * 370
	assert [one.reason for one in found if one.reason] == [Reason.BELOW_THRESHOLDS]


_BEGIN = date(2023, 9, 15)


@settings(max_examples=12)
@given(
	shopping(_BEGIN, 900),
	st.sampled_from(NEAR),
	st.sampled_from((90, 75, 100)),
	st.sampled_from((0, 5, 30)),
)
def test_400_nights_of_a_real_customer_are_as_the_whole_past_tells(
	purchases: list[Purchase], tiers: list[Tier], keep: int, grace: int
) -> None:
	"""A leap day lies in the windows. Sums are added up by hand for each night."""
	rules = Rules(keep, grace)
	ladder = Ladder(tiers, rules)
	first = _BEGIN + timedelta(days=400)
	months = sorted({12, *(tier.months for tier in tiers)})
	days = [slow_sums(purchases, first + night * DAY, months) for night in range(400)]
	found = lived(ladder, days)
	assert [one.earned for one in found] == earned_day_by_day(tiers, rules, days)
	places = [place(tiers, one.tier) for one in found]
	falls = [night for night in range(1, 400) if places[night] < places[night - 1]]
	assert all(later - earlier >= grace for earlier, later in pairwise([0, *falls]) if earlier)
	for night in falls:
		had = places[night - 1]
		below = [had not in slow_kept(tiers, day, keep) for day in days[max(0, night - grace) : night + 1]]
		assert all(below) and len(below) == grace + 1
		rises = [one for one in range(1, night) if places[one] > places[one - 1]]
		assert not rises or night - rises[-1] > grace


# --- windows -------------------------------------------------------------------------------------------------------


@settings(max_examples=120)
@given(st.dates(date(1990, 1, 1), date(2120, 12, 31)), st.integers(1, 120))
def test_a_window_starts_where_leafing_back_ends(today: date, months: int) -> None:
	assert window_start(today, months) == slow_window_start(today, months)


@pytest.mark.parametrize("months", [1, 2, 3, 6, 11, 12, 13, 24, 120])
def test_every_day_of_four_years_and_every_month_end(months: int) -> None:
	first = date(2023, 1, 1)
	days = [first + step * DAY for step in range(4 * 365 + 1)]
	starts = [window_start(today, months) for today in days]
	assert starts == [slow_window_start(today, months) for today in days]
	assert all(one <= two for one, two in pairwise(starts))


@given(st.dates(date(1990, 1, 1), date(2120, 12, 31)), st.integers(1, 120))
def test_a_window_is_never_longer_than_so_many_months_and_never_empty(today: date, months: int) -> None:
	start = window_start(today, months)
	assert start <= today
	# The last day before the window is at least so many months ago: the same day of its month, or that month's last.
	before = start - DAY
	assert (today.year - before.year) * 12 + today.month - before.month == months
	assert before.day == today.day or (before.day < today.day and start.day == 1)


@given(st.dates(date(1990, 1, 1), date(2120, 12, 31)), st.integers(1, 40), st.integers(2, 3))
def test_consecutive_windows_meet(today: date, months: int, times: int) -> None:
	"""Windows one before the other lie side by side; a shorter month on the way may only cut days off the whole."""
	last = today
	for _ in range(times):
		last = window_start(last, months) - DAY
	assert last <= slow_window_start(today, months * times) - DAY
	if today.day <= 28:
		assert last == window_start(today, months * times) - DAY


@given(st.dates(date(1990, 1, 1), date(2120, 12, 31)), st.integers(1, 119))
def test_a_longer_window_holds_the_shorter_one(today: date, months: int) -> None:
	assert window_start(today, months + 1) < window_start(today, months)


def test_the_ends_of_the_calendar_of_dates() -> None:
	assert window_start(date.max, 1) == date(9999, 12, 1)
	assert window_start(date.max, 120) == date(9990, 1, 1)


# --- ladders -------------------------------------------------------------------------------------------------------


@given(ladders(), st.randoms(use_true_random=False))
def test_tiers_that_ask_for_more_and_give_more_make_a_ladder(tiers: list[Tier], random: Any) -> None:
	shuffled = list(tiers)
	random.shuffle(shuffled)
	assert check_ladder(shuffled) == tuple(tiers)
	assert Ladder(shuffled).months == tuple(sorted({tier.months for tier in tiers[1:]}))


@settings(max_examples=250)
@given(any_tiers())
def test_any_list_of_tiers_makes_a_ladder_or_is_refused_in_words(tiers: list[Tier]) -> None:
	"""A refusal has a code of its own and a sentence without gaps."""
	try:
		ladder = check_ladder(tiers)
	except TierError as error:
		assert error.code in faults_of(tiers)
		assert error.code != "invalid"
		assert "{" not in str(error) and " ." not in str(error)
		assert all(str(value) != "" for value in error.params.values())
	else:
		assert faults_of(tiers) == set()
		assert [tier.rank for tier in ladder] == sorted(tier.rank for tier in tiers)


@settings(max_examples=100)
@given(any_tiers(), st.randoms(use_true_random=False))
def test_what_is_wrong_does_not_depend_on_the_order_of_the_list(tiers: list[Tier], random: Any) -> None:
	shuffled = list(tiers)
	random.shuffle(shuffled)
	found = []
	for rows in (tiers, shuffled):
		try:
			check_ladder(rows)
			found.append("")
		except TierError as error:
			found.append(error.code)
	# Of several tiers with a bad value the first one is named.
	assert {*found} <= {"bad_tier", "bad_threshold"} or found[0] == found[1]


@pytest.mark.parametrize("is_first", [True, False])
def test_two_tiers_of_the_lowest_rank_are_two_of_one_rank_whichever_comes_first(is_first: bool) -> None:
	base, other = Tier("Regular", 0), Tier("VIP", 0, Decimal(5))
	with pytest.raises(DuplicateRankError):
		check_ladder([base, other] if is_first else [other, base])


@pytest.mark.parametrize("value", ["0", "-0", "-0.01", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_threshold_is_a_number_above_zero(value: str) -> None:
	with pytest.raises(BadThresholdError, match="above zero"):
		check_ladder([Tier("Regular", 0), Tier("VIP", 1, Decimal(value))])


def check_the_living(tiers: Sequence[Tier]) -> None:
	"""Against every customer of a grid: an accepted tier is the highest one for somebody, a refused one for nobody."""
	by_rank = sorted(tiers, key=lambda tier: tier.rank)
	names = [tier.name for tier in by_rank]
	living = tiers_that_somebody_has(by_rank)
	try:
		check_ladder(tiers)
	except OverlappingTiersError as error:
		assert error.params["lower"] not in living
		above = error.params["higher"].split(" / ")
		assert above and all(names.index(error.params["lower"]) < names.index(name) for name in above)
	except TierError as error:
		assert error.code == "threshold_order"
	else:
		assert living == set(names)


_SHAPES = [
	(spend, orders, needs_both)
	for spend, orders, needs_both in product((None, 1, 2), (None, 1, 2), (False, True))
	if (spend and orders) or (not needs_both and (spend or orders))
]


@pytest.mark.parametrize("lowest", range(len(_SHAPES)))
def test_every_three_tiers_of_one_window(lowest: int) -> None:
	"""All there are that ask for one of two amounts and one of two numbers of orders: 12 x 12 x 12 ladders."""
	for shapes in product([_SHAPES[lowest]], _SHAPES, _SHAPES):
		tiers = [Tier("Base", 0)]
		for rank, (spend, orders, needs_both) in enumerate(shapes, 1):
			tiers.append(Tier(f"T{rank}", rank, spend and Decimal(spend), orders, needs_both))
		check_the_living(tiers)


@settings(max_examples=200)
@given(tight_tiers())
def test_every_tier_of_a_ladder_is_somebodys_and_only_dead_ones_are_refused(tiers: list[Tier]) -> None:
	check_the_living(tiers)


def test_every_error_of_tiers_has_its_own_code_and_a_sentence_that_its_fields_fill() -> None:
	kinds = [
		kind for kind in vars(tier_values).values() if isinstance(kind, type) and issubclass(kind, TierError)
	]
	kinds.remove(TierError)
	assert len({kind.code for kind in kinds}) == len(kinds) >= 8
	for kind in kinds:
		fields = {name for _text, name, *_rest in Formatter().parse(kind.message) if name}
		told = str(kind(**{name: f"<{name}>" for name in fields}))
		assert all(f"<{name}>" in told for name in fields)


@pytest.mark.parametrize(("percent", "days"), [(0, 30), (-1, 30), (101, 30), (110, 0), (90, -1)])
def test_rules_under_which_a_tier_would_flap_or_never_end_are_refused(percent: int, days: int) -> None:
	with pytest.raises(TierError, match=rf"{percent} and {days}"):
		Rules(percent, days)


@pytest.mark.parametrize(("percent", "days"), [(1, 0), (100, 365)])
def test_rules_at_their_ends(percent: int, days: int) -> None:
	assert Rules(percent, days) == Rules(keep_percent=percent, grace_days=days)
