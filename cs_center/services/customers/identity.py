"""By what a customer can be recognised in a text, and what stands there afterwards."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

import frappe
from frappe.utils import escape_html
from frappe.utils.password import decrypt, encrypt

from . import belonging, personal

NEUTRAL_NAME = "Former customer {0}"
"""Not translated: it goes into stored texts of every encoding, and must look the same there."""

REPLACED_PREFIX = "erased-"
SHORTEST = 2
SHORTEST_ELSEWHERE = 4
"""Shorter names are looked for in the customer's own rows only: elsewhere they would hit other people and plain words."""

_DIGITS_OF_A_PHONE = 7


@dataclass(frozen=True)
class Identity:
	"""``words``: names, e-mail addresses, phones as they were entered. ``salt`` makes the replacements irreversible once lost."""

	name: str
	words: tuple[str, ...]
	neutral: str
	salt: str

	def sealed(self) -> str:
		"""Encrypted with the site's key, for as long as the erasure goes on."""
		return encrypt(json.dumps(asdict(self)))

	@staticmethod
	def unsealed(text: str) -> Identity:
		values = json.loads(decrypt(text))
		return Identity(**{**values, "words": tuple(values["words"])})

	@cached_property
	def _own(self) -> re.Pattern[str]:
		return _pattern(self.words)

	@cached_property
	def _elsewhere(self) -> re.Pattern[str]:
		return _pattern(self.words_elsewhere)

	@cached_property
	def words_elsewhere(self) -> tuple[str, ...]:
		return tuple(word for word in self.words if len(word) >= SHORTEST_ELSEWHERE)

	@cached_property
	def _short_in_json(self) -> tuple[str, ...]:
		"""Short words count elsewhere too where they are a whole value of a stored document."""
		return tuple(json.dumps(word) for word in self.words if len(word) < SHORTEST_ELSEWHERE)

	@cached_property
	def searched(self) -> tuple[str, ...]:
		"""As which the words may stand in a column: plain, in JSON, in HTML, in an address, a phone as mere digits."""
		found = dict.fromkeys(form for word in self.words_elsewhere for form in _forms(word))
		return (*found, *self._short_in_json)

	def scrub(self, text: str, elsewhere: bool = False) -> str:
		"""The text with the neutral name wherever one of the words stood."""
		if text in self.words:
			return self.neutral
		return (self._elsewhere if elsewhere else self._own).sub(self.neutral, text)

	def is_in(self, text: str) -> bool:
		"""Whether one of the words stands in the text, a short one as a whole value."""
		return bool(self._elsewhere.search(text)) or any(word in text for word in self._short_in_json)

	def replace(self, value: str) -> str:
		"""The replacement of an order number: random, and the same each time while the salt is known."""
		if not value or value.startswith(REPLACED_PREFIX):
			return value
		digest = hmac.new(self.salt.encode(), value.encode(), hashlib.sha256).hexdigest()
		return f"{REPLACED_PREFIX}{digest[:32]}"


def of_customer(customer: str) -> Identity:
	"""What is known of a customer now; its neutral name is drawn."""
	words = [customer, *_contacts(customer), *_people_of_cases(customer), *_profile(customer)]
	distinct = dict.fromkeys(word.strip() for word in words if word and len(word.strip()) >= SHORTEST)
	neutral = NEUTRAL_NAME.format(secrets.token_hex(5).upper())
	return Identity(customer, tuple(distinct), neutral, secrets.token_hex(32))


def _contacts(customer: str) -> Iterable[str]:
	"""Names, addresses and numbers of the contacts that are linked to the customer."""
	link, contact = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Contact")
	names = (
		frappe.qb.from_(link)
		.select(link.parent)
		.where((link.parenttype == "Contact") & (link.link_doctype == "HD Customer"))
		.where(link.link_name == customer)
	)
	query = frappe.qb.from_(contact).where(contact.name.isin(names))
	for row in query.select(
		contact.first_name, contact.last_name, contact.email_id, contact.phone, contact.mobile_no
	).run(as_dict=True):
		yield " ".join(part for part in (row.first_name, row.last_name) if part)
		yield from (row.email_id, row.phone, row.mobile_no)
	for doctype, field in (("Contact Email", "email_id"), ("Contact Phone", "phone")):
		table = frappe.qb.DocType(doctype)
		rows = frappe.qb.from_(table).select(table[field]).where(table.parent.isin(names)).run()
		yield from (row[0] for row in rows)


_PEOPLE = (
	("HD Ticket", "raised_by", belonging.of_customer),
	("CS Complaint", "raised_by", belonging.of_case),
	("CS Complaint", "consent_person", belonging.of_case),
	("CS Follow Up", "contact", belonging.of_follow_up),
	("CS Service Event", "actor", belonging.of_ticket_reference),
)
"""Fields that name who spoke for the customer: an e-mail address, a phone or a name."""


def _people_of_cases(customer: str) -> list[str]:
	found: set[str] = set()
	for doctype, field, belongs in _PEOPLE:
		table = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(table).select(table[field]).distinct()
		found |= {row[0] for row in query.where(belongs(table, customer)).run() if row[0]}
	staff = frappe.get_all("User", {"name": ["in", list(found)], "user_type": "System User"}, pluck="name")
	return sorted(found - {*staff, "Administrator", "Guest"})


def _profile(customer: str) -> Iterable[str]:
	row = frappe.db.get_value(personal.PROFILE, customer, ["personal_data", "source_customer"], as_dict=True)
	if not row:
		return
	yield row.source_customer or ""
	try:
		secret = personal.unseal(row.personal_data)
	except personal.UnreadableError:
		return
	yield from (secret.get("phone") or "", secret.get("address") or "")


def _forms(word: str) -> list[str]:
	forms = [word, json.dumps(word)[1:-1], escape_html(word), quote(word), quote(word, safe="@")]
	return [*forms, digits] if len(digits := _digits(word)) >= _DIGITS_OF_A_PHONE else forms


def _digits(word: str) -> str:
	"""A phone number's digits; "" for anything that is no phone number."""
	return "" if re.search(r"[^\d\s+().\-/]", word) else re.sub(r"\D", "", word)


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
	parts = []
	for word in sorted(words, key=len, reverse=True):
		forms = [re.escape(form) for form in dict.fromkeys(_forms(word))]
		if len(digits := _digits(word)) >= _DIGITS_OF_A_PHONE:
			forms.append(r"[\s().\-/]*".join(digits))
		before = r"(?:(?<![0-9A-Za-z])|(?<=\\[nrt]))" if _is_latin(word[0]) else ""
		after = r"(?![0-9A-Za-z])" if _is_latin(word[-1]) else ""
		parts.append(f"{before}(?:{'|'.join(forms)}){after}")
	return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def _is_latin(character: str) -> bool:
	return character.isascii() and character.isalnum()


FREE_TEXTS = {"note", "person", "solution", "raised_by", "instruction"}
CODES_OR_TEXTS = {"reason", "result"}
"""In a ledger's detail: what people wrote, and what is a code in some events and people's words in others."""

_CODE = re.compile(r"[a-z_]*")


def scrub_stored(identity: Identity, value: Any, elsewhere: bool = False) -> Any:
	"""A stored text, as JSON where it is some, without the customer; what people wrote into a ledger is emptied."""
	if not isinstance(value, str) or not value:
		return value
	try:
		content = json.loads(value)
	except ValueError:
		return identity.scrub(value, elsewhere)
	if not isinstance(content, dict | list):
		return identity.scrub(value, elsewhere)
	cleaned = _scrub_content(identity, content, elsewhere)
	return value if cleaned == content else json.dumps(cleaned, ensure_ascii=False, sort_keys=True)


def _scrub_content(identity: Identity, content: Any, elsewhere: bool) -> Any:
	if isinstance(content, str):
		return identity.scrub(content, elsewhere)
	if isinstance(content, list):
		return [_scrub_content(identity, part, elsewhere) for part in content]
	if not isinstance(content, dict):
		return content
	own = not elsewhere
	return {
		identity.scrub(key, elsewhere): ""
		if own and _is_free(key, value, content)
		else _scrub_content(identity, value, elsewhere)
		for key, value in content.items()
	}


def _is_free(key: str, value: Any, content: dict) -> bool:
	if not isinstance(value, str):
		return False
	if key in CODES_OR_TEXTS:
		return "follow_up" not in content and not _CODE.fullmatch(value)
	return key in FREE_TEXTS
