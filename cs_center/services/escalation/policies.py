"""Escalation policies: from documents to the domain's values, remembered for as long as they do not change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import frappe
from frappe.utils import cint, flt

from cs_center.domain.escalation_policy import Actions, Audience, EscalationPolicy, Step, Trigger, Who
from cs_center.domain.policy import Amount, Condition, Metric, Operator, Unit
from cs_center.services.service_levels.definitions import (
	FOR_TICKETS,
	Definitions,
	code,
	in_force,
	is_there,
	load_if_usable,
)
from cs_center.services.service_levels.memory import recall, remember

POLICY = "CS Escalation Policy"
LISTED = "cs_center_escalation_policies"

_THRESHOLD_FIELDS = {
	Trigger.SHARE_OF_TARGET: "percent",
	Trigger.REOPENED: "count",
	Trigger.CONTACTS: "count",
	Trigger.LOW_SATISFACTION: "rating",
}


def active_escalation_policies(applies_to: str = FOR_TICKETS) -> list[EscalationPolicy]:
	"""Submitted and enabled policies for tickets (or complaints) in the order in which they are tried."""
	return recall(LISTED, applies_to, lambda subject: in_force(POLICY, load_escalation_policy, subject))


def load_escalation_policy(name: str) -> EscalationPolicy:
	"""One version, submitted or not; raises an EscalationPolicyError when it cannot be used."""
	return recall(POLICY, name, _load)


def _load(name: str) -> EscalationPolicy:
	policy = remember(POLICY, name, "", policy_of)
	return policy if _is_in_force(name) else replace(policy, is_active=False)


def _is_in_force(name: str) -> bool:
	"""Switched on, and not cancelled; a version that the next one replaced goes on for the tickets that hold it."""
	doc = frappe.get_cached_doc(POLICY, name)
	if not doc.enabled:
		return False
	return doc.docstatus == 1 or bool(
		frappe.db.exists(
			POLICY, {"family": doc.family or name, "version": [">", doc.version], "docstatus": 1}
		)
	)


def escalation_policies_by_name() -> Mapping[str, EscalationPolicy]:
	"""Every version by name, loaded when asked for; one that cannot be used is as good as none."""
	return Definitions(load_escalation_policy, _is_usable)


def _is_usable(name: str) -> bool:
	return is_there(POLICY, name) and load_if_usable(POLICY, name, load_escalation_policy) is not None


def policy_of(doc: Any) -> EscalationPolicy:
	"""The domain's policy of a CS Escalation Policy document."""
	return EscalationPolicy(
		name=doc.name or "",
		title=doc.title or "",
		order=doc.priority_number or 0,
		calendar=doc.calendar or "",
		steps=tuple(_step(row) for row in doc.steps),
		conditions=tuple(
			Condition(row.fact, Operator(code(row.operator)), row.value or "") for row in doc.conditions
		),
		version=doc.version or 1,
		family=doc.get("family") or doc.name or "",
		fallback=_fallback(doc),
	)


def _fallback(doc: Any) -> Audience:
	if doc.get("fallback_user"):
		return Audience(Who.USER, name=doc.fallback_user)
	return Audience(Who.ROLE, name=doc.fallback_role) if doc.get("fallback_role") else Audience()


def _step(row: Any) -> Step:
	trigger = Trigger(code(row.trigger or ""))
	return Step(
		key=row.step_key or f"row {row.idx}",
		level=cint(row.level),
		trigger=trigger,
		metric=Metric(code(row.metric)) if row.metric else None,
		threshold=flt(row.get(_THRESHOLD_FIELDS[trigger])) if trigger in _THRESHOLD_FIELDS else 0,
		amount=Amount(flt(row.amount), Unit(code(row.unit))) if row.unit and flt(row.amount) > 0 else None,
		severity=row.severity or "",
		audience=_audience(row),
		in_app=bool(row.in_app),
		email=bool(row.email),
		channel=row.channel or "",
		urgent=bool(row.urgent),
		actions=_actions(row),
	)


def _audience(row: Any) -> Audience:
	who = Who(code(row.tell or ""))
	name = {Who.ROLE: row.role, Who.USER: row.user}.get(who) or ""
	return Audience(who, cint(row.supervisor_level) or 1, name)


def _actions(row: Any) -> Actions:
	return Actions(
		team=row.reassign_team or "",
		assigns_to_told=bool(row.assign_to_told),
		priority=row.raise_priority_to or "",
		complaint_severity=row.complaint_severity or "",
		raises_incident=bool(row.raise_incident),
	)
