"""The one place that reads CS Center Settings for service levels."""

from __future__ import annotations

from dataclasses import dataclass

import frappe

from cs_center.domain.policy import DEFAULT_WARN_PERCENT

DEFAULT_BATCH_SIZE = 100
"""A batch holds its tickets' rows: an agent who saves one of them meanwhile waits for as long as the batch takes."""


@dataclass(frozen=True)
class ServiceLevelSettings:
	"""What an administrator chose; ``writes_deadlines``: the ticket's own deadline fields follow the clocks."""

	enabled: bool
	writes_deadlines: bool
	warn_percent: int
	batch_size: int
	default_channel: str
	agent_channel: str
	api_channel: str


def read_settings() -> ServiceLevelSettings:
	"""Settings of this site, from Frappe's document cache."""
	doc = frappe.get_cached_doc("CS Center Settings")
	return ServiceLevelSettings(
		enabled=bool(doc.enabled),
		writes_deadlines=bool(doc.write_ticket_deadlines),
		warn_percent=doc.warn_percent or DEFAULT_WARN_PERCENT,
		batch_size=doc.evaluation_batch_size or DEFAULT_BATCH_SIZE,
		default_channel=doc.default_channel or "",
		agent_channel=doc.agent_channel or "",
		api_channel=doc.api_channel or "",
	)
