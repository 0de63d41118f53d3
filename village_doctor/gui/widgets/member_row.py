"""One person to register, typed on one row: name, relation, ID card (sex and birth come from it), diseases since when.

What is wrong is said beside its field as soon as a field is left. Enter walks the fields; after the last `finished` is told.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from village_doctor.domain.duties.evidence import DIABETES, HYPERTENSION
from village_doctor.domain.id_card import IdCard, check_id_card
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import RELATION_HEAD
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.session import Session
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Button, Field, Labelled, NumberField, PlainField, label
from village_doctor.gui.widgets.field_row import FieldRow
from village_doctor.gui.widgets.typed_date import DateField
from village_doctor.services import wording
from village_doctor.services.before_registering import KnownPerson, person_with_document
from village_doctor.services.problem_words import problem_text
from village_doctor.services.registering import MemberDraft

_ID_LENGTH: Final = 18
_OTHER: Final = "other"
_USUAL: Final = ("10", "20", "30", "38", "41", "42", "51", "52")
_DISEASES: Final = (HYPERTENSION, DIABETES)
_FIELD_OF: Final[Mapping[str, str]] = {
    "name-missing": "name",
    "sex-missing": "sex",
    "birth-date-missing": "birth",
    "date-form": "birth",
    "date-in-future": "birth",
    "identity-missing": "reason",
    "code-unknown": "relation",
    "household-needs-head": "relation",
    "head-not-one": "relation",
}


class MemberRow(QFrame):
    """`changed` after every key, `finished` by Enter in the last field, `known_opened` with the person found already."""

    changed = Signal()
    finished = Signal()
    removed = Signal()
    known_opened = Signal(object)

    def __init__(self, session: Session, *, is_head: bool) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self._session = session
        self._is_head = is_head
        self._card: IdCard | None = None
        self._known: KnownPerson | None = None
        self.parts: dict[str, Labelled] = {}
        self._make_fields()
        self._lay_out()
        self._connect()
        self._show_parts()

    # --- what it is made of -------------------------------------------------------------------------

    def _make_fields(self) -> None:
        catalogue = self._session.catalogue
        self.name = Field(_("姓名"))
        usual = [(code, catalogue.label("relation", code)) for code in _USUAL]
        self.relation = Choices(_("与户主关系"), [*usual, (_OTHER, _("其他"))])
        self.other_relation = Field(_("什么关系"), hint=_("如 外甥、侄女、岳母"))
        self.number = PlainField(_("身份证号"), allowed="0123456789Xx ", longest=22)
        self.reason = Choices(
            _("没有身份证号，为什么"),
            [(one, one) for one in (_("新生儿"), _("没办过"), _("丢了"), _("没带在身上"), _("不知道"))],
        )
        self.birth = DateField(_("出生日期"))
        self.sex = Choices(_("性别"), (("1", _("男")), ("2", _("女"))))
        diseases = [(code, catalogue.label("condition", code)) for code in _DISEASES]
        self.diseases = Choices(_("有没有"), diseases, several=True)
        self.since = {
            code: NumberField(fill(_("{disease}哪一年起"), {"disease": text}), longest=4)
            for code, text in diseases
        }

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        head = QHBoxLayout()
        self.title = label("", role="strong")
        head.addWidget(self.title, 1)
        self.remove = Button(_("去掉这一个"), kind="link")
        self.remove.clicked.connect(self.removed)
        head.addWidget(self.remove)
        column.addLayout(head)
        column.addWidget(
            self._row(
                ("name", _("姓名"), self.name, 2), ("number", _("身份证号（没有就按回车）"), self.number, 3)
            )
        )
        self.read = label("", role="strong", tone=theme.DONE)
        column.addWidget(self.read)
        self._known_row = self._make_known()
        column.addWidget(self._known_row)
        self._no_card = [
            self._row(("reason", _("没有身份证号，为什么"), self.reason, 1)),
            self._row(("birth", _("出生日期"), self.birth, 2), ("sex", _("性别"), self.sex, 3)),
        ]
        self._relation_row = self._row(
            ("relation", _("是户主的什么人"), self.relation, 5),
            ("other", _("什么关系"), self.other_relation, 2),
        )
        years = [(code, field.accessibleName(), field, 2) for code, field in self.since.items()]
        for row in (
            *self._no_card,
            self._relation_row,
            self._row(("diseases", _("确诊的病（没有就按回车）"), self.diseases, 3), *years),
        ):
            column.addWidget(row)

    def _row(self, *parts: tuple[str, str, QWidget, int]) -> FieldRow:
        row = FieldRow()
        for name, text, field, share in parts:
            self.parts[name] = row.add(text, field, share, _("年") if field in self.since.values() else "")
        return row

    def _make_known(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        self.known_text = label("", tone=theme.DUE)
        row.addWidget(self.known_text, 1)
        self.open_known = Button(_("打开那一家"))
        self.open_known.clicked.connect(lambda: self.known_opened.emit(self._known))
        row.addWidget(self.open_known)
        return made

    def _connect(self) -> None:
        for field in (self.name, self.other_relation, self.number, self.birth, *self.since.values()):
            field.textChanged.connect(self.changed)
        for part in self.parts.values():  # what was wrong with it is history as soon as it is edited
            if isinstance(part.field, Choices):
                part.field.chosen.connect(partial(part.refuse, ""))
            elif isinstance(part.field, Field):
                part.field.textChanged.connect(lambda _text, part=part: part.refuse(""))
        for choices in (self.relation, self.reason, self.sex, self.diseases):
            choices.chosen.connect(self.changed)
            choices.chosen.connect(self._show_parts)
        self.name.entered.connect(self._after_name)
        self.number.textChanged.connect(self._look_at_number)
        self.number.entered.connect(self._after_number)
        self.number.editingFinished.connect(self._check_number)
        self.reason.entered.connect(self.birth.setFocus)
        self.birth.full.connect(self.sex.setFocus)
        self.birth.entered.connect(self.sex.setFocus)
        self.sex.entered.connect(self._after_who)
        self.relation.entered.connect(self._after_relation)
        self.other_relation.entered.connect(self.diseases.setFocus)
        self.diseases.entered.connect(partial(self._next_since, ""))
        for code, field in self.since.items():
            field.entered.connect(partial(self._next_since, code))

    def _show_parts(self) -> None:
        has_number = bool(self.number.text().strip())
        for row in self._no_card:
            row.setVisible(not has_number)
        self._relation_row.setVisible(not self._is_head)
        self.parts["other"].setVisible(self.relation.value() == _OTHER)
        for code in self.since:
            self.parts[code].setVisible(code in self.diseases.values())
        self.read.setVisible(bool(self.read.text()))
        self._known_row.setVisible(self._known is not None)

    # --- walking ------------------------------------------------------------------------------------

    def fields(self) -> list[QWidget]:
        """What Tab walks through, in this order."""
        first: list[QWidget] = [self.name, self.number, self.open_known, self.reason, self.birth, self.sex]
        return [*first, self.relation, self.other_relation, self.diseases, *self.since.values(), self.remove]

    def focus_first(self) -> None:
        self.name.setFocus()

    def _after_name(self) -> None:
        if self.is_empty and not self._is_head:
            self.finished.emit()
        else:
            self.number.setFocus()

    def _after_number(self) -> None:
        if not self.number.text().strip():
            self.reason.setFocus()
        elif self._card is not None:
            self._after_who()
        else:
            self._check_number()

    def _after_who(self) -> None:
        (self.diseases if self._is_head else self.relation).setFocus()

    def _after_relation(self) -> None:
        (self.other_relation if self.relation.value() == _OTHER else self.diseases).setFocus()

    def _next_since(self, after: str) -> None:
        """The next year to type, of the diseases chosen; behind the last the row is finished."""
        chosen = self.diseases.values()
        rest = chosen[chosen.index(after) + 1 :] if after in chosen else chosen
        if rest:
            self.since[rest[0]].setFocus()
        else:
            self.finished.emit()

    # --- the ID card --------------------------------------------------------------------------------

    def _look_at_number(self) -> None:
        """Eighteen characters are checked at once; fewer are left alone until the field is left."""
        self.parts["number"].refuse("")
        self._card = self._known = None
        self.read.setText("")
        if len("".join(self.number.text().split())) >= _ID_LENGTH:
            self._check_number()
        self._show_parts()

    def _check_number(self) -> None:
        if not self.number.text().strip() or self._card is not None:
            return
        try:
            self._card = check_id_card(self.number.text(), self._session.today)
        except Problem as problem:
            self.refuse(problem)
            return
        card, today = self._card, self._session.today
        told = fill(
            _("{sex}　{day} 生"), {"sex": wording.sex(card.sex), "day": wording.day(card.birth_date, today)}
        )
        self.read.setText(f"{theme.MARKS[theme.DONE]} {told}")
        self._session.ask(
            self, partial(self._show_known, card.number), person_with_document, card.number, today
        )

    def _show_known(self, number: str, known: KnownPerson | None) -> None:
        if self._card is None or self._card.number != number:
            return
        self._known = known
        if known is not None:
            person = wording.person(known.resident, self._session.today)
            values = {"person": person, "door": known.door}
            self.known_text.setText(fill(_("● 这个号码已经登记过：{person}　{door}"), values))
            self.open_known.setVisible(known.household is not None)
        self._show_parts()

    # --- values -------------------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        return not (self.name.text().strip() or self.number.text().strip())

    @property
    def card_number(self) -> str | None:
        """The checked number, None while there is none."""
        return self._card.number if self._card is not None else None

    def set_title(self, text: str) -> None:
        self.title.setText(text)

    def draft(self) -> MemberDraft | None:
        """The person as typed; None where something is wrong, which then stands beside its field."""
        for part in self.parts.values():
            part.refuse("")
        try:
            return self._draft()
        except Problem as problem:
            self.refuse(problem)
            return None

    def _draft(self) -> MemberDraft:
        name = self.name.text().strip()
        if not name:
            raise Problem("name-missing", what=_("姓名"))
        number = self.number.text().strip()
        if number:
            number = check_id_card(number, self._session.today).number
            if self._known is not None:
                known = self._known.resident
                raise Problem("identity-known", name=known.name, resident=known.id)
        elif self.reason.value() is None:
            raise Problem("identity-missing", name=name)
        birth_date = None if number else self.birth.day()
        if not number and birth_date is None:
            raise Problem("birth-date-missing", name=name)
        if not number and self.sex.value() is None:
            raise Problem("sex-missing", name=name)
        return MemberDraft(
            name=name,
            relation=self._relation(),
            sex=None if number else self.sex.value(),
            birth_date=birth_date,
            id_card_number=number or None,
            no_identity_reason=None if number else self.reason.value(),
            conditions={code: self.since[code].text().strip() or None for code in self.diseases.values()},
        )

    def _relation(self) -> str:
        """The code of the relation. Raises Problem `code-unknown` for a word that means none."""
        if self._is_head:
            return RELATION_HEAD
        chosen = self.relation.value()
        if chosen not in (None, _OTHER):
            return chosen or ""
        typed = self.other_relation.text().strip()
        relations = self._session.catalogue.code_lists["relation"]
        found = next((one.code for one in relations.options if typed in (one.label, one.code)), None)
        if found is None:
            known = "、".join(one.label for one in relations.options[3:])
            raise Problem("code-unknown", title=relations.title, code=typed, known=known)
        return found

    def refuse(self, problem: Problem) -> None:
        """Says it beside the field that it is about."""
        code = problem.code
        name = "number" if code.startswith(("id-card-", "identity-known")) else _FIELD_OF.get(code, "name")
        text = problem_text(problem)
        if code == "code-unknown":
            name = "other" if self.relation.value() == _OTHER else "relation"
            text = _("选一个，或者在“其他”里写：外甥、侄女、岳母、孙女婿……")
        self.parts[name].refuse(text)

    def body(self) -> dict[str, JsonValue]:
        """What is typed, for a draft."""
        return {
            "name": self.name.text(),
            "number": self.number.text(),
            "relation": self.relation.value(),
            "other_relation": self.other_relation.text(),
            "reason": self.reason.value(),
            "birth": self.birth.text(),
            "sex": self.sex.value(),
            "since": {code: self.since[code].text() for code in self.diseases.values()},
        }

    def restore(self, body: Mapping[str, JsonValue]) -> None:
        """Puts a draft back."""
        self.name.setText(_text(body, "name"))
        self.number.setText(_text(body, "number"))
        self.other_relation.setText(_text(body, "other_relation"))
        self.birth.setText(_text(body, "birth"))
        for choices, name in ((self.relation, "relation"), (self.reason, "reason"), (self.sex, "sex")):
            choices.set_values([_text(body, name)])
        since = body.get("since")
        if isinstance(since, Mapping):
            self.diseases.set_values([str(code) for code in since])
            for code, field in self.since.items():
                field.setText(_text(since, code))
        self._show_parts()


def _text(body: Mapping[str, JsonValue], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
