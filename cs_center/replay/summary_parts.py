"""What both parts of the summary write the same way: quantiles, conditions, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cs_center.domain.policy import Condition

from .clock_lines import plain_number

QUANTILE_METHOD = "linear interpolation between ranks (type 7)"


def quantile(values: Sequence[float], p: float) -> float | None:
	"""The p-quantile of sorted values by type 7, rounded to the millisecond; None of nothing."""
	if not values:
		return None
	rank = (len(values) - 1) * p
	low = int(rank)
	high = min(low + 1, len(values) - 1)
	found = round(values[low] + (values[high] - values[low]) * (rank - low), 3)
	return int(found) if found == int(found) else found


def condition_rows(conditions: Iterable[Condition]) -> list[dict[str, str]]:
	"""Conditions as they stand in the policies file."""
	return [{"fact": row.fact, "operator": row.operator.value, "value": row.value} for row in conditions]


def plain_value(value: float) -> float:
	"""8.0 is 8."""
	text = plain_number(value)
	return float(text) if "." in text else int(text)
