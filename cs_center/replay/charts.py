"""Charts as SVG text: the same figures give the same bytes (fixed ids, no date), text stays text."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .report_words import Words

MET_COLOUR, BREACHED_COLOUR, INK, GRID = "#2f7d6d", "#c2452d", "#333333", "#dddddd"
SERIES = ("#2f6f9f", "#d9962e", "#6a4c93", "#4f9d8f", "#b56576", "#8a8a8a", "#7a8b3c")
WIDTH, ROW_HEIGHT, CHART_HEIGHT = 8.2, 0.42, 2.6
"""Inches; the page scales the drawing to its column."""

LABEL_ROOM = 1.0
LABEL_LINES = (1.02, 1.10)
"""Room in classes that the label of a target needs; heights of the two lines of such labels."""

STYLE = {
	"svg.fonttype": "none",
	"svg.hashsalt": "cs-center",
	"font.family": "sans-serif",
	"font.size": 9,
	"axes.edgecolor": GRID,
	"axes.labelcolor": INK,
	"text.color": INK,
	"xtick.color": INK,
	"ytick.color": INK,
	"axes.spines.top": False,
	"axes.spines.right": False,
	"axes.axisbelow": True,
	"grid.color": GRID,
	"grid.linewidth": 0.6,
}
MONTH_LABELS = 24
"""More months than this get a label only each quarter, or each year from four times as many on."""


def attainment_chart(rows: Sequence[tuple[str, float, int]], name: str) -> str:
	"""Bars of (label, attainment 0 to 1, n of decided clocks), the first row on top."""

	def draw(axes: Axes) -> None:
		labels = [f"{label}  (n = {n})" for label, _, n in rows]
		places = range(len(rows))
		axes.barh(places, [1] * len(rows), color="#f3e1dc", height=0.62)
		axes.barh(places, [share for _, share, _ in rows], color=MET_COLOUR, height=0.62)
		for place, (_, share, _) in zip(places, rows, strict=True):
			axes.text(1.01, place, f"{share:.1%}", va="center", ha="left")
		axes.set_yticks(places, labels)
		axes.set_xlim(0, 1)
		axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
		axes.invert_yaxis()
		axes.tick_params(length=0)

	return drawn(draw, name, max(1.2, ROW_HEIGHT * len(rows) + 0.6))


def elapsed_chart(
	classes: Mapping[str, Sequence[int]],
	labels: Sequence[str],
	targets: Sequence[tuple[float, str]],
	words: Words,
	name: str,
) -> str:
	"""Met and breached clocks by class of elapsed time. ``targets``: (place on the axis in classes, label)."""

	def draw(axes: Axes) -> None:
		places = range(len(labels))
		axes.bar(places, classes["met"], color=MET_COLOUR, width=0.8, label=words["met"])
		axes.bar(
			places,
			classes["breached"],
			bottom=classes["met"],
			color=BREACHED_COLOUR,
			width=0.8,
			label=words["breached"],
		)
		for (place, label), height in zip(targets, _label_heights(targets), strict=True):
			axes.axvline(place, color=INK, linewidth=1, linestyle=(0, (4, 3)))
			axes.text(place, height, label, transform=axes.get_xaxis_transform(), ha="center", fontsize=8)
		axes.set_xticks(places, labels, rotation=45, ha="right")
		axes.set_ylabel(words["clocks"])
		finish(axes)

	return drawn(draw, name, CHART_HEIGHT + 0.4)


def months_chart(
	months: Mapping[str, Mapping[str, int]], metrics: Sequence[str], words: Words, name: str
) -> str:
	"""Breaches stacked by metric over months."""

	def draw(axes: Axes) -> None:
		places = list(range(len(months)))
		below = [0] * len(months)
		for index, metric in enumerate(metrics):
			heights = [row.get(metric, 0) for row in months.values()]
			axes.bar(
				places,
				heights,
				bottom=below,
				color=SERIES[index % len(SERIES)],
				width=0.85,
				label=words[metric],
			)
			below = [low + high for low, high in zip(below, heights, strict=True)]
		step = 1 if len(months) <= MONTH_LABELS else 3 if len(months) <= 4 * MONTH_LABELS else 12
		axes.set_xticks(places[::step], list(months)[::step], rotation=45, ha="right")
		axes.set_ylabel(words["breaches"])
		finish(axes)

	return drawn(draw, name, CHART_HEIGHT + 0.2)


def policies_chart(
	rows: Sequence[tuple[str, Sequence[float | None]]], metrics: Sequence[str], words: Words, name: str
) -> str:
	"""Attainment of each metric side by side for each policy; None: the policy does not promise it."""

	def draw(axes: Axes) -> None:
		width = 0.8 / max(1, len(metrics))
		for index, metric in enumerate(metrics):
			shares = [values[index] for _, values in rows]
			places = [place + (index - (len(metrics) - 1) / 2) * width for place in range(len(rows))]
			heights = [100 * (share or 0) for share in shares]
			axes.bar(
				places, heights, width=width * 0.92, color=SERIES[index % len(SERIES)], label=words[metric]
			)
		axes.set_xticks(range(len(rows)), [label for label, _ in rows])
		axes.set_ylim(0, 100)
		axes.set_ylabel(f"{words['attainment']} (%)")
		finish(axes)

	return drawn(draw, name, CHART_HEIGHT + 0.2)


def finish(axes: Axes, has_legend: bool = True, counts: Literal["x", "y"] = "y") -> None:
	"""Whole numbers on the axis that counts, and the legend beside the drawing, never on it."""
	axis = axes.yaxis if counts == "y" else axes.xaxis
	axis.set_major_locator(MaxNLocator(integer=True, nbins=6))
	axes.grid(axis=counts)
	if has_legend:
		axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))


def _label_heights(targets: Sequence[tuple[float, str]]) -> list[float]:
	"""Labels that stand close to the one before go one line up; heights in parts of the axis."""
	heights: list[float] = []
	for index, (place, _) in enumerate(targets):
		is_close = index > 0 and place - targets[index - 1][0] < LABEL_ROOM
		heights.append(LABEL_LINES[1] if is_close and heights[-1] == LABEL_LINES[0] else LABEL_LINES[0])
	return heights


def drawn(draw: Callable[[Axes], None], name: str, height: float) -> str:
	"""The chart that ``draw`` makes, ready for the inside of a page; ``name`` keeps its ids apart from others'."""
	with _quiet_style():
		figure = Figure(figsize=(WIDTH, height), layout="constrained")
		draw(figure.add_subplot())
		text = StringIO()
		figure.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
	return inline_svg(text.getvalue(), name)


@contextmanager
def _quiet_style() -> Iterator[None]:
	"""Our style; no warning that matplotlib's own font lacks Chinese: the reader's browser sets the text."""
	with rc_context(STYLE), warnings.catch_warnings():
		warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
		yield


_DROPPED = re.compile(
	r'<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->| xmlns(?::xlink)?="[^"]*"', re.DOTALL
)
_IDENTITY = re.compile(r'(\bid="|url\(#|href="#)')


def inline_svg(svg: str, name: str) -> str:
	"""An SVG file made fit for the inside of a page: no header, no foreign addresses, ids of its own."""
	bare = _IDENTITY.sub(lambda found: f"{found[1]}{name}-", _DROPPED.sub("", svg)).replace(
		"xlink:href", "href"
	)
	lines = [line.rstrip() for line in bare.splitlines()]
	return "\n".join(line for line in lines if line)
