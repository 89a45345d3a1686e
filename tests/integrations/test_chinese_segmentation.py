"""Chinese words from an optional library: loaded late, and never a reason to fail."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from cs_center.integrations import chinese_segmentation
from cs_center.integrations.chinese_segmentation import LIBRARY, segmenter_for

ROOT = Path(__file__).parent.parent.parent


class Library(ModuleType):
	"""Stands for the library: two characters are a word."""

	def __init__(self, failing: bool = False) -> None:
		super().__init__(LIBRARY)
		self.failing = failing
		self.asked: list[str] = []

	def cut(self, text: str) -> list[str]:
		self.asked.append(text)
		text.encode()  # as the real one does
		if self.failing:
			raise RuntimeError("no dictionary")
		return [text[place : place + 2] for place in range(0, len(text), 2)]


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
	chinese_segmentation._segmenter.cache_clear()
	yield
	chinese_segmentation._segmenter.cache_clear()


def install(monkeypatch: pytest.MonkeyPatch, library: Library) -> Library:
	monkeypatch.setattr(chinese_segmentation, "find_spec", lambda name: object() if name == LIBRARY else None)
	monkeypatch.setattr(chinese_segmentation, "import_module", lambda name: library)
	return library


def test_without_the_library_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(chinese_segmentation, "find_spec", lambda name: None)
	assert segmenter_for("退款") is None


def test_with_it_words_add_up_to_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
	install(monkeypatch, Library())
	segment = segmenter_for("我要退款")
	assert segment is not None and list(segment("我要退款")) == ["我要", "退款"]


@pytest.mark.parametrize("text", ["", "My parcel is late", "123", "カタカナ", "😀"])
def test_a_text_without_chinese_does_not_load_it(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
	monkeypatch.setattr(chinese_segmentation, "find_spec", lambda name: pytest.fail("looked for"))
	assert segmenter_for(text) is None


def test_it_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
	loaded: list[str] = []
	install(monkeypatch, Library())
	monkeypatch.setattr(chinese_segmentation, "import_module", lambda name: loaded.append(name) or Library())
	for _ in range(3):
		segmenter_for("退款")
	assert loaded == [LIBRARY]


def test_a_library_that_cannot_be_loaded_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
	install(monkeypatch, Library())

	def refuse(name: str) -> ModuleType:
		raise OSError("wrong architecture")

	monkeypatch.setattr(chinese_segmentation, "import_module", refuse)
	assert segmenter_for("退款") is None


def test_a_text_that_it_cannot_cut_is_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
	install(monkeypatch, Library(failing=True))
	segment = segmenter_for("退款")
	assert segment is not None and list(segment("我要退款")) == ["我要退款"]


def test_half_a_character_is_replaced_before_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
	library = install(monkeypatch, Library())
	segment = segmenter_for("退款")
	assert segment is not None and len("".join(segment("退\ud800款"))) == 3
	assert library.asked == ["退?款"]


def test_importing_the_module_loads_nothing() -> None:
	asked = f"import sys, cs_center.integrations.chinese_segmentation; print({LIBRARY!r} in sys.modules)"
	done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=ROOT, check=True)
	assert done.stdout.strip() == "False"


def test_the_real_library_where_it_is_installed() -> None:
	pytest.importorskip(LIBRARY)
	segment = segmenter_for("快递员态度很差")
	assert segment is not None
	assert "".join(segment("快递员态度很差，退款三天 OK \ud800")) == "快递员态度很差，退款三天 OK ?"
