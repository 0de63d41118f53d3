"""随访: the form while it is filled, what is kept of it, what saving asks, and where the doctor is afterwards."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fitting import faults, texts_of
from tests.gui.shells import RecordingShell, over, put_up
from tests.village import Place, Village, build, follow_up
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.visits import Visit
from village_doctor.gui import theme
from village_doctor.gui.pages.visit_page import VisitPage
from village_doctor.services import drafting, viewing
from village_doctor.services.desk import Desk
from village_doctor.services.drafting import Draft
from village_doctor.services.visiting import add_follow_up
from village_doctor.services.workplace import Writing
from village_doctor.store.unit import transaction

ENTER = Qt.Key.Key_Return
FORM = "hypertension_follow_up"
MEASURED = {"systolic_mmhg": "152", "diastolic_mmhg": "96"}


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = build(Place(tmp_path))
    made.place.clock.forward(days=84)
    made.workplace.renew_for_today()
    yield made
    made.workplace.close()


@dataclass
class Driver:
    """The page, and somebody typing into whatever has the focus."""

    village: Village
    shell: RecordingShell
    page: VisitPage
    qtbot: QtBot

    def opens(self, person: Resident, measured: dict[str, str] | None = None, form: str = FORM) -> "Driver":
        self.page.show_form(person.id, form, measured)
        return self.settles()

    def leaves(self) -> "Driver":
        """Until what was handed over is on the disk."""
        self.page.leave()
        return self.settles()

    @contextmanager
    def is_busy_writing(self) -> Iterator[None]:
        """The disk is slow: what is handed over meanwhile is written only afterwards."""
        gate = threading.Event()
        self.village.workplace._writer.submit(lambda _writing: gate.wait())
        try:
            yield
        finally:
            gate.set()

    def types(self, text: str) -> "Driver":
        for one in text:
            QTest.keyClicks(_focused(), one)
        return self

    def presses(self, *keys: Qt.Key) -> "Driver":
        for key in keys:
            QTest.keyClick(_focused(), key)
        return self

    def at(self, key: str) -> "Driver":
        assert self.page.sheet is not None
        self.page.sheet.focus_on(key)
        return self

    def settles(self) -> "Driver":
        tasks = self.shell.session.tasks
        self.qtbot.waitUntil(lambda: not self.page._pause.isActive() and tasks.is_idle)
        return self

    def asks_everything(self) -> "Driver":
        """The whole form by digits, with everything well but the pressure; last time nothing has changed."""
        self.at("emergency_sign").types("1").types("1").presses(ENTER).types("1")
        self.at("pulse_per_minute").types("76")
        self.at("smoking_per_day").presses(Qt.Key.Key_F6).types("11")
        self.at("adherence").types("11")
        self.at("medicines").presses(Qt.Key.Key_F6)
        return self.settles()

    @property
    def filled(self) -> dict[str, JsonValue]:
        """What stands in the blanks; empty while there is no form."""
        return {} if self.page.sheet is None else self.page.sheet.values()

    @property
    def box(self) -> str:
        return "\n".join(line.text for line in self.page.box.lines)

    @property
    def draft(self) -> Draft | None:
        found = self.village.workplace.query(drafting.drafts)
        return found[0] if found else None

    def visits(self, person: Resident) -> list[Visit]:
        known = self.village.workplace.query(viewing.person_facts, person.id, self.village.workplace.today())
        return sorted((one for one in known.visits if not one.is_voided), key=lambda one: one.recorded_at)


def _focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


@pytest.fixture
def driver(village: Village, qtbot: QtBot) -> Iterator[Driver]:
    with over(village.workplace) as shell:
        page = VisitPage(shell)
        qtbot.addWidget(page)
        put_up(page, qtbot)
        yield Driver(village, shell, page, qtbot)
        page.leave()
        qtbot.waitUntil(lambda: shell.session.tasks.is_idle)


# --- opening ----------------------------------------------------------------------------------------


def test_the_form_opens_with_what_was_measured_and_with_last_time_beside_it(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED)
    sheet = driver.page.sheet
    assert sheet is not None
    assert driver.page.head.title.text() == "高血压随访　李桂英 女 70岁"
    assert sheet.last_head.text() == "上次 2026年11月23日"
    assert sheet.values()["systolic_mmhg"] == "152"
    shown = [text for _widget, text in texts_of(sheet)]
    assert "138 mmHg" in shown  # last time's, grey, and not to be taken over
    assert "3 次/周 →" in shown
    assert _focused().accessibleName() == "危急情况"


def test_a_first_follow_up_has_no_last_time(driver: Driver) -> None:
    driver.opens(driver.village.widow, form="diabetes_follow_up")
    sheet = driver.page.sheet
    assert sheet is not None
    assert sheet.last_head.text() == "上次：还没有填过"
    assert driver.page.head.title.text() == "糖尿病随访　欧阳秀兰 女 78岁"


# --- the conclusion -----------------------------------------------------------------------------------


def test_the_conclusion_forms_while_typing(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED)
    assert (
        "血压 152/96 mmHg，要低于 150/90 mmHg，这次没控制好（上次随访 138/86 mmHg 是满意的）。" in driver.box
    )
    assert "\n下次 " not in driver.box
    assert driver.page.box.missing["adherence"] == "服药依从性"
    driver.asks_everything()
    assert driver.box.startswith("● 控制不满意\n下次 3月1日\n")
    assert "依据：规范（第三版）高血压 §分类干预" in driver.box
    assert driver.page.box.missing == {}


def test_an_emergency_is_said_as_soon_as_it_is_known(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("2").settles()
    assert driver.box.startswith("▲ 危急：马上紧急转诊")
    assert "有危急情况。" in driver.box


def test_what_was_not_asked_yet_is_one_click_away(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED)
    link = next(one for one in driver.page.box.findChildren(QPushButton) if one.text() == "并发症")
    link.click()
    assert _focused().accessibleName() == "并发症"


def test_what_is_wrong_is_said_beside_its_blank_when_the_blank_is_left(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).at("systolic_mmhg").types("96").types("15").settles()
    shown = [text for _widget, text in texts_of(driver.page)]
    assert not any(text.startswith("▲") for text in shown)  # she is still typing
    driver.types("2").settles()
    shown = [text for _widget, text in texts_of(driver.page)]
    assert any(text.startswith("▲ 96/152") for text in shown)
    assert "▲" not in driver.box  # the mark of danger is for people


def test_her_own_plan_needs_a_reason_when_it_is_later_than_the_norm_allows(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    driver.page.box.plan_button.click()
    driver.types("20270315").settles()
    assert "晚于最晚日期" in driver.box
    driver.presses(ENTER, ENTER).types("x").settles()
    assert "下次 2027年3月15日" in driver.box or "下次 3月15日" in driver.box
    driver.presses(Qt.Key.Key_F2).settles()
    made = driver.visits(driver.village.grandmother)[-1]
    assert (made.next_due_on, made.overrule_reason) == (date(2027, 3, 15), "x")


# --- saving --------------------------------------------------------------------------------------------


def test_a_finished_form_is_saved_with_one_key_and_shows_who_is_next(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    driver.leaves()
    assert driver.draft is not None
    driver.presses(Qt.Key.Key_F2).settles()
    made = driver.visits(driver.village.grandmother)[-1]
    assert made.is_complete
    assert (made.control_result, made.mode, made.next_due_on) == ("uncontrolled", "clinic", date(2027, 3, 1))
    assert made.confirmed_sections == ("lifestyle", "medicines")
    assert made.answers is not None
    assert made.answers["medicines"] == [{"name": "氨氯地平", "times_per_day": 1, "dose": "5", "unit": "mg"}]
    assert driver.shell.asked == []
    assert driver.shell.saves[0].text == "李桂英 高血压随访 控制不满意，下次 3月1日 已保存"
    assert driver.shell.calls[-1][:2] == ("open_family", driver.village.four.id)
    assert driver.draft is None


def test_two_keys_save_once(driver: Driver) -> None:
    before = len(driver.visits(driver.village.grandmother))
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    driver.presses(Qt.Key.Key_F2, Qt.Key.Key_F2).settles()
    assert len(driver.visits(driver.village.grandmother)) == before + 1


def test_an_unfinished_form_is_saved_only_when_she_says_so(driver: Driver) -> None:
    before = len(driver.visits(driver.village.grandmother))
    driver.opens(driver.village.grandmother, MEASURED).presses(Qt.Key.Key_F2).settles()
    question = driver.shell.asked[-1]
    assert question.title == "还有 14 项没问"
    assert [one.text for one in question.choices] == ["接着填", "先存着，算没做完"]
    assert [one.is_way_back for one in question.choices] == [True, False]
    question.choose("接着填")
    assert _focused().accessibleName() == "危急情况"
    assert len(driver.visits(driver.village.grandmother)) == before
    driver.presses(Qt.Key.Key_F2).settles()
    driver.shell.asked[-1].choose("先存着，算没做完")
    driver.settles()
    made = driver.visits(driver.village.grandmother)[-1]
    assert not made.is_complete
    assert not made.is_counted_follow_up
    assert driver.shell.saves[0].text.startswith("李桂英 高血压随访 没做完")


def test_a_rare_value_is_asked_about_once(driver: Driver) -> None:
    driver.opens(
        driver.village.grandmother, {"systolic_mmhg": "86", "diastolic_mmhg": "52"}
    ).asks_everything()
    driver.presses(Qt.Key.Key_F2).settles()
    question = driver.shell.asked[-1]
    assert "收缩压 86 mmHg" in question.text
    question.choose("没错，就这个数")
    driver.settles()
    assert len(driver.shell.asked) == 1
    assert driver.visits(driver.village.grandmother)[-1].is_complete


def test_values_the_wrong_way_round_are_not_saved(driver: Driver) -> None:
    before = len(driver.visits(driver.village.grandmother))
    driver.opens(driver.village.grandmother, {"systolic_mmhg": "96", "diastolic_mmhg": "152"})
    driver.asks_everything().presses(Qt.Key.Key_F2).settles()
    assert _focused().accessibleName() == "舒张压"
    assert len(driver.visits(driver.village.grandmother)) == before


def test_half_a_pressure_is_not_saved(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, {"systolic_mmhg": "152"}).presses(Qt.Key.Key_F2).settles()
    assert _focused().accessibleName() == "舒张压"
    assert driver.shell.saves == []


def test_mode_and_day_stand_on_top(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    assert driver.page.head.mode_choices is not None
    driver.page.head.mode_choices.setFocus()
    driver.types("2")
    driver.page.head.day.setFocus()
    driver.page.head.day.selectAll()
    driver.types("20270214").settles()
    driver.presses(Qt.Key.Key_F2).settles()
    made = driver.visits(driver.village.grandmother)[-1]
    assert (made.mode, made.served_on) == ("home", date(2027, 2, 14))


def test_a_day_that_is_none_is_not_saved(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    driver.page.head.day.setFocus()
    driver.presses(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace, Qt.Key.Key_F2).settles()
    assert driver.shell.saves == []
    assert driver.page.head.day.hasFocus()


# --- putting right ------------------------------------------------------------------------------------


def test_what_was_saved_is_reopened_with_its_answers_and_put_right(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    driver.presses(Qt.Key.Key_F2).settles()
    count = len(driver.visits(driver.village.grandmother))
    correct = driver.shell.saves[0].correct
    assert correct is not None
    correct()
    visit_id = driver.visits(driver.village.grandmother)[-1].id
    assert driver.shell.calls[-1] == ("correct_visit", visit_id)
    driver.page.show_correction(visit_id)
    driver.settles()
    assert driver.page.head.title.text() == "改高血压随访　李桂英 女 70岁"
    assert driver.page.sheet is not None
    assert driver.page.sheet.values()["systolic_mmhg"] == "152"
    driver.at("systolic_mmhg").types("138").types("86").settles()
    assert driver.box.startswith("✓ 控制满意")
    driver.presses(Qt.Key.Key_F2).settles()
    made = driver.visits(driver.village.grandmother)
    assert len(made) == count
    assert made[-1].control_result == "controlled"
    assert driver.draft is None


def test_an_answer_can_be_taken_back_in_a_correction(driver: Driver) -> None:
    visit = driver.village.workplace.command(add_follow_up, follow_up(driver.village.grandmother)).value.visit
    driver.page.show_correction(visit.id)
    driver.settles().at("adherence").presses(Qt.Key.Key_Delete).settles()
    assert list(driver.page.box.missing) == ["adherence"]
    driver.presses(Qt.Key.Key_F2).settles()
    driver.shell.asked[-1].choose("先存着，算没做完")
    driver.settles()
    assert driver.visits(driver.village.grandmother)[-1].missing == ("adherence",)


def test_a_correction_that_was_left_goes_on_where_it_was_and_is_gone_once_it_is_saved(driver: Driver) -> None:
    visit = driver.village.workplace.command(add_follow_up, follow_up(driver.village.grandmother)).value.visit
    driver.page.show_correction(visit.id)
    driver.settles().at("systolic_mmhg").types("166").settles()
    driver.leaves()
    assert driver.page.correcting == visit.id
    draft = driver.draft
    assert draft is not None
    assert (draft.resident_id, draft.form_code) == (
        driver.village.grandmother.id,
        f"correction:{visit.id}",
    )
    driver.opens(driver.village.grandmother)
    assert driver.page.head.banner.isHidden()  # a draft of a correction is none of a new follow-up
    driver.page.show_correction(visit.id)
    driver.settles()
    assert driver.filled["systolic_mmhg"] == "166"
    assert driver.page.head.banner_text.text().startswith("接着上次没填完的")
    driver.presses(Qt.Key.Key_F2).settles()
    assert driver.draft is None
    driver.page.show_correction(visit.id)
    driver.settles()
    assert driver.filled["systolic_mmhg"] == "166"
    assert driver.page.head.banner.isHidden()


def test_a_correction_begun_anew_shows_what_was_stored(driver: Driver) -> None:
    visit = driver.village.workplace.command(add_follow_up, follow_up(driver.village.grandmother)).value.visit
    driver.page.show_correction(visit.id)
    driver.settles()
    stored = driver.filled["systolic_mmhg"]
    driver.at("systolic_mmhg").types("166").settles().leaves()
    driver.page.show_correction(visit.id)
    driver.settles().page.head.banner_button.click()
    driver.settles()
    assert driver.filled["systolic_mmhg"] == stored
    assert driver.draft is None


def test_what_was_saved_is_voided_with_a_reason(driver: Driver) -> None:
    before = driver.visits(driver.village.grandmother)
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    driver.presses(Qt.Key.Key_F2).settles()
    void = driver.shell.saves[0].void
    assert void is not None
    void("记错人了")
    driver.settles()
    assert [one.id for one in driver.visits(driver.village.grandmother)] == [one.id for one in before]


# --- drafts --------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_within_a_second_however_fast_the_keys_follow(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).at("other_signs")
    begun = time.monotonic()
    while driver.draft is None and time.monotonic() - begun < 2:
        driver.types("a")
        driver.qtbot.wait(20)
    assert time.monotonic() - begun < 1
    assert driver.draft is not None


def test_leaving_keeps_the_last_key_at_once(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).at("other_signs").types("swollen")
    driver.leaves()
    draft = driver.draft
    assert draft is not None
    values = draft.body["values"]
    assert isinstance(values, dict)
    assert values["other_signs"] == "swollen"


def test_the_form_goes_on_where_it_was_left(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED).at("smoking_per_day").presses(Qt.Key.Key_F6)
    driver.at("height_cm").types("158.0")
    driver.page.head.day.setText("2027-02-10")
    driver.leaves()
    driver.opens(driver.village.widow)
    driver.opens(driver.village.grandmother)
    sheet = driver.page.sheet
    assert sheet is not None
    assert (sheet.values()["systolic_mmhg"], sheet.values()["height_cm"]) == ("152", "158.0")
    assert sheet.unchanged == {"lifestyle"}
    assert driver.page.head.day.text() == "2027-02-10"
    assert driver.page.head.banner_text.text() == "接着上次没填完的（09:15）"


def test_a_form_nobody_typed_into_leaves_no_draft(driver: Driver) -> None:
    driver.opens(driver.village.grandmother)
    driver.leaves()
    assert driver.draft is None


def test_from_the_beginning_and_back_again(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED)
    driver.leaves()
    driver.opens(driver.village.grandmother)
    driver.page.head.banner_button.click()
    driver.settles()
    assert driver.page.sheet is not None
    assert driver.page.sheet.values()["systolic_mmhg"] is None
    assert driver.draft is None
    driver.page.head.banner_button.click()
    driver.settles()
    assert driver.page.sheet.values()["systolic_mmhg"] == "152"
    driver.leaves()
    assert driver.draft is not None


def test_values_just_measured_stand_before_those_of_the_draft(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, {"systolic_mmhg": "186", "diastolic_mmhg": "112"})
    driver.at("other_signs").types("x")
    driver.leaves()
    driver.opens(driver.village.grandmother, MEASURED)
    assert driver.page.sheet is not None
    values = driver.page.sheet.values()
    assert (values["systolic_mmhg"], values["other_signs"]) == ("152", "x")


def test_nothing_comes_back_after_saving(driver: Driver) -> None:
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    driver.types("1")  # one more key, so that a draft is still to be kept
    driver.presses(Qt.Key.Key_F2).settles()
    driver.leaves()
    driver.qtbot.wait(700)
    driver.settles()
    assert driver.draft is None


_TYPIST = """
    import sys, time
    from pathlib import Path
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication
    from tests.gui.shells import over
    from tests.village import Place
    from village_doctor.gui.pages.visit_page import VisitPage

    application = QApplication([])
    place = Place(Path(sys.argv[1]))
    place.clock.forward(days=1)
    workplace = place.open()
    with over(workplace) as shell:
        page = VisitPage(shell)
        page.show()
        page.show_form(sys.argv[2], "hypertension_follow_up")
        while page.sheet is None:
            QTest.qWait(5)
        for number in range(10_000):
            if not number:
                page.sheet.focus_on("other_signs")
            QTest.keyClicks(page.focusWidget(), "a" if number % 2 else "b")
            length = len(page.sheet.values()["other_signs"] or "")
            print(length, time.monotonic(), flush=True)
            QTest.qWait(30)
"""


def test_killing_the_program_loses_at_most_the_last_second(tmp_path: Path) -> None:
    village = build(Place(tmp_path))
    village.workplace.close()
    typed: list[tuple[int, float]] = []
    folder = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_TYPIST), str(village.place.folder), village.grandmother.id],
        stdout=subprocess.PIPE,
        stderr=None,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
    ) as process:
        assert process.stdout is not None
        while len(typed) < 80:
            length, at = process.stdout.readline().split()
            typed.append((int(length), float(at)))
        process.send_signal(signal.SIGKILL)
    killed_at = typed[-1][1]
    place = Place(tmp_path)
    place.clock.forward(days=2)
    workplace = place.open()
    try:
        values = workplace.query(drafting.drafts)[0].body["values"]
        assert isinstance(values, dict)
        kept = len(values["other_signs"])
        assert kept >= max(length for length, at in typed if at < killed_at - 1)
    finally:
        workplace.close()


# --- slow answers --------------------------------------------------------------------------------------


def test_leaving_does_not_wait_for_the_disk(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).at("other_signs").types("swollen")
    with driver.is_busy_writing():
        begun = time.monotonic()
        driver.page.leave()
        assert time.monotonic() - begun < 0.2
        driver.page.show_form(driver.village.grandmother.id, FORM)
        driver.qtbot.wait(100)
        assert driver.filled == {}  # it is not known yet what was half typed
    driver.settles()
    assert driver.filled["other_signs"] == "swollen"


def test_a_draft_that_was_kept_late_is_told_to_the_pages_that_show_drafts(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).at("other_signs").types("x")
    told = QSignalSpy(driver.shell.session.changed)
    driver.leaves()
    assert told.count() == 1
    assert told.at(0) == [frozenset({"form_draft"})]


def test_a_form_is_reported_under_the_name_it_was_saved_for(driver: Driver) -> None:
    before = len(driver.visits(driver.village.grandmother))
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    with driver.is_busy_writing():
        driver.presses(Qt.Key.Key_F2)
        driver.qtbot.waitUntil(lambda: driver.page._sitting is not None and driver.page._keeper._is_held)
        driver.page.show_form(driver.village.widow.id, "diabetes_follow_up")
        driver.qtbot.wait(50)
    driver.settles()
    assert len(driver.visits(driver.village.grandmother)) == before + 1
    assert driver.shell.saves[0].text.startswith("李桂英 高血压随访 控制不满意")
    assert driver.page.head.title.text() == "糖尿病随访　欧阳秀兰 女 78岁"
    assert driver.page.sheet is not None
    assert not [call for call in driver.shell.calls if call[0] == "open_family"]


@pytest.mark.parametrize("turns_to", ["another form", "another page"])
def test_a_question_about_open_blanks_stores_nothing_once_the_page_was_left(
    driver: Driver, turns_to: str
) -> None:
    before = len(driver.visits(driver.village.grandmother))
    driver.opens(driver.village.grandmother, MEASURED).presses(Qt.Key.Key_F2).settles()
    if turns_to == "another form":
        driver.opens(driver.village.widow, form="diabetes_follow_up")
    else:
        driver.leaves()
    driver.shell.asked[-1].choose("先存着，算没做完")
    driver.settles()
    assert len(driver.visits(driver.village.grandmother)) == before
    assert driver.shell.saves == []
    assert driver.shell.notices == ["李桂英 的这一份还没有保存，填好的都留着。"]
    assert driver.draft is not None
    assert driver.draft.resident_id == driver.village.grandmother.id


def test_what_was_typed_before_a_saving_that_failed_is_kept_although_the_page_was_left(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.opens(driver.village.grandmother, MEASURED).asks_everything().at("other_signs").types("last word")
    monkeypatch.setattr(Desk, "drop_draft", _full)
    with driver.is_busy_writing():
        driver.presses(Qt.Key.Key_F2)
        driver.qtbot.waitUntil(lambda: driver.page._keeper._is_held)
        driver.page.show_form(driver.village.widow.id, "diabetes_follow_up")
    driver.settles()
    assert [one.code for one in driver.shell.told] == ["disk-full"]
    assert driver.draft is not None
    values = driver.draft.body["values"]
    assert isinstance(values, dict)
    assert values["other_signs"] == "last word"


def _full(_desk: Desk, _draft_id: str | None) -> None:
    raise Problem("disk-full")


def test_after_a_bug_the_form_can_be_saved_again_and_goes_on_being_kept(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.opens(driver.village.grandmother, MEASURED).asks_everything()
    before = driver.visits(driver.village.grandmother)
    with monkeypatch.context() as broken:
        broken.setattr(Desk, "drop_draft", _bug)
        driver.presses(Qt.Key.Key_F2).settles()
    assert [one.code for one in driver.shell.told] == ["unforeseen"]
    driver.at("other_signs").types("last word").leaves()
    assert driver.draft is not None
    values = driver.draft.body["values"]
    assert isinstance(values, dict)
    assert values["other_signs"] == "last word"
    driver.presses(Qt.Key.Key_F2).settles()
    assert len(driver.visits(driver.village.grandmother)) == len(before) + 1


def _bug(_desk: Desk, _draft_id: str | None) -> None:
    raise ValueError


# --- damaged drafts -------------------------------------------------------------------------------------


def spoil(village: Village, body: str) -> None:
    def write(writing: Writing) -> None:
        with transaction(writing.connection):
            writing.connection.execute("UPDATE form_draft SET body = ?", (body,))

    village.workplace.write(write)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "[" * 100_000])
def test_a_draft_that_cannot_be_read_is_told_once_and_the_form_opens_empty(driver: Driver, body: str) -> None:
    driver.opens(driver.village.grandmother, MEASURED).leaves()
    spoil(driver.village, body)
    driver.opens(driver.village.widow, form="diabetes_follow_up")
    assert driver.shell.notices == []
    driver.opens(driver.village.grandmother)
    assert driver.page.sheet is not None
    assert driver.page.sheet.values()["systolic_mmhg"] is None
    assert driver.shell.notices == ["上次没填完的那份读不出来了，要重新填。"]
    driver.opens(driver.village.widow, form="diabetes_follow_up").opens(driver.village.grandmother)
    assert len(driver.shell.notices) == 1


@pytest.mark.parametrize("wrong", ["weird", 5, True, {"a": 1}, ["x"], [[]], None])
def test_a_wrong_shape_in_a_draft_is_no_answer(driver: Driver, wrong: JsonValue) -> None:
    names = ("medicines", "symptoms", "pulse_per_minute", "smoking_per_day", "adherence")
    body: dict[str, JsonValue] = {
        "values": dict.fromkeys(names, wrong),
        "unchanged": "x",
        "plan": {"is_open": True, "next_on": wrong, "plan": [], "reason": {}},
        "mode": 3,
        "served_on": [],
    }
    drafting.submit_draft(
        driver.village.workplace,
        f"{driver.village.grandmother.id}:{FORM}",
        driver.village.grandmother.id,
        FORM,
        body,
    ).result()
    driver.opens(driver.village.grandmother)
    assert driver.page.sheet is not None
    values = driver.page.sheet.values()
    assert [values[name] for name in ("medicines", "symptoms", "adherence")] == [None] * 3
    if not isinstance(wrong, str | int) or isinstance(wrong, bool):
        assert values["pulse_per_minute"] is None
        assert values["smoking_per_day"] is None
    assert driver.page.box.plan_text.text() == ""


# --- how it looks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["small", "medium", "large"])
@pytest.mark.parametrize("form", ["hypertension_follow_up", "diabetes_follow_up"])
def test_everything_fits_in_every_type_size(driver: Driver, size: str, form: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, theme.Theme(size))
    driver.page.resize(1180, 640)
    driver.opens(driver.village.widow, {"systolic_mmhg": "96", "diastolic_mmhg": "152"}, form)
    driver.at("symptoms").types("0").at("medicines").types("2")
    driver.page.box.plan_button.click()
    driver.settles()
    driver.qtbot.wait(20)
    assert faults(driver.page) == []
    assert driver.page.height() == 640
    theme.apply(application, theme.Theme())
