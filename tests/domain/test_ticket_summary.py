"""What the ticket shows of its clocks: Helpdesk's own fields, the next deadline and one word (SPEC 1.7)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.clocks import compute_clocks
from cs_center.domain.ledger import Category, in_order, state_after
from cs_center.domain.policy import Metric, Unit
from cs_center.domain.ticket_summary import TicketSummary, summarise

from .story import UTC, WEEKDAYS, Story, at, promise, target

M = Metric
BOTH = promise(target(M.FIRST_REPLY, 60), target(M.RESOLUTION, 240))
OPENED = Story().opened(9)


def summary(story: Story, hour: float, policy: object = BOTH) -> TicketSummary:
	category = state_after(story.events).category
	return summarise(story.clocks(policy, hour), category, at(hour))  # type: ignore[arg-type]


def words(story: Story, hour: float) -> tuple[str | None, str]:
	found = summary(story, hour)
	return found.agreement_status, found.service_state


def test_the_tickets_own_deadlines_are_those_of_the_clocks() -> None:
	found = summary(OPENED, 9.5)
	assert (found.response_by, found.resolution_by, found.next_deadline) == (at(10), at(13), at(10))


def test_a_pause_before_the_first_reply_moves_both_deadlines_on_the_ticket() -> None:
	found = summary(OPENED.paused(9.5).resumed(11.5), 11.5)
	assert (found.response_by, found.resolution_by) == (at(12), at(15))


LIVES = [
	("new", OPENED, 9.5, ("First Response Due", "On Track")),
	("first reply warned", OPENED, 9.75, ("First Response Due", "At Risk")),
	("first reply late", OPENED, 10.5, ("Failed", "Breached")),
	("answered", OPENED.replied(9.5), 9.6, ("Resolution Due", "On Track")),
	("answered, resolution warned", OPENED.replied(9.5), 12, ("Resolution Due", "At Risk")),
	("answered late, resolution runs", OPENED.replied(10.5), 10.6, ("Failed", "On Track")),
	("resolution late", OPENED.replied(9.5), 14, ("Failed", "Breached")),
	("resolved in time", OPENED.replied(9.5).resolved(12), 13, ("Fulfilled", "Met")),
	("resolved late", OPENED.replied(9.5).resolved(14), 15, ("Failed", "Breached")),
	("resolved without a word", OPENED.resolved(9.5), 15, ("Fulfilled", "Met")),
	("paused", OPENED.replied(9.5).paused(10), 10.5, ("Paused", "Paused")),
	("paused past the target", OPENED.paused(9.5), 17, ("Paused", "Paused")),
	("paused after the breach", OPENED.paused(11), 17, ("Paused", "Paused")),
	("resumed", OPENED.replied(9.5).paused(10).resumed(17), 17, ("Resolution Due", "On Track")),
	("reopened", OPENED.replied(9.5).resolved(12).reopened(13), 13.5, ("Resolution Due", "On Track")),
	(
		"reopened after a breach",
		OPENED.replied(9.5).resolved(14).reopened(15),
		15.5,
		("Resolution Due", "On Track"),
	),
]


@pytest.mark.parametrize(
	("story", "hour", "expected"), [row[1:] for row in LIVES], ids=[row[0] for row in LIVES]
)
def test_the_ticket_reads(story: Story, hour: float, expected: tuple[str, str]) -> None:
	assert words(story, hour) == expected


def test_a_paused_ticket_never_reads_failed() -> None:
	for story in (OPENED.paused(9.5), OPENED.paused(12), OPENED.replied(11).paused(17)):
		for hour in (17, 24 * 20, 24 * 300):
			assert words(story, hour) == ("Paused", "Paused")


def test_without_clocks_there_is_nothing_to_say() -> None:
	found = summarise([], Category.OPEN, at(9))
	assert found == TicketSummary(None, None, None, None, "")


def test_a_ticket_promised_something_else_leaves_helpdesks_status_alone() -> None:
	found = summary(OPENED, 9.5, promise(target(M.ACKNOWLEDGEMENT, 60)))
	assert (found.agreement_status, found.response_by, found.resolution_by) == (None, None, None)
	assert (found.next_deadline, found.service_state) == (at(10), "On Track")


def test_the_latest_cycle_counts() -> None:
	found = summary(OPENED.replied(9.5).resolved(10).reopened(14), 14.5)
	assert (found.resolution_by, found.next_deadline) == (at(18), at(18))


def test_the_next_deadline_is_the_earliest_that_is_still_owed() -> None:
	policy = promise(target(M.FIRST_REPLY, 60), target(M.NEXT_REPLY, 30), target(M.RESOLUTION, 240))
	assert summary(OPENED.replied(9.5).asked(10), 10.1, policy).next_deadline == at(10.5)
	assert summary(OPENED.replied(9.5).asked(10).replied(10.2), 10.3, policy).next_deadline == at(13)


def test_a_clock_that_stands_still_has_no_next_deadline_but_one_that_does_not_pause_has() -> None:
	assert summary(OPENED.replied(9.5).paused(10), 10.5).next_deadline is None
	policy = promise(target(M.RESOLUTION, 240), target(M.REQUESTER_WAIT, 300, pauses=False))
	assert summary(OPENED.paused(10), 10.5, policy).next_deadline == at(14)


def test_when_all_is_done_there_is_no_next_deadline() -> None:
	assert summary(OPENED.replied(9.5).resolved(10), 11).next_deadline is None


def test_a_merged_ticket_did_not_keep_a_promise_it_never_had_to_keep() -> None:
	"""Everything cancelled: nothing was met, so it must not swell the figures of what was."""
	found = summary(OPENED.merged(9.5), 11)
	assert found.service_state != "Met"


def test_the_earliest_deadline_is_told_by_the_instant_in_the_repeated_hour() -> None:
	warsaw = ServiceCalendar(
		{"time_zone": "Europe/Warsaw", "windows": {name: [["00:00", "24:00"]] for name in WEEKDAYS}}
	)
	opened = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
	policy = promise(
		target(M.FIRST_REPLY, 45, Unit.CALENDAR_MINUTES), target(M.RESOLUTION, 70, Unit.CALENDAR_MINUTES)
	)
	(first, second) = compute_clocks(
		in_order(Story().opened(opened).events), {"P": policy}, {"Office": warsaw}, opened
	)
	assert (first.due_at.isoformat(), second.due_at.isoformat()) == (
		"2026-10-25T02:45:00+02:00",
		"2026-10-25T02:10:00+01:00",
	)
	found = summarise(
		[first, second], Category.OPEN, datetime(2026, 10, 25, 2, 50, tzinfo=ZoneInfo("Europe/Warsaw"))
	)
	assert found.next_deadline == first.due_at
	assert found.next_deadline.fold == 0
