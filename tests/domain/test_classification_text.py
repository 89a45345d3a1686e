"""How a text is read: English words in a common form, Chinese characters folded, fillers, numbers, ends of clauses."""

from __future__ import annotations

import pytest

from cs_center.domain.classification import classify
from cs_center.domain.classification_chinese import fold
from cs_center.domain.classification_english import read_english
from cs_center.domain.classification_text import CLAUSE_END, read_words

from .classification_case import only


def is_found(phrase: str, text: str) -> bool:
	return classify(text, only(phrase)).code == "X"


# --- English -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"forms",
	[
		"charge charges charged charging",
		"delivery deliveries",
		"box boxes",
		"damage damaged damages",
		"stop stopped stopping stops",
		"refuse refused refusing",
		"cancel cancelled canceled cancelling cancels",
		"name named naming names",
		"reply replied replies replying",
		"use used using uses",
		"break broke broken breaks",
		"pay paid paying pays",
		"call called calls",
		"miss missed missing",
		"lie lied lies lying",
		"courier courier's couriers couriers'",
		"address addresses",
		"is was are were been being be",
		"can could",
	],
)
def test_forms_of_a_word_have_one_key(forms: str) -> None:
	keys = {read_english(form.rstrip("'")) for form in forms.split()}
	assert len(keys) == 1, keys


@pytest.mark.parametrize(
	("one", "other"),
	[
		("nothing", "noth"),
		("news", "new"),
		("goods", "good"),
		("need", "ne"),
		("bring", "br"),
		("note", "not"),
		("care", "car"),
		("full", "ful"),
		("status", "statu"),
		("evening", "even"),
		("delivery", "deliver"),
		("rate", "rat"),
		("speed", "spe"),
	],
)
def test_words_that_only_look_alike_have_their_own(one: str, other: str) -> None:
	assert read_english(one) != read_english(other)


@pytest.mark.parametrize(
	("word", "keys"),
	[
		("didn't", ("do", "not")),
		("won't", ("will", "not")),
		("can't", ("can", "not")),
		("cannot", ("can", "not")),
		("dont", ("do", "not")),
		("isn't", ("be", "not")),
		("it's", ("it", "be")),
		("we've", ("we", "have")),
		("they'll", ("they", "will")),
		("courier's", ("courier",)),
		("o'clock", ("oclock",)),
	],
)
def test_a_contraction_is_two_words(word: str, keys: tuple[str, ...]) -> None:
	assert read_english(word) == keys


@pytest.mark.parametrize(
	("phrase", "text"),
	[
		("never arrived", "NEVER ARRIVED"),
		("never arrived", "it never\narrived"),
		("never arrived", "it never even arrived"),
		("does not work", "it doesn’t work"),
		("does not work", "it didn`t really work"),
		("not working", "they haven't worked"),
		("not received", "we have still not been receiving it"),
		("double charged", "double-charged"),
		("waited 3 weeks", "I waited 12 weeks"),
		("waited 3 weeks", "I waited two weeks"),
		("café", "CAFÉ"),
		("late", "“late”"),
		("late", "(late)"),
		("refund", "re\u00adfund"),
		("refund", "ref\u200bund"),
	],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
	assert is_found(phrase, text)


@pytest.mark.parametrize(
	("phrase", "text"),
	[
		("late", "plate"),
		("late", "later"),
		("rude", "prudent"),
		("never arrived", "never. Arrived"),
		("never arrived", "never, arrived"),
		("never arrived", "never\n\narrived"),
		("never arrived", "never he arrived"),
		("order 4471233", "order 4471234"),
		("not here", "here not"),
		("my fault", "the fault"),
		("my parcel late", "the parcel late"),
	],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
	assert not is_found(phrase, text)


def test_a_phrase_of_an_auxiliary_and_a_not_keeps_both() -> None:
	assert is_found("does not", "it doesn't")
	assert not is_found("does not", "not me")


def test_a_filler_that_a_phrase_begins_or_ends_with_is_meant() -> None:
	assert is_found("my fault", "it is my fault")
	assert is_found("坏了", "水壶坏了") and not is_found("坏了", "被破坏")


# --- Chinese -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("traditional", "simplified"),
	[
		("質量問題", "质量问题"),
		("沒有收到貨", "没有收到货"),
		("客服態度惡劣", "客服态度恶劣"),
		("退款還沒到賬", "退款还没到账"),
		("發錯顏色", "发错颜色"),
		("ＡＢＣ１２３！？，　", "ABC123!?, "),
		("don’t", "don't"),
	],
)
def test_characters_are_folded_one_by_one(traditional: str, simplified: str) -> None:
	assert fold(traditional) == simplified
	assert len(fold(traditional)) == len(traditional)


def test_folding_twice_changes_nothing_more() -> None:
	everything = "".join(chr(code) for code in range(0x3400, 0xA000))
	assert fold(fold(everything)) == fold(everything)


@pytest.mark.parametrize(
	("phrase", "text"),
	[
		("没收到", "我到现在还没有收到"),
		("没收到", "一直未收到"),
		("不能登录", "无法登录"),
		("质量差", "质量真的非常差"),
		("质量差", "质量也太差了"),
		("等了三天", "等了十几天"),
		("等了三天", "等了好几天"),
		("等了三个月", "等了半个月"),
		("退款", "退 款"),
		("退款", "退\u200b款"),
		("app闪退", "APP 闪退"),
		("没收到快递", "沒有收到快遞"),
	],
)
def test_a_chinese_phrase_is_found(phrase: str, text: str) -> None:
	assert is_found(phrase, text)


@pytest.mark.parametrize(
	("phrase", "text"),
	[
		("退款", "退，款"),
		("快递员态度", "快递员。态度"),
		("坏了", "坏人"),
		("成都", "成了都"),
		("成都包裹", "成包裹"),
		("未来", "没来"),
		("退还", "退"),
		("几天", "三天"),
		("半天没人", "三天没人"),
	],
)
def test_a_chinese_phrase_is_not_found(phrase: str, text: str) -> None:
	assert not is_found(phrase, text)


def test_words_know_their_places_and_which_count() -> None:
	read = read_words("The lamp, 质量太差")
	assert read.keys == ["the", "lamp", CLAUSE_END, "质", "量", "太", "差"]
	assert read.counts == [False, True, True, True, True, False, True]
	assert (read.starts[-1], read.ends[-1]) == (13, 14)
	assert read.without_fillers().keys == ["lamp", CLAUSE_END, "质", "量", "差"]
