"""A small tree of categories for the tests of the classification."""

from __future__ import annotations

from cs_center.domain.classification import CategoryWords, Classifier, Match, Phrase, build_classifier


def words(code: str, parent: str | None = None, **phrases: float) -> CategoryWords:
	"""``never_arrived=3`` is the phrase "never arrived"."""
	return CategoryWords(
		code, parent, tuple(Phrase(text.replace("_", " "), weight) for text, weight in phrases.items())
	)


SHOP = (
	words("PRODUCT", quality=0.5, 质量=0.5),
	words("DEFECT", "PRODUCT", broken=2, cracked=2, stopped_working=3, 坏了=2, 质量太差=3),
	words("FAKE", "PRODUCT", fake=3, not_genuine=3, 假货=3),
	words("DELIVERY", parcel=0.5, 包裹=0.5, 快递=0.5),
	words("LATE", "DELIVERY", late=2, delay=2, still_waiting=2, 还没到=3, 太慢=2),
	words("LOST", "DELIVERY", never_arrived=3, 没收到=3),
	words("MONEY", refund=0.5, 退款=0.5),
	words("REFUND", "MONEY", no_refund=3, not_refunded=3, 不退款=3),
)


def shop() -> Classifier:
	"""The classifier of ``SHOP``."""
	return build_classifier(SHOP)


def only(*phrases: str, weight: float = 3) -> Classifier:
	"""A classifier of the one category X."""
	return build_classifier([CategoryWords("X", None, tuple(Phrase(one, weight) for one in phrases))])


def places(text: str, matches: tuple[Match, ...]) -> list[tuple[str, str, bool]]:
	"""(code, what stands in the text, negated) of each match."""
	return [(one.code, text[one.start : one.end], one.negated) for one in matches]
