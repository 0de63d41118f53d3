"""One person of a family on a card: the newest values big, what they mean, what is due and why, and the letters that act.

The card shows what `services.family_story` says and decides nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from village_doctor.domain.due import DueItem
from village_doctor.domain.due_urgency import URGENT_EMERGENCY
from village_doctor.domain.fulfilment.matching import PLANNED
from village_doctor.domain.id_card import masked
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.widgets.controls import Button, Card, label
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.services import wording
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.family_story import Newest, PersonStory

DUE_SHOWN: Final = 2
ARROWS: Final = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


@dataclass(frozen=True, slots=True)
class Command:
    """A letter on the card (or a key with Ctrl), its word, what it does."""

    key: str
    text: str
    act: Callable[[], None]


class PersonCard(Card):
    """`walked` tells the arrow that was pressed; `commands` by key, in the order shown."""

    walked = Signal(str)

    def __init__(
        self,
        story: PersonStory,
        catalogue: Catalogue,
        on: date,
        commands: Mapping[str, Command],
    ) -> None:
        super().__init__(story.resident.name)
        self.story = story
        self._catalogue = catalogue
        self._on = on
        self.commands = commands
        self.letters = {key: one.act for key, one in commands.items() if len(key) == 1}
        self._add_name()
        self._add_values()
        self._add_about()
        self._add_due()
        self.body.addStretch()
        self._add_commands()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = ARROWS.get(Qt.Key(event.key()))
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        command = self.commands.get(f"Ctrl+{chr(event.key())}") if control and event.key() < 128 else None
        if command is not None:
            command.act()
        elif arrow is not None and not control:
            self.walked.emit(arrow)
        else:
            super().keyPressEvent(event)

    # --- what stands on it --------------------------------------------------------------------------

    def _add_name(self) -> None:
        person, membership = self.story.resident, self.story.member.membership
        relation = _("户主") if membership.is_head else self._catalogue.label("relation", membership.relation)
        about = f"{relation}　{wording.sex(person.sex)}　{wording.age(person, self._on)}"
        self.body.addWidget(label(f"{person.name}　{about}", role="heading"))
        parts = []
        if person.other_names:
            parts.append(fill(_("人称 {names}"), {"names": "、".join(person.other_names)}))
        if self.story.member.phones:
            parts.append(wording.phones(self.story.member.phones))
        if person.id_card_number:
            parts.append(masked(person.id_card_number))
        if parts:
            self.body.addWidget(label("　".join(parts), role="note", tone="quiet"))
        if self.story.away is not None:
            told = wording.away(self.story.away, self._on, self._catalogue)
            self.body.addWidget(label(f"{theme.MARKS[theme.DUE]} {told}", tone=theme.DUE))

    def _add_values(self) -> None:
        pressure, fasting = self.story.pressure, self.story.fasting
        if pressure is not None:
            reading = pressure.reading
            self._add_big(f"{reading.systolic_mmhg}/{reading.diastolic_mmhg}", "mmHg", pressure)
        if self.story.is_unmeasured_this_year:
            told = f"{theme.MARKS[theme.DUE]} {_('今年还没量过血压')}"
            self.body.addWidget(label(told, role="strong", tone=theme.DUE))
        if fasting is not None:
            values = {
                "value": fasting.reading.glucose_mmol,
                "day": wording.reading_day(fasting.reading, self._on),
            }
            told = fill(_("空腹 {value} mmol/L　{day}"), values)
            verdict = _marked(fasting)
            self.body.addWidget(label(f"{told}　{verdict}".rstrip("　"), tone=fasting.verdict.tone))

    def _add_big(self, value: str, unit: str, newest: Newest) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label(value, role="big", wraps=False))
        beside = QVBoxLayout()
        beside.setSpacing(0)
        day = wording.reading_day(newest.reading, self._on)
        beside.addWidget(label(f"{unit}　{day}", role="note", tone="quiet"))
        if newest.verdict.text:
            beside.addWidget(label(_marked(newest), role="strong", tone=newest.verdict.tone))
        row.addLayout(beside, 1)
        self.body.addLayout(row)

    def _add_about(self) -> None:
        conditions = [wording.condition(one, self._catalogue) for one in self.story.conditions]
        told = "　".join([*conditions, *self.story.medicines])
        if told:
            self.body.addWidget(label(told))
        if self.story.packages:
            packages = fill(_("签的项目：{names}"), {"names": self.story.packages})
            self.body.addWidget(label(packages, role="note", tone="quiet"))

    def _add_due(self) -> None:
        for place, item in enumerate(self.story.member.due[:DUE_SHOWN]):
            tone = _tone(item)
            mark = theme.MARKS.get(tone, "·")
            self.body.addWidget(
                label(f"{mark} {wording.due_item(item, self._on, is_shared=True)}", tone=tone or theme.QUIET)
            )
            may_say_why = item.state != PLANNED and item.group not in PROTECTED_GROUPS
            if place == 0 and item.reasons and may_say_why:
                self.body.addWidget(label(wording.duty(item.reasons[0])[0], role="note", tone=theme.QUIET))
        more = len(self.story.member.due) - DUE_SHOWN
        if more > 0:
            self.body.addWidget(
                label(fill(_("另外还有 {count} 件"), {"count": more}), role="note", tone=theme.QUIET)
            )

    def _add_commands(self) -> None:
        row = WrappingRow(gap=0)
        for command in self.commands.values():
            button = Button(f"{command.key} {command.text}", kind="link")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, act=command.act: act())
            row.add(button)
        self.body.addWidget(row)


def _marked(newest: Newest) -> str:
    verdict = newest.verdict
    return f"{theme.MARKS[verdict.tone]} {verdict.text}" if verdict.tone and verdict.text else verdict.text


def _tone(item: DueItem) -> str:
    if item.state == PLANNED:
        return ""
    return theme.DANGER if item.urgency == URGENT_EMERGENCY else theme.DUE
