"""What a customer's tier did to a ticket, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frappe import _
from frappe.utils import get_fullname

from cs_center.domain.governing import factors_of
from cs_center.domain.ledger import Event


def tier_text(event: Event) -> str:
	"""The tier, the share of the targets that it leaves, what became of the priority, and who was to take the ticket."""
	if not event.value:
		return _("The ticket has no customer tier any more")
	parts = [_("Customer tier: {0}").format(_(event.value)), *_factors(event.detail), *_actions(event.detail)]
	return ". ".join(parts)


def _factors(detail: Mapping[str, Any]) -> list[str]:
	factors = factors_of(detail)
	sentences = (
		(factors.first_reply, _("First reply in {0} % of the policy's time")),
		(factors.resolution, _("Resolution in {0} % of the policy's time")),
	)
	return [sentence.format(f"{factor * 100:g}") for factor, sentence in sentences if factor != 1]


def _actions(detail: Mapping[str, Any]) -> list[str]:
	said = []
	if detail.get("priority_to"):
		said.append(
			_("Priority raised from {0} to {1}").format(
				_(detail["priority_from"] or ""), _(detail["priority_to"])
			)
		)
	if detail.get("agent"):
		said.append(_("Given to the dedicated agent {0}").format(get_fullname(detail["agent"])))
	if detail.get("agent_not"):
		said.append(_obstacle(detail["why_not"]).format(get_fullname(detail["agent_not"])))
	if detail.get("team"):
		said.append(_("Given to the tier's team {0}").format(detail["team"]))
	return said


def _obstacle(why: str) -> str:
	return {
		"away": _("The dedicated agent {0} is away"),
		"off_duty": _("The dedicated agent {0} is off duty"),
		"full": _("The dedicated agent {0} has enough tickets for today"),
	}.get(why, _("The dedicated agent {0} is no active agent"))
