"""What makes a file unusable, said with the file and the place in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cs_center.domain.errors import DomainError


class UnusableInputError(Exception):
	"""A file (or argument) that cannot be used: ``source`` is its name, ``place`` where in it, "" for all of it."""

	def __init__(self, source: str | Path, place: str, reason: str) -> None:
		self.source, self.place, self.reason = str(source), place, reason
		super().__init__(": ".join(part for part in (self.source, place, reason) if part))

	def __reduce__(self) -> tuple[type[UnusableInputError], tuple[str, str, str]]:
		"""Comes back whole from a worker process; the default would call ``__init__`` with the message alone."""
		return UnusableInputError, (self.source, self.place, self.reason)


class RowError(ValueError):
	"""One row of a log that cannot be used; its text is the reason."""


@contextmanager
def blamed_on(source: str | Path, place: str) -> Iterator[None]:
	"""Turn a refusal of the domain into UnusableInputError at this place."""
	try:
		yield
	except DomainError as error:
		raise UnusableInputError(source, place, str(error)) from error
