"""量血压、量血糖: a bar over any page. The norm speaks while she types; Enter stores, F goes on with the follow-up.

Enter stores a reading and nothing else; F stores nothing and takes the values into the form. A rare value is stored
with the second Enter. What made a referral stays until it was read, and comes back if the bar was closed or is another's
by then.
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from village_doctor.domain.decisions import Decision
from village_doctor.domain.duties.evidence import DIABETES, HYPERTENSION
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading, last_readings
from village_doctor.domain.visits import FACE_TO_FACE
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui import reading_words
from village_doctor.gui.reading_fields import Measurements, ReadingFields, Typed
from village_doctor.gui.reading_lines import ReadingLines
from village_doctor.gui.reading_words import Line
from village_doctor.gui.shell import Shell
from village_doctor.gui.widgets.controls import Button, hide_quietly, label
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.services import advising, measuring, viewing, visiting, wording
from village_doctor.services.advising import ReadingAdvice
from village_doctor.services.deciding import RecordedVisit
from village_doctor.services.desk import Changes
from village_doctor.services.measuring import ReadingDraft, RecordedReading

PAUSE_MS: Final = 150
READ_MS: Final = 1000  # an Enter that comes sooner was not meant for what has just appeared
_DECIDED_BY: Final = {BLOOD_PRESSURE: HYPERTENSION, "glucose": DIABETES}
_ASKED: Final = "reading-unusual"


@dataclass(eq=False, kw_only=True, slots=True)
class _Sitting:
    """One opening of the bar: whose reading it is, until its answer has come, whatever the bar shows by then.

    `typed`: what stood there when it was stored or interrupted. `referred`: what it was referred for at
    once, stored and still to be read.
    """

    resident_id: str
    kind: str
    corrected: Reading | None = None
    person: PersonFacts | None = None
    typed: Typed | None = None
    is_busy: bool = False
    referred: Decision | None = None

    @property
    def name(self) -> str:
        return "" if self.person is None else self.person.resident.name


class ReadingBar(QFrame):
    """`open` for a person and a kind, `open_correction` for what was stored. `closed`: the page's turn again."""

    closed = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.session = shell.session
        self.setProperty("kind", "bar")
        self._sitting = _Sitting(resident_id="", kind=BLOOD_PRESSURE)
        self._to_read: list[_Sitting] = []
        self._interrupted: _Sitting | None = None
        self._rare: tuple[Measurements, tuple[str, ...]] | None = None
        self._asking = 0
        self._read_since = QElapsedTimer()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask_advice)
        self._build()

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
        self.fields = ReadingFields(self.session.catalogue)
        self.fields.typed.connect(self._typed)
        self.fields.entered.connect(self.store)
        self.fields.going_on.connect(self.go_on)
        column.addWidget(self.fields)
        self.said = ReadingLines()
        column.addLayout(self.said)
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

    # --- opening and closing --------------------------------------------------------------------------

    @property
    def may_be_hidden(self) -> bool:
        """False while a reading is being stored, and while what made a referral stands there to be read."""
        return not (self._sitting.is_busy or self._is_read_out)

    @property
    def _is_read_out(self) -> bool:
        """What made a referral was stored and stands there to be read."""
        return self._sitting.referred is not None

    def open(self, resident_id: str, kind: str) -> None:
        """A new reading of this person; `kind`: blood_pressure or glucose. After a referral that is still unread."""
        self._begin(_Sitting(resident_id=resident_id, kind=kind))

    def open_correction(self, resident_id: str, reading: Reading) -> None:
        """What was stored, to be put right."""
        if self._sitting.resident_id == resident_id:
            self._sitting.referred = None  # it was read: she sees that it is wrong
        kind = BLOOD_PRESSURE if reading.kind == BLOOD_PRESSURE else "glucose"
        self._begin(_Sitting(resident_id=resident_id, kind=kind, corrected=reading))
        self.show()

    def close_bar(self) -> None:
        """Without storing; the page has its turn again. A referral stays until it was read."""
        if self._is_read_out or self.isHidden():
            return
        self._asking += 1
        self._pause.stop()
        hide_quietly(self)
        self.closed.emit()

    def _begin(self, sitting: _Sitting) -> None:
        if self._is_read_out:
            self._interrupted = sitting
        else:
            self._show_sitting(sitting)
        self.fields.focus_first()

    def _show_sitting(self, sitting: _Sitting) -> None:
        self._sitting = sitting
        self._rare = None
        self._asking += 1
        self._pause.stop()
        self.fields.begin(sitting.kind, sitting.corrected)
        if sitting.typed is not None:
            self.fields.show_typed(sitting.typed)
        self.setAccessibleName(_("量血压") if sitting.kind == BLOOD_PRESSURE else _("量血糖"))
        self.person_label.setText("")
        self.last_label.setText("")
        self.said.tell([])
        self._show_buttons()
        if sitting.person is not None:
            self._show_person(sitting.person)
            return

        def found(person: PersonFacts) -> None:
            sitting.person = person
            if self._sitting is sitting:
                self._show_person(person)

        self.session.ask(self, found, viewing.person_facts, sitting.resident_id, self.session.today)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fields.focus_first()

    # --- who it is ----------------------------------------------------------------------------------

    def _show_person(self, person: PersonFacts) -> None:
        self.person_label.setText(wording.person(person.resident, self.session.today))
        self.last_label.setText(self._last_measured(person))
        self._show_buttons()
        self._ask_advice()

    def _last_measured(self, person: PersonFacts) -> str:
        today = self.session.today
        known = [one for one in last_readings(person.readings) if one.kind == self._sitting.kind]
        if not known:
            return _("还没有量过")
        values = {
            "reading": wording.reading(known[0], self.session.catalogue.limits),
            "day": wording.reading_day(known[0], today),
        }
        return fill(_("上次量 {reading}　{day}"), values)

    # --- what is typed --------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._rare = None
        self._show_buttons()
        self._pause.start()

    def _ask_advice(self) -> None:
        self._asking += 1
        turn = self._asking

        def told(found: ReadingAdvice) -> None:
            if turn == self._asking:
                self._show_advice(found)

        self.session.ask(
            self,
            told,
            advising.reading_advice,
            self.session.catalogue,
            self._sitting.resident_id,
            self.fields.measurements() or {},
            self.session.today,
            at=None if self._sitting.corrected is not None else self.session.now,
            setting=self.fields.setting.value(),
        )

    def _show_advice(self, found: ReadingAdvice) -> None:
        previous = found.previous.get(_DECIDED_BY[self._sitting.kind])
        if previous:
            self.last_label.setText(fill(_("上次随访 {value}"), {"value": previous}))
        if self._rare is None and not self._is_read_out:
            may_follow_up = self._is_face_to_face()
            told = reading_words.advice(found, self.session.catalogue, may_follow_up=may_follow_up)
            self.said.tell(told)

    def _is_face_to_face(self) -> bool:
        return self.fields.setting.value() in FACE_TO_FACE

    def _tell_half(self) -> None:
        self._pause.stop()
        self._asking += 1
        self.said.tell([Line(self.fields.point_at_lacking(), "body", "quiet")])

    # --- storing ------------------------------------------------------------------------------------

    def store(self) -> None:
        """Enter. Stores once; a rare value with the second Enter."""
        sitting = self._sitting
        if self._is_read_out:
            self._dismiss()
            return
        if sitting.is_busy:
            return
        measured = self.fields.measurements(is_final=True)
        if measured is None:
            self._tell_half()
            return
        sitting.is_busy, sitting.typed = True, self.fields.all_typed()
        self._pause.stop()
        self._asking += 1
        confirmed = self._rare[1] if self._rare is not None and self._rare[0] == measured else ()

        def failed(problem: Problem) -> None:
            self._failed(sitting, measured, problem)

        if sitting.corrected is not None:

            def corrected(changes: Changes[RecordedVisit | RecordedReading]) -> None:
                self._stored(sitting, changes.value)

            act = visiting.correct_reading
            self.session.do(self, corrected, failed, act, sitting.corrected.id, measured, confirmed)
            return

        def stored(changes: Changes[RecordedReading]) -> None:
            self._stored(sitting, changes.value)

        is_pressure = sitting.kind == BLOOD_PRESSURE
        draft = ReadingDraft(
            resident_id=sitting.resident_id,
            measurements=measured,
            setting=self.fields.setting.value(),
            arm=self.fields.arm.value() if is_pressure else None,
            posture=self.fields.posture.value() if is_pressure else None,
            confirmed=confirmed,
        )
        self.session.do(self, stored, failed, measuring.record_reading, draft)

    def _failed(self, sitting: _Sitting, measured: Measurements, problem: Problem) -> None:
        sitting.is_busy = False
        if self._sitting is not sitting or self.isHidden():
            self.shell.tell(problem)
            self.shell.notice(fill(_("{name} 刚才那个读数没有记下。"), {"name": sitting.name}))
        elif problem.code == _ASKED:
            self._rare = (measured, tuple(str(problem.values["measures"]).split(",")))
            self.said.tell(reading_words.question(problem, once_more=True))
            self._show_buttons()
        else:
            self.said.tell(reading_words.refusal(problem))

    def _stored(self, sitting: _Sitting, recorded: RecordedVisit | RecordedReading) -> None:
        """Whatever the bar shows by now: the ✓ and the way back are those of the sitting that stored."""
        sitting.is_busy = False
        reading = next(iter(recorded.readings))
        if sitting.corrected is not None:
            corrected_id = sitting.corrected.id
            reading = next((one for one in recorded.readings if one.id == corrected_id), reading)
        values = {
            "name": sitting.name,
            "reading": wording.reading(reading, self.session.catalogue.limits),
        }
        self.shell.saved(
            fill(_("{name} {reading} 已保存"), values),
            correct=lambda: self.open_correction(sitting.resident_id, reading),
            void=lambda reason: self._void(reading.id, reason),
        )
        if self._interrupted is sitting:
            self._interrupted = None
        sitting.referred = reading_words.to_read_at_once(recorded)
        if sitting.referred is not None:
            self._to_read.append(sitting)
            if self._sitting is sitting or not self._is_read_out:
                self._read_out_next()
        elif self._sitting is sitting:
            self.close_bar()

    def _void(self, reading_id: str, reason: str) -> None:
        self.session.do(
            self,
            lambda _changes: self.shell.saved(_("已作废：刚才那个读数")),
            None,
            measuring.void_reading,
            reading_id,
            reason,
        )

    # --- emergencies and referrals --------------------------------------------------------------------------------

    def _read_out_next(self) -> None:
        """Shows what to do now, also where the bar was closed or is another person's by now: she goes on after it."""
        sitting, before = self._to_read.pop(0), self._sitting
        if before is not sitting:
            if not self.isHidden() and before.referred is None and before.resident_id:
                before.typed = self.fields.all_typed()
                self._interrupted = before
            self._show_sitting(sitting)
        if sitting.referred is not None:
            self.said.tell(reading_words.referred(sitting.referred))
        self.fields.hold(is_held=True)
        self._show_buttons()
        self._read_since.start()
        self.show()
        self.fields.focus_first()

    def _dismiss(self) -> None:
        """It was read. What it interrupted goes on where it was."""
        if self._read_since.elapsed() < READ_MS:
            return
        self._sitting.referred = None
        interrupted = self._interrupted
        if self._to_read:
            self._read_out_next()
        elif interrupted is not None:
            self._interrupted = None
            self._show_sitting(interrupted)
            self.fields.focus_first()
        else:
            self.close_bar()

    # --- going on with the follow-up ------------------------------------------------------------------

    def go_on(self) -> None:
        """F: stores nothing; the values go into the form of the disease."""
        code, measured = self._form_code(), self.fields.measurements(is_final=True)
        if code is None or not self.may_be_hidden:
            return
        if measured is None:
            self._tell_half()
            return
        form = self.session.catalogue.form(code)
        values = {name: str(value) for name, value in measured.items() if form.field(name) is not None}
        self._asking += 1
        self._pause.stop()
        hide_quietly(self)
        self.shell.open_form(self._sitting.resident_id, code, values)

    def _form_code(self) -> str | None:
        """The form that a follow-up made now would use; None where she has no such disease, or it cannot count."""
        sitting = self._sitting
        if sitting.person is None or sitting.corrected is not None or not self._is_face_to_face():
            return None
        name = self.fields.main_name()
        if name is None:
            return None
        conditions = sitting.person.conditions
        present = {one.code for one in conditions if one.is_present_on(self.session.today)}
        forms = [
            form
            for form in self.session.catalogue.forms.values()
            if form.diseases and present.issuperset(form.diseases) and form.field(name) is not None
        ]
        forms.sort(key=lambda form: (-len(form.diseases), form.disease != _DECIDED_BY[sitting.kind]))
        return forms[0].code if forms else None

    # --- showing ------------------------------------------------------------------------------------

    def _show_buttons(self) -> None:
        self.follow_up_button.setVisible(self._form_code() is not None and not self._is_read_out)
        self.close_button.setVisible(not self._is_read_out)
        if self._is_read_out:
            verb = _("知道了")
        elif self._rare is not None:
            verb = _("没错，记下")
        elif self._sitting.corrected is not None:
            verb = _("改好，保存")
        else:
            verb = _("只记血压") if self._sitting.kind == BLOOD_PRESSURE else _("只记血糖")
        self.store_button.setText(f"Enter {verb}")
        self.store_button.setAccessibleName(verb)
