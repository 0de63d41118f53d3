"""The stick goes to the township and comes back: what waits, what lies on it, what has to be checked, and what a failure leaves."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.fitting import faults
from tests.gui.shells import RecordingShell, over, put_up
from tests.post import Post
from tests.services.desk_of_township import TownshipDesk
from tests.village import Village
from village_doctor.domain.problems import Problem
from village_doctor.gui import theme
from village_doctor.gui.pages.delivery_page import DeliveryPage
from village_doctor.gui.sticks import Stick
from village_doctor.gui.theme import Theme
from village_doctor.services import delivery_status, enrolling
from village_doctor.store import local_state
from village_doctor.sync.receipts import DoubtLine


@dataclass
class Desk:
    """The page, the sticks that are plugged in, and the township at the other end."""

    page: DeliveryPage
    shell: RecordingShell
    township: TownshipDesk
    stick: Path
    plugged: list[Stick]
    qtbot: QtBot

    def settle(self):
        self.qtbot.waitUntil(lambda: self.shell.session.tasks.is_idle)

    def look(self):
        self.page.refresh()
        self.settle()

    def press(self, key):
        self.qtbot.keyClick(self.page, key)
        self.settle()

    def answer(self, lines=(), **changed):
        header = self.township.receipt(self.township.letters_in(self.stick), **changed)
        return self.township.answer(self.stick, header, lines)

    def status(self):
        return delivery_status.status(self.shell.session.workplace)


@pytest.fixture
def township():
    return TownshipDesk()


@pytest.fixture
def enrolled(village: Village, township):
    enrolling.enrol(village.workplace, township.invite(), township.words)
    return village


def opened(village, township, tmp_path, qtbot, shell):
    stick = tmp_path / "stick"
    stick.mkdir(exist_ok=True)
    plugged = [Stick(name="KINGSTON", folder=stick)]
    page = DeliveryPage(shell, lambda: tuple(plugged))
    qtbot.addWidget(page)
    put_up(page, qtbot)
    made = Desk(page, shell, township, stick, plugged, qtbot)
    made.look()
    return made


@pytest.fixture
def desk(enrolled, township, tmp_path, qtbot):
    with over(enrolled.workplace) as shell:
        yield opened(enrolled, township, tmp_path, qtbot, shell)


def test_one_sentence_says_how_much_waits_and_since_when(desk):
    waiting = desk.status().waiting
    assert (
        desk.page.sentence.text()
        == f"还有 {waiting} 条没送到{desk.status().township.name}，最早 11月23日。还没有上报过。"
    )


def test_the_button_names_the_stick_it_sees_and_waits_for_one(desk):
    assert desk.page.send_button.text() == "上报到优盘 KINGSTON　F2"
    desk.plugged.clear()
    desk.page.look_for_sticks()
    desk.settle()
    assert not desk.page.send_button.isEnabled()
    assert desk.page.send_button.text() == "插上优盘就能上报"


def test_with_two_sticks_a_digit_chooses(desk, tmp_path):
    (tmp_path / "other").mkdir()
    desk.plugged.append(Stick(name="SANDISK", folder=tmp_path / "other"))
    desk.page.look_for_sticks()
    desk.settle()
    assert desk.page.which_row.isVisible()
    desk.qtbot.keyClick(desk.page.which, Qt.Key.Key_2)
    assert "SANDISK" in desk.page.send_button.text()
    desk.press(Qt.Key.Key_F2)
    assert list((tmp_path / "other").glob("*.vdbatch"))
    assert not list(desk.stick.glob("*.vdbatch"))


def test_f2_puts_the_letters_on_the_stick_and_says_what_to_do_next(desk):
    desk.press(Qt.Key.Key_F2)
    assert list(desk.stick.glob("*.vdbatch"))
    assert desk.page.told.text().startswith("在 KINGSTON 放好了 1 封信")
    assert "拔下优盘，带到卫生院" in desk.page.told.text()
    assert "第 1 次上报" in desk.page.letters.text()
    assert "等回条" in desk.page.letters.text()
    assert desk.shell.ran == ["正在上报"]


def test_a_second_f2_while_it_runs_does_nothing(desk):
    desk.page.send()
    desk.page.send()
    desk.settle()
    assert desk.shell.ran == ["正在上报"]


def test_the_receipt_that_came_back_is_taken_in_first_and_nothing_waits_any_more(desk):
    desk.press(Qt.Key.Key_F2)
    desk.answer()
    desk.press(Qt.Key.Key_F2)
    assert desk.status().waiting == 0
    assert "收进 1 张回条" in desk.page.told.text()
    assert "没有要送的" in desk.page.told.text()
    assert "✓ 送到了，有回条" in desk.page.letters.text()
    assert "写下的都送到" in desk.page.sentence.text()
    assert not list(desk.stick.glob("*.vdbatch"))


def test_f3_only_takes_receipts(desk):
    desk.press(Qt.Key.Key_F2)
    desk.answer()
    desk.press(Qt.Key.Key_F3)
    assert desk.status().waiting == 0
    assert desk.page.told.text().startswith("已保存：收进 1 张回条")


def test_the_six_words_stand_there_until_the_township_has_confirmed_this_computer(desk):
    assert desk.page.words.isVisible()
    assert desk.page.six_words.accessibleName() == " ".join(desk.status().device_words)


def test_what_has_to_be_checked_is_a_card_that_opens_the_person(desk, enrolled):
    desk.press(Qt.Key.Key_F2)
    doubt = DoubtLine(
        code="same-id-card",
        kind="resident",
        ids=(enrolled.grandmother.id, enrolled.widow.id),
        since="2026-11-23T01:10:00.000Z",
    )
    desk.answer((doubt,))
    desk.press(Qt.Key.Key_F2)
    (card,) = desk.page.cards
    assert "李桂英" in card.accessibleName()
    assert "1 处要核对" in desk.page.sentence.text()
    desk.qtbot.keyClick(card, Qt.Key.Key_Return)
    desk.settle()
    assert desk.shell.calls[-1] == ("open_family", enrolled.four.id, enrolled.grandmother.id)


def test_a_stick_pulled_out_is_told_in_plain_words_and_nothing_is_lost(desk):
    before = desk.status().waiting
    desk.stick.rmdir()
    desk.press(Qt.Key.Key_F2)
    assert "没有找到" in desk.page.told.text()
    assert "电脑里的记录都在" in desk.page.told.text()
    assert desk.status().waiting == before
    assert desk.page.send_button.isEnabled()


def test_stopped_half_way_it_can_go_on_later(desk, monkeypatch):
    def stopped(_workplace, _folder, _progress, _is_cancelled):
        raise Problem("cancelled")

    monkeypatch.setattr("village_doctor.gui.pages.delivery_page.carry", stopped)
    desk.press(Qt.Key.Key_F2)
    assert desk.page.told.text().startswith("▲")
    monkeypatch.undo()
    desk.press(Qt.Key.Key_F2)
    assert list(desk.stick.glob("*.vdbatch"))


def test_a_receipt_that_is_damaged_is_told_and_the_letters_still_go_out(desk):
    desk.press(Qt.Key.Key_F2)
    receipt = desk.answer()
    receipt.write_bytes(receipt.read_bytes()[:-40])
    desk.press(Qt.Key.Key_F2)
    assert receipt.name in desk.page.told.text()
    assert "原来就在上面" in desk.page.told.text()


def test_before_enrolling_the_page_offers_to(village, township, tmp_path, qtbot):
    with over(village.workplace) as shell:
        desk = opened(village, township, tmp_path, qtbot, shell)
        assert desk.page.enrol_panel.isVisible()
        assert not desk.page.controls.isVisible()
        enrolling.enrol(village.workplace, township.invite(), township.words)
        desk.page.enrol_panel.enrolled.emit()
        desk.settle()
        assert desk.page.controls.isVisible()
        assert not desk.page.enrol_panel.isVisible()


def test_no_stick_is_looked_for_while_another_page_is_shown(desk):
    desk.page.hide()
    assert not desk.page._timer.isActive()
    desk.page.show()
    assert desk.page._timer.isActive()


def test_with_the_real_township_and_back(tmp_path, qtbot):
    post = Post.enrolled(tmp_path)
    post.until_delivered()
    with post.workplace() as workplace, over(workplace) as shell:
        page = DeliveryPage(shell, lambda: (Stick(name="KINGSTON", folder=post.stick),))
        qtbot.addWidget(page)
        page.show()
        page.refresh()
        qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
        assert page.sentence.text().startswith("写下的都送到青石镇卫生院了。上次回条")
        assert not page.words.isVisible()
        assert workplace.query(local_state.current_device) is not None


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_everything_fits_in_every_type_size(desk, enrolled, qapp, size):
    theme.apply(qapp, Theme(size))
    desk.page.send_button.click()
    desk.settle()
    assert faults(desk.page) == []
    ids = (enrolled.grandmother.id, enrolled.widow.id)
    desk.answer((DoubtLine(code="x", kind="resident", ids=ids, since="2026-11-23T01:10:00.000Z"),))
    desk.page.send_button.click()
    desk.settle()
    desk.qtbot.wait(50)
    assert faults(desk.page) == []
