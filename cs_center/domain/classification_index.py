"""The phrases of all categories, made ready to be sought all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .classification_automaton import Automaton
from .classification_english import AUXILIARIES
from .classification_text import CLAUSE_END, Words, read_words
from .classification_values import Phrase

LEAST_REDUCED = 2
"""Fillers between the words of a phrase are left out where so many words remain."""


@dataclass(frozen=True, slots=True)
class Entry:
	"""A phrase of a category."""

	code: str
	phrase: Phrase


@dataclass(slots=True)
class PhraseIndex:
	"""An automaton over the words of all phrases and, by the number of a sequence of words, whose it is."""

	automaton: Automaton = field(default_factory=Automaton)
	entries: list[dict[str, Entry]] = field(default_factory=list)

	def add(self, entry: Entry) -> bool:
		"""False when there is no word in the phrase."""
		words = _sought_words(read_words(entry.phrase.text))
		if words:
			self.add_words(words, entry)
		return bool(words)

	def add_words(self, words: Sequence[str], entry: Entry) -> None:
		"""Of two phrases of a category that read the same the heavier one stays."""
		sequence = self.automaton.add(words)
		if sequence == len(self.entries):
			self.entries.append({})
		before = self.entries[sequence].get(entry.code, entry)
		self.entries[sequence][entry.code] = max(before, entry, key=lambda one: abs(one.phrase.weight))


def _sought_words(words: Words) -> list[str]:
	"""The words of a phrase without its inner fillers; a filler that it begins or ends with is meant."""
	places = [place for place, key in enumerate(words.keys) if key != CLAUSE_END]
	reduced = [words.keys[place] for place in places if words.counts[place]]
	outer = (words.keys[place] for place in (*places[:1], *places[-1:]) if not words.counts[place])
	if len(reduced) < LEAST_REDUCED or any(key not in AUXILIARIES for key in outer):
		return [words.keys[place] for place in places]
	return reduced
