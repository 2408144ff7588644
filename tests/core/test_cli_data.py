"""``maml-lab data``: a table of what is found, options for each choice, a file that trains, one line when refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from data_files import MAKERS

from mamlcore.cli import main
from mamlcore.data import CHOICES, open_table


def test_show_prints_a_table_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = MAKERS["csv"](tmp_path)
    assert main(["data", "show", str(path)]) == 0
    out = capsys.readouterr().out
    assert "16 classes, 6 rows each, 96 rows in all, 4 features" in out and "separated by commas" in out
    assert "fewer rows than K + Q = 16" in out and "--n-query 5" in out and "c15" in out
    assert [entry.name for entry in tmp_path.iterdir()] == ["own.csv"]


def test_show_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "show", "--json", str(MAKERS["zip"](tmp_path)), "--size", "5"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["format"] == "zip" and tree["data"]["image_shape"] == [5, 5] and tree["data"]["rows"] == 96
    assert tree["data"]["classes"][3]["name"] == "c03" and len(tree["data"]["classes"][3]["samples"]) == 6
    assert set(tree["choices"]) == set(CHOICES) and tree["choices"]["size"] == 5
    assert sum(map(len, tree["split"]["classes"].values())) == 16


def test_import_then_train(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = MAKERS["csv"](tmp_path), tmp_path / "mine.npz"
    assert main(["data", "import", str(path), "--out", str(out), "--drop", "b", "--drop", "d"]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(f"Wrote 96 rows of 16 classes to {out}; train on it with maml-lab train ")
    assert open_table(str(out)).feature_names == ("a", "c")
    words = said.partition("maml-lab ")[2].replace("RUN", str(tmp_path / "run")).split()  # what it says, done
    assert main([*words, "--set", "evaluation.tasks=10", "--set", "evaluation.live_tasks=10", "--steps", "3"]) == 0


def test_pictures_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["data", "import", str(MAKERS["folder"](tmp_path)), "--out", str(tmp_path / "o.npz"), "--rotations"]) == 0
    )
    out = capsys.readouterr().out
    assert "pictures of 14 x 14" in out and "64 classes" in out and "@@" in out
    assert len(open_table(str(tmp_path / "o.npz")).x) == 4 * 96


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and "Traceback" not in captured.err and captured.err.count("\n") == 1
    return captured.err


def test_bad_input_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = str(MAKERS["csv"](tmp_path)), str(tmp_path / "o.npz")
    before = sorted(tmp_path.iterdir())
    for words, sentence in (
        (["data", "import", path], "--out"),
        (["data", "import", path, "--out", "o.csv"], "--out must be a file that ends in .npz, got 'o.csv'"),
        (["data", "import", path, "--out", out, "--size", "99"], "Choices.size must be <= 64, got 99"),
        (["data", "import", path, "--out", out, "--size", "big"], "--size"),
        (["data", "import", path, "--out", out, "--label", "z"], "there is no column 'z'; there are a, b, c, d, label"),
        (["data", "import", path, "--out", out, "--split-by", "group"], "holds no groups of its own"),
        (["data", "import", "nowhere.csv", "--out", out], "nowhere.csv: cannot be opened"),
        (["data", "show"], "'FILE'"),
        (["data"], "Missing command"),
    ):
        assert sentence in refused(words, capsys)
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_is_never_written_over_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = MAKERS["npz"](tmp_path)
    before = path.read_bytes()
    assert "must be another file" in refused(["data", "import", str(path), "--out", str(path)], capsys)
    assert path.read_bytes() == before


def test_an_error_in_the_data_is_said_with_what_would_settle_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    x[3, 1] = np.nan
    np.savez(tmp_path / "own.npz", X=x, y=np.arange(60) % 5)
    words = ["data", "import", str(tmp_path / "own.npz"), "--out", str(tmp_path / "o.npz")]
    assert "1 of 60 rows lack a number (NaN, infinite or empty), first row 4, in '2'" in refused(words, capsys)
    assert not (tmp_path / "o.npz").exists()
    assert main(["data", "show", words[2]]) == 0
    assert "--missing drop-rows" in capsys.readouterr().out
    assert main([*words, "--missing", "drop-rows"]) == 0
    assert len(open_table(words[-1]).x) == 59


@pytest.mark.parametrize("out", ["in_the_way/o.npz", "folder.npz"])
def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, out: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = MAKERS["npz"](tmp_path)
    (tmp_path / "in_the_way").write_text("x")
    (tmp_path / "folder.npz").mkdir()
    assert "could not be written" in refused(["data", "import", str(path), "--out", str(tmp_path / out)], capsys)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["folder.npz", "in_the_way", "own.npz"]
