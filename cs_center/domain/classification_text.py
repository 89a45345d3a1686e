"""A message as a row of words: English words in their common form, Chinese character by character, ends of clauses.

Where a word stands is told in places of the text as it was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import compress, pairwise

from .classification_chinese import FILLERS as CHINESE_FILLERS
from .classification_chinese import HAN, NOT_ABLE, NOT_THERE, NUMBERS, fold
from .classification_english import AUXILIARIES, NOTS, NUMBER, read_english
from .classification_english import FILLERS as ENGLISH_FILLERS

CLAUSE_END = "."
"""The key of a full stop, a comma, an empty line: no phrase goes over it, and no "not" reaches over it."""

NOT_HERE, NOT_POSSIBLE = "没", "不能"
"""Keys of all the words for "there is none" and "it cannot be done"."""

LONGEST_AMOUNT = 4
"""A longer row of digits is the number of an order or a telephone, and like no other."""

_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"

_WORD = re.compile(
	rf"""
	(?P<number>{NUMBERS})
	| (?P<filler>{CHINESE_FILLERS})
	| (?P<not_there>{NOT_THERE})
	| (?P<not_able>{NOT_ABLE})
	| (?P<han>[{HAN}])
	| (?P<digits>[0-9]+(?:[.,:][0-9]+)*)
	| (?P<english>[^\W\d_{HAN}]+(?:['{_INVISIBLE}]+[^\W\d_{HAN}]+)*)
	| (?P<end>[.,;:!?…。、()—–]|\ -\ |\n[\ \t\r]*\n)
	""",
	re.VERBOSE,
)
_REMOVED = re.compile(f"[{_INVISIBLE}]")


@dataclass(slots=True)
class Words:
	"""Parallel lists: the word's key, its first place and the place after it, whether it counts (fillers do not)."""

	folded: str
	keys: list[str] = field(default_factory=list)
	starts: list[int] = field(default_factory=list)
	ends: list[int] = field(default_factory=list)
	counts: list[bool] = field(default_factory=list)

	def append(self, key: str, start: int, end: int, counts: bool = True) -> None:
		"""One more word."""
		self.keys.append(key)
		self.starts.append(start)
		self.ends.append(end)
		self.counts.append(counts)

	def leave_out_auxiliaries(self) -> None:
		"""Let "is", "has", "did", "will" before a "not", and "been" after it, not count."""
		counting = [position for position, counts in enumerate(self.counts) if counts]
		for one, following in pairwise(counting):
			if self.keys[following] in NOTS and self.keys[one] in AUXILIARIES:
				self.counts[one] = False
			elif self.keys[one] in NOTS and self.keys[following] == "be":
				self.counts[following] = False

	def without_fillers(self) -> Words:
		"""The same row without the words that do not count."""
		return Words(
			self.folded,
			list(compress(self.keys, self.counts)),
			list(compress(self.starts, self.counts)),
			list(compress(self.ends, self.counts)),
			[True] * sum(self.counts),
		)


def read_words(text: str) -> Words:
	"""The words of a text, in order."""
	words = Words(fold(text))
	for found in _WORD.finditer(words.folded):
		_READ[found.lastgroup or ""](words, found)
	words.leave_out_auxiliaries()
	return words


def _read_english(words: Words, found: re.Match[str]) -> None:
	for key in read_english(_REMOVED.sub("", found[0])):
		words.append(key, *found.span(), counts=key not in ENGLISH_FILLERS)


def _read_digits(words: Words, found: re.Match[str]) -> None:
	is_amount = len(found[0]) <= LONGEST_AMOUNT
	words.append(NUMBER if is_amount else found[0], *found.span())


def _read_filler(words: Words, found: re.Match[str]) -> None:
	for place, character in enumerate(found[0], start=found.start()):
		words.append(character, place, place + 1, counts=False)


_READ: Mapping[str, Callable[[Words, re.Match[str]], None]] = {
	"number": lambda words, found: words.append(NUMBER, *found.span()),
	"digits": _read_digits,
	"filler": _read_filler,
	"not_there": lambda words, found: words.append(NOT_HERE, *found.span()),
	"not_able": lambda words, found: words.append(NOT_POSSIBLE, *found.span()),
	"han": lambda words, found: words.append(found[0], *found.span()),
	"english": _read_english,
	"end": lambda words, found: words.append(CLAUSE_END, *found.span()),
}
