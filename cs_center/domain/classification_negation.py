"""Does the text say a phrase or deny it? A "not" shortly before it, in the same clause, denies it.

The "not" of a phrase that was found itself ("does not work") belongs to that phrase and denies nothing else.
"""

from __future__ import annotations

import re

from .classification_text import CLAUSE_END, Words

ENGLISH_REACH = 3
"""How many words a "not" reaches, fillers aside: "no sign of damage" has two between. Further on it is about something else."""

LONGEST_LOOK_BACK = 12
"""Words that are looked at, fillers with them."""

CHINESE_REACH = 16
"""Characters before a phrase that are looked at; the longest negation with the words between it is shorter."""

_ENGLISH = dict.fromkeys(("not", "no", "never", "none", "neither", "nor", "hardly"), ENGLISH_REACH) | {
	"without": 1
}
"""How far each reaches: "without" only the next word."""
_NOT_ONLY = frozenset(("only", "just", "merely", "sure"))
"""After a "not" they turn it round."""

_STOPS = frozenset(("and", "but", "because", "so", "although", "however", "since", "if", "when", CLAUSE_END))

_CHINESE = re.compile(
	"(?:(?<!有)没有?(?!多久|几[天次]|人|想到)|(?<!是)不是(?!说)|并非|并不是?|并没有?|绝非|从未|从没|从不|毫无|无任何|不存在|不算|不会|未见|未发现|而非"
	"|不觉得|不认为|排除)"
	"(?:任何|什么|一点|一丝|丝毫|发现|出现|发生|看到|看见|看出|遇到|存在|所谓|明显|有|因为|说|觉得|认为|算|再|商品|产品|包裹|快递|什么大"
	"|[很太那这么的过被是])*$"
	"|[不没无未非]$"
)
"""A negation, then only words that carry it on to the phrase. One character alone must stand right before the phrase."""


def is_denied(words: Words, first: int, start: int, taken: bytearray) -> bool:
	"""Whether the phrase that begins with word ``first`` at the place ``start`` is denied.

	``taken``: per place of the text, whether a phrase that was found covers it.
	"""
	return _is_denied_in_chinese(words.folded, start, taken) or _is_denied_in_english(words, first, taken)


def _is_denied_in_chinese(folded: str, start: int, taken: bytearray) -> bool:
	before = max(0, start - CHINESE_REACH)
	found = _CHINESE.search(folded[before:start])
	return found is not None and not taken[before + found.start()]


def _is_denied_in_english(words: Words, first: int, taken: bytearray) -> bool:
	distance, following = 1, ""
	for position in range(first - 1, max(first - LONGEST_LOOK_BACK, 0) - 1, -1):
		key = words.keys[position]
		if key in _STOPS:
			return False
		if key in _ENGLISH:
			reaches = distance <= _ENGLISH[key] and following not in _NOT_ONLY
			return reaches and not taken[words.starts[position]]
		following = key
		distance += words.counts[position]
	return False
