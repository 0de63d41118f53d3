"""The steps of the first run, each one decision: who you are, password and PIN, the unlock code, the township, the people.

A step asks and checks; what is done with the answers is `first_run_page`'s business.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from village_doctor.domain.problems import Problem
from village_doctor.foundation.ids import RandomBytes
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.pages.enrol_panel import EnrolPanel
from village_doctor.gui.pages.secrets_panels import (
    NewPasswordPanel,
    NewPinPanel,
    UnlockCodePanel,
    fours,
    refuse,
)
from village_doctor.gui.widgets.controls import (
    Button,
    Field,
    Labelled,
    NumberField,
    PasswordField,
    label,
)
from village_doctor.services.beginning import PRACTICE_PIN
from village_doctor.services.problem_words import problem_text
from village_doctor.services.registering import ClinicDraft, check_clinic


class Step(QWidget):
    """One decision. `done`: it is made; `finish` checks what was entered and tells `done`, or says what is wrong.

    `go_on` stands on the button that finishes; `is_main_thing`: it is what most people want here.
    """

    done = Signal()

    def __init__(self, title: str, go_on: str) -> None:
        super().__init__()
        self.title = title
        self.go_on = go_on
        self.is_main_thing = True
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)

    def focus_first(self) -> None:
        """Puts the focus where the step begins."""

    def finish(self) -> None:
        self.done.emit()


class ClinicStep(Step):
    """Who are you: the village with its code, the clinic, the doctor."""

    practice_wanted = Signal()

    def __init__(self, *, has_practice: bool) -> None:
        super().__init__(_("您是哪个村的？"), _("继续"))
        self.code_field = NumberField(_("行政村代码"), longest=12, width=0)
        self.village_field, self.clinic_field = Field(_("村名")), Field(_("卫生室名称"))
        self.doctor_field, self.township_field = Field(_("您的姓名")), Field(_("乡镇卫生院"))
        self.code = Labelled(
            _("行政村代码（12 位数字，卫生院的报表上有，不知道就打电话问）"), self.code_field
        )
        self.village = Labelled(_("村名，如 石桥湾村"), self.village_field)
        self.clinic = Labelled(_("卫生室名称（印在协议书上）"), self.clinic_field)
        self.doctor = Labelled(_("您的姓名"), self.doctor_field)
        self.township = Labelled(_("乡镇卫生院（可以先不填）"), self.township_field)
        self.body.addWidget(self.code)
        self.body.addLayout(_side_by_side(self.village, self.clinic))
        self.body.addLayout(_side_by_side(self.doctor, self.township))
        self.code_field.full.connect(self.village_field.setFocus)
        fields = [
            self.code_field,
            self.village_field,
            self.clinic_field,
            self.doctor_field,
            self.township_field,
        ]
        _walk(fields, self.finish)
        self.village_field.editingFinished.connect(self._propose_clinic)

        self.body.addSpacing(16)
        self.body.addWidget(
            label(_("想先试试？练习村里的人都是假的，随便点，不影响以后正式用。"), tone="quiet")
        )
        self.practice_button = Button(_("接着用练习村") if has_practice else _("练习村（假的，随便点）"))
        self.practice_button.clicked.connect(self.practice_wanted)
        row = QHBoxLayout()
        row.addWidget(self.practice_button)
        row.addStretch()
        self.body.addLayout(row)

    def focus_first(self) -> None:
        self.code_field.setFocus()

    def draft(self) -> ClinicDraft:
        return ClinicDraft(
            clinic_name=self.clinic_field.text().strip(),
            village_code=self.code_field.text(),
            village_name=self.village_field.text().strip(),
            doctor_name=self.doctor_field.text().strip(),
            township_name=self.township_field.text().strip() or None,
        )

    def finish(self) -> None:
        self._propose_clinic()
        for one in (self.code, self.village, self.clinic, self.doctor):
            one.refuse("")
        try:
            check_clinic(self.draft())
        except Problem as problem:
            self.refuse(problem)
        else:
            self.done.emit()

    def refuse(self, problem: Problem) -> None:
        """Says what is wrong beside the field that it is about."""
        if problem.code == "village-code" and not self.code_field.text():
            refuse(self.code, _("请填行政村代码，12 位数字。"))
            return
        about = {"village-name": self.village, "clinic-name": self.clinic, "doctor-name": self.doctor}
        refuse(about.get(problem.values.get("what", ""), self.code), problem_text(problem))

    def _propose_clinic(self) -> None:
        village = self.village_field.text().strip()
        if village and not self.clinic_field.text().strip():
            self.clinic_field.setText(fill(_("{village}卫生室"), {"village": village}))


class SecretsStep(Step):
    """A password for the day and a PIN for a pause, and why two."""

    def __init__(self, random_bytes: RandomBytes) -> None:
        super().__init__(_("定一个密码和一个 PIN"), _("继续"))
        self.password, self.pin = NewPasswordPanel(random_bytes), NewPinPanel()
        self.body.addWidget(
            label(_("密码：每次打开程序输一次。它把数据锁住，电脑丢了别人也看不了，所以要长。"))
        )
        self.body.addWidget(self.password)
        self.body.addSpacing(8)
        self.body.addWidget(
            label(_("PIN：您走开十分钟，程序自己锁上，回来输 PIN 接着用，所以短。输错 5 次就要用密码。"))
        )
        self.body.addWidget(self.pin)
        self.password.entered.connect(self._go_to_pin)
        self.pin.entered.connect(self.finish)
        self.chosen: tuple[str, str] = ("", "")

    def focus_first(self) -> None:
        self.password.focus_first()

    def finish(self) -> None:
        password = self.password.taken()
        pin = self.pin.taken() if password is not None else None
        if password is not None and pin is not None:
            self.chosen = password, pin
            self.done.emit()

    def _go_to_pin(self) -> None:
        if self.password.taken() is not None:
            self.pin.focus_first()


class UnlockCodeStep(Step):
    """The home is made here; then its unlock code is shown, and its last group asked back."""

    def __init__(self) -> None:
        super().__init__(_("开锁码：密码忘了，只有它能打开"), _("继续"))
        self.status = label("")
        self.body.addWidget(self.status)
        self.panel: UnlockCodePanel | None = None

    def focus_first(self) -> None:
        if self.panel is not None:
            self.panel.focus_first()

    def say(self, text: str, *, tone: str = "quiet") -> None:
        marks = {"danger": "▲ ", "done": "✓ "}
        self.status.setText(marks.get(tone, "") + text)
        self.status.setProperty("tone", tone)
        self.status.style().polish(self.status)

    def show_code(self, code: UnlockCode, print_: Callable[[], None]) -> None:
        self.say(
            _("卫生室已经建好。万一这时候断电：下次打开输密码，在“设置”里换一张开锁码。"),
            tone="done",
        )
        self.panel = UnlockCodePanel(code, print_)
        self.panel.proved.connect(self.done)
        self.body.addWidget(self.panel)
        self.panel.focus_first()

    def finish(self) -> None:
        if self.panel is not None:
            self.panel.prove()


class TownshipStep(Step):
    """The township's invitation, or later."""

    def __init__(self, panel: EnrolPanel) -> None:
        super().__init__(_("和卫生院接上头"), _("以后再说"))
        self.is_main_thing = False
        self.panel = panel
        self.body.addWidget(panel)

    def focus_first(self) -> None:
        self.panel.focus_first()


class PeopleStep(Step):
    """The first people: typed in now, or later. `registers`: now."""

    def __init__(self) -> None:
        super().__init__(_("把村里的人登记进来"), _("登记第一户"))
        self.registers = True
        self.body.addWidget(
            label(
                _(
                    "一户一户登记：户主、家里有谁、身份证号，一户两三分钟。高血压、糖尿病的先登记，“今日”里马上就有该看的人。"
                )
            )
        )
        self.body.addWidget(label(_("也可以以后再说：人来看病的时候，顺手登记他家。")))
        self.later_button = Button(_("以后再说"))
        self.later_button.clicked.connect(self._later)
        row = QHBoxLayout()
        row.addWidget(self.later_button)
        row.addStretch()
        self.body.addLayout(row)

    def _later(self) -> None:
        self.registers = False
        self.done.emit()


class PracticeStep(Step):
    """A village of invented people: made with progress and 停下, or the one made before opened again."""

    stopped = Signal()
    new_wanted = Signal()

    def __init__(self, password: str, *, is_known: bool) -> None:
        super().__init__(_("练习村"), _("打开练习村") if is_known else _("建练习村"))
        self.is_known = is_known
        self.body.addWidget(
            label(
                _(
                    "练习村有三百来个假的村民，有签约的、有高血压的、有超期没随访的。每一页上面都有一条黄色的提示。"
                    "正式的卫生室另外建，两边互不相干。"
                )
            )
        )
        self.password_field = PasswordField(_("练习村的密码"))
        self.password = Labelled(_("练习村的密码"), self.password_field)
        self.password_field.entered.connect(self.finish)
        self.new_button = Button(_("忘了密码，另建一个练习村"), kind="link")
        self.new_button.clicked.connect(self.new_wanted)
        row = QHBoxLayout()
        row.addWidget(self.new_button)
        row.addStretch()
        if is_known:
            self.body.addWidget(self.password)
            self.body.addLayout(row)
        else:
            self._show_password(password)
        self.status = label("", tone="quiet")
        self.bar = QProgressBar()
        self.bar.setAccessibleName(_("建练习村"))
        self.stop_button = Button(_("停下"))
        self.stop_button.clicked.connect(self.stopped)
        for widget in (self.status, self.bar, self.stop_button):
            widget.hide()
        self.body.addWidget(self.status)
        self.body.addWidget(self.bar)
        stop_row = QHBoxLayout()
        stop_row.addStretch()
        stop_row.addWidget(self.stop_button)
        self.body.addLayout(stop_row)

    def _show_password(self, password: str) -> None:
        self.body.addWidget(label(_("练习村的密码（下次打开要用，抄一下；忘了也不要紧，再建一个就是）：")))
        self.body.addWidget(fours(password))
        self.body.addWidget(label(fill(_("走开一会儿锁上了，输 PIN {pin} 接着用。"), {"pin": PRACTICE_PIN})))

    def focus_first(self) -> None:
        if self.is_known:
            self.password_field.setFocus()

    def finish(self) -> None:
        if self.is_known and not self.password_field.text().strip():
            refuse(self.password, _("请先输入练习村的密码。"))
        else:
            self.done.emit()

    def say(self, text: str, *, is_working: bool) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        self.bar.setVisible(is_working and not self.is_known)
        self.stop_button.setVisible(is_working and not self.is_known)
        if is_working and not self.is_known:
            self.bar.setRange(0, 0)
            self.stop_button.setEnabled(True)
            # It does not take the focus: a second Enter would stop what the first one began.

    def show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(total, 0))
        self.bar.setValue(done)

    def refuse(self, problem: Problem) -> None:
        if self.is_known:
            self.say("", is_working=False)
            refuse(self.password, problem_text(problem))
        else:
            self.say(f"▲ {problem_text(problem)}", is_working=False)


def _side_by_side(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    for widget in widgets:
        row.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
    return row


def _walk(fields: Sequence[Field], then: Callable[[], None]) -> None:
    """Enter goes from field to field; in the last one it does `then`."""
    for field, after in pairwise(fields):
        field.entered.connect(after.setFocus)
    fields[-1].entered.connect(then)
