"""Which category do the words speak for, how surely, and when is the answer "not sure"?"""

from __future__ import annotations

import math
import pickle

import pytest

from cs_center.domain.classification import (
	LEAST_POINTS,
	MOST_CHARACTERS,
	REPETITION_GAIN,
	BadWeightError,
	CategoryWords,
	CircularCategoryError,
	ClassificationError,
	DuplicateCategoryError,
	EmptyPhraseError,
	Phrase,
	Suggestion,
	UnknownParentError,
	build_classifier,
	classify,
)
from cs_center.domain.errors import DomainError

from .classification_case import SHOP, only, places, shop, words

CLASSIFIER = shop()


def code_of(text: str) -> str | None:
	return classify(text, CLASSIFIER).code


# --- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("text", "first", "code"),
	[
		("My parcel never arrived.", "DELIVERY", "LOST"),
		("The lamp was broken and cracked", "PRODUCT", "DEFECT"),
		("包裹一直没有收到", "DELIVERY", "LOST"),
		("質量真的太差了", "PRODUCT", "DEFECT"),
		("快递 still waiting, 还没到", "DELIVERY", "LATE"),
		("You have not refunded me", "MONEY", "REFUND"),
	],
)
def test_words_lead_to_a_category_and_to_the_one_above_it(text: str, first: str, code: str) -> None:
	found = classify(text, CLASSIFIER)
	assert (found.first_level, found.code, found.reason) == (first, code, "")


def test_the_matches_are_places_of_the_text_in_its_order() -> None:
	text = "The PARCEL is late, and the lamp was “broken”."
	assert places(text, classify(text, CLASSIFIER).matches) == [
		("DELIVERY", "PARCEL", False),
		("LATE", "late", False),
		("DEFECT", "broken", False),
	]


def test_places_are_right_behind_wide_and_astral_characters() -> None:
	text = "😀𠀀ＭＹ　ＰＡＲＣＥＬ　ＮＥＶＥＲ　ＡＲＲＩＶＥＤ！"
	assert places(text, classify(text, CLASSIFIER).matches) == [
		("DELIVERY", "ＰＡＲＣＥＬ", False),
		("LOST", "ＮＥＶＥＲ　ＡＲＲＩＶＥＤ", False),
	]


def test_a_match_shows_the_phrase_as_it_was_written_by_the_administrator() -> None:
	(match,) = classify("it has STOPPED   working", CLASSIFIER).matches
	assert (match.phrase, match.weight) == ("stopped working", 3)


def test_the_first_level_may_be_sure_when_the_second_is_not() -> None:
	found = classify(
		"The lamp is fake and broken, broken",
		build_classifier([*SHOP[:2], words("FAKE", "PRODUCT", fake=2.25)]),
	)
	assert (found.first_level, found.code, found.reason) == ("PRODUCT", "PRODUCT", "")


def test_words_of_the_first_level_alone_answer_with_the_first_level() -> None:
	tree = [words("A", wheel=2), words("B", "A", flat=3)]
	assert classify("the wheel", build_classifier(tree)).code == "A"


def test_a_tree_may_be_three_levels_deep() -> None:
	tree = build_classifier(
		[words("A"), words("B", "A"), words("C", "B", flat_tyre=3), words("D", "B", noise=3)]
	)
	found = classify("a flat tyre", tree)
	assert (found.first_level, found.code) == ("A", "C")


def test_runners_up_are_other_categories_with_their_part_of_all_points() -> None:
	found = classify("never arrived, refund, quality, broken", CLASSIFIER)
	assert found.code == "LOST"
	assert [code for code, _ in found.runners_up] == ["DEFECT", "MONEY", "PRODUCT"]
	assert [part for _, part in found.runners_up] == pytest.approx([2 / 6, 0.5 / 6, 0.5 / 6])


def test_the_same_text_has_the_same_answer_whatever_the_order_of_the_phrases() -> None:
	turned = build_classifier(CategoryWords(one.code, one.parent, one.phrases[::-1]) for one in SHOP)
	for text in ("parcel late, broken", "质量太差, 包裹没收到", "refund"):
		assert classify(text, turned) == classify(text, CLASSIFIER)


# --- not sure ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "Hello", "你好", "???", "12345", "not broken", "\x00\ud800"])
def test_without_a_word_that_speaks_there_is_no_answer(text: str) -> None:
	found = classify(text, CLASSIFIER)
	assert (found.code, found.first_level, found.confidence, found.reason) == (None, None, 0.0, "no words")


def test_a_mere_topic_is_too_weak() -> None:
	found = classify("My parcel", CLASSIFIER)
	assert (found.code, found.confidence, found.reason) == (None, 0.0, "too weak")
	assert [match.code for match in found.matches] == ["DELIVERY"]


@pytest.mark.parametrize(("weight", "code"), [(LEAST_POINTS, "X"), (LEAST_POINTS - 0.1, None)])
def test_the_least_points(weight: float, code: str | None) -> None:
	assert classify("knock", only("knock", weight=weight)).code == code


def test_two_categories_with_the_same_points_are_too_close() -> None:
	found = classify("It is late and broken", CLASSIFIER)
	assert (found.code, found.reason) == (None, "too close")
	assert [code for code, _ in found.runners_up] == ["DEFECT", "LATE"]


def test_words_against_a_category_take_it_back() -> None:
	tree = build_classifier(
		[CategoryWords("X", None, (Phrase("late", 2), Phrase("late fee", -2), Phrase("fee", -3)))]
	)
	assert classify("late", tree).code == "X"
	assert classify("late, the fee", tree).reason == "too weak"


def test_words_against_a_category_alone_speak_for_nothing() -> None:
	tree = build_classifier([CategoryWords("X", None, (Phrase("late", 2), Phrase("fee", -3)))])
	assert classify("the fee", tree).reason == "no words"


def test_a_second_level_below_nothing_does_not_pull_its_first_level_down() -> None:
	tree = build_classifier(
		[words("A"), words("B", "A", flat=2), CategoryWords("C", "A", (Phrase("noise", -9),))]
	)
	assert classify("flat, noise", tree).code == "B"


# --- points and confidence -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("text", "confidence"),
	[
		("never arrived", 1 - 0.5**3),
		("late", 1 - 0.5**2),
		("never arrived, broken", (1 - 0.5**3) * 9 / 13),
		("never arrived, late", (1 - 0.5**3) * 9 / 13),
		("never arrived parcel", 1 - 0.5**3),
	],
)
def test_the_formula_of_the_docstring(text: str, confidence: float) -> None:
	assert classify(text, CLASSIFIER).confidence == pytest.approx(confidence)


def test_a_second_level_counts_for_its_first() -> None:
	tree = [words("A", top=1), words("B", "A", low=1), words("C", other=1.6)]
	assert classify("top, low, other", build_classifier(tree)).first_level == "A"


def test_repetition_helps_a_little_and_never_more_than_a_quarter() -> None:
	once, twice, often = (classify("late, " * times, CLASSIFIER).confidence for times in (1, 2, 500))
	assert once < twice < often < 1 - 0.5 ** (2 * (1 + REPETITION_GAIN))
	assert twice == pytest.approx(1 - 0.5 ** (2 * 1.125))


def test_a_phrase_is_shown_once_however_often_it_is_there() -> None:
	assert len(classify("late, late, late", CLASSIFIER).matches) == 1


def test_two_phrases_that_read_the_same_count_once_and_the_heavier_one_counts() -> None:
	tree = build_classifier(
		[CategoryWords("X", None, (Phrase("delay", 1), Phrase("Delays", 2), Phrase("delayed", 1)))]
	)
	(match,) = classify("delays", tree).matches
	assert (match.phrase, match.weight) == ("Delays", 2)


def test_the_subject_line_weighs_more() -> None:
	text = "It is late\n\nThe lamp is broken"
	assert classify(text, CLASSIFIER).code is None
	assert classify(text, CLASSIFIER, subject_length=10).code == "LATE"
	assert classify(text, CLASSIFIER, subject_length=10, subject_factor=0.5).code == "DEFECT"


def test_only_the_beginning_of_a_huge_text_is_read() -> None:
	assert classify(" " * (MOST_CHARACTERS - 13) + "never arrived", CLASSIFIER).code == "LOST"
	assert classify(" " * (MOST_CHARACTERS - 8) + "never arrived", CLASSIFIER).code is None


# --- building ------------------------------------------------------------------------------------------------------


def test_a_classifier_can_be_kept_and_loaded() -> None:
	text = "parcel late, 质量太差, refund"
	assert classify(text, pickle.loads(pickle.dumps(CLASSIFIER))) == classify(text, CLASSIFIER)


def test_no_categories_at_all_answer_nothing() -> None:
	assert classify("late", build_classifier([])) == Suggestion(None, None, 0.0, (), (), "no words")


def test_a_code_may_be_there_once() -> None:
	with pytest.raises(
		DuplicateCategoryError, match=r"'A' is there twice\. Give each category a code of its own"
	):
		build_classifier([words("A"), words("A")])


def test_a_parent_must_be_there() -> None:
	with pytest.raises(
		UnknownParentError, match=r"'A' belongs to 'Z', which is not there\. Choose another parent"
	):
		build_classifier([words("A", "Z")])


@pytest.mark.parametrize(
	"rows", [[("A", "A")], [("A", "B"), ("B", "A")], [("A", "B"), ("B", "C"), ("C", "B")]]
)
def test_no_category_lies_under_itself(rows: list[tuple[str, str]]) -> None:
	with pytest.raises(CircularCategoryError, match=r"lies under itself\. Choose another parent"):
		build_classifier([words(code, parent) for code, parent in rows])


@pytest.mark.parametrize("text", ["", "  ", "...", "，。", "😀", "“”", "*"])
def test_a_phrase_has_a_word(text: str) -> None:
	with pytest.raises(
		EmptyPhraseError, match=r"'LATE' has the phrase .*no word\. Write a word or remove it"
	):
		build_classifier([CategoryWords("LATE", None, (Phrase(text, 1),))])


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf, 10.1, -10.1, 0, -0.0])
def test_a_weight_is_a_number_from_minus_ten_to_ten_and_not_zero(weight: float) -> None:
	with pytest.raises(BadWeightError, match=r"'too slow' of the category 'LATE' .* -10 to 10 that is not 0"):
		build_classifier([CategoryWords("LATE", None, (Phrase("too slow", weight),))])


@pytest.mark.parametrize("weight", [10, -10, 0.1, -0.1])
def test_weights_up_to_ten_are_taken(weight: float) -> None:
	build_classifier([CategoryWords("LATE", None, (Phrase("too slow", weight),))])


def test_every_refusal_is_an_error_of_the_domain_with_a_code() -> None:
	kinds = ClassificationError.__subclasses__()
	assert issubclass(ClassificationError, DomainError)
	assert len({kind.code for kind in kinds}) == len(kinds) == 5
