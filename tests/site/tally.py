"""What a run of unittest counted, as the numbers that are added up. Without Frappe, so that it is tested without it."""

from __future__ import annotations

import unittest
from collections.abc import Iterable
from typing import Any


def count(result: unittest.TestResult) -> dict[str, Any]:
	"""Return passed, failed, skipped, and what is wrong besides failed tests.

	A class that cannot be set up is a failure, but none of the tests that ran.
	"""
	bad = [test for test, _text in (*result.failures, *result.errors)] + list(result.unexpectedSuccesses)
	skipped = [test for test, _reason in result.skipped]
	passed = result.testsRun - len(_tests([*bad, *skipped]))
	problem = "" if result.testsRun or bad else "no test ran"
	return {"passed": passed, "failed": len(bad), "skipped": len(skipped), "problem": problem}


def _tests(found: Iterable[Any]) -> set[str]:
	"""Return the ids of the tests themselves: one whose clean-up failed too, or with several subtests, counts once."""
	tests = [getattr(test, "test_case", test) for test in found]
	return {test.id() for test in tests if isinstance(test, unittest.TestCase)}
