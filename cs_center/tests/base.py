"""One name for Frappe's test case (15 and 16 call it differently), and what every site test of this app needs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.utils import strip_html

try:
	from frappe.tests import IntegrationTestCase as FrappeTestCase
except ImportError:
	from frappe.tests.utils import FrappeTestCase

SAVEPOINT, COMMITTED = "cs_center_test", "cs_center_test_commit"


class SiteTestCase(FrappeTestCase):
	"""Each test leaves the database as it found it; what ``setUpClass`` made stays for the class.

	No commit leaves a test, not even one that Frappe or Helpdesk makes on its own; ``commits`` counts them.
	"""

	def setUp(self):
		frappe.db.savepoint(SAVEPOINT)
		guard = no_commits()
		self.commits = guard.__enter__()
		self.addCleanup(guard.__exit__, None, None, None)

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


@contextmanager
def no_commits() -> Iterator[list[int]]:
	"""A commit only sets the point to which a full rollback goes, so that the test can undo both."""
	counted: list[int] = []
	database = frappe.local.db
	real_rollback = database.rollback

	def commit(*args, **kwargs):
		counted.append(1)
		database.transaction_writes = 0  # as after a real one: some statements are only allowed then
		frappe.db.savepoint(COMMITTED)

	def rollback(*args, save_point=None, **kwargs):
		real_rollback(save_point=save_point or COMMITTED)

	frappe.db.savepoint(COMMITTED)
	with patch.object(database, "commit", commit), patch.object(database, "rollback", rollback):
		yield counted


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
