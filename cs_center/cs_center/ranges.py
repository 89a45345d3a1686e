"""Whole numbers of a form that must lie between two others."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint


def require_ranges(doc: Document, ranges: dict[str, tuple[int, int]]):
	"""Refuse a document with a field outside its (least, most), with a message that says both."""
	for field, (least, most) in ranges.items():
		if not least <= cint(doc.get(field)) <= most:
			frappe.throw(
				_("{0}: {1} is out of range. Enter {2} to {3}.").format(
					_(doc.meta.get_label(field), context=doc.doctype), cint(doc.get(field)), least, most
				)
			)
