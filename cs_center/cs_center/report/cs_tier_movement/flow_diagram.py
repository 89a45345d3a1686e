"""The flows between tiers as a picture: tiers on the left, tiers on the right, a band for each flow as wide as its count.

SVG text of our own making: every name is escaped, a colour is used only where it is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from frappe import _
from frappe.utils import escape_html

from cs_center.services.customers.reporting_movement import Flow, TierRow

WIDTH = 720
LEFT, RIGHT = 190, 530
"""Where the bands begin and end; names stand outside of them."""

BAR = 8
HEIGHT_OF_ALL = 190
"""Of all the bands together on one side; a thin one keeps the width of THINNEST."""

THINNEST = 1.5
GAP = 16
HIGHEST_NAME = 24
"""A tier needs so much room for its name and count, however few moved."""

TOP = 26
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
PLAIN, UP, DOWN = "var(--gray-500, #8d99a6)", "var(--green-500, #29a36a)", "var(--orange-500, #e8853a)"


@dataclass
class Node:
	"""A tier on one side: where its bar begins, how long it is, and how much of it the bands have used up."""

	tier: TierRow
	number: int
	top: float
	length: float
	used: float = 0.0

	def take(self, length: float) -> float:
		"""Where the next band of this length begins."""
		begins = self.top + self.used
		self.used += length
		return begins


def draw(tiers: Sequence[TierRow], flows: Sequence[Flow]) -> str:
	"""``tiers``: highest first, every one that a flow names. "" without any flow."""
	total = sum(flow.number for flow in flows)
	if not total:
		return ""
	scale = HEIGHT_OF_ALL / total
	starts = _nodes(tiers, flows, "start", scale)
	ends = _nodes(tiers, flows, "end", scale)
	order = [tier.name for tier in tiers]
	in_order = sorted(flows, key=lambda flow: (order.index(flow.start), order.index(flow.end)))
	bands = [_band(starts[flow.start], ends[flow.end], flow, scale) for flow in in_order]
	names = [_name(node, LEFT, is_start=True) for node in starts.values()]
	names += [_name(node, RIGHT, is_start=False) for node in ends.values()]
	height = max(node.top + max(node.length, HIGHEST_NAME) for node in (*starts.values(), *ends.values()))
	return _frame(height + 8, [*_heads(), *bands, *names])


def _frame(height: float, parts: list[str]) -> str:
	label = escape_html(_("Flows between tiers"))
	return (
		f'<div class="cs-tier-flows" style="overflow-x:auto"><svg role="img" aria-label="{label}" '
		f'viewBox="0 0 {WIDTH} {height:.0f}" style="display:block;margin:4px auto;width:100%;'
		f'max-width:{WIDTH}px;min-width:520px;font-size:13px">{"".join(parts)}</svg></div>'
	)


def _heads() -> list[str]:
	style = 'fill="var(--text-muted, #7c7c7c)" font-size="12"'
	return [
		f'<text x="{LEFT}" y="12" text-anchor="end" {style}>{escape_html(_("From Tier"))}</text>',
		f'<text x="{RIGHT}" y="12" {style}>{escape_html(_("To Tier"))}</text>',
	]


def _nodes(tiers: Sequence[TierRow], flows: Sequence[Flow], side: str, scale: float) -> dict[str, Node]:
	numbers, lengths = Counter[str](), Counter[str]()
	for flow in flows:
		name = getattr(flow, side)
		numbers[name] += flow.number
		lengths[name] += _width(flow, scale)
	found, top = {}, float(TOP)
	for tier in tiers:
		if numbers[tier.name]:
			found[tier.name] = Node(tier, numbers[tier.name], top, lengths[tier.name])
			top += max(lengths[tier.name], HIGHEST_NAME) + GAP
	return found


def _width(flow: Flow, scale: float) -> float:
	return max(flow.number * scale, THINNEST)


def _band(start: Node, end: Node, flow: Flow, scale: float) -> str:
	"""A band between two bars; a click on it asks for its changes."""
	width = _width(flow, scale)
	begins, arrives = start.take(width), end.take(width)
	middle = (LEFT + RIGHT) / 2
	path = (
		f"M{LEFT + BAR},{begins:.1f} C{middle:.0f},{begins:.1f} {middle:.0f},{arrives:.1f} {RIGHT - BAR},{arrives:.1f} "
		f"V{arrives + width:.1f} C{middle:.0f},{arrives + width:.1f} {middle:.0f},{begins + width:.1f} "
		f"{LEFT + BAR},{begins + width:.1f} Z"
	)
	title = _("{0} to {1}: {2}").format(start.tier.label, end.tier.label, flow.number)
	return (
		f'<path d="{path}" style="fill:{UP if flow.is_upgrade else DOWN};fill-opacity:.45;cursor:pointer" '
		f'data-from="{escape_html(flow.start)}" data-to="{escape_html(flow.end)}">'
		f"<title>{escape_html(title)}</title></path>"
	)


def _name(node: Node, edge: float, is_start: bool) -> str:
	"""The bar of a tier with its name and count beside it."""
	colour = node.tier.colour if COLOUR.fullmatch(node.tier.colour) else PLAIN
	middle = node.top + node.length / 2 + 4.5
	left, text, anchor = (edge, edge - 8, "end") if is_start else (edge - BAR, edge + 8, "start")
	return (
		f'<rect x="{left}" y="{node.top:.1f}" width="{BAR}" height="{node.length:.1f}" rx="2" style="fill:{colour}"/>'
		f'<text x="{text}" y="{max(middle, node.top + 11):.1f}" text-anchor="{anchor}" '
		f'style="fill:var(--text-color, #383838)"><tspan font-weight="600">{escape_html(node.tier.label)}</tspan>'
		f'<tspan dx="6" style="fill:var(--text-muted, #7c7c7c)">{node.number}</tspan></text>'
	)
