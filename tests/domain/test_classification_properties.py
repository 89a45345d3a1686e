"""What holds for every text: nothing is raised, everything stays within its limits, the same answer twice."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_center.domain.classification import (
	MOST_CHARACTERS,
	CategoryWords,
	Example,
	Phrase,
	Suggestion,
	build_classifier,
	classify,
)

from .classification_case import SHOP

TREE = build_classifier(SHOP, [Example("LATE", "the van did not come"), Example(None, "hello 你好")])
MOST_SECONDS = 2
"""Of processor time; it takes about a quarter of a second, and without bounds up to a minute."""

CODES = {one.code for one in SHOP}

PIECES = [
	*(
		"late",
		"broken",
		"not",
		"没有",
		"不是",
		"坏了",
		"质量太差",
		"质量",
		"没收到",
		"包裹",
		"refund",
		"no refund",
	),
	*(
		" ",
		", ",
		". ",
		"\n",
		"\n\n",
		"> ",
		"-- \n",
		"发件人:",
		"的",
		"太",
		"很",
		"'",
		"’",
		"n't",
		"123",
		"三天",
		"５",
	),
	*("\ud800", "\x00", "😀", "\u200b", "İ", "ß", "ﬁ", "Å", "𠀀", "質", "ＡＢ", "—", "…"),
]

texts = st.one_of(
	st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=200),
	st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)


def check(text: str, found: Suggestion) -> None:
	assert 0 <= found.confidence < 1 or found.confidence == pytest.approx(1)
	assert (found.code is None) == (found.first_level is None) == (found.reason != "")
	assert found.reason in ("", "no words", "too weak", "too close")
	assert (found.confidence > 0) == (found.code is not None)
	assert found.code is None or {found.code, found.first_level} <= CODES
	for match in found.matches:
		assert 0 <= match.start < match.end <= min(len(text), MOST_CHARACTERS)
	places = [(match.start, match.end) for match in found.matches]
	assert places == sorted(places)
	assert len({(match.phrase, match.code) for match in found.matches}) == len(places)
	assert len(found.runners_up) <= 3
	parts = [part for _, part in found.runners_up]
	assert parts == sorted(parts, reverse=True) and sum(parts) <= 1.000001
	assert found.code not in [code for code, _ in found.runners_up]


@given(texts)
def test_no_text_is_too_strange(text: str) -> None:
	found = classify(text, TREE)
	check(text, found)
	assert classify(text, TREE) == found


@given(texts, st.integers(-5, 300), st.floats(0, 5))
def test_no_subject_is_too_strange(text: str, length: int, factor: float) -> None:
	check(text, classify(text, TREE, subject_length=length, subject_factor=factor))


@given(texts)
def test_any_way_of_cutting_chinese_will_do(text: str) -> None:
	check(
		text,
		classify(text, TREE, lambda whole: [whole[place : place + 2] for place in range(0, len(whole), 2)]),
	)
	assert classify(text, TREE, lambda whole: list(whole)) == classify(text, TREE)


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_characters_that_say_nothing_behind_a_text_change_nothing(text: str) -> None:
	first = classify(text, TREE)
	later = classify(text + "\n\n!!! ???", TREE)
	assert later.confidence == first.confidence
	assert later.code == first.code


@given(st.text(max_size=30), st.floats(allow_nan=True, allow_infinity=True))
def test_a_phrase_is_taken_or_refused_and_a_taken_one_is_found(text: str, weight: float) -> None:
	try:
		tree = build_classifier([CategoryWords("X", None, (Phrase(text, weight),))])
	except ValueError as error:
		assert "'X'" in str(error)
	else:
		assert classify(f"{text}", tree).reason in ("", "too weak", "no words")


REPEATED = [
	*(
		"late ",
		"没收到",
		"a",
		"没",
		"的",
		"一",
		"一天",
		"半",
		"1",
		"1.",
		"2025",
		"123456789",
		"not ",
		"n't ",
		"a'",
		"'",
	),
	*(
		" ",
		"\n",
		"\n ",
		" \n\t",
		"\r\n",
		">",
		"> \n",
		"-",
		"--\n",
		"- ",
		"*",
		"_",
		"—",
		"。",
		"\u00ad",
		"a\u200b",
	),
	*(
		"写道",
		"在 2025 ",
		"on a ",
		"From: ",
		"Sent: \n",
		"From: a\n",
		"发件人",
		"regards",
		"best regards\n",
		"\x00",
		"\ud800",
	),
]


@pytest.mark.parametrize("piece", REPEATED, ids=ascii)
def test_a_huge_text_is_cut_and_takes_bounded_time(piece: str) -> None:
	text = piece * MOST_CHARACTERS
	began = process_time()
	found = classify(text, TREE)
	assert process_time() - began < MOST_SECONDS
	assert found == classify(text[:MOST_CHARACTERS], TREE)


@pytest.mark.parametrize(
	"ends", [("regards", "x"), ("发件人", "x"), ("On Monday", "wrote"), ("- ", "-"), ("From", "x")]
)
@pytest.mark.parametrize("middle", [" ", "*", "-", "1", "一"])
def test_a_huge_line_takes_bounded_time(ends: tuple[str, str], middle: str) -> None:
	began = process_time()
	classify(ends[0] + middle * (MOST_CHARACTERS - 20) + ends[1], TREE)
	assert process_time() - began < MOST_SECONDS


@pytest.mark.parametrize("phrase", ["a", "so", "so so", "的", "没", "late", "not", "退", "a b a b"])
def test_a_phrase_that_is_everywhere_takes_bounded_time(phrase: str) -> None:
	tree = build_classifier([CategoryWords("X", None, (Phrase(phrase, 2),))])
	began = process_time()
	assert classify(f"{phrase} " * MOST_CHARACTERS, tree).code in ("X", None)
	assert process_time() - began < MOST_SECONDS
