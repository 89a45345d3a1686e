"""One message's key, its waits, and what becomes of it after an attempt."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_center.domain.delivery import (
	FIRST_WAIT,
	KEY_LENGTH,
	LONGEST_RETRY_AFTER,
	LONGEST_WAIT,
	WINDOW,
	Outcome,
	OutcomeKind,
	State,
	after_attempt,
	back_off,
	batch_key,
	delivery_key,
	next_slot,
)

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=timezone.utc)
KEY = "0123456789abcdef0123"

texts = st.text(max_size=20)
keys = st.text("0123456789abcdef", min_size=KEY_LENGTH, max_size=KEY_LENGTH)
moments = st.integers(-1000, 0).map(lambda sevenths: NOW + timedelta(seconds=sevenths / 7))


def answered(status: int, retry_after: float | None = None) -> Outcome:
	return Outcome(OutcomeKind.ANSWERED, status, retry_after)


# --- keys ----------------------------------------------------------------------------------------------------------


def test_a_key_is_twenty_hexadecimal_digits() -> None:
	key = delivery_key("0007-Resolution-1-abc", "raised", "E-mail", "", "kim@service.example")
	assert len(key) == KEY_LENGTH
	assert set(key) <= set("0123456789abcdef")


def test_the_same_message_has_the_same_key_on_every_machine() -> None:
	"""Written down once: a key that changes with a release would send waiting messages twice."""
	assert delivery_key("0007-Resolution-1-abc", "raised", "Webhook", "Group", "") == "1bfe675644991b6a3f50"


@given(st.lists(st.tuples(texts, texts, texts, texts, texts), min_size=2, max_size=2, unique=True))
def test_messages_that_differ_in_anything_have_different_keys(parts: list[tuple[str, ...]]) -> None:
	one, other = parts
	assert delivery_key(*one) != delivery_key(*other)


def test_parts_do_not_run_into_each_other() -> None:
	assert delivery_key("ab", "c", "", "", "") != delivery_key("a", "bc", "", "", "")


def test_every_reminder_has_its_own_key() -> None:
	occasions = ["raised", "woken 2026-11-21T10:00:00+00:00", "woken 2026-11-21T11:00:00+00:00"]
	assert len({delivery_key("e", occasion, "In-App", "", "kim") for occasion in occasions}) == 3


@given(st.lists(keys, min_size=1, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_a_batch_has_one_key_in_whatever_order_its_messages_come(names: list[str], chance) -> None:
	shuffled = list(names)
	chance.shuffle(shuffled)
	assert batch_key(shuffled) == batch_key(names)


def test_a_single_message_keeps_its_own_key_and_two_get_a_new_one() -> None:
	assert batch_key([KEY]) == KEY
	assert batch_key([KEY, "f" * KEY_LENGTH]) not in (KEY, "f" * KEY_LENGTH)


# --- waits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("attempts", "shortest"), [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 960)])
def test_waits_double_and_are_spread_by_at_most_a_half(attempts: int, shortest: int) -> None:
	seconds = back_off(attempts, KEY).total_seconds()
	assert shortest <= seconds <= 1.5 * shortest


@given(st.integers(1, 60), keys)
def test_no_wait_is_shorter_than_the_one_before_and_none_longer_than_an_hour(attempts: int, key: str) -> None:
	before, after = back_off(attempts, key), back_off(attempts + 1, key)
	assert FIRST_WAIT <= before <= after <= LONGEST_WAIT


@given(st.integers(1, 20), keys)
def test_a_wait_is_the_same_whenever_it_is_computed(attempts: int, key: str) -> None:
	assert back_off(attempts, key) == back_off(attempts, key)


def test_messages_that_failed_together_do_not_all_come_back_together() -> None:
	waits = {back_off(3, delivery_key("e", str(number), "", "", "")) for number in range(50)}
	assert len(waits) > 40


def test_eight_attempts_take_more_than_an_hour_and_less_than_two() -> None:
	total = sum((back_off(attempts, KEY) for attempts in range(1, 8)), timedelta())
	assert timedelta(hours=1) < total < timedelta(hours=2)


# --- verdicts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_good_answer_is_the_end(status: int) -> None:
	verdict = after_attempt(answered(status), 1, 8, NOW, KEY)
	assert (verdict.state, verdict.next_at) == (State.SENT, None)


def test_what_is_known_to_be_delivered_needs_no_status() -> None:
	assert after_attempt(Outcome(OutcomeKind.DELIVERED), 1, 8, NOW, KEY).state is State.SENT


@pytest.mark.parametrize("status", [301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 410, 413, 422])
def test_what_time_cannot_heal_is_dead_at_once(status: int) -> None:
	verdict = after_attempt(answered(status), 1, 8, NOW, KEY)
	assert (verdict.state, verdict.next_at, verdict.is_exhausted) == (State.DEAD, None, False)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_what_time_can_heal_is_tried_again(status: int) -> None:
	verdict = after_attempt(answered(status), 1, 8, NOW, KEY)
	assert (verdict.state, verdict.next_at) == (State.RETRY, NOW + back_off(1, KEY))


@pytest.mark.parametrize(
	"kind", [OutcomeKind.TIMEOUT, OutcomeKind.CONNECTION, OutcomeKind.FAILED, OutcomeKind.RATE_LIMITED]
)
def test_failures_without_a_status_are_tried_again(kind: OutcomeKind) -> None:
	verdict = after_attempt(Outcome(kind), 2, 8, NOW, KEY)
	assert (verdict.state, verdict.reason) == (State.RETRY, kind.value)


@pytest.mark.parametrize("kind", [OutcomeKind.REJECTED, OutcomeKind.REFUSED])
def test_a_rejected_signature_or_a_forbidden_address_is_dead_at_once(kind: OutcomeKind) -> None:
	"""The robots answer 200 and say in the body that they refuse: the status must not save the message."""
	assert after_attempt(Outcome(kind, 200), 1, 8, NOW, KEY).state is State.DEAD


def test_after_the_last_attempt_it_is_dead_and_told_from_a_refusal() -> None:
	verdict = after_attempt(answered(503), 8, 8, NOW, KEY)
	assert (verdict.state, verdict.next_at, verdict.is_exhausted) == (State.DEAD, None, True)
	assert verdict.reason == "answered"


def test_a_good_answer_to_the_last_attempt_counts() -> None:
	assert after_attempt(answered(200), 8, 8, NOW, KEY).state is State.SENT


def test_the_receivers_wish_moves_the_next_attempt_on() -> None:
	verdict = after_attempt(answered(429, 600), 1, 8, NOW, KEY)
	assert verdict.next_at == NOW + timedelta(seconds=600)


def test_a_wish_shorter_than_the_back_off_changes_nothing() -> None:
	assert after_attempt(answered(429, 1), 1, 8, NOW, KEY).next_at == NOW + back_off(1, KEY)


@pytest.mark.parametrize("wish", [1e9, float(2**62), float("inf")])
def test_nobody_waits_longer_than_a_day_because_a_header_says_so(wish: float) -> None:
	assert after_attempt(answered(503, wish), 1, 8, NOW, KEY).next_at == NOW + LONGEST_RETRY_AFTER


@pytest.mark.parametrize("wish", [-5.0, 0.0, None, float("nan")])
def test_a_wish_that_makes_no_sense_is_none(wish: float | None) -> None:
	assert after_attempt(answered(503, wish), 1, 8, NOW, KEY).next_at == NOW + back_off(1, KEY)


@given(
	st.sampled_from(sorted(OutcomeKind)),
	st.integers(100, 599),
	st.one_of(st.none(), st.floats(-1e6, 1e9)),
	st.integers(1, 25),
	st.integers(1, 20),
	keys,
)
def test_every_message_ends_or_is_tried_later_but_never_after_its_last_attempt(
	kind: OutcomeKind, status: int, wish: float | None, attempts: int, limit: int, key: str
) -> None:
	verdict = after_attempt(Outcome(kind, status, wish), attempts, limit, NOW, key)
	assert (verdict.next_at is not None) == (verdict.state is State.RETRY)
	if verdict.next_at is not None:
		assert attempts < limit
		assert NOW + FIRST_WAIT <= verdict.next_at <= NOW + LONGEST_RETRY_AFTER
		assert verdict.next_at >= NOW + back_off(attempts, key)


@given(keys, st.integers(1, 20))
def test_a_receiver_that_never_answers_is_tried_as_often_as_agreed_and_ever_later(
	key: str, limit: int
) -> None:
	now, tried = NOW, []
	for attempts in range(1, limit + 1):
		tried.append(now)
		verdict = after_attempt(Outcome(OutcomeKind.TIMEOUT), attempts, limit, now, key)
		if verdict.next_at is None:
			break
		now = verdict.next_at
	assert len(tried) == limit
	assert verdict.is_exhausted
	gaps = [after - before for before, after in pairwise(tried)]
	assert gaps == sorted(gaps)


def test_silence_is_told_from_an_answer() -> None:
	assert Outcome(OutcomeKind.TIMEOUT).is_silence
	assert Outcome(OutcomeKind.CONNECTION).is_silence
	assert not answered(500).is_silence
	assert not Outcome(OutcomeKind.REJECTED).is_silence


# --- pace ----------------------------------------------------------------------------------------------------------


def test_with_room_in_the_minute_it_leaves_now() -> None:
	assert next_slot([NOW - timedelta(seconds=10)] * 19, 20, NOW) == NOW


def test_a_full_minute_makes_the_next_one_wait_for_the_oldest_to_leave_it() -> None:
	sent = [NOW - timedelta(seconds=seconds) for seconds in (50, 40, 30)]
	assert next_slot(sent, 3, NOW) == NOW + timedelta(seconds=10)
	assert next_slot(sent, 2, NOW) == NOW + timedelta(seconds=20)


def test_what_left_a_minute_ago_does_not_count() -> None:
	assert next_slot([NOW - WINDOW] * 5, 1, NOW) == NOW


def test_a_pace_of_zero_is_read_as_one() -> None:
	assert next_slot([NOW], 0, NOW) == NOW + WINDOW
	assert next_slot([], 0, NOW) == NOW


@given(st.lists(moments, max_size=40), st.integers(1, 10))
def test_a_slot_is_never_in_the_past_and_keeps_to_the_pace(sent: list[datetime], per_minute: int) -> None:
	slot = next_slot(sent, per_minute, NOW)
	assert slot >= NOW
	assert sum(slot - WINDOW < moment <= slot for moment in sent) < per_minute
	if slot > NOW:  # a microsecond earlier the minute would be too full
		earlier = slot - timedelta(microseconds=1)
		assert sum(earlier - WINDOW < moment for moment in sent) >= per_minute


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.integers(1, 8))
def test_a_whole_queue_let_out_slot_by_slot_never_exceeds_the_pace(
	arrivals: list[int], per_minute: int
) -> None:
	sent: list[datetime] = []
	now = NOW
	for seconds in sorted(arrivals):
		now = max(now, NOW + timedelta(seconds=seconds))
		now = next_slot(sent, per_minute, now)
		sent.append(now)
	assert sent == sorted(sent)
	for moment in sent:
		assert sum(moment - WINDOW < other <= moment for other in sent) <= per_minute
