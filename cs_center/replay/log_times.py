"""Times of a log: text in, aware UTC datetimes out. Common forms are read without strptime, which is ten times slower."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone, tzinfo

from cs_center.domain.calendar_spec import FIRST_YEAR, LAST_YEAR

from .errors import RowError

TimeReader = Callable[[str], datetime]

ISO = "iso"
_ISO_LIKE = re.compile(r"%Y(?P<date>[-/.])%m(?P=date)%d(?P<between>[ T])%H:%M:%S(?P<fraction>\.%f)?")
_WHOLE, _SHORTEST_FRACTION, _LONGEST_FRACTION = 19, 21, 26
"""Lengths of ``2012/10/09 14:50:17`` without a fraction, with one digit of it and with six."""


def time_reader(form: str, zone: tzinfo) -> TimeReader:
	"""A function from text to UTC. ``form``: ``iso`` or a strptime pattern; naive times are local times of ``zone``.

	A local time that occurs twice (clocks put back) is its first pass; one that never occurs counts on with the offset
	before the gap. The function raises RowError for text of another form.
	"""
	if form == ISO:
		return lambda text: _to_utc(read_iso(text), zone)
	slow = _pattern_reader(form)
	found = _ISO_LIKE.fullmatch(form)
	read = (
		_fixed_width_reader(found["date"], found["between"], bool(found["fraction"]), slow) if found else slow
	)
	return lambda text: _to_utc(read(text), zone)


def _to_utc(moment: datetime, zone: tzinfo) -> datetime:
	if moment.tzinfo is None:
		moment = moment.replace(tzinfo=zone)
	if not FIRST_YEAR < moment.year < LAST_YEAR:
		raise RowError(
			f"the time {moment.isoformat()} lies outside the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}"
		)
	return moment.astimezone(timezone.utc)


def read_iso(text: str) -> datetime:
	"""An ISO 8601 text, aware where it has an offset; RowError for text of another form."""
	try:
		return datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith(("Z", "z")) else text)
	except ValueError as error:
		raise RowError(f"the time {text!r} is not of ISO 8601 form") from error


def _pattern_reader(form: str) -> TimeReader:
	def read(text: str) -> datetime:
		try:
			return datetime.strptime(text, form)
		except ValueError as error:
			raise RowError(f"the time {text!r} does not have the form {form!r}") from error

	return read


def _fixed_width_reader(date_mark: str, between: str, fraction: bool, slow: TimeReader) -> TimeReader:
	shortest, longest = (_SHORTEST_FRACTION, _LONGEST_FRACTION) if fraction else (_WHOLE, _WHOLE)
	from_iso = datetime.fromisoformat

	def read(text: str) -> datetime:
		if shortest <= len(text) <= longest and text[10] == between and text[4] == text[7] == date_mark:
			try:
				return from_iso(text if date_mark == "-" else text.replace(date_mark, "-", 2))
			except ValueError:
				pass  # the slow way says what is wrong, or reads a fraction that Python 3.10 does not take
		return slow(text)

	return read
