"""The replacement of words is undone completely, in paths and in text, and binary files are left alone."""

import zipfile

import engine
import paths
import pytest

LEFT_OVER = (b"crisco", b"brik_helper")


def test_words_are_restored_in_every_spelling():
	text = b"criscostack.utils, CriscoTestCase, CRISCOSTACK_SITE, Criscostack Cloud, criscoerp.com, Criscoerp"
	expected = b"frappe.utils, FrappeTestCase, FRAPPE_SITE, Frappe Cloud, erpnext.com, ERPNext"
	assert engine.restore_text(text) == expected


def test_binary_data_keeps_bytes_that_look_like_words():
	picture = b"\x89PNG\x00criscostack"
	assert engine.restore_text(picture) == picture


def test_paths_are_restored_and_strays_left_out():
	assert engine.restore_path("criscostack/utils/brik_helper.py") == "frappe/utils/bench_helper.py"
	assert engine.restore_path("criscostack/.DS_Store") is None
	assert engine.restore_path("criscostack-1.0.0.dist-info/RECORD") is None


def test_wheel_is_unpacked_with_restored_words(tmp_path):
	wheel = tmp_path / "engine.whl"
	with zipfile.ZipFile(wheel, "w") as archive:
		archive.writestr("criscostack/criscostackclient.py", "class CriscoClient: pass\n")
		archive.writestr("criscostack-1.0.0.dist-info/METADATA", "Name: criscostack\n")
	engine.restore_words(wheel, tmp_path / "out")
	found = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.py")]
	assert found == ["frappe/frappeclient.py"]
	assert (tmp_path / "out" / found[0]).read_text() == "class FrappeClient: pass\n"


def test_nothing_of_the_replacement_is_left_on_disk():
	if not paths.ENGINE.exists():
		pytest.skip("the engine is not unpacked yet: `make setup`")
	left = []
	for path in paths.ENGINE.rglob("*"):
		relative = path.relative_to(paths.ENGINE).as_posix()
		if path.suffix == ".pyc" or not path.is_file():
			continue
		data = path.read_bytes()
		text = b"" if b"\0" in data else data.lower()
		if any(word in text or word.decode() in relative.lower() for word in LEFT_OVER):
			left.append(relative)
	assert left == []
