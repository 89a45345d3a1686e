"""``cs-center calendar check``: expected answers of a file against the calendar's own."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cs_center.domain.calendar import ServiceCalendar
from cs_center.domain.errors import DomainError

from .json_input import Part, read_json
from .moments import read_moment
from .policies_file import read_calendars

CASE_KEYS = (
	"comment",
	"calendar",
	"start",
	"business_seconds",
	"deadline",
	"end",
	"elapsed_seconds",
	"business_days",
	"business_days_deadline",
)


@dataclass(frozen=True, slots=True)
class Finding:
	"""One question of a case. ``case`` counts from 1; ``note`` explains a difference that has a known cause."""

	case: int
	calendar: str
	question: str
	expected: str
	got: str
	agrees: bool
	note: str = ""

	def line(self) -> str:
		"""The mismatch as a line for a reader."""
		note = f"; {self.note}" if self.note else ""
		return (
			f"case {self.case} ({self.calendar}): {self.question}: "
			f"expected {self.expected}, got {self.got}{note}"
		)


def check(options: Namespace) -> int:
	"""Print each mismatch and a summary; 0 when all agree, 1 when not. Raises UnusableInputError."""
	cases, findings = check_file(options.file)
	wrong = [finding for finding in findings if not finding.agrees]
	if options.json:
		rows = [asdict(finding) for finding in wrong]
		print(json.dumps({"cases": cases, "questions": len(findings), "mismatches": rows}, indent=2))
		return 1 if wrong else 0
	for finding in wrong:
		print(finding.line())
	print(
		f"{cases} cases, {len(findings)} questions, {len(findings) - len(wrong)} agree, {len(wrong)} mismatches"
	)
	return 1 if wrong else 0


def check_file(path: Path) -> tuple[int, list[Finding]]:
	"""(cases, findings) of a file ``{"calendars": {name: spec}, "cases": [...]}``."""
	whole = read_json(path).only("comment", "calendars", "cases")
	calendars = read_calendars(whole.need("calendars"))
	rows = list(whole.need("cases").rows())
	findings = [found for number, row in enumerate(rows, start=1) for found in _ask(number, row, calendars)]
	if not findings:
		raise whole.need("cases").refuse("asks no question. Add at least one case.")
	return len(rows), findings


def _ask(number: int, row: Part, calendars: Mapping[str, ServiceCalendar]) -> Iterator[Finding]:
	name = row.only(*CASE_KEYS).need("calendar")
	if name.as_text() not in calendars:
		raise name.refuse(f"there is no calendar {name.value!r}. Calendars: {', '.join(calendars)}.")
	calendar = calendars[name.value]
	start = _moment(row.need("start"), calendar)
	for question, asked, answer, compare in _QUESTIONS:
		if row.get(asked) is not None or row.get(answer) is not None:
			yield Finding(
				number, name.value, question, *compare(calendar, start, row.need(asked), row.need(answer))
			)


Answer = tuple[str, str, bool, str]
"""(expected, got, agrees, note)"""


def _deadline(calendar: ServiceCalendar, start: datetime, asked: Part, expected: Part) -> Answer:
	seconds = asked.as_integer()
	return _compare_moments(calendar, expected, lambda: calendar.deadline(start, seconds))


def _business_days(calendar: ServiceCalendar, start: datetime, asked: Part, expected: Part) -> Answer:
	days = asked.as_integer()
	return _compare_moments(calendar, expected, lambda: calendar.business_days_deadline(start, days))


def _compare_moments(calendar: ServiceCalendar, expected: Part, compute: Callable[[], datetime]) -> Answer:
	wanted = _moment(expected, calendar)
	try:
		got = compute()
	except DomainError as error:
		return str(expected.value), f"an error: {error}", False, ""
	return str(expected.value), got.astimezone(calendar.zone).isoformat(), got == wanted, ""


def _elapsed(calendar: ServiceCalendar, start: datetime, asked: Part, expected: Part) -> Answer:
	wanted, end = expected.as_integer(), _moment(asked, calendar)
	try:
		got = calendar.elapsed(start, end)
	except DomainError as error:
		return str(wanted), f"an error: {error}", False, ""
	return str(wanted), str(got), got == wanted, _note_on_clocks(calendar, start, end, wanted - got)


def _note_on_clocks(calendar: ServiceCalendar, start: datetime, end: datetime, difference: int) -> str:
	"""Said when the difference is exactly the change of the UTC offset between the two instants."""
	offsets = [moment.astimezone(calendar.zone).utcoffset() or timedelta() for moment in (start, end)]
	change = int((offsets[1] - offsets[0]).total_seconds())
	if not change or difference != change:
		return ""
	return f"differs by the change of the clocks, {abs(change)} s: the expected figure counts wall-clock time"


def _moment(part: Part, calendar: ServiceCalendar) -> datetime:
	return read_moment(part.as_text(), calendar.zone, str(part.source), part.place)


_QUESTIONS: tuple[tuple[str, str, str, Callable[[ServiceCalendar, datetime, Part, Part], Answer]], ...] = (
	("deadline", "business_seconds", "deadline", _deadline),
	("elapsed", "end", "elapsed_seconds", _elapsed),
	("business days deadline", "business_days", "business_days_deadline", _business_days),
)
"""(question, key with what is asked, key with the expected answer, how to compare)"""
