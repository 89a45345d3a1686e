"""The report: one self-contained page, the same bytes every time, in two languages."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from cs_center.replay.report import readable_length, render_report
from cs_center.replay.report_words import CHINESE, ENGLISH

from .run_cli import GOLDEN, replay_arguments, run_here


@pytest.fixture(scope="module")
def summary():
	return json.loads((GOLDEN / "sample" / "summary.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def page(summary):
	return render_report(summary, "en")


class Collector(HTMLParser):
	"""Ids, headings, tags left open."""

	VOID = ("meta", "br")

	def __init__(self, text: str) -> None:
		super().__init__()
		self.ids: list[str] = []
		self.headings: list[str] = []
		self.open: list[str] = []
		self.feed(text)

	def handle_starttag(self, tag, attrs):
		self.ids += [value for name, value in attrs if name == "id"]
		if tag not in self.VOID:
			self.open.append(tag)

	def handle_endtag(self, tag):
		assert self.open.pop() == tag

	def handle_data(self, data):
		if self.open and self.open[-1] in ("h1", "h2"):
			self.headings.append(data)


def test_same_summary_gives_the_same_bytes(summary, page):
	assert render_report(summary, "en") == page


def test_page_asks_for_nothing_from_elsewhere(page):
	assert not re.findall(r"https?://|//[a-z]|@import|<script|<link|<img|url\((?!#)", page)


def test_page_is_well_formed_and_every_id_stands_once(page):
	found = Collector(page)
	assert found.open == []
	assert len(found.ids) == len(set(found.ids))


def test_every_reference_inside_the_drawings_is_met(page):
	ids = set(Collector(page).ids)
	assert set(re.findall(r"url\(#([^)]+)\)", page)) | set(re.findall(r'href="#([^"]+)"', page)) <= ids


def test_page_holds_a_chart_for_each_question(page, summary):
	assert page.count("<svg") == 3 + len(summary["metrics"]) + 3


def test_figures_of_the_summary_stand_on_the_page(page, summary):
	assert f"<dd>{summary['tickets']:,}</dd>" in page
	share = f"{summary['metrics']['resolution']['attainment']:.1%}"
	assert page.count(share) >= 2


def test_escalation_stands_on_the_page_with_its_assumption(summary, page):
	assert "as if nobody acknowledged" in page
	assert f"<dd>{summary['escalations']['raised']:,}</dd>" in page
	for person, row in summary["escalations"]["people"].items():
		assert person in page
		assert not row["busiest_day"] or row["busiest_day"]["day"] in page
	assert "a reminder after the deadline 1" in page
	assert "nobody acknowledges within 2 business_hours" not in page
	assert "nobody acknowledges within 2 business hours" in page


def test_page_without_escalation_says_nothing_of_it(summary):
	plain = {key: value for key, value in summary.items() if key != "escalations"}
	page = render_report(plain, "en")
	assert "scalation" not in page
	assert page.count("<svg") == 3 + len(summary["metrics"])


def test_page_where_nothing_escalated(summary):
	calm = json.loads(json.dumps(summary))
	calm["escalations"] |= {
		"raised": 0, "by_level": {}, "by_policy": {}, "by_metric": {}, "people": {}, "mails_by_day": {},
		"suppressed_by_reason": {}, "actions": {},
	}  # fmt: skip
	assert "No e-mail would have been sent." in render_report(calm, "en")


def test_chinese_report_from_the_command_line_has_chinese_headings(capsys, tmp_path):
	arguments = [part for part in replay_arguments(tmp_path / "out") if part != "--no-report"]
	found = run_here(capsys, *arguments, "--language", "zh")
	assert (found.code, found.err) == (0, "")
	page = (tmp_path / "out" / "report.html").read_text("utf-8")
	assert '<html lang="zh-CN">' in page
	headings = Collector(page).headings
	assert headings[:3] == ["服务策略回放", "各指标达标率", "实际用时与目标"]
	assert not set(headings) & set(ENGLISH.values())


def test_both_languages_have_the_same_words():
	assert ENGLISH.keys() == CHINESE.keys()
	assert all(CHINESE.values())


def test_names_from_the_files_are_escaped(summary):
	bad = json.loads(json.dumps(summary))
	bad["targets"][0]["title"] = "<script>alert(1)</script>"
	bad["escalations"]["policies"][0]["steps"][0]["name"] = "<script>"
	bad["escalations"]["people"]["<script>$a$b"] = bad["escalations"]["people"]["ma.jun"]
	bad["rejected"] = [{"line": 2, "reason": "the mapping does not name '<b>'"}]
	page = render_report(bad, "en")
	assert "<script>" not in page
	assert "&lt;b&gt;" in page


def test_summary_without_any_breach_still_makes_a_page(summary):
	calm = {**summary, "breaches_by_month": {}}
	assert "No clock was breached." in render_report(calm, "en")


@pytest.mark.parametrize(
	("seconds", "time", "text"),
	[
		(None, "calendar", "–"),
		(0, "calendar", "0 s"),
		(59.5, "calendar", "59.5 s"),
		(90, "business", "1 min 30 s"),
		(7200, "business", "2 h"),
		(93_784, "calendar", "1 d 2 h"),
		(93_784, "business", "26 h 3 min"),
		(93_784, "mixed", "26 h 3 min"),
	],
)
def test_lengths_for_a_reader(seconds, time, text):
	assert readable_length(seconds, time) == text
