"""Whom an escalation tells: the people themselves, their stand-ins, the fallback, and each turn on the way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.escalation_people import LONGEST_CHAIN, Remark, Subject, Told, Way, find_people
from cs_center.domain.escalation_policy import Audience, Who

from .escalation_strategies import AUDIENCES, DIRECTORIES, FALLBACKS, SUBJECTS, USERS, Directory

ANAS = Subject(("ana",), "Billing", "dora")
ASSIGNEE, LEAD, AGENT = (Audience(who) for who in (Who.ASSIGNEE, Who.TEAM_LEAD, Who.DEDICATED_AGENT))
BOSS, DUTY = Audience(Who.ROLE, name="Boss"), Audience(Who.ROLE, name="Duty")


def supervisor(level: int) -> Audience:
	return Audience(Who.SUPERVISOR, level)


def people(**known: Any) -> Directory:
	return Directory(frozenset(known.pop("gone", ())), frozenset(known.pop("away", ())), **known)


def told(*users: str, remarks: Sequence[tuple[Any, ...]] = ()) -> Told:
	return Told(users, tuple(Remark(*one) for one in remarks))


# --- who is asked for ----------------------------------------------------------------------------------------------


def test_nobody_is_told_where_nobody_is_asked_for_not_even_a_fallback() -> None:
	assert find_people(Audience(), ANAS, people(roles={"Boss": ["fay"]}), [BOSS]) == told()


def test_the_assignees_are_told_each_once_in_their_order() -> None:
	subject = Subject(("bo", "ana", "bo"))
	assert find_people(ASSIGNEE, subject, people()) == told("bo", "ana")


def test_a_ticket_of_nobody_says_so() -> None:
	found = find_people(ASSIGNEE, Subject(), people())
	assert found == told(remarks=[(Way.NO_ASSIGNEE,), (Way.NO_TEAM_LEAD, ""), (Way.NOBODY,)])
	assert find_people(ASSIGNEE, Subject(("",)), people()) == found


def test_a_ticket_that_nobody_has_taken_is_its_team_leads() -> None:
	directory = people(leads={"Billing": ["bo"]}, roles={"Boss": ["fay"]})
	for audience in (ASSIGNEE, supervisor(1), AGENT):
		found = find_people(audience, Subject((), "Billing"), directory, [BOSS])
		assert found.users == ("bo",)
		assert found.remarks[-2:] == (Remark(Way.NO_ASSIGNEE), Remark(Way.FALLBACK, "team_lead", "bo"))


def test_a_named_user_is_told() -> None:
	assert find_people(Audience(Who.USER, name="eli"), ANAS, people()) == told("eli")


def test_the_leads_of_the_team_are_told() -> None:
	directory = people(leads={"Billing": ["bo", "chen"]}, supervisors={"ana": "fay"})
	assert find_people(LEAD, ANAS, directory) == told("bo", "chen")


@pytest.mark.parametrize("team", ["", "Delivery"])
def test_without_a_lead_the_assignees_supervisor_is_told(team: str) -> None:
	directory = people(leads={"Billing": ["bo"], "": ["chen"]}, supervisors={"ana": "fay"})
	found = find_people(LEAD, Subject(("ana",), team), directory)
	assert found.users == ("fay",)
	assert found.remarks[0] == Remark(Way.NO_TEAM_LEAD, team)
	assert found.remarks[-1] == Remark(Way.FALLBACK, "supervisor", "fay")


def test_a_lead_who_is_gone_is_like_no_lead() -> None:
	directory = people(leads={"Billing": ["bo"]}, gone=["bo"], supervisors={"ana": "fay"})
	found = find_people(LEAD, ANAS, directory, [BOSS])
	assert found == told("fay", remarks=[(Way.GONE, "bo"), (Way.FALLBACK, "supervisor", "fay")])


def test_the_dedicated_agent_is_told_and_without_one_the_assignee() -> None:
	assert find_people(AGENT, ANAS, people()) == told("dora")
	found = find_people(AGENT, Subject(("ana",)), people())
	assert found == told("ana", remarks=[(Way.NO_DEDICATED_AGENT,), (Way.FALLBACK, "assignee", "ana")])


def test_everybody_of_a_role_is_told_and_an_empty_role_says_so() -> None:
	directory = people(roles={"Boss": ["fay", "eli"]})
	assert find_people(BOSS, ANAS, directory) == told("fay", "eli")
	assert find_people(DUTY, ANAS, directory) == told(remarks=[(Way.EMPTY_ROLE, "Duty"), (Way.NOBODY,)])


# --- supervisors ---------------------------------------------------------------------------------------------------

CHAIN = {"ana": "bo", "bo": "chen", "chen": "dora"}


def test_supervisors_are_counted_up_the_chain() -> None:
	directory = people(supervisors=CHAIN)
	assert [find_people(supervisor(level), ANAS, directory).users for level in (1, 2, 3)] == [
		("bo",),
		("chen",),
		("dora",),
	]
	assert find_people(supervisor(3), ANAS, directory).remarks == ()


def test_a_chain_that_is_too_short_gives_its_top_and_says_so() -> None:
	found = find_people(supervisor(4), ANAS, people(supervisors=CHAIN))
	assert found == told("dora", remarks=[(Way.NO_SUPERVISOR, "dora")])


def test_who_has_no_supervisor_is_not_told_as_his_own() -> None:
	found = find_people(supervisor(1), ANAS, people())
	assert found == told(remarks=[(Way.NO_SUPERVISOR, "ana"), (Way.NO_TEAM_LEAD, "Billing"), (Way.NOBODY,)])


@pytest.mark.parametrize("length", [1, 2, 3, 6, 19, 20, 21, 40])
@pytest.mark.parametrize("level", [1, 2, 9])
def test_supervisors_in_a_circle_end_where_they_meet_themselves(length: int, level: int) -> None:
	users = [f"user {number}" for number in range(length)]
	circle = dict(zip(users, [*users[1:], users[0]], strict=True))
	found = find_people(supervisor(level), Subject((users[0],)), people(supervisors=circle))
	if level < length:
		assert found == told(users[level])
	elif length == 1:
		assert found == told(remarks=[(Way.SUPERVISOR_LOOP, users[0]), (Way.NO_TEAM_LEAD, ""), (Way.NOBODY,)])
	else:
		assert found == told(users[-1], remarks=[(Way.SUPERVISOR_LOOP, users[-1])])


def test_the_supervisors_of_all_assignees_are_told_each_once() -> None:
	directory = people(supervisors={"ana": "fay", "bo": "fay", "chen": "eli"})
	assert find_people(supervisor(1), Subject(("ana", "", "bo", "chen")), directory) == told("fay", "eli")
	found = find_people(supervisor(1), Subject(("",)), directory)
	assert found == told(remarks=[(Way.NO_ASSIGNEE,), (Way.NO_TEAM_LEAD, ""), (Way.NOBODY,)])


# --- away and gone -------------------------------------------------------------------------------------------------


def test_a_stand_in_is_told_instead_of_somebody_away_or_gone() -> None:
	for state, way in (("away", Way.AWAY), ("gone", Way.GONE)):
		directory = people(**{state: ["ana"]}, stand_ins={"ana": "bo"})
		found = find_people(ASSIGNEE, ANAS, directory)
		assert found == told("bo", remarks=[(way, "ana"), (Way.STOOD_IN, "ana", "bo")])


def test_who_is_there_is_told_though_there_is_a_stand_in() -> None:
	assert find_people(ASSIGNEE, ANAS, people(stand_ins={"ana": "bo"})) == told("ana")


def test_stand_ins_of_stand_ins_are_asked_in_turn() -> None:
	directory = people(
		away=["ana", "chen"], gone=["bo"], stand_ins={"ana": "bo", "bo": "chen", "chen": "dora"}
	)
	assert find_people(ASSIGNEE, ANAS, directory) == told(
		"dora",
		remarks=[(Way.AWAY, "ana"), (Way.GONE, "bo"), (Way.AWAY, "chen"), (Way.STOOD_IN, "ana", "dora")],
	)


def test_when_all_are_away_the_first_of_them_is_told_late_rather_than_nobody() -> None:
	directory = people(away=["ana", "bo"], stand_ins={"ana": "bo", "bo": "ana"})
	found = find_people(ASSIGNEE, ANAS, directory, [BOSS])
	assert found == told("ana", remarks=[(Way.AWAY, "ana"), (Way.AWAY, "bo")])


def test_a_stand_in_who_is_told_though_away_is_told_as_a_stand_in() -> None:
	directory = people(gone=["ana"], away=["bo"], stand_ins={"ana": "bo"})
	assert find_people(ASSIGNEE, ANAS, directory) == told(
		"bo", remarks=[(Way.GONE, "ana"), (Way.AWAY, "bo"), (Way.STOOD_IN, "ana", "bo")]
	)


def test_somebody_who_stands_in_for_two_is_told_once() -> None:
	directory = people(away=["ana", "bo"], stand_ins={"ana": "chen", "bo": "chen"})
	assert find_people(ASSIGNEE, Subject(("ana", "bo")), directory).users == ("chen",)


def test_a_chain_of_stand_ins_is_followed_so_far_and_no_farther() -> None:
	users = [f"user {number}" for number in range(LONGEST_CHAIN + 1)]
	stand_ins = dict(pairwise(users))
	for last, found in ((LONGEST_CHAIN - 1, (users[LONGEST_CHAIN - 1],)), (LONGEST_CHAIN, ())):
		directory = people(gone=users[:last], stand_ins=stand_ins)
		assert find_people(ASSIGNEE, Subject((users[0],)), directory).users == found


# --- the fallback --------------------------------------------------------------------------------------------------


def test_the_first_fallback_that_has_anybody_is_told() -> None:
	directory = people(roles={"Boss": ["fay", "eli"]}, gone=["ana"])
	found = find_people(ASSIGNEE, ANAS, directory, [Audience(), DUTY, BOSS, Audience(Who.USER, name="bo")])
	assert found == told(
		"fay",
		"eli",
		remarks=[
			(Way.GONE, "ana"),
			(Way.NO_TEAM_LEAD, "Billing"),
			(Way.EMPTY_ROLE, "Duty"),
			(Way.FALLBACK, "Boss", "fay, eli"),
		],
	)


def test_no_fallback_is_asked_where_somebody_was_found() -> None:
	directory = people(roles={"Boss": ["fay"]})
	assert find_people(ASSIGNEE, Subject(("ana", "bo")), directory, [BOSS]) == told("ana", "bo")


def test_when_the_fallback_finds_nobody_either_that_is_the_last_remark() -> None:
	found = find_people(ASSIGNEE, Subject(), people(roles={"Boss": ["fay"]}, gone=["fay"]), [BOSS])
	assert found == told(
		remarks=[(Way.NO_ASSIGNEE,), (Way.NO_TEAM_LEAD, ""), (Way.GONE, "fay"), (Way.NOBODY,)]
	)


def test_a_fallback_without_a_name_is_called_what_it_is() -> None:
	found = find_people(DUTY, ANAS, people(), [ASSIGNEE])
	assert found.remarks[-1] == Remark(Way.FALLBACK, "assignee", "ana")


# --- laws ----------------------------------------------------------------------------------------------------------


def found_people(case: Any) -> Told:
	audience, subject, directory, fallbacks = case
	return find_people(audience, subject, directory, fallbacks)


CASES = st.tuples(AUDIENCES, SUBJECTS, DIRECTORIES, FALLBACKS)


@settings(max_examples=100, deadline=None)
@given(CASES)
def test_each_user_is_told_once_and_nobody_who_is_gone(case: Any) -> None:
	audience, _, directory, _ = case
	found = found_people(case)
	assert len(set(found.users)) == len(found.users)
	assert all(user in USERS and directory.is_usable(user) for user in found.users)
	ends_with_nobody = bool(found.remarks) and found.remarks[-1] == Remark(Way.NOBODY)
	assert ends_with_nobody is (not found.users and audience.who is not Who.NOBODY)


@settings(max_examples=100, deadline=None)
@given(CASES)
def test_a_fallback_is_told_of_exactly_when_nobody_was_found_before(case: Any) -> None:
	audience, subject, directory, fallbacks = case
	found, without = found_people(case), find_people(audience, subject, directory)
	if without.users or audience.who is Who.NOBODY:
		assert found == without
		return
	one = next(
		(find_people(one, subject, directory).users for one in fallbacks if asked(one, subject, directory)),
		(),
	)
	assert found.users == one
	assert [remark.way for remark in found.remarks].count(Way.FALLBACK) == bool(found.users)


def asked(fallback: Audience, subject: Subject, directory: Directory) -> bool:
	"""Whether a fallback has anybody; team leads and dedicated agents stand for themselves only."""
	found = find_people(fallback, subject, directory)
	return bool(found.users) and Way.FALLBACK not in {remark.way for remark in found.remarks}


@settings(max_examples=100, deadline=None)
@given(CASES)
def test_everybody_who_is_told_though_not_asked_for_is_in_a_remark(case: Any) -> None:
	audience, subject, directory, _ = case
	found = found_people(case)
	named = {
		Who.ASSIGNEE: subject.assignees,
		Who.TEAM_LEAD: directory.team_leads(subject.team) if subject.team else (),
		Who.ROLE: directory.members_of_role(audience.name),
		Who.USER: (audience.name,),
		Who.DEDICATED_AGENT: (subject.dedicated_agent,),
	}.get(audience.who)
	if named is None:
		return
	instead = {name for remark in found.remarks for name in remark.instead.split(", ")}
	assert set(found.users) <= set(named) | instead


@settings(max_examples=100, deadline=None)
@given(CASES)
def test_nobody_is_told_while_away_when_somebody_of_the_stand_ins_is_there(case: Any) -> None:
	_, _, directory, _ = case
	for user in found_people(case).users:
		if directory.is_away(user):
			seen, one = set(), user
			while one and one not in seen:
				assert directory.is_away(one) or not directory.is_usable(one)
				seen.add(one)
				one = directory.stand_in(one)
