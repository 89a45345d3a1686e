"""Files of purchase imports: the one that comes in, and the one with the bad rows that goes back."""

from __future__ import annotations

import csv
import hashlib
import os
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import frappe
from frappe import _
from frappe.utils import get_files_path

from .reading_csv import PROBLEM_COLUMN
from .staging import BadRow

_FORMULA = tuple("=+-@\t\r")
"""A cell that begins so is run by a spreadsheet. An apostrophe before it makes it text again; reading takes it away."""


def file_of(url: str) -> Any:
	"""The File document of an attached file on this site that the caller may read; refuses any other with a message."""
	for name in frappe.get_all("File", filters={"file_url": url}, pluck="name", order_by="creation desc"):
		file = frappe.get_doc("File", name)
		if not file.is_folder and file.has_permission("read") and _is_here(file):
			return file
	return frappe.throw(
		_("The file {0} is not on this site, or you cannot read it. Attach the file again.").format(
			frappe.bold(frappe.utils.escape_html(url))
		)
	)


def _is_here(file: Any) -> bool:
	url = file.file_url or ""
	return url.startswith(("/files/", "/private/files/")) and os.path.isfile(file.get_full_path())


def make_private(file: Any) -> str:
	"""Take a file that everybody could open away from the public folder; returns its address from then on."""
	if not file.is_private:
		file.is_private = 1
		file.save(ignore_permissions=True)  # whoever imports it may read it; nobody loses what they need
	return file.file_url


def open_file(url: str) -> BinaryIO:
	"""The bytes of an attached file."""
	return open(file_of(url).get_full_path(), "rb")


def is_short(stream: BinaryIO, lines: int, octets: int) -> bool:
	"""Whether a file has fewer lines and bytes than these. Bytes, because not every kind of line end is counted here."""
	if stream.seek(0, os.SEEK_END) >= octets:
		return False
	stream.seek(0)
	return sum(1 for _line in stream) < lines


def write_problem_file(import_name: str, headings: Sequence[str], rows: Iterable[BadRow]) -> str:
	"""Store the bad rows as a private file of the import: their own cells and a column "problem". Returns its address.

	Written row by row and registered without being read again, so that it may be longer than an upload.
	"""
	name = f"{import_name}-problems-{frappe.generate_hash(length=8)}.csv"
	path = get_files_path(name, is_private=True)
	with open(path, "w", encoding="utf-8-sig", newline="") as stream:
		writer = csv.writer(stream)
		own = [place for place, text in enumerate(headings) if text.strip().casefold() != PROBLEM_COLUMN]
		writer.writerow([*(defused(headings[place]) for place in own), PROBLEM_COLUMN])
		for row in rows:
			cells = [row.raw[place] if place < len(row.raw) else "" for place in own]
			writer.writerow([*map(defused, cells), defused(row.problem)])
	return _register(import_name, name, path)


def defused(cell: str) -> str:
	"""A cell that no spreadsheet takes for a formula."""
	first = unicodedata.normalize("NFKC", cell.lstrip(" "))[:1]
	return f"'{cell}" if first in _FORMULA and first else cell


def _register(import_name: str, name: str, path: str) -> str:
	file = frappe.new_doc("File")
	file.update(
		{
			"file_name": name,
			"file_url": f"/private/files/{name}",
			"is_private": 1,
			"folder": "Home/Attachments",
			"attached_to_doctype": "CS Purchase Import",
			"attached_to_name": import_name,
			"attached_to_field": "problem_file",
			"file_size": os.path.getsize(path),
			"content_hash": _hash(path),
		}
	)
	file.db_insert()  # a File's own insert would read all of it into memory
	return file.file_url


def _hash(path: str) -> str:
	digest = hashlib.md5(usedforsecurity=False)
	with open(path, "rb") as stream:
		while chunk := stream.read(1 << 20):
			digest.update(chunk)
	return digest.hexdigest()
