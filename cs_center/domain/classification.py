"""Which complaint category do the words of a message speak for, how surely, and which words are these?

``build_classifier`` is done once for a set of categories (the result can be pickled and cached), ``classify`` for each
message. The same words always give the same answer. How words are read: ``classification_text``, ``_english``,
``_chinese``; what of a mail counts: ``classification_mail``; what a "not" does: ``classification_negation``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .classification_examples import Example, learn_words
from .classification_index import Entry, PhraseIndex
from .classification_mail import blank_what_others_wrote
from .classification_matching import Found, find_phrases
from .classification_text import read_words
from .classification_values import (
	HEAVIEST,
	BadWeightError,
	CategoryWords,
	CircularCategoryError,
	ClassificationError,
	DuplicateCategoryError,
	EmptyPhraseError,
	Match,
	Phrase,
	Segment,
	Suggestion,
	UnknownParentError,
)

__all__ = [
	"BadWeightError",
	"CategoryWords",
	"CircularCategoryError",
	"ClassificationError",
	"Classifier",
	"DuplicateCategoryError",
	"EmptyPhraseError",
	"Example",
	"Match",
	"Phrase",
	"Segment",
	"Suggestion",
	"UnknownParentError",
	"build_classifier",
	"classify",
]

MOST_CHARACTERS = 20_000
"""What stands further on is not read: a complaint says its matter in its first pages, and a log file is none."""

SUBJECT_FACTOR = 1.5
"""What somebody puts in the subject line is what it is about."""

REPETITION_GAIN = 0.25
"""A phrase said again and again adds at most a quarter: twice an eighth, three times a sixth, and so on."""

HALF_CERTAIN = 1.0
"""So many points make a category half certain, twice as many three quarters, and so on."""

LEAST_POINTS = 1.5
"""Fewer are too weak: one sign, or the mere mention of a topic, says nothing about what is wrong."""

LEAST_SHARE = 0.505
"""Of the points of the best two the best one must have so large a part; at less they are too close."""

MOST_RUNNERS_UP = 3


@dataclass(frozen=True, slots=True)
class Classifier:
	"""Categories made ready for ``classify``. ``children``: the codes under a code; under None those of the first level."""

	index: PhraseIndex
	parents: Mapping[str, str | None]
	children: Mapping[str | None, tuple[str, ...]]


def build_classifier(categories: Iterable[CategoryWords], examples: Iterable[Example] = ()) -> Classifier:
	"""Check the categories and make them ready. Raises a ClassificationError that names the category.

	``examples`` teach weak phrases (see ``classification_examples``); those of a category that is not there teach nothing.
	"""
	listed = list(categories)
	parents = _read_parents(listed)
	index = PhraseIndex()
	for category in listed:
		for phrase in category.phrases:
			_add_phrase(index, category.code, phrase)
	known = (one for one in examples if one.code is None or one.code in parents)
	for row, entry in learn_words(known):
		index.add_words(row, entry)
	index.automaton.connect()
	children: dict[str | None, tuple[str, ...]] = {}
	for code, parent in parents.items():
		children[parent] = (*children.get(parent, ()), code)
	return Classifier(index, parents, children)


def _read_parents(categories: Sequence[CategoryWords]) -> dict[str, str | None]:
	parents: dict[str, str | None] = {}
	for category in categories:
		if category.code in parents:
			raise DuplicateCategoryError(category=category.code)
		parents[category.code] = category.parent
	for code, parent in parents.items():
		if parent is not None and parent not in parents:
			raise UnknownParentError(category=code, parent=parent)
	for code in parents:
		_path(code, parents)
	return parents


def _path(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
	"""The code and those above it, the first level last."""
	path = [code]
	while (above := parents[path[-1]]) is not None:
		if above in path:
			raise CircularCategoryError(category=code)
		path.append(above)
	return tuple(path)


def _add_phrase(index: PhraseIndex, code: str, phrase: Phrase) -> None:
	if not 0 < abs(phrase.weight) <= HEAVIEST:  # which a NaN is not either
		raise BadWeightError(category=code, phrase=phrase.text, weight=phrase.weight)
	if not index.add(Entry(code, phrase)):
		raise EmptyPhraseError(category=code, phrase=phrase.text)


def classify(
	text: str,
	classifier: Classifier,
	segment: Segment | None = None,
	*,
	subject_length: int = 0,
	subject_factor: float = SUBJECT_FACTOR,
) -> Suggestion:
	"""The category that the words of a message (plain text, any language) speak for. Raises nothing, whatever the text.

	Only the first 20,000 characters are read. The first ``subject_length`` of them are its subject line (pass it with an
	empty line after it): a phrase there weighs ``subject_factor`` times as much. ``segment`` cuts Chinese text into words,
	so that a phrase of two or three characters is not found across two words.

	Points. A phrase that the text says, and does not deny, gives its category its weight once, and up to a quarter more for
	repetition. A category's points are those of its own phrases and of the categories under it, of these none below 0.

	The way down. On each level the category with the most points is taken as long as it has at least 1.5 points and 50.5 %
	of the points of the best two; if not, what was reached before is the answer.

	Confidence = (1 - 0.5 ** points of the answer) * lead on the first level * lead on the second ...; with ``a`` points
	against ``b`` of the next category the lead is a * a / (a * a + b * b). 3 points against none: 0.875; against 1: 0.79.
	"""
	read = read_words(blank_what_others_wrote(text[:MOST_CHARACTERS]))
	found = find_phrases(read, classifier.index, segment)
	own = _points_of_codes(found, subject_length, subject_factor)
	speaks = any(one.entry.phrase.weight > 0 and not one.denied for one in found)
	path, confidence, reason = _go_down(classifier, own) if speaks else ([], 0.0, "no words")
	return Suggestion(
		code=path[-1] if path else None,
		first_level=path[0] if path else None,
		confidence=confidence,
		matches=_matches(found),
		runners_up=_runners_up(own, path),
		reason=reason,
	)


def _points_of_codes(found: Iterable[Found], subject_length: int, subject_factor: float) -> dict[str, float]:
	"""What each category's own phrases give it."""
	said: defaultdict[Entry, list[Found]] = defaultdict(list)
	for one in found:
		if not one.denied:
			said[one.entry].append(one)
	points: defaultdict[str, float] = defaultdict(float)
	for entry, places in said.items():
		gain = 1 + REPETITION_GAIN * (1 - 1 / len(places))
		factor = subject_factor if any(place.end <= subject_length for place in places) else 1.0
		points[entry.code] += entry.phrase.weight * gain * factor
	return dict(points)


def _go_down(classifier: Classifier, own: Mapping[str, float]) -> tuple[list[str], float, str]:
	"""The codes from the first level to the answer, the confidence, and the reason when there is no answer."""
	totals = _totals(classifier, own)
	path: list[str] = []
	lead = 1.0
	while under := classifier.children.get(path[-1] if path else None, ()):
		# sorted() keeps the order of the categories among equals.
		best, *others = sorted(under, key=lambda code: -totals[code])
		if totals[best] < LEAST_POINTS:
			return path, _confidence(totals, path, lead), "" if path else "too weak"
		ours, theirs = totals[best], max(totals[others[0]], 0.0) if others else 0.0
		if ours < LEAST_SHARE * (ours + theirs):
			return path, _confidence(totals, path, lead), "" if path else "too close"
		path.append(best)
		lead *= ours**2 / (ours**2 + theirs**2)
	return path, _confidence(totals, path, lead), ""


def _confidence(totals: Mapping[str, float], path: Sequence[str], lead: float) -> float:
	return (1 - 0.5 ** (totals[path[-1]] / HALF_CERTAIN)) * lead if path else 0.0


def _totals(classifier: Classifier, own: Mapping[str, float]) -> dict[str, float]:
	"""Points with those of the categories under each; deepest first, so that a category's children are done before it."""
	totals = {code: own.get(code, 0.0) for code in classifier.parents}
	for code in sorted(totals, key=lambda one: -len(_path(one, classifier.parents))):
		parent = classifier.parents[code]
		if parent is not None:
			totals[parent] += max(totals[code], 0.0)
	return totals


def _matches(found: Iterable[Found]) -> tuple[Match, ...]:
	"""Each phrase once: where it is first said, or where it is first denied when it is nowhere said."""
	first: dict[Entry, Found] = {}
	for one in found:
		known = first.setdefault(one.entry, one)
		if known.denied and not one.denied:
			first[one.entry] = one
	in_order = sorted(
		first.values(), key=lambda one: (one.start, one.end, one.entry.code, one.entry.phrase.text)
	)
	return tuple(
		Match(one.entry.phrase.text, one.entry.code, one.entry.phrase.weight, one.start, one.end, one.denied)
		for one in in_order
	)


def _runners_up(own: Mapping[str, float], path: Sequence[str]) -> tuple[tuple[str, float], ...]:
	positive = {code: points for code, points in own.items() if points > 0}
	whole = sum(positive.values())
	others = sorted((-points / whole, code) for code, points in positive.items() if code not in path)
	return tuple((code, -part) for part, code in others[:MOST_RUNNERS_UP])
