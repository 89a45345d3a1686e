"""How chat groups want their messages: body, signature and error codes of each kind of receiver. Pure functions.

Texts come from tickets, so from anybody: what a receiver would read as markup or as a call to everybody is defused.
Sources are the vendors' public documents: WeCom "group robot" (path 91770), DingTalk "custom robot access", Feishu "custom
bot guide", Slack "incoming webhooks" and "formatting text".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from .webhooks import ANSWERED, FAILED, Outcome

WECOM, DINGTALK, FEISHU, SLACK, GENERIC = "WeCom", "DingTalk", "Feishu", "Slack", "Generic JSON"
KINDS = (WECOM, DINGTALK, FEISHU, SLACK, GENERIC)

RATE_LIMITED, REJECTED = "rate_limited", "rejected"

MOST_BYTES = {WECOM: 4096, DINGTALK: 8000, FEISHU: 8000}
"""Bytes of text. WeCom counts the content itself; DingTalk and Feishu take 20 KB for a whole request, in which a character
may have doubled by JSON's escapes."""

MOST_SLACK_CHARACTERS = 3000
"""Of a block's text; its escaped form is counted."""

GENERIC_VERSION = 1
SIGNATURE_VERSION = "v1"

_LOOK_ALIKES = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "｀", "~": "～"})
"""Robots' markdown knows no way to escape a character, so it is replaced by its wide twin."""

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]+")
_LEADING = re.compile(r"^(\s*)(#+|-{3,}|={3,})", re.MULTILINE)


@dataclass(frozen=True)
class Request:
	"""What to post. ``url`` is secret (and may carry a signature)."""

	url: str = field(repr=False)
	headers: dict[str, str]
	body: bytes


@dataclass(frozen=True)
class _Letter:
	title: str
	text: str
	link: str
	key: str
	secret: str = field(repr=False)
	now: datetime


def build_request(
	kind: str, url: str, secret: str, title: str, text: str, link: str, key: str, now: datetime
) -> Request:
	"""The request that brings one message to a receiver of this kind, signed for ``now`` where there is a secret."""
	text = _CONTROLS.sub(" ", text).strip()
	letter = _Letter(" ".join(title.split()), text, _safe_link(link), key, secret, now)
	content, query, headers = _BUILDERS[kind](letter)
	body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
	if kind == GENERIC and secret:
		headers |= _generic_signature(secret, body, now)
	base = {
		"Content-Type": "application/json; charset=utf-8",
		"User-Agent": "CS-Center",
		"Idempotency-Key": key,
	}
	return Request(_with_query(url, query), base | headers, body)


def defused(text: str) -> str:
	"""Text that a robot's markdown shows as it is: no markup, no mention, no picture."""
	return _LEADING.sub(
		lambda found: found[1] + found[2].translate({35: "＃", 45: "－", 61: "＝"}),
		text.translate(_LOOK_ALIKES),
	)


def cut_to_bytes(text: str, most: int) -> str:
	"""The longest beginning of the text that takes at most ``most`` bytes of UTF-8, an ellipsis at its end."""
	data = text.encode()
	if len(data) <= most:
		return text
	return data[: most - 3].decode(errors="ignore") + "…"


def _safe_link(link: str) -> str:
	"""The link with everything encoded that could end it within markup; "" for what is no web address."""
	return quote(link, safe="/:?#@!$&'+,;=%") if link.startswith(("https://", "http://")) else ""


def _with_query(url: str, query: dict[str, str]) -> str:
	if not query:
		return url
	joined = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
	return f"{url}{'&' if urlsplit(url).query else '?'}{joined}"


Built = tuple[dict[str, Any], dict[str, str], dict[str, str]]
"""Content, what is added to the query, further headers."""


# --- each kind -----------------------------------------------------------------------------------------------------


def _wecom(letter: _Letter) -> Built:
	heading = f"**{cut_to_bytes(defused(letter.title), 600)}**"
	ending = f"\n[{_shown(letter.link)}]({letter.link})" if letter.link else ""
	room = MOST_BYTES[WECOM] - len((heading + ending).encode()) - 1
	content = f"{heading}\n{cut_to_bytes(defused(letter.text), room)}{ending}"
	return {"msgtype": "markdown", "markdown": {"content": content}}, {}, {}


def _dingtalk(letter: _Letter) -> Built:
	title = cut_to_bytes(defused(letter.title), 600)
	lines = cut_to_bytes(defused(letter.text), MOST_BYTES[DINGTALK]).split("\n")
	parts = [f"**{title}**", *(line for line in lines if line.strip())]
	parts += [f"[{_shown(letter.link)}]({letter.link})"] if letter.link else []
	content = {
		"msgtype": "markdown",
		# One line break is none in its markdown.
		"markdown": {"title": title, "text": "\n\n".join(parts)},
		"at": {"isAtAll": False},
	}
	return content, _dingtalk_signature(letter.secret, letter.now) if letter.secret else {}, {}


def _dingtalk_signature(secret: str, now: datetime) -> dict[str, str]:
	timestamp = str(int(now.timestamp() * 1000))
	signature = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
	return {"timestamp": timestamp, "sign": base64.b64encode(signature).decode()}


def _feishu(letter: _Letter) -> Built:
	"""A card of plain text: nothing in it is read as markup."""
	text = cut_to_bytes(_without_tags(letter.text), MOST_BYTES[FEISHU])
	card: dict[str, Any] = {
		"config": {"wide_screen_mode": True},
		"header": {"title": _plain(cut_to_bytes(_without_tags(letter.title), 600)), "template": "orange"},
		"elements": [{"tag": "div", "text": _plain(text or "…")}],
	}
	if letter.link:
		card["card_link"] = {"url": letter.link}
	signature = _feishu_signature(letter.secret, letter.now) if letter.secret else {}
	return {**signature, "msg_type": "interactive", "card": card}, {}, {}


def _plain(text: str) -> dict[str, str]:
	return {"tag": "plain_text", "content": text}


def _without_tags(text: str) -> str:
	return text.replace("<", "＜").replace(">", "＞")


def _feishu_signature(secret: str, now: datetime) -> dict[str, str]:
	"""Its key is what others sign, and what it signs is empty."""
	timestamp = str(int(now.timestamp()))
	signature = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
	return {"timestamp": timestamp, "sign": base64.b64encode(signature).decode()}


def _slack(letter: _Letter) -> Built:
	title = _slack_text(letter.title, 300)
	heading = f"<{letter.link}|*{title}*>" if letter.link else f"*{title}*"
	blocks = [_section(heading)]
	if letter.text:
		blocks.append(_section(_slack_text(letter.text, MOST_SLACK_CHARACTERS)))
	return {"text": title, "blocks": blocks}, {}, {}


def _section(text: str) -> dict[str, Any]:
	return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _slack_text(text: str, most: int) -> str:
	"""Slack has an escape for the three characters that begin links and mentions; emphasis gets wide twins."""
	text = text.translate(str.maketrans({"*": "＊", "`": "｀", "~": "～", "|": "｜"}))
	escaped = ""
	for character in text:
		piece = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(character, character)
		if len(escaped) + len(piece) >= most:
			return escaped + "…"
		escaped += piece
	return escaped


def _generic(letter: _Letter) -> Built:
	content = {
		"version": GENERIC_VERSION,
		"key": letter.key,
		"title": letter.title,
		"text": letter.text,
		"link": letter.link,
		"sent_at": letter.now.isoformat(timespec="seconds"),
	}
	return content, {}, {}


def _generic_signature(secret: str, body: bytes, now: datetime) -> dict[str, str]:
	timestamp = str(int(now.timestamp()))
	signature = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
	return {
		"X-CS-Center-Timestamp": timestamp,
		"X-CS-Center-Signature": f"{SIGNATURE_VERSION}={signature}",
	}


def _shown(link: str) -> str:
	return defused(urlsplit(link).path.rsplit("/", 1)[-1] or urlsplit(link).netloc)


_BUILDERS: dict[str, Callable[[_Letter], Built]] = {
	WECOM: _wecom,
	DINGTALK: _dingtalk,
	FEISHU: _feishu,
	SLACK: _slack,
	GENERIC: _generic,
}

# --- what they answer ----------------------------------------------------------------------------------------------

LIMITING_CODES = {
	WECOM: {"45009", "45033"},
	DINGTALK: {"130101", "130102", "410100", "90030"},
	FEISHU: {"11232", "99991400"},
	SLACK: {"rate_limited", "ratelimited"},
}
"""Too many messages. WeCom: 20 a minute. DingTalk: 20 a minute, then ten minutes of silence. Feishu: 100 a minute."""

REJECTING_CODES = {
	WECOM: {"93000", "93004", "93008", "40001", "40008", "40058", "44004"},
	DINGTALK: {
		"310000",
		"300001",
		"300002",
		"300005",
		"40035",
		"400013",
		"400101",
		"400102",
		"460101",
		"430101",
	},
	FEISHU: {"9499", "19001", "19002", "19021", "19022", "19024", "19036"},
}
"""A wrong key or signature, a robot that was removed, a keyword or address list that keeps us out, a bad message."""

SAYING_CODES = (WECOM, DINGTALK, FEISHU)

DINGTALK_SILENCE_SECONDS = 600.0


def read_answer(kind: str, outcome: Outcome) -> Outcome:
	"""The outcome as this kind of receiver means it: most answer 200 and say in the body that they refuse.

	``kind`` of what comes back is delivered, rate_limited, rejected or failed (not known: try again) where the receiver
	said so, and answered where the HTTP status decides.
	"""
	if outcome.kind != ANSWERED or kind not in LIMITING_CODES:
		return outcome
	code = outcome.vendor_code
	if code in LIMITING_CODES[kind]:
		silence = DINGTALK_SILENCE_SECONDS if kind == DINGTALK else None
		return replace(outcome, kind=RATE_LIMITED, retry_after=outcome.retry_after or silence)
	if code in REJECTING_CODES.get(kind, ()):
		return replace(outcome, kind=REJECTED)
	# Slack tells by the status. The others always give a code: a page without one comes from somebody in between.
	is_untold = kind in SAYING_CODES and code != "0" and 200 <= outcome.status < 300
	return replace(outcome, kind=FAILED) if is_untold else outcome
