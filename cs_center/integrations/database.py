"""What the site's database can do beyond what every one can."""

from __future__ import annotations

import re

import frappe

_FIRST_SKIPPING = {"MariaDB": (10, 6), "MySQL": (8, 0)}
"""Versions from which FOR UPDATE knows SKIP LOCKED. PostgreSQL has known it for longer than Frappe supports."""

_KNOWN: dict[str, bool] = {}


def can_skip_locked() -> bool:
	"""Whether a locking read may leave out rows that another transaction holds. Asked once for each site and process."""
	site = frappe.local.site
	if site not in _KNOWN:
		_KNOWN[site] = _ask()
	return _KNOWN[site]


def _ask() -> bool:
	if frappe.db.db_type == "postgres":
		return True
	if frappe.db.db_type != "mariadb":
		return False
	version = str(frappe.db.sql("select version()")[0][0])
	kind = "MariaDB" if "mariadb" in version.lower() else "MySQL"
	numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
	return numbers >= _FIRST_SKIPPING[kind]
