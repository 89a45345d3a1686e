"""The demo: the app's own walk through a fresh site, then the replay of the sample log without any site."""

from __future__ import annotations

import bench
import paths
from console import HarnessError, run_shown, say

DEMO_FUNCTION = f"{paths.APP}.demo.run"
REPLAY_OUTPUT = paths.LOCAL / "demo" / "replay"
FIXTURES = paths.ROOT / "fixtures"


def run_on_site(site: str) -> None:
	"""Call the app's demo function within the site; what it prints is shown."""
	command = bench.frappe_command(site, "execute", DEMO_FUNCTION)
	code, _output = run_shown(command, cwd=paths.SITES, env=bench.environment())
	if code:
		raise HarnessError(f"{DEMO_FUNCTION} ended with {code}; its output is above.")


def replay_fixture() -> None:
	"""Replay the sample log with the app's command line and say where the report is."""
	command = [paths.TEST_VENV / "bin" / "cs-center", "replay", "--log", FIXTURES / "sample-log.csv"]
	command += [
		"--mapping",
		FIXTURES / "mapping-sample.json",
		"--policies",
		FIXTURES / "policies-sample.json",
	]
	command += ["--out", REPLAY_OUTPUT]
	code, _output = run_shown(command, cwd=paths.ROOT)
	if code:
		raise HarnessError(f"cs-center replay ended with {code}; its output is above.")
	say(f"The report is in {REPLAY_OUTPUT}.")
