"""Sentences about complaints: what is missing, what happened, which path a severity takes. Each is written out once."""

from __future__ import annotations

from collections.abc import Iterable

from frappe import _

from cs_center.domain.complaint_gates import Missing
from cs_center.domain.complaints import GENERAL, IMPORTANT, MAJOR
from cs_center.domain.ledger import Event, EventKind
from cs_center.services.service_levels.explain_messages import event_text as ticket_event_text


def missing_text(missing: Missing) -> str:
	"""What has to be done before the move, as one sentence."""
	sentences = {**_about_the_case(), **_about_the_solution(), **_about_the_end()}
	return sentences[missing.code].format(**_shown(missing))


def _shown(missing: Missing) -> dict[str, object]:
	shown = dict(missing.params)
	for name in ("stage", "start", "end", "severity"):
		if shown.get(name):
			shown[name] = _(str(shown[name]), context="CS Complaint")
	if "standing" in shown:
		shown["standing"] = standing_text(str(shown["standing"]))
	if "possible" in shown:
		shown["possible"] = ", ".join(_(stage, context="CS Complaint") for stage in shown["possible"]) or _(
			"nowhere"
		)
	return shown


def standing_text(standing: str) -> str:
	"""Who is meant by a standing's name."""
	return {
		"nobody": _("nobody"),
		"agent": _("an agent"),
		"lead": _("a team lead"),
		"manager": _("a service manager"),
	}[standing]


def _about_the_case() -> dict[str, str]:
	return {
		"already_there": _("The complaint is in the stage {stage} already."),
		"no_such_move": _("A complaint cannot go from {start} to {end}. From here it can go to: {possible}."),
		"category": _("Choose a category."),
		"severity": _("Choose a severity."),
		"handler": _("Name who handles the complaint."),
		"no_investigation": _(
			"The category or the severity asks for an investigation: move it to Investigating first."
		),
	}


def _about_the_solution() -> dict[str, str]:
	return {
		"solution": _("Write the solution that is proposed to the customer."),
		"new_solution": _("The customer refused this solution. Write another one."),
		"cause": _("Add at least one root cause."),
		"evidence": _("Add the evidence: in the field Evidence, with a root cause, or as an attachment."),
		"reported": _("Report the major complaint to the management."),
		"meeting": _("Record the date and the decision of the management meeting."),
		"solution_approved": _(
			"The solution of a complaint of severity {severity} is approved by {standing}."
		),
		"compensation_approved": _(
			"Compensation that is not approved: {count}. Have it approved, or remove it."
		),
		"consent": _("Record that the customer consents."),
		"consent_person": _("Record who consented, and when."),
		"corrective_action": _("Add a corrective action with a responsible department or person."),
		"refused": _("Record that the customer refuses the solution."),
		"refused_or_note": _(
			"Record that the customer refuses the solution, or say in a note why it is withdrawn."
		),
		"recourse_told": _("Record which body the customer was told about, and when."),
		"outside_result": _("Record the result of the outside body."),
	}


def _about_the_end() -> dict[str, str]:
	return {
		"actions_done": _("Actions that are still open: {count}. Finish or cancel them."),
		"corrective_done": _("No corrective action has been done yet."),
		"compensation_carried_out": _(
			"Compensation that is not carried out: {count}. Carry it out, or remove it."
		),
		"compensation_none": _(
			"Compensation was promised and is not carried out: {count}. A rejected complaint promises none."
		),
		"call_back": _(
			"Record the result of the call-back, or failed attempts on {needed} different days (so far {days})."
		),
		"accountability": _("Write down who is accountable and what follows from it."),
		"may_close": _("A complaint of severity {severity} is closed by {standing}."),
		"may_reject": _("This complaint is rejected by {standing}."),
		"may_withdraw": _("The withdrawal of a complaint of severity {severity} is recorded by {standing}."),
		"lead": _("This is decided by {standing}."),
		"second_person": _(
			"A complaint of severity {severity} is closed by somebody else than the one who handled it."
		),
		"rejection_reason": _("Write the reason of the rejection."),
		"note": _("Say in a note why."),
	}


def path_text(severity: str) -> str:
	"""What the severity demands, in one sentence."""
	return {
		GENERAL: _("General: handled within the team, under its team lead."),
		IMPORTANT: _(
			"Important: a service manager approves the solution, the departments concerned take a corrective action."
		),
		MAJOR: _(
			"Major: reported the same day; management meeting, cause analysis, accountability and a corrective action; closed by a service manager who did not handle it."
		),
	}.get(severity, "")


def event_text(event: Event) -> str:
	"""The sentence of one event of a complaint."""
	sentence = _event_sentences().get(event.kind)
	if sentence is None:
		return ticket_event_text(event)
	value = _(event.value, context="CS Complaint") if event.kind in _TRANSLATED else event.value
	text = sentence.format(value or _("none"), event.actor or _("the system"))
	return ". ".join(part.strip().rstrip(".。") for part in (text, *_details(event)) if part.strip())


_TRANSLATED = (
	EventKind.STAGE_CHANGED,
	EventKind.CATEGORY_CHANGED,
	EventKind.CONSENT_RECORDED,
	EventKind.COMPENSATION_DECIDED,
	EventKind.ACTION_CHANGED,
	EventKind.CALL_ATTEMPTED,
)


def _event_sentences() -> dict[EventKind, str]:
	"""{0} value, {1} actor."""
	return {
		EventKind.RECEIVED: _("Complaint received by {1}"),
		EventKind.STAGE_CHANGED: _("Stage {0} (by {1})"),
		EventKind.CATEGORY_CHANGED: _("Category is now {0} (by {1})"),
		EventKind.SOLUTION_PROPOSED: _("Solution proposed by {1}"),
		EventKind.SOLUTION_APPROVED: _("Solution approved by {1}"),
		EventKind.CONSENT_RECORDED: _("Customer: {0} (recorded by {1})"),
		EventKind.RECOURSE_TOLD: _("The customer was told about {0} (by {1})"),
		EventKind.COMPENSATION_DECIDED: _("Compensation: {0} (by {1})"),
		EventKind.ACTION_CHANGED: _("Action: {0} (by {1})"),
		EventKind.CALL_ATTEMPTED: _("Call-back: {0} (by {1})"),
		EventKind.REPORTED: _("Reported to the management: {0} (by {1})"),
		EventKind.REGULATOR_CLOCKS_SET: _("Deadlines of the regulator {0} (set by {1})"),
		EventKind.REGULATOR_NOTICE: _("Notice of the regulator recorded by {1}"),
		EventKind.CANCELLED: _("Nothing is owed any more"),
		EventKind.RESOLVED: _("The complaint is finished"),
		EventKind.REOPENED: _("The complaint is open again"),
		EventKind.ASSIGNED: _("Handled by {0} (said by {1})"),
		EventKind.UNASSIGNED: _("No longer handled by {0} (said by {1})"),
	}


_TOLD_DETAILS = ("note", "solution", "person", "instruction", "description", "result", "reason")


def _details(event: Event) -> Iterable[str]:
	"""What a person wrote with it; a policy's or an opening's detail is not for reading."""
	if event.kind is EventKind.RECEIVED:
		return
	for name in _TOLD_DETAILS:
		value = event.detail.get(name)
		if isinstance(value, str):
			yield _(value) if name == "result" else value
