"""Quoted mails and signatures weigh nothing; what the customer wrote keeps its places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_center.domain.classification import classify
from cs_center.domain.classification_mail import SIGNATURE_LINES, blank_what_others_wrote

from .classification_case import only

CLASSIFIER = only("late", "迟到")

QUOTES = [
	"> It is late",
	"  > late",
	"＞迟到",
	"-----Original Message-----\nlate",
	"----- Forwarded message -----\nlate",
	"Begin forwarded message:\nlate",
	"-------- 原始邮件 --------\n迟到",
	"------------------ 原始邮件 ------------------\n迟到",
	"发件人: 客服\n迟到",
	"發件人：客服\n遲到",
	"寄件者: 客服\n迟到",
	"On Mon, 3 Mar 2025 at 10:02, the shop wrote:\nlate",
	"在 2025年3月3日，客服 写道：\n迟到",
	"2025-03-03 10:02:11 客服 写道:\n迟到",
	"From: shop\nSent: Monday\nTo: me\nlate",
	"**From:** shop\n**Date:** Monday\nlate",
	"-- \nLate Express Ltd.",
	"--\nLate Express Ltd.",
	"Sent from my late phone",
	"发自我的迟到手机",
	"Best regards,\nAnn\nLate Express Ltd.",
	"Yours sincerely\n\nLate Express Ltd.",
	"此致\n敬礼\n迟到公司",
]


@pytest.mark.parametrize("quote", QUOTES)
def test_what_others_wrote_weighs_nothing(quote: str) -> None:
	assert classify(f"Hello,\nthank you.\n{quote}", CLASSIFIER).matches == ()


@pytest.mark.parametrize("quote", QUOTES)
def test_what_stands_above_a_quotation_counts(quote: str) -> None:
	text = f"It is late.\n{quote}"
	(match,) = classify(text, CLASSIFIER).matches
	assert text[match.start : match.end] == "late"


def test_an_answer_between_quoted_lines_counts() -> None:
	text = "> When did it come?\nToo late.\n> Thank you, late"
	(match,) = classify(text, CLASSIFIER).matches
	assert match.start == text.index("late")


@pytest.mark.parametrize(
	"text",
	[
		"From: London it took a week and was late",
		"From: London\nit was late",
		"I sent from my side all papers, it is late",
		"--- it is late",
		"Regards to the team, it is late",
		"Thanks\nit is late",
		"Best regards\n" + "One more thing.\n" * SIGNATURE_LINES + "It is late.",
		"Best regards\n"
		+ "One more thing that I have to tell you about your very friendly shop: it is late.",
		"on time you wrote: late",
	],
)
def test_what_only_looks_like_one_counts(text: str) -> None:
	assert classify(text, CLASSIFIER).code == "X"


def test_lines_keep_their_length_and_their_ends() -> None:
	text = "a\r\n> late\r\n\r\nb\u2028> c\n-- \nd"
	assert blank_what_others_wrote(text) == "a\r\n      \r\n\r\nb\u2028   \n   \n "


@given(st.text(alphabet=st.sampled_from("a>-:\n\r \t发件人From写道2025—_*regards，")))
def test_places_never_move_and_nothing_is_made_up(text: str) -> None:
	blanked = blank_what_others_wrote(text)
	assert len(blanked) == len(text)
	assert all(new in (old, " ") for old, new in zip(text, blanked, strict=True))
