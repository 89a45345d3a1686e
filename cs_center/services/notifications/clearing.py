"""Old deliveries leave; what still waits stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe

from cs_center.services.service_levels.site_time import to_stored

from .messages import CANCELLED, DEAD, DELIVERY, SENT


def clear_before(now: datetime, days: int) -> None:
	"""Delete deliveries that ended more than ``days`` days before ``now``, in one statement."""
	table = frappe.qb.DocType(DELIVERY)
	is_over = table.state.isin([SENT, DEAD, CANCELLED])
	frappe.db.delete(DELIVERY, is_over & (table.modified < to_stored(now - timedelta(days=days))))
