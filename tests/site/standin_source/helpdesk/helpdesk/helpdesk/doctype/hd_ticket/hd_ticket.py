"""A ticket's life on save, in the order seen on a running site.

Type, sender, priority, first response, status, agreement, contact, customer; then due dates and the log of
changes; then the first message, notices, assignment.
"""

import uuid
from email.utils import parseaddr

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.model.document import Document
from frappe.utils import now_datetime
from helpdesk.helpdesk.doctype.hd_service_level_agreement.utils import get_sla
from helpdesk.helpdesk.doctype.hd_ticket_activity.hd_ticket_activity import log_ticket_activity
from helpdesk.people import customers_of, is_agent
from helpdesk.visibility import condition, may_see

# field -> the word for it in the activity log
LOGGED_FIELDS = {
	"status": "status",
	"priority": "priority",
	"agent_group": "team",
	"contact": "contact",
	"ticket_type": "type",
}


class HDTicket(Document):
	def before_insert(self):
		self.key = str(uuid.uuid4())

	def before_validate(self):
		self._check_portal_update()
		self.ticket_type = self.ticket_type or _setting("default_ticket_type") or ""
		self.raised_by = self.raised_by or frappe.session.user
		self._set_priority()
		self._set_first_responded_on()
		self._set_rating()
		if self.is_new():
			self.status = self._agreed_status("default_ticket_status")
		self.status_category = self.status_category or _category(self.status)
		self.sla = get_sla(self).name
		self._set_contact()
		self._set_customer()

	def validate(self):
		"""A customer resolves an answered ticket only with feedback (where the setting asks for it)."""
		if self.feedback_rating or self.status_category != "Resolved" or is_agent():
			return
		if self._has_agent_replied() and _setting("is_feedback_mandatory"):
			frappe.throw(_("Ticket must be resolved with a feedback"), frappe.ValidationError)

	def before_save(self):
		agreement = frappe.get_doc("HD Service Level Agreement", self.sla)
		agreement.apply(self)
		if self.is_new():
			self.raised_outside_working_hours = self._is_outside_hours(agreement)
			return
		for field, word in LOGGED_FIELDS.items():
			if self.has_value_changed(field):
				log_ticket_activity(self.name, f"set {word} to {self.get(field)}")

	def after_insert(self):
		"""The description becomes the first message, and that saves the ticket again inside its insert."""
		if self.description:
			self.create_communication_via_contact(self.description, new_ticket=True)

	def on_update(self):
		before = self.get_doc_before_save()
		if before and self.status_category == "Open" != before.status_category:
			for agent in self._assigned_agents():
				if agent != frappe.session.user:
					self._notify(agent, "Reaction")
		self._unassign_outsider()

	def on_trash(self):
		frappe.db.delete("HD Ticket Activity", {"ticket": self.name})
		frappe.db.delete("HD Ticket Comment", {"reference_ticket": self.name})

	def on_communication_update(self, message):
		"""Called from Communication: a customer's message reopens, an agent's one counts as the response."""
		if message.sent_or_received == "Received":
			field = "ticket_reopen_status" if self._has_agent_replied() else "default_ticket_status"
			self.status = self._agreed_status(field)
			self.last_customer_response = now_datetime()
		elif message.sent_or_received == "Sent":
			if message.communication_type == "Automated Message":
				return
			self.first_responded_on = self.first_responded_on or now_datetime()
			self.last_agent_response = now_datetime()
			if _setting("auto_update_status"):
				self.status = _setting("update_status_to")
		self.description = self.description or message.content
		self.save()

	@frappe.whitelist()
	def create_communication_via_contact(self, message, attachments=None, new_ticket=False):
		"""Add a customer's message; on a ticket that exists the reopening is saved before the message is."""
		if not new_ticket:
			self.status = self._agreed_status("ticket_reopen_status")
			self.save(ignore_permissions=True)
		self._add_message(message, "Received", communication_medium="Email")

	@frappe.whitelist()
	def reply_via_agent(self, message, to=None, cc=None, bcc=None, attachments=None):
		"""Add an agent's reply; the stand-in sends no mail."""
		if not is_agent():
			frappe.throw(_("You are not permitted to reply as an agent"), frappe.PermissionError)
		self._add_message(message, "Sent", recipients=to, cc=cc, bcc=bcc)

	@frappe.whitelist()
	def assign_agent(self, agent):
		"""Assign beside the agents assigned already, and tell the new one."""
		assign_to.add({"assign_to": [agent], "doctype": self.doctype, "name": self.name})
		if agent != frappe.session.user:
			self._notify(agent, "Assignment")

	def _add_message(self, content, direction, **values):
		message = frappe.new_doc("Communication")
		message.update(
			{
				"communication_type": "Communication",
				"sent_or_received": direction,
				"subject": f"Re: {self.subject}",
				"sender": frappe.session.user,
				"content": content,
				"status": "Linked",
				"email_status": "Open",
				"reference_doctype": self.doctype,
				"reference_name": self.name,
				**values,
			}
		)
		message.insert(ignore_permissions=True, ignore_mandatory=True)

	def _agreed_status(self, field):
		"""The agreement's own status for new or reopened tickets, else the one of the settings."""
		return frappe.db.get_value("HD Service Level Agreement", self.sla, field) or _setting(field)

	def _check_portal_update(self):
		if self.is_new() or is_agent() or not self.via_customer_portal:
			return
		before = self.get_doc_before_save()
		if before.status == "Closed" or before.feedback:
			frappe.throw(_("Closed or rated tickets cannot be updated by non-agents"), frappe.PermissionError)

	def _set_priority(self):
		of_type = frappe.db.get_value("HD Ticket Type", self.ticket_type, "priority")
		self.priority = self.priority or of_type or _setting("default_priority")

	def _set_first_responded_on(self):
		"""A change of status counts as the first response when it pauses, or ends, an open ticket."""
		before = self.get_doc_before_save()
		if self.is_new() or self.first_responded_on:
			return
		ends = self.status_category == "Resolved" and before and before.status_category == "Open"
		if ends or self.status_category == "Paused":
			self.first_responded_on = now_datetime()

	def _set_rating(self):
		if self.feedback:
			self.feedback_rating = frappe.db.get_value("HD Ticket Feedback Option", self.feedback, "rating")

	def _set_contact(self):
		address = parseaddr(self.raised_by)[1]
		if address and not self.contact:
			self.contact = frappe.db.get_value("Contact", {"email_id": address})

	def _set_customer(self):
		"""Only a contact of one single customer says whose ticket this is."""
		if self.customer:
			return
		customers = customers_of(self.contact)
		if len(customers) == 1:
			self.customer = customers[0]

	def _has_agent_replied(self):
		link = {"reference_doctype": self.doctype, "reference_name": self.name}
		return bool(frappe.db.exists("Communication", {**link, "sent_or_received": "Sent"}))

	def _is_outside_hours(self, agreement) -> bool:
		"""Holidays are looked up under the agreement's name instead of its list's, so they never count."""
		today = now_datetime()
		on_holiday = frappe.db.exists("HD Holiday", {"parent": agreement.name, "holiday_date": today.date()})
		return bool(on_holiday) or not agreement.business_hours().is_open(today)

	def _assigned_agents(self) -> list[str]:
		users = [row.owner for row in assign_to.get({"doctype": self.doctype, "name": self.name})]
		return frappe.get_all("HD Agent", {"name": ["in", users]}, pluck="name") if users else []

	def _notify(self, agent, kind):
		notice = frappe.new_doc("HD Notification")
		values = {"user_from": frappe.session.user, "user_to": agent, "reference_ticket": self.name}
		notice.update({**values, "notification_type": kind})
		notice.insert(ignore_permissions=True)

	def _unassign_outsider(self):
		"""A new team that assigns by itself takes the ticket from an agent who is not its member."""
		if (
			not self.agent_group
			or self.status_category != "Open"
			or not self.has_value_changed("agent_group")
		):
			return
		agents = self._assigned_agents()
		if not agents or _is_member(agents[0], self.agent_group):
			return
		if _assigns_by_itself(self.agent_group):
			assign_to.clear(self.doctype, self.name)


def _setting(field):
	return frappe.db.get_single_value("HD Settings", field)


def _category(status) -> str | None:
	return frappe.db.get_value("HD Ticket Status", status, "category")


def _is_member(user, team) -> bool:
	return bool(frappe.db.exists("HD Team Member", {"parent": team, "user": user}))


def _assigns_by_itself(team) -> bool:
	rule = frappe.db.get_value("HD Team", team, "assignment_rule")
	if not rule or frappe.db.get_value("Assignment Rule", rule, "disabled"):
		return False
	return bool(frappe.db.exists("Assignment Rule User", {"parent": rule}))


def has_permission(doc, user=None, **kwargs):
	"""Narrow the roles' rights to the tickets that concern the user."""
	return may_see(doc, user or frappe.session.user)


def permission_query(user=None):
	"""The same for lists."""
	return condition(user or frappe.session.user)


def update_sla_status_in_ticket():
	"""The hourly job as it is: two documents and a commit for every open ticket."""
	for name in frappe.get_all("HD Ticket", {"status_category": "Open", "sla": ["is", "set"]}, pluck="name"):
		ticket = frappe.get_doc("HD Ticket", name)
		frappe.get_doc("HD Service Level Agreement", ticket.sla).handle_agreement_status(ticket)
		status = ticket.agreement_status
		frappe.db.set_value("HD Ticket", name, "agreement_status", status, update_modified=False)
		# The real job commits here; the commit is what the benchmark against it has to pay for.
		frappe.db.commit()
