"""The night's evaluation of all customers: batches by name, each a transaction with the position it reached.

Killed at any point it goes on where it stopped, for the day on which it began: the same data give the same tiers.
"""

from __future__ import annotations

from datetime import datetime

import frappe
from frappe.utils import cint, now_datetime

from cs_center.integrations.database import read_committed

from . import batches, profiles, purchase_source, tickets_following
from .deciding import DOWNGRADE, PROFILE, READ, UPGRADE, Evaluation, present_evaluation
from .settings import read_customer_settings
from .writing import insert_changes, write_figures, write_profiles

RUN = "CS Tier Evaluation"
RUNNING, DONE = "Running", "Done"
BATCH = 10_000
"""The sums of a batch lie in memory, 600 bytes for each customer; MariaDB gives such a table 16 MB unless told otherwise."""
JOB = "cs_center_customer_tiers"


def is_due(now: datetime) -> bool:
	"""Whether a run was left unfinished, or the hour of today's has come and nobody has begun it."""
	if frappe.db.exists(RUN, {"state": RUNNING}):
		return True
	settings = read_customer_settings()
	return now.hour >= settings.evaluation_hour and not frappe.db.exists(RUN, {"as_of": now.date()})


def start() -> None:
	"""Queue the run: it can take longer than a scheduler's job may."""
	frappe.enqueue(run, queue="long", timeout=3 * 3600, job_id=JOB, deduplicate=True)


def run(batch: int = BATCH) -> str:
	"""Finish an unfinished run, else make today's; returns its name. Commits after each batch."""
	name = _begin()
	frappe.db.commit()  # from here on it can be continued
	try:
		with read_committed():
			_evaluate_all(name, batch)
	except frappe.ValidationError as error:
		frappe.db.rollback()
		_tell_problem(name, str(error))
	tickets_following.follow_pending()
	return name


def _evaluate_all(name: str, batch: int) -> None:
	# Between transactions: Frappe commits before such a statement.
	batches.create_table(present_evaluation())
	_note_source(name)
	while evaluate_batch(name, batch):
		frappe.db.commit()  # each batch stands on its own
	frappe.db.commit()


def _begin() -> str:
	unfinished = frappe.db.get_value(RUN, {"state": RUNNING}, "name", order_by="creation asc")
	if unfinished:
		return unfinished
	today = now_datetime().date()
	made = frappe.db.get_value(RUN, {"as_of": today})
	if made:
		return made
	profiles.make_missing()
	values = {"as_of": today, "state": RUNNING, "position": "", "started_at": now_datetime()}
	doc = frappe.get_doc({"doctype": RUN, **values})
	try:
		return doc.insert(ignore_permissions=True).name  # nobody but this run writes it
	except frappe.UniqueValidationError:  # another run has begun at this moment
		frappe.db.rollback()
		frappe.clear_last_message()
		return frappe.db.get_value(RUN, {"as_of": today})


def _note_source(name: str) -> None:
	"""Where purchases come from, and which of them cannot be counted; refuses where that source is not there."""
	values = {"source": purchase_source.source(), "problems": "\n".join(purchase_source.problems())}
	frappe.db.set_value(RUN, name, values, update_modified=False)


def evaluate_batch(name: str, size: int = BATCH) -> bool:
	"""Decide for the customers behind the run's position; False when there were none and the run is done."""
	run_row = frappe.db.get_value(RUN, name, "*", as_dict=True, for_update=True)
	if not run_row or run_row.state != RUNNING:
		return False
	batch = batches.next_range(run_row.position or "", size)
	if batch is None:
		frappe.db.set_value(RUN, name, {"state": DONE, "finished_at": now_datetime()}, update_modified=False)
		return False
	evaluation = present_evaluation(as_of=run_row.as_of)
	counted = _evaluate(evaluation, batch)
	progress = {field: cint(run_row[field]) + number for field, number in counted.items()}
	frappe.db.set_value(RUN, name, {**progress, "position": batch.last}, update_modified=False)
	return True


def _evaluate(evaluation: Evaluation, batch: batches.Range) -> dict[str, int]:
	"""Decide and write; how many customers, upgrades, downgrades and customers in their grace period there were."""
	if purchase_source.source() == purchase_source.ERPNEXT:
		profiles.link_to_erpnext(batches.names_of(batch))
	batches.fill(evaluation, batch)
	batches.bring_figures_up_to_date(evaluation, batch)
	written, changes, in_grace = [], [], 0
	for row, figures in batches.undecided(evaluation, batch):
		outcome = evaluation.decide(row, figures)
		in_grace += outcome.decision.below_since is not None
		if outcome.values is not None:
			written.append((row["name"], outcome.values))
		if outcome.change:
			changes.append(outcome.change)
	write_profiles(written)
	insert_changes(changes)
	directions = [change["direction"] for change in changes]
	return {
		"customers": batch.number,
		"upgrades": directions.count(UPGRADE),
		"downgrades": directions.count(DOWNGRADE),
		"in_grace": in_grace,
	}


def evaluate_one(customer: str) -> bool:
	"""Decide for one customer today, on behalf of whoever asks; whether the tier changed. Open tickets follow in the background."""
	profiles.create(customer)
	table = frappe.qb.DocType(PROFILE)
	row = (
		frappe.qb.from_(table)
		.select(*(table[field] for field in READ))
		.where(table.customer == customer)
		.for_update()
		.run(as_dict=True)
	)[0]
	evaluation = present_evaluation(frappe.session.user)
	figures = purchase_source.sums_of(row["customer"], evaluation.starts, evaluation.as_of)
	outcome = evaluation.decide(row, figures)
	if outcome.values is not None:
		write_profiles([(row["name"], outcome.values)])
	write_figures(row["name"], outcome.spend, outcome.orders)
	frappe.clear_document_cache(PROFILE, row["name"])
	insert_changes([outcome.change] if outcome.change else [])
	tickets_following.start()
	return outcome.change is not None


def _tell_problem(name: str, problem: str) -> None:
	"""No ladder, or no purchases, so nobody's tier is decided: said once in the log and on the run, which goes on later."""
	frappe.clear_last_message()
	if frappe.db.get_value(RUN, name, "problems") != problem:
		frappe.db.set_value(RUN, name, "problems", problem, update_modified=False)
		frappe.log_error(title="CS Center: customer tiers were not evaluated")
	frappe.db.commit()  # the run waits for somebody to mend the tiers
