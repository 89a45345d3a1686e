"""Processes that work on the site: forked from one that has everything imported, so that a new one is there at once."""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import deaths
import frappe

from cs_center.domain import delivery
from cs_center.services.notifications import claiming, sending
from cs_center.services.service_levels import minute_pass
from cs_center.services.service_levels.site_time import current_instant, to_aware

LEASE_SECONDS, JOB_SECONDS = 4, 1.5
"""Shortened here, in the forked process alone: what a killed sender had claimed must come back within the test."""

IDLE_SECONDS = 0.01
FAILURES = "failures"
MAIL_ACCOUNT = {
	"mail_server": "localhost",
	"auto_email_id": "support@example.com",
	"disable_mail_smtp_authentication": 1,
	"mute_emails": 1,
}


def in_child(site: str, work: Callable[[], Any]) -> Any:
	"""What `work` returns (JSON), computed in a process of its own."""
	reading, writing = os.pipe()
	pid = os.fork()
	if not pid:
		os.close(reading)
		_run(site, lambda: _send(writing, work()))
	os.close(writing)
	with os.fdopen(reading) as pipe:
		text = pipe.read()
	_pid, status = os.waitpid(pid, 0)
	if status:
		raise SystemExit("a step of the test failed, see above")
	return json.loads(text)


def _send(writing: int, value: Any) -> None:
	with os.fdopen(writing, "w") as pipe:
		json.dump(value, pipe, default=str)


def warm_up(site: str, made: dict[str, Any]) -> None:
	"""Import here what workers import as they go: a new life is then at work at once, and is not killed in an import."""

	def modules_in_use() -> list[str]:
		minute_pass.run(to_aware(made["base"]))
		sender_loop(made["channel"])()
		return sorted(sys.modules)

	for name in in_child(site, modules_in_use):
		with contextlib.suppress(ImportError):
			importlib.import_module(name)


def begin(
	site: str, loop: Callable[[], None], death: deaths.Death, traces: Path, at_work: Callable[[], None]
) -> int:
	"""Start a worker that goes round until it is killed; returns its pid. Its last moments go to the file `traces`."""
	pid = os.fork()
	if pid:
		return pid
	file = traces.open("w")  # until the end

	failures = os.open(traces.parent / FAILURES, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

	def forever() -> None:
		_shorten()
		_look_for_nothing()
		# Not before: Frappe's own init claims the signal.
		faulthandler.register(signal.SIGUSR1, file=file, all_threads=False)
		at_work()
		death.prepare(file)
		while True:
			_as_a_job(loop, failures)

	_run(site, forever)
	raise AssertionError("never comes back")


def _run(site: str, work: Callable[[], None]) -> None:
	"""Connected to the site, in the child; ends the process."""
	code = 1
	try:
		frappe.init(site=site)
		frappe.local.conf.update(MAIL_ACCOUNT)
		frappe.connect()
		frappe.set_user("Administrator")
		work()
		frappe.destroy()
		code = 0
	except BaseException:  # the parent sees the exit code alone
		traceback.print_exc()
	finally:
		sys.stdout.flush()
		sys.stderr.flush()
		os._exit(code)


def _as_a_job(loop: Callable[[], None], failures: int) -> None:
	"""A job that ends with an error is rolled back, and the worker goes on with the next one, as Frappe's do."""
	try:
		loop()
	except Exception as error:  # told at the end
		ours = [
			frame.name
			for frame in traceback.extract_tb(error.__traceback__)
			if frame.filename.startswith(deaths.APP)
		]
		os.write(failures, f"{type(error).__name__} in {' > '.join(ours[-3:])}\n".encode())
		frappe.db.rollback()


def _look_for_nothing() -> None:
	"""The first queries of a process read what Frappe keeps in Redis, which takes longer than all that follows."""
	long_ago = to_aware("2001-01-01 00:00:00")
	minute_pass.run(long_ago)
	claiming.claim("In-App", "", long_ago)


def _shorten() -> None:
	claiming.LEASE = timedelta(seconds=LEASE_SECONDS)
	sending.JOB_SECONDS = JOB_SECONDS
	delivery.FIRST_WAIT, delivery.LONGEST_WAIT = timedelta(seconds=0.2), timedelta(seconds=1)


def pass_loop(base: datetime, shared: Any) -> Callable[[], None]:
	"""The scheduler's minute, again and again; what has fallen due is what the controller has let go so far."""

	def once() -> None:
		now = current_instant()
		if not shared.is_all_released:
			now = to_aware(base + timedelta(milliseconds=shared.released))
		if not minute_pass.run(now):
			frappe.db.rollback()
			time.sleep(IDLE_SECONDS)

	return once


def sender_loop(channel: str, first: int = 0) -> Callable[[], None]:
	"""The jobs of all media, one after the other, beginning with any of them."""
	jobs = [("Webhook", channel), ("In-App", ""), ("E-mail", "")]
	jobs = [*jobs[first % 3 :], *jobs[: first % 3]]

	def once() -> None:
		frappe.local.message_log = []
		if not any([sending.run(*job) for job in jobs]):
			time.sleep(IDLE_SECONDS)

	return once
