"""A screen of our own (Xvfb), a program on it, and a person's means: eyes, a mouse, a keyboard."""

import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1600, 1000
PATIENCE_S = 60.0
Seen = dict[str, Any]
Box = tuple[int, int, int, int]
T = TypeVar("T")


class Screen:
    """Starts Xvfb on a free display; close() ends what was started, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        read, write = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-fbdir", str(folder)]
        self._server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = f":{answer.readline().strip()}"
        assert self.display != ":", "Xvfb did not start"

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(10)

    def picture(self, box: Box | None = None) -> Image.Image:
        """Return what is on the screen, read from Xvfb's frame buffer (an XWD file: header, colour map, BGRX rows)."""
        raw = (self._folder / "Xvfb_screen0").read_bytes()
        header = struct.unpack(">25I", raw[:100])
        size, width, height, row_bytes, colors = header[0], header[4], header[5], header[12], header[19]
        start = size + 12 * colors
        rows = np.frombuffer(raw, np.uint8, row_bytes * height, start).reshape(height, row_bytes)
        pixels = rows[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1]
        image = Image.fromarray(np.ascontiguousarray(pixels))
        return image if box is None else image.crop((box[0], box[1], box[0] + box[2], box[1] + box[3]))

    def do(self, *words: str | int) -> None:
        """Move the mouse or press keys, as xdotool says it."""
        environment = os.environ | {"DISPLAY": self.display}
        subprocess.run(["xdotool", *map(str, words)], env=environment, check=True, timeout=30)

    def click(self, box: Box) -> None:
        self.do("mousemove", box[0] + box[2] // 2, box[1] + box[3] // 2, "sleep", "0.1", "click", "1")

    def focus(self, title: str) -> None:
        """Give a window the keyboard, as a window manager does when the one before it closes."""
        self.do("search", "--onlyvisible", "--name", title, "windowfocus", "%1", "sleep", "0.2")

    def drag(self, start: tuple[int, int], end: tuple[int, int], moves: int = 8) -> None:
        self.do("mousemove", *start, "sleep", "0.1", "mousedown", "1")
        for move in range(1, moves + 1):
            x, y = (a + (b - a) * move // moves for a, b in zip(start, end, strict=True))
            self.do("mousemove", x, y, "sleep", "0.03")
        self.do("mouseup", "1")


class Program:
    """The window on a screen, with a home of its own."""

    def __init__(self, screen: Screen, home: Path, *arguments: str) -> None:
        self._eyes, self._said = home / "eyes.json", home / "said.txt"
        command = [sys.executable, str(ROOT / "tests" / "app" / "watched.py"), str(self._eyes), *arguments]
        environment = os.environ | places(home) | {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
        environment |= {"PYTHONPATH": str(ROOT), "WAYLAND_DISPLAY": "", "LC_ALL": "C.UTF-8"}
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(command, cwd=home, env=environment, stdout=said, stderr=said)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def said(self) -> str:
        return self._said.read_text(encoding="utf-8", errors="replace").strip()

    def sees(self) -> list[Seen]:
        assert self.process.poll() is None, f"the program ended with {self.process.returncode}:\n{self.said()}"
        return json.loads(self._eyes.read_text(encoding="utf-8")) if self._eyes.exists() else []

    def find(self, kind: str, name: str = "", text: str = "") -> Seen | None:
        """Return the first visible widget of a class (or subclass) whose name and text start like this."""
        for seen in self.sees():
            if kind in seen["kind"] and seen["name"].startswith(name) and seen["text"].startswith(text):
                return seen
        return None

    def wait(self, kind: str, name: str = "", text: str = "", enabled: bool = True) -> Seen:
        def there() -> Seen | None:
            seen = self.find(kind, name, text)
            return seen if seen is not None and (seen["enabled"] or not enabled) else None

        return until(there, f"a {kind} {name!r} {text!r}")


def places(home: Path) -> dict[str, str]:
    """Return an environment in which everything of the user's lies under one folder."""
    made = {"HOME": home, "XDG_RUNTIME_DIR": home / "run"}
    made |= {f"XDG_{name}_HOME": home / name.lower() for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    for folder in made.values():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {name: str(folder) for name, folder in made.items()}


def until(look: Callable[[], T | None], what: str) -> T:
    """Look again and again until there is something to see."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {PATIENCE_S:.0f} s in vain for {what}")
