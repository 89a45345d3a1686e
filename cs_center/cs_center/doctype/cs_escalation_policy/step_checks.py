"""Checks of an escalation policy's steps. Each refuses with a message that names the row and what to do."""

import re

import frappe
from frappe import _
from frappe.utils import cint, flt

from cs_center.cs_center.doctype.cs_escalation_policy.step_errors import explain_policy_error
from cs_center.cs_center.staff import require_role_with_members, require_staff
from cs_center.domain.escalation_policy import EscalationPolicyError
from cs_center.domain.units import Amount, BadAmountError, Unit
from cs_center.services.escalation.policies import policy_of
from cs_center.services.service_levels.definitions import code

VALUES_OF_TRIGGERS = {
	"Share of Target Used": ("metric", "percent"),
	"Time Before Deadline": ("metric", "amount", "unit"),
	"Time After Deadline": ("metric", "amount", "unit"),
	"Severity Reached": ("severity",),
	"Reopened": ("count",),
	"Contacts in a Window": ("count", "amount", "unit"),
	"Low Satisfaction": ("rating",),
	"No Acknowledgement": ("metric", "amount", "unit"),
}
"""Trigger -> the fields that it uses; the form shows no others."""

VALUES_OF_AUDIENCES = {"Role": ("role",), "User": ("user",), "Supervisor": ("supervisor_level",)}

STEP_KEY = re.compile(r"[0-9a-z]{10}")
UNITS = {unit.value: unit for unit in Unit}


def clear_unused_values(steps):
	"""Empty what the row's trigger and audience do not use: the form hides it, so nobody could see or correct it."""
	for row in steps:
		_keep_only(row, VALUES_OF_TRIGGERS, row.trigger)
		_keep_only(row, VALUES_OF_AUDIENCES, row.tell, default=())


def check_times(steps):
	"""Each timed trigger has a time above zero and below a hundred years, with its unit."""
	for row in steps:
		if "amount" not in VALUES_OF_TRIGGERS.get(row.trigger, ()):
			continue
		unit = UNITS.get(code(row.unit or ""))
		if not unit or flt(row.amount) <= 0:
			frappe.throw(
				_("Steps, row {0}: {1} needs a time above zero and its unit. Enter both.").format(
					row.idx, _(row.trigger)
				)
			)
		try:
			Amount(flt(row.amount), unit)
		except BadAmountError:
			frappe.throw(
				_("Steps, row {0}: {1} {2} are longer than 100 years. Enter a shorter time.").format(
					row.idx, flt(row.amount), _(row.unit)
				)
			)


def check_audiences(steps):
	"""Each row's media have somebody to reach, and who is named can be reached."""
	for row in steps:
		place = _("Steps, row {0}").format(row.idx)
		_check_media(row)
		require_staff(row.user, place)
		require_role_with_members(row.role, place)
		_refuse_disabled_records(row)


def fill_step_keys(steps):
	"""A key for each new row and each copied one. A later version keeps the keys, so that no step fires twice."""
	seen = set()
	for row in steps:
		if not STEP_KEY.fullmatch(row.step_key or "") or row.step_key in seen:
			row.step_key = frappe.generate_hash(length=10).lower()
		seen.add(row.step_key)


def check_ladders(policy):
	"""The domain's own checks: values in range, no step twice, none idle, none that could never fire."""
	try:
		policy_of(policy)
	except EscalationPolicyError as error:
		frappe.throw(explain_policy_error(error, policy))
	except ValueError:
		frappe.throw(
			_("One of the steps holds a value that is not in the list of its field. Choose it from the list.")
		)


def _keep_only(row, used_by: dict[str, tuple[str, ...]], chosen: str | None, default=None):
	used = used_by.get(chosen or "", default)
	if used is None:  # not one of the options: Frappe's own check says so
		return
	for fieldname in {name for names in used_by.values() for name in names} - set(used):
		row.set(fieldname, 0 if row.meta.get_field(fieldname).fieldtype in ("Int", "Float") else None)


def _check_media(row):
	if not row.tell and (cint(row.in_app) or cint(row.email)):
		frappe.throw(
			_(
				"Steps, row {0}: there is nobody to tell in the app or by e-mail. Choose whom to tell, or clear In-App and E-mail."
			).format(row.idx)
		)
	if row.tell and not (cint(row.in_app) or cint(row.email) or row.channel or cint(row.assign_to_told)):
		frappe.throw(
			_(
				"Steps, row {0}: {1} would not be told by any means. Choose In-App or E-mail, or clear whom to tell."
			).format(row.idx, _(row.tell))
		)


def _refuse_disabled_records(row):
	if row.channel and not frappe.db.get_value("CS Notification Channel", row.channel, "enabled"):
		frappe.throw(
			_(
				"Steps, row {0}: the notification channel {1} is disabled. Enable it or choose another one."
			).format(row.idx, frappe.bold(row.channel))
		)
	if row.raise_priority_to and frappe.db.get_value("HD Ticket Priority", row.raise_priority_to, "disabled"):
		frappe.throw(
			_("Steps, row {0}: the priority {1} is disabled. Enable it or choose another one.").format(
				row.idx, frappe.bold(row.raise_priority_to)
			)
		)
