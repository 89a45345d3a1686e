"""One worker of the site tests: `python module_runner.py SITE`, in a bench's own Python and its sites folder.

Reads names of modules from standard input, one a line, runs each with Frappe's own runner, and answers each
with one line of JSON on standard output. What the tests print goes to standard error.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import sys
import time
import traceback
from typing import IO, Any

import frappe
import sqlparse
from frappe import test_runner
from frappe.utils import scheduler
from tally import count

# Rare enough not to go through all that Frappe has loaded again and again.
GARBAGE_THRESHOLD = 50_000
KNOWN_FIELDS = 10_000


def main() -> None:
	orders, answers = _take_standard_streams()
	_prepare(sys.argv[1])
	_spare_time()
	_answer(answers, {"ready": True})
	for line in iter(orders.readline, ""):
		_answer(answers, run_module(line.strip()))


def _take_standard_streams() -> tuple[IO[str], IO[str]]:
	"""Keep both for the orders, so that a test that reads or prints does not get in between."""
	orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
	with open(os.devnull) as nothing:
		os.dup2(nothing.fileno(), 0)
	os.dup2(2, 1)
	return orders, answers


def _answer(answers: IO[str], facts: dict[str, Any]) -> None:
	for stream in (sys.stdout, sys.stderr):
		stream.flush()
	answers.write(json.dumps(facts) + "\n")
	answers.flush()


def _prepare(site: str) -> None:
	"""What Frappe's command `run-tests` does before the first test."""
	frappe.init(site=site)
	frappe.connect()
	frappe.flags.in_test = True
	frappe.clear_cache()
	if not scheduler.is_scheduler_disabled():
		scheduler.disable_scheduler()
	if hasattr(test_runner, "set_test_email_config"):  # Frappe 15.40+ has none
		test_runner.set_test_email_config()
	for hook in frappe.get_hooks("before_tests", app_name="cs_center"):
		frappe.get_attr(hook)()
	frappe.db.commit()


def _spare_time() -> None:
	"""Leave out what costs a third of a test and changes nothing in it."""
	# Frappe has each field of each query parsed anew; the same text gives the same answer.
	sqlparse.format = functools.lru_cache(KNOWN_FIELDS)(sqlparse.format)
	gc.collect()
	gc.freeze()
	gc.set_threshold(GARBAGE_THRESHOLD)


def run_module(name: str) -> dict[str, Any]:
	"""Run one module; returns its count, its seconds, and what went wrong besides failed tests."""
	started = time.monotonic()
	try:
		importlib.import_module(name)
		facts = count(test_runner.run_tests_for_module(name))
	except Exception as error:
		traceback.print_exc()
		facts = {"problem": f"{type(error).__name__} outside of a test: {error}"}
	frappe.db.rollback()
	return {**facts, "seconds": time.monotonic() - started}


if __name__ == "__main__":
	main()
