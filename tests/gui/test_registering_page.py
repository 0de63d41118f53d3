"""A household registered by keyboard alone: what is wrong is said beside its field, nothing typed is lost, nobody is there twice."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedWidget

from tests.gui.fitting import faults
from tests.gui.shells import put_up, settle
from tests.village import TODAY, card
from village_doctor.domain.people import Household, Resident
from village_doctor.gui import theme
from village_doctor.gui.pages.registering_page import RegisteringPage
from village_doctor.gui.theme import Theme
from village_doctor.services import drafting, viewing
from village_doctor.services.before_registering import places
from village_doctor.store.tables import get

NUMBER = card(date(1960, 8, 15), 7)
WIFE = card(date(1962, 1, 2), 8)


@pytest.fixture
def page(shell, qtbot):
    return opened(shell, qtbot)


def opened(shell, qtbot, household_id=None):
    made = RegisteringPage(shell)
    qtbot.addWidget(made, before_close_func=RegisteringPage.leave)  # as the window does before it locks
    put_up(made, qtbot)
    begin(made, qtbot, household_id)
    return made


def begin(page, qtbot, household_id=None):
    if household_id is None:
        page.show_new()
    else:
        page.show_add(household_id)
    page.refresh()
    page.focus_first()
    settle(page, qtbot)


def activate(page, qtbot):
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)


def type_in(qtbot, text):
    """To whatever has the focus, as on a desk; Chinese comes from the input method."""
    field = QApplication.focusWidget()
    if text.isascii():
        qtbot.keyClicks(field, text)
    else:
        assert isinstance(field, QLineEdit)
        field.insert(text)


def enter(qtbot, times=1):
    for _time in range(times):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def type_door(qtbot, door="18号"):
    """Hamlet 1, a door, no phone; the focus is on the first name afterwards."""
    type_in(qtbot, "1")
    enter(qtbot)
    type_in(qtbot, door)
    enter(qtbot, 2)


def saved_family(village, shell):
    _name, household_id, _resident = next(call for call in shell.calls if call[0] == "open_family")
    return village.workplace.query(viewing.family, household_id, TODAY)


# --- typing ------------------------------------------------------------------------------------------


def test_a_household_is_registered_by_keyboard_alone(page, village, shell, qtbot):
    type_in(qtbot, "1")
    enter(qtbot)
    type_in(qtbot, "18号")
    enter(qtbot)
    type_in(qtbot, "19900001234")
    enter(qtbot)
    type_in(qtbot, "儿子")
    enter(qtbot)
    type_in(qtbot, "赵德海")
    enter(qtbot)
    type_in(qtbot, NUMBER)
    enter(qtbot)
    type_in(qtbot, "1")
    enter(qtbot)
    type_in(qtbot, "2015")
    enter(qtbot)
    type_in(qtbot, "孙月娥")
    enter(qtbot)
    type_in(qtbot, WIFE)
    enter(qtbot)
    type_in(qtbot, "1")
    enter(qtbot, 2)
    assert len(page.people.rows) == 3
    enter(qtbot)
    assert page.save_button.hasFocus()
    enter(qtbot)
    settle(page, qtbot)
    family = saved_family(village, shell)
    assert (family.household.door_number, family.hamlet.name) == ("18号", "王家湾")
    assert [(one.number, one.whose) for one in family.phones] == [("19900001234", "儿子")]
    head, wife = family.members
    assert (head.resident.name, head.resident.sex, head.resident.birth_date) == (
        "赵德海",
        "1",
        date(1960, 8, 15),
    )
    assert [(one.code, one.since) for one in head.facts.conditions] == [("hypertension", "2015")]
    assert (wife.resident.name, wife.membership.relation) == ("孙月娥", "10")
    assert shell.saves[-1].text == "赵德海家 2 人 已保存"


def test_sex_and_birth_date_are_read_from_the_card_at_once(page, qtbot):
    row = page.people.rows[0]
    row.number.setText(NUMBER)
    assert row.read.text() == "✓ 男　1960年8月15日 生"
    assert not row.birth.isVisible()


def test_a_wrong_number_is_said_beside_the_field_before_anything_is_saved(page, qtbot):
    row = page.people.rows[0]
    row.number.setFocus()
    qtbot.keyClicks(row.number, NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"))
    assert "校验码" in row.parts["number"].wrong.text()
    row.number.setText("9901")
    row.name.setFocus()
    assert "应该是 18 位，现在是 4 位" in row.parts["number"].wrong.text()
    row.number.clear()
    assert row.parts["number"].wrong.text() == ""


def test_without_a_number_the_reason_birth_date_and_sex_are_asked(page, village, shell, qtbot):
    type_door(qtbot)
    type_in(qtbot, "赵小宝")
    enter(qtbot, 2)
    type_in(qtbot, "1")
    enter(qtbot)
    type_in(qtbot, "20260901")
    type_in(qtbot, "2")
    enter(qtbot)
    assert page.people.rows[0].diseases.hasFocus()
    page.save()
    settle(page, qtbot)
    (baby,) = saved_family(village, shell).members
    assert (baby.resident.no_identity_reason, baby.resident.sex) == ("新生儿", "2")
    assert baby.resident.birth_date == date(2026, 9, 1)


def test_a_new_hamlet_is_made_with_its_first_household(page, village, shell, qtbot):
    type_in(qtbot, "2")
    enter(qtbot)
    type_in(qtbot, "7")
    enter(qtbot)
    type_in(qtbot, "赵家坳")
    enter(qtbot)
    type_in(qtbot, "1号")
    page.people.rows[0].name.setText("赵德海")
    page.people.rows[0].number.setText(NUMBER)
    page.save()
    settle(page, qtbot)
    family = saved_family(village, shell)
    assert (family.hamlet.number, family.hamlet.name) == (7, "赵家坳")
    begin(page, qtbot)
    assert page.door.hamlet.value() == family.hamlet.id


def test_a_new_hamlet_stays_away_with_the_household_that_is_refused(page, village, shell, qtbot):
    before = village.workplace.query(places).hamlets
    type_in(qtbot, "2")
    enter(qtbot)
    type_in(qtbot, "7")
    enter(qtbot, 2)
    type_in(qtbot, "1号")
    page.door.phone.setText("12")
    page.people.rows[0].name.setText("赵德海")
    page.people.rows[0].number.setText(NUMBER)
    page.save()
    settle(page, qtbot)
    assert "不像电话号码" in page.door.parts["phone"].wrong.text()
    assert village.workplace.query(places).hamlets == before
    assert (page.door.hamlet.value(), page.door.new_number.text()) == ("new", "7")
    page.door.phone.setText("19900001234")
    page.save()
    settle(page, qtbot)
    assert saved_family(village, shell).hamlet.number == 7


def test_another_relation_is_typed_as_a_word(page, qtbot):
    page.people.one_more()
    row = page.people.rows[1]
    row.name.setText("赵小军")
    row.number.setText(NUMBER)
    row.relation.set_values(["other"])
    row.other_relation.setText("外甥")
    assert row.draft().relation == "95"
    row.other_relation.setText("邻居的")
    assert row.draft() is None
    assert "外甥、侄女" in row.parts["other"].wrong.text()


# --- what is refused ---------------------------------------------------------------------------------


def test_what_is_missing_is_marked_and_the_first_mark_has_the_focus(page, village, shell, qtbot):
    page.door.hamlet.set_values([])
    page.save()
    settle(page, qtbot)
    assert "选一个组" in page.door.parts["hamlet"].wrong.text()
    assert "名字没有填" in page.people.rows[0].parts["name"].wrong.text()
    assert page.door.hamlet.hasFocus()
    assert page.wrong.isVisible()
    assert not any(call[0] == "open_family" for call in shell.calls)


def test_a_number_known_already_leads_to_that_family(page, village, shell, qtbot):
    row = page.people.rows[0]
    row.name.setText("李桂英")
    row.number.setText(village.grandmother.id_card_number)
    settle(page, qtbot)
    assert row.known_text.isVisible()
    assert "李桂英 女 70岁" in row.known_text.text()
    assert row.draft() is None
    row.open_known.click()
    assert shell.calls[-1] == ("open_family", village.four.id, village.grandmother.id)


def test_the_same_number_twice_in_one_household_is_refused(page, shell, qtbot):
    type_door(qtbot)
    page.people.one_more()
    for row, name in zip(page.people.rows, ("赵德海", "赵德江"), strict=True):
        row.name.setText(name)
        row.number.setText(NUMBER)
        row.relation.set_values(["20"])
    page.save()
    settle(page, qtbot)
    assert "赵德海" in page.people.rows[1].parts["number"].wrong.text()
    assert not any(call[0] == "open_family" for call in shell.calls)


def test_a_phone_that_is_none_is_said_beside_the_phone(page, qtbot):
    type_door(qtbot)
    page.people.rows[0].name.setText("赵德海")
    page.people.rows[0].number.setText(NUMBER)
    page.door.phone.setText("12")
    page.save()
    settle(page, qtbot)
    assert "不像电话号码" in page.door.parts["phone"].wrong.text()


def test_a_row_too_many_is_taken_away(page):
    page.people.one_more()
    page.people.rows[1].remove.click()
    assert len(page.people.rows) == 1
    assert not page.people.rows[0].remove.isVisible()


# --- drafts ------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_within_a_second_and_offered_back(page, village, shell, qtbot):
    type_door(qtbot)
    type_in(qtbot, "赵德海")
    qtbot.wait(900)
    settle(page, qtbot)
    village.place.clock.forward(days=1)
    other = opened(shell, qtbot)
    assert other.offer_text.text() == "昨天 09:15 写到一半的一户，接着写？"
    assert other.go_on.hasFocus()
    assert not other.door.isVisible()
    enter(qtbot)
    assert other.people.rows[0].name.text() == "赵德海"
    assert other.door.door.text() == "18号"
    assert other.door.chosen_hamlet.name == "王家湾"


def test_leaving_keeps_the_last_key_at_once(page, village, qtbot):
    type_door(qtbot)
    type_in(qtbot, "赵德")
    page.leave()
    settle(page, qtbot)
    kept = village.workplace.query(drafting.draft_of, "", drafting.HOUSEHOLD_FORM)
    assert kept.body["people"][0]["name"] == "赵德"


def test_a_draft_not_wanted_is_gone_for_good(page, village, shell, qtbot):
    type_door(qtbot)
    page.leave()
    settle(page, qtbot)
    other = opened(shell, qtbot)
    other.begin_anew.click()
    settle(other, qtbot)
    assert other.door.is_empty
    assert other.door.isVisible()
    assert village.workplace.query(drafting.drafts) == ()


def test_saving_drops_the_draft_and_the_next_household_begins_in_the_same_hamlet(page, village, shell, qtbot):
    type_door(qtbot)
    page.people.rows[0].name.setText("赵德海")
    page.people.rows[0].number.setText(NUMBER)
    page.leave()
    settle(page, qtbot)
    page.save()
    settle(page, qtbot)
    assert village.workplace.query(drafting.drafts) == ()
    begin(page, qtbot)
    assert page.door.is_empty
    assert page.people.is_empty
    assert page.door.chosen_hamlet.name == "王家湾"


def test_coming_back_from_another_page_finds_everything_where_it_was(shell, qtbot):
    page, another, window = RegisteringPage(shell), QLineEdit(), QStackedWidget()
    for one in (page, another):
        window.addWidget(one)
    qtbot.addWidget(window, before_close_func=lambda _window: page.leave())
    window.show()
    activate(window, qtbot)
    begin(page, qtbot)
    type_door(qtbot)
    type_in(qtbot, "赵德海")
    page.leave()
    settle(page, qtbot)
    window.setCurrentWidget(another)
    another.setFocus()
    window.setCurrentWidget(page)
    page.refresh()
    page.focus_first()
    settle(page, qtbot)
    assert page.people.rows[0].name.hasFocus()
    assert page.people.rows[0].name.text() == "赵德海"


def test_the_form_that_was_saved_is_gone_with_the_saving_itself(page, village, shell, qtbot, monkeypatch):
    dropped = []
    monkeypatch.setattr(drafting, "submit_drop", lambda *given: dropped.append(given))
    type_door(qtbot)
    page.people.rows[0].name.setText("赵德海")
    page.people.rows[0].number.setText(NUMBER)
    page.leave()
    settle(page, qtbot)
    page.save()
    settle(page, qtbot)
    assert village.workplace.query(drafting.drafts) == ()
    assert dropped == []


def test_what_was_refused_is_still_kept(page, village, shell, qtbot):
    type_door(qtbot)
    page.door.phone.setText("123")
    page.people.rows[0].name.setText("赵德海")
    page.people.rows[0].number.setText(NUMBER)
    page.save()
    settle(page, qtbot)
    qtbot.wait(700)
    settle(page, qtbot)
    kept = village.workplace.query(drafting.draft_of, "", drafting.HOUSEHOLD_FORM)
    assert kept.body["people"][0]["name"] == "赵德海"


# --- afterwards --------------------------------------------------------------------------------------


def register(page, qtbot):
    type_door(qtbot)
    page.people.rows[0].name.setText("赵德海")
    page.people.rows[0].number.setText(NUMBER)
    page.save()
    settle(page, qtbot)


def test_the_way_back_from_the_family_leads_to_where_she_came_from(page, shell, qtbot):
    register(page, qtbot)
    assert [call[0] for call in shell.calls if call[0] in ("back", "open_family")] == ["back", "open_family"]


def test_what_was_registered_is_put_right_by_its_facts(page, village, shell, qtbot):
    register(page, qtbot)
    head = saved_family(village, shell).members[0].resident
    shell.saves[-1].correct()
    assert shell.calls[-1] == ("correct_person", head.id)


def test_a_household_registered_by_mistake_is_voided_with_a_reason(page, village, shell, qtbot):
    register(page, qtbot)
    family = saved_family(village, shell)
    shell.saves[-1].void("登记错了")
    settle(page, qtbot)
    assert village.workplace.query(get, Household, family.household.id).void_reason == "登记错了"
    assert village.workplace.query(get, Resident, family.members[0].resident.id).is_voided
    assert ("go", "residents") in shell.calls
    begin(page, qtbot)
    page.people.rows[0].number.setText(NUMBER)
    settle(page, qtbot)
    assert not page.people.rows[0].known_text.isVisible()


def test_a_person_added_by_mistake_is_voided_alone(village, shell, qtbot):
    page = opened(shell, qtbot, village.four.id)
    page.people.rows[0].name.setText("赵德海")
    page.people.rows[0].number.setText(NUMBER)
    page.people.rows[0].relation.set_values(["20"])
    page.save()
    settle(page, qtbot)
    assert "赵德海" in {one.resident.name for one in saved_family(village, shell).members}
    shell.saves[-1].void("登记错了")
    settle(page, qtbot)
    assert "赵德海" not in {one.resident.name for one in saved_family(village, shell).members}
    assert len(saved_family(village, shell).members) == 4


# --- one more person of a known door -----------------------------------------------------------------


def test_one_more_person_is_added_to_a_known_household(village, shell, qtbot):
    page = opened(shell, qtbot, village.four.id)
    assert not page.door.isVisible()
    type_in(qtbot, "王小雨")
    enter(qtbot, 2)
    type_in(qtbot, "1")
    enter(qtbot)
    type_in(qtbot, "20261101")
    type_in(qtbot, "2")
    enter(qtbot)
    type_in(qtbot, "6")
    enter(qtbot, 2)
    assert page.save_button.hasFocus()
    enter(qtbot)
    settle(page, qtbot)
    members = saved_family(village, shell).members
    assert [(one.resident.name, one.membership.relation) for one in members][-1] == ("王小雨", "42")


# --- room --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_everything_fits_in_every_type_size(village, shell, qtbot, qapp, size):
    theme.apply(qapp, Theme(size))
    page = opened(shell, qtbot)
    assert faults(page) == []
    page.door.hamlet.set_values(["new"])
    page.door.hamlet.chosen.emit()
    page.people.one_more()
    row = page.people.rows[1]
    row.number.setText(village.grandmother.id_card_number)
    row.diseases.set_values(["hypertension", "diabetes"])
    row.relation.set_values(["other"])
    row.relation.chosen.emit()
    page.save()
    settle(page, qtbot)
    qtbot.wait(50)
    assert faults(page) == []
    theme.apply(qapp, Theme())


def test_tab_walks_from_top_to_bottom(page, qtbot):
    tops = []
    for _time in range(8):
        field = QApplication.focusWidget()
        assert field is not None
        tops.append(field.mapTo(page, field.rect().topLeft()).y())
        qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert tops == sorted(tops)
    assert len(set(tops)) > 2


def test_what_was_wrong_goes_away_as_soon_as_the_field_is_edited(page):
    row = page.people.rows[0]
    row.name.setText("")
    row.draft()
    assert row.parts["name"].wrong.text()
    row.name.insert("赵")
    assert row.parts["name"].wrong.text() == ""
    row.draft()
    assert row.parts["reason"].wrong.text()
    row.reason.buttons[0].click()
    assert row.parts["reason"].wrong.text() == ""
