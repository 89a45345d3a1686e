"""What policies ask for and a log cannot tell: refused, for it would quietly never hold or never fire."""

from __future__ import annotations

from cs_center.domain.escalation_policy import Trigger
from cs_center.domain.ledger import EventKind
from cs_center.domain.policy import facts_used

from .errors import UnusableInputError
from .log_mapping import LogMapping
from .policies_file import PolicyPack

TOLD_BY = {
	Trigger.SEVERITY: (EventKind.SEVERITY_CHANGED, "no fact 'severity'"),
	Trigger.LOW_SATISFACTION: (EventKind.RATED, "no column 'rating'"),
	Trigger.REOPENED: (EventKind.REOPENED, "no event 'Reopened'"),
	Trigger.CONTACTS: (EventKind.CUSTOMER_REPLIED, "no event 'Customer Replied'"),
}
"""Trigger -> the kind of event that it waits for, and what a mapping lacks that never gives one."""


def refuse_what_the_log_cannot_tell(pack: PolicyPack, mapping: LogMapping) -> None:
	"""UnusableInputError for a condition on an unknown fact and for a step that waits for what never happens."""
	_refuse_unknown_facts(pack, mapping)
	for trigger, place in pack.escalation.first_use.items() if pack.escalation else ():
		kind, lack = TOLD_BY.get(trigger, (EventKind.OPENED, ""))
		if lack and kind not in mapping.kinds:
			raise UnusableInputError(
				pack.source,
				place,
				f"the trigger {trigger.value!r} can never fire: {mapping.source} names {lack}. "
				"Name it there, or leave the step out.",
			)


def _refuse_unknown_facts(pack: PolicyPack, mapping: LogMapping) -> None:
	of_services = facts_used(pack.policies)
	for fact in pack.facts:
		if fact not in mapping.known_facts:
			known = ", ".join(mapping.known_facts) or "none"
			raise UnusableInputError(
				pack.source,
				"policies" if fact in of_services else "escalation_policies",
				f"a condition asks for {fact!r}, which {mapping.source} does not give. It gives: {known}.",
			)
