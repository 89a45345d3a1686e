"""One name for Frappe's test case (15 and 16 call it differently), and what every site test of this app needs."""

from collections.abc import Callable

import frappe
from frappe.utils import strip_html

try:
	from frappe.tests import IntegrationTestCase as FrappeTestCase
except ImportError:
	from frappe.tests.utils import FrappeTestCase

SAVEPOINT = "cs_center_test"


class SiteTestCase(FrappeTestCase):
	"""Each test leaves the database as it found it; what ``setUpClass`` made stays for the class."""

	def setUp(self):
		frappe.db.savepoint(SAVEPOINT)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.local.message_log = []
		frappe.clear_document_cache("CS Center Settings", "CS Center Settings")

	def assert_refused(self, action: Callable, *words: str, error: type[Exception] = frappe.ValidationError):
		"""``action()`` raises ``error``, and what the user reads has all these words (tags do not count)."""
		frappe.local.message_log = []
		with self.assertRaises(error) as caught:
			action()
		# Frappe 15.55 shows a link that is in the way as a message of its own, before the one that it raises.
		shown = [str(one) for one in frappe.local.message_log]
		message = strip_html(" ".join([str(caught.exception), *shown]))
		for word in words:
			self.assertIn(word, message)


def create_user(email: str, *roles: str) -> str:
	"""A user with exactly these roles. Costs more than a second: once per class, in ``setUpClass``."""
	if not frappe.db.exists("User", email):
		user = frappe.get_doc(
			{"doctype": "User", "email": email, "first_name": email, "send_welcome_email": 0}
		)
		user.insert(ignore_permissions=True)  # tests run as Administrator or as whoever was set before
	user = frappe.get_doc("User", email)
	user.set("roles", [])
	user.add_roles(*roles)
	return email
