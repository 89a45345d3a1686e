"""What of a mail its writer says: not the quoted mail, not the signature. Blanked out, so that places stay the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

SIGNATURE_LINES = 6
"""After "Best regards" come name, company, address, phone; whoever writes more goes on with the matter."""

SIGNATURE_WIDTH = 60

HEADER_LINES = 4
"""A quoted head has "From:" and, soon after, when it was sent and to whom."""

LONGEST_MARK = 200
"""So much of a line is looked at; no mark is longer."""

_QUOTED_LINE = re.compile(r"[>＞]")
_REST_IS_QUOTED = re.compile(
	r"""(?:
		[-_=*]{2,}\s*(?:original\ message|original\ mail|forwarded\ message|reply\ message|begin\ forwarded\ message)
		| begin\ forwarded\ message:
		| [-_=—*]{2,}\s*(?:原始邮件|原始郵件|原邮件|原郵件|转发邮件|轉寄郵件|转发的邮件|回复的原邮件|原始信息)
		| (?:发件人|發件人|寄件人|寄件者)\s*[:：]
		| on\ .{6,100}\ wrote\s*:\s*$
		| (?:在|于|於)?.{0,60}\d{4}.{0,60}(?:写道|寫道)\s*[:：]\s*$
	)""",
	re.IGNORECASE | re.VERBOSE,
)
_HEAD_FROM = re.compile(r"\**from\**\s*:\**\s*\S", re.IGNORECASE)
_HEAD_MORE = re.compile(r"\**(?:sent|to|date|subject)\**\s*:", re.IGNORECASE)
_SIGNATURE_MARK = re.compile("--$")
_SENT_FROM = re.compile(
	r"(?:sent from my |get outlook for |发自我的|發自我的|从我的.{1,20}发送)", re.IGNORECASE
)
_CLOSING = re.compile(
	r"(?:(?:best|kind|warm|many)?\s*(?:regards|wishes)|best|yours\s+(?:sincerely|faithfully|truly)|sincerely|cheers"
	r"|此致|敬礼|敬禮|顺祝商祺|祝好)\s*[,，.。!！]?\s*$",
	re.IGNORECASE,
)


def blank_what_others_wrote(text: str) -> str:
	"""The text with spaces instead of quoted lines, of everything from a quoted mail's head on, and of the signature."""
	lines = text.splitlines(keepends=True)
	kept = _end_of_own_lines([line.strip()[:LONGEST_MARK] for line in lines])
	return "".join(
		line if number < kept and not _is_not_own(line.strip()[:LONGEST_MARK]) else _blank(line)
		for number, line in enumerate(lines)
	)


def _is_not_own(line: str) -> bool:
	return bool(_QUOTED_LINE.match(line) or _SENT_FROM.match(line))


def _end_of_own_lines(lines: list[str]) -> int:
	end = next((number for number, _ in _ends(lines)), len(lines))
	return _start_of_signature(lines, end)


def _ends(lines: list[str]) -> Iterator[tuple[int, str]]:
	for number, line in enumerate(lines):
		if _REST_IS_QUOTED.match(line) or _SIGNATURE_MARK.match(line) or _is_head(lines, number):
			yield number, line


def _is_head(lines: list[str], number: int) -> bool:
	if not _HEAD_FROM.match(lines[number]):
		return False
	return any(_HEAD_MORE.match(line) for line in lines[number + 1 : number + HEADER_LINES])


def _start_of_signature(lines: list[str], end: int) -> int:
	"""Where "Best regards" begins, if only a few short lines follow it; else ``end``."""
	following = 0
	for number in range(end - 1, -1, -1):
		if _CLOSING.match(lines[number]):
			return number
		following += bool(lines[number].strip())
		if following > SIGNATURE_LINES or len(lines[number]) > SIGNATURE_WIDTH:
			break
	return end


def _blank(line: str) -> str:
	return re.sub(r"[^\r\n]", " ", line)
