"""Every test module is found, the longest is taken first, and what a run learned serves the next one."""

import paths
import plan
import pytest

TWO_TESTS = "class TestA:\n\tdef test_one(self): ...\n\n\tdef test_two(self): ...\n"
ONE_TEST = "class TestA:\n\tdef test_one(self): ...\n"


@pytest.fixture
def app(tmp_path):
	folder = tmp_path / "cs_app"
	for name, text in (
		("tests/test_tickets/test_small.py", ONE_TEST),
		("tests/test_tickets/test_large.py", TWO_TESTS),
		("tests/test_tickets/ticket_case.py", TWO_TESTS),
		("tests/public/test_left_out.py", ONE_TEST),
		("test_beside_the_package.py", ONE_TEST),
	):
		path = folder / name
		path.parent.mkdir(parents=True, exist_ok=True)
		path.write_text(text)
	return folder


@pytest.fixture
def own_times(tmp_path, monkeypatch):
	monkeypatch.setattr(plan, "TIMES", tmp_path / "reports" / "times.json")


def test_modules_are_those_that_frappes_runner_finds(app):
	assert list(plan.find_modules(app)) == [
		"cs_app.tests.test_tickets.test_large",
		"cs_app.tests.test_tickets.test_small",
	]


def test_the_apps_own_modules_are_found():
	files = {path for path in (paths.ROOT / paths.APP / "tests").rglob("test_*.py")}
	assert set(plan.find_modules(paths.ROOT / paths.APP).values()) == files


def test_a_module_that_was_never_timed_is_weighed_by_its_tests(app):
	assert [name.rsplit(".", 1)[1] for name in plan.longest_first(plan.find_modules(app), {})] == [
		"test_large",
		"test_small",
	]


def test_a_recorded_time_beats_the_number_of_tests(app):
	times = {"cs_app.tests.test_tickets.test_small": 60.0}
	names = plan.longest_first(plan.find_modules(app), times)
	assert names[0] == "cs_app.tests.test_tickets.test_small"


def test_modules_of_one_length_keep_the_order_of_their_names(app):
	modules = plan.find_modules(app)
	times = dict.fromkeys(modules, 2.0)
	backwards = dict(reversed(modules.items()))
	assert plan.longest_first(backwards, times) == plan.longest_first(modules, times) == sorted(modules)


def test_times_are_kept_for_modules_that_did_not_run_again(own_times):
	plan.record_times({"a": 3.0, "b": 4.0})
	plan.record_times({"b": 5.5})
	assert plan.read_times() == {"a": 3.0, "b": 5.5}


def test_there_are_no_times_before_the_first_run_and_after_a_spoilt_one(own_times):
	assert plan.read_times() == {}
	plan.record_times({"a": 3.0})
	plan.TIMES.write_text("{")
	assert plan.read_times() == {}
