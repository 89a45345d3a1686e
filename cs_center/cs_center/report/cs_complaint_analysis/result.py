"""What a view of the report hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cs_center.services.complaints.reporting_figures import Figures


@dataclass
class Result:
	"""``total``: figures of all complaints that were counted. ``notes``: sentences above the table."""

	columns: list[dict[str, Any]]
	rows: list[dict[str, Any]]
	chart: dict[str, Any] | None
	total: Figures
	notes: list[str] = field(default_factory=list)
