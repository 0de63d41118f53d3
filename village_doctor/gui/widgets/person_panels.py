"""Panels that open over a family: what they have in common, and the one that puts a person's facts right.

A panel saves by itself through the verbs of services and says what is wrong beside the field. What is typed into it is
kept as a draft and stands there again when the panel is opened again.
"""

from collections.abc import Callable, Mapping, Sequence
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
from village_doctor.gui.draft_keeper import DraftKeeper
from village_doctor.gui.session import Session
from village_doctor.gui.shell import Shell
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Button, Field, Labelled, PlainField, label
from village_doctor.gui.widgets.field_row import FieldRow
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.gui.widgets.typed_date import DateField
from village_doctor.services import drafting
from village_doctor.services.correcting import correct_facts
from village_doctor.services.desk import Changes, Verb
from village_doctor.services.drafting import FACTS_FORM, Draft
from village_doctor.services.problem_words import problem_text

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


def _value(field: QWidget) -> str:
    if isinstance(field, Choices):
        return field.value() or ""
    return field.text() if isinstance(field, Field) else ""


def _put(field: QWidget, value: str) -> None:
    if isinstance(field, Choices):
        field.set_values([value])
    elif isinstance(field, Field):
        field.setText(value)


class PersonPanel(QFrame):
    """A panel about one person. `closed` tells when it has saved, or given up and forgotten what was typed.

    `check_and_save` refuses what is wrong, else hands it to `do`. `keeper` keeps what is typed, as the draft of
    `form_code` for that person.
    """

    closed = Signal()

    def __init__(
        self,
        shell: Shell,
        title: str,
        check_and_save: Callable[[], None],
        keeper: DraftKeeper,
        person: Resident,
        form_code: str,
    ) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.shell = shell
        self.session: Session = shell.session
        self._check_and_save = check_and_save
        self.keeper = keeper
        self._person = person
        self._form_code = form_code
        self._opened_with: dict[str, str] = {}
        self._is_busy = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 12)
        self.column.setSpacing(8)
        self.column.addWidget(label(title, role="heading"))
        self.goes_on = label(_("接着上次没写完的。不要了就按“不改了”。"), role="note", tone="quiet")
        self.goes_on.hide()
        self.column.addWidget(self.goes_on)
        self.parts: dict[str, Labelled] = {}

    def add(self, name: str, text: str, field: Field | Choices) -> Labelled:
        """A field under its name, with the value that stands there already; `name` is where `refuse` finds it."""
        self.parts[name] = Labelled(text, field)
        self.column.addWidget(self.parts[name])
        self._watch(name, field)
        return self.parts[name]

    def add_row(self, parts: Sequence[tuple[str, str, Field | Choices]]) -> None:
        """Fields side by side."""
        row = FieldRow()
        for name, text, field in parts:
            self.parts[name] = row.add(text, field)
            self._watch(name, field)
        self.column.addWidget(row)

    def _watch(self, name: str, field: Field | Choices) -> None:
        self._opened_with[name] = _value(field)
        signal = field.chosen if isinstance(field, Choices) else field.textChanged
        signal.connect(self.keeper.touched)

    def add_buttons(self, save: str) -> None:
        row = WrappingRow()
        self.save_button = Button(save, kind="primary")
        self.save_button.clicked.connect(self.save)
        close = Button(_("不改了"))
        close.clicked.connect(self._give_up)
        row.add(self.save_button)
        row.add(close)
        self.column.addWidget(row)

    # --- half typed ---------------------------------------------------------------------------------

    def take_up(self) -> None:
        """What was half typed before stands there again, and from now on what is typed is kept."""
        who, form = self._person.id, self._form_code
        self.keeper.watch(who, form)
        self.keeper.when_kept(
            lambda: self.session.ask(self, self._restore, drafting.draft_of, who, form),
        )

    def typed(self) -> dict[str, JsonValue]:
        """What is another than it was when the panel opened, by name: what she left alone is nobody's draft."""
        now = {name: _value(part.field) for name, part in self.parts.items()}
        return {name: value for name, value in now.items() if value != self._opened_with[name]}

    def _restore(self, draft: Draft | None) -> None:
        """What has been typed meanwhile counts more."""
        before: Mapping[str, JsonValue] = draft.body if draft is not None else {}
        lacking = before.keys() - self.typed().keys()
        for name in lacking & self.parts.keys():
            _put(self.parts[name].field, str(before[name]))
        self.goes_on.setVisible(bool(before) and bool(self.typed()))
        self.show_parts()

    def _give_up(self) -> None:
        self.keeper.drop(lambda: None)
        self.closed.emit()

    def show_parts(self) -> None:
        """Shows the fields that what is chosen calls for."""

    # --- saving -------------------------------------------------------------------------------------

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
        self.keeper.go_on()
        name = self.field_of(problem.code)
        part = self.parts.get(name) or self.parts[next(iter(self.parts))]
        part.refuse(problem_text(problem))
        part.field.setFocus()

    def field_of(self, code: str) -> str:
        """The name of the field that a Problem is about."""
        return "day"


class FactsPanel(PersonPanel):
    """改资料: name, sex, birth date, phone, ID number. Only what was changed is saved."""

    def __init__(self, shell: Shell, keeper: DraftKeeper, person: Resident, phones: Sequence[Phone]) -> None:
        title = fill(_("改 {name} 的资料"), {"name": person.name})
        super().__init__(shell, title, self._save_facts, keeper, person, FACTS_FORM)
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
        phone, number = self._phone, self.phone.text().strip()
        before = phone.number if phone is not None else ""
        self.do(
            lambda _changes: self._told(),
            correct_facts,
            self._person.id,
            values,
            phone.id if phone is not None else None,
            number if number != before else None,
            self.keeper.hold(),
        )

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

    def _told(self) -> None:
        told = fill(_("{name} 的资料已保存"), {"name": plain_text(self.name.text())})
        self.shell.saved(told, correct=partial(self.shell.correct_person, self._person.id))
        self.closed.emit()
