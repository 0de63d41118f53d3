"""The steps of writing a contract as panels: who signs and for which packages, and the terms.

Panels show and collect; which packages fit, who may sign and until when are answers of the services.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from village_doctor.domain.contracts import PAYERS, FeeShare, contract_end
from village_doctor.domain.duties.reasons import GROUP_NAMES
from village_doctor.domain.managed_groups import GENERAL
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.packages import BASIC, ServicePackage
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.theme import CONTROL_HEIGHT, GRID
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Field, Labelled, NumberField, label
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.gui.widgets.typed_date import DateField
from village_doctor.services import wording
from village_doctor.services.contracting import Suggestion

_FEN: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What the household signs up to, as typed. `starts_on` None: the day it is written. The fee is for the whole term."""

    years: int
    starts_on: date | None
    township_doctor_name: str | None
    fee_fen: int
    payers: tuple[FeeShare, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Who signs, in the order of the household, and each one's packages by resident id."""

    members: tuple[str, ...]
    packages: Mapping[str, tuple[str, ...]]


class Panel(QFrame):
    """A step with its heading. `wrong` stands under it and concerns the whole step."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(16, 12, 16, 12)
        self.rows.setSpacing(8)
        self.title = label(title, role="strong")
        self.rows.addWidget(self.title)
        self.wrong = label("", role="note", tone="danger")
        self.wrong.hide()
        self.rows.addWidget(self.wrong)

    def refuse(self, text: str) -> None:
        self.wrong.setText(f"▲ {text}" if text else "")
        self.wrong.setVisible(bool(text))


# --- 1 who ----------------------------------------------------------------------------------------------


class _Tick(QCheckBox):
    """A check box as high as every other control."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + 2 * GRID, max(hint.height(), CONTROL_HEIGHT))


class MemberRow(QWidget):
    """One member: does she sign, and which packages beside the basic one. `moved_on`: Enter."""

    moved_on = Signal()
    changed = Signal()

    def __init__(self, one: Suggestion, personal: Sequence[ServicePackage], on: date) -> None:
        super().__init__()
        self.resident = one.resident
        self.basic = tuple(package.code for package, _reason in one.packages if package.kind == BASIC)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 4, 0, 4)
        rows.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.tick = _Tick(wording.person(one.resident, on))
        self.tick.setAccessibleName(fill(_("{name}签约"), {"name": one.resident.name}))
        self.tick.setChecked(True)
        line.addWidget(self.tick)
        line.addWidget(label(groups_text(one.groups), role="note", tone="quiet"), 1)
        rows.addLayout(line)
        name = fill(_("{name}签的项目"), {"name": one.resident.name})
        options = [(p.code, wording.package_name(p)) for p in personal]
        self.packages = Choices(name, options, several=True)
        self.packages.entered.connect(self.moved_on)
        rows.addWidget(self.packages)
        told = [wording.duty(reason)[0] for package, reason in one.packages if _may_be_told(package)]
        self.why = label("　".join(told), role="note", tone="quiet")
        rows.addWidget(self.why)
        self.why.setVisible(bool(told))
        self.taken = label("", role="note", tone="due")
        self.taken.hide()
        rows.addWidget(self.taken)
        self.wrong = label("", role="note", tone="danger")
        self.wrong.hide()
        rows.addWidget(self.wrong)
        self.tick.toggled.connect(self.packages.setEnabled)
        self.tick.toggled.connect(self.changed)
        self.packages.chosen.connect(self.changed)

    def refuse(self, text: str) -> None:
        self.wrong.setText(f"▲ {text}" if text else "")
        self.wrong.setVisible(bool(text))


class MembersStep(Panel):
    """Who signs: everybody who lives there, with what fits; a tick takes somebody out."""

    moved_on = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__(_("1　谁签，签什么"))
        self.told = label("", role="note", tone="quiet")
        self.rows.addWidget(self.told)
        self.members: list[MemberRow] = []

    def fill(
        self,
        suggested: Sequence[Suggestion],
        packages: Mapping[str, ServicePackage],
        on: date,
        *,
        taken_until: Mapping[str, date],
        chosen: Chosen | None,
    ) -> None:
        """`taken_until`: who is bound by another contract, and until when; they begin unticked. `chosen`: what was
        ticked before, else what is suggested."""
        for row in self.members:
            self.rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        personal = sorted(
            (one for one in packages.values() if one.kind != BASIC),
            key=lambda one: (one.group or "", one.code),
        )
        names = "、".join(one.name for one in packages.values() if one.kind == BASIC)
        self.told.setText(fill(_("{names}人人都有；另外的照情况勾，按数字改。"), {"names": names}))
        self.members = []
        for one in suggested:
            row = MemberRow(one, personal, on)
            row.moved_on.connect(self.moved_on)
            before = chosen.packages.get(one.resident.id) if chosen is not None else None
            row.packages.set_values(before or [package.code for package, _reason in one.packages])
            until = taken_until.get(one.resident.id)
            if until is not None:
                values = {"day": wording.day(until, on)}
                row.taken.setText(fill(_("● 已在另一份协议里，到 {day}"), values))
                row.taken.show()
            row.tick.setChecked(until is None if chosen is None else one.resident.id in chosen.members)
            row.packages.setEnabled(row.tick.isChecked())
            row.changed.connect(self.changed)
            self.rows.addWidget(row)
            self.members.append(row)

    def chosen(self) -> Chosen:
        ticked = [row for row in self.members if row.tick.isChecked()]
        return Chosen(
            members=tuple(row.resident.id for row in ticked),
            packages={row.resident.id: (*row.basic, *row.packages.values()) for row in ticked},
        )

    def body(self) -> dict[str, JsonValue]:
        """Everybody's tick and packages, for a draft."""
        return {
            row.resident.id: {"signs": row.tick.isChecked(), "packages": [*row.packages.values()]}
            for row in self.members
        }

    def restore(self, body: Mapping[str, JsonValue]) -> None:
        """Puts a draft back; who has come to the family since stays as suggested."""
        for row in self.members:
            before = body.get(row.resident.id)
            if isinstance(before, Mapping):
                packages = before.get("packages")
                row.packages.set_values([str(one) for one in packages] if isinstance(packages, list) else [])
                row.tick.setChecked(before.get("signs") is True)

    def refuse_member(self, name: str, text: str) -> QWidget:
        """Says it beside the member of that name, or for the whole step if there is none; gives where."""
        row = next((one for one in self.members if one.resident.name == name), None)
        place: MemberRow | MembersStep = self if row is None else row
        place.refuse(text)
        return place

    def clear_refusals(self) -> None:
        self.refuse("")
        for row in self.members:
            row.refuse("")


def groups_text(groups: Sequence[str]) -> str:
    """Key groups as people say them; the protected ones by their code alone."""
    named = [_(GROUP_NAMES[code]) if _is_named(code) else code for code in groups if code != GENERAL]
    return "、".join(named) or _("一般人群")


def _is_named(group: str) -> bool:
    return group in GROUP_NAMES and group not in PROTECTED_GROUPS


def _may_be_told(package: ServicePackage) -> bool:
    return package.group is not None and _is_named(package.group)


# --- 2 terms --------------------------------------------------------------------------------------------


class TermsStep(Panel):
    """How long, from when, with whom, what it costs and who pays that."""

    moved_on = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__(_("2　怎么签"))
        self.years = Choices(
            _("签几年"), [("1", _("1 年")), ("2", _("2 年")), ("3", _("3 年"))], numbered=False
        )
        self.years_row = Labelled(_("签几年（按 1、2、3）"), self.years)
        self.starts = DateField(_("从哪天起"))
        self.starts_row = Labelled(_("从哪天起"), self.starts)
        self.until = label("", role="strong")
        self.who = label("")
        self.doctor = Field(_("卫生院的家庭医生"))
        self.doctor_row = Labelled(_("卫生院的家庭医生（可以空着）"), self.doctor)
        self.fee = NumberField(_("费用"), longest=5, places=2)
        self.fee_row = Labelled(_("费用一共多少（空着就是不收）"), self.fee, unit=_("元"))
        self.payers = {
            code: NumberField(fill(_("{payer}付多少"), {"payer": _(name)}), longest=5, places=2)
            for code, name in wording.PAYER_NAMES.items()
        }
        shares = WrappingRow(gap=16)
        for code, field in self.payers.items():
            shares.add(Labelled(_(wording.PAYER_NAMES[code]), field, unit=_("元")))
        self.payers_row = Labelled(_("其中谁付多少（不分就都空着）"), shares)
        for widget in (
            self.years_row,
            self.starts_row,
            self.until,
            self.who,
            self.doctor_row,
            self.fee_row,
            self.payers_row,
        ):
            self.rows.addWidget(widget)
        typed: tuple[Field, ...] = (self.starts, self.doctor, self.fee, *self.payers.values())
        for one in typed:
            one.entered.connect(self.moved_on)
            one.textEdited.connect(self.changed)
        self.years.entered.connect(self.moved_on)
        self.years.chosen.connect(self.changed)
        self.years.chosen.connect(self._show_end)
        self.starts.textChanged.connect(self._show_end)
        self.fee.textChanged.connect(self._show_payers)
        self._first = ""
        self._today = date.min

    def fill(self, terms: Terms, doctor_name: str, party_a: str | None, today: date) -> None:
        self._today = today
        self.years.set_values([str(terms.years)])
        self.starts.set_day(terms.starts_on or today)
        self._first = self.starts.text()
        self.doctor.setText(terms.township_doctor_name or "")
        self.fee.setText(_yuan(terms.fee_fen))
        shares = {one.payer: one.amount_fen for one in terms.payers}
        for code, field in self.payers.items():
            field.setText(_yuan(shares.get(code, 0)))
        self.who.setText(
            fill(_("甲方 {party}　村医 {doctor}"), {"party": party_a, "doctor": doctor_name})
            if party_a
            else fill(_("村医 {doctor}"), {"doctor": doctor_name})
        )
        self._show_end()
        self._show_payers()

    def terms(self) -> Terms:
        """Raises Problem `date-form` for a day that is none."""
        fee_fen = _fen(self.fee.text())
        shares = {code: _fen(self.payers[code].text()) for code in PAYERS} if fee_fen else {}
        return Terms(
            years=int(self.years.value() or 1),
            starts_on=self.starts.day(),
            township_doctor_name=self.doctor.text().strip() or None,
            fee_fen=fee_fen,
            payers=tuple(FeeShare(payer=code, amount_fen=fen) for code, fen in shares.items() if fen),
        )

    def body(self) -> dict[str, JsonValue]:
        """What is typed, for a draft; a first day that was only offered is offered anew another day."""
        return {
            "years": self.years.value(),
            "starts": self.starts.text() if self.starts.text() != self._first else "",
            "doctor": self.doctor.text(),
            "fee": self.fee.text(),
            "payers": {code: field.text() for code, field in self.payers.items()},
        }

    def restore(self, body: Mapping[str, JsonValue]) -> None:
        """Puts a draft back."""
        self.years.set_values([_typed(body, "years")])
        self.starts.setText(_typed(body, "starts") or self._first)
        self.doctor.setText(_typed(body, "doctor"))
        self.fee.setText(_typed(body, "fee"))
        shares = body.get("payers")
        for code, field in self.payers.items():
            field.setText(_typed(shares, code) if isinstance(shares, Mapping) else "")
        self._show_end()

    def clear_refusals(self) -> None:
        self.refuse("")
        for row in (self.years_row, self.starts_row, self.payers_row):
            row.refuse("")

    def _show_payers(self) -> None:
        self.payers_row.setVisible(_fen(self.fee.text()) > 0)

    def _show_end(self) -> None:
        try:
            first = self.starts.day() or self._today
        except Problem:
            self.until.clear()
            return
        last = contract_end(first, int(self.years.value() or 1))
        self.until.setText(fill(_("到 {day} 为止"), {"day": wording.day(last, self._today)}))


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / _FEN:.2f}" if fen else ""


def _fen(yuan: str) -> int:
    """What a field for money holds; "" and a lone point are nothing."""
    typed = yuan.strip(".")
    return int(Decimal(typed) * _FEN) if typed else 0


def _typed(body: Mapping[str, JsonValue], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
