"""Frappe's now, stopped. One function is replaced wherever a module holds it, so that both engines agree."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

import frappe.utils.data
from frappe.utils import get_datetime

APPS = ("frappe", "helpdesk", "telephony", "cs_center")
_REAL = frappe.utils.data.now_datetime


@contextmanager
def at(time: str | datetime) -> Iterator[datetime]:
	"""Within the block ``now_datetime``, ``now`` and all that rests on them say ``time`` (site's zone). Can be nested."""
	moment = get_datetime(time)

	def stopped() -> datetime:
		return moment

	patches = [patch.object(module, "now_datetime", stopped) for module in _modules() if _holds_now(module)]
	for one in patches:
		one.start()
	try:
		yield moment
	finally:
		for one in reversed(patches):
			one.stop()
		# A module that was first imported within the block took the stopped function along.
		for module in _modules():
			if vars(module).get("now_datetime") is stopped:
				module.now_datetime = frappe.utils.data.now_datetime


def _modules() -> list:
	return [module for name, module in list(sys.modules.items()) if name.split(".")[0] in APPS]


def _holds_now(module) -> bool:
	"""Whether the module has ``now_datetime`` itself, real or already stopped by an outer block."""
	held = vars(module).get("now_datetime")
	return held is _REAL or getattr(held, "__module__", "") == __name__
