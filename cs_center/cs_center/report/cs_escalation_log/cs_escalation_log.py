"""Escalations of a period: which step of which ticket, who was told, what became of it. What the list shows, no more.

Rows are the latest ones up to a limit; the chart and the figures above count all of the period in the database.
"""

from collections import defaultdict

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.query_builder.functions import Count, Date
from frappe.utils import add_days, date_diff, getdate, time_diff_in_seconds
from pypika.terms import LiteralValue

from cs_center.cs_center.report.cs_escalation_log.told import told_by_escalation
from cs_center.services.escalation.rows import evidence_of
from cs_center.services.escalation.sentences import cause_text, level_text, suppression_text

ESCALATION = "CS Escalation"
FILTERED = ("team", "level", "state", "policy", "metric")
FIELDS = (
	"name",
	"reference_doctype",
	"reference_name",
	"metric",
	"level",
	"state",
	"policy",
	"team",
	"raised_at",
	"acknowledged_at",
	"acknowledged_by",
	"ended_at",
	"suppressed_reason",
	"nobody_to_tell",
	"evidence",
)
MOST_ROWS = 2000
"""More than anybody reads on a screen; an export of a month of a large centre still fits."""

MOST_DAYS = 366
MOST_BARS = 22
BAR_DAYS = (1, 7, 28)
"""Below more bars Frappe's chart cannot write dates: longer periods are drawn by the week, the longest by four."""

SUPPRESSED = "Suppressed"


def execute(filters: dict | None = None):
	"""Columns, rows, message, chart, figures. Filters: from_date and to_date (an escalation counts on the day it was
	raised), team, level, state, policy, metric.
	"""
	filters = frappe._dict(filters or {})
	check_period(filters)
	rows = load_rows(filters)
	message = None
	if len(rows) > MOST_ROWS:
		rows = rows[:MOST_ROWS]
		message = _(
			"Only the latest {0} escalations are listed. Choose a shorter period or another filter to see the others."
		).format(MOST_ROWS)
	counts = count_escalations(filters)
	return get_columns(), complete(rows), message, get_chart(counts, filters), get_figures(counts)


def check_period(filters):
	if not filters.from_date or not filters.to_date:
		frappe.throw(_("Choose the period: its first and its last day."))
	if getdate(filters.from_date) > getdate(filters.to_date):
		frappe.throw(_("The period ends before it starts. Exchange the two dates."))
	if date_diff(filters.to_date, filters.from_date) >= MOST_DAYS:
		frappe.throw(_("The period is longer than {0} days. Choose a shorter one.").format(MOST_DAYS))


def load_rows(filters) -> list[dict]:
	"""Rows that the user may see, the latest first, one more than are shown; read through the index of raised_at."""
	conditions = [
		["raised_at", ">=", getdate(filters.from_date)],
		["raised_at", "<", getdate(add_days(filters.to_date, 1))],
		*([field, "=", filters[field]] for field in FILTERED if is_chosen(filters, field)),
	]
	return frappe.get_list(
		ESCALATION,
		filters=conditions,
		fields=list(FIELDS),
		order_by="raised_at desc",
		limit_page_length=MOST_ROWS + 1,
	)


def is_chosen(filters, field: str) -> bool:
	"""Level 0, the reminders, is a choice too."""
	return filters.get(field) not in (None, "")


def count_escalations(filters) -> list[dict]:
	"""Number by day, level and state, of all that the user may see; one query."""
	table = frappe.qb.DocType(ESCALATION)
	day = Date(table.raised_at)
	query = (
		frappe.qb.from_(table)
		.select(day.as_("day"), table.level, table.state, Count(table.name).as_("number"))
		.where(table.raised_at >= getdate(filters.from_date))
		.where(table.raised_at < getdate(add_days(filters.to_date, 1)))
		.groupby(day, table.level, table.state)
	)
	for field in FILTERED:
		if is_chosen(filters, field):
			query = query.where(table[field] == filters[field])
	# The same condition that Frappe gives the list: SQL text of its own making.
	permitted = build_match_conditions(ESCALATION, as_condition=True)
	if permitted:
		query = query.where(LiteralValue(f"({permitted})"))
	return query.run(as_dict=True)


def complete(rows: list[dict]) -> list[dict]:
	"""The rows with who was told, the reason in words and the time to the acknowledgement in seconds."""
	told = told_by_escalation([row.name for row in rows])
	for row in rows:
		evidence = evidence_of(row)
		row.level_text = level_text(row.level)
		row.told = told.get(row.name) or (_("(nobody)") if row.nobody_to_tell else "")
		row.reason = _sentence(cause_text(evidence, row.metric)) if evidence.get("trigger") else ""
		if row.suppressed_reason:
			row.reason = _("{0}; not sent: {1}").format(row.reason, suppression_text(row.suppressed_reason))
		if row.acknowledged_at:
			row.acknowledged_after = max(time_diff_in_seconds(row.acknowledged_at, row.raised_at), 0)
		del row["evidence"]
	return rows


def _sentence(text: str) -> str:
	return text[:1].upper() + text[1:]


def get_figures(counts: list[dict]) -> list[dict]:
	"""Raised, still open, acknowledged or resolved, and suppressed."""
	totals: dict[str, int] = defaultdict(int)
	for row in counts:
		totals[row["state"]] += int(row["number"])
	raised = sum(totals.values()) - totals[SUPPRESSED]
	waiting = totals["Open"] + totals["Snoozed"]
	return [
		{"label": _("Raised"), "value": raised, "datatype": "Int", "indicator": "Blue"},
		{"label": _("Not Acknowledged"), "value": waiting, "datatype": "Int", "indicator": "Red"},
		{
			"label": _("Acknowledged"),
			"value": totals["Acknowledged"],
			"datatype": "Int",
			"indicator": "Orange",
		},
		{"label": _("Resolved"), "value": totals["Resolved"], "datatype": "Int", "indicator": "Green"},
		{"label": _("Suppressed"), "value": totals[SUPPRESSED], "datatype": "Int", "indicator": "Gray"},
	]


def get_chart(counts: list[dict], filters) -> dict | None:
	"""Escalations that were sent, by day (by one or four weeks in a long period, named by their first day), stacked by level."""
	first, days = getdate(filters.from_date), date_diff(filters.to_date, filters.from_date) + 1
	width = next(width for width in BAR_DAYS if days <= width * MOST_BARS)
	bars = -(-days // width)
	levels: dict[int, list[int]] = {}
	for row in counts:
		if row["state"] == SUPPRESSED:
			continue
		values = levels.setdefault(int(row["level"]), [0] * bars)
		values[date_diff(row["day"], first) // width] += int(row["number"])
	if not levels:
		return None
	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"data": {
			"labels": [add_days(first, number * width).strftime("%m-%d") for number in range(bars)],
			"datasets": [{"name": level_text(level), "values": levels[level]} for level in sorted(levels)],
		},
	}


def get_columns() -> list[dict]:
	return [
		_column("raised_at", _("Raised At"), "Datetime", width=180),
		_column("level_text", _("Level"), width=90),
		_column("state", _("State", context="CS Escalation"), width=120),
		_column("reference_name", _("Ticket or Record"), "Dynamic Link", "reference_doctype", 120),
		_column("metric", _("Metric"), width=130),
		_column("reason", _("Reason"), width=280),
		_column("told", _("Who Was Told"), width=260),
		_column("acknowledged_after", _("Acknowledged After"), "Duration", width=140),
		_column("acknowledged_by", _("Acknowledged By"), "Link", "User", 160),
		_column("ended_at", _("Ended At"), "Datetime", width=160),
		_column("team", _("Team"), "Link", "HD Team", 130),
		_column("policy", _("Policy"), "Link", "CS Escalation Policy", 170),
		_column("name", _("Escalation"), "Link", ESCALATION, 200),
		{**_column("reference_doctype", _("Reference Type", context="CS Escalation")), "hidden": 1},
	]


def _column(fieldname: str, label: str, fieldtype: str = "Data", options: str = "", width: int = 100) -> dict:
	# The table aligns by the first row's value, and takes an empty one for a number.
	column = {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, "align": "left"}
	return {**column, "options": options} if options else column
