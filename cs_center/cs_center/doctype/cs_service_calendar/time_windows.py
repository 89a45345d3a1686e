"""Times of day as administrators type them, brought to the one form that is stored: "HH:MM"."""

import re
import unicodedata

from cs_center.domain.calendar import CalendarError
from cs_center.domain.calendar_spec import read_time

_BETWEEN_WINDOWS = re.compile(r"[,;、\n]+")
_BETWEEN_TIMES = re.compile(r"\s*(?:-|\u2010|\u2013|\u2014|~|\u301c|至|到|to)\s*", re.IGNORECASE)


class UnreadableTimeError(ValueError):
	"""Text that is no time of day or no window; ``text`` is the part that could not be read."""

	def __init__(self, text: str) -> None:
		self.text = text
		super().__init__(text)


def normalise_time(text: object) -> str:
	""" "9:00", "９：００" and "09:00:00" all become "09:00"; seconds stay when they are not zero.

	Raises UnreadableTimeError.
	"""
	plain = unicodedata.normalize("NFKC", str(text or "")).replace(" ", "")
	try:
		seconds = read_time(plain, "")
	except CalendarError as error:
		raise UnreadableTimeError(str(text or "")) from error
	clock = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
	return clock if seconds % 60 == 0 else f"{clock}:{seconds % 60:02d}"


def read_windows(text: str | None) -> list[list[str]]:
	"""[["09:00", "12:00"], ["14:00", "18:00"]] of "9:00-12:00, 14:00-18:00"; raises UnreadableTimeError."""
	plain = unicodedata.normalize("NFKC", text or "")
	parts = [part.strip() for part in _BETWEEN_WINDOWS.split(plain) if part.strip()]
	return [_read_window(part) for part in parts]


def write_windows(windows: list[list[str]]) -> str:
	"""The stored text of windows, the inverse of ``read_windows``."""
	return ", ".join(f"{start}-{end}" for start, end in windows)


def _read_window(part: str) -> list[str]:
	ends = _BETWEEN_TIMES.split(part)
	if len(ends) != 2:
		raise UnreadableTimeError(part)
	return [normalise_time(end) for end in ends]
