"""The colours of the window as values: chrome is grey, amber only warns; data brings its own (mamlcore.palette)."""

from dataclasses import dataclass

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as "#RRGGBB"."""

    is_dark: bool
    window: str
    card: str
    control: str
    field: str  # a field that lies on the window, not on a card
    raised: str  # the selected segment
    hairline: str
    text: str
    second: str
    third: str
    groove: str
    fill: str
    amber: str
    amber_ground: str
    green: str


DARK = Theme(
    is_dark=True,
    window="#14161A",
    card="#1C1F24",
    control="#282D33",
    field="#282D33",
    raised="#3A4048",
    hairline="#2C3138",
    text="#E8EAED",
    second="#A6ADB5",
    third="#858C95",
    groove="#343A41",
    fill="#8B939C",
    amber="#FFBF41",
    amber_ground="#2E2718",
    green="#3FBE91",
)
LIGHT = Theme(
    is_dark=False,
    window="#F1F2F4",
    card="#FFFFFF",
    control="#ECEEF1",
    field="#E1E4E8",
    raised="#FFFFFF",
    hairline="#DDE0E4",
    text="#1A1D21",
    second="#555C65",
    third="#666D76",
    groove="#D9DDE2",
    fill="#767E88",
    amber="#A86400",
    amber_ground="#FFF4DC",
    green="#00855C",
)


def mix(ground: str, over: str, share: float) -> str:
    """Return ``over`` laid at ``share`` (0..1) on ``ground``, as "#RRGGBB"."""
    below, above = QColor(ground), QColor(over)
    parts = zip(below.getRgb()[:3], above.getRgb()[:3], strict=True)  # type: ignore[index]
    return "#" + "".join(f"{round(low + (high - low) * share):02X}" for low, high in parts)
