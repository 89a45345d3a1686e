"""The report: one HTML page with tables and charts, drawn from the summary alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import charts
from .escalation_charts import escalation_charts, level_name
from .escalation_text import step_text
from .report_words import LANGUAGES, Words

TEMPLATES = Path(__file__).parent / "templates"
MINUTE, HOUR, DAY = 60, 3600, 86_400

Summary = Mapping[str, Any]


def render_report(summary: Summary, language: str) -> str:
	"""The whole page as text; ``language``: a key of ``report_words.LANGUAGES``. The same summary gives the same bytes."""
	words = LANGUAGES[language]
	environment = Environment(
		loader=FileSystemLoader(TEMPLATES),
		autoescape=True,
		undefined=StrictUndefined,
		trim_blocks=True,
		lstrip_blocks=True,
		keep_trailing_newline=True,
	)
	environment.filters.update(duration=readable_length, percent=_percent)
	titles = {row["policy"]: row["title"] for row in summary["targets"]}
	escalations = summary.get("escalations")
	return environment.get_template("report.html").render(
		language={"zh": "zh-CN"}.get(language, language),
		words=words,
		summary=summary,
		titles=titles,
		charts=_charts(summary, words, titles),
		escalations=escalations,
		escalation_charts=escalation_charts(escalations, words) if escalations else {},
		level_name=lambda level: level_name(level, words),
		step_text=lambda step: step_text(step, words),
		target_text=lambda target: _target_text(target, words),
		condition_text=lambda row: (
			f"{row['fact']} {row['operator'].replace('_', ' ')} {row['value']}".rstrip()
		),
	)


def readable_length(seconds: float | None, time: str = "calendar") -> str:
	"""A length in its two largest units; a dash for None.

	``time``: what it counts. Only calendar time is told in days (93,784 s is ``1 d 2 h``): a day of business time has
	no 24 hours, so it stays in hours (``26 h 3 min``).
	"""
	if seconds is None:
		return "–"
	if seconds < MINUTE:
		return f"{seconds:g} s"
	if seconds < HOUR:
		return _two_units(seconds, MINUTE, "min", 1, "s")
	if seconds < DAY or time != "calendar":
		return _two_units(seconds, HOUR, "h", MINUTE, "min")
	return _two_units(seconds, DAY, "d", HOUR, "h")


def _two_units(seconds: float, large: int, large_name: str, small: int, small_name: str) -> str:
	whole, rest = divmod(int(seconds), large)
	return f"{whole} {large_name} {rest // small} {small_name}" if rest // small else f"{whole} {large_name}"


def _percent(share: float | None) -> str:
	return "–" if share is None else f"{share:.1%}"


def _target_text(target: Mapping[str, Any], words: Words) -> str:
	priority = f" ({target['priority']})" if target["priority"] else ""
	return f"{words[target['metric']]}{priority}: {target['amount']} {words[target['unit']]}"


def _charts(summary: Summary, words: Words, titles: Mapping[str, str]) -> dict[str, Any]:
	metrics = list(summary["metrics"])
	decided = [
		(words[metric], figures["attainment"], figures["attainment_n"])
		for metric, figures in summary["metrics"].items()
		if figures["attainment"] is not None
	]
	months = summary["breaches_by_month"]
	breached = [metric for metric in metrics if any(metric in row for row in months.values())]
	by_policy = [
		(titles[policy], [(found.get(metric) or {}).get("attainment") for metric in metrics])
		for policy, found in summary["by_policy"].items()
	]
	return {
		"attainment": charts.attainment_chart(decided, "attainment") if decided else "",
		"elapsed": dict(_elapsed_charts(summary, words)),
		"months": charts.months_chart(months, breached, words, "months") if months else "",
		"by_policy": charts.policies_chart(by_policy, metrics, words, "policies") if by_policy else "",
	}


def _elapsed_charts(summary: Summary, words: Words) -> Iterator[tuple[str, str]]:
	edges = summary["elapsed_classes"]["upper_edges_seconds"]
	for metric, classes in summary["elapsed_classes"]["metrics"].items():
		if any(classes["met"]) or any(classes["breached"]):
			time = summary["metrics"][metric]["elapsed_counts"]
			labels = [f"≤ {readable_length(edge, time)}" for edge in edges]
			labels.append(f"> {readable_length(edges[-1], time)}")
			targets = [
				(_place(seconds, edges), readable_length(seconds, time))
				for seconds in _target_lengths(summary["targets"], metric)
			]
			yield metric, charts.elapsed_chart(classes, labels, targets, words, metric.replace("_", "-"))


def _target_lengths(policies: Sequence[Summary], metric: str) -> list[float]:
	"""Lengths in seconds of the metric's targets that have a fixed one, sorted, each once."""
	return sorted(
		{
			seconds
			for policy in policies
			for target in policy["targets"]
			if target["metric"] == metric and (seconds := _fixed_length(target)) is not None
		}
	)


def _fixed_length(target: Mapping[str, Any]) -> float | None:
	unit = target["unit"].partition("_")[2]
	if unit == "days":
		return None
	return timedelta(**{unit: target["amount"]}).total_seconds()


def _place(seconds: float, edges: Sequence[int]) -> float:
	"""Where a length stands on the axis of classes, of which class k spans k - 0.5 to k + 0.5."""
	index = bisect_left(edges, seconds)
	if index == len(edges):
		return index
	low = edges[index - 1] if index else 0
	return index - 0.5 + (seconds - low) / (edges[index] - low)
