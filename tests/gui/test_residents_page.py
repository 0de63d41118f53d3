"""Browsing by where people live: hamlets, doors in walking order, arrow keys only."""

import re
import time

import pytest
from PySide6.QtCore import Qt

from tests.gui.fitting import faults
from tests.gui.shells import over, put_up
from tests.village import Place, with_hamlet
from village_doctor.domain.id_card import make_id_card_number
from village_doctor.gui import theme
from village_doctor.gui.pages.residents_page import ResidentsPage
from village_doctor.gui.theme import Theme
from village_doctor.gui.widgets.two_line_list import TwoLineList
from village_doctor.services.registering import HouseholdDraft, MemberDraft, add_hamlet, register_household


@pytest.fixture
def page(shell, qtbot):
    return opened(shell, qtbot)


def opened(shell, qtbot):
    made = ResidentsPage(shell)
    qtbot.addWidget(made)
    put_up(made, qtbot)
    made.refresh()
    made.focus_first()
    qtbot.waitUntil(lambda: made.session.tasks.is_idle)
    return made


def settled(page, qtbot):
    qtbot.wait(120)
    qtbot.waitUntil(lambda: page.session.tasks.is_idle)


def lines(view: TwoLineList):
    model = view.model()
    return [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]


def small(view: TwoLineList, row: int):
    model = view.model()
    return str(model.data(model.index(row, 0), Qt.ItemDataRole.UserRole))


def test_hamlets_stand_with_their_counts_and_doors_with_their_heads(page):
    assert page.title.text() == "居民　3 户 6 人"
    assert lines(page.hamlets) == ["3组 王家湾", "不分组的"]
    assert small(page.hamlets, 0) == "1 户　4 人"
    assert lines(page.doors) == ["12号　王德顺家"]
    assert small(page.doors, 0) == "4 人　没签约"


def test_down_walks_to_the_next_hamlet_and_its_doors_follow(page, qtbot):
    assert page.hamlets.hasFocus()
    qtbot.keyClick(page.hamlets, Qt.Key.Key_Down)
    settled(page, qtbot)
    assert lines(page.doors) == ["水塘坎上第二间　欧阳秀兰家", "31号　𤋮㛃𠮷家"]


def test_right_goes_in_left_comes_back_and_enter_opens_the_family(page, shell, village, qtbot):
    qtbot.keyClick(page.hamlets, Qt.Key.Key_Right)
    assert page.doors.hasFocus()
    qtbot.keyClick(page.doors, Qt.Key.Key_Left)
    assert page.hamlets.hasFocus()
    qtbot.keyClick(page.hamlets, Qt.Key.Key_Return)
    qtbot.keyClick(page.doors, Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_family", village.four.id, None)


def test_going_in_at_once_after_walking_shows_the_right_doors(page, shell, village, qtbot):
    qtbot.keyClick(page.hamlets, Qt.Key.Key_Down)
    qtbot.keyClick(page.hamlets, Qt.Key.Key_Right)
    settled(page, qtbot)
    qtbot.keyClick(page.doors, Qt.Key.Key_Return)
    assert shell.calls[-1][0] == "open_family"
    assert shell.calls[-1][1] != village.four.id


def test_escape_comes_back_to_the_hamlets_first(page, qtbot):
    qtbot.keyClick(page.hamlets, Qt.Key.Key_Right)
    assert page.go_back()
    assert page.hamlets.hasFocus()
    assert not page.go_back()


def test_the_mark_stays_where_it_was_when_the_page_is_refreshed(page, village, qtbot):
    qtbot.keyClick(page.hamlets, Qt.Key.Key_Down)
    settled(page, qtbot)
    qtbot.keyClick(page.hamlets, Qt.Key.Key_Right)
    qtbot.keyClick(page.doors, Qt.Key.Key_Down)
    page.refresh()
    settled(page, qtbot)
    assert (page.hamlets.row, page.doors.row) == (1, 1)
    assert page.doors.hasFocus()


def test_what_is_late_is_marked_at_the_door(village, shell, qtbot):
    village.place.clock.forward(days=200)
    village.workplace.renew_for_today()
    page = opened(shell, qtbot)
    assert re.search(r"● 超期 [1-9]\d* 件", small(page.doors, 0))


def test_ctrl_n_registers_a_household(page, shell):
    page.add_button.click()
    assert shell.calls[-1] == ("open_registering",)


def test_an_empty_clinic_teaches_what_to_do(tmp_path, qtbot):
    workplace = Place(tmp_path).create().workplace
    with over(workplace) as shell:
        page = opened(shell, qtbot)
        assert not page.hamlets.isVisible()
        assert "按 Ctrl+N 登记第一户" in page.empty.findChildren(type(page.title))[0].text()
    workplace.close()


def test_a_hamlet_with_hundreds_of_doors_is_shown_in_a_blink(village, shell, qtbot):
    hamlet = village.workplace.command(add_hamlet, None, 5, "大屋场").value
    for number in range(300):
        card = make_id_card_number("990101", village.grandfather.birth_date, number + 10)
        draft = HouseholdDraft(
            members=(MemberDraft(name="张三", id_card_number=card),), door_number=f"{number}号"
        )
        village.workplace.command(register_household, with_hamlet(draft, hamlet.id))
    page = opened(shell, qtbot)
    qtbot.keyClick(page.hamlets, Qt.Key.Key_Down)
    began = time.monotonic()
    settled(page, qtbot)
    assert len(lines(page.doors)) == 300
    assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_everything_fits_in_every_type_size(village, shell, qtbot, qapp, size):
    theme.apply(qapp, Theme(size))
    page = opened(shell, qtbot)
    assert faults(page) == []
    assert page.doors.sizeHintForRow(0) > 2 * page.fontMetrics().height()
    theme.apply(qapp, Theme())
