"""What print formats ask for. Frappe takes a document as the browser sends it, so the name is checked here."""

from __future__ import annotations

from typing import Any

from cs_center.api.complaint_permissions import require_complaint
from cs_center.services.complaints import describing


def record_for_print(doc: Any) -> dict[str, Any]:
	"""Actions, follow-ups, clocks and history of a complaint (see ``describing.record_for_print``)."""
	require_complaint(doc.name, "print")
	return describing.record_for_print(doc)
