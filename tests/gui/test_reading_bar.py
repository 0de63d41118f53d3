"""量血压、量血糖: the bar says what the norm says, stores once, and goes on with the follow-up without storing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fitting import faults
from tests.gui.shells import RecordingShell, over
from tests.village import Place, Village, build, pressure
from village_doctor.domain.people import Resident
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.gui import theme
from village_doctor.gui.reading_bar import READ_MS, ReadingBar
from village_doctor.services import viewing
from village_doctor.services.measuring import record_reading
from village_doctor.services.referring import void_referral

ENTER = Qt.Key.Key_Return
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = build(Place(tmp_path))
    made.place.clock.forward(days=84)
    yield made
    made.workplace.close()


@dataclass
class Driver:
    """The bar over an empty page, and somebody typing into whatever has the focus."""

    village: Village
    shell: RecordingShell
    bar: ReadingBar
    qtbot: QtBot

    def opens(self, person: Resident, kind: str = "blood_pressure") -> "Driver":
        self.bar.open(person.id, kind)
        self.bar.show()
        return self.settles()

    def opens_at_once(self, person: Resident, kind: str = "blood_pressure") -> "Driver":
        """Without waiting for what is under way; only until it is known who she is."""
        self.bar.open(person.id, kind)
        self.bar.show()
        self.qtbot.waitUntil(lambda: self.bar.person_label.text().startswith(person.name))
        return self

    @contextmanager
    def is_busy_writing(self) -> Iterator[None]:
        """The disk is slow: what is stored meanwhile is answered only afterwards."""
        gate = threading.Event()
        self.village.workplace._writer.submit(lambda _writing: gate.wait())
        try:
            yield
        finally:
            gate.set()

    def has_read(self) -> "Driver":
        """As long as it takes at least."""
        self.qtbot.wait(READ_MS + 50)
        return self

    def types(self, text: str) -> "Driver":
        for one in text:
            QTest.keyClicks(_focused(), one)
        return self

    def presses(
        self, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> "Driver":
        for key in keys:
            QTest.keyClick(_focused(), key, modifiers)
        return self

    def settles(self) -> "Driver":
        """Until the pause after typing is over and every answer is there."""
        self.qtbot.waitUntil(lambda: not self.bar._pause.isActive() and self.shell.session.tasks.is_idle)
        return self

    @property
    def said(self) -> str:
        return "\n".join(line.text for line in self.bar.said.lines)

    def readings(self, person: Resident) -> list[Reading]:
        today = self.village.workplace.today()
        known = self.village.workplace.query(viewing.person_facts, person.id, today).readings
        return sorted((one for one in known if not one.is_voided), key=lambda one: (one.taken_at, one.id))

    def referrals(self, person: Resident) -> tuple[Referral, ...]:
        today = self.village.workplace.today()
        return self.village.workplace.query(viewing.person_facts, person.id, today).referrals


def _focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


@pytest.fixture
def driver(village: Village, qtbot: QtBot) -> Iterator[Driver]:
    with over(village.workplace) as shell:
        window = QWidget()
        bar = ReadingBar(shell)
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch()
        column.addWidget(bar)
        qtbot.addWidget(window)
        window.resize(1180, 500)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        yield Driver(village, shell, bar, qtbot)
        qtbot.waitUntil(lambda: shell.session.tasks.is_idle)


# --- what it says ------------------------------------------------------------------------------------


def test_it_says_who_it_is_and_what_was_found_last_time(driver: Driver) -> None:
    driver.opens(driver.village.grandmother)
    assert driver.bar.person_label.text() == "李桂英 女 70岁"
    assert driver.bar.last_label.text() == "上次随访 138/86　2026年11月23日"
    driver.opens(driver.village.grandfather)
    assert driver.bar.last_label.text() == "还没有量过"


def test_it_says_what_a_follow_up_would_say_before_anything_is_stored(driver: Driver) -> None:
    before = len(driver.readings(driver.village.grandmother))
    driver.opens(driver.village.grandmother).types("15296").settles()
    assert driver.said.startswith(
        "如果接着做高血压随访：控制不满意。血压 152/96 mmHg，要低于 150/90 mmHg，这次没控制好（上次随访 138/86 mmHg 是满意的）。"
    )
    assert "为什么：规范（第三版）高血压 §分类干预" in driver.said
    assert len(driver.readings(driver.village.grandmother)) == before


def test_a_half_typed_pressure_is_not_commented_on(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("1529").settles()
    assert driver.said == ""


def test_two_numbers_the_wrong_way_round_are_refused_in_a_clear_sentence(driver: Driver) -> None:
    before = len(driver.readings(driver.village.grandmother))
    driver.opens(driver.village.grandmother).types("96152").settles()
    assert "96/152：收缩压应该比舒张压高，像是填反了。" in driver.said
    driver.presses(ENTER).settles()
    assert "像是填反了" in driver.said
    assert len(driver.readings(driver.village.grandmother)) == before
    assert driver.shell.saves == []


def test_a_person_without_the_disease_is_offered_no_follow_up(driver: Driver) -> None:
    driver.opens(driver.village.grandfather).types("13585").settles()
    assert not driver.bar.follow_up_button.isVisible()
    driver.types("f")
    assert driver.shell.calls == []
    driver.opens(driver.village.grandmother)
    assert driver.bar.follow_up_button.isVisible()


# --- storing -----------------------------------------------------------------------------------------


def test_enter_stores_the_reading_and_says_so_quietly(driver: Driver) -> None:
    with driver.qtbot.waitSignal(driver.bar.closed):
        driver.opens(driver.village.grandmother).types("15296").presses(ENTER)
    made = driver.readings(driver.village.grandmother)[-1]
    assert (made.systolic_mmhg, made.diastolic_mmhg, made.pulse_per_minute) == (152, 96, None)
    assert (made.arm, made.posture, made.setting, made.visit_id) == ("right", "sitting", "clinic", None)
    assert driver.shell.saves[0].text == "李桂英 血压 152/96 已保存"
    assert not driver.bar.isVisible()


def test_a_pulse_follows_by_itself_or_by_tab(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("15296").presses(Qt.Key.Key_Tab).types("72").presses(ENTER)
    driver.settles()
    driver.opens(driver.village.grandmother).types("1489074").presses(ENTER).settles()
    first, second = driver.readings(driver.village.grandmother)[-2:]
    assert (first.systolic_mmhg, first.pulse_per_minute) == (152, 72)
    assert (second.systolic_mmhg, second.diastolic_mmhg, second.pulse_per_minute) == (148, 90, 74)


def test_two_enters_store_once(driver: Driver) -> None:
    before = len(driver.readings(driver.village.grandmother))
    driver.opens(driver.village.grandmother).types("15296").presses(ENTER, ENTER).settles()
    assert len(driver.readings(driver.village.grandmother)) == before + 1


def test_enter_before_both_numbers_are_there_stores_nothing(driver: Driver) -> None:
    before = len(driver.readings(driver.village.grandmother))
    driver.opens(driver.village.grandmother).types("152").presses(ENTER).settles()
    assert driver.said == "还差舒张压。"
    driver.types("96").presses(ENTER).settles()
    assert len(driver.readings(driver.village.grandmother)) == before + 1


def test_a_rare_value_is_asked_about_and_stored_with_the_second_enter(driver: Driver) -> None:
    before = len(driver.readings(driver.village.grandmother))
    driver.opens(driver.village.grandmother).types("8650").settles()
    assert "收缩压 86 mmHg：这样的数少见，量错了没有？" in driver.said
    driver.presses(ENTER).settles()
    assert "没错就再按一次 Enter 记下" in driver.said
    assert len(driver.readings(driver.village.grandmother)) == before
    driver.presses(ENTER).settles()
    made = driver.readings(driver.village.grandmother)[-1]
    assert (made.systolic_mmhg, made.confirmed) == (86, ("systolic_mmhg",))


def test_a_rare_value_that_was_changed_is_asked_about_anew(driver: Driver) -> None:
    before = len(driver.readings(driver.village.grandmother))
    driver.opens(driver.village.grandmother).types("8650").presses(ENTER).settles()
    driver.presses(Qt.Key.Key_Backspace, Qt.Key.Key_Backspace).types("5").presses(ENTER).settles()
    assert len(driver.readings(driver.village.grandmother)) == before
    driver.presses(ENTER).settles()
    assert driver.readings(driver.village.grandmother)[-1].diastolic_mmhg == 55


def test_backspace_in_an_empty_field_goes_back(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("152").presses(*[Qt.Key.Key_Backspace] * 2).types("8")
    driver.types("96").presses(ENTER).settles()
    made = driver.readings(driver.village.grandmother)[-1]
    assert (made.systolic_mmhg, made.diastolic_mmhg) == (158, 96)


def test_arm_posture_and_place_are_one_key_away(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("152")
    driver.presses(Qt.Key.Key_Left, Qt.Key.Key_Down, modifiers=CONTROL)
    assert (driver.bar.fields.arm.text(), driver.bar.fields.posture.text()) == ("左臂", "卧位")
    driver.types("9672").presses(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Space)
    assert driver.bar.fields.setting.text() == "入户"
    driver.presses(ENTER).settles()
    made = driver.readings(driver.village.grandmother)[-1]
    assert (made.arm, made.posture, made.setting) == ("left", "lying", "home")


# --- emergencies ---------------------------------------------------------------------------------------


def test_an_emergency_stays_until_it_was_read(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("186112").settles()
    assert driver.said.startswith("▲ 危急！血压 186/112 mmHg，到了危急线（180/110 mmHg）。")
    assert "马上紧急转诊" in driver.said
    driver.presses(ENTER).settles()
    assert driver.bar.isVisible()
    assert driver.said.startswith("▲ 危急。已经记下，也记下了紧急转诊。")
    assert [one.urgency for one in driver.referrals(driver.village.grandmother)] == ["emergency"]
    count = len(driver.readings(driver.village.grandmother))
    with driver.qtbot.waitSignal(driver.bar.closed):
        driver.has_read().presses(ENTER)
    driver.settles()
    assert len(driver.readings(driver.village.grandmother)) == count


def test_an_enter_that_was_meant_for_the_reading_does_not_close_the_emergency(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("186112").presses(ENTER).settles()
    driver.presses(ENTER, ENTER)
    assert driver.bar.isVisible()
    driver.has_read()
    held = QKeyEvent(QEvent.Type.KeyPress, ENTER, Qt.KeyboardModifier.NoModifier, "\r", autorep=True)
    QApplication.sendEvent(_focused(), held)
    assert driver.bar.isVisible()
    driver.presses(ENTER)
    assert not driver.bar.isVisible()


def test_an_emergency_is_not_closed_by_escape(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("186112").presses(ENTER).settles()
    driver.has_read()
    driver.bar.close_bar()
    assert driver.bar.isVisible()
    assert not driver.bar.may_be_hidden


def test_an_emergency_shows_the_bar_again_that_was_closed_while_it_was_being_stored(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("186112")
    with driver.is_busy_writing():
        driver.presses(ENTER)
        assert not driver.bar.may_be_hidden
        driver.bar.close_bar()
        assert not driver.bar.isVisible()
    driver.settles()
    assert driver.bar.isVisible()
    assert driver.said.startswith("▲ 危急。已经记下，也记下了紧急转诊。")
    assert _focused() is driver.bar.fields.systolic


def test_an_emergency_comes_before_the_next_person_who_then_goes_on_where_she_was(driver: Driver) -> None:
    with driver.is_busy_writing():
        driver.opens_at_once(driver.village.grandmother).types("186112").presses(ENTER)
        driver.opens_at_once(driver.village.widow).types("14")
    driver.settles()
    assert driver.bar.person_label.text().startswith("李桂英")
    assert driver.said.startswith("▲ 危急。已经记下")
    driver.types("9")  # what stands there is not typed over
    driver.has_read().presses(ENTER).settles()
    assert driver.bar.person_label.text().startswith("欧阳秀兰")
    assert driver.said == ""
    driver.types("896").presses(ENTER).settles()
    made = driver.readings(driver.village.widow)[-1]
    assert (made.systolic_mmhg, made.diastolic_mmhg) == (148, 96)
    assert driver.shell.saves[-1].text == "欧阳秀兰 血压 148/96 已保存"


def test_somebody_opened_while_an_emergency_stands_has_her_turn_after_it(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("186112").presses(ENTER).settles()
    driver.opens(driver.village.widow)
    assert driver.bar.person_label.text().startswith("李桂英")
    driver.has_read().presses(ENTER).settles()
    assert driver.bar.person_label.text().startswith("欧阳秀兰")
    assert driver.bar.fields.systolic.text() == ""


def test_an_emergency_that_was_a_slip_of_the_finger_is_put_right_at_once(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("186112").presses(ENTER).settles()
    correct = driver.shell.saves[0].correct
    assert correct is not None
    correct()
    driver.settles()
    assert driver.bar.may_be_hidden
    assert driver.bar.fields.systolic.text() == "186"
    assert "已经记下" not in driver.said


# --- high without known hypertension --------------------------------------------------------------------


def has_been_high(driver: Driver, *days_ago: int) -> Resident:
    """Somebody of 73 without hypertension, with a high pressure on these days."""
    him, workplace = driver.village.grandfather, driver.village.workplace
    for ago in days_ago:
        on = workplace.today() - timedelta(days=ago)
        workplace.command(record_reading, pressure(him, 165, 100, on))
    return him


def test_a_first_high_pressure_asks_for_two_more_days(driver: Driver) -> None:
    driver.opens(driver.village.grandfather).types("16298").settles()
    assert driver.said.startswith(
        "● 血压 162/98 mmHg，到了 140/90，还没有诊断过高血压，这是第 1 天高。先排除一时升高的原因"
    )
    assert driver.said.endswith("为什么：规范（第三版）高血压 §筛查")
    with driver.qtbot.waitSignal(driver.bar.closed):
        driver.presses(ENTER)
    assert driver.referrals(driver.village.grandfather) == ()


def test_the_third_high_day_is_referred_and_stays_until_it_was_read(driver: Driver) -> None:
    him = has_been_high(driver, 14, 7)
    driver.opens(him).types("168102").settles()
    why = "不在同一天，3 天血压都到了 140/90（这次 168/102 mmHg），初步看是高血压。建议转上级医院确诊"
    assert driver.said.startswith(f"● {why}")
    assert driver.referrals(him) == ()
    driver.presses(ENTER).settles()
    assert driver.bar.isVisible()
    assert driver.said.startswith(f"● 已经记下，也记下了转诊。{why}")
    assert [one.urgency for one in driver.referrals(him)] == ["ordinary"]
    with driver.qtbot.waitSignal(driver.bar.closed):
        driver.has_read().presses(ENTER)


def test_a_third_high_day_whose_referral_was_voided_is_stored_quietly(driver: Driver) -> None:
    him = has_been_high(driver, 14, 7, 0)
    (referral,) = driver.referrals(him)
    driver.village.workplace.command(void_referral, referral.id, "前天刚去过")
    driver.opens(him).types("168102").settles()
    with driver.qtbot.waitSignal(driver.bar.closed):
        driver.presses(ENTER)
    assert driver.referrals(him) == ()


def test_the_warnings_of_a_value_stand_before_what_screening_says(driver: Driver) -> None:
    him = has_been_high(driver, 7)
    driver.opens(him).types("8650").settles()
    lines = driver.said.splitlines()
    assert [line[:6] for line in lines if line.startswith("●")] == ["● 收缩压 ", "● 血压 8", "● 这次血压"]


# --- answers that come late ------------------------------------------------------------------------------


def test_a_reading_is_reported_and_reopened_under_the_name_it_was_stored_for(driver: Driver) -> None:
    driver.opens(driver.village.grandmother)
    with driver.is_busy_writing():
        driver.types("15296").presses(ENTER)
        driver.opens_at_once(driver.village.widow).types("14")
    driver.settles()
    assert driver.shell.saves[0].text == "李桂英 血压 152/96 已保存"
    assert driver.bar.isVisible()
    assert driver.bar.person_label.text().startswith("欧阳秀兰")
    assert driver.bar.fields.systolic.text() == "14"
    correct = driver.shell.saves[0].correct
    assert correct is not None
    correct()
    driver.settles()
    assert driver.bar.person_label.text().startswith("李桂英")
    assert driver.bar.fields.systolic.text() == "152"


def test_a_refusal_that_comes_late_names_whose_reading_it_was(driver: Driver) -> None:
    driver.opens(driver.village.grandmother)
    with driver.is_busy_writing():
        driver.types("8650").presses(ENTER)
        driver.opens_at_once(driver.village.widow).types("14")
    driver.settles()
    assert [one.code for one in driver.shell.told] == ["reading-unusual"]
    assert driver.shell.notices == ["李桂英 刚才那个读数没有记下。"]
    assert driver.said == ""
    driver.types("896").presses(ENTER).settles()
    assert driver.shell.saves[-1].text == "欧阳秀兰 血压 148/96 已保存"


def test_a_bar_that_is_closed_already_does_not_take_the_focus_when_its_answer_comes(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("15296")
    with driver.is_busy_writing():
        driver.presses(ENTER)
        driver.bar.close_bar()
        closed = QSignalSpy(driver.bar.closed)
    driver.settles()
    assert driver.shell.saves[0].text == "李桂英 血压 152/96 已保存"
    assert closed.count() == 0


# --- the follow-up ---------------------------------------------------------------------------------------


def test_f_stores_nothing_and_takes_the_values_into_the_form(driver: Driver) -> None:
    before = driver.readings(driver.village.grandmother)
    driver.opens(driver.village.grandmother).types("1529676f").settles()
    assert driver.shell.calls == [
        (
            "open_form",
            driver.village.grandmother.id,
            "hypertension_follow_up",
            {"systolic_mmhg": "152", "diastolic_mmhg": "96", "pulse_per_minute": "76"},
        )
    ]
    assert driver.readings(driver.village.grandmother) == before
    assert not driver.bar.isVisible()


def test_f_waits_for_both_numbers(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("152f").settles()
    assert driver.shell.calls == []
    assert driver.said == "还差舒张压。"


def test_a_value_she_measured_herself_makes_no_follow_up(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("15296").settles()
    driver.bar.fields.setting.turn()
    driver.bar.fields.setting.turn()
    driver.settles()
    assert driver.bar.fields.setting.text() == "自测"
    assert not driver.bar.follow_up_button.isVisible()
    assert "如果接着做" not in driver.said


# --- glucose -----------------------------------------------------------------------------------------------


def test_glucose_is_fasting_unless_said_otherwise_and_has_one_decimal(driver: Driver) -> None:
    driver.opens(driver.village.widow, "glucose").types("8.1").settles()
    assert driver.said.startswith("如果接着做糖尿病随访：控制不满意。")
    driver.presses(ENTER).settles()
    made = driver.readings(driver.village.widow)[-1]
    assert (made.glucose_mmol, made.glucose_timing) == (Decimal("8.1"), "fasting")
    assert driver.shell.saves[0].text == "欧阳秀兰 空腹血糖 8.1 mmol/L 已保存"


def test_a_whole_number_is_that_many_and_a_point_without_a_decimal_is_refused(driver: Driver) -> None:
    driver.opens(driver.village.widow, "glucose").types("8").presses(ENTER).settles()
    assert driver.readings(driver.village.widow)[-1].glucose_mmol == Decimal("8.0")
    count = len(driver.readings(driver.village.widow))
    driver.opens(driver.village.widow, "glucose").types("8.").presses(ENTER).settles()
    assert driver.said == "血糖写到小数点后一位，像 8.1。"
    assert len(driver.readings(driver.village.widow)) == count


def test_glucose_two_hours_after_a_meal_is_chosen_by_its_digit(driver: Driver) -> None:
    driver.opens(driver.village.widow, "glucose")
    driver.bar.fields.timing.setFocus()
    driver.types("2").types("11.2").presses(ENTER).settles()
    made = driver.readings(driver.village.widow)[-1]
    assert (made.glucose_mmol, made.glucose_timing) == (Decimal("11.2"), "two_hours")


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_glucose_without_its_time_is_not_stored_and_asked_for(driver: Driver, key: Qt.Key) -> None:
    count = len(driver.readings(driver.village.widow))
    driver.opens(driver.village.widow, "glucose").types("8.1").settles()
    driver.bar.fields.timing.setFocus()
    driver.presses(key).settles()
    assert not driver.bar.follow_up_button.isVisible()
    driver.bar.fields.glucose.setFocus()
    driver.presses(ENTER).settles()
    assert driver.said == "还没选血糖是什么时候测的。"
    assert _focused() is driver.bar.fields.timing
    assert len(driver.readings(driver.village.widow)) == count
    driver.types("3").presses(ENTER).settles()
    made = driver.readings(driver.village.widow)[-1]
    assert (made.glucose_mmol, made.glucose_timing) == (Decimal("8.1"), "random")


def test_fasting_glucose_goes_into_the_diabetes_form_and_another_into_none(driver: Driver) -> None:
    driver.opens(driver.village.widow, "glucose")
    driver.bar.fields.timing.setFocus()
    driver.types("3").settles()
    assert not driver.bar.follow_up_button.isVisible()
    driver.bar.fields.timing.setFocus()
    driver.types("1").types("8.1f")
    assert driver.shell.calls == [
        (
            "open_form",
            driver.village.widow.id,
            "hypertension_diabetes_follow_up",
            {"fasting_glucose_mmol": "8.1"},
        )
    ]


# --- putting right --------------------------------------------------------------------------------------


def test_what_was_just_saved_is_reopened_and_put_right(driver: Driver) -> None:
    driver.opens(driver.village.grandmother).types("15296").presses(ENTER).settles()
    count = len(driver.readings(driver.village.grandmother))
    correct = driver.shell.saves[0].correct
    assert correct is not None
    correct()
    driver.settles()
    assert driver.bar.fields.systolic.text() == "152"
    assert not driver.bar.follow_up_button.isVisible()
    driver.presses(Qt.Key.Key_Backspace).types("8").presses(ENTER).settles()
    assert len(driver.readings(driver.village.grandmother)) == count
    assert driver.readings(driver.village.grandmother)[-1].systolic_mmhg == 158
    assert driver.shell.saves[-1].text == "李桂英 血压 158/96 已保存"


def test_what_was_just_saved_is_voided_with_a_reason(driver: Driver) -> None:
    before = driver.readings(driver.village.grandmother)
    driver.opens(driver.village.grandmother).types("15296").presses(ENTER).settles()
    void = driver.shell.saves[0].void
    assert void is not None
    void("记错人了")
    driver.settles()
    assert driver.readings(driver.village.grandmother) == before
    assert driver.shell.saves[-1].text == "已作废：刚才那个读数"


# --- how it looks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["small", "medium", "large"])
@pytest.mark.parametrize("typed", ["15296", "186112", "96152"])
def test_everything_fits_in_every_type_size(driver: Driver, size: str, typed: str) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, theme.Theme(size))
    driver.opens(driver.village.grandmother).types(typed).settles()
    driver.qtbot.wait(20)
    assert faults(driver.bar) == []
    theme.apply(application, theme.Theme())
