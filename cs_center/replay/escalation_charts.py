"""Charts on escalation: levels, mails a day, and who is told most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from matplotlib.axes import Axes

from .charts import CHART_HEIGHT, INK, ROW_HEIGHT, SERIES, drawn, finish
from .report_words import Words

TOP_PERSONS = 15
"""More would make a wall of bars; the table below names everybody."""

DAY_LABELS = 12
LEVEL_COLOURS = ("#b9c4c9", *SERIES)
"""A reminder (level 0) is pale: it is no escalation yet."""


def escalation_charts(escalations: Mapping[str, Any], words: Words) -> dict[str, str]:
	"""The charts by name; "" for one that has nothing to show."""
	levels = list(escalations["by_level"])
	return {
		"levels": levels_chart(escalations["by_metric"], levels, words, "levels") if levels else "",
		"days": days_chart(escalations["mails_by_day"], words, "mail-days")
		if escalations["mails_by_day"]
		else "",
		"persons": persons_chart(escalations["people"], levels, words, "persons")
		if escalations["people"]
		else "",
	}


def levels_chart(
	ladders: Mapping[str, Mapping[str, int]], levels: Sequence[str], words: Words, name: str
) -> str:
	"""Escalations by level, stacked by the ladder they stand on."""

	def draw(axes: Axes) -> None:
		below = [0] * len(levels)
		for index, (ladder, found) in enumerate(ladders.items()):
			heights = [found.get(level, 0) for level in levels]
			axes.bar(
				range(len(levels)),
				heights,
				bottom=below,
				width=0.7,
				color=SERIES[index % len(SERIES)],
				label=words[ladder],
			)
			below = [low + high for low, high in zip(below, heights, strict=True)]
		axes.set_xticks(range(len(levels)), [level_name(level, words) for level in levels])
		axes.set_ylabel(words["escalations"])
		finish(axes)

	return drawn(draw, name, CHART_HEIGHT + 0.2)


def level_name(level: str, words: Words) -> str:
	"""Level 0 reminds, the others escalate."""
	return words["reminder"] if level == "0" else words["level_n"].format(level)


def days_chart(mails: Mapping[str, int], words: Words, name: str) -> str:
	"""Mails on each day from the first to the last."""
	first, last = (date.fromisoformat(day) for day in (min(mails), max(mails)))
	days = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]

	def draw(axes: Axes) -> None:
		axes.bar(range(len(days)), [mails.get(day, 0) for day in days], width=1, color=SERIES[0])
		step = max(1, -(-len(days) // DAY_LABELS))
		axes.set_xticks(range(0, len(days), step), days[::step], rotation=45, ha="right")
		axes.set_ylabel(words["mails"])
		finish(axes, has_legend=False)

	return drawn(draw, name, CHART_HEIGHT + 0.2)


def persons_chart(people: Mapping[str, Any], levels: Sequence[str], words: Words, name: str) -> str:
	"""Those who are told most, on top, by level."""
	shown = list(people)[:TOP_PERSONS]

	def draw(axes: Axes) -> None:
		left = [0] * len(shown)
		for index, level in enumerate(levels):
			widths = [people[person]["by_level"].get(level, 0) for person in shown]
			axes.barh(
				range(len(shown)),
				widths,
				left=left,
				height=0.66,
				color=LEVEL_COLOURS[index % len(LEVEL_COLOURS)],
				label=level_name(level, words),
			)
			left = [low + high for low, high in zip(left, widths, strict=True)]
		for place, total in enumerate(left):
			axes.text(total, place, f" {total:,}", va="center", color=INK, fontsize=8)
		axes.set_yticks(range(len(shown)), [person.replace("$", r"\$") for person in shown])
		axes.invert_yaxis()
		finish(axes, has_legend=True, counts="x")
		axes.tick_params(axis="y", length=0)

	return drawn(draw, name, max(1.6, ROW_HEIGHT * len(shown) + 0.8))
