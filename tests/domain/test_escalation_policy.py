"""Escalation policies: what makes a ladder usable, and the sentence that says why one is not."""

from __future__ import annotations

from typing import Any

import pytest

from cs_center.domain.errors import DomainError
from cs_center.domain.escalation_policy import (
	CLOCK_TRIGGERS,
	FAULTS,
	SEVERITIES,
	TICKET_TRIGGERS,
	TIMED_TRIGGERS,
	Actions,
	Audience,
	BadFallbackError,
	BadStepError,
	EscalationPolicyError,
	IdenticalStepsError,
	IdleStepError,
	NoStepsError,
	RepeatedKeyError,
	Step,
	Trigger,
	UnreachableStepError,
	Who,
	severity_rank,
)
from cs_center.domain.policy import Amount, Metric, Unit

from .escalation_story import (
	after,
	before,
	contacts,
	ladder,
	low_rating,
	reopened,
	severe,
	share,
	step,
	unacknowledged,
)

T, M = Trigger, Metric
HALF_AN_HOUR = Amount(30, Unit.BUSINESS_MINUTES)


def fault_of(one: Step) -> str:
	with pytest.raises(BadStepError) as caught:
		ladder(share("first", 0, 10), one)
	assert str(caught.value) == f"Step 2 cannot be used: {FAULTS[caught.value.params['fault']]}."
	assert caught.value.params["row"] == 2
	return str(caught.value.params["fault"])


# --- shapes that are fine ------------------------------------------------------------------------------------------


def test_freshdesks_shape_is_a_policy() -> None:
	"""A reminder before, one level for the first reply, four for the resolution (SPEC 3.1)."""
	policy = ladder(
		before("remind", 0, 30, metric=M.FIRST_REPLY),
		share("reply", 1, 100, M.FIRST_REPLY),
		share("one", 1, 100),
		after("two", 2, 1, Unit.BUSINESS_HOURS),
		after("three", 3, 4, Unit.BUSINESS_HOURS),
		after("four", 4, 1440, Unit.CALENDAR_MINUTES),
	)
	assert [one.level for one in policy.steps] == [0, 1, 1, 2, 3, 4]
	assert (policy.is_active, policy.version, policy.fallback) == (True, 1, Audience())


def test_every_trigger_has_a_usable_step() -> None:
	steps = (
		share("share", 1, 50),
		before("before", 0, 5),
		after("after", 2, 5),
		unacknowledged("wait", 3, 5),
		severe("severe", 1, "Major"),
		reopened("again", 2, 3),
		contacts("often", 3, 2, 60),
		low_rating("stars", 4, 5),
	)
	assert {one.trigger for one in ladder(*steps).steps} == set(Trigger)


@pytest.mark.parametrize("level", [0, 1, 9])
@pytest.mark.parametrize("percent", [1, 100, 1000])
def test_levels_and_shares_reach_from_the_lowest_to_the_highest(level: int, percent: float) -> None:
	assert ladder(share("a", level, percent)).steps[0].level == level


def test_a_step_may_only_act_only_write_to_a_group_or_only_tell() -> None:
	nobody: dict[str, Any] = {"audience": Audience()}
	for one in (
		share("acts", 1, 50, actions=Actions(team="Second Line"), **nobody),
		share("incident", 1, 50, actions=Actions(raises_incident=True), **nobody),
		share("group", 1, 50, channel="Duty", **nobody),
		share("in app", 1, 50),
		share("mail", 1, 50, in_app=False, email=True),
	):
		assert ladder(one).steps == (one,)


# --- faults of a step ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [-1, 10])
def test_a_level_outside_nought_to_nine_is_refused(level: int) -> None:
	assert fault_of(share("a", level, 50)) == "bad_level"


@pytest.mark.parametrize("trigger", sorted(CLOCK_TRIGGERS))
def test_a_step_that_watches_a_deadline_needs_a_metric(trigger: Trigger) -> None:
	assert fault_of(step("a", 1, trigger, None, threshold=50, amount=HALF_AN_HOUR)) == "needs_metric"


@pytest.mark.parametrize("trigger", sorted(TICKET_TRIGGERS))
def test_a_step_that_watches_the_ticket_takes_no_metric(trigger: Trigger) -> None:
	one = step("a", 1, trigger, M.RESOLUTION, threshold=2, amount=HALF_AN_HOUR, severity="Major")
	assert fault_of(one) == "takes_no_metric"


@pytest.mark.parametrize("trigger", sorted(TIMED_TRIGGERS))
@pytest.mark.parametrize("amount", [None, Amount(1, Unit.BUSINESS_DAYS), Amount(1, Unit.CALENDAR_DAYS)])
def test_a_timed_step_needs_minutes_or_hours(trigger: Trigger, amount: Amount | None) -> None:
	metric = None if trigger is T.CONTACTS else M.RESOLUTION
	assert fault_of(step("a", 1, trigger, metric, threshold=2, amount=amount)) == "needs_time"


def test_what_is_not_timed_needs_no_time() -> None:
	policy = ladder(share("a", 1, 50), severe("b", 1, "Major"), reopened("c", 1, 1), low_rating("d", 1, 1))
	assert {one.amount for one in policy.steps} == {None}
	assert not {one.trigger for one in policy.steps} & TIMED_TRIGGERS


@pytest.mark.parametrize("percent", [-5, 0, 0.99, 1000.5, float("inf"), float("nan")])
def test_a_share_outside_one_to_a_thousand_percent_is_refused(percent: float) -> None:
	assert fault_of(share("a", 1, percent)) == "bad_share"


@pytest.mark.parametrize("severity", ["", "Fatal", "major"])
def test_a_severity_that_nobody_knows_is_refused(severity: str) -> None:
	assert fault_of(severe("a", 1, severity)) == "needs_severity"


@pytest.mark.parametrize("times", [-1, 0, 0.5, 1.5, 1001, float("inf"), float("nan")])
def test_reopenings_are_counted_in_whole_numbers_from_one(times: float) -> None:
	assert fault_of(reopened("a", 1, times)) == "bad_reopenings"


@pytest.mark.parametrize("count", [-1, 0, 1, 2.5, 1001, float("inf"), float("nan")])
def test_contacts_are_counted_in_whole_numbers_from_two(count: float) -> None:
	assert fault_of(contacts("a", 1, count, 60)) == "bad_contacts"


@pytest.mark.parametrize("stars", [0, -1, 5.5, 6])
def test_a_rating_has_one_to_five_stars(stars: float) -> None:
	assert fault_of(low_rating("a", 1, stars)) == "bad_rating"


@pytest.mark.parametrize(
	("audience", "fault"),
	[
		(Audience(Who.ROLE), "needs_role"),
		(Audience(Who.USER), "needs_user"),
		(Audience(Who.SUPERVISOR, 0), "bad_supervisor_level"),
		(Audience(Who.SUPERVISOR, 10), "bad_supervisor_level"),
	],
)
def test_an_audience_that_names_nobody_is_refused(audience: Audience, fault: str) -> None:
	assert fault_of(share("a", 1, 50, audience=audience)) == fault


@pytest.mark.parametrize(
	"audience",
	[
		Audience(Who.ROLE, name="CS Manager"),
		Audience(Who.USER, name="ana"),
		Audience(Who.SUPERVISOR, 1),
		Audience(Who.SUPERVISOR, 9),
		Audience(Who.TEAM_LEAD),
		Audience(Who.DEDICATED_AGENT),
	],
)
def test_an_audience_that_can_be_looked_up_is_fine(audience: Audience) -> None:
	assert ladder(share("a", 1, 50, audience=audience)).steps[0].tells_people


def test_a_complaint_of_a_severity_that_nobody_knows_is_refused() -> None:
	assert (
		fault_of(share("a", 1, 50, actions=Actions(complaint_severity="Fatal"))) == "bad_complaint_severity"
	)
	for severity in SEVERITIES:
		assert ladder(share("a", 1, 50, actions=Actions(complaint_severity=severity))).steps


def test_assigning_to_whom_it_tells_needs_somebody_to_tell() -> None:
	actions = Actions(assigns_to_told=True)
	assert fault_of(share("a", 1, 50, audience=Audience(), actions=actions)) == "assigns_to_nobody"
	assert ladder(share("a", 1, 50, actions=actions)).steps[0].actions.assigns_to_told


def test_the_first_fault_is_told() -> None:
	assert fault_of(step("a", 10, T.SHARE_OF_TARGET, None, threshold=0)) == "bad_level"


def test_every_fault_has_a_sentence_that_fits_after_its_number() -> None:
	assert all(text[0].islower() and not text.endswith(".") for text in FAULTS.values())
	assert len(set(FAULTS.values())) == len(FAULTS)


# --- faults of a ladder --------------------------------------------------------------------------------------------


def test_a_policy_without_steps_is_refused() -> None:
	with pytest.raises(
		NoStepsError, match=r"The escalation policy 'Title of E' has no steps. Add at least one."
	):
		ladder()


@pytest.mark.parametrize(
	"one",
	[
		share("a", 1, 50, audience=Audience()),
		share("a", 1, 50, in_app=False),
		share("a", 1, 50, audience=Audience(), email=True),
	],
)
def test_a_step_that_tells_nobody_and_does_nothing_is_refused(one: Step) -> None:
	with pytest.raises(IdleStepError, match=r"Step 1 tells nobody and does nothing\. Choose whom it tells"):
		ladder(one)


def test_two_equal_steps_are_refused_whatever_their_keys() -> None:
	with pytest.raises(IdenticalStepsError, match=r"Steps 1 and 3 are the same\. Keep one") as caught:
		ladder(share("a", 1, 50), share("b", 2, 50), share("c", 1, 50))
	assert caught.value.params == {"first": 1, "row": 3}


@pytest.mark.parametrize(
	"other",
	[
		share("b", 2, 50),
		share("b", 1, 51),
		share("b", 1, 50, M.FIRST_REPLY),
		share("b", 1, 50, audience=Audience(Who.TEAM_LEAD)),
		share("b", 1, 50, channel="Duty"),
		share("b", 1, 50, actions=Actions(priority="High")),
	],
)
def test_steps_that_differ_in_what_they_wait_for_or_do_stand_side_by_side(other: Step) -> None:
	assert len(ladder(share("a", 1, 50), other).steps) == 2


def test_one_condition_in_two_rows_that_tell_two_people_is_one_condition() -> None:
	one, two = share("a", 1, 50), share("b", 1, 50, audience=Audience(Who.TEAM_LEAD))
	assert one.condition == two.condition
	assert before("a", 1, 5).condition != before("a", 1, 6).condition
	assert severe("a", 1, "Major").condition != severe("a", 1, "General").condition


def test_two_steps_with_one_key_are_refused_for_the_second_would_never_fire() -> None:
	with pytest.raises(
		RepeatedKeyError, match=r"Steps 1 and 3 have the same key 'a', or none\. Give each its own"
	):
		ladder(share("a", 1, 50), share("b", 2, 60), share("a", 3, 70))


def test_a_step_without_a_key_is_refused() -> None:
	with pytest.raises(RepeatedKeyError) as caught:
		ladder(share("a", 1, 50), share("", 2, 60))
	assert (caught.value.params["row"], caught.value.params["key"]) == (2, "")


@pytest.mark.parametrize(
	"fallback",
	[Audience(Who.ROLE), Audience(Who.USER), Audience(Who.SUPERVISOR, 1), Audience(Who.ASSIGNEE, name="ana")],
)
def test_a_fallback_that_may_find_nobody_is_refused(fallback: Audience) -> None:
	with pytest.raises(
		BadFallbackError, match=r"The fallback of 'Title of E' must be a role or a user with a name\."
	):
		ladder(share("a", 1, 50), fallback=fallback)


def test_a_fallback_is_a_role_a_user_or_none() -> None:
	for fallback in (Audience(), Audience(Who.ROLE, name="CS Manager"), Audience(Who.USER, name="ana")):
		assert ladder(share("a", 1, 50), fallback=fallback).fallback == fallback


@pytest.mark.parametrize(
	("one", "two"),
	[
		(share("a", 1, 50), share("b", 1, 50, severity="Major", amount=HALF_AN_HOUR)),
		(share("a", 1, 50), share("b", 1, 50, audience=Audience(Who.ASSIGNEE, 3, "ana"))),
		(before("a", 1, 30), step("b", 1, T.BEFORE_DEADLINE, M.RESOLUTION, threshold=7, amount=HALF_AN_HOUR)),
		(severe("a", 1, "Major"), step("b", 1, T.SEVERITY, severity="Major", threshold=3)),
	],
)
def test_what_means_nothing_for_a_step_does_not_make_it_another(one: Step, two: Step) -> None:
	with pytest.raises(IdenticalStepsError, match="Steps 1 and 2 are the same"):
		ladder(one, two)


def test_supervisors_of_two_levels_and_two_roles_are_different_people() -> None:
	audiences = [
		Audience(Who.SUPERVISOR, 1),
		Audience(Who.SUPERVISOR, 2),
		Audience(Who.ROLE, name="A"),
		Audience(Who.ROLE, name="B"),
		Audience(Who.USER, name="A"),
	]
	steps = [share(str(number), 1, 50, audience=one) for number, one in enumerate(audiences)]
	assert len(ladder(*steps).steps) == 5


def test_waiting_for_an_acknowledgement_needs_a_lower_step_in_the_same_ladder() -> None:
	for lower in (
		share("a", 2, 50),
		share("a", 1, 50, M.FIRST_REPLY),
		severe("a", 1, "Major"),
		share("a", 3, 50),
	):
		with pytest.raises(UnreachableStepError, match="Step 2 can never fire: no step of a lower level"):
			ladder(lower, unacknowledged("b", 2, 30))
	assert ladder(share("a", 1, 50), unacknowledged("b", 2, 30)).steps
	assert ladder(severe("a", 1, "Major"), unacknowledged("b", 2, 30, metric=None)).steps


def test_waiting_for_an_acknowledgement_may_stand_in_the_list_before_what_it_waits_for() -> None:
	assert ladder(unacknowledged("b", 2, 30), share("a", 1, 50)).steps


def test_the_errors_are_errors_of_the_domain_with_codes_of_their_own() -> None:
	kinds = (
		NoStepsError,
		IdenticalStepsError,
		IdleStepError,
		BadStepError,
		UnreachableStepError,
		BadFallbackError,
		RepeatedKeyError,
	)
	assert len({kind.code for kind in kinds} | {DomainError.code}) == len(kinds) + 1
	assert all(issubclass(kind, EscalationPolicyError) for kind in kinds)


# --- the level before ----------------------------------------------------------------------------------------------


def test_the_level_before_is_the_next_lower_one_that_the_same_ladder_has() -> None:
	steps = [
		before("remind", 0, 10),
		share("one", 1, 50),
		share("one too", 1, 60),
		share("reply", 3, 50, M.FIRST_REPLY),
		unacknowledged("four", 4, 30),
		severe("severe", 2, "Major"),
	]
	for rows in (steps, steps[::-1]):
		policy = ladder(*rows)
		found = {one.key: {lower.key for lower in policy.level_before(one)} for one in policy.steps}
		assert found == {
			"remind": set(),
			"one": {"remind"},
			"one too": {"remind"},
			"reply": set(),
			"four": {"one", "one too"},
			"severe": set(),
		}


# --- severities ----------------------------------------------------------------------------------------------------


def test_severities_rise_and_case_and_blanks_do_not_matter() -> None:
	ranks = [severity_rank(text) for text in ("", "Trivial", "General", " important ", "MAJOR")]
	assert ranks == [0, 0, 1, 2, 3]


def test_what_a_step_does_besides_telling_is_nothing_only_when_all_is_empty() -> None:
	assert Actions().is_nothing
	for some in (
		Actions(team="A"),
		Actions(assigns_to_told=True),
		Actions(priority="High"),
		Actions(complaint_severity="Major"),
		Actions(raises_incident=True),
	):
		assert not some.is_nothing
