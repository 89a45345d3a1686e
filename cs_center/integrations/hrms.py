"""Employees seen from here, where ERPNext or HRMS keeps them: who reports to whom. Absent on most helpdesk sites."""

from __future__ import annotations

from collections.abc import Iterable

import frappe

EMPLOYEE = "Employee"


def is_installed() -> bool:
	"""Whether the site keeps employees (the DocType moved from ERPNext to HRMS and is in either)."""
	return bool(frappe.db.exists("DocType", EMPLOYEE))


def supervisors(users: Iterable[str]) -> dict[str, str]:
	"""Account of the supervisor by account, for those whose active employee record says so."""
	if not is_installed():
		return {}
	employee = frappe.qb.DocType(EMPLOYEE)
	above = frappe.qb.DocType(EMPLOYEE).as_("above")
	rows = (
		frappe.qb.from_(employee)
		.inner_join(above)
		.on(above.name == employee.reports_to)
		.select(employee.user_id, above.user_id)
		.where(employee.user_id.isin(list(users)) & (employee.status == "Active") & above.user_id.isnotnull())
		.run()
	)
	return {user: supervisor for user, supervisor in rows if supervisor}
