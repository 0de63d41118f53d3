"""A day in the real window, by keyboard alone: from the first run to the receipt, with the township on its command line.

Nothing here calls a page: keys go to whatever has the focus, and what is claimed is read from the window.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication

from tests.cli.command_line import TownshipLine
from tests.gui.driving import ALT, CTRL, Driven
from tests.gui.scenes import dialog
from tests.village import PASSWORD, Place, card
from village_doctor.gui.widgets.choices import Choices

KEY = Qt.Key
GRANDFATHER = card(date(1953, 1, 1), 1)
GRANDMOTHER = card(date(1956, 5, 3), 2)
SON = card(date(1981, 9, 14), 3)


class Day:
    """A clinic that does not exist yet, a township, and the stick between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stick = folder / "stick"
        self.stick.mkdir()
        self.place = Place(folder)
        self.township = TownshipLine(Place(folder, "township", "desk", 77, self.place.clock))
        self.window = Driven(self.place)

    # --- the keyboard -------------------------------------------------------------------------------

    def go_to(self, text: str, *, most: int = 60) -> None:
        """Tab until the control with this name has the focus."""
        for _try in range(most):
            focus = QApplication.focusWidget()
            shown = focus.text() if isinstance(focus, QAbstractButton) else ""
            if focus is not None and (text in shown or text in focus.accessibleName()):
                return
            self.window.press(KEY.Key_Tab)
        raise AssertionError(f"Tab never comes to “{text}”:\n{self.window.shown()}")

    def choose(self, *texts: str) -> None:
        """In the options that have the focus: the digit that stands before one of these words."""
        options = self.window.focus
        assert isinstance(options, Choices), self.window.shown()
        for text in texts:
            for button in options.buttons:
                digit, _space, word = button.text().partition(" ")
                if word == text:
                    self.window.type(digit)
                    return
        raise AssertionError([button.text() for button in options.buttons])

    def enter_all(self, *texts: str) -> None:
        for text in texts:
            self.window.enter(text)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    made = Day(tmp_path)
    yield made
    made.window.close()


def first_run(day: Day) -> None:
    window = day.window
    window.start()
    window.until_shown("您是哪个村的")
    window.type("990101101201")
    day.go_to("村名")
    day.enter_all("石桥湾村", "", "王守仁", "青石镇卫生院")
    window.until_shown("定一个密码和一个 PIN")
    window.type("2")
    window.enter()
    day.enter_all(PASSWORD, PASSWORD, "2580", "2580")
    window.until_shown("最后一组")
    window.settle()
    groups = [
        text for text in window.shown().split("\n") if len(text) == 4 and text.isalnum() and text.isascii()
    ]
    assert len(groups) == 7
    window.enter("0000")
    window.until_shown("请对照纸上再输一次")
    window.enter(groups[-1])
    window.until_shown("和卫生院接上头")
    window.settle()
    day.go_to("以后再说")
    window.enter()
    window.until_shown("把村里的人登记进来")
    window.enter()
    window.until_shown("门在哪儿")
    window.settle()


def household_of_four(day: Day) -> None:
    """Door, then the head, his wife with hypertension, the son, the granddaughter who has no card yet."""
    window = day.window
    window.enter()
    day.enter_all("3", "王家湾", "12号", "19900007788", "女儿")
    window.enter("王德顺")
    window.enter(GRANDFATHER)
    window.enter()
    window.enter("李桂英")
    window.enter(GRANDMOTHER)
    day.choose("配偶", "妻")
    window.enter()
    day.choose("高血压")
    window.enter()
    window.enter("2016")
    day.enter_all("王小军", SON)
    day.choose("子")
    day.enter_all("", "")
    day.enter_all("王思琪", "")
    day.choose("没办过")
    window.enter()
    window.type("20190228")
    day.choose("女")
    window.enter()
    day.choose("孙女")
    day.enter_all("", "")
    window.enter()
    day.go_to("保存")
    window.enter()
    window.until_shown("王德顺家")
    window.settle()
    for name in ("王德顺", "李桂英", "王小军", "王思琪"):
        assert name in window.shown()


def sign(day: Day) -> None:
    """Two years; the paper is printed, then signed, then taken back: active."""
    window = day.window
    window.press(KEY.Key_F4)
    window.settle()
    window.type("2")
    window.until_shown("到 2028年11月22日 为止")
    window.press(KEY.Key_F2)
    window.until_shown("第 1 页，共 4 页")
    window.press(KEY.Key_Escape)
    window.until_shown("协议备好了，等签字，还不算签约")
    window.settle()
    day.choose("王德顺")
    window.enter()
    window.enter()
    for answer in ("本人签了", "告诉过本人"):
        day.choose(answer)
        window.enter()
    window.press(KEY.Key_F2)
    window.until_shown("签了，到 2028年11月22日 为止")
    window.settle()
    assert "● 还没签字" not in window.shown()


def measure(day: Day) -> None:
    """152/96 is stored; 96/152 is refused; 86/50 is asked about once and then stored."""
    window = day.window
    window.press(KEY.Key_K, CTRL)
    window.enter("lgy")
    window.type("b")
    window.settle()
    window.type("15296")
    window.until_shown("要低于 150/90")
    window.enter()
    assert window.said[-1].startswith("✓ 李桂英 血压 152/96")

    window.type("b")
    window.settle()
    window.type("96152")
    window.enter()
    window.until_shown("填反")
    assert not window.said[-1].startswith("✓ 李桂英 血压 96/152")
    window.press(KEY.Key_Escape)

    window.type("b")
    window.settle()
    window.enter("8650")
    window.enter()
    assert window.said[-1].startswith("✓ 李桂英 血压 86/50")
    window.settle()


ANSWERS = {
    "危急情况": "没有",
    "症状": "无症状",
    "并发症": "没有新的，原有的没加重",
    "收缩压": "152",
    "舒张压": "96",
    "心率": "76",
    "日吸烟量": "0",
    "日饮酒量": "0",
    "每周运动次数": "3",
    "每次运动时间": "30",
    "摄盐情况": "中",
    "心理调整": "良好",
    "遵医行为": "良好",
    "服药依从性": "规律",
    "药物不良反应": "无",
    "药物": "没有",
}


def follow_up(day: Day) -> None:
    """Every blank by Enter and digits; the conclusion stands beside it before it is saved."""
    window = day.window
    window.type("f")
    window.until(lambda: QApplication.activeModalWidget() is not None)  # her yearly check-up is due as well
    verb = next(one for one in dialog().findChildren(QAbstractButton) if one.accessibleName() == "高血压随访")
    window.type(verb.text().split()[-1])
    window.until_shown("高血压随访　李桂英")
    window.type("")  # offscreen nothing else gives the keyboard back to the window behind the dialog
    window.settle()
    left = dict(ANSWERS)
    for _field in range(40):
        name = window.focus.accessibleName()
        if name in left:
            answer = left.pop(name)
            if isinstance(window.focus, Choices):
                day.choose(answer)
            else:
                window.type(answer)
        if not left:
            break
        window.press(KEY.Key_Return)
    assert not left, left
    window.until_shown("控制不满意")
    window.press(KEY.Key_F2)
    window.until(lambda: window.page is window.workroom.pages.family)
    window.settle()
    assert "控制不满意" in window.shown()


def today_says_what_and_why(day: Day) -> None:
    """Nothing is due today; after two weeks it is, and Today says why."""
    window = day.window
    window.press(KEY.Key_1, ALT)
    window.settle()
    assert "今天没有该看的人。最早的一件：李桂英 女 70岁　高血压随访：12月7日到期。" in window.shown()
    day.place.clock.forward(days=14)
    window.press(KEY.Key_L, CTRL)
    window.until(lambda: window.program.window.lock_page.is_pin)
    window.settle()
    window.enter("2580")
    window.until(lambda: window.program.inside is not None)
    window.settle()
    told = window.shown()
    assert "▲ 3组 王家湾 12号  王德顺家" in told or "3组 王家湾 12号" in told
    assert "高血压随访：今天" in told
    assert "那次高血压随访控制不满意，14 天内要再随访一次" in told


def paper(day: Day) -> None:
    """The agreement and the cards, each seen before it is printed."""
    window = day.window
    window.press(KEY.Key_K, CTRL)
    window.enter("wds")
    for digit, pages in (("协议", "第 1 页，共 4 页"), ("签约卡", "第 1 页，共 1 页")):
        window.press(KEY.Key_P, CTRL)
        window.until(lambda: QApplication.activeModalWidget() is not None)
        day.go_to(digit)
        window.press(KEY.Key_Return)
        window.until_shown(pages)
        window.settle()
        window.press(KEY.Key_Escape)
        window.settle()


def enrol(day: Day) -> None:
    """The invitation is chosen from the stick, the six words are compared."""
    window = day.window
    day.township.done("init", "--name", "青石镇卫生院", "--recovery-out", str(day.folder / "recovery.txt"))
    day.township.done("invite", "--code", "000101", "--label", "石桥湾", "--to", str(day.stick))
    (invitation,) = day.stick.glob("*.vdinvite")
    window.press(KEY.Key_4, ALT)
    window.settle()
    day.go_to("选一个文件")
    window.enter()
    window.until(lambda: QApplication.activeModalWidget() is not None)
    window.enter(str(invitation))
    window.until_shown("一样")
    for word in day.township.json("status")["words"]:
        assert word in window.shown()
    day.go_to("一样")
    window.enter()
    window.settle()
    window.until_shown("和卫生院接上了")


def carry(day: Day) -> None:
    """One press on the page of letters: receipts first, then what waits. The folder is typed into the dialog."""
    window = day.window
    day.go_to("选一个文件夹")
    window.enter()
    window.until(lambda: QApplication.activeModalWidget() is not None)
    window.enter(str(day.stick))
    window.until(lambda: QApplication.activeModalWidget() is None)
    window.settle()


def send_and_hear_back(day: Day) -> None:
    """The letter goes, waits for the six words, is taken in and answered; the window shows delivered."""
    window = day.window
    carry(day)
    window.until_shown("带到")
    shown = window.shown()
    words = [
        line.partition(" ")[2] for line in shown.split("\n") if line[:2] in {f"{n} " for n in range(1, 7)}
    ]
    day.place.clock.forward(minutes=5)
    told = day.township.json("receive", str(day.stick))
    assert [one["result"] for one in told["letters"]] == ["waits-confirm"]
    assert told["waiting_devices"][0]["words"] == words
    day.township.json("confirm", *words)
    day.township.done("answer", "--to", str(day.stick))
    carry(day)
    window.until_shown("都送到")
    window.settle()
    assert "第 1 次上报　34 条　✓ 送到了，有回条" in window.shown()
    window.until_shown("都送到卫生院了")
    assert window.workroom.rail.buttons["delivery"].text() == "上报"


def test_a_day_by_keyboard_alone(day: Day) -> None:
    first_run(day)
    household_of_four(day)
    sign(day)
    measure(day)
    follow_up(day)
    today_says_what_and_why(day)
    paper(day)
    enrol(day)
    send_and_hear_back(day)
