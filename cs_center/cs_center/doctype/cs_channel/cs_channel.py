from string import Formatter

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from cs_center.cs_center.doctype.cs_service_calendar.cs_service_calendar import require_enabled_calendar
from cs_center.cs_center.doctype.cs_service_calendar.time_windows import UnreadableTimeError, normalise_time

PLACEHOLDERS = ("ticket", "subject", "expected_time", "hotline")
"""What the text of the automatic acknowledgement may name."""

SETTINGS_FIELDS = ("default_channel", "agent_channel", "api_channel")


class CSChannel(Document):
	"""A way in which customers reach the centre, with its hours, words and peak times."""

	def validate(self):
		require_enabled_calendar(self.calendar)
		self.check_email_accounts()
		self.check_acknowledgement()
		self.check_peak_windows()
		if not self.enabled and not self.is_new():
			self.refuse_when_named_in_settings()

	def check_email_accounts(self):
		accounts = [row.email_account for row in self.email_accounts]
		taken = dict(
			frappe.get_all(
				"CS Channel Email Account",
				{
					"email_account": ["in", accounts or [""]],
					"parent": ["!=", self.name],
					"parenttype": self.doctype,
				},
				["email_account", "parent"],
				as_list=True,
			)
		)
		for row in self.email_accounts:
			if row.email_account in taken:
				frappe.throw(
					_(
						"The e-mail account {0} already belongs to the channel {1}. Remove it from one of them."
					).format(frappe.bold(row.email_account), frappe.bold(taken[row.email_account]))
				)
			if accounts.count(row.email_account) > 1:
				frappe.throw(
					_("The e-mail account {0} is listed more than once. Keep one row.").format(
						frappe.bold(row.email_account)
					)
				)

	def check_acknowledgement(self):
		if self.send_acknowledgement and not (self.acknowledgement_text or "").strip():
			frappe.throw(_("There is no text for the acknowledgement. Write one, or switch the sending off."))
		unknown = _unknown_placeholder(self.acknowledgement_text or "")
		if unknown is not None:
			frappe.throw(
				_("The acknowledgement cannot fill in {0}. The placeholders are {1}.").format(
					frappe.bold(unknown), ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
				)
			)

	def check_peak_windows(self):
		for row in self.peak_windows:
			try:
				row.start_time, row.end_time = normalise_time(row.start_time), normalise_time(row.end_time)
			except UnreadableTimeError as error:
				frappe.throw(
					_(
						"Peak windows, row {0}: {1} is not a time of day. Write hours and minutes, for example 09:00."
					).format(row.idx, frappe.bold(error.text or _("(empty)")))
				)
			if row.end_time <= row.start_time:
				frappe.throw(
					_(
						"Peak windows, row {0}: the end must be after the start. Split a time over midnight in two."
					).format(row.idx)
				)
			if cint(row.minimum_agents) < 1:
				frappe.throw(
					_(
						"Peak windows, row {0}: the least number of agents must be 1 or more. Enter one or remove the row."
					).format(row.idx)
				)

	def refuse_when_named_in_settings(self):
		settings = frappe.get_cached_doc("CS Center Settings")
		if self.name in [settings.get(field) for field in SETTINGS_FIELDS]:
			frappe.throw(
				_(
					"The channel {0} is named in the CS Center Settings. Choose another one there, then disable it."
				).format(frappe.bold(self.name))
			)


def require_enabled_channel(channel: str | None):
	"""Refuse a disabled channel with a message; nothing to check when none is named."""
	if channel and not frappe.db.get_value("CS Channel", channel, "enabled"):
		frappe.throw(
			_("The channel {0} is disabled. Enable it or choose another one.").format(frappe.bold(channel))
		)


def _unknown_placeholder(text: str) -> str | None:
	"""The first placeholder that is not a plain one of ours (so no attributes, no formats), or None."""
	try:
		for _literal, name, spec, conversion in Formatter().parse(text):
			if name is not None and (name not in PLACEHOLDERS or spec or conversion):
				return f"{{{name}}}"
	except ValueError:  # a brace without its partner
		return "{"
	return None
