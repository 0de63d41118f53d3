"""Choosing a password and a PIN, and the unlock code that is shown once: for the first run and for the settings.

What is wrong is said beside its field. Nothing typed here is kept longer than the panel lives.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from village_doctor.domain.problems import Problem
from village_doctor.foundation.ids import RandomBytes
from village_doctor.foundation.secrets import UnlockCode, generate_password
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Button, Labelled, PasswordField, PinField, PlainField, label
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.services.beginning import check_password
from village_doctor.services.locking import check_pin
from village_doctor.services.problem_words import problem_text

GENERATED: Final = "generated"
OWN: Final = "own"
_AS_WIDE_AS_IT_GETS: Final = 16_777_215  # Qt's own limit
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# How the letters that the code does not have are read from paper.
_LIKE: Final = str.maketrans("OIL", "011")


class NewPasswordPanel(QWidget):
    """Twelve digits from the program, or one's own typed twice. `entered`: Enter where it is complete."""

    entered = Signal()

    def __init__(self, random_bytes: RandomBytes) -> None:
        super().__init__()
        self._random_bytes = random_bytes
        self.generated = generate_password(random_bytes)
        layout = _column(self)
        self.kinds = Choices(
            _("密码"), [(GENERATED, _("用程序给的 12 位数字（推荐）")), (OWN, _("自己起一个"))]
        )
        self.kinds.set_values([GENERATED])
        self.kinds.chosen.connect(self._show_kind)
        self.kinds.entered.connect(self._go_on)
        layout.addWidget(self.kinds)

        self.given = QWidget()
        given = _column(self.given)
        self.shown = fours(self.generated)
        given.addWidget(self.shown)
        given.addWidget(label(_("请抄在本子上，收在别人拿不到的地方。输的时候横线、空格可以不打。")))
        layout.addWidget(self.given)

        self.own = QWidget()
        own = QHBoxLayout(self.own)
        own.setContentsMargins(0, 0, 0, 0)
        own.setSpacing(16)
        self.first_field, self.again_field = PasswordField(_("密码")), PasswordField(_("密码再输一次"))
        self.first = Labelled(_("密码（至少 10 个字，只用数字要 12 位）"), self.first_field)
        self.again = Labelled(_("再输一次"), self.again_field)
        for one in (self.first, self.again):
            own.addWidget(one, 1, Qt.AlignmentFlag.AlignTop)
        self.first_field.entered.connect(self.again_field.setFocus)
        self.again_field.entered.connect(self.entered)
        layout.addWidget(self.own)
        self._show_kind()

    @property
    def is_own(self) -> bool:
        return self.kinds.value() == OWN

    def focus_first(self) -> None:
        self.kinds.setFocus()

    def taken(self) -> str | None:
        """The password that was chosen, None where something is wrong with it: then that is said and has the focus."""
        for one in (self.first, self.again):
            one.refuse("")
        if not self.is_own:
            return self.generated
        password = self.first_field.text()
        try:
            check_password(password)
        except Problem as problem:
            refuse(self.first, problem_text(problem))
            return None
        if self.again_field.text() != password:
            self.again_field.clear()
            refuse(self.again, _("两次不一样，请再输一次。"))
            return None
        return password

    def _show_kind(self) -> None:
        self.given.setVisible(not self.is_own)
        self.own.setVisible(self.is_own)

    def _go_on(self) -> None:
        if self.is_own:
            self.first_field.setFocus()
        else:
            self.entered.emit()


class NewPinPanel(QWidget):
    """Four to six digits, typed twice. `entered`: Enter in the second field."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.first_field, self.again_field = PinField(_("PIN")), PinField(_("PIN 再输一次"))
        self.first = Labelled(_("PIN（4 到 6 位数字）"), self.first_field)
        self.again = Labelled(_("再输一次"), self.again_field)
        for field, one in ((self.first_field, self.first), (self.again_field, self.again)):
            field.setMaximumWidth(_AS_WIDE_AS_IT_GETS)
            row.addWidget(one, 1, Qt.AlignmentFlag.AlignTop)
        self.first_field.entered.connect(self.again_field.setFocus)
        self.again_field.entered.connect(self.entered)

    def focus_first(self) -> None:
        self.first_field.setFocus()

    def taken(self) -> str | None:
        """The PIN, None where something is wrong with it: then that is said and has the focus."""
        for one in (self.first, self.again):
            one.refuse("")
        try:
            pin = check_pin(self.first_field.text())
        except Problem as problem:
            self.again_field.clear()
            refuse(self.first, problem_text(problem))
            return None
        if self.again_field.text() != self.first_field.text():
            self.again_field.clear()
            refuse(self.again, _("两次不一样，请再输一次。"))
            return None
        return pin


class UnlockCodePanel(QWidget):
    """The code in fours, to be printed or copied by hand; `proved`: its last group was read back from the paper."""

    proved = Signal()

    def __init__(self, code: UnlockCode, print_: Callable[[], None]) -> None:
        super().__init__()
        self._code = code
        layout = _column(self)
        layout.addWidget(
            label(
                _("密码忘了、电脑坏了，都靠它打开数据。只显示这一次，程序里不留：请打印，或者用笔抄在纸上。")
            )
        )
        self.shown = fours(code.text)
        layout.addWidget(self.shown)
        layout.addWidget(
            label(
                _(
                    "装进信封，放在卫生院或者家里；不要夹在协议书里，不要放在电脑旁边，不要拍照。"
                    "打印机的队列里可能留着一份，不放心就用笔抄。"
                )
            )
        )
        row = QHBoxLayout()
        row.setSpacing(16)
        self.print_button = Button(_("打印开锁码"), key="Ctrl+P")
        self.print_button.clicked.connect(print_)
        self.field = PlainField(_("最后一组"), allowed=_LETTERS, longest=4)
        self.back = Labelled(_("看着纸，输入最后一组（4 个字母或数字）"), self.field)
        self.field.entered.connect(self.prove)
        caption_height = self.back.caption.sizeHint().height() + 2
        beside = QVBoxLayout()
        beside.addSpacing(caption_height)
        beside.addWidget(self.print_button)
        beside.addStretch()
        row.addLayout(beside)
        row.addWidget(self.back, 1, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(row)

    def focus_first(self) -> None:
        self.field.setFocus()

    def prove(self) -> None:
        """Tells `proved` if the last group is right, else what to do."""
        if self.field.text().upper().translate(_LIKE) == self._code.last_group:
            self.back.refuse("")
            self.proved.emit()
        else:
            self.field.clear()
            refuse(self.back, _("和开锁码的最后一组不一样。请对照纸上再输一次。"))


def fours(text: str) -> WrappingRow:
    """A password or code in large groups of four that wrap into lines; read out as a whole."""
    row = WrappingRow(gap=16)
    row.setAccessibleName(text)
    for group in text.split("-"):
        row.add(label(group, role="big", wraps=False))
    return row


def refuse(labelled: Labelled, text: str) -> None:
    """Says what is wrong beside the field and puts the focus into it."""
    labelled.refuse(text)
    labelled.field.setFocus()


def _column(widget: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    return layout
