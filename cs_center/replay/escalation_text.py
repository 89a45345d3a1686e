"""A step of an escalation policy in a reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .report_words import Words

Step = Mapping[str, Any]


def step_text(step: Step, words: Words) -> str:
	"""When it falls due, whom it tells and what it does."""
	parts = [f"{words[step['ladder']]}: {_when(step, words)}"]
	if step["tell"]:
		parts.append(_whom(step, words))
	parts += _means(step, words)
	return " · ".join(parts)


def _when(step: Step, words: Words) -> str:
	time = f"{step['amount']} {words[step['unit']]}" if step["unit"] else ""
	return words[step["trigger"]].format(
		threshold=step["threshold"], time=time, severity=words.get(step["severity"] or "", "")
	)


def _whom(step: Step, words: Words) -> str:
	return words[f"tell_{step['tell']}"].format(name=step["name"], level=step["supervisor_level"])


def _means(step: Step, words: Words) -> Iterator[str]:
	if step["tell"] and "email" in step["media"]:
		yield words["by_mail"]
	if step["channel"]:
		yield words["to_channel"].format(step["channel"])
	if step["urgent"]:
		yield words["urgent"]
	yield from (words[name] for name in step["actions"])
