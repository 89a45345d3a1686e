"""A site as it was before CS Center: SLAs of its own, and tickets with Helpdesk's own deadlines."""

from unittest.mock import patch

import frappe

from cs_center.services.service_levels import openings
from cs_center.services.service_levels.site_time import to_aware
from cs_center.tests import factories
from cs_center.tests.factories import change_settings, create_ticket, fresh, unique
from cs_center.tests.ticket_case import TicketTestCase

SLA, POLICY = "HD Service Level Agreement", "CS Service Policy"
DEADLINES = ("response_by", "resolution_by", "agreement_status")
JOINED = "2027-12-31"
"""Every ticket of these tests is older than the app."""
HOURS = 3600
TIMES = {"Low": (8, 40), "Medium": (4, 16), "High": (1, 4), "Urgent": (0.5, 2)}


def create_sla(name=None, condition=None, days=factories.WORKING_WEEK, hours=("09:00", "18:00"), **values):
	"""An SLA named ``name``, with the times above. Its rows are as Helpdesk stores them."""
	doc = frappe.get_doc(
		{
			"doctype": SLA,
			"service_level": name or unique("SLA"),
			"enabled": 1,
			"condition": condition,
			"apply_sla_for_resolution": 1,
			"default_ticket_status": "Open",
			"ticket_reopen_status": "Open",
			"holiday_list": create_holiday_list(),
			"priorities": [
				{
					"priority": priority,
					"response_time": first * HOURS,
					"resolution_time": last * HOURS,
					"default_priority": int(priority == "Medium"),
				}
				for priority, (first, last) in TIMES.items()
			],
			"support_and_resolution": [
				{"workday": day, "start_time": hours[0], "end_time": hours[1]} for day in days
			],
			**values,
		}
	)
	doc.flags.ignore_mandatory = True  # a site may hold SLAs that are older than Helpdesk's checks
	return doc.insert()


def create_holiday_list(*dates):
	dates = dates or ("2027-03-03",)
	doc = {
		"doctype": "HD Service Holiday List",
		"holiday_list_name": unique("Holidays"),
		"from_date": "2027-01-01",
		"to_date": "2027-12-31",
		"holidays": [{"holiday_date": date, "description": "<b>Closed</b>"} for date in dates],
	}
	return frappe.get_doc(doc).insert().name


class OldSiteTestCase(TicketTestCase):
	"""Time stands at Monday 1 March 2027, 10:00, and CS Center does nothing until ``install``."""

	def setUp(self):
		super().setUp()
		change_settings(enabled=0)
		self.enterContext_(patch.object(openings, "joined_at", lambda: to_aware(JOINED)))

	def install(self):
		"""What installation does for an old site; returns the import's report."""
		from cs_center.services.service_levels.importing import import_helpdesk_service_levels

		change_settings(enabled=1)
		return import_helpdesk_service_levels()

	def adopt(self):
		from cs_center import tasks

		frappe.db.commit()
		return tasks.adopt_open_tickets()

	def sla_for(self, subject, **values):
		"""An SLA for tickets with this subject."""
		return create_sla(condition=f"doc.subject == {subject!r}", **values)

	def ticket(self, subject, **values):
		return create_ticket(subject=subject, **values)

	def deadlines(self, ticket):
		return {name: fresh(ticket).get(name) for name in DEADLINES}
