"""Phrases in a text: the longest one wins, none stands across two Chinese words; compared with looking at every place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_center.domain.classification import CategoryWords, Phrase, build_classifier, classify
from cs_center.domain.classification_automaton import Automaton

from .classification_case import only, places


def of(*phrases: tuple[str, str]) -> list[CategoryWords]:
	"""(code, phrase) rows as categories of the first level."""
	codes = dict.fromkeys(code for code, _ in phrases)
	return [
		CategoryWords(code, None, tuple(Phrase(text, 2) for one, text in phrases if one == code))
		for code in codes
	]


# --- the longest one -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("refund", [("A", "refund")]),
		("refund policy", [("B", "refund policy")]),
		("the refund policy page, refund", [("B", "refund policy"), ("A", "refund")]),
		("退款", [("A", "退款")]),
		("退款多久", [("B", "退款多久")]),
	],
)
def test_a_longer_phrase_wins_over_one_that_it_contains(text: str, expected: list[tuple[str, str]]) -> None:
	tree = build_classifier(of(("A", "refund"), ("A", "退款"), ("B", "refund policy"), ("B", "退款多久")))
	assert [(code, words) for code, words, _ in places(text, classify(text, tree).matches)] == expected


def test_it_wins_whichever_end_they_share() -> None:
	tree = build_classifier(of(("A", "x y"), ("B", "y"), ("C", "w x y z"), ("D", "x")))
	for text, code in (("w x y z", "C"), ("x y", "A"), ("y", "B"), ("x", "D")):
		assert [match.code for match in classify(text, tree).matches] == [code]


def test_phrases_that_overlap_are_both_found() -> None:
	tree = build_classifier(of(("A", "slow delivery"), ("B", "delivery van")))
	assert [match.code for match in classify("slow delivery van", tree).matches] == ["A", "B"]


def test_a_phrase_of_two_categories_speaks_for_both() -> None:
	tree = build_classifier(of(("A", "late"), ("B", "late")))
	assert [match.code for match in classify("late", tree).matches] == ["A", "B"]


def test_a_longer_phrase_wins_even_when_it_is_denied() -> None:
	tree = build_classifier(of(("A", "refund"), ("B", "refund policy")))
	(match,) = classify("not the refund policy", tree).matches
	assert (match.code, match.negated) == ("B", True)


# --- Chinese words -------------------------------------------------------------------------------------------------


def cut(*words: str):  # type: ignore[no-untyped-def]
	return lambda text: list(words)


def test_a_short_phrase_is_not_found_across_two_words() -> None:
	text = "我们发展示范区"
	assert classify(text, only("展示")).code == "X"
	assert classify(text, only("展示"), cut("我们", "发展", "示范区")).code is None


@pytest.mark.parametrize(
	"words", [("发展", "展示"), ("发展展示",), ("发", "展", "展", "示"), ("发展", "展示", "")]
)
def test_it_is_found_where_words_begin_and_inside_a_longer_word(words: tuple[str, ...]) -> None:
	assert classify("发展展示", only("展示"), cut(*words)).code == "X"


def test_a_shorter_phrase_is_found_where_a_longer_one_is_across_words() -> None:
	tree = build_classifier(of(("A", "展示"), ("B", "示")))
	assert [match.code for match in classify("发展示范", tree, cut("发展", "示范")).matches] == ["B"]


def test_what_only_names_a_topic_may_stand_across_words() -> None:
	"""Pairs of characters that were learned from examples were counted there too."""
	tree = build_classifier([CategoryWords("X", None, (Phrase("展示", 0.9),))])
	assert [match.code for match in classify("发展示范", tree, cut("发展", "示范")).matches] == ["X"]


def test_a_longer_phrase_is_not_there_by_chance() -> None:
	assert classify("发展示范区域", only("展示范区"), cut("发展", "示范", "区域")).code == "X"


def test_words_that_do_not_add_up_to_the_text_are_ignored() -> None:
	for words in ((), ("别的",), ("我们", "发展")):
		assert classify("我们发展示范", only("展示"), cut(*words)).code == "X"


def test_a_text_without_short_chinese_phrases_is_not_cut() -> None:
	def refuse(text: str) -> list[str]:
		raise AssertionError(text)

	assert classify("late, 快递员态度恶劣", only("late", "快递员态度"), refuse).code == "X"


def test_the_text_is_cut_once() -> None:
	asked: list[str] = []

	def listen(text: str) -> list[str]:
		asked.append(text)
		return list(text)

	classify("退款，换货，退货，沒退", only("退款", "换货", "退货"), listen)
	assert asked == ["退款,换货,退货,没退"]


# --- against looking at every place --------------------------------------------------------------------------------

rows = st.lists(st.sampled_from("abc"), min_size=1, max_size=4)


def slow_ends(sequences: Sequence[Sequence[str]], words: Sequence[str]) -> list[tuple[int, list[int]]]:
	"""For each position the lengths of all sequences that end there, the longest first."""
	found = []
	for position in range(len(words)):
		lengths = {
			len(one)
			for one in sequences
			if list(words[: position + 1])[-len(one) :] == list(one) and len(one) <= position + 1
		}
		if lengths:
			found.append((position, sorted(lengths, reverse=True)))
	return found


@given(st.lists(rows, max_size=8), st.lists(st.sampled_from("abcd"), max_size=30))
def test_the_automaton_finds_every_end(sequences: list[list[str]], words: list[str]) -> None:
	automaton = Automaton()
	for one in sequences:
		automaton.add(one)
	automaton.connect()
	found = []
	for position, longest in automaton.ends(words):
		lengths, state = [], longest
		while state:
			lengths.append(automaton.lengths[automaton.sequences[state]])
			state = automaton.shorter[state]
		found.append((position, lengths))
	assert found == slow_ends(sequences, words)


def test_a_short_sequence_is_found_behind_the_beginnings_of_two_longer_ones() -> None:
	tree = build_classifier(of(("A", "alpha bravo carrot dog"), ("B", "bravo carrot eel"), ("C", "carrot")))
	assert [match.code for match in classify("alpha bravo carrot", tree).matches] == ["C"]


NAMES = {"a": "alpha", "b": "bravo", "c": "carrot", "d": "dog"}


def slow_spans(sequences: Sequence[Sequence[str]], words: Sequence[str]) -> set[tuple[int, int]]:
	"""Spans in words of all occurrences that no other one contains."""
	every = {
		(start, start + len(one))
		for one in sequences
		for start in range(len(words) - len(one) + 1)
		if list(words[start : start + len(one)]) == list(one)
	}
	return {
		span
		for span in every
		if not any(other != span and other[0] <= span[0] and span[1] <= other[1] for other in every)
	}


@given(
	st.lists(rows, min_size=1, max_size=8, unique_by=tuple), st.lists(st.sampled_from("abcd"), max_size=25)
)
def test_exactly_the_longest_phrases_are_found(sequences: list[list[str]], words: list[str]) -> None:
	phrases = [" ".join(NAMES[key] for key in one) for one in sequences]
	text = " ".join(NAMES[key] for key in words)
	starts = [len(" ".join(NAMES[key] for key in words[:place])) + bool(place) for place in range(len(words))]
	expected = {
		" ".join(NAMES[key] for key in words[start:end]): starts[start]
		for start, end in sorted(slow_spans(sequences, words), reverse=True)
	}
	found = {match.phrase: match.start for match in classify(text, only(*phrases)).matches}
	assert found == expected
