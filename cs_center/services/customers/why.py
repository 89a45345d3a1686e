"""Why has a customer this tier? The present sums against every tier's thresholds, in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate

from cs_center.domain.tier_values import Sums, Tier
from cs_center.domain.tiers import Decision

from . import purchase_source
from .deciding import PROFILE, READ, Evaluation, present_evaluation
from .purchases import tier_currency

SHOWN = (*READ, "override_reason", "dedicated_agent")


class Situation(NamedTuple):
	"""A customer as asked about now: the profile's row, the sums by length of window, and what would be decided."""

	row: Mapping[str, Any]
	evaluation: Evaluation
	sums: Mapping[int, Sums]
	decision: Decision


def situation_of(customer: str) -> Situation:
	"""Reads the profile and the customer's sums as they are; changes nothing."""
	row = frappe.db.get_value(PROFILE, {"customer": customer}, list(SHOWN), as_dict=True)
	evaluation = present_evaluation()
	figures = purchase_source.sums_of(row["customer"], evaluation.starts, evaluation.as_of)
	return Situation(row, evaluation, evaluation.sums_of(figures), evaluation.decide(row, figures).decision)


def why(situation: Situation) -> dict[str, Any]:
	"""Keys: sentence, rows (tier, label, needs, asked, met; lowest tier first), grace, override (sentences or "")."""
	return {
		"sentence": _sentence(situation),
		"rows": [_row(situation, tier) for tier in situation.evaluation.ladder.tiers[1:]],
		"grace": _grace(situation),
		"override": _override(situation),
	}


def _row(situation: Situation, tier: Tier) -> dict[str, Any]:
	spend, orders = situation.sums[tier.months]
	asked = []
	if tier.spend is not None:
		asked.append(_asked("spend", float(spend), float(tier.spend)))
	if tier.orders is not None:
		asked.append(_asked("orders", orders, tier.orders))
	return {
		"tier": tier.name,
		"label": _(tier.name),
		"months": tier.months,
		"needs": _("both are needed") if tier.needs_both else _("either is enough"),
		"asked": asked,
		"met": tier.is_met(situation.sums),
	}


def _asked(what: str, has: float, wanted: float) -> dict[str, Any]:
	return {"what": what, "has": has, "wanted": wanted, "met": has >= wanted}


def _sentence(situation: Situation) -> str:
	decision, ladder = situation.decision, situation.evaluation.ladder
	if decision.tier != situation.row["tier"]:
		return _("The figures changed since the last evaluation: the next one gives the tier {0}.").format(
			_(decision.tier)
		)
	place = ladder.position(decision.earned) or 0
	if place == 0:
		return _("{0} is everybody's tier: no other one's thresholds are reached.").format(_(decision.earned))
	tier = ladder.tiers[place]
	spend, orders = situation.sums[tier.months]
	bought = _("{0} in {1} orders within {2} months").format(_money(spend), orders, tier.months)
	if tier.is_met(situation.sums):
		return _("{0} reach the tier {1}.").format(bought, _(tier.name))
	if decision.below_since is None:
		return _("{0} keep the tier {1}: {2} % of its thresholds are enough for that.").format(
			bought, _(tier.name), ladder.rules.keep_percent
		)
	return _("{0} are too little for the tier {1}, which still holds.").format(bought, _(tier.name))


def _grace(situation: Situation) -> str:
	decision = situation.decision
	if decision.falls_on is None:
		return ""
	return _("Below what keeps the tier {0} since {1}. Unless that changes, it is lost on {2}.").format(
		_(decision.earned), formatdate(decision.below_since), formatdate(decision.falls_on)
	)


def _override(situation: Situation) -> str:
	row = situation.row
	if not row["override_tier"] or not row["override_until"]:
		return ""
	today, begins, ends = situation.evaluation.as_of, row["override_from"], row["override_until"]
	if ends < today:
		return ""
	who = frappe.utils.get_fullname(row["override_by"]) if row["override_by"] else _("somebody")
	if begins and begins > today:
		text = _("{0} gave the tier {1} from {2} to {3}: {4}")
		return text.format(
			who, _(row["override_tier"]), formatdate(begins), formatdate(ends), row["override_reason"]
		)
	text = _("{0} gave the tier {1} until {2}: {3}. The figures alone earn {4}.")
	reason = (row["override_reason"] or "").rstrip(".。 ")
	return text.format(who, _(row["override_tier"]), formatdate(ends), reason, _(situation.decision.earned))


def _money(amount: Any) -> str:
	return fmt_money(float(amount), currency=tier_currency())
