"""量血压、量血糖: a bar over any page. The norm speaks while she types; Enter stores, F goes on with the follow-up.

Enter stores a reading and nothing else; F stores nothing and takes the values into the form. A rare value is stored
with the second Enter, an emergency stays until it was read.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from village_doctor.domain.duty_facts import DIABETES, HYPERTENSION, PersonFacts
from village_doctor.domain.follow_ups import measurements_of
from village_doctor.domain.messages import N_
from village_doctor.domain.plausibility import DIASTOLIC, PULSE, SYSTOLIC
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading, last_readings
from village_doctor.domain.visits import FACE_TO_FACE
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui import reading_words
from village_doctor.gui.reading_words import Line
from village_doctor.gui.shell import Shell
from village_doctor.gui.widgets.controls import (
    Button,
    Labelled,
    NumberField,
    WrappingRow,
    hide_quietly,
    label,
)
from village_doctor.gui.widgets.form_fields import ENTER, FormChoices, is_whole_pressure
from village_doctor.gui.widgets.turn_button import TurnButton
from village_doctor.services import advising, measuring, viewing, visiting, wording
from village_doctor.services.advising import ReadingAdvice
from village_doctor.services.deciding import RecordedVisit
from village_doctor.services.desk import Changes
from village_doctor.services.measuring import ReadingDraft, RecordedReading

PAUSE_MS: Final = 150
_ARMS: Final = (("right", N_("右臂")), ("left", N_("左臂")))
_POSTURES: Final = (("sitting", N_("坐位")), ("lying", N_("卧位")), ("standing", N_("立位")))
_DECIDED_BY: Final = {BLOOD_PRESSURE: HYPERTENSION, "glucose": DIABETES}
_GLUCOSE_NAMES: Final = wording.GLUCOSES
_GLUCOSE: Final = re.compile(r"[0-9]{1,2}(\.[0-9])?")
_ASKED: Final = "reading-unusual"
_DIGITS_WIDTH: Final = 150
Measurements = dict[str, int | Decimal]


class ReadingBar(QFrame):
    """`open` for a person and a kind, `open_correction` for what was stored. `closed`: the page's turn again."""

    closed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.session = shell.session
        self.setProperty("kind", "bar")
        self.lines: list[Line] = []
        self._resident_id = ""
        self._kind = BLOOD_PRESSURE
        self._person: PersonFacts | None = None
        self._corrected: Reading | None = None
        self._advice: ReadingAdvice | None = None
        self._rare: tuple[Measurements, tuple[str, ...]] | None = None
        self._opening = 0
        self._asking = 0
        self._is_busy = False
        self._is_read_out = False  # an emergency was stored and stands there to be read
        self._came_by_itself: QWidget | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask_advice)
        self._build()

    # --- building -----------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(6)
        head = WrappingRow(gap=16)
        self.person_label = label("", role="strong", wraps=False)
        self.last_label = label("", tone="quiet", wraps=False)
        head.add(self.person_label)
        head.add(self.last_label)
        column.addWidget(head)
        self.systolic, self.diastolic, self.pulse = (
            NumberField(name, moves_on=is_whole_pressure, width=_DIGITS_WIDTH)
            for name in (_("收缩压"), _("舒张压"), _("脉搏"))
        )
        self.glucose = NumberField(_("血糖"), longest=2, places=1, moves_on=_never, width=_DIGITS_WIDTH)
        timings = self.session.catalogue.code_lists["glucose_timing"].options
        self.timing = FormChoices(_("血糖是什么时候测的"), [(one.code, _(one.label)) for one in timings])
        settings = self.session.catalogue.code_lists["reading_setting"].options
        self.arm = TurnButton(_("哪只手臂"), [(code, _(word)) for code, word in _ARMS])
        self.posture = TurnButton(_("体位"), [(code, _(word)) for code, word in _POSTURES])
        self.setting = TurnButton(_("在哪里量的"), [(one.code, _(one.label)) for one in settings])
        row = WrappingRow(gap=16)
        row.add(self.timing)
        self._rows: dict[QWidget, QWidget] = {self.timing: self.timing}
        units = {self.glucose: "mmol/L", self.diastolic: "mmHg"}
        for line in (self.systolic, self.diastolic, self.pulse, self.glucose):
            line.setProperty("role", "big")
            self._rows[line] = Labelled(line.accessibleName(), line, unit=units.get(line, ""), beside=True)
            row.add(self._rows[line])
        for turn in (self.arm, self.posture, self.setting):
            row.add(turn)
            turn.turned.connect(self._typed)
        column.addWidget(row)
        self._said = QVBoxLayout()
        self._said.setSpacing(2)
        column.addLayout(self._said)
        buttons = WrappingRow(gap=8)
        self.follow_up_button = Button(_("接着做随访"), kind="primary")
        self.follow_up_button.setText(_("F 接着做随访"))
        self.follow_up_button.clicked.connect(self.go_on)
        self.store_button = Button("")
        self.store_button.clicked.connect(self.store)
        self.close_button = Button(_("不记了"))
        self.close_button.setText(_("Esc 不记了"))
        self.close_button.clicked.connect(self.close_bar)
        for button in (self.follow_up_button, self.store_button, self.close_button):
            buttons.add(button)
        column.addWidget(buttons)
        for line in (self.systolic, self.diastolic, self.pulse, self.glucose):
            line.textEdited.connect(self._typed)
            line.full.connect(lambda one=line: self._move_on(one))
        self.timing.chosen.connect(self._typed)
        self.timing.settled.connect(self.glucose.setFocus)
        self.timing.entered.connect(self.glucose.setFocus)
        for widget in self._walk():
            widget.installEventFilter(self)

    def _walk(self) -> tuple[QWidget, ...]:
        """Everything that takes keys, in order."""
        numbers = (self.systolic, self.diastolic, self.pulse, self.timing, self.glucose)
        return (*numbers, self.arm, self.posture, self.setting)

    # --- opening and closing --------------------------------------------------------------------------

    def open(self, resident_id: str, kind: str) -> None:
        """A new reading of this person; `kind`: blood_pressure or glucose."""
        self._begin(resident_id, kind)
        self._focus_first()

    def open_correction(self, resident_id: str, reading: Reading) -> None:
        """What was stored, to be put right."""
        self._begin(resident_id, BLOOD_PRESSURE if reading.kind == BLOOD_PRESSURE else "glucose")
        self._corrected = reading
        for name, value in measurements_of([reading]).items():
            self._line_of(name).setText(str(value))
        self.timing.set_values([reading.glucose_timing or ""])
        self.setting.set_value(reading.setting)
        for widget in (self.timing, self.arm, self.posture, self.setting):
            widget.hide()
        self._show_buttons()
        self.show()
        self._focus_first()
        self._ask_advice()

    def close_bar(self) -> None:
        """Without storing; the page has its turn again."""
        self._opening += 1
        self._asking += 1
        self._pause.stop()
        hide_quietly(self)
        self.closed.emit()

    @property
    def may_be_hidden(self) -> bool:
        """False while a reading is being stored, and while an emergency stands there to be read."""
        return not (self._is_busy or self._is_read_out)

    def _begin(self, resident_id: str, kind: str) -> None:
        self._opening += 1
        self._asking += 1
        self._resident_id, self._kind = resident_id, kind
        self._person, self._corrected, self._advice, self._rare = None, None, None, None
        self._is_busy = self._is_read_out = False
        for line in (self.systolic, self.diastolic, self.pulse, self.glucose):
            line.clear()
            line.setReadOnly(False)
        self.timing.set_values(["fasting"])
        self.arm.set_value("right")
        self.posture.set_value("sitting")
        self.setting.set_value("clinic")
        is_pressure = kind == BLOOD_PRESSURE
        for widget, shown in self._rows.items():
            shown.setVisible((widget in (self.timing, self.glucose)) != is_pressure)
        self.arm.setVisible(is_pressure)
        self.posture.setVisible(is_pressure)
        self.setting.setVisible(True)
        self.setAccessibleName(_("量血压") if is_pressure else _("量血糖"))
        self.person_label.setText("")
        self.last_label.setText("")
        self._show_lines([])
        self._show_buttons()
        turn = self._opening
        self.session.ask(
            self,
            lambda found: self._show_person(found) if turn == self._opening else None,
            viewing.person_facts,
            resident_id,
            self.session.today,
        )

    def _focus_first(self) -> None:
        (self.systolic if self._kind == BLOOD_PRESSURE else self.glucose).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_first()

    # --- who it is ----------------------------------------------------------------------------------

    def _show_person(self, person: PersonFacts) -> None:
        self._person = person
        self.person_label.setText(wording.person(person.resident, self.session.today))
        self.last_label.setText(self._last_measured(person))
        self._show_buttons()
        self._ask_advice()

    def _last_measured(self, person: PersonFacts) -> str:
        today = self.session.today
        known = [one for one in last_readings(person.readings) if one.kind == self._kind]
        if not known:
            return _("还没有量过")
        values = {
            "reading": wording.reading(known[0], self.session.catalogue.limits),
            "day": wording.reading_day(known[0], today),
        }
        return fill(_("上次量 {reading}　{day}"), values)

    # --- what is typed --------------------------------------------------------------------------------

    def measurements(self, *, is_final: bool = False) -> Measurements | None:
        """The values by name; None where one that is needed is not whole. While typing half a pulse is left out."""
        if self._kind != BLOOD_PRESSURE:
            text = self.glucose.text()
            if _GLUCOSE.fullmatch(text) is None:
                return None
            return {_GLUCOSE_NAMES[self.timing.value()]: Decimal(text).quantize(Decimal("0.1"))}
        systolic, diastolic, pulse = self.systolic.text(), self.diastolic.text(), self.pulse.text()
        if min(len(systolic), len(diastolic)) < 2:
            return None
        found: Measurements = {SYSTOLIC: int(systolic), DIASTOLIC: int(diastolic)}
        if len(pulse) > 1 or (pulse and is_final):
            found[PULSE] = int(pulse)
        return found

    def _line_of(self, name: str) -> NumberField:
        lines = {SYSTOLIC: self.systolic, DIASTOLIC: self.diastolic, PULSE: self.pulse}
        return lines.get(name, self.glucose)

    def _typed(self) -> None:
        self._rare = None
        self._show_buttons()
        self._pause.start()

    def _ask_advice(self) -> None:
        self._asking += 1
        turn = self._asking
        measured = self.measurements()

        def told(found: ReadingAdvice) -> None:
            if turn == self._asking:
                self._show_advice(found)

        self.session.ask(
            self,
            told,
            advising.reading_advice,
            self.session.catalogue,
            self._resident_id,
            measured or {},
            self.session.today,
        )

    def _show_advice(self, found: ReadingAdvice) -> None:
        self._advice = found
        previous = found.previous.get(_DECIDED_BY[self._kind])
        if previous:
            self.last_label.setText(fill(_("上次随访 {value}"), {"value": previous}))
        if self._rare is None and not self._is_read_out:
            may_follow_up = self._is_face_to_face()
            told = reading_words.advice(found, self.session.catalogue, may_follow_up=may_follow_up)
            self._show_lines(told)

    def _is_face_to_face(self) -> bool:
        return self.setting.value() in FACE_TO_FACE

    # --- keys ---------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._takes(watched, event)
        return super().eventFilter(watched, event)

    def _takes(self, watched: QObject, event: QKeyEvent) -> bool:
        key, came_by_itself = event.key(), self._came_by_itself
        self._came_by_itself = None
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return self._turns(key)
        if key in ENTER:
            if watched is self.timing:
                return False
            if not event.isAutoRepeat():
                self.store()
        elif unicodedata.normalize("NFKC", event.text()).upper() == "F":
            self.go_on()
        elif key == Qt.Key.Key_Tab and came_by_itself is watched:
            pass  # it belongs to the field before: both habits of typing do the same
        elif key == Qt.Key.Key_Backspace and isinstance(watched, NumberField) and not watched.text():
            self._move_back(watched)
        else:
            return False
        return True

    def _turns(self, key: int) -> bool:
        turns: dict[int, tuple[TurnButton, bool]] = {
            Qt.Key.Key_Right: (self.arm, False),
            Qt.Key.Key_Left: (self.arm, True),
            Qt.Key.Key_Down: (self.posture, False),
            Qt.Key.Key_Up: (self.posture, True),
        }
        if key not in turns or turns[key][0].isHidden():
            return False
        button, is_back = turns[key]
        button.turn(back=is_back)
        return True

    def _move_on(self, line: NumberField) -> None:
        following = {self.systolic: self.diastolic, self.diastolic: self.pulse}.get(line)
        if following is not None:
            following.setFocus()
            self._came_by_itself = following if not following.text() else None

    def _move_back(self, line: NumberField) -> None:
        before = {self.diastolic: self.systolic, self.pulse: self.diastolic}.get(line)
        if before is not None:
            before.setFocus()
            before.end(False)

    # --- storing ------------------------------------------------------------------------------------

    def store(self) -> None:
        """Enter. Stores once; a rare value with the second Enter."""
        if self._is_read_out:
            self.close_bar()
            return
        if self._is_busy:
            return
        measured = self.measurements(is_final=True)
        if measured is None:
            self._tell_half()
            return
        self._is_busy = True
        self._pause.stop()
        self._asking += 1
        confirmed = self._rare[1] if self._rare is not None and self._rare[0] == measured else ()
        failed = self._failing(measured)
        if self._corrected is not None:
            self.session.do(
                self,
                self._corrected_now,
                failed,
                visiting.correct_reading,
                self._corrected.id,
                measured,
                confirmed,
            )
            return
        is_pressure = self._kind == BLOOD_PRESSURE
        draft = ReadingDraft(
            resident_id=self._resident_id,
            measurements=measured,
            setting=self.setting.value(),
            arm=self.arm.value() if is_pressure else None,
            posture=self.posture.value() if is_pressure else None,
            confirmed=confirmed,
        )
        self.session.do(self, self._stored, failed, measuring.record_reading, draft)

    def _tell_half(self) -> None:
        self._pause.stop()
        self._asking += 1
        if self._kind != BLOOD_PRESSURE:
            text = self.glucose.text()
            told = _("血糖还没填。") if not text else _("血糖写到小数点后一位，像 8.1。")
            self.glucose.setFocus()
        else:
            lacking = self.systolic if len(self.systolic.text()) < 2 else self.diastolic
            told = fill(_("还差{name}。"), {"name": lacking.accessibleName()})
            lacking.setFocus()
        self._show_lines([Line(told, "body", "quiet")])

    def _failing(self, measured: Measurements) -> Callable[[Problem], None]:
        def failed(problem: Problem) -> None:
            self._is_busy = False
            if problem.code == _ASKED:
                self._rare = (measured, tuple(str(problem.values["measures"]).split(",")))
                self._show_lines(reading_words.question(problem, once_more=True))
                self._show_buttons()
            else:
                self._show_lines(reading_words.refusal(problem))

        return failed

    def _stored(self, changes: Changes[RecordedReading]) -> None:
        self._tell_saved(changes.value)

    def _corrected_now(self, changes: Changes[RecordedVisit | RecordedReading]) -> None:
        self._tell_saved(changes.value)

    def _tell_saved(self, recorded: RecordedVisit | RecordedReading) -> None:
        self._is_busy = False
        resident_id = self._resident_id
        reading = next(iter(recorded.readings))
        if self._corrected is not None:
            corrected_id = self._corrected.id
            reading = next((one for one in recorded.readings if one.id == corrected_id), reading)
        values = {
            "name": "" if self._person is None else self._person.resident.name,
            "reading": wording.reading(reading, self.session.catalogue.limits),
        }
        self.shell.saved(
            fill(_("{name} {reading} 已保存"), values),
            correct=lambda: self.open_correction(resident_id, reading),
            void=lambda reason: self._void(reading.id, reason),
        )
        decision = recorded.emergency if isinstance(recorded, RecordedReading) else None
        if decision is None:
            self.close_bar()
            return
        self._is_read_out = True
        for line in (self.systolic, self.diastolic, self.pulse, self.glucose):
            line.setReadOnly(True)
        self._show_lines(reading_words.emergency(decision, is_stored=True))
        self._show_buttons()

    def _void(self, reading_id: str, reason: str) -> None:
        self.session.do(
            self,
            lambda _changes: self.shell.notice(_("已作废：刚才那个读数")),
            None,
            measuring.void_reading,
            reading_id,
            reason,
        )

    # --- going on with the follow-up ------------------------------------------------------------------

    def go_on(self) -> None:
        """F: stores nothing; the values go into the form of the disease."""
        code, measured = self._form_code(), self.measurements(is_final=True)
        if code is None or self._is_busy or self._is_read_out:
            return
        if measured is None:
            self._tell_half()
            return
        form = self.session.catalogue.form(code)
        values = {name: str(value) for name, value in measured.items() if form.field(name) is not None}
        resident_id = self._resident_id
        self._asking += 1
        self._pause.stop()
        hide_quietly(self)
        self.shell.open_form(resident_id, code, values)

    def _form_code(self) -> str | None:
        """The form that a follow-up made now would use; None where she has no such disease, or it cannot count."""
        person = self._person
        if person is None or self._corrected is not None or not self._is_face_to_face():
            return None
        name = SYSTOLIC if self._kind == BLOOD_PRESSURE else _GLUCOSE_NAMES[self.timing.value()]
        present = {one.code for one in person.conditions if one.is_present_on(self.session.today)}
        forms = [
            form
            for form in self.session.catalogue.forms.values()
            if form.disease in present and form.field(name) is not None
        ]
        forms.sort(key=lambda form: form.disease != _DECIDED_BY[self._kind])
        return forms[0].code if forms else None

    # --- showing ------------------------------------------------------------------------------------

    def _show_lines(self, lines: list[Line]) -> None:
        if lines == self.lines:
            return
        self.lines = lines
        while (item := self._said.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for line in lines:
            said = _WholeLabel(line.text)
            said.setProperty("role", line.role)
            said.setProperty("tone", line.tone)
            self._said.addWidget(said)

    def _show_buttons(self) -> None:
        self.follow_up_button.setVisible(self._form_code() is not None and not self._is_read_out)
        self.close_button.setVisible(not self._is_read_out)
        if self._is_read_out:
            verb = _("知道了")
        elif self._rare is not None:
            verb = _("没错，记下")
        elif self._corrected is not None:
            verb = _("改好，保存")
        else:
            verb = _("只记血压") if self._kind == BLOOD_PRESSURE else _("只记血糖")
        self.store_button.setText(f"Enter {verb}")
        self.store_button.setAccessibleName(verb)


class _WholeLabel(QLabel):
    """A sentence that is never cut, however low the window is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))


def _never(_text: str) -> bool:
    """Nothing follows a glucose value."""
    return False
