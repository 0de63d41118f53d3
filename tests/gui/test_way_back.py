"""After registering in the real window: Esc leads to where she came from, Ctrl+Z puts right what was just written."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.gui.driving import ALT, CTRL, Driven
from tests.village import Place, Village, build, card
from village_doctor.gui.shell import Page
from village_doctor.gui.widgets.person_panels import FactsPanel

KEY = Qt.Key
NUMBER = card(date(1960, 8, 15), 7)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    made = build(Place(tmp_path))
    made.workplace.close()
    return made


@pytest.fixture
def window(village: Village, qtbot: object) -> Iterator[Driven]:
    driven = Driven(village.place).start().open()
    yield driven
    driven.close()


def shows(window: Driven, page: Page) -> bool:
    return window.page is page


def add_a_person(window: Driven) -> None:
    """From Today to 李桂英's family, one more person there, saved."""
    window.type("lgy")
    window.enter()
    window.press(KEY.Key_N, CTRL)
    window.settle()
    row = window.workroom.pages.registering.people.rows[0]
    row.name.setText("赵德海")
    row.number.setText(NUMBER)
    row.relation.set_values(["20"])
    window.press(KEY.Key_F2)
    window.settle()


def test_from_the_family_esc_passes_no_empty_form(window: Driven) -> None:
    add_a_person(window)
    pages = window.workroom.pages
    assert shows(window, pages.family)
    assert window.focus.accessibleName().startswith("赵德海")
    window.press(KEY.Key_Escape)
    window.settle()
    assert shows(window, pages.today)


def test_a_new_household_leads_back_to_the_list_it_was_begun_from(window: Driven) -> None:
    window.press(KEY.Key_2, ALT)
    window.settle()
    window.press(KEY.Key_N, CTRL)
    window.settle()
    pages = window.workroom.pages
    pages.registering.people.rows[0].name.setText("赵德海")
    pages.registering.people.rows[0].number.setText(NUMBER)
    pages.registering.door.door.setText("18号")
    window.press(KEY.Key_F2)
    window.settle()
    assert shows(window, pages.family)
    window.press(KEY.Key_Escape)
    window.settle()
    assert shows(window, pages.residents)


def test_ctrl_z_opens_the_facts_of_who_was_just_added_and_again_after_they_were_changed(
    window: Driven,
) -> None:
    add_a_person(window)
    for name in ("赵德河", "赵德湖"):
        window.press(KEY.Key_Z, CTRL)
        window.enter()
        panel = window.workroom.pages.family.panel
        assert isinstance(panel, FactsPanel)
        assert panel.name.hasFocus()
        panel.name.setText(name)
        panel.save()
        window.settle()
        assert f"{name} 的资料已保存" in window.said[-1]
    assert "赵德湖" in window.shown()
