"""A clock as one line of JSON. Written by hand: the keys never change, and ``json.dumps`` would cost four times as much."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from json import dumps

from cs_center.domain.clocks import Clock, State
from cs_center.domain.policy import Metric
from cs_center.domain.units import Unit


def clock_line(quoted_ticket: str, clock: Clock) -> str:
	"""One line, its line feed included. ``quoted_ticket``: the ticket as a JSON text (see ``quote``)."""
	amount = clock.amount
	named, promised = _fixed_parts(clock.policy, clock.metric, amount.value, amount.unit)
	return (
		f'{{"ticket":{quoted_ticket}{named}{clock.cycle}{promised}{_STATES[clock.state]}'
		f'"started_at":"{clock.started_at.isoformat()}","warn_at":"{clock.warn_at.isoformat()}",'
		f'"due_at":"{clock.due_at.isoformat()}","ended_at":{_time(clock.ended_at)},'
		f'"breached_at":{_time(clock.breached_at)},"elapsed_seconds":{_seconds(clock.elapsed)},'
		f'"paused_seconds":{_seconds(clock.paused)},"overrun_seconds":{_seconds(clock.overrun)}}}\n'
	)


_STATES = {state: f'"state":"{state.value}",' for state in State}


@lru_cache(maxsize=1024)
def _fixed_parts(policy: str, metric: Metric, value: float, unit: Unit) -> tuple[str, str]:
	"""What all clocks of one target have in common, before and after the cycle."""
	named = f',"policy":{quote(policy)},"metric":"{metric.value}","cycle":'
	return named, f',"amount":{plain_number(value)},"unit":"{unit.value}",'


@lru_cache(maxsize=1024)
def quote(text: str) -> str:
	"""A JSON text, non-ASCII letters kept."""
	return dumps(text, ensure_ascii=False)


def plain_number(value: float) -> str:
	"""A number without needless decimals: 8.0 is 8."""
	return repr(int(value)) if value == int(value) else repr(float(value))


def _time(moment: datetime | None) -> str:
	return "null" if moment is None else f'"{moment.isoformat()}"'


def _seconds(length: timedelta | None) -> str:
	"""Seconds, whole where they are whole, else with their microseconds; exact, no floating point."""
	if length is None:
		return "null"
	seconds = length.days * 86_400 + length.seconds
	if not length.microseconds:
		return repr(seconds)
	return f"{seconds}.{length.microseconds:06d}".rstrip("0")
