"""A change of tier in words: what the sums were, what was asked, and what decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.utils import fmt_money, formatdate

from cs_center.domain.tiers import Reason

from .purchases import tier_currency

Row = Mapping[str, Any]


def change_text(row: Row) -> str:
	"""Sentences in the caller's language for a row of CS Tier Change: its fields, and ``full_name`` of its actor."""
	known = _SENTENCES.get(row["reason"])
	return known(row) if known else _("The tier changed.")


def _reached(row: Row) -> str:
	trial = _trial(row, row["to_tier"])
	sentence = _("{0} reach the tier {1}.").format(_sums(row, trial), _(row["to_tier"]))
	return f"{sentence} {_asked(row, trial)}" if trial else sentence


def _below(row: Row) -> str:
	trial = _trial(row, row["from_tier"])
	words = _("{0} do not keep the tier {1}, and the days of grace are over.")
	sentence = words.format(_sums(row, trial), _(row["from_tier"]))
	if not trial:
		return sentence
	kept = _("{0} % of that keep it.").format(trial["keep_percent"])
	return f"{sentence} {_asked(row, trial)} {kept}"


def _override_set(row: Row) -> str:
	who = row.get("full_name") or row.get("actor")
	given = _("Given by {0}.").format(who) if who else _("Given by hand.")
	return f"{given} {_earned(row)}"


def _override_ended(row: Row) -> str:
	return _("The tier that was given by hand has ended. {0}").format(_earned(row))


def _tiers_changed(row: Row) -> str:
	return _("The tiers or their thresholds were changed. {0}").format(_earned(row))


def _earned(row: Row) -> str:
	"""What the figures alone give."""
	earned = row.get("earned_tier") or row["to_tier"]
	return _("{0} alone earn the tier {1}.").format(_sums(row, _trial(row, earned)), _(earned))


def _trial(row: Row, tier: str) -> Row | None:
	"""The tier's thresholds against its sums, as the change keeps them; None for the base tier and older rows."""
	trials = json.loads(row.get("explanation") or "[]")
	return next((trial for trial in trials if trial["tier"] == tier), None)


def _sums(row: Row, trial: Row | None) -> str:
	"""The sums of the tier's own window, else those that the row shows."""
	spend, orders = (trial["spend"], trial["orders"]) if trial else (row.get("spend"), row.get("orders"))
	if trial or not row.get("window_from"):
		return _("{0} in {1} orders").format(_money(row, spend), orders or 0)
	return _("{0} in {1} orders from {2} to {3}").format(
		_money(row, spend), orders or 0, formatdate(row["window_from"]), formatdate(row["window_to"])
	)


def _asked(row: Row, trial: Row) -> str:
	"""What the tier asked for on that day."""
	months, orders = trial["months"], trial["asked_orders"]
	spend = _money(row, trial["asked_spend"]) if trial["asked_spend"] else ""
	if spend and orders and trial["needs_both"]:
		return _("It asks for {0} and {1} orders within {2} months.").format(spend, orders, months)
	if spend and orders:
		return _("It asks for {0} or {1} orders within {2} months.").format(spend, orders, months)
	if spend:
		return _("It asks for {0} within {1} months.").format(spend, months)
	return _("It asks for {0} orders within {1} months.").format(orders, months)


def _money(row: Row, amount: Any) -> str:
	return fmt_money(Decimal(str(amount or 0)), currency=row.get("currency") or tier_currency())


_SENTENCES: dict[str, Callable[[Row], str]] = {
	Reason.THRESHOLDS_REACHED.value: _reached,
	Reason.BELOW_THRESHOLDS.value: _below,
	Reason.OVERRIDE_SET.value: _override_set,
	Reason.OVERRIDE_ENDED.value: _override_ended,
	Reason.TIERS_CHANGED.value: _tiers_changed,
}
