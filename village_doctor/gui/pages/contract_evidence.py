"""Who has really signed, and how a contract ends: the panels that come after the paper.

Every adult signs by her own hand or is told; who is not is named, never quietly counted. Panels only show and collect.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from village_doctor.domain.contract_rules import ADULT_FROM_AGE
from village_doctor.domain.dates import age_on
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.pages.contract_steps import Panel
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Button, Field, Labelled, label
from village_doctor.gui.widgets.typed_date import DateField
from village_doctor.services import wording
from village_doctor.services.contracting import Evidence, Signing

SIGNED: Final = "signed"
TOLD: Final = "told"
NOT_YET: Final = "not-yet"
_PROOFS: Final = {SIGNED: N_("本人签了"), TOLD: N_("告诉过本人"), NOT_YET: N_("还没有")}
_HOW: Final = (N_("当面"), N_("电话"))


class ProofRow(QWidget):
    """How one adult agreed: by her own hand, told on a day, or not yet."""

    moved_on = Signal()
    changed = Signal()

    def __init__(self, resident: Resident, today: date) -> None:
        super().__init__()
        self.resident = resident
        self._today = today
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 4, 0, 4)
        rows.setSpacing(4)
        self.name = label(wording.person(resident, today))
        rows.addWidget(self.name)
        self.speaks = label(_("✓ 代表全家签字"), role="note", tone="done")
        rows.addWidget(self.speaks)
        self.proof = Choices(
            fill(_("{name}怎么同意的"), {"name": resident.name}), [(c, _(t)) for c, t in _PROOFS.items()]
        )
        self.proof.set_values([NOT_YET])
        rows.addWidget(self.proof)
        self.told_row = QWidget()
        told = QHBoxLayout(self.told_row)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(16)
        self.told_on = DateField(fill(_("哪天告诉{name}的"), {"name": resident.name}), day=today)
        self.told_how = Choices(
            fill(_("怎么告诉{name}的"), {"name": resident.name}), [(_(how), _(how)) for how in _HOW]
        )
        self.told_how.set_values([_(_HOW[0])])
        self.day_row = Labelled(_("哪天告诉的"), self.told_on)
        told.addWidget(self.day_row, 1)
        told.addWidget(Labelled(_("怎么告诉的"), self.told_how), 2)
        rows.addWidget(self.told_row)
        self.told_row.hide()
        self.proof.chosen.connect(self._show_told)
        for field in (self.proof, self.told_on, self.told_how):
            field.entered.connect(self.moved_on)
        for signal in (self.proof.chosen, self.told_on.textChanged, self.told_how.chosen):
            signal.connect(self.changed)

    def set_speaker(self, is_speaker: bool) -> None:
        self.speaks.setVisible(is_speaker)
        self.proof.setVisible(not is_speaker)
        self._show_told()

    def evidence(self) -> Evidence | None:
        """None while there is none. Raises Problem `date-form`."""
        if self.proof.isHidden():
            return None
        chosen = self.proof.value()
        if chosen == SIGNED:
            return Evidence(signed_by_hand=True)
        if chosen == TOLD:
            return Evidence(told_on=self.told_on.day() or self._today, told_how=self.told_how.value())
        return None

    def body(self) -> dict[str, JsonValue]:
        """What is told, for a draft."""
        return {
            "proof": self.proof.value(),
            "told_on": _said_day(self.told_on, self._today),
            "told_how": self.told_how.value(),
        }

    def restore(self, body: Mapping[str, JsonValue]) -> None:
        """Puts a draft back."""
        for choices, name in ((self.proof, "proof"), (self.told_how, "told_how")):
            if isinstance(value := body.get(name), str):
                choices.set_values([value])
        _put_day(self.told_on, body.get("told_on"))
        self._show_told()

    def _show_told(self) -> None:
        self.told_row.setVisible(not self.proof.isHidden() and self.proof.value() == TOLD)


def _said_day(field: DateField, today: date) -> str:
    """What is typed; empty for today's date, which was only offered: another day it is that day's."""
    return "" if field.text() == today.isoformat() else field.text()


def _put_day(field: DateField, value: JsonValue) -> None:
    if isinstance(value, str) and value:
        field.setText(value)


class EvidenceStep(Panel):
    """Who signed for the household, when, and how every other adult agreed. `changed` after every answer."""

    moved_on = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__(_("签好了，收回一份：谁签的字"))
        self._today = date.min
        self.proofs: list[ProofRow] = []
        self.children_told = label("", role="note", tone="quiet")
        self._own: list[QWidget] = []
        self.representative = Choices(_("谁代表全家签字"), [])
        self.speaker_row = Labelled(_("谁代表全家签字"), self.representative)
        self.signed_on = DateField(_("哪天签的"))
        self.signed_row = Labelled(_("哪天签的"), self.signed_on)

    def fill(self, people: Sequence[Resident], today: date) -> None:
        """`people`: the members of the contract. Nobody is preset as having signed: that is an answer."""
        self._today = today
        for widget in self._own:
            self.rows.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        adults = [one for one in people if age_on(one.birth_date, today) >= ADULT_FROM_AGE]
        young = [one for one in people if one not in adults]
        self.representative = Choices(_("谁代表全家签字"), [(one.id, one.name) for one in adults])
        self.speaker_row = Labelled(_("谁代表全家签字"), self.representative)
        self.signed_on = DateField(_("哪天签的"), day=today)
        self.signed_row = Labelled(_("哪天签的"), self.signed_on)
        self.proofs = [ProofRow(one, today) for one in adults]
        self.children_told = label(
            fill(_("{names}：没到 18 岁，大人签了就行。"), {"names": "、".join(o.name for o in young)}),
            role="note",
            tone="quiet",
        )
        rule = label(_("没签字、也没告诉过本人的大人，写在协议里，但不算签了。"), role="note", tone="quiet")
        first_row = QWidget()
        row = QHBoxLayout(first_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.speaker_row, 2)
        row.addWidget(self.signed_row, 1)
        self._own = [first_row, *self.proofs, self.children_told, rule]
        for widget in self._own:
            self.rows.addWidget(widget)
        self.children_told.setVisible(bool(young))
        self.representative.chosen.connect(self._show_speaker)
        for signal in (self.representative.chosen, self.signed_on.textChanged):
            signal.connect(self.changed)
        for one in (self.representative, self.signed_on):
            one.entered.connect(self.moved_on)
        for proof in self.proofs:
            proof.moved_on.connect(self.moved_on)
            proof.changed.connect(self.changed)
        self._show_speaker()

    def body(self) -> dict[str, JsonValue]:
        """What is told, for a draft."""
        return {
            "representative": self.representative.value(),
            "signed_on": _said_day(self.signed_on, self._today),
            "proofs": {row.resident.id: row.body() for row in self.proofs},
        }

    def restore(self, body: Mapping[str, JsonValue]) -> None:
        """Puts a draft back; whoever is not in the contract any more is left out."""
        self.representative.set_values([str(body.get("representative"))])
        _put_day(self.signed_on, body.get("signed_on"))
        proofs = body.get("proofs")
        for row in self.proofs:
            own = proofs.get(row.resident.id) if isinstance(proofs, Mapping) else None
            if isinstance(own, Mapping):
                row.restore(own)
        self._show_speaker()

    def signing(self) -> Signing:
        """Raises Problem `representative-missing` until somebody is chosen, `date-form`."""
        if self.representative.value() is None:
            raise Problem("representative-missing")
        found = {row.resident.id: row.evidence() for row in self.proofs}
        return Signing(
            signed_on=self.signed_on.day(),
            representative_id=self.representative.value(),
            evidence={rid: one for rid, one in found.items() if one is not None},
        )

    def clear_refusals(self) -> None:
        self.refuse("")
        for row in (self.speaker_row, self.signed_row, *(one.day_row for one in self.proofs)):
            row.refuse("")

    def _show_speaker(self) -> None:
        speaker = self.representative.value()
        for row in self.proofs:
            row.set_speaker(row.resident.id == speaker)


class EndingStep(Panel):
    """解约, with a coded reason and a day; or 作废, for what never was, with a sentence."""

    def __init__(
        self, reasons: Sequence[tuple[str, str]], end: Callable[[], None], void: Callable[[], None]
    ) -> None:
        super().__init__("")
        self.reasons = Choices(_("为什么解约"), reasons)
        self.reasons_row = Labelled(_("为什么解约"), self.reasons)
        self.ends_on = DateField(_("从哪天起没有了"))
        self.day_row = Labelled(_("从哪天起没有了"), self.ends_on)
        self.why_void = Field(_("为什么作废"), hint=_("写一句，比如：录错了户"))
        self.void_row = Labelled(_("为什么作废"), self.why_void)
        for widget in (self.reasons_row, self.day_row, self.void_row):
            self.rows.addWidget(widget)
        self.end_button = Button(_("解约"), kind="danger")
        self.end_button.clicked.connect(end)
        self.void_button = Button(_("作废"), kind="danger")
        self.void_button.clicked.connect(void)
        for button in (self.end_button, self.void_button):
            self.rows.addWidget(button)
        self.reasons.entered.connect(self.ends_on.setFocus)
        self.ends_on.entered.connect(end)
        self.why_void.entered.connect(void)

    def ask_end(self, today: date) -> None:
        self._show(_("解约：从这天起不再算签约；写过的记录都在"), is_void=False)
        self.ends_on.set_day(today)
        self.reasons.setFocus()

    def ask_void(self) -> None:
        self._show(_("作废：这份协议是录错的，从来没有真签过。真签过的请用解约"), is_void=True)
        self.why_void.setFocus()

    def _show(self, title: str, *, is_void: bool) -> None:
        self.title.setText(title)
        self.reasons_row.setVisible(not is_void)
        self.day_row.setVisible(not is_void)
        self.end_button.setVisible(not is_void)
        self.void_row.setVisible(is_void)
        self.void_button.setVisible(is_void)
        for row in (self.reasons_row, self.day_row, self.void_row):
            row.refuse("")
        self.refuse("")
        self.show()
