"""A CSV file as rows, as they come: a file of a million rows is never held in memory. Speaks no Frappe."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from .purchase_values import Problem
from .reading_cells import COLUMNS

CHINESE_HEADINGS = {
	"订单号": "order_number",
	"客户": "customer",
	"下单日期": "purchased_on",
	"金额": "amount",
	"币种": "currency",
	"汇率": "exchange_rate",
	"退货": "is_return",
	"原订单号": "returns_order",
	"渠道": "channel",
}
NEEDED = ("order_number", "customer", "purchased_on", "amount")

PROBLEM_COLUMN = "problem"
OWN_COLUMNS = (PROBLEM_COLUMN, "问题")
"""The column that this app adds to the rows it gives back: they are corrected and come again."""

DELIMITERS = (",", ";", "\t")
ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order. What is valid UTF-8 is hardly ever anything else; nearly everything is valid GB18030."""

CHUNK = 1 << 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
"""How spreadsheets' own files and PDFs begin."""


class FileRefused(Exception):
	"""The file as a whole cannot be read; ``problem`` says why."""

	def __init__(self, code: str, *values: str):
		super().__init__(code, *values)
		self.problem = Problem(code, values)


@dataclass(frozen=True)
class Row:
	"""One row below the heading line. ``number`` counts as a spreadsheet does: the heading line is 1."""

	number: int
	cells: dict[str, str]
	raw: tuple[str, ...]
	problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class CsvTable:
	"""A readable file: its heading line as written, columns that are ignored, and how it was read."""

	text: TextIO
	encoding: str
	delimiter: str
	headings: tuple[str, ...]
	columns: tuple[str | None, ...]
	ignored: tuple[str, ...]

	def rows(self) -> Iterator[Row]:
		"""Rows that are not empty, each time from the beginning. Raises FileRefused where the quotation marks are wrong."""
		records = _records(self.text, self.delimiter)
		_heading_of(records)
		for number, cells in records:
			if any(cell.strip() for cell in cells):
				yield self._row(number, cells)

	def _row(self, number: int, cells: list[str]) -> Row:
		named = {name: cell for name, cell in zip(self.columns, cells, strict=False) if name}
		too_many = any(cell.strip() for cell in cells[len(self.columns) :])
		problems = (Problem("too_many_cells", (_SPELLED[self.delimiter],)),) if too_many else ()
		return Row(number, named, tuple(cells), problems)


_SPELLED = {",": ",", ";": ";", "\t": "Tab"}


def open_table(stream: BinaryIO) -> CsvTable:
	"""Find out how a file is written; raises FileRefused for what is no table of purchases.

	``stream`` must be seekable. It belongs to the table from then on and is closed with it.
	"""
	encoding = find_encoding(stream)
	text = io.TextIOWrapper(stream, encoding=encoding, newline="")
	delimiter, headings = max(
		((one, _heading_of(_records(text, one, strict=False))) for one in DELIMITERS),
		key=lambda found: len(_known(found[1])),
	)
	columns = [column_of(heading) for heading in headings]
	known = _known(headings)
	for name in known:
		if known.count(name) > 1:
			raise FileRefused("repeated_column", name)
	if missing := [name for name in NEEDED if name not in known]:
		raise FileRefused(
			"missing_columns", ", ".join(missing), " | ".join(heading.strip() for heading in headings)
		)
	ignored = [
		heading.strip()
		for heading, name in zip(headings, columns, strict=True)
		if name is None and heading.strip() and heading.strip().casefold() not in OWN_COLUMNS
	]
	return CsvTable(text, encoding, delimiter, tuple(headings), tuple(columns), tuple(ignored))


def find_encoding(stream: BinaryIO) -> str:
	"""How the bytes of a file are to be read. Reads it once, piece by piece."""
	stream.seek(0)
	head = stream.read(4)
	if not head.strip():
		raise FileRefused("empty")
	if head.startswith(_NO_TEXT):
		raise FileRefused("not_text")
	candidates = ("utf-16",) if head.startswith(_UTF_16) else ENCODINGS
	for encoding in candidates:
		if _can_be_read(stream, encoding):
			return encoding
	raise FileRefused("unknown_encoding")


def _can_be_read(stream: BinaryIO, encoding: str) -> bool:
	decoder = codecs.getincrementaldecoder(encoding)("strict")
	stream.seek(0)
	try:
		while chunk := stream.read(CHUNK):
			if "\0" in decoder.decode(chunk):
				raise FileRefused("not_text")
		decoder.decode(b"", final=True)
	except UnicodeDecodeError:
		return False
	return True


def column_of(heading: str) -> str | None:
	"""The column that a heading names, in English ("Order number", order_number) or Chinese; None for another."""
	name = re.sub(r"[\s_-]+", "_", heading.strip()).casefold()
	return CHINESE_HEADINGS.get(name) or (name if name in COLUMNS else None)


def _known(headings: list[str]) -> list[str]:
	return [name for name in map(column_of, headings) if name]


def _heading_of(records: Iterator[tuple[int, list[str]]]) -> list[str]:
	"""The first line with something in it, but for the one by which Excel tells the delimiter ("sep=;")."""
	for _number, cells in records:
		if any(cell.strip() for cell in cells) and not cells[0].casefold().startswith("sep="):
			return cells
	raise FileRefused("empty")


def _records(text: TextIO, delimiter: str, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
	"""(number, cells) of all lines, empty ones too, as a spreadsheet numbers them."""
	text.seek(0)
	reader = csv.reader(text, delimiter=delimiter, strict=strict)
	number = 0
	while True:
		number += 1
		try:
			cells = next(reader)
		except StopIteration:
			return
		except csv.Error as error:
			# What follows a wrong quotation mark cannot be told apart from what it swallows.
			code = "long_cell" if "field larger" in str(error) else "broken_quotes"
			raise FileRefused(code, str(number), str(csv.field_size_limit())) from error
		yield number, cells
