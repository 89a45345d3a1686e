"""What the domain refuses about a ladder, in the reader's language and with what to do."""

from frappe import _

from cs_center.domain.escalation_policy import EscalationPolicyError


def explain_policy_error(error: EscalationPolicyError, policy) -> str:
	"""A sentence for the error; ``policy`` is the document whose rows ``error.params`` count from 1."""
	row = error.params.get("row")
	if error.code == "no_steps":
		return _("The policy has no steps yet. Add at least one row.")
	if error.code == "identical_steps":
		return _(
			"Steps, rows {0} and {1} are the same. Remove one, or change whom one of them tells."
		).format(error.params["first"], row)
	if error.code == "idle_step":
		return _(
			"Steps, row {0} tells nobody and does nothing. Choose whom it tells, a group chat or an action."
		).format(row)
	if error.code == "unreachable_step":
		return _explain_unreachable(policy.steps[row - 1])
	sentence = _explain_fault(error.params.get("fault"))
	return sentence.format(row) if sentence else str(error)


def _explain_unreachable(row) -> str:
	if row.metric:
		return _(
			"Steps, row {0} can never fire: the ladder of {1} has no step of a lower level that could be acknowledged. Add one, or choose a higher level or another trigger."
		).format(row.idx, _(row.metric))
	return _(
		"Steps, row {0} can never fire: without a metric it continues the ladder of the ticket as a whole, which has no step of a lower level. Choose the metric that it continues, a higher level or another trigger."
	).format(row.idx)


def _explain_fault(fault: str | None) -> str | None:
	"""The sentence for a code of ``escalation_policy.FAULTS``, with {0} for the row."""
	return {
		"bad_level": _("Steps, row {0}: the level must be 0 (a reminder) to 9. Enter one of them."),
		"needs_metric": _(
			"Steps, row {0}: the trigger watches a deadline. Choose the metric whose deadline it is."
		),
		"takes_no_metric": _("Steps, row {0}: the trigger watches the ticket as a whole. Clear the metric."),
		"needs_time": _("Steps, row {0}: the trigger needs a time. Enter it in minutes or hours."),
		"bad_share": _("Steps, row {0}: the share of the target must be 1 to 1000 percent. Enter it."),
		"needs_severity": _("Steps, row {0}: the trigger needs a severity. Choose one."),
		"bad_reopenings": _("Steps, row {0}: the number of reopenings must be 1 or more. Enter it."),
		"bad_contacts": _(
			"Steps, row {0}: the number of contacts must be 2 or more, for the first one opens the ticket. Enter it."
		),
		"bad_rating": _("Steps, row {0}: the trigger needs a number of stars. Choose 1 to 5."),
		"needs_role": _("Steps, row {0} tells a role. Choose which one."),
		"needs_user": _("Steps, row {0} tells a user. Choose which one."),
		"bad_supervisor_level": _(
			"Steps, row {0}: the supervisor level must be 1 (the direct supervisor) to 9. Enter one of them."
		),
		"bad_complaint_severity": _(
			"Steps, row {0}: a complaint needs one of the known severities. Choose it."
		),
		"assigns_to_nobody": _(
			"Steps, row {0} assigns the ticket to who is told, but tells nobody. Choose whom to tell, or clear the assignment."
		),
	}.get(fault)
