"""The blanks of the reading bar: two numbers and a pulse, or glucose and its time; arm, posture and place beside them.

They know how a reading is typed (what moves on by itself, what goes back) and what stands there; not whose it is.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from village_doctor.domain.follow_ups import measurements_of
from village_doctor.domain.messages import N_
from village_doctor.domain.plausibility import DIASTOLIC, PULSE, SYSTOLIC
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.controls import ENTER, Labelled, NumberField
from village_doctor.gui.widgets.form_fields import FormChoices, is_whole_pressure
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.gui.widgets.turn_button import TurnButton
from village_doctor.services import wording
from village_doctor.services.catalogue import Catalogue

_ARMS: Final = (("right", N_("右臂")), ("left", N_("左臂")))
_POSTURES: Final = (("sitting", N_("坐位")), ("lying", N_("卧位")), ("standing", N_("立位")))
_GLUCOSE: Final = re.compile(r"[0-9]{1,2}(\.[0-9])?")
_DIGITS_WIDTH: Final = 150
Measurements = dict[str, int | Decimal]


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """Everything as it stands. `numbers`: the texts of the number fields, in their order."""

    numbers: tuple[str, ...]
    timing: tuple[str, ...]
    arm: str
    posture: str
    setting: str


class ReadingFields(WrappingRow):
    """`typed`: something has changed. `entered`: Enter. `going_on`: F."""

    typed = Signal()
    entered = Signal()
    going_on = Signal()

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(gap=16)
        self._is_pressure = True
        self._came_by_itself: QWidget | None = None
        self.systolic, self.diastolic, self.pulse = (
            NumberField(name, moves_on=is_whole_pressure, width=_DIGITS_WIDTH)
            for name in (_("收缩压"), _("舒张压"), _("脉搏"))
        )
        self.glucose = NumberField(_("血糖"), longest=2, places=1, moves_on=_never, width=_DIGITS_WIDTH)
        self._numbers = (self.systolic, self.diastolic, self.pulse, self.glucose)
        timings = catalogue.code_lists["glucose_timing"].options
        self.timing = FormChoices(_("血糖是什么时候测的"), [(one.code, _(one.label)) for one in timings])
        settings = catalogue.code_lists["reading_setting"].options
        self.arm = TurnButton(_("哪只手臂"), [(code, _(word)) for code, word in _ARMS])
        self.posture = TurnButton(_("体位"), [(code, _(word)) for code, word in _POSTURES])
        self.setting = TurnButton(_("在哪里量的"), [(one.code, _(one.label)) for one in settings])
        self.add(self.timing)
        self._rows: dict[QWidget, QWidget] = {self.timing: self.timing}
        units = {self.glucose: "mmol/L", self.diastolic: "mmHg"}
        for line in self._numbers:
            line.setProperty("role", "big")
            self._rows[line] = Labelled(line.accessibleName(), line, unit=units.get(line, ""), beside=True)
            self.add(self._rows[line])
            line.textEdited.connect(self.typed)
            line.full.connect(lambda one=line: self._move_on(one))
        for turn in (self.arm, self.posture, self.setting):
            self.add(turn)
            turn.turned.connect(self.typed)
        self.timing.chosen.connect(self.typed)
        self.timing.settled.connect(self.glucose.setFocus)
        self.timing.entered.connect(self.glucose.setFocus)
        for widget in (*self._numbers, self.timing, self.arm, self.posture, self.setting):
            widget.installEventFilter(self)

    # --- what is shown ------------------------------------------------------------------------------

    def begin(self, kind: str, corrected: Reading | None = None) -> None:
        """Empty, with what is usual; of what is `corrected` only the numbers can be changed."""
        self._is_pressure = kind == BLOOD_PRESSURE
        self.show_typed(
            Typed(
                numbers=("",) * len(self._numbers),
                timing=("fasting",),
                arm="right",
                posture="sitting",
                setting="clinic",
            )
        )
        self.hold(is_held=False)
        for widget, shown in self._rows.items():
            shown.setVisible((widget in (self.timing, self.glucose)) != self._is_pressure)
        self.arm.setVisible(self._is_pressure)
        self.posture.setVisible(self._is_pressure)
        self.setting.setVisible(True)
        if corrected is None:
            return
        lines = {SYSTOLIC: self.systolic, DIASTOLIC: self.diastolic, PULSE: self.pulse}
        for name, value in measurements_of([replace(corrected, is_repeat=False)]).items():
            lines.get(name, self.glucose).setText(str(value))
        self.timing.set_values([corrected.glucose_timing or ""])
        self.setting.set_value(corrected.setting)
        for one in (self.timing, self.arm, self.posture, self.setting):
            one.hide()

    def hold(self, *, is_held: bool) -> None:
        """Numbers that are stored stand there to be read, not to be typed over."""
        for line in self._numbers:
            line.setReadOnly(is_held)

    def focus_first(self) -> None:
        (self.systolic if self._is_pressure else self.glucose).setFocus()

    # --- what stands there --------------------------------------------------------------------------

    def all_typed(self) -> Typed:
        return Typed(
            numbers=tuple(line.text() for line in self._numbers),
            timing=tuple(self.timing.values()),
            arm=self.arm.value(),
            posture=self.posture.value(),
            setting=self.setting.value(),
        )

    def show_typed(self, typed: Typed) -> None:
        for line, text in zip(self._numbers, typed.numbers, strict=True):
            line.setText(text)
        self.timing.set_values(typed.timing)
        self.arm.set_value(typed.arm)
        self.posture.set_value(typed.posture)
        self.setting.set_value(typed.setting)

    def measurements(self, *, is_final: bool = False) -> Measurements | None:
        """The values by name; None where one that is needed is not whole. While typing half a pulse is left out."""
        if not self._is_pressure:
            name, text = self.main_name(), self.glucose.text()
            if name is None or _GLUCOSE.fullmatch(text) is None:
                return None
            return {name: Decimal(text).quantize(Decimal("0.1"))}
        systolic, diastolic, pulse = self.systolic.text(), self.diastolic.text(), self.pulse.text()
        if min(len(systolic), len(diastolic)) < 2:
            return None
        found: Measurements = {SYSTOLIC: int(systolic), DIASTOLIC: int(diastolic)}
        if len(pulse) > 1 or (pulse and is_final):
            found[PULSE] = int(pulse)
        return found

    def main_name(self) -> str | None:
        """The name of the value that a follow-up needs; None for a glucose whose time was taken back."""
        return SYSTOLIC if self._is_pressure else wording.GLUCOSES.get(self.timing.value())

    def point_at_lacking(self) -> str:
        """Puts the focus where `measurements` lacks something, and says what."""
        if self.main_name() is None:
            self.timing.setFocus()
            return _("还没选血糖是什么时候测的。")
        if not self._is_pressure:
            self.glucose.setFocus()
            return _("血糖写到小数点后一位，像 8.1。") if self.glucose.text() else _("血糖还没填。")
        lacking = self.systolic if len(self.systolic.text()) < 2 else self.diastolic
        lacking.setFocus()
        return fill(_("还差{name}。"), {"name": lacking.accessibleName()})

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
                self.entered.emit()
        elif unicodedata.normalize("NFKC", event.text()).upper() == "F":
            self.going_on.emit()
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


def _never(_text: str) -> bool:
    """Nothing follows a glucose value."""
    return False
