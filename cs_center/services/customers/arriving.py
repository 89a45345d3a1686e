"""A ticket gets what its customer is entitled to: tier, dedicated agent, a more urgent priority, and who takes it.

Runs after Helpdesk has found contact and customer and before our policies are chosen, so that these see the tier on
the ticket's very first save.
"""

from __future__ import annotations

from typing import Any

import frappe

from cs_center.integrations import helpdesk
from cs_center.services.service_levels.tier_events import DETAIL_FLAG, FIELD, last_tier_detail

from . import routing
from .deciding import PROFILE
from .ladder import rank_of, tier_named

DEDICATED = "cs_dedicated_agent"


def arrive(doc: Any) -> None:
	"""Before a ticket is stored: when it is new, and when it gets another customer."""
	before = doc.get_doc_before_save()
	if before is not None and (doc.get("customer") or "") == (before.customer or ""):
		_put_back_what_is_stale(doc, before)
		return
	profile = _profile_of(doc.get("customer"))
	_take_tier(doc, before, profile)
	_take_agent(doc, before, profile)
	tier = tier_named(doc.get(FIELD))
	detail: dict[str, Any] = {}
	if before is None and (tier is not None or doc.get(DEDICATED)):
		detail.update(routing.choose(doc, tier))
	if tier is not None:
		detail.update(_raise_priority(doc, before, tier))
	if detail.get("team"):
		doc.agent_group = detail["team"]
	doc.flags[DETAIL_FLAG] = detail


def _put_back_what_is_stale(doc: Any, before: Any) -> None:
	"""A form that was opened before its customer went up sends the former tier back. A ticket's tier is never lowered."""
	if not _changed(doc, before, FIELD) or rank_of(doc.get(FIELD)) >= rank_of(before.get(FIELD)):
		return
	doc.set(FIELD, before.get(FIELD))
	if not doc.get(DEDICATED):
		doc.set(DEDICATED, before.get(DEDICATED))
	raised = last_tier_detail(doc.name)
	if (doc.priority, before.priority) == (raised.get("priority_from"), raised.get("priority_to")):
		doc.priority = before.priority


def _profile_of(customer: str | None) -> Any:
	fields = ["tier", "dedicated_agent"]
	found = customer and frappe.db.get_value(PROFILE, {"customer": customer}, fields, as_dict=True)
	return found or frappe._dict(tier=None, dedicated_agent=None)


def _take_tier(doc: Any, before: Any, profile: Any) -> None:
	"""The customer's tier, unless whoever saves has said another one (customers cannot: that was put back before)."""
	said = doc.get(FIELD) if before is None else _changed(doc, before, FIELD)
	if not said:
		doc.set(FIELD, profile.tier if tier_named(profile.tier) is not None else None)


def _take_agent(doc: Any, before: Any, profile: Any) -> None:
	said = doc.get(DEDICATED) if before is None else _changed(doc, before, DEDICATED)
	if said:
		return
	tier = tier_named(doc.get(FIELD))
	agent = profile.dedicated_agent or (tier.dedicated_agent if tier is not None else None)
	# A link to somebody who is gone would refuse the customer's ticket.
	doc.set(DEDICATED, agent if agent and frappe.db.exists("User", agent) else None)


def _raise_priority(doc: Any, before: Any, tier: Any) -> dict[str, Any]:
	"""By the steps of the tier, less those that an earlier tier of the ticket gave. Says from what to what."""
	earlier = tier_named(before.get(FIELD)) if before is not None else None
	steps = (tier.priority_uplift or 0) - ((earlier.priority_uplift or 0) if earlier is not None else 0)
	if steps <= 0 or (before is not None and _changed(doc, before, "priority")):
		return {}
	present = doc.get("priority")
	raised = helpdesk.raised_priority(present, steps)
	if raised == present:
		return {}
	doc.priority = raised
	helpdesk.apply_own_targets(doc)  # Helpdesk chose by the former priority; a policy of ours writes over it
	return {"priority_from": present, "priority_to": raised}


def _changed(doc: Any, before: Any, field: str) -> bool:
	return (doc.get(field) or "") != (before.get(field) or "")
