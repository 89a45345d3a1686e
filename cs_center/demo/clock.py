"""The demo's clock: its process lives at another time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import frappe


@contextmanager
def at(moment: datetime) -> Iterator[None]:
	"""The process lives at ``moment`` (site time)."""
	try:
		from freezegun import freeze_time
	except ImportError:
		frappe.throw("The demo moves the clock with the package freezegun. Install it: pip install freezegun")
	from cs_center.services.service_levels.site_time import site_zone

	with freeze_time(moment.replace(tzinfo=site_zone())):
		yield
