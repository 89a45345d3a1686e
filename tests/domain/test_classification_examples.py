"""Words learned from messages whose category is known: weak phrases, never stronger than what an administrator wrote."""

from __future__ import annotations

import math

import pytest

from cs_center.domain.classification import CategoryWords, Example, Phrase, build_classifier, classify
from cs_center.domain.classification_examples import (
	HEAVIEST_WORD,
	LEAST_LOG_ODDS,
	SCALE,
	SMOOTHING,
	SMOOTHING_WORDS,
	learn_words,
)

from .classification_case import words

TREE = [words("A", alpha_beta=3), words("B", gamma=3)]
EXAMPLES = 20 * [
	*[Example("A", text) for text in ("the kettle whistles", "kettle whistles loudly", "a whistling kettle")],
	*[Example("B", text) for text in ("parcel of the neighbour", "neighbour has the parcel", "my parcel")],
	*[Example("A", "水壶漏水"), Example("B", "邻居包裹")],
]


def learned(*examples: Example) -> dict[tuple[tuple[str, ...], str], float]:
	return {(row, entry.code): entry.phrase.weight for row, entry in learn_words(examples)}


def test_words_of_the_examples_answer_where_no_phrase_does() -> None:
	text = "The kettle whistles, it is whistling loudly"
	assert classify(text, build_classifier(TREE)).code is None
	assert classify(text, build_classifier(TREE, EXAMPLES)).code == "A"


def test_chinese_is_learned_by_pairs_of_characters() -> None:
	rows = {row for row, _ in learned(*EXAMPLES)}
	assert ("水", "壶") in rows and ("水",) not in rows


def test_the_weight_is_the_one_of_the_docstring() -> None:
	examples = [Example("A", "whistle"), Example("A", "whistle"), Example("B", "parcel")]
	smooth = SMOOTHING * SMOOTHING_WORDS
	odds = ((2 + SMOOTHING) / (2 + smooth)) / ((0 + SMOOTHING) / (1 + smooth))
	assert learned(*examples)[("whistl",), "A"] == pytest.approx(SCALE * math.log(odds), abs=0.005)


def test_no_word_weighs_enough_to_be_taken_back_by_a_not_or_to_decide_alone() -> None:
	weights = learned(*[Example("A", "whistle")] * 10_000, Example("B", "parcel"))
	assert weights[("whistl",), "A"] == HEAVIEST_WORD < 1


def test_a_word_of_all_categories_teaches_nothing() -> None:
	assert not [row for row, _ in learned(*[Example(code, "hello") for code in "ABCD"])]


def test_a_message_about_nothing_takes_its_words_away() -> None:
	call = Example("A", "please call")
	assert (("pleas", "call"), "A") in learned(call)
	assert (("pleas", "call"), "A") not in learned(call, Example(None, "please call"))


def test_a_message_about_nothing_teaches_nothing_itself() -> None:
	assert learned(Example(None, "hello there")) == {}


def test_an_example_may_count_several_times() -> None:
	assert learned(Example("A", "whistle", 3)) == learned(*[Example("A", "whistle")] * 3)


def test_a_word_counts_once_in_an_example() -> None:
	assert learned(Example("A", "whistle, whistle")) == learned(Example("A", "whistle"))


def test_neither_numbers_nor_fillers_nor_a_bare_not_teach_and_no_pair_crosses_a_clause() -> None:
	rows = {row for row, _ in learned(Example("A", "The 12 whistles, kettle is not 没有"))}
	assert rows.isdisjoint({("the",), ("#",), ("not",), ("没",), ("be",), ("whistl", "kettl")})
	assert {("whistl",), ("kettl",), ("#", "whistl")} <= rows


def test_examples_of_a_category_that_is_gone_are_ignored() -> None:
	gone = [Example("GONE", "the kettle whistles")] * 5
	assert classify("kettle whistles", build_classifier(TREE, gone)).matches == ()


def test_a_phrase_of_an_administrator_outweighs_the_same_words_learned() -> None:
	tree = [CategoryWords("A", None, (Phrase("kettle whistles", 3),)), words("B")]
	(match,) = classify("kettle whistles", build_classifier(tree, EXAMPLES)).matches
	assert (match.phrase, match.weight) == ("kettle whistles", 3)


def test_a_learned_word_is_shown_as_it_was_written() -> None:
	tree = build_classifier(TREE, EXAMPLES)
	assert {match.phrase for match in classify("WHISTLED", tree).matches} == {"whistles"}


def test_the_odds_must_be_about_double() -> None:
	assert math.exp(LEAST_LOG_ODDS) == pytest.approx(2, abs=0.02)
