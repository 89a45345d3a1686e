"""What an administrator reads when tiers do not fit together: which ones, what is wrong, what to do."""

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money

from cs_center.domain.tier_values import TierError
from cs_center.services.customers.purchases import tier_currency


def explain_tier_error(error: TierError) -> str:
	"""A translated sentence for the domain's error."""
	explain = _EXPLANATIONS.get(error.code)
	return explain(**error.params) if explain else str(error)


def _no_tiers() -> str:
	return _("There is no other enabled tier, but every customer has one. Enable another one first.")


def _duplicate_rank(first: str, second: str, rank: int) -> str:
	return _("{0} and {1} have the same rank {2}. Give one of them another.").format(
		_named(first), _named(second), rank
	)


def _base_with_thresholds(tier: str) -> str:
	return _(
		"{0} would be the enabled tier of the lowest rank, which all customers have who reach no other: it asks for nothing. Set its thresholds to 0, or see that a tier without thresholds is enabled and ranks below it."
	).format(_named(tier))


def _no_thresholds(tier: str) -> str:
	return _(
		"{0} asks for nothing, so that every customer would have it. Enter a spend or a number of orders."
	).format(_named(tier))


def _threshold_order(lower: str, higher: str, what: str, asked: Any, least: Any) -> str:
	if what == "spend":
		return _(
			"{0} ranks above {1} but asks for less spend ({2}, not {3} or more). Raise the one, or lower the other."
		).format(_named(higher), _named(lower), _money(asked), _money(least))
	return _(
		"{0} ranks above {1} but asks for fewer orders ({2}, not {3} or more). Raise the one, or lower the other."
	).format(_named(higher), _named(lower), asked, least)


def _overlapping(lower: str, higher: str) -> str:
	return _(
		"Whoever reaches {0} reaches {1} too, so that nobody would ever have {0}. Let {1} ask for more, or {0} for less."
	).format(_named(lower), _named(higher))


def _benefit_order(lower: str, higher: str, field: str, given: float, wanted: float) -> str:
	sentence = _BENEFITS[field]()
	return sentence.format(_named(higher), _named(lower), given, wanted)


# Functions, because nothing is translated while a module is read.
_BENEFITS: dict[str, Callable[[], str]] = {
	"reply_factor": lambda: _(
		"{0} ranks above {1} but waits longer for the first reply (factor {2}, not {3} or less). Lower its factor."
	),
	"resolution_factor": lambda: _(
		"{0} ranks above {1} but waits longer for the solution (factor {2}, not {3} or less). Lower its factor."
	),
	"uplift": lambda: _(
		"{0} ranks above {1} but its priority is raised by fewer steps ({2}, not {3} or more). Raise it by more."
	),
}

_EXPLANATIONS: dict[str, Callable[..., str]] = {
	"no_tiers": _no_tiers,
	"duplicate_rank": _duplicate_rank,
	"base_with_thresholds": _base_with_thresholds,
	"no_thresholds": _no_thresholds,
	"threshold_order": _threshold_order,
	"overlapping_tiers": _overlapping,
	"benefit_order": _benefit_order,
}


def _named(tier: str) -> str:
	return frappe.bold(frappe.utils.escape_html(_(tier)))


def _money(amount: Any) -> str:
	return fmt_money(amount, currency=tier_currency() or None)
