"""Helpdesk's condition texts become rows that mean the same, or are refused with the reason; nothing is ever run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cs_center.domain.condition_text import InexpressibleError, conditions_from_expression
from cs_center.domain.policy import Condition, Operator, check_condition

OP = Operator

READ = {
	"doc.priority == 'High'": [("priority", OP.EQUALS, "High")],
	"priority == 'High'": [("priority", OP.EQUALS, "High")],
	"doc['priority'] == 'High'": [("priority", OP.EQUALS, "High")],
	"doc.get('priority') == 'High'": [("priority", OP.EQUALS, "High")],
	"doc.priority != 'Low' and doc.total >= 100": [
		("priority", OP.NOT_EQUALS, "Low"),
		("total", OP.AT_LEAST, "100"),
	],
	"(doc.a > 1 and doc.b < 2) and doc.c <= 3.5": [
		("a", OP.GREATER_THAN, "1"),
		("b", OP.LESS_THAN, "2"),
		("c", OP.AT_MOST, "3.5"),
	],
	"doc.priority in ['High', 'Urgent']": [("priority", OP.IN, "High, Urgent")],
	"doc.priority not in ('High',)": [("priority", OP.NOT_IN, "High")],
	"'refund' in doc.subject": [("subject", OP.CONTAINS, "refund")],
	"doc.customer": [("customer", OP.IS_SET, "")],
	"not doc.customer": [("customer", OP.IS_NOT_SET, "")],
	"doc.customer == ''": [("customer", OP.IS_NOT_SET, "")],
	"doc.customer != None": [("customer", OP.IS_SET, "")],
	"doc.is_urgent == True": [("is_urgent", OP.EQUALS, "1")],
	"doc.渠道 == '电话'": [("渠道", OP.EQUALS, "电话")],
	"": [],
	"   ": [],
}


@pytest.mark.parametrize("text", READ, ids=repr)
def test_an_expression_becomes_rows(text: str) -> None:
	assert conditions_from_expression(text) == tuple(Condition(*row) for row in READ[text])


@pytest.mark.parametrize("text", READ, ids=repr)
def test_rows_that_come_out_can_be_used(text: str) -> None:
	for condition in conditions_from_expression(text):
		assert check_condition(condition) is None


REFUSED = {
	"doc.a == 1 or doc.b == 2": "joins alternatives with 'or'",
	"1 < doc.a < 3": "chains comparisons",
	"1 < doc.a": "is no field",
	"doc.a is None": "no comparison like",
	"doc.a == doc.b": "no constant",
	"doc.a == -5": "no constant",
	"doc.a in doc.b": "no list of values",
	"doc.a in ('High')": "no list of values",
	"doc.a in []": "list is empty",
	"doc.a not in []": "list is empty",
	"doc.a in ['x, y']": "comma",
	"doc.a in ['x，y']": "comma",
	"doc.a in ['']": "empty",
	"doc.a > ''": "empty value",
	"5 in doc.a": "no text to look for",
	"doc.a == ...": "no constant",
	"doc.a == b'x'": "no constant",
	"doc.a.b == 1": "no field",
	"doc": "no field",
	"doc[5] == 1": "names no field",
	"doc[''] == 1": "names no field",
	"doc[doc.a] == 1": "names no field",
	"doc.get('a', 5) == 1": "no field",
	"doc.get('a', default=5) == 1": "no field",
	"frappe.db.get_value('User', 'x') == 1": "no field",
	"__import__('os').system('true')": "no field",
	"(lambda: 1)()": "no field",
	"[x for x in doc.a]": "no field",
	"doc.a ==": "not a Python expression",
	"import os": "not a Python expression",
	"a = 1": "not a Python expression",
	"doc.a == 1; doc.b": "not a Python expression",
	"\0": "not a Python expression",
	"not " * 100_000 + "x": "",
	"(" * 5000 + "x" + ")" * 5000: "",
	"not " * 400 + "x": "",
	"-" * 1900 + "x": "",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text)[:40])
def test_what_cannot_be_written_as_rows_is_refused_with_the_reason(text: str) -> None:
	with pytest.raises(InexpressibleError) as caught:
		conditions_from_expression(text)
	assert "cannot be written as rows" in str(caught.value)
	assert REFUSED[text] in str(caught.value)


def test_one_part_that_cannot_be_read_refuses_the_whole() -> None:
	with pytest.raises(InexpressibleError, match="no field"):
		conditions_from_expression("doc.priority == 'High' and frappe.session.user == 'x'")


def test_no_text_at_all_is_no_condition() -> None:
	assert conditions_from_expression(None) == ()  # type: ignore[arg-type]


# --- the same meaning ----------------------------------------------------------------------------------------------

NUMBERS = ("0", "1", "100", "99.5")
TEXTS = ("'High'", "'Low'", "'电话'")
ATOMS = st.one_of(
	st.builds(
		"doc.{} {} {}".format,
		st.just("total"),
		st.sampled_from(("==", "!=", "<", "<=", ">", ">=")),
		st.sampled_from(NUMBERS),
	),
	st.builds(
		"doc.{} {} {}".format, st.just("name"), st.sampled_from(("==", "!=")), st.sampled_from((*TEXTS, "''"))
	),
	st.builds(
		"doc.name {} [{}, {}]".format,
		st.sampled_from(("in", "not in")),
		st.sampled_from(TEXTS),
		st.sampled_from(TEXTS),
	),
	st.builds(
		"doc.total {} [{}, {}]".format,
		st.sampled_from(("in", "not in")),
		st.sampled_from(NUMBERS),
		st.sampled_from(NUMBERS),
	),
	st.builds("{} in doc.name".format, st.sampled_from(("'i'", "'ow'", "'电'"))),
	st.sampled_from(("doc.name", "not doc.name", "doc.total", "doc.checked", "not doc.checked")),
	st.sampled_from(("doc.checked == 1", "doc.checked == 0", "doc.checked == True", "doc.checked != 1")),
)


class Document:
	def __init__(self, **fields: Any) -> None:
		self.__dict__.update(fields)


@settings(max_examples=150)
@given(
	st.lists(ATOMS, min_size=1, max_size=3),
	st.sampled_from(("High", "Low", "电话", "", "Other")),
	st.sampled_from((0, 1, 100, 100.0, 99.5, 0.0)),
	st.sampled_from((0, 1)),
)
def test_the_rows_hold_exactly_where_python_finds_the_expression_true(
	parts: list[str], name: str, total: float, checked: int
) -> None:
	text = " and ".join(parts)
	fields = {"name": name, "total": total, "checked": checked}
	wanted = bool(eval(text, {"__builtins__": {}}, {"doc": Document(**fields)}))
	rows = conditions_from_expression(text, ("checked",), ("total",))
	assert all(condition.holds(fields) for condition in rows) is wanted


@pytest.mark.parametrize("fact", [None, ""], ids=repr)
def test_a_number_that_was_never_filled_in_is_not_true(fact: Any) -> None:
	(is_true,) = conditions_from_expression("doc.checked", ("checked",))
	(is_false,) = conditions_from_expression("not doc.checked", ("checked",))
	assert not is_true.holds({"checked": fact})
	assert is_false.holds({"checked": fact})


KINDS_DISAGREE = {
	"not doc.total": "rows cannot say 'or'",
	"doc.name > 'b'": "rows order texts in another way",
	"doc.name == 5": "holds a text and is compared with the number 5",
	"doc.total == '5'": "holds a number and is compared with a text",
	"doc.name == ' High'": "begins or ends with a space",
	"5 in doc.name": "is no text to look for",
	"'' in doc.name": "is no text to look for",
	"doc.name in ['High', 5]": "holds a text and is compared with the number 5",
}


@pytest.mark.parametrize("text", KINDS_DISAGREE, ids=repr)
def test_what_rows_would_understand_otherwise_than_python_is_refused(text: str) -> None:
	with pytest.raises(InexpressibleError) as caught:
		conditions_from_expression(text, ("checked",), ("total",))
	assert KINDS_DISAGREE[text] in str(caught.value)


def test_dates_have_the_same_order_for_rows_and_for_python() -> None:
	(row,) = conditions_from_expression("doc.opened >= '2026-05-01'", (), ())
	assert row == Condition("opened", OP.AT_LEAST, "2026-05-01")


@given(st.text(max_size=40))
def test_any_text_at_all_gives_rows_or_the_named_error(text: str) -> None:
	try:
		rows = conditions_from_expression(text)
	except InexpressibleError as error:
		assert error.code == "inexpressible"
	else:
		assert all(isinstance(row, Condition) for row in rows)
