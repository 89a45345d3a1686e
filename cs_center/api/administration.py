"""What an administrator starts from CS Center Settings and from a policy."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import frappe
from frappe import _

from cs_center.api.permissions import require_manager
from cs_center.services.service_levels import adoption_run, importing, moving
from cs_center.services.service_levels.adoption_differences import adoption_differences as list_differences
from cs_center.services.service_levels.explain_messages import reason_text


@frappe.whitelist(methods=["POST"])
def adopt_open_tickets() -> str:
	"""Start adopting open tickets in the background; progress stands in CS Center Settings."""
	require_manager()
	adoption_run.start()
	return _("Adoption has started. Its progress is shown in CS Center Settings.")


@frappe.whitelist(methods=["POST"])
def rebuild_clocks() -> str:
	"""Start computing every clock anew from its ledger in the background."""
	require_manager()
	frappe.enqueue(
		"cs_center.tasks.rebuild_all_clocks",
		queue="long",
		timeout=3 * 3600,
		job_id="cs_center_rebuild",
		deduplicate=True,
	)
	return _("All clocks are being computed again from the ledger.")


@frappe.whitelist(methods=["POST"])
def import_service_levels() -> dict[str, Any]:
	"""Import Helpdesk SLAs that have no policy yet; returns ``imported``, ``present``, ``refused``, ``notes`` by SLA."""
	require_manager()
	return asdict(importing.import_helpdesk_service_levels())


@frappe.whitelist(methods=["POST"])
def move_open_tickets(policy: str) -> str:
	"""Start moving open tickets that match a policy in force to it, in the background."""
	require_manager()
	return _move("CS Service Policy", policy, moving.SERVICE)


@frappe.whitelist(methods=["POST"])
def move_open_tickets_to_escalation(policy: str) -> str:
	"""Start moving open tickets that match an escalation policy in force to it; what fell due before is not sent."""
	require_manager()
	return _move("CS Escalation Policy", policy, moving.ESCALATION)


def _move(doctype: str, policy: str, kind: str) -> str:
	document = frappe.get_doc(doctype, policy)
	document.check_permission("read")
	if document.docstatus != 1 or not document.enabled:
		frappe.throw(
			_("{0} is not in force. Submit and enable it, then move tickets to it.").format(
				frappe.bold(policy)
			)
		)
	if document.applies_to == "Complaint":
		frappe.throw(
			_(
				"{0} applies to complaints, so there are no tickets to move to it. Complaints are given it by themselves."
			).format(frappe.bold(policy))
		)
	moving.start(policy, kind)
	return _("Open tickets that match {0} are being moved to it.").format(frappe.bold(policy))


@frappe.whitelist(methods=["GET"])
def adoption_differences() -> list[dict[str, Any]]:
	"""What adoption corrected: ticket, field, before, after, reason; ``label`` and ``reason_text`` in words."""
	require_manager()
	meta = frappe.get_meta("HD Ticket")
	return [
		{**row, "label": _(meta.get_label(row["field"])), "reason_text": reason_text(row["reason"])}
		for row in list_differences()
	]
