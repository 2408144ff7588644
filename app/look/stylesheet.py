"""The style sheet of the application, made from the colours of a theme. Sizes in logical pixels."""

from string import Template

from app.look.colors import Theme, mix
from mamlcore.assets import asset

_BASE = """
QMainWindow, QDialog { background: $window; }
QWidget { color: $text; }
QToolTip { background: $control; color: $text; border: 1px solid $edge; padding: 6px 8px; }
QFrame[card="true"] { background: $card; border: $card_border; border-radius: 6px; }
QLabel { background: transparent; }
QLabel:disabled { color: $faint; }
QLabel[tone="second"] { color: $second; font-size: 12px; }
QLabel[tone="hint"] { color: $third; font-size: 11px; }
QLabel[tone="group"] { font-weight: 600; }
QLabel[tone="title"] { font-size: 15px; font-weight: 600; }
QLabel[tone="warning"] { color: $amber; }
QLabel[tone="notice"] { background: $amber_ground; border-left: 3px solid $amber; font-size: 12px; }
QFrame[notice="true"] { background: $amber_ground; border: none; border-left: 4px solid $amber; border-radius: 6px; }
QMainWindow::separator { background: transparent; width: 8px; height: 8px; }
QMainWindow::separator:hover { background: $groove; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $groove; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
"""

_BUTTONS = """
QPushButton, QToolButton { background: $control; color: $text; border: 1px solid transparent; border-radius: 5px; }
QPushButton { min-height: 28px; padding: 0 12px; }
QToolButton { min-height: 26px; padding: 0 8px; }
QPushButton:hover, QToolButton:hover { background: $control_hover; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: $raised_pressed; }
QPushButton:disabled, QToolButton:disabled { color: $faint; }
QPushButton:focus, QToolButton:focus { border: 1px solid $focus; }
QPushButton[role="primary"] { background: $text; color: $inverse; font-weight: 600; }
QPushButton[role="primary"]:hover { background: $primary_hover; }
QPushButton[role="primary"]:pressed { background: $primary_pressed; }
QPushButton[role="primary"]:focus { border: 2px solid $primary_focus; }
QPushButton[role="primary"]:disabled { background: $control; color: $faint; }
QPushButton[role="warning"] { background: $amber; color: $on_amber; font-weight: 600; }
QPushButton[role="warning"]:hover { background: $amber_hover; }
QPushButton[role="warning"]:pressed { background: $amber_pressed; }
QPushButton[role="warning"]:focus { border: 2px solid $text; }
QPushButton[role="warning"]:disabled { background: $control; color: $faint; }
QPushButton[role="outline"] { background: transparent; border: 1px solid $third; }
QPushButton[role="outline"]:hover { background: $quiet_hover; }
QPushButton[role="outline"]:disabled { border: 1px solid $groove; }
QPushButton[role="outline"]:pressed { background: $control; }
QPushButton[role="outline"]:focus { border: 2px solid $focus; }
QPushButton[role="quiet"], QToolButton[role="quiet"] { background: transparent; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background: $quiet_hover; }
QPushButton[role="quiet"]:pressed, QToolButton[role="quiet"]:pressed { background: $control_hover; }
QToolButton::menu-indicator { image: none; }
QFrame[segments="true"] { background: $control; border: none; border-radius: 5px; }
QToolButton[role="segment"] { background: transparent; color: $second; border-radius: 4px; padding: 0 3px;
    min-height: 16px; margin: 0; }
QToolButton[role="segment"]:hover { color: $text; background: transparent; }
QToolButton[role="segment"]:checked { background: $raised; color: $text; }
QToolButton[role="segment"]:disabled { color: $faint; }
QToolButton[role="segment"]:focus { border: 1px solid $focus; }
QToolButton[role="family"] { background: $control; border: 2px solid $control; border-radius: 5px; padding: 0; }
QToolButton[role="family"]:hover { background: $control_hover; }
QToolButton[role="family"]:pressed { background: $raised_pressed; }
QToolButton[role="family"]:checked { background: $card; border: 2px solid $text; }
QToolButton[role="family"]:focus { border: 1px solid $third; padding: 1px; }
QToolButton[role="family"]:checked:focus { border: 2px solid $text; background: $control; }
QToolButton[role="fold"] { background: transparent; color: $third; border: 1px solid transparent; padding: 0 4px;
    min-height: 18px; font-size: 11px; }
QToolButton[role="fold"]:hover { color: $text; }
QToolButton[role="fold"]:focus { border: 1px solid $focus; color: $text; }
"""

_INPUTS = """
QLineEdit, QSpinBox, QComboBox, QPlainTextEdit {
    background: $control; color: $text; border: 1px solid transparent; border-radius: 4px; padding: 0 6px;
    selection-background-color: $selection; selection-color: $text; }
QLineEdit, QSpinBox, QComboBox { min-height: 20px; }
QSpinBox { min-height: 18px; }
QLineEdit:hover, QSpinBox:hover, QComboBox:hover { background: $control_hover; }
QLineEdit:focus, QSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus { border: 1px solid $focus; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: $faint; }
QLineEdit[refused="true"] { border: 1px solid $amber; background: $amber_ground; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; }
QDialog QComboBox, QDialog QLineEdit, QDialog QSpinBox, QDialog QPushButton { background: $field; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("$chevron_down"); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $card; color: $text; border: 1px solid $edge; outline: none;
    selection-background-color: $control_hover; selection-color: $text; padding: 4px; }
QSlider { min-height: 22px; background: transparent; }
QSlider::groove:horizontal { height: 3px; border-radius: 1px; background: $groove; }
QSlider::sub-page:horizontal { height: 3px; border-radius: 1px; background: $fill; }
QSlider::handle:horizontal { width: 13px; height: 13px; margin: -5px 0; border-radius: 6px; background: $text; }
QSlider::handle:horizontal:hover { background: $handle_hover; }
QSlider::handle:horizontal:focus { width: 11px; height: 11px; border: 2px solid $ring; border-radius: 7px;
    margin: -6px 0; }
QSlider::handle:horizontal:disabled { background: $faint; }
QSlider::sub-page:horizontal:disabled { background: $groove; }
QCheckBox { spacing: 8px; background: transparent; }
QCheckBox:disabled { color: $faint; }
QCheckBox::indicator, QAbstractItemView::indicator {
    width: 13px; height: 13px; border: 1px solid $fill; border-radius: 3px; background: transparent; }
QCheckBox::indicator:hover { border-color: $text; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $fill; image: url("$check"); }
QCheckBox::indicator:checked:hover { background: $text; }
QCheckBox::indicator:disabled { border-color: $groove; }
QCheckBox::indicator:checked:disabled { background: $groove; }
QCheckBox:focus { outline: none; }
QCheckBox::indicator:focus { border: 2px solid $focus; width: 11px; height: 11px; }
QProgressBar { background: $groove; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
    color: transparent; }
QProgressBar::chunk { background: $text; border-radius: 3px; }
"""

_VIEWS = """
QMenuBar { background: $window; color: $text; }
QMenuBar::item { background: transparent; padding: 5px 10px; border-radius: 4px; }
QMenuBar::item:selected { background: $quiet_hover; }
QMenuBar::item:pressed { background: $control; }
QMenu { background: $card; color: $text; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: $control_hover; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $hairline; margin: 4px 8px; }
QMenu::indicator { width: 12px; height: 12px; left: 6px; }
QMenu::indicator:checked { image: url("$tick"); }
QMenu::right-arrow { image: url("$chevron_right"); width: 10px; height: 10px; right: 8px; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $second; padding: 5px 12px; margin-right: 2px; border-radius: 4px;
    border: 1px solid transparent; }
QTabBar::tab:hover { color: $text; background: $quiet_hover; }
QTabBar::tab:selected { background: $raised_tab; color: $text; }
QTabBar::tab:focus { border: 1px solid $focus; }
QTableView, QTreeView, QListView { background: $card; color: $text; border: none; outline: none;
    gridline-color: $hairline; alternate-background-color: $card; selection-background-color: $row_selected;
    selection-color: $text; }
QTableView::item, QTreeView::item, QListView::item { padding: 4px 6px; }
QTableView::item:hover, QTreeView::item:hover, QListView::item:hover { background: $quiet_hover; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected { background: $row_selected; }
QHeaderView { background: $card; border: none; }
QHeaderView::section { background: $card; color: $second; border: none; border-bottom: 1px solid $hairline;
    padding: 4px 6px; font-size: 11px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $groove; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $fill; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""


def stylesheet(theme: Theme) -> str:
    """Return the style sheet of the whole application. LoadError when resources/icons is missing."""
    return Template(_BASE + _BUTTONS + _INPUTS + _VIEWS).substitute(_names(theme))


def _names(theme: Theme) -> dict[str, str]:
    """Return every name that the templates use: the theme's own colours and what follows from them."""
    kind = "dark" if theme.is_dark else "light"
    names = {field: getattr(theme, field) for field in Theme.__slots__ if field != "is_dark"}
    names |= {
        "edge": mix(theme.card, theme.third, 0.45),
        "faint": mix(theme.card, theme.third, 0.62),
        "focus": theme.second,
        "ring": theme.fill,
        "inverse": theme.window,
        "on_amber": theme.window if theme.is_dark else theme.card,
        "card_border": "none" if theme.is_dark else f"1px solid {theme.hairline}",
        "control_hover": mix(theme.control, theme.text, 0.08),
        "quiet_hover": mix(theme.card, theme.text, 0.07),
        "raised_pressed": mix(theme.control, theme.text, 0.16),
        "raised_tab": theme.control,
        "row_selected": mix(theme.card, theme.text, 0.06),
        "selection": mix(theme.control, theme.text, 0.28),
        "handle_hover": mix(theme.text, theme.fill, 0.25),
        "primary_hover": mix(theme.text, theme.window, 0.12),
        "primary_pressed": mix(theme.text, theme.window, 0.25),
        "primary_focus": theme.fill,
        "amber_hover": mix(theme.amber, theme.text, 0.15),
        "amber_pressed": mix(theme.amber, theme.window, 0.2),
    }
    icons = {"check": "check", "tick": "tick", "chevron_down": "chevron-down", "chevron_right": "chevron-right"}
    return names | {name: asset("icons", f"{icon}-{kind}.svg").as_posix() for name, icon in icons.items()}
