"""How the window looks: colours, sizes and the one style sheet made of them (screens.md, Tokens).

Roles (`note`, `body`, `heading`, `big`) and tones (`danger`, `due`, `done`, `quiet`) are dynamic properties that the
style sheet answers to; a colour never stands alone, whoever sets a tone also sets a word or a mark.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

from village_doctor.foundation.paths import resources

FAMILY: Final = "Noto Sans SC"
# For names with characters that the first family does not have.
RARE_FAMILY: Final = "LXGW WenKai"
BODY_POINTS: Final = {"small": 14, "medium": 17, "large": 20}
SCALES: Final = {"note": 0.85, "body": 1.0, "heading": 1.4, "big": 2.0}
CONTROL_HEIGHT: Final = 44
GRID: Final = 8

DANGER: Final = "danger"
DUE: Final = "due"
DONE: Final = "done"
QUIET: Final = "quiet"
MARKS: Final = {DANGER: "▲", DUE: "●", DONE: "✓"}


@dataclass(frozen=True, slots=True)
class Colours:
    paper: str
    card: str
    ink: str
    quiet: str
    line: str
    accent: str
    on_accent: str
    focus: str
    danger: str
    due: str
    done: str
    soft: str
    practice: str


LIGHT: Final = Colours(
    paper="#FAFAF7",
    card="#FFFFFF",
    ink="#1B2529",
    quiet="#5B676D",
    line="#D9DEDC",
    accent="#0B6E69",
    on_accent="#FFFFFF",
    focus="#0B6E69",
    danger="#A8201A",
    due="#8A5200",
    done="#2C6633",
    soft="#E6F0EF",
    practice="#FFE9A8",
)
HIGH_CONTRAST: Final = Colours(
    paper="#FFFFFF",
    card="#FFFFFF",
    ink="#000000",
    quiet="#000000",
    line="#000000",
    accent="#000000",
    on_accent="#FFFFFF",
    focus="#FFD400",
    danger="#8B0000",
    due="#000000",
    done="#000000",
    soft="#FFF6BF",
    practice="#FFE04D",
)


@dataclass(frozen=True, slots=True)
class Theme:
    """`type_size`: small, medium or large. `points(role)` is the size of a role's type."""

    type_size: str = "small"
    high_contrast: bool = False

    @property
    def colours(self) -> Colours:
        return HIGH_CONTRAST if self.high_contrast else LIGHT

    def points(self, role: str = "body") -> float:
        return BODY_POINTS[self.type_size] * SCALES[role]


def load_fonts() -> None:
    """The shipped type, where it is there; otherwise the system's own Chinese type stands in."""
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
        path: Path = resources() / "fonts" / name
        if path.is_file():
            QFontDatabase.addApplicationFont(str(path))


@cache
def load_rare_font() -> None:
    """The type for rare characters in names: fifteen megabytes that the lock screen need not wait for."""
    path: Path = resources() / "fonts" / "LXGWWenKai-Regular.ttf"
    if path.is_file():
        QFontDatabase.addApplicationFont(str(path))


def apply(application: QApplication, theme: Theme) -> None:
    """Puts the theme on the whole application, at once and also later on."""
    font = QFont([FAMILY, RARE_FAMILY])
    font.setPointSizeF(theme.points())
    font.setStyleHint(QFont.StyleHint.SansSerif)
    application.setFont(font)
    application.setStyleSheet(style_sheet(theme))


def set_tone(widget: QWidget, tone: str) -> None:
    """Changes a widget's tone after it was made."""
    widget.setProperty("tone", tone)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def style_sheet(theme: Theme) -> str:
    """The whole look. Kept in one text, so that a value is changed in one place."""
    c = theme.colours
    ring = 3 if theme.high_contrast else 2
    return f"""
* {{ font-family: "{FAMILY}", "{RARE_FAMILY}"; font-size: {theme.points():.1f}pt; color: {c.ink}; }}
QMainWindow, QDialog, QWidget#page, QWidget#workroom, QScrollArea, QWidget#scrolled {{ background: {c.paper}; }}
QScrollArea {{ border: 0; }}
QLabel {{ background: transparent; }}
QLabel[role="note"] {{ font-size: {theme.points("note"):.1f}pt; }}
QLabel[role="heading"] {{ font-size: {theme.points("heading"):.1f}pt; font-weight: bold; }}
QLabel[role="big"] {{ font-size: {theme.points("big"):.1f}pt; font-weight: bold; }}
QLabel[role="strong"] {{ font-weight: bold; }}
*[tone="quiet"] {{ color: {c.quiet}; }}
*[tone="danger"] {{ color: {c.danger}; }}
*[tone="due"] {{ color: {c.due}; }}
*[tone="done"] {{ color: {c.done}; }}
QLineEdit, QPlainTextEdit {{
    background: {c.card}; border: 1px solid {c.quiet}; border-radius: 6px; padding: 4px 8px; min-height: 34px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QLineEdit:focus, QPlainTextEdit:focus {{ border: {ring}px solid {c.focus}; padding: {5 - ring}px {9 - ring}px; }}
QLineEdit:read-only {{ background: {c.paper}; border-color: {c.line}; }}
QLineEdit[role="big"] {{ font-size: {theme.points("big"):.1f}pt; font-weight: bold; }}
QPushButton {{
    background: {c.card}; border: 1px solid {c.quiet}; border-radius: 6px; padding: 4px 14px; min-height: 34px;
}}
QPushButton:hover {{ background: {c.soft}; }}
QPushButton:focus {{ border: {ring}px solid {c.focus}; padding: {5 - ring}px {15 - ring}px; }}
QPushButton:disabled {{ color: {c.quiet}; border-color: {c.line}; }}
QPushButton[kind="primary"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; }}
QPushButton[kind="primary"]:focus {{ border: {ring}px solid {c.ink if not theme.high_contrast else c.focus}; }}
QPushButton[kind="primary"]:disabled {{ background: {c.line}; color: {c.quiet}; border-color: {c.line}; }}
QPushButton[kind="danger"] {{ color: {c.danger}; border-color: {c.danger}; }}
QPushButton[kind="tab"] {{ border: 0; border-bottom: 3px solid transparent; border-radius: 0; background: transparent; }}
QPushButton[kind="tab"]:checked {{ border-bottom: 3px solid {c.accent}; font-weight: bold; }}
QPushButton[kind="tab"]:focus {{ border: {ring}px solid {c.focus}; border-radius: 6px; }}
QPushButton[kind="rail"] {{
    border: 0; border-left: 4px solid transparent; border-radius: 0; background: transparent; text-align: left;
    padding: 5px 10px 5px 12px;
}}
QPushButton[kind="rail"]:checked {{ border-left: 4px solid {c.accent}; background: {c.soft}; font-weight: bold; }}
QPushButton[kind="rail"]:focus {{ border: {ring}px solid {c.focus}; padding: {5 - ring}px {10 - ring}px {5 - ring}px {16 - ring}px; }}
QPushButton[kind="choice"] {{ padding: 4px 10px; }}
QPushButton[kind="choice"]:checked {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; }}
QPushButton[kind="link"] {{ border: 0; background: transparent; color: {c.accent}; padding: 5px 6px; }}
QPushButton[kind="link"]:focus {{ border: {ring}px solid {c.focus}; padding: {5 - ring}px {6 - ring}px; }}
QFrame[kind="card"] {{ background: {c.card}; border: 1px solid {c.line}; border-radius: 6px; }}
QFrame[kind="card"]:focus, QFrame[kind="card"][current="true"] {{ border: {ring}px solid {c.focus}; }}
QFrame[kind="panel"] {{ background: {c.card}; border: 1px solid {c.line}; border-radius: 6px; }}
QFrame[kind="bar"] {{ background: {c.card}; border: 2px solid {c.accent}; border-radius: 6px; }}
QFrame[kind="notice"] {{ background: {c.card}; border: 2px solid {c.due}; border-radius: 6px; }}
QFrame[kind="notice"][tone="danger"] {{ border-color: {c.danger}; }}
QFrame[kind="choices"] {{ border: 1px solid transparent; border-radius: 6px; }}
QFrame[kind="choices"]:focus, QFrame[kind="choices"][current="true"] {{ border: {ring}px solid {c.focus}; }}
QWidget#rail {{ background: {c.card}; border-right: 1px solid {c.line}; min-width: {theme.points() * 7.5:.0f}px; }}
QWidget#status {{ background: {c.card}; border-top: 1px solid {c.line}; }}
QLabel#practice {{ background: {c.practice}; padding: 4px 16px; }}
QListView, QTableView {{ background: {c.card}; border: 1px solid {c.line}; border-radius: 6px; outline: 0; }}
QListView:focus {{ border: {ring}px solid {c.focus}; }}
QListView::item {{ padding: 6px 10px; min-height: 30px; border-bottom: 1px solid {c.line}; }}
QListView::item:selected {{ background: {c.soft}; color: {c.ink}; }}
QCheckBox {{ spacing: 8px; min-height: 36px; padding: 4px; }}
QCheckBox::indicator {{
    width: {theme.points() * 1.3:.0f}px; height: {theme.points() * 1.3:.0f}px; background: {c.card};
    border: 1px solid {c.quiet}; border-radius: 4px;
}}
QCheckBox::indicator:checked {{
    background: {c.accent}; border-color: {c.accent}; image: url("{(resources() / "icons" / "tick.png").as_posix()}");
}}
QCheckBox:focus {{ border: {ring}px solid {c.focus}; border-radius: 6px; padding: {4 - ring}px; }}
QProgressBar {{ border: 1px solid {c.quiet}; border-radius: 6px; text-align: center; min-height: 28px; }}
QProgressBar::chunk {{ background: {c.accent}; }}
QToolTip {{ background: {c.card}; color: {c.ink}; border: 1px solid {c.line}; }}
"""
