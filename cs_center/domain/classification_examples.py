"""What single words say for a category, learned from examples: messages of which somebody knows the category.

Phrases are what somebody thought of; customers find other words. A word, or two words side by side, that stands in the
examples of a category at least twice as often as in all other examples becomes a weak phrase of that category.

Its weight is 0.2 * ln(odds), at most 0.9, so that it only names the topic (see ``Phrase``) and no word alone decides. With
``n`` of its ``N`` words in the category's examples and ``m`` of ``M`` in all others the odds are
((n + 0.5) / (N + 500)) / ((m + 0.5) / (M + 500)): the evidence of a naive Bayes classifier, smoothed so that a category
with few examples learns slowly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log

from .classification_chinese import is_han
from .classification_english import AUXILIARIES, NOTS, NUMBER
from .classification_index import Entry
from .classification_text import CLAUSE_END, NOT_HERE, NOT_POSSIBLE, Words, read_words
from .classification_values import Phrase

SCALE = 0.2
HEAVIEST_WORD = 0.9
LEAST_LOG_ODDS = 0.7
SMOOTHING = 0.5
SMOOTHING_WORDS = 1000
"""Each category's examples are counted as if they had so many more words, each half a time."""

SAY_NOTHING_ALONE = {CLAUSE_END, NUMBER, NOT_HERE, NOT_POSSIBLE} | NOTS | AUXILIARIES

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
	"""A message whose category is known. ``code`` None: it is about nothing, as a greeting. ``weight``: how often it counts."""

	code: str | None
	text: str
	weight: float = 1.0


def learn_words(examples: Iterable[Example]) -> Iterator[tuple[Row, Entry]]:
	"""The words (keys of ``read_words``) that speak for a category, with the weak phrase that each becomes."""
	counts, shown = _count(examples)
	sizes: defaultdict[str | None, float] = defaultdict(float)
	for by_code in counts.values():
		for code, count in by_code.items():
			sizes[code] += count
	whole = sum(sizes.values())
	for row, by_code in counts.items():
		everywhere = sum(by_code.values())
		for code, count in by_code.items():
			if code is None:
				continue
			inside = (count + SMOOTHING) / (sizes[code] + SMOOTHING * SMOOTHING_WORDS)
			outside = (everywhere - count + SMOOTHING) / (whole - sizes[code] + SMOOTHING * SMOOTHING_WORDS)
			if (log_odds := log(inside / outside)) > LEAST_LOG_ODDS:
				weight = round(min(HEAVIEST_WORD, SCALE * log_odds), 2)
				yield row, Entry(code, Phrase(shown[row], weight))


def _count(examples: Iterable[Example]) -> tuple[dict[Row, dict[str | None, float]], dict[Row, str]]:
	"""How often each row of one or two words is in examples of each category, and how it was written there first."""
	counts: dict[Row, dict[str | None, float]] = {}
	shown: dict[Row, str] = {}
	for example in examples:
		for row, text in dict(_rows_of(read_words(example.text))).items():
			by_code = counts.setdefault(row, {})
			by_code[example.code] = by_code.get(example.code, 0.0) + example.weight
			shown.setdefault(row, text)
	return counts, shown


def _rows_of(words: Words) -> Iterator[tuple[Row, str]]:
	row = words.without_fillers()
	for place, key in enumerate(row.keys):
		if key not in SAY_NOTHING_ALONE and not is_han(key):
			yield (key,), words.folded[row.starts[place] : row.ends[place]]
	for (place, key), (following, other) in pairwise(enumerate(row.keys)):
		if CLAUSE_END not in (key, other):
			yield (key, other), words.folded[row.starts[place] : row.ends[following]]
