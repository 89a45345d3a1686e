"""Every string in hooks.py and patches.txt that names something names something that is there."""

import inspect
from pathlib import Path

import frappe

import cs_center
from cs_center import hooks
from cs_center.tests.base import SiteTestCase

PACKAGE = Path(cs_center.__file__).parent


def dotted_strings(value) -> list[str]:
	"""Every string below ``value`` that begins with the app's name and a dot."""
	if isinstance(value, str):
		return [value] if value.startswith("cs_center.") else []
	if isinstance(value, dict):
		return [
			found for key, part in value.items() for found in (*dotted_strings(key), *dotted_strings(part))
		]
	if isinstance(value, list | tuple):
		return [found for part in value for found in dotted_strings(part)]
	return []


def hook_values() -> dict:
	return {name: value for name, value in vars(hooks).items() if not name.startswith("_")}


OF_OTHER_APPS = ("Customer",)
"""Handled where ERPNext is installed; elsewhere nothing of the name is ever saved."""


class TestHooks(SiteTestCase):
	def test_every_dotted_string_is_something_callable(self):
		found = dotted_strings(list(hook_values().values()))
		self.assertGreater(len(found), 10)
		for name in found:
			with self.subTest(name):
				self.assertTrue(callable(frappe.get_attr(name)))

	def test_handlers_of_document_events_take_a_document_and_a_method(self):
		for name in dotted_strings(hooks.doc_events):
			with self.subTest(name):
				wanted = inspect.signature(frappe.get_attr(name)).parameters
				self.assertEqual(list(wanted)[:2], ["doc", "method"])
				# Some events hand over more (a rename the two names); a handler must do without.
				self.assertTrue(
					all(one.default is not inspect.Parameter.empty for one in list(wanted.values())[1:])
				)

	def test_every_hook_name_is_known_and_nothing_else_is_public(self):
		for name, value in hook_values().items():
			with self.subTest(name):
				self.assertFalse(inspect.ismodule(value) or inspect.isfunction(value))

	def test_doctypes_named_as_keys_exist(self):
		for hook in (
			"doc_events",
			"override_doctype_class",
			"permission_query_conditions",
			"has_permission",
			"doctype_js",
		):
			for doctype in getattr(hooks, hook, {}):
				with self.subTest(hook=hook, doctype=doctype):
					may_be_absent = doctype == "*" or doctype in OF_OTHER_APPS
					self.assertTrue(may_be_absent or frappe.db.exists("DocType", doctype))

	def test_ignored_links_are_doctypes_of_ours(self):
		for doctype in hooks.ignore_links_on_delete:
			self.assertEqual(frappe.db.get_value("DocType", doctype, "module"), "CS Center")

	def test_scripts_of_doctypes_are_files(self):
		for scripts in getattr(hooks, "doctype_js", {}).values():
			for script in [scripts] if isinstance(scripts, str) else scripts:
				self.assertTrue((PACKAGE / script).is_file(), script)

	def test_images_and_routes_of_the_apps_screen(self):
		for entry in hooks.add_to_apps_screen:
			image = entry["logo"].removeprefix("/assets/cs_center/")
			self.assertTrue((PACKAGE / "public" / image).is_file(), image)

	def test_patches_are_modules_with_execute(self):
		for line in (PACKAGE / "patches.txt").read_text().splitlines():
			name = line.split("#")[0].strip()
			if not name or name.startswith("["):
				continue
			with self.subTest(name):
				self.assertTrue(callable(frappe.get_attr(f"{name.split()[0]}.execute")))

	def test_the_minute_task_is_scheduled(self):
		jobs = frappe.get_all("Scheduled Job Type", {"method": ["like", "cs_center.%"]}, pluck="method")
		self.assertIn("cs_center.tasks.evaluate_due_tickets", jobs)

	def test_the_sla_class_is_ours_and_helpdesks(self):
		from frappe.model.base_document import get_controller
		from helpdesk.helpdesk.doctype.hd_service_level_agreement.hd_service_level_agreement import (
			HDServiceLevelAgreement,
		)

		controller = get_controller("HD Service Level Agreement")
		self.assertEqual(controller.__name__, "GovernedServiceLevelAgreement")
		self.assertTrue(issubclass(controller, HDServiceLevelAgreement))
