"""The command line ``cs-center``. Exit codes: 0 done, 1 a difference was found, 2 unusable input."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cs_center import __version__
from cs_center.domain.units import Unit

from . import calendar_check, calendar_commands, replay_command
from .errors import UnusableInputError
from .ticket_log import FORMATS

DONE, DIFFERENCE, UNUSABLE = 0, 1, 2
LANGUAGES = ("en", "zh")


def main(arguments: Sequence[str] | None = None) -> int:
	"""Run one command; ``arguments`` default to the process's own. Returns the exit code."""
	options = build_parser().parse_args(arguments)
	try:
		return int(options.run(options))
	except UnusableInputError as error:
		print(f"cs-center: {error}", file=sys.stderr)
		return UNUSABLE
	except BrokenPipeError:
		sys.stderr.close()  # the reader (head, less) went away: nothing to say, and nobody to say it to
		return UNUSABLE


def build_parser() -> ArgumentParser:
	"""The parser with all commands; ``options.run`` is the chosen one."""
	parser = ArgumentParser(
		prog="cs-center", description="CS Center without a site: calendars and policy replay."
	)
	parser.add_argument("--version", action="version", version=f"cs-center {__version__}")
	commands = parser.add_subparsers(dest="command", required=True)
	calendar = commands.add_parser("calendar", help="ask a service calendar")
	questions = calendar.add_subparsers(dest="question", required=True)
	_add_check(questions)
	_add_deadline(questions)
	_add_elapsed(questions)
	_add_replay(commands)
	return parser


def _add_check(commands: Any) -> None:
	check = commands.add_parser("check", help="compare a file of expected answers with the calendar's own")
	check.add_argument("file", type=Path, metavar="FILE", help='{"calendars": {...}, "cases": [...]}')
	check.add_argument("--json", action="store_true", help="machine output")
	check.set_defaults(run=calendar_check.check)


def _add_calendar_arguments(parser: ArgumentParser) -> None:
	parser.add_argument(
		"--calendar", type=Path, required=True, metavar="FILE", help="JSON with one calendar or many"
	)
	parser.add_argument("--name", help="which calendar, when the file holds many")
	parser.add_argument(
		"--start", required=True, metavar="ISO", help="without an offset: local time of the calendar"
	)
	parser.add_argument("--json", action="store_true", help="machine output")


def _add_deadline(commands: Any) -> None:
	deadline = commands.add_parser("deadline", help="when an amount of time is over")
	_add_calendar_arguments(deadline)
	deadline.add_argument("--amount", type=float, required=True, metavar="N")
	deadline.add_argument("--unit", required=True, choices=[unit.value for unit in Unit])
	deadline.set_defaults(run=calendar_commands.deadline)


def _add_elapsed(commands: Any) -> None:
	elapsed = commands.add_parser("elapsed", help="open time between two instants")
	_add_calendar_arguments(elapsed)
	elapsed.add_argument("--end", required=True, metavar="ISO")
	elapsed.set_defaults(run=calendar_commands.elapsed)


def _add_replay(commands: Any) -> None:
	replay = commands.add_parser("replay", help="run policies over past tickets")
	replay.add_argument(
		"--log", type=Path, required=True, metavar="FILE", help="CSV or JSON Lines, one row an event"
	)
	replay.add_argument(
		"--mapping", type=Path, required=True, metavar="FILE", help="what the log's columns mean"
	)
	replay.add_argument(
		"--policies", type=Path, required=True, metavar="FILE", help="calendars, policies and escalation"
	)
	replay.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
	replay.add_argument("--format", choices=sorted(set(FORMATS.values())), help="default: by the extension")
	replay.add_argument("--now", metavar="ISO", help="instant of evaluation; default: the log's last event")
	replay.add_argument("--workers", type=_at_least_one, default=1, metavar="N", help="processes, default 1")
	replay.add_argument("--language", choices=LANGUAGES, default="en", help="of the report")
	replay.add_argument("--no-report", action="store_true", help="no report.html; needs no extra packages")
	replay.add_argument("--strict", action="store_true", help="exit with 1 when a row was left out")
	replay.set_defaults(run=replay_command.run)


def _at_least_one(text: str) -> int:
	if not text.isdigit() or int(text) < 1:
		raise ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
	return int(text)


if __name__ == "__main__":
	sys.exit(main())
