"""The first run: five plain steps to an opened clinic, or one to a practice village; nothing half made stays unseen."""

import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.services.desk_of_township import TownshipDesk
from tests.village import CLINIC, Place, contents
from village_doctor.domain.problems import Problem
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.gui.messages import Messages
from village_doctor.gui.pages.enrol_panel import EnrolPanel
from village_doctor.gui.pages.first_run_page import FirstRun
from village_doctor.gui.pages.secrets_panels import UnlockCodePanel
from village_doctor.gui.session import Session
from village_doctor.gui.sticks import Stick
from village_doctor.gui.tasks import Tasks
from village_doctor.gui.window import MainWindow
from village_doctor.services import beginning, delivery_status, locking, sampling, viewing

PIN = "2846"


class Sitting:
    """Somebody at the keyboard of a new computer."""

    def __init__(self, qtbot, place: Place) -> None:
        self.qtbot = qtbot
        self.place = place
        self.printed: list[bytes] = []
        self.opened: list = []
        self.window = MainWindow()
        qtbot.addWidget(self.window)
        self.tasks: Tasks = self.window.tasks
        self.messages: Messages = self.window.messages
        self.start()

    def start(self) -> None:
        self.page = FirstRun(
            self.place.home,
            self.place.surroundings,
            self.tasks,
            self.messages,
            lambda pdf, _parent: self.printed.append(pdf),
        )
        self.page.finished.connect(self.opened.append)
        self.window.show_inside(self.page)
        self.window.show()
        self.window.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        self.page.step.focus_first()

    def type(self, text: str | None) -> None:
        """Letters and digits as keys, Chinese as an input method hands it over."""
        assert text is not None
        if text.isascii():
            self.qtbot.keyClicks(QApplication.focusWidget(), text)
        else:
            committed = QInputMethodEvent()
            committed.setCommitString(text)
            focus = QApplication.focusWidget()
            assert focus is not None
            QApplication.sendEvent(focus, committed)

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.qtbot.keyClick(QApplication.focusWidget(), key)

    def enter(self, text: str | None = "") -> None:
        self.type(text)
        self.press(Qt.Key.Key_Return)

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: self.tasks.is_idle, timeout=20_000)

    # --- steps ------------------------------------------------------------------------------------------

    def tell_who(self) -> None:
        self.type(CLINIC.village_code)
        self.enter(CLINIC.village_name)
        self.enter()
        self.enter(CLINIC.doctor_name)
        self.enter(CLINIC.township_name)

    def choose_secrets(self) -> str:
        password = self.page.secrets.password.generated
        self.enter()
        self.enter(PIN)
        self.enter(PIN)
        self.wait()
        return password

    def prove_code(self) -> None:
        self.enter(self.last_group)
        self.wait()

    @property
    def last_group(self) -> str:
        panel = self.page.unlock_code.panel
        assert panel is not None
        return panel.shown.accessibleName()[-4:]

    def to_township(self) -> None:
        self.tell_who()
        self.choose_secrets()
        self.prove_code()

    @property
    def where(self) -> str:
        return self.page.place.text()


@pytest.fixture
def sitting(qtbot, tmp_path):
    made = Sitting(qtbot, Place(tmp_path))
    yield made
    made.page.give_up()
    for workplace in made.opened:
        workplace.close()
    made.tasks.close()


# --- the way through ----------------------------------------------------------------------------------


def test_five_steps_by_keyboard_alone_lead_to_an_opened_clinic(sitting):
    assert sitting.where == "第 1 步，共 5 步"
    sitting.tell_who()
    assert sitting.where == "第 2 步，共 5 步"
    sitting.choose_secrets()
    assert sitting.where == "第 3 步，共 5 步"
    sitting.prove_code()
    assert sitting.where == "第 4 步，共 5 步"
    sitting.page.next_button.setFocus()
    sitting.enter()
    assert sitting.where == "第 5 步，共 5 步"
    sitting.enter()

    (workplace,) = sitting.opened
    assert sitting.page.registers
    assert locking.has_pin(workplace)
    found = viewing.status(workplace)
    assert (found.clinic.name, found.doctor.name) == ("石桥湾村卫生室", "王守仁")
    assert found.clinic.township_name == "青石镇卫生院"
    assert [village.code for village in found.villages] == [CLINIC.village_code]
    assert not found.is_practice


def test_people_may_come_later(sitting):
    sitting.to_township()
    sitting.page.go_on()
    sitting.page.people.later_button.click()
    assert sitting.opened
    assert not sitting.page.registers


def test_the_clinic_is_called_after_its_village_unless_told_otherwise(sitting):
    sitting.type(CLINIC.village_code)
    sitting.enter("石桥湾村")
    assert sitting.page.clinic.clinic_field.text() == "石桥湾村卫生室"
    sitting.page.clinic.clinic_field.setText("石桥湾第二卫生室")
    sitting.page.clinic.village_field.setFocus()
    sitting.enter("东")
    assert sitting.page.clinic.clinic_field.text() == "石桥湾第二卫生室"


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_on_the_disk(sitting):
    clinic = sitting.page.clinic
    sitting.page.go_on()
    assert "12 位" in clinic.code.wrong.text()
    assert clinic.code_field.hasFocus()
    sitting.type("12345")
    sitting.page.go_on()
    assert "“12345”" in clinic.code.wrong.text()
    clinic.code_field.setText(CLINIC.village_code)
    sitting.page.go_on()
    assert clinic.code.wrong.isHidden()
    assert "村名" in clinic.village.wrong.text()
    clinic.village_field.setText("石桥湾村")
    sitting.page.go_on()
    assert "医生姓名" in clinic.doctor.wrong.text()
    assert sitting.where == "第 1 步，共 5 步"
    assert not sitting.place.home.exists()


def test_escape_goes_one_step_back_and_keeps_what_was_typed(sitting):
    sitting.tell_who()
    password = sitting.page.secrets.password.generated
    sitting.press(Qt.Key.Key_Escape)
    assert sitting.where == "第 1 步，共 5 步"
    assert sitting.page.clinic.doctor_field.text() == "王守仁"
    sitting.press(Qt.Key.Key_Escape)
    assert sitting.where == "第 1 步，共 5 步"
    sitting.page.go_on()
    assert sitting.page.secrets.password.generated == password


# --- password and PIN ---------------------------------------------------------------------------------


def test_a_weak_password_of_her_own_is_refused_with_the_reason(sitting):
    sitting.tell_who()
    panel = sitting.page.secrets.password
    sitting.type("2")
    sitting.enter()
    assert QApplication.focusWidget() is panel.first_field
    sitting.enter("wang1953")
    sitting.enter("wang1953")
    assert "至少要 10 个字" in panel.first.wrong.text()
    assert sitting.where == "第 2 步，共 5 步"


def test_two_different_passwords_or_pins_are_refused(sitting):
    sitting.tell_who()
    secrets = sitting.page.secrets
    sitting.type("2")
    sitting.enter()
    sitting.enter("dashu xia you jing")
    sitting.enter("dashu xia you jin")
    assert "两次不一样" in secrets.password.again.wrong.text()
    assert secrets.password.again_field.text() == ""
    sitting.enter("dashu xia you jing")
    assert QApplication.focusWidget() is secrets.pin.first_field
    sitting.enter("2846")
    sitting.enter("2847")
    assert "两次不一样" in secrets.pin.again.wrong.text()
    assert not sitting.place.home.exists()


@pytest.mark.parametrize("pin", ["123", "1234", "5555"])
def test_a_weak_pin_is_refused_with_the_reason(sitting, pin):
    sitting.tell_who()
    sitting.enter()
    sitting.enter(pin)
    sitting.enter(pin)
    assert "4 到 6 位" in sitting.page.secrets.pin.first.wrong.text()
    assert not sitting.place.home.exists()


# --- the unlock code ----------------------------------------------------------------------------------


def test_the_code_is_asked_back_from_the_paper(sitting):
    sitting.tell_who()
    sitting.choose_secrets()
    right = sitting.last_group
    sitting.enter("ZZZZ" if right != "ZZZZ" else "YYYY")
    assert "对照纸上再输一次" in sitting.page.unlock_code.panel.back.wrong.text()
    assert sitting.where == "第 3 步，共 5 步"
    sitting.enter(right.lower())
    assert sitting.where == "第 4 步，共 5 步"


def test_a_letter_that_no_code_has_is_read_as_the_digit_it_looks_like(qtbot):
    chance = random.Random(3)
    codes = (UnlockCode.generate(chance.randbytes) for _ in range(1000))
    code = next(one for one in codes if {"0", "1"} <= set(one.last_group))
    panel = UnlockCodePanel(code, lambda: None)
    qtbot.addWidget(panel)
    panel.field.setText(code.last_group.replace("0", "o").replace("1", "l"))
    with qtbot.waitSignal(panel.proved):
        panel.prove()


def test_the_code_is_printed_and_stands_in_no_file(sitting):
    sitting.tell_who()
    sitting.choose_secrets()
    code = sitting.page.unlock_code.panel.shown.accessibleName()
    sitting.page.unlock_code.panel.print_button.click()
    sitting.wait()
    assert [pdf[:5] for pdf in sitting.printed] == [b"%PDF-"]
    for data in contents(sitting.place.folder).values():
        for text in (code, code.replace("-", ""), code[:9], code[-9:]):
            assert text.encode() not in data


def test_there_is_no_way_back_behind_the_home_that_was_made(sitting):
    sitting.tell_who()
    sitting.choose_secrets()
    sitting.press(Qt.Key.Key_Escape)
    assert sitting.where == "第 3 步，共 5 步"
    assert sitting.page.back_button.isHidden()
    assert "已经建好" in sitting.page.unlock_code.status.text()


def test_where_the_home_cannot_be_made_she_is_told_and_asked_again(sitting):
    sitting.tell_who()
    sitting.place.home.mkdir()
    (sitting.place.home / "keyslots.json").write_bytes(b"{}")
    sitting.choose_secrets()
    assert sitting.where == "第 2 步，共 5 步"
    assert "已经有卫生室的数据" in sitting.page.notice.text()
    assert not sitting.page.notice.isHidden()


def test_a_pin_that_could_not_be_kept_is_told_and_the_home_is_whole(sitting, monkeypatch):
    def full(_workplace, _pin):
        raise Problem("disk-full")

    monkeypatch.setattr(locking, "set_pin", full)
    sitting.tell_who()
    sitting.choose_secrets()
    assert "磁盘满了" in sitting.page.notice.text()
    sitting.prove_code()
    assert sitting.where == "第 4 步，共 5 步"


def test_closed_in_the_middle_the_home_opens_with_the_password(sitting):
    sitting.tell_who()
    password = sitting.choose_secrets()
    sitting.page.give_up()
    with_password = sitting.place.open(password)
    assert viewing.status(with_password).clinic.name == "石桥湾村卫生室"
    with_password.close()


def test_closed_while_the_home_is_being_made_it_is_let_go(sitting):
    sitting.tell_who()
    password = sitting.page.secrets.password.generated
    sitting.enter()
    sitting.enter(PIN)
    sitting.enter(PIN)
    sitting.page.give_up()
    sitting.wait()
    sitting.place.open(password).close()


# --- the township -------------------------------------------------------------------------------------


@pytest.fixture
def invitation(tmp_path):
    path = tmp_path / "stick" / "0a1b.vdinvite"
    path.parent.mkdir()
    path.write_bytes(TownshipDesk().invite())
    return path


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_the_words_are_compared_before_anything_is_written(sitting, invitation):
    sitting.to_township()
    panel = sitting.page.township.panel
    panel.take_file(invitation)
    sitting.wait()
    assert panel.words.accessibleName() == TownshipDesk().words
    workplace = sitting.page._workplace
    assert delivery_status.status(workplace).township is None
    panel.same_button.click()
    sitting.wait()
    assert panel.is_enrolled
    enrolled = delivery_status.status(workplace).township
    assert enrolled is not None
    assert enrolled.name == "青石镇卫生院"
    assert sitting.page.next_button.text() == "继续"
    assert QApplication.focusWidget() is sitting.page.next_button
    sitting.enter()
    assert sitting.where == "第 5 步，共 5 步"


def test_other_words_leave_everything_as_it_was(sitting, invitation):
    sitting.to_township()
    panel = sitting.page.township.panel
    panel.take_file(invitation)
    sitting.wait()
    panel.differs_button.click()
    sitting.wait()
    assert "不要用这个文件" in panel.status.text()
    assert not panel.is_enrolled
    assert delivery_status.status(sitting.page._workplace).township is None


def test_escape_goes_from_the_words_back_to_the_files(sitting, invitation):
    sitting.to_township()
    sitting.page.township.panel.take_file(invitation)
    sitting.wait()
    sitting.press(Qt.Key.Key_Escape)
    sitting.wait()
    assert sitting.where == "第 4 步，共 5 步"
    assert not sitting.page.township.panel.file_button.isHidden()


@pytest.mark.parametrize(
    ("data", "said"), [(b"something else", "不完整"), (None, "读不到"), (b"practice", "练习用的")]
)
def test_a_file_that_will_not_do_is_refused_beside_it(sitting, tmp_path, data, said):
    path = tmp_path / "x.vdinvite"
    if data is not None:
        path.write_bytes(TownshipDesk(practice=True).invite() if data == b"practice" else data)
    sitting.to_township()
    panel = sitting.page.township.panel
    panel.take_file(path)
    sitting.wait()
    if data == b"practice":
        panel.same_button.click()
        sitting.wait()
    assert said in panel.status.text()
    assert not panel.is_enrolled


def test_what_lies_on_a_stick_is_offered_by_its_township(qtbot, tmp_path, invitation, window):
    (invitation.parent / "broken.vdinvite").write_bytes(b"?")
    made = Place(tmp_path).create()
    tasks = Tasks()
    panel = EnrolPanel(
        Session(made.workplace, tasks),
        Messages(window),
        lambda: [Stick(name="U", folder=folder) for folder in (invitation.parent, tmp_path / "gone")],
    )
    qtbot.addWidget(panel)
    panel.look()
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert [button.text() for button in panel.found_buttons] == ["青石镇卫生院的邀请（在 stick）"]
    panel.found_buttons[0].click()
    with qtbot.waitSignal(panel.enrolled):
        panel.same_button.click()
    tasks.close()
    made.workplace.close()


def test_problems_of_the_computer_are_told_at_the_one_door(qtbot, tmp_path, invitation, window, monkeypatch):
    def full(*_given):
        raise Problem("disk-full")

    monkeypatch.setattr("village_doctor.services.enrolling.enrol", full)
    made = Place(tmp_path).create()
    tasks, messages = Tasks(), Messages(window)
    panel = EnrolPanel(Session(made.workplace, tasks), messages, list)
    qtbot.addWidget(panel)
    panel.take_file(invitation)
    qtbot.waitUntil(lambda: tasks.is_idle)
    panel.same_button.click()
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert "磁盘满了" in messages.said[-1]
    tasks.close()
    made.workplace.close()


# --- the practice village -----------------------------------------------------------------------------


@pytest.fixture
def small_village(monkeypatch):
    """A practice village of a few people: the size is not what is tried here."""
    sample = sampling.sample

    def few(workplace, *, residents, **given):
        assert residents == beginning.PRACTICE_RESIDENTS
        return sample(workplace, residents=12, years=1, **given)

    monkeypatch.setattr(sampling, "sample", few)


def make_practice(sitting) -> str:
    sitting.page.clinic.practice_button.click()
    password = sitting.page._practice_password
    sitting.press(Qt.Key.Key_Return)
    return password


def test_a_practice_village_is_one_press_away_and_leaves_the_real_one_free(sitting, small_village):
    make_practice(sitting)
    sitting.wait()
    (workplace,) = sitting.opened
    assert viewing.status(workplace).is_practice
    assert viewing.status(workplace).counts["resident"] > 5
    assert not (sitting.place.home / "keyslots.json").exists()
    Place(sitting.place.folder, seed=9).create().workplace.close()


def test_the_practice_village_is_opened_again_with_its_password(sitting, small_village):
    password = make_practice(sitting)
    sitting.wait()
    sitting.opened.pop().close()
    sitting.start()
    assert sitting.page.clinic.practice_button.text() == "接着用练习村"
    sitting.page.clinic.practice_button.click()
    sitting.enter("1111-2222-3333")
    sitting.wait()
    assert "密码不对" in sitting.page.practice.password.wrong.text()
    sitting.page.practice.password_field.clear()
    sitting.enter(password)
    sitting.wait()
    assert viewing.status(sitting.opened[0]).is_practice


def test_a_forgotten_practice_password_costs_nothing(sitting, small_village):
    make_practice(sitting)
    sitting.wait()
    sitting.opened.pop().close()
    before = contents(sitting.place.home / "practice")
    sitting.start()
    sitting.page.clinic.practice_button.click()
    sitting.page.practice.new_button.click()
    sitting.press(Qt.Key.Key_Return)
    sitting.wait()
    assert sitting.opened[0].home.name == "practice-2"
    assert contents(sitting.place.home / "practice") == before


def test_a_second_enter_does_not_stop_what_the_first_one_began(sitting, small_village):
    make_practice(sitting)
    assert sitting.page.practice.stop_button.isVisible()
    sitting.press(Qt.Key.Key_Return, Qt.Key.Key_Space)
    sitting.wait()
    assert len(sitting.opened) == 1


def test_stopped_half_way_the_practice_village_may_be_looked_at(sitting, small_village):
    make_practice(sitting)
    sitting.page.practice.stop_button.click()
    sitting.wait()
    assert not sitting.opened
    assert "停下了" in sitting.page.practice.status.text()
    sitting.enter()
    assert viewing.status(sitting.opened[0]).is_practice


def test_stopped_half_way_she_may_go_back_to_her_real_village(sitting, small_village):
    make_practice(sitting)
    sitting.page.practice.stop_button.click()
    sitting.wait()
    sitting.press(Qt.Key.Key_Escape)
    sitting.page.clinic.focus_first()
    sitting.tell_who()
    sitting.choose_secrets()
    assert sitting.where == "第 3 步，共 5 步"
    assert (sitting.place.home / "keyslots.json").is_file()
