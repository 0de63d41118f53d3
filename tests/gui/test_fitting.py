"""Everything fits: every page and dialog, in every telling state, in three type sizes, on a small laptop's screen.

A page or panel that no scene shows fails too: whoever makes a new one shows it in `tests/gui/scenes*.py`.
"""

import importlib
import pkgutil
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

import village_doctor.gui
from tests.gui.fitting import faults
from tests.gui.pictures import GROUPS, SIZES, played
from tests.gui.scenes import SMALL_SCREEN, Look, Stage, part, village
from village_doctor.foundation.settings_file import TypeSize
from village_doctor.gui import theme
from village_doctor.gui.reading_bar import ReadingBar
from village_doctor.gui.shell import Page
from village_doctor.gui.theme import Theme
from village_doctor.gui.widgets.controls import label
from village_doctor.gui.widgets.person_card import PersonCard
from village_doctor.gui.widgets.two_line_list import TwoLineList

# What pages are made of, shown wherever they are; only what opens by itself must have its scene.
_OPENS: Final = ("Page", "Panel", "Step", "Dialog", "Bar", "FirstRun")


# --- the scenes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", GROUPS)
def test_everything_fits_on_a_small_laptop(tmp_path: Path, qapp: object, name: str, size: TypeSize) -> None:
    found, shown = [], set()
    for scene, widget in played(GROUPS[name], tmp_path, Look(size)):
        found += [f"{scene}: {fault}" for fault in faults(widget)]
        if SMALL_SCREEN.expandedTo(widget.size()) != SMALL_SCREEN:
            found.append(f"{scene}: larger than the screen ({widget.width()}×{widget.height()})")
        shown |= {type(one) for one in [widget, *widget.findChildren(QWidget)] if one.isVisible()}
    assert found == []
    assert {one.__name__ for one in GROUPS[name].shows} <= {one.__name__ for one in shown}


def test_every_page_panel_and_dialog_has_its_scene() -> None:
    promised = {kind for group in GROUPS.values() for kind in group.shows}
    assert {kind.__name__ for kind in _what_opens() - promised} == set()


def _what_opens() -> set[type[QWidget]]:
    """Every kind of page, panel, step, bar and dialog in the window's code, but what others are only derived from."""
    kinds = {
        kind
        for module in pkgutil.walk_packages(village_doctor.gui.__path__, "village_doctor.gui.")
        for kind in vars(importlib.import_module(module.name)).values()
        if isinstance(kind, type) and issubclass(kind, QWidget) and kind.__module__ == module.name
    }
    return {
        kind
        for kind in kinds
        if (issubclass(kind, Page | QDialog) or kind.__name__.endswith(_OPENS))
        and not any(other is not kind and issubclass(other, kind) for other in kinds)
    }


def test_whoever_is_being_measured_stays_in_sight_above_the_reading_bar(tmp_path: Path) -> None:
    made = village(tmp_path)
    stage = Stage(tmp_path, Look("large"))
    try:
        driven = stage.window(made.place).open()
        driven.workroom.open_family(made.four.id, made.child.id)
        driven.settle()
        driven.type("b")
        driven.until(lambda: part(driven.window, ReadingBar).person_label.text().startswith("王思琪"))
        driven.settle()
        card = next(one for one in driven.page.findChildren(PersonCard) if one.accessibleName() == "王思琪")
        assert not card.visibleRegion().isEmpty()
        assert card.visibleRegion().boundingRect().top() <= 1
    finally:
        stage.close()


# --- what counts as a fault -----------------------------------------------------------------------------


@pytest.fixture
def room(qtbot: QtBot, qapp: object) -> QWidget:
    theme.apply(qapp, Theme("large"))  # type: ignore[arg-type]
    made = QWidget()
    made.resize(400, 300)
    qtbot.addWidget(made)
    return made


def told(room: QWidget, widget: QWidget, width: int, height: int) -> str:
    """The faults of this widget at that size in the room."""
    widget.setParent(room)
    widget.setGeometry(8, 8, width, height)
    room.show()
    widget.show()
    return "\n".join(faults(room))


SENTENCE = "血压 152/96，要低于 150/90，看看药，两周内再来。"


def test_a_label_in_its_place_is_none(room: QWidget) -> None:
    assert told(room, label(SENTENCE), 380, 160) == ""


def test_a_label_that_is_cut_below(room: QWidget) -> None:
    assert "too high" in told(room, label(SENTENCE), 380, 40)


def test_a_line_that_is_cut_at_the_right(room: QWidget) -> None:
    assert "too wide" in told(room, label(SENTENCE, wraps=False), 380, 60)


def test_a_button_narrower_than_its_word(room: QWidget) -> None:
    assert "button too small" in told(room, QPushButton("打印，拿去签"), 100, 50)
    assert "button too small" in told(room, QCheckBox("高血压患者健康管理服务"), 120, 50)


def test_a_hint_longer_than_its_field(room: QWidget) -> None:
    field = QLineEdit()
    field.setPlaceholderText(SENTENCE)
    assert "hint too long" in told(room, field, 200, 50)


def test_a_row_wider_than_its_list(room: QWidget) -> None:
    rows = QListWidget()
    rows.addItem(SENTENCE)
    assert "too long for its row" in told(room, rows, 200, 200)
    rows.item(0).setText("短")
    assert "too long" not in told(room, rows, 200, 200)


def test_either_line_of_a_row_of_two(room: QWidget) -> None:
    rows = TwoLineList("哪一户")
    for lines, is_fault in ((("短", "短"), False), ((SENTENCE, "短"), True), (("短", SENTENCE * 2), True)):
        rows.show_lines([lines])
        assert ("too long for its row" in told(room, rows, 380, 200)) == is_fault


def test_a_page_that_scrolls_sideways(room: QWidget) -> None:
    area, inside = QScrollArea(), QWidget()
    inside.setMinimumWidth(600)
    area.setWidgetResizable(True)
    area.setWidget(inside)
    assert "scrolls sideways" in told(room, area, 300, 200)


def test_what_reaches_out_of_its_place(room: QWidget) -> None:
    assert "sideways" in told(room, QLabel("短"), 500, 50)
    assert "downwards" in told(room, QLabel("短"), 100, 500)


def test_texts_that_lie_on_one_another(room: QWidget) -> None:
    first, second = QLabel("危急", room), QLabel("马上转诊", room)
    first.setGeometry(8, 8, 200, 60)
    second.setGeometry(8, 40, 200, 60)
    room.show()
    assert any("lies on another" in one for one in faults(room))


# --- how it looks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["plain", "primary", "danger", "tab", "rail", "choice", "link"])
def test_every_kind_of_button_is_high_enough_for_a_finger_and_does_not_jump_with_the_focus(
    qtbot: QtBot, qapp: object, kind: str, size: TypeSize
) -> None:
    theme.apply(qapp, Theme(size))  # type: ignore[arg-type]
    box = QWidget()
    row = QHBoxLayout(box)
    button, other = QPushButton("保存"), QLineEdit()
    button.setProperty("kind", kind)
    row.addWidget(button)
    row.addWidget(other)
    qtbot.addWidget(box)
    box.show()
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    other.setFocus()
    before = button.sizeHint()
    assert before.height() >= theme.CONTROL_HEIGHT
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    assert button.sizeHint() == before


@pytest.mark.parametrize("size", SIZES)
def test_a_tick_is_as_big_as_its_letters(qtbot: QtBot, qapp: object, size: TypeSize) -> None:
    theme.apply(qapp, Theme(size))  # type: ignore[arg-type]
    box = QWidget()
    tick = QCheckBox("黑白分明")
    QVBoxLayout(box).addWidget(tick)
    qtbot.addWidget(box)
    box.show()
    assert tick.sizeHint().height() >= theme.CONTROL_HEIGHT
    indicator = tick.style().pixelMetric(tick.style().PixelMetric.PM_IndicatorWidth, None, tick)
    assert indicator >= 0.9 * tick.fontInfo().pixelSize()


# --- rare names -----------------------------------------------------------------------------------------


def test_a_name_with_rare_characters_is_drawn_as_it_is_written(qtbot: QtBot, qapp: object) -> None:
    theme.load_fonts()
    theme.load_rare_font()
    theme.apply(qapp, Theme())  # type: ignore[arg-type]
    shown = label("李𤋮生𠮷", wraps=False)
    qtbot.addWidget(shown)
    shown.show()
    layout = QTextLayout(shown.text(), shown.font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    drawn = {run.rawFont().familyName(): run.glyphIndexes() for run in layout.glyphRuns()}
    assert set(drawn) == {theme.FAMILY, theme.RARE_FAMILY}
    assert all(all(glyphs) for glyphs in drawn.values())
