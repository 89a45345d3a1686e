"""The shipped categories on the labelled messages, and the speed against looking for every phrase one after the other.

The figures are those of ``tests/complaints_fixtures``: 360 messages, evenly spread over the categories, unlike real traffic.
The plain search finds characters only: no inflection, no negation, no places, no longest phrase, no learned words.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from timeit import Timer
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cs_center.domain.classification import (  # noqa: E402 - the path comes first
	CategoryWords,
	Classifier,
	Example,
	Phrase,
	Suggestion,
	build_classifier,
	classify,
)
from cs_center.integrations.chinese_segmentation import segmenter_for  # noqa: E402

DATA = ROOT / "cs_center" / "data"
MESSAGES = ROOT / "tests" / "complaints_fixtures" / "labelled_messages.csv"

CONFIDENT = 0.8
MOST_PAIRS = 12
PHRASES = (500, 5000)
MAIL_CHARACTERS = (300, 3000, 20_000, 100_000)
SEED = 20260101
LEAST_SECONDS = 0.05
REPEATS = 5

Row = dict[str, Any]


def run(_options: argparse.Namespace | None = None) -> None:
	"""Print quality and speed."""
	categories, examples = _read_categories(), _read_examples()
	classifier = build_classifier(categories, examples)
	answers = [(row, classify(row["text"], classifier)) for row in _read_messages()]
	_tell_quality(answers)
	_tell_segmentation(answers, classifier)
	_tell_speed(categories, examples)


# --- quality -------------------------------------------------------------------------------------------------------


def _tell_quality(answers: Sequence[tuple[Row, Suggestion]]) -> None:
	labelled = [one for one in answers if one[0]["first_level"]]
	print(f"{'messages':<12}{'number':>8}{'first level':>13}{'second level':>14}{'answered':>10}")
	for language in ("en", "zh", "mixed", ""):
		rows = [one for one in labelled if one[0]["language"] == language or not language]
		first = _share(rows, lambda row, found: found.first_level == row["first_level"])
		second = _share(rows, lambda row, found: found.code == row["second_level"])
		answered = _share(rows, lambda _row, found: found.code is not None)
		print(f"{language or 'all':<12}{len(rows):>8}{first:>13.1%}{second:>14.1%}{answered:>10.1%}")
	confident = [one for one in labelled if one[1].confidence > CONFIDENT]
	right = _share(confident, lambda row, found: found.code in (row["first_level"], row["second_level"]))
	print(
		f"confidence over {CONFIDENT}: {len(confident)} of {len(labelled)} answers, {right:.1%} of them right"
	)
	empty = [one for one in answers if not one[0]["first_level"]]
	unsure = _share(empty, lambda _row, found: found.code is None)
	print(f"messages about nothing: {unsure:.1%} of {len(empty)} not sure")
	_tell_confusions(labelled)


def _tell_confusions(labelled: Sequence[tuple[Row, Suggestion]]) -> None:
	pairs = Counter(
		(row["first_level"], found.first_level or found.reason)
		for row, found in labelled
		if found.first_level != row["first_level"]
	)
	print("taken for another first level:")
	for (wanted, taken), number in pairs.most_common(MOST_PAIRS):
		print(f"  {wanted} -> {taken}: {number}")


def _tell_segmentation(answers: Sequence[tuple[Row, Suggestion]], classifier: Classifier) -> None:
	chinese = [one for one in answers if one[0]["language"] == "zh" and one[0]["first_level"]]
	segment = segmenter_for("中文")
	if segment is None:
		print("Chinese cut into words: not measured (pip install rjieba)")
		return
	cut = [(row, classify(row["text"], classifier, segment)) for row, _ in chinese]
	plain, with_words = (
		_share(rows, lambda row, found: found.first_level == row["first_level"]) for rows in (chinese, cut)
	)
	print(f"Chinese cut into words: first level {with_words:.1%}, without {plain:.1%}")


def _share(rows: Sequence[tuple[Row, Suggestion]], is_right: Callable[[Row, Suggestion], bool]) -> float:
	return sum(is_right(*one) for one in rows) / len(rows) if rows else 0.0


# --- speed ---------------------------------------------------------------------------------------------------------


def _tell_speed(categories: Sequence[CategoryWords], examples: Sequence[Example]) -> None:
	built = _seconds(lambda: build_classifier(categories, examples))
	print(f"building the shipped classifier: {_shown(built)}")
	mail = _long_mail(examples)
	print(f"{'mail':<14}{'phrases':>9}{'CS Center':>12}{'plain search':>14}{'ratio':>8}")
	for number in PHRASES:
		texts = _many_phrases(categories, examples, number)
		classifier = build_classifier([CategoryWords("X", None, tuple(Phrase(one, 1) for one in texts))])
		folded = [one.casefold() for one in texts]
		for length in MAIL_CHARACTERS:
			_tell_race(mail[:length], classifier, folded)


def _tell_race(text: str, classifier: Classifier, phrases: Sequence[str]) -> None:
	def search() -> int:
		small = text.casefold()
		return sum(phrase in small for phrase in phrases)

	ours, plain = _seconds(lambda: classify(text, classifier)), _seconds(search)
	title = f"{len(text):,} chars"
	print(f"{title:<14}{len(phrases):>9}{_shown(ours):>12}{_shown(plain):>14}{plain / ours:>7.1f}x")


def _many_phrases(categories: Sequence[CategoryWords], examples: Sequence[Example], number: int) -> list[str]:
	"""Shipped phrases, then short examples, in a seeded order."""
	short = [one.text for one in examples if one.weight == 1]
	texts = [phrase.text for category in categories for phrase in category.phrases] + short
	Random(SEED).shuffle(texts)
	return texts[:number]


def _long_mail(examples: Sequence[Example]) -> str:
	"""Messages in a seeded order, one after the other, until there are enough characters."""
	texts = [one.text for one in examples if one.weight > 1]
	Random(SEED).shuffle(texts)
	whole = "\n".join(texts)
	return (whole * (MAIL_CHARACTERS[-1] // len(whole) + 1))[: MAIL_CHARACTERS[-1]]


def _seconds(question: Callable[[], object]) -> float:
	"""Best of five rounds: other work on the machine can only add to the time."""
	timer = Timer(question)
	number = 1
	while timer.timeit(number) < LEAST_SECONDS:
		number *= 4
	return min(timer.repeat(REPEATS, number)) / number


def _shown(seconds: float) -> str:
	return f"{seconds * 1e6:.0f} us" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


# --- data ----------------------------------------------------------------------------------------------------------


def _read_categories() -> list[CategoryWords]:
	return [
		CategoryWords(
			row["code"], row["parent"], tuple(Phrase(one["text"], one["weight"]) for one in row["phrases"])
		)
		for row in json.loads((DATA / "complaint_categories.json").read_text("utf-8"))
	]


def _read_examples() -> list[Example]:
	rows = json.loads((DATA / "complaint_examples.json").read_text("utf-8"))
	return [Example(row["code"], text, row["weight"]) for row in rows for text in row["texts"]]


def _read_messages() -> list[Row]:
	with MESSAGES.open(encoding="utf-8", newline="") as file:
		return [{**row, "text": row["text"].replace(" | ", "\n")} for row in csv.DictReader(file)]


if __name__ == "__main__":
	run()
