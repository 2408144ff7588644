"""What is remembered survives; what is damaged gives defaults and says so."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRect

from app.memory import MAX_RECENT, SCHEMA, Memory, data_folder, settings_file

SCREEN = [QRect(0, 0, 1280, 720)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def again(memory: Memory) -> Memory:
    assert memory.save()
    return Memory(memory.file)


def test_the_places_are_those_of_the_test(user_places: Path) -> None:
    assert settings_file().is_relative_to(user_places) and data_folder().is_relative_to(user_places)


def test_everything_kept_comes_back(file: Path) -> None:
    memory = Memory(file)
    memory.keep("theme", "light")
    memory.keep("export/dpi", 600)
    memory.keep_geometry(QRect(10, 20, 900, 600))
    memory.keep_layout(QByteArray(b"\x00\xff state"))
    memory = again(memory)
    assert memory.notice == ""
    assert memory.text("theme", "system", ("system", "light", "dark")) == "light"
    assert memory.number("export/dpi", 300, 50, 1200) == 600
    assert memory.geometry(SCREEN) == QRect(10, 20, 900, 600)
    assert memory.layout() == QByteArray(b"\x00\xff state")


@pytest.mark.parametrize(
    "text",
    ["5000 40 900 600", "-890 0 900 600", "0 700 900 600", "0 0 10 10", "0 -400 900 600", "a b c d", "1 2 3",
     "0 0 99999 700"],
)  # fmt: skip
def test_a_place_off_the_screens_is_not_taken(file: Path, text: str) -> None:
    memory = Memory(file)
    memory.keep("window/geometry", text)
    assert again(memory).geometry(SCREEN) is None


@pytest.mark.parametrize("value", ["12abc", "", "1e9", "9999999999999", "-3"])
def test_a_number_out_of_range_or_no_number_gives_the_default(file: Path, value: str) -> None:
    memory = Memory(file)
    memory.keep("export/dpi", value)
    assert again(memory).number("export/dpi", 300, 50, 1200) == 300


@pytest.mark.parametrize("schema", [0, SCHEMA + 1])
def test_another_schema_gives_defaults_and_a_notice(file: Path, schema: int) -> None:
    memory = Memory(file)
    memory.keep("theme", "light")
    memory.keep("schema", schema)
    memory = again(memory)
    assert memory.notice == ("version" if schema else "damaged")
    assert memory.text("theme", "system") == "system"
    assert again(memory).notice == ""


def test_a_file_of_rubbish_gives_defaults_and_a_notice(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 20)
    assert Memory(file).notice == "damaged"


@pytest.mark.qt_log_ignore("unknown user type")
def test_a_foreign_object_in_the_file_is_not_read(file: Path) -> None:
    file.write_text(f"[General]\nschema={SCHEMA}\ntheme=@Variant(\\0\\0\\0\\x7f)\n")
    assert Memory(file).text("theme", "system", ("system", "light", "dark")) == "system"


def test_layout_that_is_no_base64_is_not_taken(file: Path) -> None:
    memory = Memory(file)
    memory.keep("window/layout", "%%%")
    assert again(memory).layout() is None


def test_recent_files_are_newest_first_without_the_dead(file: Path, tmp_path: Path) -> None:
    memory = Memory(file)
    paths = [tmp_path / f"{i}, with a comma.maml-lab" for i in range(MAX_RECENT + 2)]
    for path in paths:
        path.touch()
        memory.add_recent(path)
    memory.add_recent(paths[-3])
    paths[-1].unlink()
    expected = [paths[-3], paths[-2], *reversed(paths[2:-3])]
    assert len(expected) == MAX_RECENT - 1
    assert again(memory).recent() == expected
    memory.forget_recent()
    assert memory.recent() == []


def test_a_disk_that_refuses_is_told_not_raised(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not Memory(tmp_path / "file" / "settings.ini").save()
