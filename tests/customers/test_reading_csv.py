"""Files as shops write them: encodings, delimiters, headings, quotation marks; and files that are no such thing."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_center.services.customers.reading_csv import CsvTable, FileRefused, open_table

HEADING = "order_number,customer,purchased_on,amount"
ROW = "A-1,Acme,2026-03-01,12.50"


def table(text: str | bytes, encoding: str = "utf-8") -> CsvTable:
	return open_table(io.BytesIO(text if isinstance(text, bytes) else text.encode(encoding)))


def cells(text: str | bytes, encoding: str = "utf-8") -> list[dict[str, str]]:
	return [row.cells for row in table(text, encoding).rows()]


def refusal(text: str | bytes) -> tuple[str, tuple[str, ...]]:
	with pytest.raises(FileRefused) as caught:
		list(table(text).rows())
	return caught.value.problem.code, caught.value.problem.values


# --- what is read ---------------------------------------------------------------------------------------------------


def test_a_row_is_its_cells_by_column_and_counts_as_in_a_spreadsheet() -> None:
	(row,) = table(f"{HEADING}\n{ROW}\n").rows()
	assert row.number == 2
	assert row.raw == ("A-1", "Acme", "2026-03-01", "12.50")
	assert row.cells == {
		"order_number": "A-1",
		"customer": "Acme",
		"purchased_on": "2026-03-01",
		"amount": "12.50",
	}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_names_are_read_in_each_encoding(encoding: str) -> None:
	text = "订单号,客户,下单日期,金额\nA-1,上海明珠贸易,2026-03-01,12.50\n"
	assert cells(text, encoding)[0]["customer"] == "上海明珠贸易"


def test_a_name_cut_by_the_end_of_a_piece_of_the_file_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr("cs_center.services.customers.reading_csv.CHUNK", 7)
	text = "订单号,客户,下单日期,金额\nA-1,上海明珠贸易,2026-03-01,12.50\n"
	for encoding in ("utf-8", "gb18030"):
		assert table(text, encoding).encoding == {"utf-8": "utf-8-sig"}.get(encoding, encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_heading_line(delimiter: str) -> None:
	text = f"{HEADING}\n{ROW}\n".replace(",", delimiter)
	assert cells(text)[0]["amount"] == "12.50"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_when_every_heading_is_in_quotation_marks(delimiter: str) -> None:
	text = "\n".join(delimiter.join(f'"{cell}"' for cell in line.split(",")) for line in (HEADING, ROW))
	assert cells(text)[0]["amount"] == "12.50"


def test_a_comma_in_an_amount_does_not_make_the_comma_the_delimiter() -> None:
	text = "order_number;customer;purchased_on;amount\nA-1;Acme, Ltd., London;2026-03-01;1,234.50\n"
	assert cells(text)[0] == {
		"order_number": "A-1",
		"customer": "Acme, Ltd., London",
		"purchased_on": "2026-03-01",
		"amount": "1,234.50",
	}


def test_commas_in_a_heading_do_not_outvote_the_columns_that_are_known() -> None:
	text = f"{HEADING},x\n{ROW},y\n".replace(",", ";").replace(
		";x", ";Remark, of the shop, if any, in short, please"
	)
	assert table(text).delimiter == ";"


def test_columns_come_in_any_order_in_both_languages() -> None:
	text = "金额,Customer,订单号,purchased_on,币种,汇率,退货,原订单号,渠道\n5,Acme,A-1,2026-03-01,USD,7.1,1,A-0,Tmall\n"
	assert cells(text)[0] == {
		"amount": "5",
		"customer": "Acme",
		"order_number": "A-1",
		"purchased_on": "2026-03-01",
		"currency": "USD",
		"exchange_rate": "7.1",
		"is_return": "1",
		"returns_order": "A-0",
		"channel": "Tmall",
	}


@pytest.mark.parametrize(
	"heading", ["Order Number", " order_number ", "ORDER-NUMBER", "order  number", "订单号"]
)
def test_capitals_blanks_and_hyphens_of_a_heading_do_not_matter(heading: str) -> None:
	assert cells(f"{heading},customer,purchased_on,amount\n{ROW}")[0]["order_number"] == "A-1"


def test_columns_that_nobody_knows_are_named_and_left_out() -> None:
	found = table(f"{HEADING},Remark, ,Weight\n{ROW},hello,,3\n")
	assert found.ignored == ("Remark", "Weight")
	assert set(next(found.rows()).cells) == set(HEADING.split(","))


@pytest.mark.parametrize("heading", ["problem", "Problem", "问题"])
def test_the_column_of_problems_in_a_file_given_back_is_left_out_without_a_word(heading: str) -> None:
	assert table(f"{HEADING},{heading}\n{ROW},No such customer\n").ignored == ()


def test_empty_lines_are_left_out_and_still_counted() -> None:
	rows = list(table(f"\n{HEADING}\n\n{ROW}\n,,,\n  ,\n{ROW}\n").rows())
	assert [row.number for row in rows] == [4, 7]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_one(end: str) -> None:
	assert len(cells(end.join((HEADING, ROW, ROW)))) == 2


def test_a_line_break_inside_of_quotation_marks_belongs_to_the_value() -> None:
	rows = list(table(f'{HEADING}\nA-1,"Acme\r\nLondon",2026-03-01,1\n{ROW}\n').rows())
	assert rows[0].cells["customer"] == "Acme\r\nLondon"
	assert [row.number for row in rows] == [2, 3]


def test_a_line_break_in_a_heading_is_no_end_of_the_heading_line() -> None:
	text = f'{HEADING},"Remark\nof the shop"\n{ROW},x\n'
	assert [row.cells["order_number"] for row in table(text).rows()] == ["A-1"]


def test_the_line_by_which_excel_tells_the_delimiter_is_no_heading() -> None:
	text = f"sep=;\n{HEADING}\n{ROW}\n".replace(",", ";")
	assert [row.number for row in table(text).rows()] == [3]


def test_missing_cells_at_the_end_are_empty_and_too_many_are_a_problem() -> None:
	short, long, empty = table(f"{HEADING}\nA-1,Acme\n{ROW},250.00\n{ROW},,\n").rows()
	assert short.cells == {"order_number": "A-1", "customer": "Acme"} and short.problems == ()
	assert [(one.code, one.values) for one in long.problems] == [("too_many_cells", (",",))]
	assert empty.problems == ()


def test_the_rows_can_be_read_twice() -> None:
	found = table(f"{HEADING}\n{ROW}\n")
	assert list(found.rows()) == list(found.rows())


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n\n  \n", ",,,\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(text: str | bytes) -> None:
	assert refusal(text)[0] == "empty"


def test_missing_columns_are_named_with_what_was_read_instead() -> None:
	code, values = refusal("order_number,Client,amount\nA-1,Acme,3\n")
	assert code == "missing_columns"
	assert values == ("customer, purchased_on", "order_number | Client | amount")


def test_a_column_that_is_there_twice_is_refused_in_whichever_language() -> None:
	assert refusal(f"{HEADING},金额\n{ROW},3\n") == ("repeated_column", ("amount",))


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-1.7"])
def test_a_workbook_is_no_csv_file(head: bytes) -> None:
	assert refusal(head + b"rest of it")[0] == "not_text"


def test_a_file_with_a_zero_byte_is_no_text() -> None:
	assert refusal(f"{HEADING}\n{ROW}\0\n".encode())[0] == "not_text"


def test_characters_of_neither_encoding_are_refused() -> None:
	assert refusal(f"{HEADING}\nA-1,Caf".encode() + b"\xe9,2026-03-01,1\n")[0] == "unknown_encoding"


@pytest.mark.parametrize(
	"row",
	[
		'A-2,"Acme,2026-03-01,1',
		'A-2,"Acme" Ltd,2026-03-01,1',
		'A-2,"Acme,2026-03-01,1\nA-3,Acme,2026-03-01,1',
	],
)
def test_a_wrong_quotation_mark_refuses_the_file_and_swallows_no_row(row: str) -> None:
	code, values = refusal(f"{HEADING}\n{ROW}\n{row}\n")
	assert (code, values[0]) == ("broken_quotes", "3")


def test_a_quotation_mark_that_never_ends_in_a_long_file_is_told_with_its_row() -> None:
	rows = "\n".join([HEADING, ROW, 'A-2,"Acme,2026-03-01,1', *[ROW] * 10_000])
	code, values = refusal(rows)
	assert (code, values[0]) == ("long_cell", "3")


# --- properties -----------------------------------------------------------------------------------------------------

_text = st.text(
	st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff\u2028\u2029\x85"),
	max_size=12,
)


def _quoted(cell: str) -> str:
	return '"' + cell.replace('"', '""') + '"'


@given(
	rows=st.lists(st.tuples(*[_text] * 4), max_size=6),
	delimiter=st.sampled_from([",", ";", "\t"]),
	encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_whatever_is_written_properly_is_read_as_it_was(
	rows: list[tuple[str, ...]], delimiter: str, encoding: str
) -> None:
	lines = [delimiter.join(HEADING.split(",")), *(delimiter.join(map(_quoted, row)) for row in rows)]
	data = "\n".join(lines).encode(encoding)
	read = table(data)
	wanted = [row for row in rows if any(cell.strip() for cell in row)]
	if encoding == read.encoding.removesuffix("-sig") or encoding == read.encoding:
		assert [row.raw for row in read.rows()] == wanted


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
	try:
		list(open_table(io.BytesIO(data)).rows())
	except FileRefused:
		return


# --- size -----------------------------------------------------------------------------------------------------------


class LongFile(io.RawIOBase):
	"""A file of many rows that exists nowhere: its bytes are made as they are read."""

	def __init__(self, rows: int):
		self.rows, self.pieces, self.rest = rows, iter(()), b""
		self.seek(0)

	def _pieces(self) -> Iterator[bytes]:
		yield f"{HEADING}\n".encode()
		for number in range(self.rows):
			yield f"A-{number},Acme,2026-03-01,12.50\n".encode()

	def readable(self) -> bool:
		return True

	def seekable(self) -> bool:
		return True

	def seek(self, offset: int, whence: int = 0) -> int:
		self.pieces, self.rest = self._pieces(), b""
		return 0

	def readinto(self, buffer: bytearray) -> int:
		while len(self.rest) < len(buffer) and (piece := next(self.pieces, None)):
			self.rest += piece
		taken, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
		buffer[: len(taken)] = taken
		return len(taken)


def test_a_long_file_is_not_held_in_memory() -> None:
	tracemalloc.start()
	found = open_table(io.BufferedReader(LongFile(20_000)))
	assert sum(1 for _row in found.rows()) == 20_000
	_now, most = tracemalloc.get_traced_memory()
	tracemalloc.stop()
	assert most < 8_000_000, "20,000 rows as objects would be more than 12 MB"
