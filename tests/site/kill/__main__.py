"""`python tests/site/kill SITE`: passes and senders are killed at random points; nothing may be lost or doubled.

Run by the Python of a bench, in its sites folder, on a site of its own that has the app: `make kill-test`. Everything
that touches the site runs in forked processes, so that a killed one leaves nothing behind in this one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import crowd
import receiver
import scene
import verdict
import worker


def main() -> int:
	options = _options()
	began = time.monotonic()
	with (
		tempfile.TemporaryDirectory(prefix="kill-test-") as folder,
		receiver.running(Path(folder) / "received", options.seed, options.faults) as address,
	):
		made = worker.in_child(options.site, lambda: scene.make(options.tickets, address))
		print(
			f"{options.tickets} tickets made in {time.monotonic() - began:.0f} s, seed {options.seed}",
			flush=True,
		)
		worker.warm_up(options.site, made)
		kills = crowd.Crowd(options.site, made, options, Path(folder)).work()
		found = worker.in_child(options.site, lambda: verdict.site_state(made))
		received = receiver.read(Path(folder) / "received")
	problems = verdict.judge(made, found, received)
	if len(kills.inside("pass")) < options.kills or len(kills.inside("sender")) < options.kills:
		problems.append("fewer kills than asked for: the work was over too soon")
	_tell(kills, made, found, received, problems)
	print(f"{time.monotonic() - began:.0f} s in all")
	return 1 if problems else 0


def _options() -> argparse.Namespace:
	parser = argparse.ArgumentParser(prog="kill-test", description=__doc__)
	parser.add_argument("site")
	parser.add_argument("--tickets", type=int, default=1000)
	parser.add_argument("--kills", type=int, default=50, help="of passes, and as many of senders")
	parser.add_argument("--freezes", type=int, default=3, help="senders stopped for longer than their lease")
	parser.add_argument("--faults", type=float, default=0.08, help="share of posts that the receiver spoils")
	parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
	parser.add_argument("--seconds", type=int, default=600, help="give up after this")
	return parser.parse_args()


def _tell(kills: crowd.Kills, made: dict, found: dict, received: list, problems: list[str]) -> None:
	for kind in ("pass", "sender"):
		inside = kills.inside(kind)
		print(f"\n{kind}: {len(inside)} killed at work, {len(kills.idle(kind))} while idle; where:")
		for count, place in kills.histogram(kind):
			print(f"  {count:4d}  {place}")
	keys = [row["key"] for row in received]
	doubled = len(keys) - len(set(keys))
	print(
		f"\nescalations: {len(found['escalations'])} of {made['tickets']}; deliveries: {len(found['deliveries'])}; "
		f"incidents: {len(found['incidents'])} of {len(made['acting'])}"
	)
	print(
		f"receiver: {len(keys)} posts, {len(set(keys))} keys, {doubled} repeated; answers "
		f"{receiver.counted(received)}; freezes {kills.freezes}"
	)
	print(f"jobs that ended with an error: {dict(kills.failures) or 'none'}")
	print(f"deadlocks on the database server, other sites' among them: {found['deadlocks']}")
	print(f"error log: {found['errors'] or 'empty'}")
	for problem in problems[:20]:
		print(f"WRONG: {problem}")
	print(f"{len(problems)} wrong" if problems else "Each exactly once, each delivered, nothing left behind.")


if __name__ == "__main__":
	sys.exit(main())
