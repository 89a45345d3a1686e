"""What an escalation's step does to a complaint: another team, another handler. Through the complaint's own save."""

from __future__ import annotations

from typing import Any

import frappe

from cs_center.services.escalation.subjects import COMPLAINT


def change(name: str, **values: Any) -> None:
	"""Save these values on behalf of a policy that somebody submitted."""
	doc = frappe.get_doc(COMPLAINT, name)
	doc.update(values)
	doc.save(ignore_permissions=True)


def present(name: str) -> Any:
	"""Team and handler as they are now."""
	return frappe.db.get_value(COMPLAINT, name, ["team", "handler"], as_dict=True)
