"""What a night's evaluation of a hundred thousand customers with a million purchases costs.

Run in a bench by ``make bench BENCH=... SITE=... ARGS="--only tiers"``. It commits: name a site that can be thrown away.
Each time stands beside the bare ``GROUP BY`` that gives the same sums. At the end a run is killed half-way and started
again: it has to come to the same tiers as the one that nobody disturbed.
"""

from __future__ import annotations

import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import bulk_purchases as bulk
import frappe
from frappe.utils import getdate

from cs_center.domain.tiers import window_start
from cs_center.services.customers import evaluating, profiles, tickets_following

CUSTOMERS = int(os.environ.get("CUSTOMERS", "100000"))
PURCHASES = int(os.environ.get("PURCHASES", "1000000"))
ROUNDS = 3
ONLY_RUN = "--only-run"


def main() -> None:
	frappe.init(site=sys.argv[1])
	frappe.connect()
	if not frappe.conf.allow_tests:
		raise SystemExit("This writes and commits. Name a scratch site: bench set-config allow_tests true.")
	if ONLY_RUN in sys.argv:
		evaluating.run()
		return
	print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
	frappe.db.set_single_value("CS Center Settings", "purchase_source", bulk.PURCHASE)
	try:
		measure()
	finally:
		frappe.db.rollback()
		bulk.remove()
		frappe.destroy()


def measure() -> None:
	bulk.remove()
	began = time.perf_counter()
	bulk.insert(CUSTOMERS, PURCHASES)
	print(f"{CUSTOMERS:,} customers, {PURCHASES:,} purchases inserted in {time.perf_counter() - began:.0f} s")
	made = _timed(profiles.make_missing)
	frappe.db.commit()
	print(f"profiles of all of them: {made:.2f} s, one statement")
	frappe.db.sql(f"analyze table `tab{bulk.PURCHASE}`, `tab{bulk.PROFILE}`")
	baseline = statistics.median([_timed(_group_by) for _round in range(ROUNDS)])
	print(f"baseline, the bare GROUP BY of the same sums, fetched: {baseline:.2f} s")
	_show_plan()
	_show("first night, every customer's figures change", _nights(first=True), baseline)
	_show("a night on which nothing changed", _nights(first=False), baseline)
	_show("a night after 1 % of the customers bought", _nights(first=False, bought=True), baseline)
	killed()


def _group_by() -> None:
	start = window_start(getdate(), 12)
	frappe.db.sql(
		f"""select customer, sum(base_amount), sum(is_return = 0) from `tab{bulk.PURCHASE}`
		where purchased_on between %s and %s group by customer""",
		(start, getdate()),
	)


def _show_plan() -> None:
	start = window_start(getdate(), 12)
	rows = frappe.db.sql(
		f"""explain select customer, sum(base_amount), sum(is_return = 0) from `tab{bulk.PURCHASE}`
		where customer between %s and %s and purchased_on between %s and %s group by customer""",
		(f"{bulk.PREFIX}0000001", f"{bulk.PREFIX}0002000", start, getdate()),
		as_dict=True,
	)
	for row in rows:
		print(f"    plan of a batch: {row.type}, key {row.key}, {row.rows} rows, {row.Extra}")


def _nights(first: bool, bought: bool = False) -> list[float]:
	times = []
	for _round in range(ROUNDS):
		if first:
			bulk.reset()
		else:
			frappe.db.delete(bulk.RUN)
			frappe.db.commit()
		if bought:
			_buy()
		# Tickets are none of the evaluation: there are none here, and nobody's are looked for.
		times.append(_timed(evaluating.run))
	return times


def _buy() -> None:
	"""A hundredth of the customers has spent a little more."""
	frappe.db.sql(
		f"""update `tab{bulk.PURCHASE}` set base_amount = base_amount + 1 where customer like '{bulk.PREFIX}%%00'
		and purchased_on > %s""",
		(window_start(getdate(), 12),),
	)
	frappe.db.commit()


def _show(title: str, times: list[float], baseline: float) -> None:
	median, run = statistics.median(times), frappe.get_last_doc(bulk.RUN)
	peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
	print(
		f"{title}: {median:.2f} s (fastest {min(times):.2f}), {median / baseline:.2f} x the baseline, "
		f"{run.customers:,} customers, {run.upgrades:,} up, {run.downgrades:,} down, process at most {peak} MB"
	)


def killed() -> None:
	"""SIGKILL in the middle of a run, twice, then to its end: the same tiers as without."""
	bulk.reset()
	evaluating.run()
	wanted = _tiers()
	bulk.reset()
	command = [sys.executable, __file__, sys.argv[1], ONLY_RUN]
	for share in (0.3, 0.7):
		process = subprocess.Popen(command)
		while _position() < share * CUSTOMERS and process.poll() is None:
			time.sleep(0.05)
		process.send_signal(signal.SIGKILL)
		process.wait()
		print(f"    killed behind customer {_position():,}")
	subprocess.run(command, check=True)
	frappe.db.rollback()
	same = _tiers() == wanted
	print(
		f"killed twice and started again: {'the same tiers, figures and changes' if same else 'OTHER TIERS'}"
	)


def _position() -> int:
	frappe.db.rollback()  # see what the other process committed
	position = frappe.db.get_value(bulk.RUN, {"state": "Running"}, "position") or ""
	return int(position.removeprefix(bulk.PREFIX) or 0) if position.startswith(bulk.PREFIX) else 0


def _tiers() -> tuple[object, ...]:
	profile = frappe.db.sql(
		f"select name, tier, earned_tier, spend, orders, below_since from `tab{bulk.PROFILE}` order by name"
	)
	changes = frappe.db.sql(
		f"select customer, from_tier, to_tier, reason, spend from `tab{bulk.CHANGE}` order by customer, creation"
	)
	return hash(profile), len(profile), hash(changes), len(changes)


def _timed(work: Callable[[], object]) -> float:
	began = time.perf_counter()
	work()
	return time.perf_counter() - began


if __name__ == "__main__":
	tickets_following.CUSTOMERS_AT_A_TIME = 5000
	main()
