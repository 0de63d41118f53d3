"""今日: who is due, behind which door, why; what was left half typed; an empty clinic is told what to do."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.fitting import texts_of
from tests.gui.shells import RecordingShell, over
from tests.village import MORNING, Place, Village, follow_up, pressure
from village_doctor.gui.pages.today_page import DOORS_A_DAY, TodayPage
from village_doctor.services.drafting import HOUSEHOLD_FORM, submit_draft
from village_doctor.services.measuring import record_reading
from village_doctor.services.registering import HouseholdDraft, MemberDraft, register_household
from village_doctor.services.visiting import add_follow_up


def shown(shell: RecordingShell, qtbot: QtBot) -> TodayPage:
    page = TodayPage(shell)
    qtbot.addWidget(page)
    page.resize(1180, 640)
    page.show()
    page.activateWindow()
    page.refresh()
    qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
    page.focus_first()
    qtbot.waitUntil(lambda: not page.doors or page.doors[0].hasFocus())
    return page


def said(page: TodayPage) -> str:
    return "\n".join(text for _widget, text in texts_of(page))


def test_a_door_says_who_is_due_what_was_last_measured_and_why(
    village: Village, shell: RecordingShell, qtbot: QtBot
) -> None:
    village.workplace.command(record_reading, pressure(village.grandmother, 186, 112))
    village.place.clock.forward(days=1)
    village.workplace.renew_for_today()
    page = shown(shell, qtbot)
    page.show_tab("phone")
    told = said(page)
    assert "▲ 3组 王家湾 12号  王德顺家" in told
    assert "李桂英 女 70岁" in told
    assert "血压 186/112（11月23日）" in told
    assert "19900002231" in told


def test_enter_opens_the_family_at_the_most_urgent_person(
    village: Village, shell: RecordingShell, qtbot: QtBot
) -> None:
    village.workplace.command(record_reading, pressure(village.grandmother, 186, 112))
    village.place.clock.forward(days=1)
    village.workplace.renew_for_today()
    page = shown(shell, qtbot)
    page.show_tab("phone")
    qtbot.keyClick(page.doors[0], Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_family", village.four.id, village.grandmother.id)


def test_eight_doors_are_shown_the_rest_on_one_key(
    village: Village, shell: RecordingShell, qtbot: QtBot
) -> None:
    for number in range(12):
        member = MemberDraft(
            name=f"周{'一二三四五六七八九十甲乙'[number]}",
            sex="2",
            birth_date=MORNING.date().replace(year=1950),
            no_identity_reason="遗失",
            conditions={"hypertension": "2016"},
        )
        draft = HouseholdDraft(members=(member,), door_number=f"{number + 40}号")
        someone = village.workplace.command(register_household, draft).value.residents[0]
        village.workplace.command(add_follow_up, follow_up(someone))
    village.place.clock.forward(days=150)
    village.workplace.renew_for_today()
    page = shown(shell, qtbot)
    assert len(page.doors) == DOORS_A_DAY
    assert "往后还有" in said(page)
    for _door in range(DOORS_A_DAY):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert len(page.doors) > DOORS_A_DAY
    assert page.doors[DOORS_A_DAY].hasFocus()


def test_left_and_right_turn_the_tabs(village: Village, shell: RecordingShell, qtbot: QtBot) -> None:
    page = shown(shell, qtbot)
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert page.tabs["clinic"].isChecked()
    qtbot.keyClick(page, Qt.Key.Key_Left)
    assert page.tabs["home"].isChecked()


def test_a_half_typed_form_stands_on_top_and_opens_by_enter(
    village: Village, shell: RecordingShell, qtbot: QtBot
) -> None:
    submit_draft(
        village.workplace, "draft", village.widow.id, "hypertension_follow_up", {"systolic_mmhg": "152"}
    ).result()
    page = shown(shell, qtbot)
    assert "没填完：欧阳秀兰　高血压随访" in said(page)
    qtbot.keyClick(page.draft_cards[0], Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_form", village.widow.id, "hypertension_follow_up", None)


@pytest.mark.parametrize("form", ["mental_disorder_follow_up", "tuberculosis_first_visit"])
def test_a_half_typed_form_of_a_protected_group_is_not_named(
    village: Village, shell: RecordingShell, qtbot: QtBot, form: str
) -> None:
    submit_draft(village.workplace, "draft", village.widow.id, form, {"symptoms": ["1"]}).result()
    page = shown(shell, qtbot)
    assert "没填完：欧阳秀兰　随访（" in said(page)
    assert not any(word in said(page) for word in ("精神", "肺结核", "结核"))


def test_a_half_registered_household_stands_there_too(
    village: Village, shell: RecordingShell, qtbot: QtBot
) -> None:
    submit_draft(village.workplace, ":household", "", HOUSEHOLD_FORM, {"people": []}).result()
    page = shown(shell, qtbot)
    assert "有一户登记到一半" in said(page)
    qtbot.keyClick(page.draft_cards[0], Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_registering",)


def test_a_clinic_without_people_is_told_what_to_do_first(tmp_path: Path, qtbot: QtBot) -> None:
    made = Place(tmp_path, name="empty").create()
    with over(made.workplace) as shell:
        page = shown(shell, qtbot)
        assert "还没有人" in said(page)
    made.workplace.close()
