"""The program on a real X screen, driven by mouse and keyboard as a person would, from a preset to files re-read.

MAML_LAB_SHOTS=FOLDER keeps the pictures taken on the way.
"""

import csv
import json
import os
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file
from xscreen import Program, Screen, until

LACKING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"{LACKING} not installed; ./lab test installs them")
MAML_BLUE = (0, 114, 178)  # Okabe-Ito


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("MAML_LAB_SHOTS") or tmp_path / "shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    (tmp_path / "frame").mkdir()
    screen = Screen(tmp_path / "frame")
    yield screen
    screen.close()


@pytest.fixture
def program(screen: Screen, shots: Path, tmp_path: Path) -> Iterator[Program]:
    (tmp_path / "home").mkdir()
    program = Program(screen, tmp_path / "home", "--theme", "light")
    yield program
    screen.picture().save(shots / "last.png")
    program.close()


def blue(picture: Image.Image) -> int:
    """Count the pixels of MAML's curve."""
    away = np.abs(np.asarray(picture, int) - MAML_BLUE).max(axis=2)
    return int((away < 40).sum())


def plot(screen: Screen, program: Program) -> Image.Image:
    """Return the picture of the first panel, without its header."""
    dock = next(seen for seen in program.sees() if seen["object"] == "meta_loss" and "QDockWidget" in seen["kind"])
    x, y, width, height = dock["box"]
    return screen.picture((x, y + 40, width, height - 40))


def iterations(program: Program) -> int:
    """Return the number left of the word in the status bar."""
    labels = [seen for seen in program.sees() if "QLabel" in seen["kind"]]
    word = next(seen["box"] for seen in labels if seen["text"] == "iterations")
    left = [seen for seen in labels if seen["box"][1] == word[1] and seen["box"][0] < word[0]]
    return int("".join(filter(str.isdigit, max(left, key=lambda seen: seen["box"][0])["text"])))


def drag_to_the_right(screen: Screen, program: Program, name: str) -> str:
    """Drag a slider's handle to its end; return what the field beside it says then."""
    slider = program.wait("QSlider", name)
    x, y, width, height = slider["box"]
    handle = x + 7 + round((width - 14) * slider["share"])
    screen.drag((handle, y + height // 2), (x + width - 2, y + height // 2))
    until(lambda: program.wait("QSlider", name)["share"] == 1.0 or None, f"the slider {name} at its end")
    return program.wait("ValueField", name)["text"]


def type_into(screen: Screen, program: Program, shows: str, text: str) -> None:
    """Click into a field, wait for the cursor as a person does, and replace what it shows."""
    screen.click(program.wait("QLineEdit", text=shows)["box"])
    until(lambda: program.wait("QLineEdit", text=shows)["focus"] or None, "the cursor in the field")
    screen.do("key", "ctrl+a", "type", text)
    program.wait("QLineEdit", text=text)


def test_from_a_preset_to_files(screen: Screen, program: Program, shots: Path, tmp_path: Path) -> None:
    # A window appears and says what to do.
    program.wait("ActionButton", "Run")
    assert "Run" in program.wait("SentenceBar")["name"]
    screen.picture().save(shots / "1-start.png")

    # A preset with real data, from the list in the toolbar; a slider, dragged.
    screen.click(program.wait("QComboBox", "Preset", "Sine")["box"])
    screen.do("sleep", "0.5", "key", "Down", "key", "Return")
    program.wait("QComboBox", "Preset", "Letters")
    query_rows = int(drag_to_the_right(screen, program, "Query rows"))
    assert query_rows > 15

    # Run; curves appear and move, and the sentence turns from what to do to what is seen.
    assert blue(plot(screen, program)) == 0
    screen.do("key", "F5")
    program.wait("ActionButton", "Pause")
    until(lambda: iterations(program) > 30 or None, "30 iterations")
    until(lambda: blue(plot(screen, program)) > 50 or None, "MAML's curve in the first panel")
    first = np.asarray(plot(screen, program))
    until(lambda: bool((np.asarray(plot(screen, program)) != first).any()) or None, "a moving picture")
    assert "F5" not in program.wait("SentenceBar")["name"]
    screen.picture().save(shots / "2-running.png")

    # Export while it runs.
    screen.do("key", "ctrl+e")
    program.wait("ExportDialog")
    folder = tmp_path / "taken away"
    type_into(screen, program, "~/MAML Lab", str(folder))
    screen.picture().save(shots / "3-export.png")
    screen.click(program.wait("QPushButton", text="Export")["box"])
    until(lambda: program.find("ExportDialog") is None or None, "the end of the export")
    check_files(folder, query_rows)

    # Quit, in the middle of training.
    screen.focus("MAML Lab")
    screen.do("key", "ctrl+q")
    until(lambda: program.process.poll() is not None or None, "the end of the program")
    assert (program.process.returncode, program.said()) == (0, "")


def check_files(folder: Path, query_rows: int) -> None:
    """Read everything again that was written."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert (config["task"]["family"], config["task"]["dataset"]) == ("dataset", "letters")
    assert config["task"]["n_query"] == query_rows
    with np.load(folder / "theta.npz", allow_pickle=False) as arrays:
        weights = {name: arrays[name] for name in arrays.files if name[0] in "Wb"}
        assert json.loads(str(arrays["config"])) == config
    widths = [16, *config["model"]["hidden"], config["task"]["n_way"]]
    assert [weights[f"W{k}"].shape for k in range(len(widths) - 1)] == list(pairwise(widths))
    assert all(np.isfinite(values).all() for values in weights.values())
    torch = load_file(folder / "theta.safetensors")
    np.testing.assert_allclose(torch["0.weight"], weights["W0"].T, rtol=1e-6)
    for name, columns in (("history.csv", {"iteration", "learner", "value"}), ("evaluation.csv", {"learner", "mean"})):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert columns <= set(rows[0])
        assert {"maml", "joint"} <= {row["learner"] for row in rows}
    for name in ("meta_loss", "adaptation"):
        with Image.open(folder / f"{name}.png") as picture:
            assert min(picture.size) > 300
        assert ElementTree.parse(folder / f"{name}.svg").getroot().tag.endswith("svg")
