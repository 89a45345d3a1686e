"""Where Chinese words begin and end in a text, as somebody else's segmentation sees it."""

from __future__ import annotations

import re
from itertools import accumulate

from .classification_chinese import HAN
from .classification_values import Segment

MOST_DOUBTFUL = 3
"""A Chinese phrase of so many characters may stand across two words by chance; a longer one does not."""

_HAN_ONLY = re.compile(f"[{HAN}]+")


class Borders:
	"""Asked for when the first short Chinese phrase is found: a text without one is never cut."""

	def __init__(self, folded: str, segment: Segment | None) -> None:
		self.folded, self.segment = folded, segment
		self.places: frozenset[int] | None = None

	def are_crossed(self, start: int, end: int) -> bool:
		"""Whether a short phrase begins inside a word and goes on into the next one."""
		if self.segment is None or end - start > MOST_DOUBTFUL:
			return False
		if not _HAN_ONLY.fullmatch(self.folded, start, end):
			return False
		if self.places is None:
			self.places = self._find(self.segment)
		goes_on = any(place in self.places for place in range(start + 1, end))
		return goes_on and start not in self.places

	def _find(self, segment: Segment) -> frozenset[int]:
		"""None at all when the words do not add up to the text."""
		pieces = list(segment(self.folded))
		whole = "".join(pieces) == self.folded
		return frozenset(accumulate(map(len, pieces), initial=0)) if whole else frozenset()
