"""English words brought to a common form by a light rule, so that a phrase also finds its plural, -ed and -ing.

The form is a key, not a word: "deliveries" and "delivery" give the same one, and so do "charge", "charged", "charging".
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

LONGEST_WORD = 40
"""Whatever is longer is no word; its beginning stands for it."""


def _set_of(words: str) -> frozenset[str]:
	return frozenset(words.split())


FILLERS = _set_of(
	"a an the my our your his her their its this that these those some any very so really quite just even also "
	"actually completely totally absolutely extremely simply literally already yet ever still now"
)
"""Words that may stand between the words of a phrase: "never even arrived" has "never arrived"."""

AUXILIARIES = _set_of("be have do will")
"""Before a "not" or "never" they are fillers too: "has not arrived", "didn't arrive", "won't arrive" have "not arrived"."""

NOTS = _set_of("not never")

NUMBER = "#"
"""All numbers are alike: a phrase "waited 3 weeks" finds "waited 12 weeks"."""

_NUMBERS = _set_of("two three four five six seven eight nine ten eleven twelve several")

_IRREGULAR = {
	form: base
	for base, forms in {
		"be": "is are was were been being am",
		"have": "has had having",
		"do": "does did doing",
		"go": "goes going went gone",
		"can": "could",
		"will": "would",
		"send": "sent",
		"pay": "paid",
		"tell": "told",
		"say": "said",
		"break": "broke broken",
		"get": "got gotten",
		"give": "gave given",
		"take": "took taken",
		"come": "came",
		"buy": "bought",
		"keep": "kept",
		"speak": "spoke spoken",
		"lose": "lost",
		"steal": "stole stolen",
		"hang": "hung",
		"ring": "rang rung",
		"throw": "threw thrown",
		"tear": "tore torn",
		"wear": "wore worn",
		"write": "wrote written",
		"find": "found",
		"make": "made",
		"hear": "heard",
		"hold": "held",
		"burn": "burnt",
		"freeze": "froze frozen",
		"hide": "hid hidden",
		"choose": "chose chosen",
		"sell": "sold",
		"use": "using",
		"lie": "lying",
	}.items()
	for form in forms.split()
}

_UNCHANGED = _set_of(
	"nothing anything everything something evening morning during ceiling news means always thanks customs goods "
	"hundred indeed unless less series"
)
"""Endings that are none."""

_NEGATIVE_BASES = {"ca": "can", "wo": "will", "sha": "shall", "ai": "be"}

_WITHOUT_APOSTROPHE = {
	word + "nt": word for word in _set_of("do does did is was are were have has had could would should")
} | {"cant": "can", "wont": "will", "cannot": "can"}

_ENDINGS = {"'re": "be", "'ve": "have", "'ll": "will", "'m": "be", "'d": "", "'s": ""}

_IS_BEHIND = _set_of("it that he she there what who where here this")

_VOWEL_GROUPS = re.compile("[aeiouy]+")
_SHORT_WITH_E = re.compile("[^aeiou][aeiou][^aeiouwxy]")


@lru_cache(maxsize=50_000)
def read_english(word: str) -> tuple[str, ...]:
	"""The keys of a word as it stands in a text: mostly one, two for a contraction ("didn't" is "do", "not")."""
	plain = normalize("NFKC", word[:LONGEST_WORD]).casefold()
	if plain.endswith("n't"):
		base = plain[:-3]
		return stem(_NEGATIVE_BASES.get(base, base)), "not"
	if plain in _WITHOUT_APOSTROPHE:
		return stem(_WITHOUT_APOSTROPHE[plain]), "not"
	for ending, meaning in _ENDINGS.items():
		if plain.endswith(ending) and len(plain) > len(ending):
			base = plain[: -len(ending)]
			meaning = "be" if ending == "'s" and base in _IS_BEHIND else meaning
			return (stem(base), meaning) if meaning else (stem(base),)
	return (stem(plain.replace("'", "")),)


def stem(word: str) -> str:
	"""The key of one word in small letters."""
	if word in _NUMBERS:
		return NUMBER
	if word in _IRREGULAR:
		return _IRREGULAR[word]
	if len(word) <= 3 or word in _UNCHANGED or word in FILLERS:
		return word
	return _without_doubled_end(_present(_singular(word)))


def _singular(word: str) -> str:
	if word.endswith("ies") and len(word) > 4:
		return word[:-3] + "y"
	if word.endswith(("sses", "xes", "ches", "shes")):
		return word[:-2]
	if word.endswith("s") and not word.endswith(("ss", "us", "is")):
		return word[:-1]
	return word


def _present(word: str) -> str:
	"""Without -ed and -ing, and without the -e that some words have in front of these."""
	if word.endswith("ied") and len(word) > 4:
		return word[:-3] + "y"
	for ending in ("ed", "ing"):
		base = word[: -len(ending)]
		if word.endswith(ending) and not word.endswith("eed") and _VOWEL_GROUPS.search(base):
			return _base_of(word, base)
	return word[:-1] if len(word) >= 5 and word.endswith("e") and not word.endswith("ee") else word


def _base_of(word: str, base: str) -> str:
	if len(base) < 3:
		return word[:-1] if word.endswith("ed") else word
	# A short verb doubles its last letter unless an -e was there: "named" is "name", "stopped" is "stop".
	return base + "e" if len(base) == 3 and _SHORT_WITH_E.fullmatch(base) else base


def _without_doubled_end(word: str) -> str:
	if len(word) < 4 or word[-1] != word[-2]:
		return word
	is_long = len(_VOWEL_GROUPS.findall(word)) > 1
	return word[:-1] if word[-1] in "bdgmnprt" or (word[-1] == "l" and is_long) else word
