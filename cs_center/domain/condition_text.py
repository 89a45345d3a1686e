"""Condition rows out of a Python expression such as Helpdesk keeps for an SLA. The text is read, never run.

Understood: comparisons of one field with constants, joined by ``and``; a field or ``not`` field by itself; ``"x" in
field``. Everything else raises InexpressibleError with what stood in the way, and nothing is half-translated.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from .errors import PolicyError
from .policy import Condition, Operator


class InexpressibleError(PolicyError):
	code = "inexpressible"
	message = "The condition {text!r} cannot be written as rows: {reason}."


LONGEST_TEXT = 2000
"""Nobody writes a longer condition by hand; deep nesting would only exhaust the reader."""

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


def conditions_from_expression(text: str, check_fields: Collection[str] = ()) -> tuple[Condition, ...]:
	"""Rows that all must hold, equal in meaning to the expression.

	``check_fields``: fields that hold a number, whose truth is being other than 0.
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
	return tuple(_Reader(text, check_fields).rows(tree.body))


class _Reader:
	def __init__(self, text: str, check_fields: Collection[str]) -> None:
		self.text, self.check_fields = text, check_fields

	def rows(self, node: ast.expr) -> list[Condition]:
		if isinstance(node, ast.BoolOp):
			if not isinstance(node.op, ast.And):
				raise self.refusal("it joins alternatives with 'or'")
			return [row for part in node.values for row in self.rows(part)]
		if isinstance(node, ast.Compare):
			return [self.comparison(node)]
		if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
			return [self.truth(node.operand, wanted=False)]
		return [self.truth(node, wanted=True)]

	def truth(self, node: ast.expr, wanted: bool) -> Condition:
		field = self.field(node)
		if field in self.check_fields:
			return Condition(field, Operator.NOT_EQUALS if wanted else Operator.EQUALS, "0")
		return Condition(field, Operator.IS_SET if wanted else Operator.IS_NOT_SET)

	def comparison(self, node: ast.Compare) -> Condition:
		if len(node.ops) != 1:
			raise self.refusal("it chains comparisons")
		kind = type(node.ops[0])
		left, right = node.left, node.comparators[0]
		if kind is ast.In and isinstance(left, ast.Constant):
			return Condition(self.field(right), Operator.CONTAINS, self.value(left))
		if kind not in _COMPARISONS:
			raise self.refusal(f"rows have no comparison like '{ast.unparse(node)}'")
		operator = _COMPARISONS[kind]
		if operator in (Operator.IN, Operator.NOT_IN):
			return Condition(self.field(left), operator, ", ".join(self.values(right)))
		return self.against_value(self.field(left), operator, self.value(right))

	def against_value(self, field: str, operator: Operator, value: str) -> Condition:
		"""A comparison with an empty value asks whether the field is set."""
		if value:
			return Condition(field, operator, value)
		empty = {Operator.EQUALS: Operator.IS_NOT_SET, Operator.NOT_EQUALS: Operator.IS_SET}
		if operator not in empty:
			raise self.refusal("it compares with an empty value")
		return Condition(field, empty[operator])

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

	def values(self, node: ast.expr) -> list[str]:
		if not isinstance(node, ast.List | ast.Tuple | ast.Set):
			raise self.refusal(f"'{ast.unparse(node)}' is no list of values")
		values = [self.value(item) for item in node.elts]
		if not values or any("," in value or "，" in value or not value for value in values):
			raise self.refusal("the list is empty, or a value in it is empty or holds a comma")
		return values

	def value(self, node: ast.expr) -> str:
		if not isinstance(node, ast.Constant) or isinstance(node.value, bytes | complex):
			raise self.refusal(f"'{ast.unparse(node)}' is no constant value")
		if isinstance(node.value, bool):
			return str(int(node.value))
		return "" if node.value is None else str(node.value).strip()

	def refusal(self, reason: str) -> InexpressibleError:
		return InexpressibleError(text=self.text, reason=reason)
