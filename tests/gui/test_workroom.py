"""The window behind the lock: keys go where they belong on every page, the search is always in reach, the lock keeps drafts."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.driving import ALT, CTRL, Driven
from tests.village import PASSWORD, Place, Village, build
from village_doctor.domain.problems import Problem
from village_doctor.gui.pages.family_page import FamilyPage
from village_doctor.gui.pages.visit_page import VisitPage
from village_doctor.gui.shell import Choice
from village_doctor.services import opening, printing_papers
from village_doctor.services.drafting import drafts
from village_doctor.services.locking import set_pin
from village_doctor.services.workplace import Workplace

KEY = Qt.Key
PIN = "2580"


@pytest.fixture
def village(tmp_path: Path) -> Village:
    made = build(Place(tmp_path))
    set_pin(made.workplace, PIN)
    made.workplace.close()
    return made


@pytest.fixture
def window(village: Village, qtbot: object) -> Iterator[Driven]:
    driven = Driven(village.place).start().open()
    yield driven
    driven.close()


# --- search ---------------------------------------------------------------------------------------------


def test_typing_on_a_list_page_is_a_search_and_enter_opens_the_family(
    window: Driven, village: Village
) -> None:
    window.type("lgy")
    window.enter()
    assert window.page is window.workroom.pages.family
    assert "李桂英" in window.shown()
    assert window.workroom.search.text() == ""
    assert window.focus.accessibleName().startswith("李桂英")


def test_enter_right_behind_the_letters_waits_for_the_answer(window: Driven) -> None:
    QTest.keyClicks(window.focus, "l")
    QTest.keyClicks(window.workroom.search, "gy")
    QTest.keyClick(window.workroom.search, KEY.Key_Return)
    window.settle()
    assert window.page is window.workroom.pages.family


def test_letters_held_by_the_input_method_are_found(window: Driven) -> None:
    window.press(KEY.Key_K, CTRL)
    QApplication.sendEvent(window.focus, QInputMethodEvent("l'g'y", []))
    window.settle()
    assert "李桂英 女 70岁" in window.shown()


def test_what_is_not_found_is_said_with_what_can_be_typed(window: Driven) -> None:
    window.type("qqx")
    window.settle()
    assert "没有找到“qqx”" in window.shown()


def test_escape_leaves_the_search_for_the_page_before(window: Driven) -> None:
    window.press(KEY.Key_2, ALT)
    window.settle()
    window.press(KEY.Key_K, CTRL)
    window.type("lgy")
    window.settle()
    window.press(KEY.Key_Escape)
    assert window.page is window.workroom.pages.residents
    assert window.workroom.search.text() == ""


# --- commands -------------------------------------------------------------------------------------------


def test_letters_are_commands_only_on_a_focused_persons_card(window: Driven) -> None:
    window.type("b")
    window.settle()
    assert window.page is window.workroom.pages.found
    window.press(KEY.Key_Escape)
    window.enter("lgy")
    window.type("b")
    window.settle()
    assert window.workroom.panels.reading_bar.isVisible()


@pytest.mark.parametrize(("key", "shown"), [("b", "收缩压"), ("g", "mmol/L")])
def test_command_letters_work_with_an_input_method_on(window: Driven, key: str, shown: str) -> None:
    """A card takes no text, so the input method is off there and the letter arrives as a key."""
    window.enter("lgy")
    card = window.focus
    assert not card.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    window.type(key)
    window.until_shown(shown)


def test_ctrl_b_takes_the_last_person_from_any_page(window: Driven, village: Village) -> None:
    window.press(KEY.Key_B, CTRL)
    assert "先找到这个人" in window.said[-1]
    window.press(KEY.Key_Escape)
    window.enter("lgy")
    for rail in (KEY.Key_1, KEY.Key_2, KEY.Key_3, KEY.Key_4, KEY.Key_5):
        window.press(rail, ALT)
        window.settle()
        window.press(KEY.Key_B, CTRL)
        window.settle()
        assert window.workroom.panels.reading_bar.isVisible()
        assert "李桂英" in window.shown(window.workroom.panels.reading_bar)
        window.press(KEY.Key_Escape)
        assert not window.workroom.panels.reading_bar.isVisible()


@pytest.mark.parametrize(
    "page", ["today", "residents", "contracts", "delivery", "settings", "family", "help", "form"]
)
def test_a_returning_residents_pressure_takes_at_most_14_keys(
    window: Driven, village: Village, page: str
) -> None:
    if page == "family":
        window.workroom.open_family(village.four.id, village.grandfather.id)
    elif page == "help":
        window.press(KEY.Key_F1)
    elif page == "form":
        window.workroom.open_form(village.widow.id, "diabetes_follow_up")
    else:
        window.workroom.go(page)
    window.settle()
    window.keys = 0
    if not window.page.typing_searches:
        window.press(KEY.Key_K, CTRL)
    window.enter("lgy")
    window.type("b")
    window.settle()
    window.type("15296")
    window.enter()
    assert any("血压 152/96" in text and text.startswith("✓") for text in window.said)
    assert window.keys <= 14
    print(page, window.keys)


def test_ctrl_z_opens_the_last_act_to_be_put_right_or_taken_back(window: Driven, village: Village) -> None:
    window.enter("lgy")
    window.type("b")
    window.settle()
    window.enter("15296")
    window.press(KEY.Key_Z, CTRL)
    assert "刚才：李桂英" in window.shown()
    window.press(KEY.Key_Tab)
    window.press(KEY.Key_Return)
    window.enter()
    assert "请写一句为什么" in window.shown()
    window.enter("jicuole")
    assert window.said[-1] == "✓ 已作废：刚才那个读数"
    assert "152/96" not in window.shown(window.workroom.pages.family.cards[1])
    window.press(KEY.Key_Z, CTRL)
    assert not window.workroom.panels.undo.isVisible()
    assert window.said[-1] == "刚才这一步（已作废：刚才那个读数）不能按 Ctrl+Z 改回来。"


def test_what_cannot_be_put_right_by_ctrl_z_is_named_and_said_to_be(window: Driven) -> None:
    window.workroom.saved("王小军 回来了，已保存")
    assert window.said[-1] == "✓ 王小军 回来了，已保存"
    window.press(KEY.Key_Z, CTRL)
    assert not window.workroom.panels.undo.isVisible()
    assert window.said[-1] == "刚才这一步（王小军 回来了，已保存）不能按 Ctrl+Z 改回来。"


def test_nothing_saved_yet_is_nothing_to_put_right(window: Driven) -> None:
    window.press(KEY.Key_Z, CTRL)
    assert "还没有存过东西" in window.said[-1]


def test_f9_hides_everything_and_brings_it_back(window: Driven) -> None:
    window.enter("lgy")
    window.press(KEY.Key_F9)
    assert window.workroom.curtain.isVisible()
    assert window.workroom.curtain.geometry() == window.workroom.rect()
    window.type("b")
    window.press(KEY.Key_F4)
    window.press(KEY.Key_2, ALT)
    window.press(KEY.Key_F9)
    assert not window.workroom.curtain.isVisible()
    assert window.page is window.workroom.pages.family
    assert not window.workroom.panels.reading_bar.isVisible()
    assert window.focus.accessibleName().startswith("李桂英")


def test_the_rail_turns_pages_and_escape_comes_back_to_today(window: Driven) -> None:
    for number, name in enumerate(("today", "residents", "contracts", "delivery", "settings"), 1):
        window.press(KEY(KEY.Key_0 + number), ALT)
        window.settle()
        assert window.page.rail == name
        assert window.workroom.rail.buttons[name].isChecked()
    window.press(KEY.Key_Escape)
    assert window.page.rail == "today"


def test_ctrl_b_in_the_search_takes_the_marked_line(window: Driven, village: Village) -> None:
    window.enter("lgy")
    window.press(KEY.Key_K, CTRL)
    window.type("oyxl")
    window.settle()
    window.press(KEY.Key_B, CTRL)
    window.settle()
    assert "欧阳秀兰" in window.shown(window.workroom.panels.reading_bar)


def test_the_curtain_follows_the_window(window: Driven) -> None:
    window.press(KEY.Key_F9)
    window.window.resize(1600, 1000)
    QTest.qWait(20)
    assert window.workroom.curtain.geometry() == window.workroom.rect()


# --- status line ----------------------------------------------------------------------------------------


def test_the_status_line_tells_what_is_saved_backed_up_and_not_delivered(
    window: Driven, village: Village
) -> None:
    told = window.shown(window.workroom.status)
    assert "✓ 已保存" in told
    assert "还没有备份" in told
    assert "条还没送到卫生院，最早11月23日" in told
    window.until(lambda: "备份 09:" in window.shown(window.workroom.status))


def test_the_lock_closes_an_open_question(window: Driven, village: Village) -> None:
    window.workroom.ask("做哪一种随访？", "李桂英", [Choice("先不做", lambda: None)])
    window.until(lambda: QApplication.activeModalWidget() is not None)
    window.program.lock()
    window.until(lambda: window.program.window.lock_page.is_pin)
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("key", [KEY.Key_L, KEY.Key_F9])
def test_a_question_hinders_neither_the_lock_nor_the_curtain(window: Driven, key: Qt.Key) -> None:
    answered: list[str] = []
    window.workroom.ask("先存着？", "李桂英", [Choice("先存着", lambda: answered.append("yes"))])
    window.until(lambda: window.focus.accessibleName() == "先存着")
    window.press(key, CTRL if key == KEY.Key_L else Qt.KeyboardModifier.NoModifier)
    if key == KEY.Key_L:
        window.until(lambda: window.program.window.lock_page.is_pin)
    else:
        assert window.workroom.curtain.isVisible()
    assert QApplication.activeModalWidget() is None
    assert answered == []


def test_who_is_not_registered_can_be_from_the_search(window: Driven) -> None:
    window.type("zql")
    window.settle()
    assert "没登记过" in window.shown()
    window.press(KEY.Key_N, CTRL)
    window.until_shown("门在哪儿")


def test_an_unread_emergency_keeps_the_keyboard_whatever_page_is_turned_to(window: Driven) -> None:
    window.enter("lgy")
    window.type("b")
    window.settle()
    window.type("186112")
    window.enter()
    window.until_shown("危急")
    window.press(KEY.Key_1, ALT)
    window.settle()
    assert "危急" in window.shown()
    assert window.workroom.panels.reading_bar.isAncestorOf(window.focus)
    QTest.qWait(1100)
    window.press(KEY.Key_Return)
    window.settle()
    assert not window.workroom.panels.reading_bar.isVisible()


def test_a_page_that_was_left_does_not_take_the_keyboard_with_its_late_answer(window: Driven) -> None:
    window.press(KEY.Key_4, ALT)
    window.settle()
    window.press(KEY.Key_K, CTRL)
    window.enter("lgy")
    window.workroom.pages.delivery.focus_first()
    assert window.focus.accessibleName().startswith("李桂英")


def test_escape_after_a_family_that_was_come_back_to_goes_behind_it(window: Driven, village: Village) -> None:
    window.enter("lgy")
    window.workroom.open_form(village.grandmother.id, "hypertension_follow_up")
    window.settle()
    window.workroom.open_family(village.four.id, village.grandmother.id)
    window.settle()
    window.press(KEY.Key_Escape)
    assert window.page is window.workroom.pages.today


# --- the lock -------------------------------------------------------------------------------------------


def test_the_lock_drops_the_pages_and_the_pin_brings_back_the_place(window: Driven, village: Village) -> None:
    window.enter("lgy")
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program.window.lock_page.is_pin)
    window.settle()
    assert "李桂英" not in window.shown()
    window.enter("9999")
    window.until_shown("▲")
    window.press(KEY.Key_A, CTRL)
    window.enter(PIN)
    window.until(lambda: window.program.inside is not None)
    window.settle()
    assert window.page is window.workroom.pages.family
    assert window.focus.accessibleName().startswith("李桂英")


def test_five_wrong_pins_and_only_the_password_opens(window: Driven) -> None:
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program.window.lock_page.is_pin)
    for _try in range(5):
        window.settle()
        window.press(KEY.Key_A, CTRL)
        window.enter("9998")
    window.settle()
    assert not window.program.window.lock_page.is_pin
    window.open(PASSWORD)
    assert window.page.rail == "today"


def test_a_half_typed_form_is_there_after_the_lock(window: Driven, village: Village) -> None:
    window.workroom.open_form(village.grandmother.id, "hypertension_follow_up")
    window.settle()
    window.type("1")
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program._locked is not None)
    window.settle()
    window.enter(PIN)
    window.until(lambda: window.program.inside is not None)
    window.settle()
    assert window.page is window.workroom.pages.visit
    assert "接着上次没填完的" in window.shown()


@pytest.mark.parametrize("what", ["help", "search", "preview"])
def test_a_form_that_something_lies_over_is_there_after_the_lock(
    window: Driven, village: Village, what: str
) -> None:
    window.workroom.open_family(village.four.id, village.grandmother.id)
    window.workroom.open_form(village.grandmother.id, "hypertension_follow_up")
    window.settle()
    if what == "help":
        window.press(KEY.Key_F1)
    elif what == "search":
        window.press(KEY.Key_K, CTRL)
        window.type("lgy")
    else:
        window.workroom.open_preview(partial(printing_papers.leaflet, resident_id=village.grandmother.id))
    window.settle()
    assert window.page is not window.workroom.pages.visit
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program._locked is not None)
    window.settle()
    window.enter(PIN)
    window.until(lambda: window.program.inside is not None)
    window.settle()
    assert isinstance(window.page, VisitPage)
    window.press(KEY.Key_Escape)
    assert isinstance(window.workroom.page, FamilyPage)


def test_a_family_looked_up_from_a_form_is_where_the_lock_leads_back_to(
    window: Driven, village: Village
) -> None:
    window.workroom.open_form(village.grandmother.id, "hypertension_follow_up")
    window.settle()
    window.press(KEY.Key_K, CTRL)
    window.enter("oyxl")
    assert window.page is window.workroom.pages.family
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program._locked is not None)
    window.settle()
    window.enter(PIN)
    window.until(lambda: window.program.inside is not None)
    window.settle()
    assert window.page is window.workroom.pages.family
    assert window.focus.accessibleName().startswith("欧阳秀兰")


@pytest.mark.parametrize("what", ["registering", "contract"])
def test_help_over_a_household_does_not_lose_it_in_the_lock(
    window: Driven, village: Village, what: str
) -> None:
    if what == "registering":
        window.workroom.open_registering()
    else:
        window.workroom.open_contract(village.four.id)
    window.settle()
    window.press(KEY.Key_F1)
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program._locked is not None)
    window.settle()
    window.enter(PIN)
    window.until(lambda: window.program.inside is not None)
    window.settle()
    assert window.page is getattr(window.workroom.pages, what)


def test_ten_idle_minutes_lock(window: Driven, village: Village) -> None:
    village.place.clock.forward(minutes=9, seconds=59)
    assert not window.program.idle.look()
    village.place.clock.forward(seconds=1)
    assert window.program.idle.look()
    window.until(lambda: window.program.window.lock_page.is_pin)


def test_every_key_begins_the_idle_time_anew(window: Driven, village: Village) -> None:
    village.place.clock.forward(minutes=9)
    window.press(KEY.Key_Down)
    village.place.clock.forward(minutes=9)
    assert not window.program.idle.look()


def test_a_lid_that_is_opened_the_next_day_shows_nobody(window: Driven, village: Village) -> None:
    """No timer counts while a laptop sleeps: the first key locks, and goes nowhere."""
    window.enter("lgy")
    village.place.clock.forward(hours=20)
    window.press(KEY.Key_B)
    window.until(lambda: window.program.window.lock_page.is_pin)
    assert "李桂英" not in window.shown()


def test_a_page_that_fails_to_leave_is_covered_all_the_same(
    window: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError

    window.enter("lgy")
    monkeypatch.setattr(window.page, "leave", fail)
    with pytest.raises(RuntimeError):
        window.program.lock()
    window.until(lambda: window.program.window.lock_page.is_pin)
    assert "李桂英" not in window.shown()


def test_what_was_not_saved_while_it_locked_is_said_on_the_lock_screen_and_behind_it(window: Driven) -> None:
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program.window.lock_page.is_pin)
    window.program.window.tasks.problem.emit(Problem("disk-full"))
    assert "▲ 磁盘" in window.shown()
    window.settle()
    window.enter(PIN)
    window.until(lambda: window.program.inside is not None)
    window.settle()
    assert "▲ 磁盘" in window.shown()


def test_after_a_bug_the_lock_screen_takes_the_password_again(
    village: Village, qtbot: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven = Driven(village.place).start()
    with monkeypatch.context() as broken:
        broken.setattr(opening, "open_home", _bug)
        driven.enter(PASSWORD)
        driven.until_shown("程序出了意外")
    assert driven.focus is driven.program.window.lock_page.password
    driven.press(KEY.Key_A, CTRL)
    driven.open()
    driven.close()


def test_after_a_bug_long_work_is_over_and_the_window_can_be_locked(window: Driven) -> None:
    window.workroom.run_long("正在备份", _bug, lambda _done: None)
    window.settle()
    assert window.workroom.long_work.panel is None
    assert len([one for one in window.said if "程序出了意外" in one]) == 1
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program.window.lock_page.is_pin)
    window.settle()


def _bug(*_given: object, **_more: object) -> Workplace:
    raise ValueError


def test_a_shutdown_that_is_called_off_leaves_a_locked_window(window: Driven) -> None:
    window.program._lock_for_shutdown(None)  # type: ignore[arg-type]
    window.until(lambda: window.program.window.lock_page.is_pin)
    window.settle()
    window.enter(PIN)
    window.until(lambda: window.program.inside is not None)
    window.settle()
    assert window.page.rail == "today"


def test_a_card_on_the_lock_screen_costs_no_try(window: Driven) -> None:
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program.window.lock_page.is_pin)
    window.settle()
    QTest.keyClicks(window.focus, "901" + "0" * 220)
    QTest.keyClick(window.focus, KEY.Key_Return)
    window.settle()
    assert window.program.window.lock_page.pin.text() == ""
    locked = window.program._locked
    assert locked is not None
    assert locked.tries_left == 5


def test_enter_held_down_costs_one_try(window: Driven) -> None:
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program.window.lock_page.is_pin)
    window.settle()
    window.type("9999")
    field = window.focus
    QTest.keyClick(field, KEY.Key_Return)
    for _repeat in range(30):
        again = QKeyEvent(QEvent.Type.KeyPress, KEY.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
        QApplication.sendEvent(field, again)
        QTest.qWait(5)
    window.settle()
    locked = window.program._locked
    assert locked is not None
    assert locked.tries_left == 4


def test_a_doubtful_date_is_confirmed_with_what_was_typed_and_not_for_long(
    window: Driven, village: Village
) -> None:
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program.window.lock_page.is_pin)
    window.settle()
    village.place.clock.forward(days=-40)
    window.enter(PIN)
    lock_page = window.program.window.lock_page
    window.until(lock_page.clock_button.isVisible)
    lock_page._forgetting.timeout.emit()
    assert lock_page.pin.text() == ""
    assert not lock_page.clock_button.isVisible()
    window.enter(PIN)
    window.until(lock_page.clock_button.isVisible)
    window.until(lock_page.clock_button.hasFocus)
    window.press(KEY.Key_Return)
    window.until(lambda: window.program.inside is not None)
    window.settle()


def test_the_unlock_code_opens_a_locked_window_too(window: Driven, village: Village) -> None:
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program.window.lock_page.is_pin)
    window.settle()
    window.program.window.lock_page.forgot.emit()
    window.until_shown("拿出信封里的开锁码")
    window.enter(village.unlock_code)
    window.enter()
    window.until_shown("最后一组")
    window.settle()
    groups = [one for one in window.shown().split("\n") if len(one) == 4 and one.isascii() and one.isalnum()]
    window.enter(groups[-1])
    window.until(lambda: window.program.inside is not None)
    window.settle()
    assert window.page.rail == "today"


def test_locking_again_and_again_leaves_nothing_behind(window: Driven) -> None:
    for _time in range(3):
        window.press(KEY.Key_L, CTRL)
        window.until(lambda: window.program.window.lock_page.is_pin)
        window.settle()
        window.enter(PIN)
        window.until(lambda: window.program.inside is not None)
        window.settle()
    kept = [one for one in window.program.window.children() if type(one).__name__ == "Inside"]
    assert len(kept) == 1
    window.program.window.messages.said.clear()
    window.program.window.tasks.bug.emit()
    assert len(window.said) == 1


def test_closing_the_window_keeps_what_is_half_typed_and_lets_the_home_go(
    village: Village, qtbot: object
) -> None:
    driven = Driven(village.place).start().open()
    driven.workroom.open_form(village.grandmother.id, "hypertension_follow_up")
    driven.settle()
    driven.type("1")
    driven.close()
    workplace = village.place.open()
    assert [one.resident_id for one in workplace.query(drafts)] == [village.grandmother.id]
    workplace.close()
