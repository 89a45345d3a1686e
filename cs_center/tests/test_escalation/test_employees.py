"""Where employees are kept (ERPNext, HRMS), whoever an employee reports to is the supervisor of the account."""

import frappe

from cs_center.integrations import hrms
from cs_center.services.escalation.directory import SiteDirectory
from cs_center.services.service_levels.site_time import current_instant
from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase

LOWER, UPPER, TOP = "low@service.example", "upper@service.example", "top@service.example"


class TestEmployees(SiteTestCase):
	"""A stand-in of the DocType where neither app is installed: the fields that are asked for, as they are there."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.made = not hrms.is_installed()
		if cls.made:
			fields = (("user_id", "Data"), ("reports_to", "Data"), ("status", "Data"))
			frappe.get_doc(
				{
					"doctype": "DocType",
					"name": hrms.EMPLOYEE,
					"module": "CS Center",
					"custom": 1,
					"autoname": "hash",
					"fields": [
						{"fieldname": name, "fieldtype": kind, "label": name} for name, kind in fields
					],
					"permissions": [{"role": "System Manager", "read": 1}],
				}
			).insert()

	@classmethod
	def tearDownClass(cls):
		if cls.made:
			frappe.delete_doc("DocType", hrms.EMPLOYEE, force=True)
			frappe.db.sql_ddl(f"drop table if exists `tab{hrms.EMPLOYEE}`")
			frappe.db.commit()  # the DocType itself was committed by its table
		super().tearDownClass()

	def setUp(self):
		super().setUp()
		if not self.made:
			self.skipTest("the site keeps real employees")
		self.top = self.employ(TOP)
		self.upper = self.employ(UPPER, self.top)

	def employ(self, user: str, reports_to: str = "", status: str = "Active") -> str:
		row = frappe.new_doc(hrms.EMPLOYEE)
		row.update({"user_id": user, "reports_to": reports_to, "status": status})
		row.db_insert()
		return row.name

	def supervisor_of(self, user: str) -> str:
		return SiteDirectory(current_instant()).supervisor(user)

	def test_whoever_an_employee_reports_to_is_the_supervisor(self):
		self.employ(LOWER, self.upper)
		self.assertEqual(self.supervisor_of(LOWER), UPPER)
		self.assertEqual(self.supervisor_of(UPPER), TOP)
		self.assertEqual(self.supervisor_of(TOP), "")

	def test_an_employee_who_has_left_reports_to_nobody(self):
		self.employ(LOWER, self.upper, status="Left")
		self.assertEqual(self.supervisor_of(LOWER), "")

	def test_the_agents_profile_goes_before_the_employees_record(self):
		agent = factories.create_agent("profiled@service.example")
		other = factories.create_agent("above@service.example")
		self.employ(agent, self.upper)
		factories.create_profile(agent, supervisor=other)
		self.assertEqual(self.supervisor_of(agent), other)


class TestWithoutEmployees(SiteTestCase):
	def test_nobody_is_asked(self):
		if hrms.is_installed():
			self.skipTest("the site keeps employees")
		self.assertEqual(hrms.supervisors([LOWER]), {})
