"""The closing count is right, and a suite that ran nothing or died can never look green."""

import suites
from suites import Result, read_junit, read_unittest, summary

JUNIT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


def test_green_site_tests_are_counted():
	assert read_unittest("site", "..s\nRan 12 tests in 3.1s\n\nOK (skipped=2)\n", 0) == Result(
		"site", 10, 0, 2
	)


def test_failures_and_errors_of_site_tests_are_counted():
	output = "Ran 7 tests in 1s\n\nFAILED (failures=1, errors=2, skipped=1)\n"
	assert read_unittest("site", output, 1) == Result("site", 3, 3, 1)


def test_error_in_class_set_up_counts_though_no_test_ran():
	result = read_unittest("site", "Ran 0 tests in 0.1s\n\nFAILED (errors=1)\n", 1)
	assert (result.passed, result.failed, result.ok) == (0, 1, False)


def test_zero_site_tests_fail():
	result = read_unittest("site", "Ran 0 tests in 0.000s\n\nOK\n", 0)
	assert result.problem == "no test ran"
	assert not result.ok


def test_runner_that_dies_before_a_test_fails():
	assert not read_unittest("site", "ImportError: no module\n", 1).ok


def test_site_that_refuses_tests_is_told_what_to_do():
	assert suites.TESTS_OFF in read_unittest("site", "Testing is disabled for the site!", 0).problem


def test_runner_that_dies_after_green_tests_fails():
	assert not read_unittest("site", "Ran 3 tests in 1s\n\nOK\n", 139).ok


def test_junit_report_is_counted(tmp_path):
	report = tmp_path / "report.xml"
	report.write_text(JUNIT.format(9, 1, 1, 2))
	assert read_junit("plain", report, 1) == Result("plain", 5, 2, 2)


def test_pytest_that_collects_nothing_fails(tmp_path):
	report = tmp_path / "report.xml"
	report.write_text(JUNIT.format(0, 0, 0, 0))
	assert read_junit("plain", report, 5).problem == "pytest ended with 5"
	assert not read_junit("plain", tmp_path / "missing.xml", 2).ok


def test_last_line_of_the_summary_is_plain():
	text, ok = summary([Result("plain", 5, 0), Result("site", 7, 0)])
	assert text.splitlines()[-1] == "12 passed, 0 failed"
	assert ok


def test_summary_counts_a_suite_without_tests_as_failed():
	text, ok = summary([Result("plain", 5), Result("site", problem="no test ran")])
	assert text.splitlines()[-1] == "5 passed, 1 failed"
	assert not ok


def test_summary_of_nothing_is_a_failure():
	assert summary([])[1] is False
