"""Many sequences of words sought at once (Aho and Corasick, "Efficient string matching", CACM 18 (6), 1975).

Each word of a text is looked at about once, however many sequences there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

ROOT = 0


@dataclass(slots=True)
class Automaton:
	"""Sequences that were added are found after ``connect``. State 0 is the beginning, where no sequence ends.

	Per state: ``steps`` by word, ``sequences`` (which one ends here, or -1), ``shorter``: the state of the longest proper
	ending at which a sequence ends, 0 for none.
	"""

	steps: list[dict[str, int]] = field(default_factory=lambda: [{}])
	sequences: list[int] = field(default_factory=lambda: [-1])
	fallbacks: list[int] = field(default_factory=lambda: [ROOT])
	shorter: list[int] = field(default_factory=lambda: [ROOT])
	lengths: list[int] = field(default_factory=list)

	def add(self, words: Sequence[str]) -> int:
		"""The number of this sequence; the same words have the same number."""
		state = ROOT
		for word in words:
			state = self.steps[state].setdefault(word, len(self.steps))
			if state == len(self.steps):
				self.steps.append({})
				self.sequences.append(-1)
		if self.sequences[state] < 0:
			self.sequences[state] = len(self.lengths)
			self.lengths.append(len(words))
		return self.sequences[state]

	def connect(self) -> None:
		"""Lay down where to go on after a word that does not fit."""
		self.fallbacks = [ROOT] * len(self.steps)
		self.shorter = [ROOT] * len(self.steps)
		waiting = deque(self.steps[ROOT].values())
		while waiting:
			state = waiting.popleft()
			for word, following in self.steps[state].items():
				fallback = self._step(self.fallbacks[state], word)
				self.fallbacks[following] = fallback
				has_end = self.sequences[fallback] >= 0
				self.shorter[following] = fallback if has_end else self.shorter[fallback]
				waiting.append(following)

	def ends(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
		"""(position, state) wherever a sequence ends with the word at ``position``: the state of the longest one.

		That of the next shorter one is ``shorter[state]``, and so on until 0.
		"""
		state = ROOT
		for position, word in enumerate(words):
			state = self._step(state, word)
			if state:
				found = state if self.sequences[state] >= 0 else self.shorter[state]
				if found:
					yield position, found

	def _step(self, state: int, word: str) -> int:
		steps = self.steps
		while state and word not in steps[state]:
			state = self.fallbacks[state]
		return steps[state].get(word, ROOT)
