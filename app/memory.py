"""What the program remembers between starts: layout, look, recent files, choices of the export.

One INI file of whole numbers and short texts only; nothing in it is ever executed. A file that is damaged or
of another schema gives defaults and a notice, never a crash.
"""

import base64
import binascii
from pathlib import Path

from platformdirs import user_config_dir, user_data_dir
from PySide6.QtCore import QByteArray, QRect, QSettings

NAME = "maml-lab"
SCHEMA = 1
MAX_RECENT = 8
MAX_TEXT = 64_000
#: A remembered window must show at least this much of itself on some screen.
VISIBLE_PX = 120


def settings_file() -> Path:
    """Return where the settings of this user lie."""
    return Path(user_config_dir(NAME, appauthor=False)) / "settings.ini"


def data_folder() -> Path:
    """Return where autosaves of this user lie, and in folders of their own data sets and studies."""
    return Path(user_data_dir(NAME, appauthor=False))


def datasets_folder() -> Path:
    """Return where imported data sets lie unless another place is chosen."""
    return data_folder() / "datasets"


class Memory:
    """The remembered settings. ``notice`` says when they had to be given up, else it is empty."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or settings_file()
        self.notice = ""
        self._store = QSettings(str(self.file), QSettings.Format.IniFormat)
        schema = self.number("schema", 0)
        damaged = self._store.status() != QSettings.Status.NoError
        if (self._store.allKeys() and schema != SCHEMA) or damaged:
            self.notice = "damaged" if damaged or schema == 0 else "version"
            self.forget()
        self._store.setValue("schema", SCHEMA)

    def forget(self) -> None:
        """Go back to defaults."""
        self._store.clear()
        self._store.setValue("schema", SCHEMA)

    def save(self) -> bool:
        """Write now; tell whether it worked (a full or read-only disk is no reason to stop)."""
        self._store.sync()
        return self._store.status() == QSettings.Status.NoError

    # -- plain values -------------------------------------------------------------------------------------

    def text(self, key: str, default: str = "", among: tuple[str, ...] = ()) -> str:
        """Return a remembered text; the default when there is none or it is not one of ``among``."""
        value = self._store.value(key, default)
        if not isinstance(value, str) or len(value) > MAX_TEXT or (among and value not in among):
            return default
        return value

    def number(self, key: str, default: int, low: int = -(2**31), high: int = 2**31) -> int:
        """Return a remembered whole number within [low, high], else the default."""
        value = self._store.value(key, default)
        try:
            found = int(str(value))
        except ValueError:
            return default
        return found if low <= found <= high else default

    def keep(self, key: str, value: str | int) -> None:
        """Remember a text or a whole number."""
        self._store.setValue(key, value)

    # -- the window ---------------------------------------------------------------------------------------

    def geometry(self, screens: list[QRect]) -> QRect | None:
        """Return the remembered place of the window when enough of it lies on one of the screens."""
        parts = self.text("window/geometry").split(" ")
        if len(parts) != 4 or not all(part.lstrip("-").isdigit() for part in parts):
            return None
        x, y, width, height = (int(part) for part in parts)
        if not (200 <= width <= 20_000 and 200 <= height <= 20_000):
            return None
        place = QRect(x, y, width, height)
        shown = [place.intersected(screen) for screen in screens]
        fits = any(part.width() >= VISIBLE_PX and part.height() >= VISIBLE_PX for part in shown)
        return place if fits and any(screen.contains(x + width // 2, y + 8) for screen in screens) else None

    def keep_geometry(self, place: QRect) -> None:
        """Remember where the window is when it is neither maximised nor full screen."""
        self.keep("window/geometry", f"{place.x()} {place.y()} {place.width()} {place.height()}")

    def layout(self) -> QByteArray | None:
        """Return the remembered arrangement of the panels."""
        try:
            raw = base64.b64decode(self.text("window/layout"), validate=True)
        except (binascii.Error, ValueError):
            return None
        return QByteArray(raw) if raw else None

    def keep_layout(self, state: QByteArray) -> None:
        """Remember the arrangement of the panels."""
        self.keep("window/layout", base64.b64encode(state.data()).decode("ascii"))

    # -- recent files -------------------------------------------------------------------------------------

    def recent(self) -> list[Path]:
        """Return the session files used last, newest first; those that are gone are dropped."""
        texts = [self.text(f"recent/{place}") for place in range(MAX_RECENT)]
        return [Path(text) for text in texts if text and _is_file(Path(text))]

    def add_recent(self, path: Path) -> None:
        """Put a session file first."""
        path = Path(path).absolute()
        others = [other for other in self.recent() if other != path]
        self._store.remove("recent")
        for place, other in enumerate([path, *others][:MAX_RECENT]):
            self.keep(f"recent/{place}", str(other))

    def forget_recent(self) -> None:
        """Empty the list of recent files."""
        self._store.remove("recent")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
