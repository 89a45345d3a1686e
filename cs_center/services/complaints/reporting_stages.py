"""How long complaints stand in a stage: average, median and longest of the stays that are over.

A complaint that comes back to a stage has stayed there twice. Final stages keep nobody waiting and are left out.

The database sorts the stays of each place into classes of nearly equal length and tells of each class its number, sum,
shortest and longest. The median is looked up in the class that holds the middle stay, so it is at most one class's width
off, and exact where the stays of the class are of one length. Sorting half a million stays would take the database half a
minute, and so would a table of classes that does not fit into its memory: a comparison of groups has wider classes, and
stages are numbers in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Floor, Max, Min, Sum
from pypika import CustomFunction

from cs_center.domain.complaints import Stage
from cs_center.services.escalation.subjects import COMPLAINT

from .reporting import Question, complaints, links
from .reporting_figures import Figures
from .reporting_groups import Grouping

STAGES = [stage.value for stage in Stage if not stage.is_final]
LOG = CustomFunction("LOG", ["base", "value"])
CLASSES, CLASSES_OF_GROUPS = 32, 8
"""From one length to the double one."""

MOST_GROUPS = 40
"""With eight stages each, more rows than anybody compares."""

Place = tuple[str, str]
"""(group's key, stage). Without a grouping the key is ""."""


@dataclass
class _Class:
	"""Stays of nearly the same length: how many, their sum, the shortest and the longest, in seconds."""

	stays: int
	seconds: float
	shortest: int
	longest: int


def precision(grouping: Grouping | None) -> float:
	"""By how many percent a median may be off."""
	return round(100 * (2 ** (1 / _classes_of_an_octave(grouping)) - 1), 1)


def _classes_of_an_octave(grouping: Grouping | None) -> int:
	return CLASSES_OF_GROUPS if grouping else CLASSES


def largest_groups(grouping: Grouping, by_group: dict[str, Figures]) -> list[str]:
	"""Keys of the groups with the most complaints; of months the latest."""
	if grouping.is_month:
		return sorted(by_group)[-MOST_GROUPS:]
	return sorted(by_group, key=lambda key: (-by_group[key].complaints, key))[:MOST_GROUPS]


def time_per_stage(
	question: Question, grouping: Grouping | None, keys: Sequence[str] = ()
) -> list[dict[str, Any]]:
	"""Rows by group and stage in the order of a complaint's way: ``stays`` that are over, ``average``, ``median`` and
	``longest`` in seconds, ``waiting``: complaints that stand there now. ``keys``: the groups, in the order wanted."""
	classes, waiting = _classes(question, grouping, keys), _waiting(question, grouping, keys)
	order = {key: position for position, key in enumerate(keys)}
	places = sorted(
		classes.keys() | waiting.keys(), key=lambda place: (order.get(place[0], 0), STAGES.index(place[1]))
	)
	return [
		{
			"key": place[0],
			"group": grouping.label(place[0]) if grouping else "",
			"stage": place[1],
			**_lengths(classes.get(place, [])),
			"waiting": waiting.get(place, 0),
			"links": {"waiting": _link(question, grouping, place)} if place in waiting else {},
		}
		for place in places
	]


def _lengths(classes: list[_Class]) -> dict[str, Any]:
	stays = sum(one.stays for one in classes)
	return {
		"stays": stays,
		"average": sum(one.seconds for one in classes) / stays if stays else None,
		"median": (_stay_at((stays - 1) // 2, classes) + _stay_at(stays // 2, classes)) / 2
		if stays
		else None,
		"longest": max((one.longest for one in classes), default=None),
	}


def _stay_at(position: int, classes: list[_Class]) -> float:
	"""Seconds of the stay at that position (from 0) in the order of their lengths; ``classes`` from the shortest on."""
	for one in classes:
		if position < one.stays:
			step = (one.longest - one.shortest) / (one.stays - 1) if one.stays > 1 else 0
			return one.shortest + position * step
		position -= one.stays
	raise IndexError("there are fewer stays")


def _classes(question: Question, grouping: Grouping | None, keys: Sequence[str]) -> dict[Place, list[_Class]]:
	"""Classes of each place, from the shortest on; stays that are over, in stages where somebody is waiting."""
	query, table = complaints(question)
	stay = frappe.qb.DocType("CS Complaint Stage Change")
	query = (
		query.inner_join(stay)
		.on((stay.parent == table.name) & (stay.parenttype == COMPLAINT))
		.where(stay.left_at.isnotnull() & stay.stage.isin(STAGES))
	)
	length = Floor(LOG(2, stay.seconds + 1) * _classes_of_an_octave(grouping))
	figures = (Count("*"), Sum(stay.seconds), Min(stay.seconds), Max(stay.seconds))
	found: dict[Place, list[_Class]] = {}
	for key, stage, *numbers in _by_place(
		_within(query, table, grouping, keys), table, stay, grouping, figures, [length]
	):
		found.setdefault((key, stage), []).append(_Class(*(int(number) for number in numbers)))
	for classes in found.values():
		classes.sort(key=lambda one: one.shortest)
	return found


def _waiting(question: Question, grouping: Grouping | None, keys: Sequence[str]) -> dict[Place, int]:
	query, table = complaints(question)
	query = _within(query.where(table.stage.isin(STAGES)), table, grouping, keys)
	rows = _by_place(query, table, table, grouping, (Count("*"),))
	return {(key, stage): number for key, stage, number in rows}


def _within(query: Any, table: Any, grouping: Grouping | None, keys: Sequence[str]) -> Any:
	"""Only these groups."""
	return query.where(grouping.key_term(table).isin(list(keys) or [""])) if grouping else query


def _by_place(
	query: Any,
	table: Any,
	staged: Any,
	grouping: Grouping | None,
	figures: Sequence[Any],
	parts: Sequence[Any] = (),
) -> list[Any]:
	"""Rows of key, stage and the figures; ``staged``: the table whose stage counts, ``parts``: what else divides them."""
	stage = Case()
	for number, name in enumerate(STAGES):
		stage = stage.when(staged.stage == name, number)
	if grouping:
		key = grouping.key_term(table)
		rows = query.select(key, stage, *figures).groupby(key, stage, *parts).run()
	else:
		rows = [("", *row) for row in query.select(stage, *figures).groupby(stage, *parts).run()]
	return [(key, STAGES[number], *row) for key, number, *row in rows]


def _link(question: Question, grouping: Grouping | None, place: Place) -> dict[str, list[Any]]:
	"""Complaints that stand in the stage now."""
	group = grouping.link(place[0], question) if grouping else {}
	return links(question) | group | {"stage": ["=", place[1]]}
