"""What the classification of a message by its words takes and gives, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .errors import DomainError

HEAVIEST = 10.0
"""A phrase weighs -10 to 10. Shipped phrases: 3 settles the matter, 2 is clear, 1 is a sign, 0.5 only names the topic."""

Segment = Callable[[str], Iterable[str]]
"""Cuts Chinese text into its words; put together again they are the text."""


class ClassificationError(DomainError):
	"""Categories that cannot be used as they are written."""


class DuplicateCategoryError(ClassificationError):
	code = "duplicate_category"
	message = "The category {category!r} is there twice. Give each category a code of its own."


class UnknownParentError(ClassificationError):
	code = "unknown_parent"
	message = "The category {category!r} belongs to {parent!r}, which is not there. Choose another parent or add it."


class CircularCategoryError(ClassificationError):
	code = "circular_category"
	message = "The category {category!r} lies under itself. Choose another parent."


class EmptyPhraseError(ClassificationError):
	code = "empty_phrase"
	message = "The category {category!r} has the phrase {phrase!r}, in which there is no word. Write a word or remove it."


class BadWeightError(ClassificationError):
	code = "bad_weight"
	message = (
		"The phrase {phrase!r} of the category {category!r} has the weight {weight}. "
		"Write a number from -10 to 10 that is not 0."
	)


@dataclass(frozen=True, slots=True)
class Phrase:
	"""Words that speak for a category, or with a ``weight`` below 0 against it.

	A weight below 1 (without its sign) only names the topic: "refund" remains the topic of "I did not get a refund", so
	such a phrase is not taken back by a "not" before it. Heavier phrases are.
	"""

	text: str
	weight: float


@dataclass(frozen=True, slots=True)
class CategoryWords:
	"""A category with its phrases. ``parent``: the code of the category it lies under, None at the first level."""

	code: str
	parent: str | None
	phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Match:
	"""A phrase found in the text: ``text[start:end]``. ``negated``: it counts nothing, for the text denies it."""

	phrase: str
	code: str
	weight: float
	start: int
	end: int
	negated: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
	"""The category that the words speak for.

	``code``: the deepest category that is sure, None when not even a first level is. ``confidence``: of that code, 0 to 1,
	0 without one. ``matches``: what was found, for any category, each phrase once, in the order of the text.
	``runners_up``: at most three other categories with words of their own, each with its part (0 to 1) of all points.
	``reason``: why there is no code: "no words" spoke for anything, "too weak" or "too close" to the next one.
	"""

	code: str | None
	first_level: str | None
	confidence: float
	matches: tuple[Match, ...]
	runners_up: tuple[tuple[str, float], ...]
	reason: str = ""
