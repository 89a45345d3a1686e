"""Who did it: the user of the session, or the system where an escalation acts on its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

FLAG = "cs_center_acts_itself"


@contextmanager
def acting_for_the_system() -> Iterator[None]:
	"""Within the block what happens to a ticket is nobody's deed."""
	before = frappe.flags.get(FLAG)
	frappe.flags[FLAG] = True
	try:
		yield
	finally:
		frappe.flags[FLAG] = before


def acting_user() -> str:
	"""The actor for the ledger: "" for the system."""
	return "" if frappe.flags.get(FLAG) else frappe.session.user
