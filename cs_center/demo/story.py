"""The seeded story: who writes when, and what agents do about it. Pure; the same seed tells the same story."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

TICKETS = 36
SEED = 2026
START = datetime(2026, 3, 2, 8, 40)
"""A Monday, site time: the first day is busy, some tickets reach over a night."""

AGENTS = ("wang.fang@demo.example", "liu.yang@demo.example", "zhang.min@demo.example")
SUBJECTS = (
	("Where is my parcel?", "Delivery", "order query"),
	("The kettle does not switch on", "Product", "defect"),
	("Refund has not arrived", "Payment", "refund"),
	("Wrong colour delivered", "Product", "not as described"),
	("Please change my delivery address", "Order", "change"),
	("Courier was rude on the phone", "Complaint", "attitude"),
	("How do I descale the machine?", "Question", "use"),
	("Invoice for my company, please", "Question", "invoice"),
)
TEAM_LEAD, MANAGER = "team.lead@demo.example", "service.manager@demo.example"
"""Who stands above the agents, and who stands above that."""

CHANNELS = ("Online Chat", "E-mail", "Portal", "Phone Hotline")


@dataclass(frozen=True)
class Step:
	"""At ``at`` (naive site time) do ``action`` to ticket ``number``; ``detail`` is what the action needs."""

	at: datetime
	number: int
	action: str
	detail: dict[str, str] = field(default_factory=dict)


def tell(seed: int = SEED, tickets: int = TICKETS) -> list[Step]:
	"""All steps in order of time."""
	random = Random(seed)
	steps = [step for number in range(tickets) for step in _life(number, random)]
	steps += _neglected(tickets)
	return sorted(steps, key=lambda step: (step.at, step.number))


def _neglected(number: int) -> list[Step]:
	"""One ticket that is answered and then forgotten for days: it climbs its escalation ladder, level by level."""
	opened, agent = START + timedelta(minutes=35), AGENTS[0]
	opening = {
		"subject": "The replacement kettle leaks as well",
		"channel": "Phone Hotline",
		"priority": "Medium",
		"severity": "",
		"tier": "",
		"customer": "customer99@mail.example",
	}
	return [
		Step(opened, number, "open", opening),
		Step(opened + timedelta(minutes=1), number, "assign", {"agent": agent}),
		Step(opened + timedelta(minutes=20), number, "reply", {"agent": agent}),
		Step(opened + timedelta(hours=2), number, "pause", {"agent": agent}),
		Step(opened + timedelta(hours=5), number, "customer", {}),
		Step(opened + timedelta(hours=5, minutes=10), number, "reply", {"agent": agent}),
		Step(opened + timedelta(days=3, hours=5), number, "answer escalation", {"agent": TEAM_LEAD}),
		Step(opened + timedelta(days=4, hours=6), number, "resolve", {"agent": agent}),
	]


def _life(number: int, random: Random) -> list[Step]:
	opened = START + timedelta(days=random.randint(0, 1), minutes=random.randint(0, 9 * 60))
	subject, _topic, detail = random.choice(SUBJECTS)
	channel, agent = random.choice(CHANNELS), random.choice(AGENTS)
	complaint = "attitude" in detail
	opening = {
		"subject": subject,
		"channel": channel,
		"priority": random.choice(("Low", "Medium", "Medium", "High")),
		"severity": "General" if complaint else "",
		"tier": random.choice(("", "", "", "VIP")),
		"customer": f"customer{number % 12}@mail.example",
	}
	life = [Step(opened, number, "open", opening)]
	replied = _at_work(opened + _reply_delay(channel, random), random)
	life.append(Step(replied - timedelta(seconds=10), number, "assign", {"agent": agent}))
	life.append(Step(replied, number, "reply", {"agent": agent}))
	return life + _course(number, replied, agent, random)


def _reply_delay(channel: str, random: Random) -> timedelta:
	"""Chats are answered within a minute or so, the rest in minutes to hours; one in eight is forgotten for a day."""
	if random.random() < 0.125:
		return timedelta(hours=26)
	if channel == "Online Chat":
		return timedelta(seconds=random.randint(12, 70))
	return timedelta(minutes=random.randint(6, 190))


def _at_work(moment: datetime, random: Random) -> datetime:
	"""Agents work from nine to six; what falls outside is done the next morning."""
	if 9 <= moment.hour < 18:
		return moment
	day = moment.date() + timedelta(days=moment.hour >= 18)
	return datetime(day.year, day.month, day.day, 9) + timedelta(minutes=random.randint(1, 75))


def _course(number: int, replied: datetime, agent: str, random: Random) -> list[Step]:
	"""After the first reply: solved at once, or paused for the customer, or a conversation, some reopened later."""
	at, steps = replied, []
	if random.random() < 0.45:
		at = _at_work(at + timedelta(minutes=random.randint(5, 30)), random)
		steps.append(Step(at, number, "pause", {"agent": agent}))
		at += timedelta(minutes=random.randint(60, 1300))
		steps.append(Step(at, number, "customer", {}))
		at = _at_work(at + timedelta(minutes=random.randint(10, 200)), random)
		steps.append(Step(at, number, "reply", {"agent": agent}))
	at = _at_work(at + timedelta(minutes=random.randint(20, 1500)), random)
	steps.append(Step(at, number, "resolve", {"agent": agent}))
	if random.random() < 0.2:
		steps.append(Step(at + timedelta(minutes=random.randint(30, 900)), number, "customer", {}))
	return steps
