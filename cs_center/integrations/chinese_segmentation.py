"""Word boundaries of Chinese text, by a library where one is installed. Without it phrases match as plain substrings.

The library is ``rjieba`` (MIT), the Python face of ``jieba-rs``: one wheel for all Pythons from 3.9 on, no dependencies, no
cache file. ``jieba`` itself has had no release since 2020 and asks for ``pkg_resources``, which setuptools has given up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec

Segment = Callable[[str], Iterable[str]]
LIBRARY = "rjieba"

_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def segmenter_for(text: str) -> Segment | None:
	"""A function from a text to its words in order; None for a text without Chinese, and where no library is installed.

	Neither raises. The library is loaded when the first Chinese text comes (about 0.15 s), once in a process.
	"""
	return _segmenter() if _CHINESE.search(text) else None


@cache
def _segmenter() -> Segment | None:
	if find_spec(LIBRARY) is None:
		return None
	try:
		cut: Segment = import_module(LIBRARY).cut
	except Exception:  # a broken library is none: suggestions go on without it
		return None
	return lambda text: _cut(cut, text)


def _cut(cut: Segment, text: str) -> list[str]:
	"""The words; the whole text as one word where the library cannot cut it."""
	try:
		# Half a surrogate pair is no character to the library; any one sign keeps the length.
		pieces = list(cut(_SURROGATES.sub("?", text)))
	except Exception:  # whatever it stumbles over, the message is classified without it
		return [text]
	return pieces
