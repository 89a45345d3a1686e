"""Checks of the words that suggest a category."""

from __future__ import annotations

import math

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

HEAVIEST = 10


def check_phrases(category: Document):
	"""Refuse phrases that are empty or there twice, and weights that say nothing or too much."""
	seen: dict[str, int] = {}
	for row in category.phrases:
		row.phrase = " ".join((row.phrase or "").split())
		if not row.phrase:
			frappe.throw(
				_("Phrases, row {0}: there are no words. Write some, or remove the row.").format(row.idx)
			)
		if not (weight := flt(row.weight)) or not math.isfinite(weight) or abs(weight) > HEAVIEST:
			frappe.throw(
				_("Phrases, row {0}: the weight {1} is out of range. Enter -{2} to {2}, but not 0.").format(
					row.idx, row.weight, HEAVIEST
				)
			)
		first = seen.setdefault(row.phrase.casefold(), row.idx)
		if first != row.idx:
			frappe.throw(
				_("Phrases: {0} stands in the rows {1} and {2}. Keep one of them.").format(
					frappe.bold(row.phrase), first, row.idx
				)
			)
