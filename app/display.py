"""What to know before Qt is asked for a window: with no display or a library missing it would abort the process."""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

#: Libraries that the xcb platform needs, with the Debian package of each.
XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
#: Libraries without which PySide6 cannot even be imported.
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
HEADLESS = "Without a window: maml-lab train --preset sine --out run"


def trouble(environ: Mapping[str, str] | None = None, loads: Callable[[str], bool] | None = None) -> str | None:
    """Return one sentence on why no window can be opened here and what to do, or None."""
    if sys.platform != "linux":
        return None
    environ = os.environ if environ is None else environ
    loads = loads or _loads
    missing = _packages(QT_LIBRARIES, loads)
    platform = environ.get("QT_QPA_PLATFORM", "")
    wants_xcb = not platform or "xcb" in platform.split(";")[0]
    if wants_xcb and not environ.get("WAYLAND_DISPLAY"):
        if not environ.get("DISPLAY"):
            return f"There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set. {HEADLESS}"
        missing += _packages(XCB_LIBRARIES, loads)
        if not missing and not _answers():
            return f"The display {environ['DISPLAY']} does not answer; check DISPLAY. {HEADLESS}"
    if missing:
        return f"System libraries are missing; install them with: sudo apt-get install -y {' '.join(missing)}"
    return None


def _packages(libraries: Mapping[str, str], loads: Callable[[str], bool]) -> list[str]:
    return [package for library, package in libraries.items() if not loads(library)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers() -> bool:
    """Ask the X server for a connection, as Qt will."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = (ctypes.c_void_p,)
    xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(None, None)
    works = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return works
