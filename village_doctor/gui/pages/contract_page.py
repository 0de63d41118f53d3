"""Signing, on one page: who and what, the terms, the paper. Printing makes nothing active; the signed sheet does.

The page is in one of four sights: writing a new contract, waiting for the signed sheet, signed on the spot, and what is
signed (renew, end, take back what was wrong). What may be done is refused or allowed by the services.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from village_doctor.domain.contracts import AWAITING_SIGNATURE, DRAFT, runs_until
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.draft_keeper import DraftKeeper
from village_doctor.gui.pages.contract_acts import ContractActs
from village_doctor.gui.pages.contract_reading import current, running, summary
from village_doctor.gui.pages.contract_sheet import ContractSheet
from village_doctor.gui.pages.contract_steps import Panel
from village_doctor.gui.pages.contract_writing import ContractWriting, form_of
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.controls import ENTER, label
from village_doctor.services import drafting, viewing, wording
from village_doctor.services.contracting import Suggestion, suggestions
from village_doctor.services.drafting import Draft, signing_form
from village_doctor.services.viewing import ContractView, Family

WRITING: Final = "writing"
WAITING: Final = "waiting"
ON_THE_SPOT: Final = "on-the-spot"
SIGNED: Final = "signed"


class ContractPage(Page):
    """`show_household` opens it. `sight` is what it shows: writing, waiting, on-the-spot or signed."""

    kinds: ClassVar = frozenset(
        {"contract", "contract_member", "household", "household_membership", "resident", "condition"}
    )
    typing_searches: ClassVar = False

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._household_id = ""
        self._family: Family | None = None
        self._view: ContractView | None = None
        self._evidence_of: tuple[str, tuple[str, ...]] | None = None
        self.sight = ""
        self.title = label("", role="heading")
        self.state = label("")
        self.body.addWidget(self.title)
        self.body.addWidget(self.state)
        options = self.session.catalogue.code_lists["termination"].options
        self.sheet = ContractSheet(
            self._buttons(), [(one.code, one.label) for one in options], self._end, self._void
        )
        self.members, self.terms, self.evidence = self.sheet.members, self.sheet.terms, self.sheet.evidence
        self.ending, self.buttons = self.sheet.ending, self.sheet.buttons
        self.body.addWidget(self.sheet, 1)
        self._writing = ContractWriting(self, self.members, self.terms, self._told_on_the_spot)
        self._signing_keeper = DraftKeeper(self, self.session, self.evidence.body)
        for keeper in (self._writing.keeper, self._signing_keeper):
            self.evidence.changed.connect(keeper.touched)
        self._acts = ContractActs(self, self._settle, self._refused)

    # --- what can be done ---------------------------------------------------------------------------

    def _buttons(self) -> dict[str, Callable[[], None]]:
        return {
            "offer": self.print_and_offer,
            "spot": self.sign_on_the_spot,
            "anew": self.start_over,
            "sign": self.save_signatures,
            "again": self.print_agreement,
            "change": self.take_back,
            "cards": self.print_cards,
            "paper": self.print_agreement,
            "renew": self.renew,
            "end": self.ask_end,
            "void": self.ask_void,
        }

    # --- what there is ------------------------------------------------------------------------------

    def show_household(self, household_id: str) -> None:
        """What is signed, what waits for a signature, or a new contract for this household."""
        if household_id != self._household_id:
            self.leave()
            self._household_id, self._family, self._view = household_id, None, None
            self._settle()
            self.title.clear()
            self.state.clear()
        self.refresh()

    def refresh(self) -> None:
        if self._household_id:
            self.session.ask(self, self._family_came, viewing.family, self._household_id, self.session.today)

    def _family_came(self, family: Family) -> None:
        self.session.ask(
            self,
            partial(self._suggestions_came, family),
            suggestions,
            self.session.catalogue,
            family.household.id,
            self.session.today,
        )

    def _suggestions_came(self, family: Family, suggested: tuple[Suggestion, ...]) -> None:
        then, form = partial(self._all_came, family, suggested), form_of(family.household.id)
        self._writing.keeper.when_kept(lambda: self.session.ask(self, then, drafting.draft_of, "", form))

    def _all_came(self, family: Family, suggested: tuple[Suggestion, ...], draft: Draft | None) -> None:
        if family.household.id != self._household_id:
            return
        self._keep_typed()
        self._writing.take_up(draft)
        is_first = not self.sight
        self._family, self._view = family, current(family, self.session.today)
        self._writing.know(family, suggested, self._view)
        head = family.head
        name = fill(_("{name}家"), {"name": head.name}) if head is not None else _("没有户主")
        self.title.setText(f"{name}　{wording.door(family.household, family.hamlet)}")
        before = self.sight
        state = self._view.contract.state if self._view is not None else None
        if state == AWAITING_SIGNATURE:
            self._show_waiting()
        elif state in (None, DRAFT) or self._writing.renews is not None:
            if before != ON_THE_SPOT:
                self._show_writing()
        else:
            self._show_signed()
        if is_first or self.sight != before:
            self.focus_first()

    def _settle(self) -> None:
        """Something is done: until the page has asked anew, nothing can be pressed a second time."""
        self._writing.forget()
        self._signing_keeper.forget()
        self._evidence_of = None
        self.sight = ""
        self.sheet.show_only((), ())

    # --- writing ------------------------------------------------------------------------------------

    def _show_writing(self) -> None:
        self._writing.show(keeps=not self._acts.is_busy)
        self.state.setText(self._writing.told())
        self.sheet.paper.title.setText(_("3　纸：打印出来还不算签约，等他们签好字、收回一份才算"))
        anew = ["anew"] if self._writing.goes_on else []
        self._show(WRITING, (self.members, self.terms), ("offer", "spot", *anew))

    def _write_anew(self) -> None:
        self._show_writing()
        self.focus_first()

    def _keep_typed(self) -> None:
        if self.sight in (WRITING, ON_THE_SPOT):
            self._writing.keep_typed()

    def leave(self) -> None:
        self._keep_typed()
        self._writing.keeper.now()
        self._signing_keeper.now()

    def start_over(self) -> None:
        """Forgets what was ticked before, and shows what is suggested."""
        self.sight = ""
        self._evidence_of = None
        self._writing.start_over(self._write_anew)

    def print_and_offer(self) -> None:
        """Drafts, hands out and shows the paper. A stored draft that was changed is voided: its number is not reused."""
        self.sheet.clear_refusals()
        try:
            typed = self._writing.typed()
        except Problem as problem:
            self._refused(problem)
            return
        old, kept = self._writing.stored, self._writing.keeper.hold()
        if old is not None and self._writing.is_as_stored(typed):
            self._acts.offer(old.id, kept)
        else:
            self._acts.hand_out(typed, old, kept)

    # --- waiting for the signed sheet ---------------------------------------------------------------

    def _show_waiting(self) -> None:
        view, family = self._view, self._family
        assert view is not None
        assert family is not None
        self._fill_evidence(view.contract.id, [resident for _member, resident in view.members])
        signed = running(family, self.session.today)
        told = _("● 协议备好了，等签字，还不算签约")
        if signed is not None:
            day = wording.day(runs_until(signed), self.session.today)
            told += fill(_("。现在的一份到 {day} 为止"), {"day": day})
        self.state.setText(told)
        self.sheet.summary_lines.setText("\n".join(summary(view, self.session.today)))
        self.sheet.paper.title.setText(_("3　纸：签好字收回来了，写好谁签的，再按 F2"))
        self._show(WAITING, (self.evidence, self.sheet.summary), ("sign", "again", "change"))

    def sign_on_the_spot(self) -> None:
        """Filled and signed at the table: the evidence is asked before anything is stored."""
        self.sheet.clear_refusals()
        ticked = self._writing.ticked()
        if not ticked:
            self._refused(Problem("contract-without-members"))
            return
        self._fill_evidence("", ticked)
        self.sheet.paper.title.setText(_("3　纸：写好谁签的，再按 F2；要改按 Esc"))
        self._show(ON_THE_SPOT, (self.evidence, self.terms), ("sign",))
        self.focus_first()

    def _fill_evidence(self, contract_id: str, people: Sequence[Resident]) -> None:
        """Leaves alone what is half filled in for the same people, else goes on with what was kept of it."""
        wanted = (contract_id, tuple(one.id for one in people))
        if wanted == self._evidence_of or self._family is None:
            return
        kept = self._told_on_the_spot() or self._writing.kept_signatures
        self._evidence_of = wanted
        self.evidence.fill(people, self.session.today)
        if not contract_id:
            self.evidence.restore(kept)
            return
        form, keeper = signing_form(contract_id), self._signing_keeper
        keeper.watch("", form)
        keeper.when_kept(
            lambda: self.session.ask(self, partial(self._kept_came, wanted), drafting.draft_of, "", form)
        )

    def _kept_came(self, wanted: tuple[str, tuple[str, ...]], draft: Draft | None) -> None:
        if draft is not None and wanted == self._evidence_of:
            self.evidence.restore(draft.body)

    def _told_on_the_spot(self) -> Mapping[str, JsonValue] | None:
        is_asked = self._evidence_of is not None and not self._evidence_of[0]
        return self.evidence.body() if is_asked else None

    def save_signatures(self) -> None:
        """The contract is active when this is done."""
        self.sheet.clear_refusals()
        try:
            signing = self.evidence.signing()
            typed = self._writing.typed() if self.sight == ON_THE_SPOT else None
        except Problem as problem:
            self._refused(problem)
            return
        family_name = self.title.text().partition("　")[0]
        if typed is not None:
            kept = self._writing.keeper.hold()
            self._acts.sign(typed, signing, family_name, self._writing.stored, kept)
        elif self._view is not None:
            self._acts.activate(self._view.contract.id, signing, family_name, self._signing_keeper.hold())

    def take_back(self) -> None:
        """Back to writing, before anybody signed."""
        if self._view is not None:
            self._acts.take_back(self._view.contract.id, self._signing_keeper.hold())

    # --- what is signed -----------------------------------------------------------------------------

    def _show_signed(self) -> None:
        view, today = self._view, self.session.today
        assert view is not None
        contract = view.contract
        if contract.starts_on > today:
            day, told = wording.day(contract.starts_on, today), _("✓ 签了，从 {day} 开始")
        else:
            day, told = wording.day(runs_until(contract), today), _("✓ 签了，到 {day} 为止")
        self.state.setText(fill(told, {"day": day}))
        self.sheet.summary_lines.setText("\n".join(summary(view, today)))
        self.sheet.paper.title.setText(_("签约卡一人一张，剪下来给他们"))
        self._show(SIGNED, (self.sheet.summary,), ("cards", "paper", "renew", "end", "void"))

    def print_cards(self) -> None:
        if self._view is not None:
            self._acts.show_cards(self._view.contract.id)

    def print_agreement(self) -> None:
        if self._view is not None:
            self._acts.show_agreement(self._view.contract.id)

    def renew(self) -> None:
        """The same three steps again, for a contract that carries this one on."""
        if self._view is not None:
            self._writing.turn_to(self._view.contract)
            self._write_anew()

    def ask_end(self) -> None:
        self.ending.ask_end(self.session.today)
        self.sheet.see(self.ending)

    def ask_void(self) -> None:
        self.ending.ask_void()
        self.sheet.see(self.ending)

    def _end(self) -> None:
        self.sheet.clear_refusals()
        try:
            on = self.ending.ends_on.day() or self.session.today
        except Problem as problem:
            self._refused(problem)
            return
        if self._view is not None:
            self._acts.end(self._view.contract.id, on, self.ending.reasons.value() or "")

    def _void(self) -> None:
        self.sheet.clear_refusals()
        if self._view is not None:
            self._acts.void(self._view.contract.id, self.ending.why_void.text())

    def _refused(self, problem: Problem) -> None:
        for keeper in (self._writing.keeper, self._signing_keeper):
            keeper.go_on()
        if not self.sheet.refuse(problem, is_writing=self.sight == WRITING):
            self.shell.tell(problem)

    # --- the window ---------------------------------------------------------------------------------

    def _show(self, sight: str, panels: Sequence[Panel], buttons: Sequence[str]) -> None:
        self.sight = sight
        self.sheet.show_only(panels, buttons)
        self.terms.setEnabled(sight == WRITING)
        self.shell.show_hints()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and not event.isAutoRepeat():
            self.sheet.walk_on()
        else:
            super().keyPressEvent(event)

    def go_back(self) -> bool:
        if not self.ending.isHidden():
            self.ending.hide()
            self.focus_first()
            return True
        if self.sight == ON_THE_SPOT:
            self._write_anew()
            return True
        if self._writing.renews is not None:
            self.leave()
            self._writing.turn_to(None)
            self._show_signed()
            self.focus_first()
            return True
        return False

    def hints(self) -> Sequence[Hint]:
        main = {WRITING: _("打印，拿去签"), SIGNED: _("打印签约卡")}.get(self.sight, _("签好了，记下"))
        return (("F2", main), ("Enter", _("下一项")), ("Esc", _("回去")))

    def focus_first(self) -> None:
        first: QWidget = self.evidence.representative
        if self.sight == WRITING:
            first = self.terms.years
        elif self.sight == SIGNED:
            first = self.buttons["cards"]
        first.setFocus()
        self.sheet.see(first)
