"""The phrases of all categories in a text: where they stand, the longest first, and whether the text denies them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .classification_borders import Borders
from .classification_index import Entry, PhraseIndex
from .classification_negation import is_denied
from .classification_text import Words
from .classification_values import Segment

LEAST_DENIABLE = 1.0
"""A phrase that weighs less only names the topic, which stays the same when it is denied."""

Span = tuple[int, int]
"""First place in the text and the place after the last."""


@dataclass(frozen=True, slots=True)
class Found:
	"""A phrase at a place of the text. ``denied``: it counts nothing there."""

	entry: Entry
	start: int
	end: int
	denied: bool


def find_phrases(words: Words, index: PhraseIndex, segment: Segment | None) -> list[Found]:
	"""Every phrase in the text that no longer one contains, in order of place, then of category."""
	borders = Borders(words.folded, segment)
	spans: defaultdict[Span, set[int]] = defaultdict(set)
	reduced = words.without_fillers()
	for row in (words, reduced) if len(reduced.keys) < len(words.keys) else (words,):
		for span, sequence in _find_sequences(row, index, borders):
			spans[span].add(sequence)
	longest = list(_not_contained(spans))
	taken = bytearray(len(words.folded))
	for start, end in longest:
		taken[start:end] = b"\1" * (end - start)
	found = [one for span in longest for one in _found_at(words, span, spans[span], index, taken)]
	return sorted(found, key=lambda one: (one.start, one.end, one.entry.code, one.entry.phrase.text))


def _find_sequences(row: Words, index: PhraseIndex, borders: Borders) -> Iterator[tuple[Span, int]]:
	"""At each word that ends a phrase the longest one that is not across two Chinese words."""
	automaton = index.automaton
	for last, longest in automaton.ends(row.keys):
		state = longest
		while state:
			sequence = automaton.sequences[state]
			span = row.starts[last - automaton.lengths[sequence] + 1], row.ends[last]
			# What was learned from examples may well stand across two words: it was counted there.
			is_firm = any(map(_is_deniable, index.entries[sequence].values()))
			if not (is_firm and borders.are_crossed(*span)):
				yield span, sequence
				break
			state = automaton.shorter[state]


def _not_contained(spans: Iterable[Span]) -> Iterator[Span]:
	furthest = -1
	for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
		if end > furthest:
			yield start, end
			furthest = end


def _found_at(
	words: Words, span: Span, sequences: Iterable[int], index: PhraseIndex, taken: bytearray
) -> Iterator[Found]:
	entries = [entry for sequence in sequences for entry in index.entries[sequence].values()]
	first = bisect_left(words.starts, span[0])
	denied = any(map(_is_deniable, entries)) and is_denied(words, first, span[0], taken)
	for entry in entries:
		yield Found(entry, *span, denied=denied and _is_deniable(entry))


def _is_deniable(entry: Entry) -> bool:
	return abs(entry.phrase.weight) >= LEAST_DENIABLE
