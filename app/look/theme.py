"""The look of the window: colours of the chrome, dark and light, and pens of the learners.

Chrome is grey: colour belongs to data, amber only warns. :func:`apply_theme` dresses a whole application; a
widget that paints by itself takes its colours from a :class:`Theme` value. The style sheet knows these
dynamic properties: ``role`` of a QPushButton ("primary", "outline", "quiet", "warning") or QToolButton ("quiet",
"segment", "family", "fold"), ``card``, ``notice`` and ``segments`` of a frame, ``refused`` of a field, ``tone`` of a
QLabel ("second", "title", "group", "hint", "warning", "notice").
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette, QPen
from PySide6.QtWidgets import QApplication, QWidget

from app.look.colors import DARK, LIGHT, Theme, mix
from app.look.stylesheet import stylesheet
from mamlcore.palette import ink

__all__ = [
    "DARK",
    "LIGHT",
    "Theme",
    "apply_theme",
    "learner_color",
    "learner_pen",
    "learner_text_color",
    "mix",
    "palette",
    "stylesheet",
    "system_theme",
]

BODY_PX = 13
#: Dashes of the palette are drawn a little longer than declared, so that dots stay apart at 2 px.
DASH_STRETCH = 1.2


def system_theme(app: QGuiApplication) -> Theme:
    """Return the theme that the desktop asks for; where it does not say, the palette decides."""
    scheme = app.styleHints().colorScheme()
    if scheme == Qt.ColorScheme.Unknown:
        return DARK if app.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def learner_color(name: str, theme: Theme) -> str:
    """Return the colour of a learner's lines and fills."""
    return ink(name).dark if theme.is_dark else ink(name).light


def learner_text_color(name: str, theme: Theme) -> str:
    """Return the colour of a learner's name, readable (4.5:1) on a card."""
    return ink(name).dark if theme.is_dark else ink(name).light_text


def learner_pen(name: str, theme: Theme, width: float, dpr: float = 1.0) -> QPen:
    """Return a learner's pen, ``width`` logical pixels wide on a screen of ``dpr`` device pixels each.

    The pen is cosmetic: its width counts device pixels, hence dpr. Dashes keep their length in logical pixels.
    """
    pen = QPen(QColor(learner_color(name, theme)))
    pen.setCosmetic(True)
    pen.setWidthF(width * dpr)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    dash = ink(name).dash
    if dash:  # Qt counts dashes in widths of the pen
        pen.setDashPattern([length * DASH_STRETCH / max(width, 1e-3) for length in dash])
    return pen


def palette(theme: Theme) -> QPalette:
    """Return the palette for what no style sheet reaches: native dialogs, item views, rich text."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colors = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.card,
        role.AlternateBase: theme.control,
        role.Text: theme.text,
        role.PlaceholderText: theme.third,
        role.Button: theme.control,
        role.ButtonText: theme.text,
        role.BrightText: theme.amber,
        role.ToolTipBase: theme.control,
        role.ToolTipText: theme.text,
        role.Highlight: mix(theme.card, theme.text, 0.22),
        role.HighlightedText: theme.text,
        role.Accent: theme.text,
        role.Link: theme.text,
        role.LinkVisited: theme.second,
        role.Light: theme.raised,
        role.Midlight: theme.control,
        role.Mid: theme.hairline,
        role.Dark: theme.groove,
        role.Shadow: theme.window,
    }
    made = QPalette()
    for color_role, color in colors.items():
        made.setColor(color_role, QColor(color))
    for color_role in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(group.Disabled, color_role, QColor(mix(theme.card, theme.third, 0.6)))
    return made


def set_styled(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet's rules ask for, and let the widget look accordingly."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the whole application: Fusion style, 13 px system font, palette and style sheet."""
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    font = app.font()
    font.setPixelSize(BODY_PX)
    app.setFont(font)
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme))
