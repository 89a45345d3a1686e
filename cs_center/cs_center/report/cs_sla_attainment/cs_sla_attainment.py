"""Attainment per metric, policy and team: of the clocks that are decided, the share that was met.

n = met + breached. Running and paused clocks are not decided and stand beside it; cancelled ones are left out.
"""

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days, flt, getdate

CLOCK = "CS Service Clock"
METRICS = (
	"Acknowledgement",
	"First Reply",
	"Next Reply",
	"Periodic Update",
	"Resolution",
	"Requester Wait",
	"Team Ownership",
	"Complaint Acknowledgement",
	"Complaint Solution",
	"Complaint Call Back",
	"Complaint Closure",
	"Major Report",
	"Regulatory Deadline",
)


def execute(filters: dict | None = None):
	"""Columns, rows, no message, chart. Filters: from_date, to_date (a clock counts on the day it started), metric,
	policy, team.
	"""
	filters = frappe._dict(filters or {})
	check_period(filters)
	rows = count_clocks(filters)
	for row in rows:
		row.update(decide(row))
	return get_columns(), rows, None, get_chart(rows)


def check_period(filters):
	if filters.from_date and filters.to_date and getdate(filters.from_date) > getdate(filters.to_date):
		frappe.throw(_("The period ends before it starts. Exchange the two dates."))


def count_clocks(filters) -> list[dict]:
	"""One row per metric, policy and team with the number of clocks in each state; one query."""
	clock, policy = frappe.qb.DocType(CLOCK), frappe.qb.DocType("CS Service Policy")
	query = (
		frappe.qb.from_(clock)
		.left_join(policy)
		.on(policy.name == clock.policy)
		.select(
			clock.metric,
			clock.policy,
			policy.title.as_("policy_title"),
			clock.team,
			Count(clock.name).as_("clocks"),
			_count_state(clock, "Met").as_("met"),
			_count_state(clock, "Breached").as_("breached"),
			_count_state(clock, "Running").as_("running"),
			_count_state(clock, "Paused").as_("paused"),
		)
		.where(clock.state != "Cancelled")
		.groupby(clock.metric, clock.policy, policy.title, clock.team)
		.orderby(clock.metric, clock.policy, clock.team)
	)
	for field in ("metric", "policy", "team"):
		if filters.get(field):
			query = query.where(clock[field] == filters[field])
	if filters.from_date:
		query = query.where(clock.started_at >= getdate(filters.from_date))
	if filters.to_date:
		query = query.where(clock.started_at < getdate(add_days(filters.to_date, 1)))
	return query.run(as_dict=True)


def decide(row: dict) -> dict:
	"""n and attainment in percent; no attainment without a decided clock, for 0 % would be a lie."""
	met, decided = int(row["met"]), int(row["met"]) + int(row["breached"])
	return {"decided": decided, "attainment": flt(100 * met / decided, 1) if decided else None}


def get_columns() -> list[dict]:
	return [
		{"fieldname": "metric", "label": _("Metric"), "fieldtype": "Data", "width": 150},
		{
			"fieldname": "policy",
			"label": _("Policy"),
			"fieldtype": "Link",
			"options": "CS Service Policy",
			"width": 170,
		},
		{"fieldname": "policy_title", "label": _("Title"), "fieldtype": "Data", "width": 150},
		{
			"fieldname": "team",
			"label": _("Team"),
			"fieldtype": "Link",
			"options": "HD Team",
			"width": 130,
			# The table aligns by the first row's value, and takes an empty one for a number.
			"align": "left",
		},
		_number("attainment", _("Attainment"), "Percent", width=110),
		_number("decided", _("n (decided)"), width=130),
		_number("met", _("Met")),
		_number("breached", _("Breached")),
		_number("running", _("Running")),
		_number("paused", _("Paused")),
	]


def get_chart(rows: list[dict]) -> dict | None:
	"""Met and breached clocks per metric, in the order of a ticket's life, then of a complaint's."""
	totals = {metric: [0, 0] for metric in METRICS}
	for row in rows:
		total = totals.setdefault(row["metric"], [0, 0])
		total[0] += int(row["met"])
		total[1] += int(row["breached"])
	shown = [(metric, total) for metric, total in totals.items() if sum(total)]
	if not shown:
		return None
	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"colors": ["green", "red"],
		"data": {
			"labels": [_(metric) for metric, _total in shown],
			"datasets": [
				{"name": _("Met"), "values": [total[0] for _metric, total in shown]},
				{"name": _("Breached"), "values": [total[1] for _metric, total in shown]},
			],
		},
	}


def _count_state(clock, state: str):
	return Sum(Case().when(clock.state == state, 1).else_(0))


def _number(fieldname: str, label: str, fieldtype: str = "Int", width: int = 90) -> dict:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width}
