"""A ticket's words suggest a category when it arrives; the agent accepts it or says another one.

The classifier is built from the categories' phrases once in a process and again when a category changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import frappe
from frappe.utils import strip_html

from cs_center.domain.classification import (
	CategoryWords,
	Classifier,
	Example,
	Phrase,
	Suggestion,
	build_classifier,
	classify,
)
from cs_center.integrations import chinese_segmentation
from cs_center.services.service_levels.safety import log_unusable

from . import categories
from .settings import read_complaint_settings

EXAMPLES = Path(__file__).parents[2] / "data" / "complaint_examples.json"

PHRASE = "CS Complaint Phrase"
LONGEST_WORDS, MOST_WORDS = 300, 8

_BUILT: dict[str, tuple[str, Classifier]] = {}
"""Site -> (stamp of its categories, classifier)."""


def suggest_on_arrival(doc: Any) -> None:
	"""Write the suggestion onto a ticket that is being inserted."""
	if not read_complaint_settings().suggests:
		return
	suggestion = suggest(doc.get("subject") or "", doc.get("description") or "")
	category = categories.by_code(suggestion.code)
	if category is None:
		return
	doc.cs_suggested_category = category.name
	doc.cs_suggestion_confidence = round(suggestion.confidence * 100, 1)
	doc.cs_suggestion_words = ", ".join(words_of(suggestion))[:LONGEST_WORDS]


def suggest(subject: str, text: str) -> Suggestion:
	"""What the words say; ``code`` is None where they do not say enough."""
	message = f"{subject}\n\n{as_text(text)}"
	segment = chinese_segmentation.segmenter_for(message)
	return classify(message, classifier(), segment, subject_length=len(subject))


def words_of(suggestion: Suggestion) -> list[str]:
	"""The matched words that speak for the suggestion, the heaviest first; where there is none, all that were found."""
	wanted = {suggestion.code, suggestion.first_level} - {None}
	speaking = [one for one in suggestion.matches if one.weight > 0 and not one.negated]
	own = [one for one in speaking if not wanted or one.code in wanted]
	heaviest = sorted(own, key=lambda one: (-one.weight, one.start))
	return list(dict.fromkeys(one.phrase for one in heaviest))[:MOST_WORDS]


def as_text(html: str) -> str:
	"""A message's text; block tags become line breaks, so that quoted lines are still lines."""
	broken = html.replace("<br", "\n<br").replace("</p>", "</p>\n").replace("</div>", "</div>\n")
	return strip_html(broken)


def classifier() -> Classifier:
	"""The classifier of this site's categories."""
	stamp = _stamp()
	known = _BUILT.get(frappe.local.site)
	if known and known[0] == stamp:
		return known[1]
	made = build_classifier(_words(), _examples())
	_BUILT[frappe.local.site] = (stamp, made)
	return made


def _stamp() -> str:
	"""Changes with every change of a category: ``categories.forget`` makes it anew."""

	def make() -> str:
		rows = frappe.get_all(
			categories.CATEGORY, fields=["name", "modified"], order_by="modified desc", limit=1
		)
		count = frappe.db.count(categories.CATEGORY)
		return f"{count} {rows[0].modified if rows else ''} {frappe.generate_hash(length=6)}"

	return str(frappe.cache().get_value(categories.WORDS_KEY, make))


def _words() -> list[CategoryWords]:
	"""Phrases of the categories in use; one whose phrases cannot be used is left out and logged."""
	rows = frappe.get_all(
		PHRASE,
		{"parenttype": categories.CATEGORY},
		["parent", "phrase", "weight"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	)
	phrases: dict[str, list[Phrase]] = {}
	for row in rows:
		phrases.setdefault(row.parent, []).append(Phrase(row.phrase, row.weight))
	known = {one.name: one for one in categories.everything()}
	made = []
	for category in categories.everything():
		if not category.enabled:
			continue
		above = known.get(category.path[-2]) if len(category.path) > 1 else None
		if above and category.name in above.path:  # rows edited behind the form's back: a circle has no top
			above = None
		parent = above.code if above else None
		words = CategoryWords(category.code, parent, tuple(phrases.get(category.name, ())))
		if _is_usable(words):
			made.append(words)
	present = {one.code for one in made}
	return [one for one in made if one.parent is None or one.parent in present]


def _examples() -> list[Example]:
	"""The shipped examples; those of a category that the site does not have teach nothing."""
	rows = json.loads(EXAMPLES.read_text(encoding="utf-8"))
	return [Example(row["code"], text, row.get("weight", 1)) for row in rows for text in row["texts"]]


def _is_usable(words: CategoryWords) -> bool:
	try:
		build_classifier([CategoryWords(words.code, None, words.phrases)])
	except ValueError:  # edited behind the form's back
		log_unusable(categories.CATEGORY, words.code)
		return False
	return True
