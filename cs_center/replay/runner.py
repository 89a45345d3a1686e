"""The replay itself: rows of tickets in, lines of clocks and a tally out. No files, no clock of its own."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import NamedTuple

from cs_center.domain.clocks import Clock, compute_clocks
from cs_center.domain.errors import DomainError
from cs_center.domain.policy import Policy

from .clock_lines import clock_line, quote
from .errors import UnusableInputError
from .escalation_lines import escalation_line
from .escalation_replay import Surroundings, escalations_of
from .log_mapping import LogMapping
from .policies_file import PolicyPack
from .tally import Tally
from .ticket_history import Choosers, PolicyChooser, TicketHistory, tell_history
from .ticket_log import Row
from .ticket_states import StepTable

BATCH = 250
"""Tickets a batch: small enough for a smooth progress bar and an even load, large enough to hide its overhead."""

NO_POLICY = ""
"""Under this name the tally counts tickets that no policy matched."""

Ticket = tuple[str, list[Row]]
Batch = Sequence[Ticket]


class Result(NamedTuple):
	"""What became of a batch: lines of clocks, lines of escalations, and what they add up to."""

	clocks: str
	escalations: str
	tally: Tally


@dataclass(frozen=True, slots=True)
class Plan:
	"""What every ticket is replayed against. ``now``: the instant of evaluation; later rows have not happened yet."""

	pack: PolicyPack
	mapping: LogMapping
	now: datetime


def replay(
	tickets: Sequence[Ticket], plan: Plan, executor: Executor | None = None
) -> Iterator[tuple[int, Result]]:
	"""(tickets done, result) for each batch, in the order of the tickets, whoever computes them.

	Any ``concurrent.futures`` executor will do, on this machine or on others. UnusableInputError when a calendar has
	no open time for a ticket.
	"""
	batches = [tickets[index : index + BATCH] for index in range(0, len(tickets), BATCH)]
	work: Callable[[Batch], Result] = (
		Worker(plan) if executor is None else partial(_replay_batch, pickle.dumps(plan))
	)
	results: Iterable[Result] = map(work, batches) if executor is None else executor.map(work, batches)
	for batch, result in zip(batches, results, strict=True):
		yield len(batch), result


def local_executor(workers: int) -> Executor | None:
	"""A pool of processes; None for one worker: this process does it."""
	return ProcessPoolExecutor(max_workers=workers) if workers > 1 else None


def _replay_batch(pickled_plan: bytes, batch: Batch) -> Result:
	return _worker_of(pickled_plan)(batch)


@lru_cache(maxsize=1)
def _worker_of(pickled_plan: bytes) -> Worker:
	"""One worker a process: its calendar tables are laid out once, not once a batch."""
	return Worker(pickle.loads(pickled_plan))


class Worker:
	"""Replays batches; what is worked out once (steps, choices, calendar tables) is kept between them."""

	def __init__(self, plan: Plan) -> None:
		self._plan = plan
		self._steps = StepTable(plan.mapping.activities, plan.mapping.implied)
		self._choosers = _choosers(plan.pack)
		self._policies = {policy.name: policy for policy in plan.pack.policies}
		self._surroundings = _surroundings(plan, self._policies)

	def __call__(self, batch: Batch) -> Result:
		lines: list[str] = []
		escalation_lines: list[str] = []
		tally = Tally()
		for ticket, rows in batch:
			happened = self._happened(rows)
			tally.rows_later += len(rows) - len(happened)
			history = tell_history(happened, self._steps, self._choosers)
			clocks = self._clocks(ticket, history, tally)
			quoted = quote(ticket)
			lines += [clock_line(quoted, clock) for clock in clocks]
			if self._surroundings and history.events:
				escalation_lines += self._escalations(ticket, history, clocks, self._surroundings, tally)
		return Result("".join(lines), "".join(escalation_lines), tally)

	def _happened(self, rows: list[Row]) -> list[Row]:
		now = self._plan.now
		return rows if rows[-1].at <= now else [row for row in rows if row.at <= now]

	def _clocks(self, ticket: str, history: TicketHistory, tally: Tally) -> list[Clock]:
		tally.rejected += history.rejected
		if not history.events:
			return []
		for kind in history.without_effect:
			tally.without_effect[kind.value] += 1
		tally.events += len(history.events)
		tally.tickets[history.policy.name if history.policy else NO_POLICY] += 1
		try:
			clocks = compute_clocks(history.events, self._policies, self._plan.pack.calendars, self._plan.now)
		except DomainError as error:
			raise UnusableInputError(self._plan.pack.source, f"ticket {ticket}", str(error)) from error
		tally.count(clocks, history.priority)
		return clocks

	def _escalations(
		self,
		ticket: str,
		history: TicketHistory,
		clocks: Sequence[Clock],
		surroundings: Surroundings,
		tally: Tally,
	) -> list[str]:
		try:
			found = escalations_of(history, clocks, surroundings)
		except DomainError as error:
			raise UnusableInputError(self._plan.pack.source, f"ticket {ticket}", str(error)) from error
		policy = history.escalation_policy
		tally.escalations.count(policy.name if policy else NO_POLICY, found)
		if not policy:
			return []
		zone = surroundings.calendars[policy.calendar].zone
		return [escalation_line(ticket, one, zone) for one in found]


def _choosers(pack: PolicyPack) -> Choosers:
	service = PolicyChooser(pack.policies, pack.facts)
	return Choosers(service, PolicyChooser(pack.escalation.policies, pack.facts) if pack.escalation else None)


def _surroundings(plan: Plan, policies: Mapping[str, Policy]) -> Surroundings | None:
	"""What escalations are decided by; None when the file has no escalation policies."""
	pack = plan.pack.escalation
	if not pack:
		return None
	ladders = {policy.name: policy for policy in pack.policies}
	return Surroundings(policies, plan.pack.calendars, ladders, pack.people, plan.now)
