"""A phrase that the text denies counts nothing, and is shown as denied."""

from __future__ import annotations

import pytest

from cs_center.domain.classification import CategoryWords, Phrase, build_classifier, classify

from .classification_case import SHOP, places, shop

CLASSIFIER = shop()


@pytest.mark.parametrize(
	"text",
	[
		"It is not broken",
		"It isn't really broken at all",
		"There was no delay",
		"no sign of any delay",
		"It was never late",
		"It came without delay",
		"Neither late",
		"It is not very badly broken",
		"没有坏了",
		"不是坏了",
		"并没有什么坏了",
		"不存在质量太差",
		"没有发现质量太差",
		"并非假货",
		"不是什么假货",
		"不太慢",
		"沒有壞了",
	],
)
def test_what_is_denied_counts_nothing(text: str) -> None:
	found = classify(text, CLASSIFIER)
	assert found.code is None
	assert [match.negated for match in found.matches if match.weight >= 1] == [True]


@pytest.mark.parametrize(
	("text", "code"),
	[
		("It does not shine and it is broken", "DEFECT"),
		("I did not order that. It is broken", "DEFECT"),
		("No, it is broken", "DEFECT"),
		("I can not wait, but it is broken", "DEFECT"),
		("not only late", "LATE"),
		("not shiny and broken", "DEFECT"),
		("no, broken", "DEFECT"),
		("without warning late", "LATE"),
		("I have not seen the thing that was so badly broken", "DEFECT"),
		("without any warning it was late", "LATE"),
		("是不是坏了", "DEFECT"),
		("有没有坏了", "DEFECT"),
		("没多久就坏了", "DEFECT"),
		("没有多久就坏了", "DEFECT"),
		("没用几次，坏了", "DEFECT"),
		("差不多坏了", "DEFECT"),
		("没想到是假货", "FAKE"),
	],
)
def test_a_not_about_something_else_takes_nothing_back(text: str, code: str) -> None:
	assert classify(text, CLASSIFIER).code == code


def test_the_not_of_a_phrase_denies_no_other_phrase() -> None:
	text = "It does not work broken"
	tree = build_classifier([*SHOP, CategoryWords("DEAD", "PRODUCT", (Phrase("does not work", 2),))])
	assert places(text, classify(text, tree).matches) == [
		("DEAD", "not work", False),
		("DEFECT", "broken", False),
	]


def test_the_same_holds_for_a_chinese_phrase_that_is_a_negation() -> None:
	tree = build_classifier([*SHOP, CategoryWords("NONE", "PRODUCT", (Phrase("没有任何", 2),))])
	assert [(one.code, one.negated) for one in classify("没有任何坏了", tree).matches] == [
		("NONE", False),
		("DEFECT", False),
	]


def test_a_phrase_with_its_own_not_can_be_denied_in_its_turn() -> None:
	assert classify("并非没收到", CLASSIFIER).code is None
	assert classify("我没收到", CLASSIFIER).code == "LOST"


def test_the_topic_stays_the_topic_when_it_is_denied() -> None:
	text = "I have no refund and the parcel"
	assert places(text, classify(text, CLASSIFIER).matches)[0] == ("REFUND", "no refund", False)
	found = classify("without a parcel", CLASSIFIER)
	assert [match.negated for match in found.matches] == [False]


def test_a_phrase_that_is_said_elsewhere_is_said() -> None:
	text = "The lid is not broken, the handle is broken"
	found = classify(text, CLASSIFIER)
	assert found.code == "DEFECT"
	(match,) = found.matches
	assert (match.start, match.negated) == (text.rindex("broken"), False)


def test_what_speaks_against_a_category_can_be_denied_too() -> None:
	tree = build_classifier([CategoryWords("X", None, (Phrase("leak", 2), Phrase("repaired", -2)))])
	assert classify("leak repaired", tree).code is None
	assert classify("leak, not repaired", tree).code == "X"
