"""Entry points of Frappe's scheduler: take a lock, cut the work into batches, call a service."""

import frappe
from frappe.utils import now_datetime

from cs_center.services.complaints import actions, passing
from cs_center.services.customers import anonymising, care_tasks, evaluating, importing, tickets_following
from cs_center.services.notifications import starting
from cs_center.services.service_levels import minute_pass
from cs_center.services.service_levels.settings import read_settings
from cs_center.services.service_levels.site_time import current_instant


def evaluate_due_tickets():
	"""Each minute: clocks and escalations of tickets and complaints that have come, and what a failure left behind."""
	if read_settings().enabled:
		minute_pass.run()
		passing.run()
		starting.start_due(current_instant())


def send_due_notifications():
	"""Each minute: messages whose time has come (quiet hours over, a digest full, a retry due), a job for each channel."""
	starting.start_due(current_instant())


def remind_of_complaint_actions():
	"""Every five minutes: actions that are soon due, and actions that are overdue."""
	actions.send_reminders(current_instant())


def evaluate_customer_tiers():
	"""Each quarter of an hour: begin the night's evaluation when its hour has come, or go on with one that was stopped."""
	if evaluating.is_due(now_datetime()):
		evaluating.start()
	elif tickets_following.is_due():
		tickets_following.start()


def resume_what_was_stopped():
	"""Every ten minutes: imports of purchases and erasures of customers whose job was stopped half-way."""
	importing.resume_interrupted()
	anonymising.resume_unfinished()


def make_care_tasks():
	"""Each quarter of an hour: the day's care tasks, once the night's evaluation is done."""
	if care_tasks.is_due(now_datetime()):
		care_tasks.start()


def rebuild_all_clocks():
	"""``bench --site SITE execute cs_center.tasks.rebuild_all_clocks``: every clock anew from its ledger."""
	from cs_center.services.service_levels import rebuild

	report = rebuild.rebuild_all()
	frappe.db.commit()  # run by hand or as a job: nobody else ends the transaction
	return report


def adopt_open_tickets():
	"""``bench --site SITE execute cs_center.tasks.adopt_open_tickets``: resumes where an earlier run stopped."""
	from cs_center.services.service_levels import adoption_run

	return adoption_run.run()
