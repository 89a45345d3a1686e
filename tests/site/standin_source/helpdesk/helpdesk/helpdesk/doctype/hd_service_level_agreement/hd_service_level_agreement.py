"""An agreement computes a ticket's due dates and agreement status, with the faults that a real site shows."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, get_weekdays, getdate, now_datetime, to_timedelta

from .business_hours import BusinessHours


class HDServiceLevelAgreement(Document):
	def validate(self):
		days = [row.workday for row in self.support_and_resolution]
		if len(set(days)) != len(days):
			frappe.throw(_("A workday has been repeated: one window per weekday."))
		others = frappe.db.exists(self.doctype, {"default_sla": 1, "name": ["!=", self.name]})
		if self.default_sla and others:
			frappe.db.set_value(self.doctype, others, "default_sla", 0)
		if not self.default_sla and not others:
			frappe.throw(_("You must set one SLA as Default. Please check the Default SLA option."))

	def before_save(self):
		defaults = [row.priority for row in self.priorities if row.default_priority]
		if not defaults:
			frappe.throw(_("Select a Default Priority."))
		self.default_priority = defaults[0]

	def apply(self, ticket):
		"""Refresh a ticket that is being saved; an app may override the steps, so they have Helpdesk's names."""
		self.handle_new(ticket)
		self.handle_doc_status(ticket)
		self.handle_targets(ticket)
		self.handle_agreement_status(ticket)

	def handle_new(self, ticket):
		if ticket.is_new():
			created = ticket.service_level_agreement_creation
			ticket.service_level_agreement_creation = created or now_datetime()
			ticket.priority = ticket.priority or self.default_priority

	def handle_doc_status(self, ticket):
		if ticket.is_new() or not ticket.has_value_changed("status"):
			return
		if self._closes_a_resolved_ticket(ticket):
			return
		self.set_first_response_time(ticket)
		self.set_resolution_date(ticket)
		self.set_hold_time(ticket)

	def _closes_a_resolved_ticket(self, ticket) -> bool:
		return ticket.status == "Closed" and ticket.get_doc_before_save().status_category == "Resolved"

	def set_first_response_time(self, ticket):
		started, answered = ticket.service_level_agreement_creation, ticket.first_responded_on
		if not started or not answered:
			return
		ticket.first_response_time = self.calc_elapsed_time(started, answered)
		if get_datetime(answered) > get_datetime(ticket.response_by):
			ticket.first_response_failed_by = self.calc_elapsed_time(ticket.response_by, answered)

	def set_resolution_date(self, ticket):
		"""The pause that ends with this very resolution is not taken off: it is added up only afterwards."""
		if _category(ticket.status) != "Resolved":
			ticket.resolution_date = ticket.resolution_time = None
			return
		if ticket.resolution_date and not ticket.has_value_changed("status_category"):
			return
		ticket.resolution_date = now_datetime()
		took = self.calc_elapsed_time(ticket.service_level_agreement_creation, ticket.resolution_date)
		ticket.resolution_time = max(took - (ticket.total_hold_time or 0), 0)
		due = ticket.resolution_by
		if get_datetime(ticket.resolution_date) > get_datetime(due):
			ticket.resolution_failed_by = self.calc_elapsed_time(due, ticket.resolution_date)

	def set_hold_time(self, ticket):
		before = ticket.get_doc_before_save()
		was_paused, is_paused = (_category(doc.status) == "Paused" for doc in (before, ticket))
		paused_since = ticket.on_hold_since or before.resolution_date
		if is_paused and not was_paused:
			ticket.resolution_date = ticket.resolution_time = None
			ticket.on_hold_since = now_datetime()
			# Set again by handle_targets; seen only where an app overrides that.
			ticket.response_by = ticket.resolution_by if ticket.first_responded_on else None
			ticket.resolution_by = None
		if is_paused:
			return
		ticket.on_hold_since = None
		if paused_since:
			held = self.calc_elapsed_time(paused_since, now_datetime())
			ticket.total_hold_time = (ticket.total_hold_time or 0) + held

	def handle_targets(self, ticket):
		"""Time on hold moves the resolution only; the first response keeps its due date."""
		started = ticket.service_level_agreement_creation
		held = ticket.total_hold_time or 0
		ticket.response_by = self.calc_time(started, ticket.priority, "response_time")
		ticket.resolution_by = self.calc_time(started, ticket.priority, "resolution_time", held)

	def handle_agreement_status(self, ticket):
		"""A missed date wins over a pause: a ticket paused past its target turns Failed at the next save."""
		if self._is_late(ticket.response_by, ticket.first_responded_on) or (
			self.apply_sla_for_resolution and self._is_late(ticket.resolution_by, ticket.resolution_date)
		):
			ticket.agreement_status = "Failed"
		elif ticket.on_hold_since:
			ticket.agreement_status = "Paused"
		elif not ticket.first_responded_on:
			ticket.agreement_status = "First Response Due"
		elif self.apply_sla_for_resolution and not ticket.resolution_date:
			ticket.agreement_status = "Resolution Due"
		else:
			ticket.agreement_status = "Fulfilled"

	def _is_late(self, due, done) -> bool:
		return bool(due) and get_datetime(due) < (get_datetime(done) if done else now_datetime())

	def calc_time(self, start_at, priority, target, hold_time=0):
		"""Return when the target of `priority` is due; `target` names its field, times are in seconds."""
		rows = {row.priority: row for row in self.priorities}
		if priority not in rows:
			frappe.throw(_("Please add {0} priority in {1} SLA").format(priority, self.name))
		seconds = (rows[priority].get(target) or 0) + hold_time
		return self.business_hours().add(get_datetime(start_at), seconds)

	def calc_elapsed_time(self, start_time, end_time) -> float:
		"""Return the working seconds between two instants."""
		return self.business_hours().between(get_datetime(start_time), get_datetime(end_time))

	def business_hours(self) -> BusinessHours:
		"""Read the windows and the holiday list anew: Helpdesk keeps neither."""
		weekdays = get_weekdays()
		windows = {
			weekdays.index(row.workday): (to_timedelta(row.start_time), to_timedelta(row.end_time))
			for row in self.support_and_resolution
		}
		rows = frappe.get_all("HD Holiday", {"parent": self.holiday_list}, pluck="holiday_date")
		return BusinessHours(windows, frozenset(map(getdate, rows)))


def _category(status: str) -> str | None:
	return frappe.db.get_value("HD Ticket Status", status, "category")
