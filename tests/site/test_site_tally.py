"""unittest's own ways of counting do not blur the sum: each test is passed, failed or skipped, and none is lost."""

import unittest

from tally import count


class OnPurpose(unittest.TestCase):
	"""Run below, never by pytest itself."""

	__test__ = False


class Mixed(OnPurpose):
	def test_green(self):
		self.assertTrue(True)

	def test_red(self):
		self.fail("on purpose")

	def test_skipped(self):
		self.skipTest("on purpose")

	@unittest.expectedFailure
	def test_unexpectedly_green(self):
		self.assertTrue(True)


class RedInBothEnds(OnPurpose):
	def tearDown(self):
		raise RuntimeError("on purpose")

	def test_red(self):
		self.fail("on purpose")


class RedSubtests(OnPurpose):
	def test_numbers(self):
		for number in range(3):
			with self.subTest(number):
				self.assertEqual(number, 0)


class NoSetUp(OnPurpose):
	@classmethod
	def setUpClass(cls):
		raise RuntimeError("on purpose")

	def test_never_reached(self):
		self.assertTrue(True)


def counted(*cases: type[unittest.TestCase]) -> dict:
	result = unittest.TestResult()
	unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromTestCase(case) for case in cases).run(result)
	return count(result)


def test_each_kind_is_counted():
	assert counted(Mixed) == {"passed": 1, "failed": 2, "skipped": 1, "problem": ""}


def test_a_test_that_fails_twice_takes_one_from_those_that_passed():
	assert counted(Mixed, RedInBothEnds)["passed"] == 1
	assert counted(RedSubtests) == {"passed": 0, "failed": 2, "skipped": 0, "problem": ""}


def test_a_class_without_set_up_is_a_failure_and_takes_nothing_from_those_that_passed():
	assert counted(Mixed, NoSetUp) == {"passed": 1, "failed": 3, "skipped": 1, "problem": ""}


def test_nothing_is_a_problem():
	assert counted()["problem"] == "no test ran"
