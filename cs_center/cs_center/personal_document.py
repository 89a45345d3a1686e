"""Personal fields that the database holds encrypted only, and that leave the server for those alone who may read them."""

from contextlib import contextmanager

import frappe
from frappe import _
from frappe.model.document import Document

from cs_center.services.customers import personal
from cs_center.services.customers.personal import KEPT_FIELDS, PERSONAL_FIELDS

OPEN, SEALED, UNREADABLE = "open", "sealed", "unreadable"
"""Read from the database with its values; without them (from the cache, or for somebody who may not read them); the site's
key does not fit what is stored. A document that was made from values, as a form sends them, has no state."""

MASK_BEFORE, MASK_AFTER = "•••", "••••••"


class PersonalDocument(Document):
	"""Base of a document with PERSONAL_FIELDS. In memory they are ordinary values, in the database never."""

	_personal_state = None

	def load_from_db(self):
		super().load_from_db()
		for field in PERSONAL_FIELDS:
			self.set(field, None)
		self._open()
		return self

	def _open(self):
		"""Fill the fields that are empty from what is stored."""
		try:
			secret = personal.unseal(self.get("personal_data"))
			self._personal_state = OPEN
		except personal.UnreadableError:
			secret = {}
			self._personal_state = UNREADABLE
			self._say_unreadable()
		for field in PERSONAL_FIELDS:
			if not self.get(field):
				self.set(field, secret.get(field))

	def _say_unreadable(self):
		told = frappe.flags.setdefault("cs_unreadable_profiles", set())
		if self.name in told or not self._may_read():
			return
		told.add(self.name)
		frappe.msgprint(
			_(
				"The birthday, phone and address of {0} cannot be read: they were stored with another encryption key than the site has now. They are kept as they are. Put the earlier encryption_key back into the site's site_config.json."
			).format(frappe.bold(frappe.utils.escape_html(str(self.name)))),
			title=_("Personal data cannot be read"),
			indicator="orange",
		)

	def _may_read(self) -> bool:
		return self.meta.get_field(PERSONAL_FIELDS[0]).permlevel in self.get_permlevel_access("read")

	def _secret(self) -> dict:
		return personal.comparable({field: self.get(field) for field in PERSONAL_FIELDS})

	# writing

	def load_doc_before_save(self, *args, **kwargs):
		super().load_doc_before_save(*args, **kwargs)
		if self._personal_state in (SEALED, UNREADABLE):
			self._open()

	def db_insert(self, *args, **kwargs):
		with self._encrypted():
			return super().db_insert(*args, **kwargs)

	def db_update(self, *args, **kwargs):
		with self._encrypted():
			return super().db_update(*args, **kwargs)

	@contextmanager
	def _encrypted(self):
		"""What the database gets: the encrypted text and the key of the birthday, no value."""
		if self.flags.personal_fields_encrypted:
			yield
			return
		if self._personal_state == SEALED:
			self._open()
		self.personal_data, self.birthday_key = self._to_store()
		self.flags.personal_fields_encrypted = True
		try:
			with without_values(self, PERSONAL_FIELDS):
				yield
		finally:
			self.flags.personal_fields_encrypted = False

	def _to_store(self) -> tuple[str | None, str | None]:
		stored, secret = self.get_doc_before_save() or self, self._secret()
		if stored._personal_state == UNREADABLE:
			if secret:
				self._refuse_beside_unreadable()
			return stored.personal_data, stored.birthday_key
		if stored is not self and secret == stored._secret():
			return stored.personal_data, stored.birthday_key
		return personal.seal(secret), personal.birthday_key_of(secret.get("birthday"))

	def _refuse_beside_unreadable(self):
		frappe.throw(
			_(
				"The personal data of {0} was not changed: what is stored cannot be read with the site's encryption key and would be lost. Put the earlier encryption_key back into the site's site_config.json, then save again."
			).format(frappe.bold(frappe.utils.escape_html(str(self.name)))),
			title=_("Personal data cannot be read"),
		)

	def db_set(self, fieldname, *args, **kwargs):
		"""Frappe's own, which writes columns past a save; the personal ones need the save."""
		names = fieldname if isinstance(fieldname, dict) else (fieldname,)
		if set(names) & {*PERSONAL_FIELDS, *KEPT_FIELDS}:
			raise ValueError(
				"set personal fields on the document and save it: db_set would store them unencrypted"
			)
		return super().db_set(fieldname, *args, **kwargs)

	def after_delete(self):
		"""Deleted Document keeps the document as text: nothing personal goes there."""
		for field in (*PERSONAL_FIELDS, *KEPT_FIELDS):
			self.set(field, None)

	# the history

	def save_version(self):
		before = self.get_doc_before_save()
		if not before:
			return super().save_version()
		old, new = before._secret(), self._secret()
		with without_values(self), without_values(before):
			super().save_version()
		if changed := [
			_masked(field, old, new) for field in PERSONAL_FIELDS if old.get(field) != new.get(field)
		]:
			self._keep_masked_version(changed)
		return None

	def _keep_masked_version(self, changed: list):
		"""Who changed which field and when, never the values."""
		if not self.meta.track_changes or self.flags.ignore_version or frappe.flags.in_install:
			return
		version = frappe.new_doc("Version")
		version.update({"ref_doctype": self.doctype, "docname": self.name})
		version.data = frappe.as_json({"changed": changed, "added": [], "removed": [], "row_changed": []})
		# a history that its reader could write would be none
		version.insert(ignore_permissions=True)

	# the ways out

	def as_dict(self, *args, **kwargs):
		"""Every answer of the server is made of this: without the values for whoever may not read them."""
		values = super().as_dict(*args, **kwargs)
		for field in KEPT_FIELDS:
			values.pop(field, None)
		if not self._may_read():
			values.update({field: None for field in PERSONAL_FIELDS if field in values})
		return values

	def apply_fieldlevel_read_permissions(self):
		super().apply_fieldlevel_read_permissions()
		if self._personal_state == OPEN and not all(field in self.__dict__ for field in PERSONAL_FIELDS):
			self._personal_state = SEALED

	def before_print(self, print_settings=None):
		self.apply_fieldlevel_read_permissions()

	def run_notifications(self, method):
		"""A notification's text is stored and sent: it never has the values. It may save the document all the same."""
		state, self._personal_state = self._personal_state, SEALED
		try:
			with without_values(self, PERSONAL_FIELDS):
				return super().run_notifications(method)
		finally:
			self._personal_state = state

	def __getstate__(self):
		"""For Redis: the document cache, and jobs that carry a document (webhooks)."""
		state = super().__getstate__()
		if self._personal_state in (None, OPEN):
			state["personal_data"] = personal.seal(self._secret())
		state.update(dict.fromkeys(PERSONAL_FIELDS))
		return state

	def __setstate__(self, state):
		self.__dict__.update(state)
		self._personal_state = SEALED


@contextmanager
def without_values(document: PersonalDocument, fields=(*PERSONAL_FIELDS, *KEPT_FIELDS)):
	"""``document`` as if it had no value in ``fields``; they are back afterwards."""
	kept = {field: document.__dict__.pop(field, None) for field in fields}
	document.__dict__.update(dict.fromkeys(fields))
	try:
		yield
	finally:
		document.__dict__.update(kept)


def _masked(field: str, old: dict, new: dict) -> list:
	return [field, MASK_BEFORE if old.get(field) else None, MASK_AFTER if new.get(field) else None]
