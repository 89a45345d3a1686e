"""Condition rows out of a Python expression such as Helpdesk keeps for an SLA. The text is read, never run.

Understood: comparisons of one field with constants, joined by ``and``; a field or ``not`` field by itself; ``"x" in
field``. Everything else raises InexpressibleError with what stood in the way, and nothing is half-translated.

Two liberties that rows take with texts: "High" equals "high", and an empty text and None are both "not set".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from .errors import PolicyError
from .policy import Condition, Operator


class InexpressibleError(PolicyError):
	code = "inexpressible"
	message = "The condition {text!r} cannot be written as rows: {reason}."


LONGEST_TEXT = 2000
"""Nobody writes a longer condition by hand; deep nesting would only exhaust the reader."""

LOOKS_LIKE_A_DATE = re.compile(r"\d{4}-\d\d-\d\d\b")
"""Texts that have the same order for Python and for rows; others do not (rows know no case, and read "10" as a number)."""

_COMPARISONS = {
	ast.Eq: Operator.EQUALS,
	ast.NotEq: Operator.NOT_EQUALS,
	ast.Gt: Operator.GREATER_THAN,
	ast.Lt: Operator.LESS_THAN,
	ast.GtE: Operator.AT_LEAST,
	ast.LtE: Operator.AT_MOST,
	ast.In: Operator.IN,
	ast.NotIn: Operator.NOT_IN,
}

_IS = {Operator.EQUALS: True, Operator.NOT_EQUALS: False}
"""Comparisons that ask only whether two values are the same."""


def conditions_from_expression(
	text: str, check_fields: Collection[str] = (), number_fields: Collection[str] | None = None
) -> tuple[Condition, ...]:
	"""Rows that all must hold, equal in meaning to the expression.

	``check_fields`` hold 0 or 1 (empty is 0), ``number_fields`` other numbers, every other field a text. With
	``number_fields`` None the kinds of the fields are not known and constants are taken as they are written.
	"""
	text = (text or "").strip()
	if not text:
		return ()
	if len(text) > LONGEST_TEXT:
		raise InexpressibleError(text=text[:80], reason="it is too long")
	try:
		tree = ast.parse(text, mode="eval")
	except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
		raise InexpressibleError(text=text, reason="it is not a Python expression") from error
	try:
		return tuple(_Reader(text, check_fields, number_fields).rows(tree.body))
	except RecursionError as error:
		raise InexpressibleError(text=text[:80], reason="it is nested too deeply") from error


class _Reader:
	def __init__(
		self, text: str, check_fields: Collection[str], number_fields: Collection[str] | None
	) -> None:
		self.text, self.check_fields, self.number_fields = text, check_fields, number_fields

	def rows(self, node: ast.expr) -> list[Condition]:
		if isinstance(node, ast.BoolOp):
			if not isinstance(node.op, ast.And):
				raise self.refusal("it joins alternatives with 'or'")
			return [row for part in node.values for row in self.rows(part)]
		if isinstance(node, ast.Compare):
			return [self.comparison(node)]
		if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
			return self.truth(node.operand, wanted=False)
		return self.truth(node, wanted=True)

	def truth(self, node: ast.expr, wanted: bool) -> list[Condition]:
		field = self.field(node)
		if field in self.check_fields:
			return [self.checked(field, wanted)]
		if field in (self.number_fields or ()):
			if not wanted:
				raise self.refusal(f"'not {field}' means empty or 0, and rows cannot say 'or'")
			return [Condition(field, Operator.IS_SET), Condition(field, Operator.NOT_EQUALS, "0")]
		return [Condition(field, Operator.IS_SET if wanted else Operator.IS_NOT_SET)]

	@staticmethod
	def checked(field: str, wanted: bool) -> Condition:
		"""A box that nobody has touched yet is empty and counts as 0, so that 0 is said as "not 1"."""
		return Condition(field, Operator.EQUALS if wanted else Operator.NOT_EQUALS, "1")

	def comparison(self, node: ast.Compare) -> Condition:
		if len(node.ops) != 1:
			raise self.refusal("it chains comparisons")
		kind = type(node.ops[0])
		left, right = node.left, node.comparators[0]
		if kind is ast.In and isinstance(left, ast.Constant):
			return self.contains(self.field(right), left)
		if kind not in _COMPARISONS:
			raise self.refusal(f"rows have no comparison like '{ast.unparse(node)}'")
		field, operator = self.field(left), _COMPARISONS[kind]
		if operator in (Operator.IN, Operator.NOT_IN):
			return Condition(field, operator, ", ".join(self.values(right, field)))
		value = self.value(right, field)
		if field in self.check_fields and operator in _IS and value in ("0", "1"):
			return self.checked(field, (value == "1") is _IS[operator])
		return self.against_value(field, operator, value)

	def contains(self, field: str, part: ast.Constant) -> Condition:
		if not isinstance(part.value, str) or not part.value:
			raise self.refusal(f"'{ast.unparse(part)}' is no text to look for")
		return Condition(field, Operator.CONTAINS, self.value(part, field))

	def against_value(self, field: str, operator: Operator, value: str) -> Condition:
		"""A comparison with an empty value asks whether the field is set."""
		if value:
			self.refuse_unlike_order(field, operator, value)
			return Condition(field, operator, value)
		empty = {Operator.EQUALS: Operator.IS_NOT_SET, Operator.NOT_EQUALS: Operator.IS_SET}
		if operator not in empty:
			raise self.refusal("it compares with an empty value")
		return Condition(field, empty[operator])

	def refuse_unlike_order(self, field: str, operator: Operator, value: str) -> None:
		if operator in _IS or not self.is_text(field) or LOOKS_LIKE_A_DATE.match(value):
			return
		raise self.refusal(f"'{field}' holds a text, and rows order texts in another way than Python")

	def is_text(self, field: str) -> bool:
		"""Whether the field is known to hold a text."""
		known = self.number_fields is not None
		return known and field not in (self.number_fields or ()) and field not in self.check_fields

	def field(self, node: ast.expr) -> str:
		"""``doc.name``, ``doc["name"]``, ``doc.get("name")`` or ``name``."""
		if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "doc":
			return node.attr
		if isinstance(node, ast.Name) and node.id != "doc":
			return node.id
		if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "doc":
			return self.name(node.slice)
		if (
			isinstance(node, ast.Call)
			and ast.unparse(node.func) == "doc.get"
			and len(node.args) == 1
			and not node.keywords
		):
			return self.name(node.args[0])
		raise self.refusal(f"'{ast.unparse(node)}' is no field of the ticket")

	def name(self, node: ast.expr) -> str:
		if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
			return node.value
		raise self.refusal(f"'{ast.unparse(node)}' names no field")

	def values(self, node: ast.expr, field: str) -> list[str]:
		if not isinstance(node, ast.List | ast.Tuple | ast.Set):
			raise self.refusal(f"'{ast.unparse(node)}' is no list of values")
		values = [self.value(item, field) for item in node.elts]
		if not values or any("," in value or "，" in value or not value for value in values):
			raise self.refusal("the list is empty, or a value in it is empty or holds a comma")
		return values

	def value(self, node: ast.expr, field: str) -> str:
		if not isinstance(node, ast.Constant) or isinstance(node.value, bytes | complex | type(...)):
			raise self.refusal(f"'{ast.unparse(node)}' is no constant value")
		value = node.value
		if value is None or value == "":
			return ""
		if isinstance(value, str):
			return self.text_value(value, field)
		if self.is_text(field):
			raise self.refusal(f"'{field}' holds a text and is compared with the number {value}")
		return str(int(value)) if isinstance(value, bool) else str(value)

	def text_value(self, value: str, field: str) -> str:
		if self.number_fields is not None and not self.is_text(field):
			raise self.refusal(f"'{field}' holds a number and is compared with a text")
		if value != value.strip():
			raise self.refusal("a value begins or ends with a space")
		return value

	def refusal(self, reason: str) -> InexpressibleError:
		return InexpressibleError(text=self.text, reason=reason)
