"""Entry points of Frappe's scheduler: take a lock, cut the work into batches, call a service."""

import frappe

from cs_center.services.complaints import actions, passing
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
