"""What each kind of receiver gets, how it is signed, and what its answers mean."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cs_center.integrations.chat_robots import (
	DINGTALK,
	FEISHU,
	GENERIC,
	KINDS,
	SLACK,
	WECOM,
	Request,
	build_request,
	cut_to_bytes,
	defused,
	read_answer,
)
from cs_center.integrations.webhooks import Outcome

NOW = datetime(2026, 11, 21, 10, 0, 0, 123_000, tzinfo=timezone.utc)
SECONDS, MILLISECONDS = "1795255200", "1795255200123"
URL, SECRET, KEY = "https://hooks.example/send?token=t0ken", "SEC-s3cret", "0123456789abcdef0123"
LINK = "https://desk.example/app/hd-ticket/0007"


def build(
	kind: str, title: str = "Late", text: str = "Ticket 0007", link: str = LINK, secret: str = ""
) -> Request:
	return build_request(kind, URL, secret, title, text, link, KEY, NOW)


def content(request: Request) -> Any:
	return json.loads(request.body)


def everything_shown(kind: str, **values: str) -> str:
	return json.dumps(content(build(kind, **values)), ensure_ascii=False)


# --- for every kind ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_request_carries_its_key_and_says_that_it_is_json(kind: str) -> None:
	request = build(kind)
	assert request.headers["Idempotency-Key"] == KEY
	assert request.headers["Content-Type"].startswith("application/json")
	assert content(request)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_secret_the_address_stays_as_it_is(kind: str) -> None:
	assert build(kind).url == URL


@pytest.mark.parametrize("kind", KINDS)
def test_neither_address_nor_secret_shows_in_a_trace_or_stands_in_the_body(kind: str) -> None:
	request = build(kind, secret=SECRET)
	for place in (repr(request), request.body.decode(), json.dumps(request.headers)):
		assert "t0ken" not in place
		assert "s3cret" not in place


@pytest.mark.parametrize("kind", KINDS)
def test_title_text_and_link_are_all_there(kind: str) -> None:
	shown = everything_shown(kind, title="到期提醒", text="工单 0007 已用 75%")
	assert "到期提醒" in shown
	assert "工单 0007 已用 75%" in shown
	assert LINK in shown


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_without_text_or_link_can_be_built(kind: str) -> None:
	assert "Late" in everything_shown(kind, text="", link="")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_a_link_that_leads_to_no_page_is_left_out(kind: str, link: str) -> None:
	assert link not in everything_shown(kind, link=link)


@pytest.mark.parametrize("kind", [WECOM, DINGTALK, SLACK])
def test_a_link_cannot_end_the_markup_around_it(kind: str) -> None:
	shown = everything_shown(kind, link="https://desk.example/a)b|c>d e")
	assert "https://desk.example/a%29b%7Cc%3Ed%20e" in shown


ATTACKS = [
	"<!channel>",
	"<!here> now",
	"<!everyone>",
	"<@U123>",
	"<@all>",
	'<at user_id="all">all</at>',
	"<at id=all></at>",
	"<https://evil.example|Reset your password>",
	"[Reset your password](https://evil.example)",
	"![x](https://evil.example/track.png)",
	'<font color="warning">urgent</font>',
	"<script>alert(1)</script>",
]


@pytest.mark.parametrize("kind", [WECOM, DINGTALK, FEISHU, SLACK])
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_ticket_can_neither_call_everybody_nor_inject_a_link(kind: str, attack: str) -> None:
	for values in ({"title": attack}, {"text": attack}):
		shown = everything_shown(kind, link="", **values)
		assert "<!" not in shown
		assert "<@" not in shown
		assert "<at" not in shown
		assert "<http" not in shown
		assert "<font" not in shown
		assert "<script" not in shown
		if kind in (WECOM, DINGTALK):  # the others know no such links
			assert "](" not in shown


def test_headings_and_rules_of_a_ticket_do_not_become_the_messages() -> None:
	assert (
		defused("# Big\n## Less\n---\n===\nticket #7 - a-b")
		== "＃ Big\n＃＃ Less\n－－－\n＝＝＝\nticket #7 - a-b"
	)


def test_the_generic_receiver_gets_the_text_as_it_is() -> None:
	"""It is data there: what shows it has to escape it."""
	assert content(build(GENERIC, text="<b>*_&"))["text"] == "<b>*_&"


# --- WeCom ---------------------------------------------------------------------------------------------------------


def test_wecom_gets_markdown() -> None:
	assert content(build(WECOM)) == {
		"msgtype": "markdown",
		"markdown": {"content": f"**Late**\nTicket 0007\n[0007]({LINK})"},
	}


@pytest.mark.parametrize("text", ["x" * 10_000, "工" * 5_000, "😀" * 3_000, "a工😀" * 2_000])
def test_wecom_is_cut_to_its_bytes_on_a_whole_character_and_keeps_its_link(text: str) -> None:
	shown = content(build(WECOM, title=text, text=text))["markdown"]["content"]
	assert 4000 < len(shown.encode()) <= 4096
	assert shown.endswith(f"({LINK})")
	assert "�" not in shown


@pytest.mark.parametrize("most", range(3, 30))
def test_a_cut_never_tears_a_character(most: int) -> None:
	for text in ("工单到期提醒到期", "a😀b😀c😀d😀", "plain text of more than thirty bytes"):
		cut = cut_to_bytes(text, most)
		assert len(cut.encode()) <= most
		assert text.startswith(cut.rstrip("…"))


def test_what_fits_is_not_cut() -> None:
	assert cut_to_bytes("工单", 6) == "工单"


# --- DingTalk ------------------------------------------------------------------------------------------------------


def test_dingtalk_gets_markdown_with_a_title_and_tells_nobody_by_name() -> None:
	assert content(build(DINGTALK, text="one\ntwo")) == {
		"msgtype": "markdown",
		"markdown": {"title": "Late", "text": f"**Late**\n\none\n\ntwo\n\n[0007]({LINK})"},
		"at": {"isAtAll": False},
	}


def test_dingtalk_is_signed_in_the_address_in_milliseconds() -> None:
	"""sign = base64(hmac-sha256(key: secret, text: timestamp newline secret)), percent-encoded once."""
	request = build(DINGTALK, secret=SECRET)
	assert request.url.startswith(f"{URL}&timestamp={MILLISECONDS}&sign=")
	query = parse_qs(urlsplit(request.url).query, strict_parsing=True)
	assert query["timestamp"] == [MILLISECONDS]
	assert query["sign"] == [by_hand(SECRET.encode(), f"{MILLISECONDS}\n{SECRET}".encode())]


def test_nothing_of_a_signature_means_anything_else_in_an_address() -> None:
	for second in range(30):
		now = NOW.replace(second=second)
		url = build_request(DINGTALK, URL, SECRET, "Late", "", "", KEY, now).url
		assert not set(url.rpartition("&sign=")[2]) & set("+/= ")


# --- Feishu --------------------------------------------------------------------------------------------------------


def test_feishu_gets_a_card_of_plain_text() -> None:
	found = content(build(FEISHU))
	assert found["msg_type"] == "interactive"
	card = found["card"]
	assert card["header"]["title"] == {"tag": "plain_text", "content": "Late"}
	assert card["elements"] == [{"tag": "div", "text": {"tag": "plain_text", "content": "Ticket 0007"}}]
	assert card["card_link"] == {"url": LINK}
	assert "lark_md" not in json.dumps(found)


def test_feishu_is_signed_in_the_body_with_the_text_as_the_key() -> None:
	"""sign = base64(hmac-sha256(key: timestamp newline secret, text: empty)); seconds."""
	found = content(build(FEISHU, secret=SECRET))
	assert found["timestamp"] == SECONDS
	assert found["sign"] == by_hand(f"{SECONDS}\n{SECRET}".encode(), b"")


@pytest.mark.parametrize("text", ["x" * 50_000, "工" * 20_000, '"' * 30_000, "\x01" * 30_000, "\n\n" * 9_000])
def test_robots_with_a_limit_for_the_request_stay_below_it(text: str) -> None:
	for kind in (DINGTALK, FEISHU):
		assert len(build(kind, title=text, text=text).body) <= 20_000


# --- Slack ---------------------------------------------------------------------------------------------------------


def test_slack_gets_blocks_and_a_text_for_the_notice() -> None:
	assert content(build(SLACK)) == {
		"text": "Late",
		"blocks": [
			{"type": "section", "text": {"type": "mrkdwn", "text": f"<{LINK}|*Late*>", "verbatim": True}},
			{"type": "section", "text": {"type": "mrkdwn", "text": "Ticket 0007", "verbatim": True}},
		],
	}


def test_slack_escapes_its_three_characters() -> None:
	blocks = content(build(SLACK, text="a < b & c > d"))["blocks"]
	assert blocks[1]["text"]["text"] == "a &lt; b &amp; c &gt; d"


@pytest.mark.parametrize("text", ["x" * 9_000, "&" * 9_000, "工<" * 4_000])
def test_slack_is_cut_without_tearing_an_escape(text: str) -> None:
	shown = content(build(SLACK, text=text))["blocks"][1]["text"]["text"]
	assert 2900 < len(shown) <= 3000
	assert shown.count("&") == shown.count(";")


# --- generic -------------------------------------------------------------------------------------------------------


def test_the_generic_fields() -> None:
	assert content(build(GENERIC)) == {
		"version": 1,
		"key": KEY,
		"title": "Late",
		"text": "Ticket 0007",
		"link": LINK,
		"sent_at": "2026-11-21T10:00:00+00:00",
	}


def test_the_generic_signature_covers_time_and_body() -> None:
	request = build(GENERIC, secret=SECRET)
	assert request.headers["X-CS-Center-Timestamp"] == SECONDS
	signature = request.headers["X-CS-Center-Signature"]
	assert signature.startswith("v1=")
	expected = by_hand(SECRET.encode(), f"{SECONDS}.".encode() + request.body)
	assert bytes.fromhex(signature[3:]) == base64.b64decode(expected)


def test_without_a_secret_the_generic_receiver_gets_no_signature() -> None:
	assert not any(name.startswith("X-CS-Center") for name in build(GENERIC).headers)


# --- the arithmetic, without the module it is made with ------------------------------------------------------------


def by_hand(key: bytes, text: bytes) -> str:
	"""HMAC-SHA256 as RFC 2104 writes it down, in base64."""
	block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
	inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + text).digest()
	return base64.b64encode(hashlib.sha256(bytes(byte ^ 0x5C for byte in block) + inner).digest()).decode()


def test_the_arithmetic_by_hand_is_that_of_rfc_4231() -> None:
	"""Its test case 2."""
	expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	assert base64.b64decode(by_hand(b"Jefe", b"what do ya want for nothing?")).hex() == expected


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is the second opinion")
def test_the_arithmetic_by_hand_is_that_of_openssl() -> None:
	command = ["openssl", "dgst", "-sha256", "-hmac", SECRET, "-binary"]
	done = subprocess.run(
		command, input=f"{MILLISECONDS}\n{SECRET}".encode(), capture_output=True, check=True
	)
	assert base64.b64encode(done.stdout).decode() == by_hand(
		SECRET.encode(), f"{MILLISECONDS}\n{SECRET}".encode()
	)


# --- answers -------------------------------------------------------------------------------------------------------


def judged(kind: str, code: str, status: int = 200) -> Outcome:
	return read_answer(kind, Outcome("answered", status, None, code))


@pytest.mark.parametrize("kind", [WECOM, DINGTALK, FEISHU])
def test_code_zero_is_good(kind: str) -> None:
	assert judged(kind, "0").kind == "answered"


@pytest.mark.parametrize("kind", [WECOM, DINGTALK, FEISHU])
def test_a_page_of_somebody_in_between_is_no_delivery(kind: str) -> None:
	assert judged(kind, "").kind == "failed"


@pytest.mark.parametrize(("kind", "code"), [(WECOM, "45009"), (DINGTALK, "130101"), (FEISHU, "11232")])
def test_too_many_messages_are_told_from_failures(kind: str, code: str) -> None:
	assert judged(kind, code).kind == "rate_limited"


def test_dingtalk_is_left_alone_for_its_ten_minutes() -> None:
	assert judged(DINGTALK, "130101").retry_after == 600


@pytest.mark.parametrize(
	("kind", "code"),
	[
		(WECOM, "93000"),
		(WECOM, "40058"),
		(DINGTALK, "310000"),
		(DINGTALK, "300005"),
		(FEISHU, "19021"),
		(FEISHU, "19022"),
		(FEISHU, "19024"),
		(FEISHU, "9499"),
	],
)
def test_a_wrong_key_signature_or_message_is_rejected(kind: str, code: str) -> None:
	assert judged(kind, code).kind == "rejected"


@pytest.mark.parametrize("kind", [WECOM, DINGTALK, FEISHU])
def test_an_unknown_code_is_a_failure_that_may_pass(kind: str) -> None:
	assert judged(kind, "-1").kind == "failed"


def test_the_status_decides_where_it_is_worse_than_the_code() -> None:
	assert judged(WECOM, "", 502).kind == "answered"


def test_slack_tells_by_its_status() -> None:
	assert judged(SLACK, "no_service", 404).kind == "answered"
	assert judged(SLACK, "rate_limited", 429).kind == "rate_limited"
	assert judged(SLACK, "", 200).kind == "answered"


def test_codes_mean_nothing_to_the_generic_receiver() -> None:
	assert judged(GENERIC, "45009").kind == "answered"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
	"outcome", [Outcome("timeout"), Outcome("connection"), Outcome("refused", vendor_code="x")]
)
def test_what_was_not_answered_stays_as_it_is(kind: str, outcome: Outcome) -> None:
	assert read_answer(kind, outcome) == outcome
