"""A log file becomes rows grouped by ticket. A row that cannot be used is set aside with its line number."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from .errors import RowError, UnusableInputError
from .json_input import read_text
from .log_mapping import ESCALATION_ROLES, NEEDED_ROLES, OPTIONAL_ROLES, SEVERITY, LogMapping

WATCHED = ("priority", "team", "channel", SEVERITY, "rating")
"""Cells that show what the ticket is: another value than before is a change."""

CELLS = ("actor", "assignee", "merged_into", "dedicated_agent", *WATCHED)
"""What a row holds between its activity and its facts, in the order of ``Row``."""

RARE_ROLES = ("assignee", "merged_into", *ESCALATION_ROLES)
"""JSON Lines leave empty cells out: these columns may well be missing in all of a log."""

FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


class Row(NamedTuple):
	"""One usable row. ``at`` is UTC. An empty text means: the log does not say. ``facts`` in the order asked for.

	Rows sort by time, then by line, which no two rows share.
	"""

	at: datetime
	line: int
	activity: str
	actor: str
	assignee: str
	merged_into: str
	dedicated_agent: str
	priority: str
	team: str
	channel: str
	severity: str
	rating: str
	facts: tuple[str, ...]


class Rejected(NamedTuple):
	"""A row that was left out. ``line`` counts from 1, the header of a CSV file included."""

	line: int
	reason: str


@dataclass(slots=True)
class TicketLog:
	"""Tickets by the time of their first row, each with its rows in order of time, then of the file."""

	tickets: list[tuple[str, list[Row]]] = field(default_factory=list)
	rejected: list[Rejected] = field(default_factory=list)
	rows: int = 0
	ignored: int = 0
	first: datetime | None = None
	last: datetime | None = None


RawRow = tuple[int, tuple[str, ...]]
Loader = Callable[[Path, str, LogMapping, Sequence[str], list[Rejected]], Iterator[RawRow]]
"""(path, text, mapping, columns wanted, where to put rejected rows) -> (line, cells in the order of the columns)."""


def format_of(path: Path, named: str | None) -> str:
	"""``csv`` or ``jsonl``, as named or by the file's extension."""
	found = named or FORMATS.get(path.suffix.lower())
	if found is None:
		raise UnusableInputError(
			path, "", f"has the extension {path.suffix!r}. Use {', '.join(FORMATS)} or say --format."
		)
	return found


def read_log(
	path: Path, form: str, mapping: LogMapping, facts: Sequence[str], for_escalation: bool = False
) -> TicketLog:
	"""Read a whole log; ``facts``: names of known facts to keep with each row. Severity, rating and dedicated agent are
	read only ``for_escalation``.

	Raises UnusableInputError when the file has no usable row or lacks a column.
	"""
	log = TicketLog()
	named = _named_columns(mapping, for_escalation)
	roles = list(named)
	columns = [*named.values(), *(mapping.column_of_fact(fact) for fact in facts)]
	raw_rows = _LOADERS[form](path, read_text(path), mapping, columns, log.rejected)
	tickets = _group(raw_rows, _row_reader(roles, len(facts), mapping), log)
	if not tickets:
		raise UnusableInputError(path, "", f"holds no usable row{_first_reason(log.rejected)}.")
	for rows in tickets.values():
		rows.sort()
	log.tickets = sorted(tickets.items(), key=lambda pair: (pair[1][0].at, pair[0]))
	log.first = log.tickets[0][1][0].at
	log.last = max(rows[-1].at for rows in tickets.values())
	return log


def _named_columns(mapping: LogMapping, for_escalation: bool) -> dict[str, str]:
	"""Role -> column, for the roles that the mapping names and this replay asks for."""
	asked = (*NEEDED_ROLES, *OPTIONAL_ROLES, *(ESCALATION_ROLES if for_escalation else ()))
	named = {role: mapping.columns[role] for role in asked if role in mapping.columns}
	if for_escalation and SEVERITY in mapping.facts:
		named[SEVERITY] = mapping.facts[SEVERITY]
	return named


def _first_reason(rejected: Sequence[Rejected]) -> str:
	return f" (first reason, line {rejected[0].line}: {rejected[0].reason})" if rejected else ""


def _group(
	raw_rows: Iterable[RawRow], read_row: Callable[[RawRow], tuple[str, Row | None]], log: TicketLog
) -> dict[str, list[Row]]:
	tickets: dict[str, list[Row]] = {}
	for raw in raw_rows:
		try:
			ticket, row = read_row(raw)
		except RowError as error:
			log.rejected.append(Rejected(raw[0], str(error)))
			continue
		if row is None:
			log.ignored += 1
			continue
		log.rows += 1
		rows = tickets.get(ticket)
		if rows is None:
			tickets[ticket] = [row]
		else:
			rows.append(row)
	log.rejected.sort()
	return tickets


def _row_reader(
	roles: Sequence[str], facts: int, mapping: LogMapping
) -> Callable[[RawRow], tuple[str, Row | None]]:
	"""A function from raw cells to (ticket, row), the row None for an ignored activity; raises RowError."""
	read_time = mapping.time_reader()
	activities = mapping.activities
	named = len(roles)
	blank = named + facts
	order = [roles.index(role) if role in roles else blank for role in CELLS]
	pick = itemgetter(*order)
	new_row = Row._make

	def read(raw: RawRow) -> tuple[str, Row | None]:
		line, cells = raw
		ticket, time, activity = cells[:3]
		if not ticket:
			raise RowError("it names no ticket")
		meaning = activities.get(activity)
		if meaning is None:
			raise RowError(f"the mapping does not name the activity {activity!r}")
		at = read_time(time)
		if meaning.is_ignored:
			return ticket, None
		picked = pick((*cells, ""))
		return ticket, new_row((at, line, activity, *picked, cells[named:]))

	return read


def _load_csv(
	path: Path, text: str, mapping: LogMapping, columns: Sequence[str], rejected: list[Rejected]
) -> Iterator[RawRow]:
	reader = csv.reader(StringIO(text, newline=""), delimiter=mapping.delimiter, strict=True)
	try:
		header = next(reader, [])
		pick = itemgetter(*_positions(path, header, columns))
		line, width = reader.line_num + 1, len(header)
		for cells in reader:
			if len(cells) == width:
				yield line, tuple(map(str.strip, pick(cells)))
			elif cells:
				rejected.append(Rejected(line, f"it has {len(cells)} cells, the header has {width}"))
			line = reader.line_num + 1
	except csv.Error as error:
		raise UnusableInputError(path, f"line {reader.line_num}", f"is not CSV: {error}.") from error


def _positions(path: Path, header: Sequence[str], columns: Sequence[str]) -> list[int]:
	names = [name.strip() for name in header]
	for column in columns:
		if (found := names.count(column)) != 1:
			problem = "lacks the column" if not found else f"has {found} times the column"
			raise UnusableInputError(
				path,
				"line 1",
				f"{problem} {column!r} that the mapping names. Its columns: {', '.join(names)}.",
			)
	return [names.index(column) for column in columns]


def _load_json_lines(
	path: Path, text: str, mapping: LogMapping, columns: Sequence[str], rejected: list[Rejected]
) -> Iterator[RawRow]:
	missing = set(columns) - {mapping.columns.get(role) for role in RARE_ROLES}
	for line, source in enumerate(text.split("\n"), start=1):
		if not source.strip():
			continue
		try:
			found = _read_object(source)
		except RowError as error:
			rejected.append(Rejected(line, str(error)))
			continue
		missing.difference_update(found)
		yield line, tuple(_cell(found.get(column)) for column in columns)
	if missing:
		raise UnusableInputError(
			path, "", f"no line has the column {sorted(missing)[0]!r} that the mapping names."
		)


def _read_object(source: str) -> dict[str, object]:
	try:
		found = json.loads(source)
	except json.JSONDecodeError as error:
		raise RowError(f"it is not JSON: {error.msg} at column {error.colno}") from error
	if not isinstance(found, dict):
		raise RowError("it is not a JSON object")
	return found


def _cell(value: object) -> str:
	if isinstance(value, bool):
		return "true" if value else "false"
	return "" if value is None else str(value).strip()


_LOADERS: dict[str, Loader] = {"csv": _load_csv, "jsonl": _load_json_lines}
