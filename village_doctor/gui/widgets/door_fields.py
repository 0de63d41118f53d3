"""Where a household lives and how it is called: hamlet (one there is, or a new one), door or landmark, phone and whose."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Field, Labelled, NumberField, PlainField, label
from village_doctor.gui.widgets.field_row import FieldRow
from village_doctor.services.before_registering import Places
from village_doctor.services.finding import hamlet_text
from village_doctor.services.problem_words import problem_text
from village_doctor.services.registering import HamletDraft

NEW: Final = "new"
NONE: Final = "none"


class DoorFields(QFrame):
    """`changed` after every key; `finished` by Enter in the last field."""

    changed = Signal()
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self._places = Places(villages=(), hamlets=())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 8)
        self._column.setSpacing(4)
        self._column.addWidget(label(_("门在哪儿"), role="strong"))
        self.parts: dict[str, Labelled] = {}
        self.new_number = NumberField(_("组号"), longest=2)
        self.new_name = Field(_("组名"), hint=_("如 王家湾，没有就不写"))
        self.door = Field(_("门牌"), hint=_("如 12号"))
        self.landmark = Field(_("记号"), hint=_("如 老井旁第二间"))
        self.phone = PlainField(_("电话"), allowed="0123456789-+ ", longest=20)
        self.whose = Field(_("谁的电话"), hint=_("如 女儿"))
        self._rows: list[FieldRow] = []
        self._row(
            ("new_number", _("新的组：几组"), self.new_number), ("new_name", _("叫什么"), self.new_name)
        )
        self._row(
            ("door", _("门牌"), self.door),
            ("landmark", _("没有门牌的，怎么认"), self.landmark),
            ("phone", _("电话"), self.phone),
            ("whose", _("是谁的电话"), self.whose),
        )
        for field in (self.new_number, self.new_name, self.door, self.landmark, self.phone, self.whose):
            field.textChanged.connect(self.changed)
        self.new_number.entered.connect(self.new_name.setFocus)
        self.new_name.entered.connect(self.door.setFocus)
        self.door.entered.connect(self._after_door)
        self.landmark.entered.connect(self.phone.setFocus)
        self.phone.entered.connect(self._after_phone)
        self.whose.entered.connect(self.finished)
        self._show_choices([])
        self._show_parts()

    def show_places(self, places: Places, chosen: str | None) -> None:
        """The hamlets to choose from; `chosen` is marked, else the only one there is, else what was chosen before."""
        before = chosen or self.hamlet.value()
        self._places = places
        options = [(one.id, hamlet_text(one)) for one in places.hamlets]
        self._show_choices(options)
        if before not in [NEW, NONE, *(code for code, _text in options)]:
            before = places.hamlets[0].id if len(places.hamlets) == 1 else None if places.hamlets else NEW
        self.hamlet.set_values([before or ""])
        self._show_parts()

    def _show_choices(self, hamlets: Sequence[tuple[str, str]]) -> None:
        self.village = Choices(_("哪个村"), [(one.id, one.name) for one in self._places.villages])
        self.village.entered.connect(self.focus_first)
        self.hamlet = Choices(_("哪个组"), [*hamlets, (NEW, _("新的组")), (NONE, _("不分组"))])
        self.hamlet.entered.connect(self._after_hamlet)
        for place, (name, made) in enumerate((("village", self.village), ("hamlet", self.hamlet)), 1):
            made.chosen.connect(self._show_parts)
            made.chosen.connect(self.changed)
            old = self.parts.get(name)
            if old is not None:
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()
            self.parts[name] = Labelled(made.accessibleName(), made)
            self._column.insertWidget(place, self.parts[name])
            self.parts[name].show()  # now, not with the next event: the focus goes to it at once

    def _row(self, *parts: tuple[str, str, Field]) -> None:
        row = FieldRow()
        for name, text, field in parts:
            self.parts[name] = row.add(text, field, unit=_("组") if field is self.new_number else "")
        self._rows.append(row)
        self._column.addWidget(row)

    def _show_parts(self) -> None:
        is_new = self.hamlet.value() == NEW
        self._rows[0].setVisible(is_new)
        has_choice = len(self._places.villages) > 1 and self.hamlet.value() in (NEW, NONE)
        self.parts["village"].setVisible(has_choice)

    # --- walking ------------------------------------------------------------------------------------

    def fields(self) -> list[QWidget]:
        """What Tab walks through, in this order."""
        first: list[QWidget] = [self.village, self.hamlet, self.new_number, self.new_name]
        return [*first, self.door, self.landmark, self.phone, self.whose]

    def focus_first(self) -> None:
        self.hamlet.setFocus()

    def _after_hamlet(self) -> None:
        (self.new_number if self.hamlet.value() == NEW else self.door).setFocus()

    def _after_door(self) -> None:
        """A door number needs no landmark."""
        (self.phone if self.door.text().strip() else self.landmark).setFocus()

    def _after_phone(self) -> None:
        if self.phone.text().strip():
            self.whose.setFocus()
        else:
            self.finished.emit()

    # --- values -------------------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        fields = (self.new_number, self.new_name, self.door, self.landmark, self.phone, self.whose)
        return not any(field.text().strip() for field in fields)

    @property
    def new_hamlet(self) -> HamletDraft | None:
        """The hamlet to make with its first household; None: an existing one or none was chosen."""
        if self.hamlet.value() != NEW:
            return None
        number = self.new_number.text().strip()
        return HamletDraft(number=int(number) if number else None, name=self.text_of(self.new_name))

    @property
    def chosen_hamlet(self) -> Hamlet | None:
        return next((one for one in self._places.hamlets if one.id == self.hamlet.value()), None)

    @property
    def village_id(self) -> str | None:
        """The village of the hamlet, else the one chosen, else the only one there is."""
        if self.chosen_hamlet is not None:
            return self.chosen_hamlet.village_id
        return self.village.value() or (
            self._places.villages[0].id if len(self._places.villages) == 1 else None
        )

    def text_of(self, field: Field) -> str | None:
        return field.text().strip() or None

    def is_sound(self) -> bool:
        """Says beside the fields what is missing."""
        for part in self.parts.values():
            part.refuse("")
        if self.hamlet.value() is None:
            self.parts["hamlet"].refuse(_("选一个组；没有分组的，选“不分组”。"))
        elif self.new_hamlet == HamletDraft():
            self.parts["new_number"].refuse(_("新的组要有组号或名字，写一样就行。"))
        elif self.village_id is None:
            self.parts["village"].refuse(_("选一下是哪个村。"))
        else:
            return True
        return False

    def refuse(self, problem: Problem) -> bool:
        """Says beside a field of the door what is wrong with it; False: it is about something else."""
        name = {"phone-form": "phone", "hamlet-needs-name": "new_number", "village-needed": "village"}.get(
            problem.code
        )
        if name is None:
            return False
        self.parts[name].setVisible(True)
        self.parts[name].refuse(problem_text(problem))
        self.parts[name].field.setFocus()
        return True

    def body(self) -> dict[str, JsonValue]:
        """What is typed, for a draft."""
        return {
            "village": self.village.value(),
            "hamlet": self.hamlet.value(),
            **{name: field.text() for name, field in self._fields().items()},
        }

    def restore(self, body: Mapping[str, JsonValue]) -> None:
        """Puts a draft back."""
        for name, field in self._fields().items():
            value = body.get(name)
            field.setText(value if isinstance(value, str) else "")
        for choices, name in ((self.village, "village"), (self.hamlet, "hamlet")):
            choices.set_values([str(body.get(name) or "")])
        self._show_parts()

    def _fields(self) -> dict[str, Field]:
        return {
            "new_number": self.new_number,
            "new_name": self.new_name,
            "door": self.door,
            "landmark": self.landmark,
            "phone": self.phone,
            "whose": self.whose,
        }
