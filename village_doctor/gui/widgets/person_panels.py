"""Panels that open over a family: what they have in common, and the one that puts a person's facts right.

A panel saves by itself through the verbs of services and says what is wrong beside the field.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import ParamSpec, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from village_doctor.domain.id_card import masked
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.names import plain_text
from village_doctor.domain.people import Phone, Resident
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.session import Session
from village_doctor.gui.shell import Shell
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Button, Field, Labelled, PlainField, label
from village_doctor.gui.widgets.field_row import FieldRow
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.gui.widgets.typed_date import DateField
from village_doctor.services.correcting import correct_record, void_record
from village_doctor.services.desk import Changes, Verb
from village_doctor.services.problem_words import problem_text
from village_doctor.services.registering import add_phone

P = ParamSpec("P")
T = TypeVar("T")


def chain(fields: Sequence[Field | Choices], last: Callable[[], None]) -> None:
    """Enter goes from field to field, and on the last one does `last`; a full date moves on by itself."""
    for field, following in pairwise(fields):
        field.entered.connect(partial(_go, following))
        if isinstance(field, DateField):
            field.full.connect(partial(_go, following))
    fields[-1].entered.connect(last)


def _go(field: QWidget) -> None:
    field.setFocus()


class PersonPanel(QFrame):
    """A panel about one person. `closed` tells when it has done or given up.

    `check_and_save` refuses what is wrong, else hands it to `do`.
    """

    closed = Signal()

    def __init__(self, shell: Shell, title: str, check_and_save: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.shell = shell
        self.session: Session = shell.session
        self._check_and_save = check_and_save
        self._is_busy = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 12)
        self.column.setSpacing(8)
        self.column.addWidget(label(title, role="heading"))
        self.parts: dict[str, Labelled] = {}

    def add(self, name: str, text: str, field: QWidget) -> Labelled:
        """A field under its name; `name` is where `refuse` finds it."""
        self.parts[name] = Labelled(text, field)
        self.column.addWidget(self.parts[name])
        return self.parts[name]

    def add_row(self, parts: Sequence[tuple[str, str, QWidget]]) -> None:
        """Fields side by side."""
        row = FieldRow()
        for name, text, field in parts:
            self.parts[name] = row.add(text, field)
        self.column.addWidget(row)

    def add_buttons(self, save: str) -> None:
        row = WrappingRow()
        self.save_button = Button(save, kind="primary")
        self.save_button.clicked.connect(self.save)
        close = Button(_("不改了"))
        close.clicked.connect(self.closed)
        row.add(self.save_button)
        row.add(close)
        self.column.addWidget(row)

    def focus_first(self) -> None:
        self.parts[next(iter(self.parts))].field.setFocus()

    def save(self) -> None:
        """Checks, saves, closes. Saves once: until it is refused, another Enter says nothing new."""
        if not self._is_busy:
            self.clear_wrong()
            self._check_and_save()

    def do(
        self,
        then: Callable[[Changes[T]], None],
        function: Verb[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """The verb that saves; busy from now on, until it is refused or the panel closes."""
        self._is_busy = True
        self.session.do(self, then, self.refuse, function, *args, **kwargs)

    def clear_wrong(self) -> None:
        for part in self.parts.values():
            part.refuse("")

    def refuse(self, problem: Problem) -> None:
        """Says it beside the field that it is about, else under the first one."""
        self._is_busy = False
        name = self.field_of(problem.code)
        part = self.parts.get(name) or self.parts[next(iter(self.parts))]
        part.refuse(problem_text(problem))
        part.field.setFocus()

    def field_of(self, code: str) -> str:
        """The name of the field that a Problem is about."""
        return "day"


class FactsPanel(PersonPanel):
    """改资料: name, sex, birth date, phone, ID number. Only what was changed is saved."""

    def __init__(self, shell: Shell, person: Resident, phones: Sequence[Phone]) -> None:
        super().__init__(shell, fill(_("改 {name} 的资料"), {"name": person.name}), self._save_facts)
        self._person = person
        self._phone = next(iter(phones), None)
        self.name = Field(_("姓名"))
        self.name.setText(person.name)
        self.sex = Choices(_("性别"), (("1", _("男")), ("2", _("女"))))
        self.sex.set_values([person.sex])
        self.birth = DateField(_("出生日期"), day=person.birth_date)
        self.phone = PlainField(_("电话"), allowed="0123456789-+ ", longest=20)
        self.phone.setText(self._phone.number if self._phone else "")
        number = person.id_card_number
        hint = fill(_("现在 {number}，要改才填"), {"number": masked(number)}) if number else _("18 位")
        self.number = PlainField(_("身份证号"), allowed="0123456789Xx ", longest=22, hint=hint)
        self.add_row((("name", _("姓名"), self.name), ("sex", _("性别"), self.sex)))
        self.add_row((("day", _("出生日期"), self.birth), ("phone", _("电话"), self.phone)))
        self.add("number", _("身份证号"), self.number)
        self.add_buttons(_("保存"))
        chain((self.name, self.sex, self.birth, self.phone, self.number), self.save)

    def field_of(self, code: str) -> str:
        if code.startswith(("id-card-", "identity-")):
            return "number"
        return {"name-missing": "name", "phone-form": "phone", "sex-missing": "sex"}.get(code, "day")

    def _save_facts(self) -> None:
        try:
            values = self._changed()
        except Problem as problem:
            self.refuse(problem)
            return
        if values:
            who = self._person.id
            saved = self._save_phone
            self.do(lambda _changes: saved(), correct_record, "resident", who, values)
        else:
            self._save_phone()

    def _changed(self) -> dict[str, JsonValue]:
        person, values = self._person, dict[str, JsonValue]()
        if self.name.text() != person.name:
            values["name"] = self.name.text()
        if self.sex.value() not in (None, person.sex):
            values["sex"] = self.sex.value()
        day = self.birth.day()
        if day is None:
            raise Problem("birth-date-missing", name=person.name)
        if day != person.birth_date:
            values["birth_date"] = day.isoformat()
        number = self.number.text().strip()
        if number:
            others: list[JsonValue] = [
                {"kind": one.kind, "number": one.number}
                for one in person.identity_documents
                if one.kind != "id_card"
            ]
            values["identity_documents"] = [{"kind": "id_card", "number": number}, *others]
            values["no_identity_reason"] = None
        return values

    def _save_phone(self) -> None:
        number = self.phone.text().strip()
        before = self._phone.number if self._phone else ""
        phone = self._phone
        if number == before:
            self._told()
        elif phone is None:
            who = self._person.id
            self.do(lambda _changes: self._told(), add_phone, number, resident_id=who)
        elif number:
            right = {"number": number}
            self.do(lambda _changes: self._told(), correct_record, "phone", phone.id, right)
        else:
            why = _("这个号码不用了")
            self.do(lambda _changes: self._told(), void_record, "phone", phone.id, why)

    def _told(self) -> None:
        told = fill(_("{name} 的资料已保存"), {"name": plain_text(self.name.text())})
        self.shell.saved(told, correct=partial(self.shell.correct_person, self._person.id))
        self.closed.emit()
