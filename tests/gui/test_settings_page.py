"""Settings: each change works at once, says ✓, and is what the next start finds."""

import contextlib
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from tests.gui.shells import RecordingShell, over
from tests.village import CLINIC, PASSWORD, Place
from village_doctor import __version__
from village_doctor.domain.problems import Problem
from village_doctor.foundation.settings_file import TypeSize
from village_doctor.gui.pages.secrets_panels import NewPasswordPanel, NewPinPanel, UnlockCodePanel
from village_doctor.gui.pages.settings_page import SettingsPage
from village_doctor.gui.theme import Theme
from village_doctor.services import locking, opening
from village_doctor.services.registering import set_setting
from village_doctor.sync import slot_opening

OWN = "dashu xia you jing"


@dataclass
class RecordingAppearance:
    theme: Theme = field(default_factory=Theme)

    def choose(self, type_size: TypeSize, high_contrast: bool) -> None:
        self.theme = Theme(type_size, high_contrast)


class Sitting:
    """The page in a window over a new home."""

    def __init__(self, qtbot, place: Place, shell: RecordingShell) -> None:
        self.qtbot = qtbot
        self.place = place
        self.shell = shell
        self.workplace = shell.session.workplace
        self.old_code = ""
        self.appearance = RecordingAppearance()
        self.page = SettingsPage(shell, self.appearance)
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.setCentralWidget(self.page)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        self.page.focus_first()
        self.page.refresh()
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: self.shell.session.tasks.is_idle, timeout=20_000)

    def enter(self, text: str = "") -> None:
        self.qtbot.keyClicks(QApplication.focusWidget(), text)
        self.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)

    def opens(self, password: str) -> bool:
        try:
            slot_opening.open_slots(opening.load_slots(self.place.home), password)
        except Problem:
            return False
        return True


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def sitting(qtbot, place):
    made = place.create()
    with over(made.workplace) as shell:
        sitting = Sitting(qtbot, place, shell)
        sitting.old_code = made.unlock_code.text
        yield sitting
    with contextlib.suppress(RuntimeError):  # a test may have locked it
        made.workplace.close()


# --- look ---------------------------------------------------------------------------------------------


def test_the_type_size_is_chosen_by_its_number_and_applied_at_once(sitting):
    assert sitting.page.sizes.value() == "small"
    sitting.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_3)
    assert sitting.appearance.theme == Theme("large", False)
    assert sitting.page.look_done.text().startswith("✓")
    sitting.page.contrast.click()
    assert sitting.appearance.theme == Theme("large", True)


# --- secrets ------------------------------------------------------------------------------------------


def test_a_new_password_opens_and_the_old_one_no_longer(sitting):
    sitting.page.password_button.click()
    sitting.qtbot.keyClicks(QApplication.focusWidget(), "2")
    sitting.enter()
    sitting.enter(OWN)
    sitting.enter(OWN)
    sitting.wait()
    assert sitting.opens(OWN)
    assert not sitting.opens(PASSWORD)
    assert sitting.page.secrets_done.text().startswith("✓ 密码换好了")
    assert not sitting.page.secrets_done.isHidden()
    assert sitting.page.panel is None


def test_a_weak_password_changes_nothing(sitting):
    sitting.page.password_button.click()
    sitting.qtbot.keyClicks(QApplication.focusWidget(), "2")
    sitting.enter()
    sitting.enter("1234567890")
    sitting.page.save_button.click()
    sitting.wait()
    assert sitting.page.panel is not None
    assert sitting.opens(PASSWORD)


def test_a_new_pin_reopens_the_idle_lock(sitting):
    locking.set_pin(sitting.workplace, "2846")
    sitting.page.pin_button.click()
    sitting.enter("907315")
    sitting.enter("907315")
    sitting.wait()
    assert sitting.page.secrets_done.text() == "✓ PIN 换好了"
    locked = locking.lock(sitting.workplace)
    with pytest.raises(Problem, match="pin-wrong"):
        locked.reopen("2846")
    locked.reopen("907315").close()


def test_escape_leaves_a_panel_without_a_change(sitting):
    assert not sitting.page.go_back()
    sitting.page.pin_button.click()
    assert sitting.page.go_back()
    assert sitting.page.panel is None
    assert not locking.has_pin(sitting.workplace)


def test_a_new_unlock_code_is_shown_printed_and_asked_back(sitting):
    sitting.page.code_button.click()
    assert "马上作废" in _texts(sitting.page.panel)
    assert _code_opens(sitting, sitting.old_code)
    sitting.page.save_button.click()
    sitting.wait()
    panel = sitting.page.panel
    assert isinstance(panel, UnlockCodePanel)
    code = panel.shown.accessibleName()
    assert _code_opens(sitting, code)
    assert not _code_opens(sitting, sitting.old_code)

    panel.print_button.click()
    (make,) = sitting.shell.previews
    paper = make(sitting.workplace)
    assert paper.pdf.startswith(b"%PDF-")
    assert not paper.can_be_saved

    sitting.enter("!?" + ("ZZZZ" if code[-4:] != "ZZZZ" else "YYYY"))
    assert "对照纸上再输一次" in panel.back.wrong.text()
    sitting.enter(code[-4:])
    assert sitting.page.panel is None
    assert sitting.page.secrets_done.text().startswith("✓ 开锁码换好了")


def test_a_fresh_code_that_was_not_proved_stays_on_the_page(sitting):
    sitting.page.code_button.click()
    sitting.page.save_button.click()
    sitting.wait()
    sitting.page.go_back()
    sitting.page.leave()
    sitting.page.refresh()
    sitting.wait()
    assert isinstance(sitting.page.panel, UnlockCodePanel)
    assert not sitting.page.password_button.isEnabled()


def test_who_may_not_change_keys_is_told_so(sitting, monkeypatch):
    def refuse(_workplace):
        raise Problem("not-permitted", role="helper", verb="change_keys")

    monkeypatch.setattr(opening, "replace_unlock_code", refuse)
    sitting.page.code_button.click()
    sitting.page.save_button.click()
    sitting.wait()
    assert [problem.code for problem in sitting.shell.told] == ["not-permitted"]
    assert sitting.page.save_button.isEnabled()


# --- one Enter too many -----------------------------------------------------------------------------


def press_enter(sitting, times: int = 1) -> None:
    for _time in range(times):
        sitting.qtbot.keyClick(QApplication.focusWidget() or sitting.window, Qt.Key.Key_Return)


def test_two_enters_put_no_password_in_force_that_nobody_has_written_down(sitting):
    sitting.page.password_button.setFocus()
    press_enter(sitting, 2)
    sitting.wait()
    assert sitting.opens(PASSWORD)
    assert sitting.page.save_button.hasFocus()
    given = sitting.page.findChild(NewPasswordPanel).generated
    press_enter(sitting)
    sitting.wait()
    assert sitting.opens(given)


def test_after_a_change_further_enters_press_nothing(sitting):
    sitting.page.pin_button.setFocus()
    press_enter(sitting)
    sitting.enter("907315")
    sitting.enter("907315")
    press_enter(sitting)
    sitting.wait()
    press_enter(sitting, 3)
    sitting.wait()
    assert sitting.page.panel is None
    assert sitting.page.secrets_done.text().startswith("✓ PIN 换好了")
    assert sitting.opens(PASSWORD)


def test_what_is_being_changed_is_neither_closed_nor_begun_again(sitting):
    sitting.page.pin_button.click()
    sitting.page.findChild(NewPinPanel).first_field.setText("907315")
    sitting.page.findChild(NewPinPanel).again_field.setText("907315")
    sitting.page.save_button.setFocus()
    press_enter(sitting, 2)
    assert sitting.page.go_back()
    assert sitting.page.panel is not None
    sitting.wait()
    assert sitting.page.panel is None
    assert not sitting.page.secrets_done.isHidden()


def test_two_enters_do_not_void_the_unlock_code_in_its_envelope(sitting):
    sitting.page.code_button.setFocus()
    press_enter(sitting, 2)
    sitting.wait()
    assert _code_opens(sitting, sitting.old_code)
    assert sitting.page.panel is None
    assert sitting.page.code_button.hasFocus()


def test_escape_gives_the_focus_back_to_the_button_that_opened_the_panel(sitting):
    sitting.page.pin_button.click()
    assert sitting.page.go_back()
    assert sitting.page.pin_button.hasFocus()


# --- backup -------------------------------------------------------------------------------------------


def test_a_backup_is_made_now_and_the_page_says_when(sitting):
    assert "还没有" in sitting.page.last_backup.text()
    sitting.page.backup_button.click()
    sitting.wait()
    assert sitting.page.backup_done.text().startswith("✓ 备份做好了")
    assert "2026-11-23 09:10" in sitting.page.last_backup.text()
    assert len(list(sitting.workplace.backups.glob("*.vdbackup"))) == 1


def test_a_backup_on_a_stick_says_what_opens_it(sitting, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    sitting.page.back_up(stick)
    sitting.wait()
    assert "只能用纸上的开锁码打开" in sitting.page.backup_done.text()
    assert len(list(stick.glob("*.vdbackup"))) == 1


def test_a_stopped_backup_leaves_no_file(sitting, monkeypatch):
    monkeypatch.setattr(sitting.shell, "run_long", _stopped(sitting))
    sitting.page.backup_button.click()
    sitting.wait()
    assert [problem.code for problem in sitting.shell.told] == ["cancelled"]
    assert not list(sitting.workplace.backups.glob("*.vdbackup"))


def _stopped(sitting):
    def run_long(_title, work, then, failed=None):
        sitting.shell.session.work(
            sitting.page, then, lambda workplace: work(workplace, lambda *_given: None, lambda: True)
        )

    return run_long


# --- what there is to know ----------------------------------------------------------------------------


def test_the_page_says_which_clinic_and_program_this_is(sitting):
    facts = sitting.page.facts.text()
    for known in (
        CLINIC.clinic_name,
        CLINIC.doctor_name,
        CLINIC.township_name,
        CLINIC.village_code,
        __version__,
    ):
        assert known in facts
    assert str(sitting.place.home) in facts
    assert str(sitting.place.home / "logs" / "village-doctor.log") in sitting.page.log.text()
    assert sitting.page.practice.isHidden()


def test_the_end_of_the_page_is_reached_by_keyboard(sitting):
    sitting.window.resize(1100, 320)
    bar = sitting.page.area.verticalScrollBar()
    sitting.qtbot.waitUntil(lambda: bar.maximum() > 0)
    for _ in range(5):
        sitting.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_PageDown)
    assert bar.value() == bar.maximum()


def test_a_practice_village_says_what_that_means(sitting):
    sitting.workplace.command(set_setting, "practice", "1")
    sitting.page.refresh()
    sitting.wait()
    assert not sitting.page.practice.isHidden()
    assert "都是假的" in sitting.page.practice.text()


def _texts(widget):
    return " ".join(one.text() for one in widget.findChildren(QLabel))


def _code_opens(sitting, code: str) -> bool:
    try:
        slot_opening.open_with_code(opening.load_slots(sitting.place.home), code)
    except Problem:
        return False
    return True
