"""The core's tests: no Qt fixture is to be had here."""

from pathlib import Path

import pytest

_HERE = Path(__file__).resolve().parent
_QT_FIXTURES = {"qapp", "qtbot", "qtlog", "qtmodeltester"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a core test that asks for Qt: such a test belongs in tests/app."""
    for item in items:
        asked = _QT_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if item.path.is_relative_to(_HERE) and asked:
            raise pytest.UsageError(f"{item.nodeid} asks for {sorted(asked)}: the core is tested without Qt")
