"""The lock screen: a password after a cold start, a PIN after a pause. Light: it is there before anything else is loaded.

A wrong password is said plainly and makes the next try wait a little; a wrong PIN says how many tries are left.
"""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.controls import Button, Field, PasswordField, PinField, label

_FORGET_AFTER_MS: Final = 60_000


class LockPage(QWidget):
    """`given`: what was typed (`is_pin` says what it is); `forgot`: the unlock code is wanted; `clock_confirmed`: the
    doctor says that the computer's date is right, and what she has typed still stands."""

    given = Signal(str)
    forgot = Signal()
    password_wanted = Signal()
    clock_confirmed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.is_pin = False
        self._wait_left = 0
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        middle = QHBoxLayout()
        middle.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(12)
        middle.addLayout(column, 2)
        middle.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(3)

        column.addWidget(label(_("村医助手"), role="big", wraps=False))
        self.warning = label("", tone="danger")
        self.warning.hide()
        column.addWidget(self.warning)
        self.question = label("", role="heading")
        column.addWidget(self.question)
        self.password = PasswordField(_("密码"))
        self.pin = PinField(_("PIN"))
        for field in (self.password, self.pin):
            field.entered.connect(self._give)
            column.addWidget(field)
        self.told = label("")
        column.addWidget(self.told)
        row = QHBoxLayout()
        self.open_button = Button(_("打开"), kind="primary")
        self.open_button.clicked.connect(self._give)
        self.clock_button = Button(_("日期是对的，打开"))
        self.clock_button.clicked.connect(self._confirm_clock)
        self.password_button = Button(_("改用密码"), kind="link")
        self.password_button.clicked.connect(self.password_wanted)
        self.forgot_button = Button(_("忘了密码"), kind="link")
        self.forgot_button.clicked.connect(self.forgot)
        for button in (self.open_button, self.clock_button, self.password_button, self.forgot_button):
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)
        self._forgetting = QTimer(self)
        self._forgetting.setSingleShot(True)
        self._forgetting.setInterval(_FORGET_AFTER_MS)
        self._forgetting.timeout.connect(self._ask_again)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._count_down)
        self.ask_password()

    @property
    def field(self) -> Field:
        return self.pin if self.is_pin else self.password

    def ask_password(self) -> None:
        """After a cold start, or when the PIN is spent."""
        self._ask(is_pin=False, question=_("请输入密码"))

    def ask_pin(self) -> None:
        """After a pause."""
        self._ask(is_pin=True, question=_("已经锁上。请输入 PIN"))

    def _ask(self, *, is_pin: bool, question: str) -> None:
        self.is_pin = is_pin
        self.question.setText(question)
        self.password.setVisible(not is_pin)
        self.pin.setVisible(is_pin)
        self.password_button.setVisible(is_pin)
        self.forgot_button.setVisible(not is_pin)
        self.clock_button.hide()
        self.say("")
        self.set_busy(is_busy=False)
        self.field.clear()
        self.field.setFocus()

    def warn(self, text: str) -> None:
        """Something that was not saved while it locked: it stays until the home is open again."""
        self.warning.setText(f"▲ {text}")
        self.warning.show()

    def forget(self) -> None:
        """The home is open: nothing typed here is kept."""
        self._forgetting.stop()
        self.warning.hide()
        self.password.clear()
        self.pin.clear()

    def _ask_again(self) -> None:
        """What was typed is not left standing for somebody else to confirm."""
        (self.ask_pin if self.is_pin else self.ask_password)()

    def _confirm_clock(self) -> None:
        self._forgetting.stop()
        typed = self.field.text()
        if typed.strip():
            self.clock_confirmed.emit(typed)
        else:
            self._ask_again()

    def say(self, text: str, *, is_wrong: bool = False) -> None:
        self.told.setText(f"▲ {text}" if is_wrong else text)
        self.told.setProperty("tone", "danger" if is_wrong else "quiet")
        self.told.style().polish(self.told)

    def refuse(self, text: str, *, wait_seconds: int = 0, asks_about_clock: bool = False) -> None:
        """What was typed did not open: says why; after a wait it may be tried again."""
        self.set_busy(is_busy=False)
        self.say(text, is_wrong=True)
        self.clock_button.setVisible(asks_about_clock)
        if asks_about_clock:
            self._forgetting.start()
        elif self.is_pin:
            self.field.clear()
        self.field.selectAll()
        self.field.setFocus()
        if asks_about_clock:
            self.clock_button.setFocus()
        if wait_seconds:
            self._refused = text
            self._wait_left = wait_seconds + 1
            self.set_busy(is_busy=True)
            self._count_down()
            self._timer.start()

    def _count_down(self) -> None:
        self._wait_left -= 1
        if self._wait_left <= 0:
            self._timer.stop()
            self.set_busy(is_busy=False)
            self.say(self._refused, is_wrong=True)
            self.field.setFocus()
        else:
            wait = fill(_("{seconds} 秒后可以再试。"), {"seconds": self._wait_left})
            self.say(f"{self._refused}{wait}", is_wrong=True)

    def set_busy(self, *, is_busy: bool, text: str = "") -> None:
        if is_busy:  # else Qt hands the focus on, and the next Enter would be 忘了密码
            self.field.clearFocus()
        for widget in (self.password, self.pin, self.open_button, self.clock_button, self.password_button):
            widget.setEnabled(not is_busy)
        if text:
            self.say(text)

    def _give(self) -> None:
        typed = self.field.text()
        if typed.strip():
            self.given.emit(typed)
