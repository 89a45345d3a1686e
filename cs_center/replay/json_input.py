"""JSON files that people write: read, and asked for their parts with errors that name the place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from .errors import UnusableInputError

Member = TypeVar("Member", bound=Enum)


def read_text(path: Path) -> str:
	"""The file as UTF-8 text (a byte order mark is dropped); UnusableInputError when it cannot be read."""
	try:
		return path.read_text(encoding="utf-8-sig")
	except OSError as error:
		raise UnusableInputError(path, "", f"cannot be read: {error.strerror or error}.") from error
	except UnicodeDecodeError as error:
		raise UnusableInputError(
			path, f"byte {error.start}", "is not UTF-8. Save the file as UTF-8."
		) from error


def read_json(path: Path) -> Part:
	"""The whole file as a Part; UnusableInputError names line and column of a mistake."""
	try:
		return Part(path, "", json.loads(read_text(path), object_pairs_hook=_without_repeats))
	except json.JSONDecodeError as error:
		place = f"line {error.lineno} column {error.colno}"
		raise UnusableInputError(path, place, f"is not JSON: {error.msg}.") from error
	except _RepeatedKeyError as error:
		raise UnusableInputError(
			path, "", f"has the key {error.args[0]!r} twice in one object. Keep one."
		) from None


class _RepeatedKeyError(Exception):
	pass


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
	found: dict[str, Any] = {}
	for key, value in pairs:
		if key in found:
			raise _RepeatedKeyError(key)
		found[key] = value
	return found


class Part:
	"""A value inside a JSON file that knows where it stands."""

	__slots__ = ("place", "source", "value")

	def __init__(self, source: Path, place: str, value: Any) -> None:
		self.source, self.place, self.value = source, place, value

	def refuse(self, reason: str) -> UnusableInputError:
		"""The error to raise for this part."""
		return UnusableInputError(self.source, self.place or "the file", reason)

	def get(self, key: str) -> Part | None:
		"""The part under ``key``; None when it is absent or null."""
		found = self.as_object().get(key)
		return None if found is None else self._below(f".{key}" if self.place else key, found)

	def need(self, key: str) -> Part:
		"""The part under ``key``; refused when it is absent."""
		found = self.get(key)
		if found is None:
			raise self.refuse(f"lacks {key!r}.")
		return found

	def items(self) -> Iterable[tuple[str, Part]]:
		"""(key, part) of an object, in the file's order."""
		return [(key, self._below(f"[{json.dumps(key)}]", value)) for key, value in self.as_object().items()]

	def rows(self) -> Iterable[Part]:
		"""Parts of a list."""
		if isinstance(self.value, str) or not isinstance(self.value, Sequence):
			raise self.refuse("must be a list.")
		return [self._below(f"[{index}]", value) for index, value in enumerate(self.value)]

	def only(self, *known: str) -> Part:
		"""Refuse keys that nothing reads: they are misspelt more often than meant."""
		for key in self.as_object():
			if key not in known:
				raise self.refuse(f"has the unknown key {key!r}. Known: {', '.join(known)}.")
		return self

	def as_object(self) -> Mapping[str, Any]:
		if not isinstance(self.value, Mapping):
			raise self.refuse("must be an object { }.")
		return self.value

	def as_text(self) -> str:
		if not isinstance(self.value, str) or not self.value.strip():
			raise self.refuse("must be a text that is not empty.")
		return self.value

	def as_bool(self) -> bool:
		if not isinstance(self.value, bool):
			raise self.refuse("must be true or false.")
		return self.value

	def as_integer(self) -> int:
		if isinstance(self.value, bool) or not isinstance(self.value, int):
			raise self.refuse("must be a whole number.")
		return self.value

	def as_number(self) -> float:
		if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
			raise self.refuse("must be a number.")
		return self.value

	def as_member(self, members: type[Member], what: str) -> Member:
		"""The member of an enum with this value; refused with the list of those that exist."""
		try:
			return members(self.value)
		except ValueError:
			known = ", ".join(str(member.value) for member in members)
			raise self.refuse(f"{self.value!r} is not {what}. Use one of: {known}.") from None

	def _below(self, step: str, value: Any) -> Part:
		return Part(self.source, self.place + step, value)
