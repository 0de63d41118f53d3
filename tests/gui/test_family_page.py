"""A family on its page: what a card says, what its letters do, how facts and changes are put right, what stays unsaid."""

from datetime import date
from functools import partial

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.gui.fitting import faults
from tests.gui.shells import Saved, put_up, settle
from tests.village import NUMBERS, TODAY, follow_up, pressure
from village_doctor.domain.fulfilment.matching import PLANNED
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.gui import theme
from village_doctor.gui.messages import ChoiceDialog
from village_doctor.gui.pages.family_page import FamilyPage
from village_doctor.gui.shell import Choice
from village_doctor.gui.theme import Theme
from village_doctor.gui.widgets.change_panels import AskingPanel, ChangePanel
from village_doctor.gui.widgets.controls import Button
from village_doctor.gui.widgets.person_panels import FactsPanel
from village_doctor.services import wording
from village_doctor.services.correcting import correct_facts
from village_doctor.services.drafting import drafts
from village_doctor.services.measuring import ReadingDraft, record_reading
from village_doctor.services.moving import move_out, record_death
from village_doctor.services.recording_conditions import add_condition
from village_doctor.services.visiting import add_follow_up
from village_doctor.store import people_store, tables

FORM = "hypertension_follow_up"


@pytest.fixture
def page(village, shell, qtbot):
    """The family of four, opened on the grandmother."""
    made = FamilyPage(shell)
    qtbot.addWidget(made)
    put_up(made, qtbot)
    shell.session.changed.connect(made.refresh)
    show(made, qtbot, village.four.id, village.grandmother.id)
    return made


def show(page, qtbot, household_id, resident_id=None):
    page.show_family(household_id, resident_id)
    page.refresh()
    page.focus_first()
    settle(page, qtbot)


def card_of(page, resident):
    return next(card for card in page.cards if card.story.resident.id == resident.id)


def words_on(widget):
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget))


def household_of(village, resident):
    return village.workplace.query(lambda c: people_store.household_on(c, resident.id, TODAY)).id


# --- what stands on the page -------------------------------------------------------------------------


def test_the_head_tells_door_family_phone_with_whose_it_is_and_what_to_mind(page):
    assert page.title.text() == "3组 王家湾 12号　王德顺家"
    assert page.phone.text() == "电话 19900007788（女儿王春花）"
    assert page.contract.text() == "还没签约"
    assert page.remark.text() == "● 院里有狗进门先喊一声"


def test_the_head_comes_first_and_everybody_has_a_card(page, village):
    assert [card.story.resident.name for card in page.cards] == ["王德顺", "李桂英", "王小军", "王思琪"]


def test_a_card_tells_the_newest_pressure_what_it_means_the_disease_and_the_medicine(page, village):
    told = words_on(card_of(page, village.grandmother))
    assert "138/86" in told
    assert "11月23日" in told
    assert "✓ 控制满意" in told
    assert "高血压 2016年起" in told
    assert "氨氯地平 5mg 每日1次" in told


def test_an_emergency_is_marked_with_triangle_and_word_and_is_asked_about_by_enter(page, village, qtbot):
    village.workplace.command(record_reading, pressure(village.grandmother, 186, 112))
    village.place.clock.forward(days=2)
    show(page, qtbot, village.four.id, village.grandmother.id)
    card = card_of(page, village.grandmother)
    assert "▲ 紧急转诊，问结果" in words_on(card)
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert isinstance(page.panel, AskingPanel)


def test_somebody_of_35_without_a_pressure_this_year_is_pointed_out(page, village):
    assert "● 今年还没量过血压" in words_on(card_of(page, village.grandfather))
    assert "今年还没量过血压" not in words_on(card_of(page, village.grandmother))
    assert "今年还没量过血压" not in words_on(card_of(page, village.child))


def test_somebody_away_is_told_with_day_and_place(page, village):
    assert "2月20日起外出（务工）广东东莞" in words_on(card_of(page, village.son))


def test_a_protected_group_never_appears_in_words(page, village, qtbot):
    village.workplace.command(add_condition, village.grandfather.id, "06")
    show(page, qtbot, village.four.id)
    assert "计划生育特殊家庭" not in words_on(page)


@pytest.mark.parametrize("code", ["tuberculosis", "mental_disorder"])
def test_a_due_follow_up_of_a_protected_group_tells_its_day_and_not_its_reason(page, village, qtbot, code):
    village.workplace.command(add_condition, village.rare.id, code, "2026-11-01", notified_on=TODAY)
    village.place.clock.forward(days=120)
    show(page, qtbot, household_of(village, village.rare), village.rare.id)
    card = card_of(page, village.rare)
    first = card.story.member.due[0]
    assert first.reasons
    assert first.state != PLANNED
    told = words_on(card)
    assert "随访：" in told
    assert wording.duty(first.reasons[0])[0] not in told
    assert not any(word in told for word in ("结核", "精神", "患者"))


def test_id_numbers_are_masked(page):
    told = words_on(page)
    assert "990101********" in told
    assert not any(number in told for number in NUMBERS)


def test_the_timeline_is_newest_first_and_names_the_person(page, village):
    lines = page.story.history
    assert [line.resident.name for line in lines] == ["李桂英", "李桂英"]
    assert "高血压随访" in lines[0].text
    assert "控制满意" in lines[0].text
    assert "血压 152/96" in lines[1].text


def test_who_died_stands_grey_at_the_end_and_her_past_stays(page, village, qtbot):
    village.workplace.command(record_death, village.grandmother.id, date(2026, 11, 20))
    show(page, qtbot, village.four.id)
    assert [card.story.resident.name for card in page.cards] == ["王德顺", "王小军", "王思琪"]
    assert page.gone.text() == "不在了的：李桂英（11月20日去世）"
    assert page.story.history


@pytest.mark.parametrize(("leave", "word"), [(record_death, "去世"), (move_out, "迁走")])
def test_on_the_very_day_who_died_or_moved_has_no_card_any_more(page, village, qtbot, leave, word):
    village.workplace.command(leave, village.grandmother.id, TODAY)
    page.refresh()
    settle(page, qtbot)
    assert [card.story.resident.name for card in page.cards] == ["王德顺", "王小军", "王思琪"]
    assert page.gone.text() == f"不在了的：李桂英（11月23日{word}）"
    assert page.resident_id is None
    assert [line.resident.name for line in page.story.history] == ["李桂英", "李桂英"]


def test_whose_card_was_wanted_and_is_gone_is_told_at_the_top_and_no_key_acts_on_another(
    page, village, qtbot
):
    village.workplace.command(record_death, village.grandmother.id, date(2026, 11, 20))
    show(page, qtbot, village.four.id, village.grandmother.id)
    assert page.remark.text() == "● 李桂英（11月20日去世）　院里有狗进门先喊一声"
    assert page.resident_id is None
    assert not any(card.hasFocus() for card in page.cards)
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert card_of(page, village.grandfather).hasFocus()
    assert page.resident_id == village.grandfather.id


def test_a_death_leaves_the_keys_to_nobody_until_somebody_is_chosen(page, village, qtbot):
    assert card_of(page, village.grandmother).hasFocus()
    village.workplace.command(record_death, village.grandmother.id, date(2026, 11, 20))
    page.refresh()
    settle(page, qtbot)
    assert page.resident_id is None
    assert not any(card.hasFocus() for card in page.cards)


def test_a_refresh_takes_the_focus_from_nothing_outside_the_page(page, village, qtbot):
    village.workplace.command(record_death, village.grandmother.id, date(2026, 11, 20))
    show(page, qtbot, village.four.id, village.grandmother.id)
    page.buttons["F4"].setFocus()
    page.refresh()
    settle(page, qtbot)
    assert page.buttons["F4"].hasFocus()


def test_while_another_family_is_looked_up_nothing_of_the_one_before_can_be_read_or_pressed(
    page, village, shell, qtbot
):
    said = len(shell.calls), len(shell.notices)
    page.show_family(household_of(village, village.widow), village.widow.id)
    page.refresh()
    page.focus_first()
    assert page.resident_id is None
    assert page.cards == []
    assert words_on(page).strip() == ""
    page.buttons["Ctrl+P"].click()
    for key in (Qt.Key.Key_B, Qt.Key.Key_Right, Qt.Key.Key_F, Qt.Key.Key_Return):
        qtbot.keyClick(QApplication.focusWidget() or page, key)
    assert [one for one in shell.calls[said[0] :] if one[0] != "show_hints"] == []
    assert len(shell.notices) == said[1]
    settle(page, qtbot)
    assert page.resident_id == village.widow.id
    assert card_of(page, village.widow).hasFocus()


def test_the_history_gives_its_focus_to_the_person_when_it_is_made_anew(page, village, qtbot):
    for hour in range(14):
        village.place.clock.forward(minutes=hour)
        village.workplace.command(record_reading, pressure(village.grandmother, 130 + hour, 80))
    page.refresh()
    settle(page, qtbot)
    more = next(one for one in page.findChildren(Button) if one.text() == "更早的也拿来看")
    more.setFocus()
    page.refresh()
    settle(page, qtbot)
    assert card_of(page, village.grandmother).hasFocus()


# --- keys --------------------------------------------------------------------------------------------


def test_the_page_opens_on_the_person_and_arrows_walk_between_people(page, village, qtbot):
    assert card_of(page, village.grandmother).hasFocus()
    qtbot.keyClick(card_of(page, village.grandmother), Qt.Key.Key_Left)
    assert card_of(page, village.grandfather).hasFocus()
    qtbot.keyClick(card_of(page, village.grandfather), Qt.Key.Key_Left)
    assert card_of(page, village.grandfather).hasFocus()
    qtbot.keyClick(card_of(page, village.grandfather), Qt.Key.Key_Down)
    assert card_of(page, village.child).hasFocus()


@pytest.mark.parametrize(
    ("letter", "kind"), [("b", "blood_pressure"), ("B", "blood_pressure"), ("g", "glucose")]
)
def test_letters_open_the_reading_bar_for_the_focused_person(page, village, shell, qtbot, letter, kind):
    qtbot.keyClicks(card_of(page, village.grandmother), letter)
    assert shell.calls[-1] == ("open_reading", village.grandmother.id, kind)


def test_f_offers_her_follow_up_before_what_is_due_besides_and_a_child_of_seven_has_no_letter(
    page, village, shell, qtbot
):
    qtbot.keyClicks(card_of(page, village.grandmother), "f")
    told = [one.text for one in shell.asked[-1].choices]
    assert told[0] == "高血压随访"
    assert {"健康体检", "先不做"} <= {*told}
    shell.asked[-1].choose("高血压随访")
    assert shell.calls[-1] == ("open_form", village.grandmother.id, FORM, None)
    assert "F" not in card_of(page, village.child).commands


def test_with_both_diseases_f_asks_which(page, village, shell, qtbot):
    show(page, qtbot, household_of(village, village.widow))
    qtbot.keyClicks(card_of(page, village.widow), "f")
    told = [one.text for one in shell.asked[-1].choices]
    assert told[0] == "高血压、糖尿病随访"
    assert {*told[1:3]} == {"高血压随访", "糖尿病随访"}
    shell.asked[-1].choose("糖尿病随访")
    assert shell.calls[-1] == ("open_form", village.widow.id, "diabetes_follow_up", None)


def test_what_is_asked_has_a_digit_for_each_form(qtbot, qapp):
    chosen: list[str] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    choices = [Choice(one, partial(chosen.append, one)) for one in ("随访", "健康体检", "辨识", "先不做")]
    asked = ChoiceDialog(parent, "做哪一种？", "李桂英", choices)
    qtbot.addWidget(asked)
    asked.open()
    qtbot.waitUntil(asked.isActiveWindow)
    qtbot.keyClicks(asked, "2")
    assert chosen == ["健康体检"]


def test_enter_does_what_is_most_urgent_and_else_measures(page, village, shell, qtbot):
    qtbot.keyClick(card_of(page, village.grandfather), Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_reading", village.grandfather.id, "blood_pressure")
    village.place.clock.forward(days=120)
    show(page, qtbot, village.four.id, village.grandmother.id)
    qtbot.keyClick(card_of(page, village.grandmother), Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_form", village.grandmother.id, "check_up", None)  # of last year


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_F])
@pytest.mark.parametrize("code", ["tuberculosis", "mental_disorder"])
def test_a_follow_up_without_a_form_in_the_window_says_where_to_write_it_and_opens_nothing_else(
    page, village, shell, qtbot, code, key
):
    village.workplace.command(add_condition, village.rare.id, code, "2026-11-01", notified_on=TODAY)
    village.place.clock.forward(days=120)
    show(page, qtbot, household_of(village, village.rare), village.rare.id)
    qtbot.keyClick(card_of(page, village.rare), key)
    assert not any(call[0] in ("open_reading", "open_form") for call in shell.calls)
    assert "village-doctor visit add" in shell.notices[-1]
    assert not any(word in shell.notices[-1] for word in ("结核", "精神"))


def test_with_another_disease_f_is_for_the_form_of_that_one(page, village, shell, qtbot):
    village.workplace.command(add_condition, village.grandmother.id, "tuberculosis", "2026-11-01")
    village.place.clock.forward(days=120)
    show(page, qtbot, village.four.id, village.grandmother.id)
    qtbot.keyClick(card_of(page, village.grandmother), Qt.Key.Key_F)
    assert "高血压随访" in [one.text for one in shell.asked[-1].choices]
    assert shell.notices == []


def test_page_keys_add_a_person_open_the_contract_and_say_why_nothing_can_be_printed(
    page, village, shell, qtbot
):
    for key in ("Ctrl+N", "F4", "Ctrl+P"):
        page.buttons[key].click()
    assert ("open_adding", village.four.id) in shell.calls
    assert ("open_contract", village.four.id) in shell.calls
    assert "还没签约" in shell.notices[-1]


def test_l_makes_the_leaflet_of_the_focused_person(page, village, shell, qtbot):
    qtbot.keyClicks(card_of(page, village.grandmother), "l")
    assert shell.previews[-1](village.workplace).pdf.startswith(b"%PDF")


def test_a_refresh_keeps_the_focus_on_the_same_person(page, village, qtbot):
    village.workplace.command(
        record_reading,
        ReadingDraft(resident_id=village.grandmother.id, measurements={"fasting_glucose_mmol": 6}),
    )
    page.refresh()
    settle(page, qtbot)
    assert card_of(page, village.grandmother).hasFocus()
    assert "空腹 6.0 mmol/L" in words_on(card_of(page, village.grandmother))


# --- panels ------------------------------------------------------------------------------------------


def test_ctrl_e_puts_facts_right_and_saves_only_what_was_changed(page, village, shell, qtbot):
    qtbot.keyClick(card_of(page, village.grandmother), Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    panel = page.panel
    assert isinstance(panel, FactsPanel)
    panel.name.setText("李桂瑛")
    panel.phone.setText("19900009999")
    qtbot.keyClick(panel.number, Qt.Key.Key_Return)
    settle(page, qtbot)
    person = village.workplace.query(tables.get, Resident, village.grandmother.id)
    assert (person.name, person.sex, person.birth_date) == ("李桂瑛", "2", date(1956, 5, 3))
    assert person.id_card_number == village.grandmother.id_card_number
    assert page.panel is None
    assert "19900009999" in words_on(card_of(page, village.grandmother))
    assert shell.saves[-1].text == "李桂瑛 的资料已保存"


def test_a_wrong_number_is_said_beside_its_field_and_nothing_is_saved(page, village, shell, qtbot):
    card_of(page, village.child).commands["Ctrl+E"].act()
    page.panel.number.setText("990101201902280011")
    page.panel.save()
    settle(page, qtbot)
    assert "校验码" in page.panel.parts["number"].wrong.text()
    assert village.workplace.query(tables.get, Resident, village.child.id).id_card_number is None


def test_a_phone_that_is_none_leaves_the_other_facts_as_they_were_too(page, village, shell, qtbot):
    card_of(page, village.grandmother).commands["Ctrl+E"].act()
    page.panel.birth.setText("19560504")
    page.panel.phone.setText("12")
    page.panel.save()
    settle(page, qtbot)
    assert "不像电话号码" in page.panel.parts["phone"].wrong.text()
    assert village.workplace.query(tables.get, Resident, village.grandmother.id) == village.grandmother
    assert shell.saves == []
    page.panel.phone.setText("19900009999")
    page.panel.save()
    settle(page, qtbot)
    person = village.workplace.query(tables.get, Resident, village.grandmother.id)
    assert person.birth_date == date(1956, 5, 4)
    assert "19900009999" in words_on(card_of(page, village.grandmother))


def test_escape_closes_the_panel_first_and_the_card_has_the_focus_again(page, village, qtbot):
    card_of(page, village.son).setFocus()
    card_of(page, village.son).commands["Ctrl+E"].act()
    assert page.go_back()
    assert page.panel is None
    assert card_of(page, village.son).hasFocus()
    assert not page.go_back()


def test_a_death_is_recorded_with_its_day_and_can_be_taken_back(page, village, shell, qtbot):
    qtbot.keyClick(card_of(page, village.grandmother), Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    panel = page.panel
    assert isinstance(panel, ChangePanel)
    qtbot.keyClick(panel.what, Qt.Key.Key_1)
    qtbot.keyClick(panel.what, Qt.Key.Key_Return)
    panel.day.selectAll()
    qtbot.keyClicks(panel.day, "20261121")
    qtbot.keyClick(panel.day, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert village.workplace.query(tables.get, Resident, village.grandmother.id).died_on == date(2026, 11, 21)
    assert "李桂英" in page.gone.text()
    shell.saves[-1].void("记错人了")
    settle(page, qtbot)
    assert village.workplace.query(tables.get, Resident, village.grandmother.id).died_on is None
    assert shell.saves[-1] == Saved("已作废：李桂英 去世", None, None)


@pytest.mark.parametrize(("what", "said"), [("moved", "迁走"), ("away", "外出")])
def test_a_departure_and_an_absence_that_are_taken_back_are_said_to_be(
    page, village, shell, qtbot, what, said
):
    card_of(page, village.grandmother).commands["Ctrl+M"].act()
    panel = page.panel
    panel.what.set_values([what])
    panel.kind.set_values(["work"])
    panel.save()
    settle(page, qtbot)
    shell.saves[-1].void("记错人了")
    settle(page, qtbot)
    assert shell.saves[-1] == Saved(f"已作废：李桂英 {said}", None, None)
    assert "李桂英" in [card.story.resident.name for card in page.cards]


def test_somebody_who_is_away_can_only_come_back_and_a_day_to_come_is_refused(page, village, qtbot):
    card_of(page, village.son).commands["Ctrl+M"].act()
    panel = page.panel
    assert [one.accessibleName() for one in panel.what.buttons] == ["去世", "迁走", "回来了", "改当户主"]
    panel.what.set_values(["returned"])
    panel.day.setText("2026-12-01")
    panel.save()
    settle(page, qtbot)
    assert "还没有到" in panel.parts["day"].wrong.text()


def test_the_outcome_of_a_referral_is_written_down(page, village, shell, qtbot):
    village.workplace.command(record_reading, pressure(village.grandmother, 186, 112))
    village.place.clock.forward(days=1)
    show(page, qtbot, village.four.id, village.grandmother.id)
    qtbot.keyClicks(card_of(page, village.grandmother), "r")
    qtbot.keyClick(page.panel.state, Qt.Key.Key_1)
    qtbot.keyClick(page.panel.state, Qt.Key.Key_Return)
    qtbot.keyClicks(page.panel.said, "huan yao")
    qtbot.keyClick(page.panel.said, Qt.Key.Key_Return)
    settle(page, qtbot)
    show(page, qtbot, village.four.id, village.grandmother.id)
    assert "R" not in card_of(page, village.grandmother).commands
    assert shell.saves[-1].text == "李桂英 转诊结果已保存"


def test_a_second_enter_saves_a_death_only_once_and_says_nothing_else(page, village, shell, qtbot):
    card_of(page, village.grandmother).commands["Ctrl+M"].act()
    panel = page.panel
    panel.what.set_values(["died"])
    refused: list[Problem] = []
    panel.refuse = refused.append
    panel.save()
    panel.save()
    settle(page, qtbot)
    assert [one.text for one in shell.saves] == ["李桂英 去世，已保存"]
    assert (refused, shell.told) == ([], [])


def test_a_second_enter_saves_facts_and_phone_only_once(page, village, shell, qtbot):
    card_of(page, village.grandmother).commands["Ctrl+E"].act()
    panel = page.panel
    panel.phone.setText("19900009999")
    panel.save()
    panel.save()
    settle(page, qtbot)
    assert len(shell.saves) == 1
    phones = next(one for one in page.story.people if one.resident.id == village.grandmother.id).member.phones
    assert len(phones) == 1


def test_what_was_refused_can_be_put_right_and_saved(page, village, shell, qtbot):
    card_of(page, village.son).commands["Ctrl+M"].act()
    panel = page.panel
    panel.what.set_values(["returned"])
    panel.day.setText("2026-12-01")
    panel.save()
    settle(page, qtbot)
    panel.day.set_day(TODAY)
    panel.save()
    settle(page, qtbot)
    assert [one.text for one in shell.saves] == ["王小军 回来了，已保存"]


def test_enter_held_down_answers_once_in_a_choice(page, village, qtbot):
    card_of(page, village.grandmother).commands["Ctrl+M"].act()
    what = page.panel.what
    held = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", autorep=True
    )
    QApplication.sendEvent(what, held)
    assert what.hasFocus()


# --- half typed --------------------------------------------------------------------------------------


def opened_anew(village, shell, qtbot, resident):
    """The page as it is after a lock or a kill: a new one over the same home."""
    made = FamilyPage(shell)
    qtbot.addWidget(made)
    put_up(made, qtbot)
    show(made, qtbot, village.four.id, resident.id)
    return made


def open_panel(page, qtbot, resident, key):
    card_of(page, resident).commands[key].act()
    settle(page, qtbot)
    return page.panel


def type_facts(panel, qtbot):
    panel.name.setText("李桂瑛")
    panel.phone.selectAll()
    qtbot.keyClicks(panel.phone, "1990000")
    panel.sex.setFocus()
    qtbot.keyClick(panel.sex, Qt.Key.Key_1)


def facts_in(panel):
    return panel.name.text(), panel.phone.text(), panel.sex.value()


def test_escape_keeps_what_was_typed_and_says_so(page, village, shell, qtbot):
    type_facts(open_panel(page, qtbot, village.grandmother, "Ctrl+E"), qtbot)
    assert page.go_back()
    assert shell.notices[-1] == "没写完的留着，再打开就在。"
    panel = open_panel(page, qtbot, village.grandmother, "Ctrl+E")
    assert facts_in(panel) == ("李桂瑛", "1990000", "1")
    assert panel.goes_on.isVisible()
    assert village.workplace.query(tables.get, Resident, village.grandmother.id) == village.grandmother


@pytest.mark.parametrize("way", ["leave", "wait", "another family"])
def test_a_lock_a_kill_or_another_family_keeps_it_too(page, village, shell, qtbot, way):
    type_facts(open_panel(page, qtbot, village.grandmother, "Ctrl+E"), qtbot)
    if way == "leave":
        page.leave()
    elif way == "wait":
        qtbot.wait(900)
    else:
        show(page, qtbot, household_of(village, village.widow))
    settle(page, qtbot)
    later = opened_anew(village, shell, qtbot, village.grandmother)
    assert facts_in(open_panel(later, qtbot, village.grandmother, "Ctrl+E")) == ("李桂瑛", "1990000", "1")


def test_what_was_left_alone_is_not_brought_back_over_newer_facts(page, village, qtbot):
    type_facts(open_panel(page, qtbot, village.grandmother, "Ctrl+E"), qtbot)
    page.go_back()
    village.workplace.command(correct_facts, village.grandmother.id, {"birth_date": "1956-05-04"})
    show(page, qtbot, village.four.id, village.grandmother.id)
    panel = open_panel(page, qtbot, village.grandmother, "Ctrl+E")
    assert facts_in(panel) == ("李桂瑛", "1990000", "1")
    assert panel.birth.day() == date(1956, 5, 4)


def test_what_one_person_was_to_become_is_not_offered_to_another(page, village, qtbot):
    type_facts(open_panel(page, qtbot, village.grandmother, "Ctrl+E"), qtbot)
    page.go_back()
    panel = open_panel(page, qtbot, village.son, "Ctrl+E")
    assert facts_in(panel) == ("王小军", "", "1")
    assert not panel.goes_on.isVisible()
    assert open_panel(page, qtbot, village.grandmother, "Ctrl+M").what.value() is None


def test_saved_or_given_up_nothing_half_typed_is_left(page, village, shell, qtbot):
    for way in ("save", "give up"):
        panel = open_panel(page, qtbot, village.grandmother, "Ctrl+E")
        panel.name.setText(f"李桂瑛{way}")
        page.leave()
        settle(page, qtbot)
        assert len(village.workplace.query(drafts)) == 1
        if way == "save":
            panel.save()
        else:
            next(one for one in panel.findChildren(Button) if one.text() == "不改了").click()
        settle(page, qtbot)
        assert page.panel is None
        assert village.workplace.query(drafts) == ()
    assert open_panel(page, qtbot, village.grandmother, "Ctrl+E").name.text() == "李桂瑛save"


def test_what_is_refused_is_still_kept(page, village, shell, qtbot):
    panel = open_panel(page, qtbot, village.grandmother, "Ctrl+E")
    panel.phone.setText("12")
    panel.save()
    settle(page, qtbot)
    panel.phone.setText("123")
    page.go_back()
    assert open_panel(page, qtbot, village.grandmother, "Ctrl+E").phone.text() == "123"


def test_a_change_half_told_keeps_its_fields_in_sight(page, village, qtbot):
    panel = open_panel(page, qtbot, village.grandmother, "Ctrl+M")
    qtbot.keyClick(panel.what, Qt.Key.Key_2)
    panel.where.setText("县城")
    page.go_back()
    panel = open_panel(page, qtbot, village.grandmother, "Ctrl+M")
    assert (panel.what.value(), panel.where.text()) == ("moved", "县城")
    assert panel.parts["where"].isVisible()
    panel.save()
    settle(page, qtbot)
    assert village.workplace.query(tables.get, Resident, village.grandmother.id).moved_out_to == "县城"
    assert village.workplace.query(drafts) == ()


@pytest.mark.parametrize(
    ("what", "who"),
    [("died", "grandmother"), ("away", "grandmother"), ("head", "grandmother"), ("returned", "son")],
)
def test_every_change_takes_its_draft_with_it(page, village, qtbot, what, who):
    panel = open_panel(page, qtbot, getattr(village, who), "Ctrl+M")
    panel.what.set_values([what])
    panel.what.chosen.emit()
    panel.kind.set_values(["work"])
    page.leave()
    settle(page, qtbot)
    assert len(village.workplace.query(drafts)) == 1
    panel.save()
    settle(page, qtbot)
    assert page.panel is None
    assert village.workplace.query(drafts) == ()


def test_what_a_referral_came_to_is_kept_while_it_is_typed(page, village, shell, qtbot):
    village.workplace.command(record_reading, pressure(village.grandmother, 186, 112))
    village.place.clock.forward(days=1)
    show(page, qtbot, village.four.id, village.grandmother.id)
    panel = open_panel(page, qtbot, village.grandmother, "R")
    qtbot.keyClick(panel.state, Qt.Key.Key_5)
    qtbot.keyClick(panel.signed, Qt.Key.Key_1)
    qtbot.keyClicks(panel.said, "huan yao")
    page.go_back()
    panel = open_panel(page, qtbot, village.grandmother, "R")
    assert (panel.state.value(), panel.signed.value(), panel.said.text()) == ("refused", "signed", "huan yao")
    assert panel.parts["signed"].isVisible()
    panel.save()
    settle(page, qtbot)
    assert village.workplace.query(drafts) == ()


# --- room --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_everything_fits_in_every_type_size(village, shell, qtbot, qapp, size):
    village.workplace.command(record_reading, pressure(village.grandmother, 186, 112))
    village.workplace.command(add_follow_up, follow_up(village.grandmother, systolic_mmhg=162))
    theme.apply(qapp, Theme(size))
    page = FamilyPage(shell)
    qtbot.addWidget(page)
    page.resize(1180, 640)
    page.show()
    show(page, qtbot, village.four.id, village.grandmother.id)
    for command in (None, "Ctrl+E", "Ctrl+M", "R"):
        if command is not None:
            card_of(page, village.grandmother).commands[command].act()
        qtbot.wait(50)
        assert faults(page) == []
    theme.apply(qapp, Theme())


def test_the_page_is_closed_while_its_answer_is_under_way(village, shell, qtbot):
    page = FamilyPage(shell)
    page.show_family(village.four.id)
    page.refresh()
    page.deleteLater()
    QApplication.sendPostedEvents(None, 52)
    qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
    assert shell.told == []
