"""Instants as people type them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from .errors import RowError, UnusableInputError
from .log_times import ISO, time_reader


def read_moment(text: str, zone: tzinfo, source: str, place: str = "") -> datetime:
	"""The UTC instant of an ISO 8601 text; without an offset it is a local time of ``zone``."""
	try:
		return time_reader(ISO, zone)(text)
	except RowError as error:
		raise UnusableInputError(
			source, place, f"{error}. Write it like 2026-03-04T18:36:00+08:00."
		) from error
