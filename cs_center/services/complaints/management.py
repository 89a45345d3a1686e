"""What managers do with a complaint: they approve the solution of a grave one, and hear of a major one the same day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_url_to_form

from cs_center.domain.complaints import MAJOR, PATHS, Standing
from cs_center.services.escalation.directory import members_of_roles
from cs_center.services.escalation.subjects import COMPLAINT
from cs_center.services.escalation.telling import reading_as
from cs_center.services.notifications.messages import ALARM, E_MAIL, IN_APP
from cs_center.services.notifications.queue import Message, enqueue
from cs_center.services.service_levels.site_time import current_instant, to_stored

from .facts import is_written, plain
from .handling import has_handled
from .people import acting_standing
from .sentences import standing_text
from .settings import read_complaint_settings

LONGEST_LIST = 500


def keep_approval(doc: Any, before: Any) -> None:
	"""An approval is of a text: another text has to be approved again."""
	if before and doc.solution_approved_by and plain(before.solution) != plain(doc.solution):
		doc.solution_approved_by = doc.solution_approved_at = None


def approve_solution(doc: Any) -> None:
	"""Approve the solution of a loaded complaint, which the caller saves."""
	needed = _approved_by(doc)
	if acting_standing() < needed:
		frappe.throw(
			_("The solution of this complaint is approved by {0}.").format(
				standing_text(needed.name.lower())
			),
			frappe.PermissionError,
		)
	if not is_written(doc.solution):
		frappe.throw(_("There is no solution to approve yet. Write it first."))
	if has_handled(doc):
		frappe.throw(_("You handle this complaint. Somebody else has to approve its solution."))
	if doc.solution_approved_by:
		frappe.throw(_("The solution has been approved by {0} already.").format(doc.solution_approved_by))
	doc.solution_approved_by = frappe.session.user
	doc.solution_approved_at = to_stored(current_instant())
	doc.flags.writes = ("solution_approved_by", "solution_approved_at")


def may_approve(doc: Any) -> bool:
	"""Whether the caller could approve the solution now."""
	is_waiting = is_written(doc.solution) and not doc.solution_approved_by
	return is_waiting and acting_standing() >= _approved_by(doc) and not has_handled(doc)


def _approved_by(doc: Any) -> Standing:
	needed = PATHS[doc.severity].solution_approved_by if doc.severity in PATHS else Standing.LEAD
	return max(needed, Standing.LEAD)


def report(doc: Any, people: str) -> None:
	"""Record that a person has reported the complaint to the management; the caller saves."""
	people = (people or "").strip()
	if not people:
		frappe.throw(_("Say to whom the complaint was reported."))
	if doc.reported_at:
		frappe.throw(_("The complaint has been reported already, to {0}.").format(doc.reported_to))
	doc.reported_at, doc.reported_to = to_stored(current_instant()), people[:LONGEST_LIST]
	doc.flags.writes = ("reported_at", "reported_to")


def tell_of_major(doc: Any, before: Any) -> None:
	"""Managers are told at once of a complaint that has become a major one. That is no report: somebody answers for that."""
	if doc.severity != MAJOR or (before and before.severity == MAJOR):
		return
	people = members_of_roles([read_complaint_settings().major_report_role]) or members_of_roles(
		["System Manager"]
	)
	enqueue([one for user in people for one in _messages(doc, user)], current_instant())


def _messages(doc: Any, user: str) -> Sequence[Message]:
	with reading_as(frappe.get_cached_value("User", user, "language") or ""):
		title = _("Major complaint: {0} {1}").format(doc.name, doc.subject)
		lines = [
			_("A complaint of severity Major is to be reported to the management today."),
			_("Category: {0}").format(_(doc.category) if doc.category else _("none")),
			_("Customer: {0}").format(doc.customer or doc.raised_by or _("unknown")),
			_("Handled by: {0}").format(doc.handler or _("nobody")),
		]
	return [
		Message(
			medium=medium,
			channel="",
			recipient=user,
			escalation="",
			reference_doctype=COMPLAINT,
			reference_name=doc.name,
			occasion=ALARM,
			occasion_key=f"major {doc.severity}",
			title=title,
			message="\n".join(lines),
			link=get_url_to_form(COMPLAINT, doc.name),
			urgent=True,
		)
		for medium in (IN_APP, E_MAIL)
	]
