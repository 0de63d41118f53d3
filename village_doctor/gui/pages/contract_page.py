"""Signing, on one page: who and what, the terms, the paper. Printing makes nothing active; the signed sheet does.

The page is in one of four sights: writing a new contract, waiting for the signed sheet, signed on the spot, and what is
signed (renew, end, take back what was wrong). What may be done is refused or allowed by the services.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import ClassVar, Final, ParamSpec, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from village_doctor.domain.contracts import AWAITING_SIGNATURE, DRAFT, Contract, runs_until
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.pages.contract_reading import current, run_out, running, summary, taken_until
from village_doctor.gui.pages.contract_sheet import ContractSheet
from village_doctor.gui.pages.contract_steps import (
    Chosen,
    Panel,
    Terms,
)
from village_doctor.gui.pages.visit_drafts import DraftKeeper
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.controls import label
from village_doctor.services import drafting, printing_papers, viewing, wording
from village_doctor.services.contracting import (
    ContractDraft,
    Contracted,
    Suggestion,
    activate_contract,
    draft_contract,
    offer_contract,
    renewal_of,
    sign_contract,
    suggestions,
    take_back_contract,
    terminate_contract,
    void_contract,
)
from village_doctor.services.desk import Changes, Verb
from village_doctor.services.drafting import CONTRACT_FORM, Draft
from village_doctor.services.viewing import ContractView, Family

P = ParamSpec("P")
T = TypeVar("T")

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
        self._suggested: tuple[Suggestion, ...] = ()
        self._view: ContractView | None = None
        self._renews: Contract | None = None
        self._kept: Mapping[str, JsonValue] | None = None
        self._restored = False
        self._keeper = DraftKeeper(self, self.session, self._body)
        self._evidence_of: tuple[str, tuple[str, ...]] | None = None
        self._is_busy = False
        self.sight = ""
        self.title = label("", role="heading")
        self.state = label("")
        self.body.addWidget(self.title)
        self.body.addWidget(self.state)
        options = self.session.catalogue.code_lists["termination"].options
        self.sheet = ContractSheet(
            self._acts(), [(one.code, one.label) for one in options], self._end, self._void
        )
        self.members, self.terms, self.evidence = self.sheet.members, self.sheet.terms, self.sheet.evidence
        self.ending, self.buttons = self.sheet.ending, self.sheet.buttons
        self.body.addWidget(self.sheet, 1)
        for step in (self.members, self.terms):
            step.changed.connect(self._keeper.touched)

    # --- what can be done ---------------------------------------------------------------------------

    def _acts(self) -> dict[str, Callable[[], None]]:
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
            self._begin_anew()
            self.sight, self._restored = "", False
            self.title.clear()
            self.state.clear()
            self.sheet.show_only((), ())
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
        self.session.ask(
            self,
            partial(self._all_came, family, suggested),
            drafting.draft_of,
            "",
            self._form_of(family.household.id),
        )

    def _all_came(self, family: Family, suggested: tuple[Suggestion, ...], draft: Draft | None) -> None:
        if family.household.id != self._household_id:
            return
        self._keep_typed()
        if self._kept is None and draft is not None:
            self._kept, self._restored = draft.body, True
        is_first = not self.sight
        self._family, self._suggested = family, suggested
        self._view = current(family, self.session.today)
        head = family.head
        name = fill(_("{name}家"), {"name": head.name}) if head is not None else _("没有户主")
        self.title.setText(f"{name}　{wording.door(family.household, family.hamlet)}")
        before = self.sight
        state = self._view.contract.state if self._view is not None else None
        if state == AWAITING_SIGNATURE:
            self._show_waiting()
        elif state in (None, DRAFT) or self._renews is not None:
            if before != ON_THE_SPOT:
                self._show_writing()
        else:
            self._show_signed()
        if is_first or self.sight != before:
            self.focus_first()

    def _begin_anew(self) -> None:
        """Forgets what was typed and what was about to be renewed; a draft of it stays."""
        self._keeper.forget()
        self._kept, self._renews, self._evidence_of = None, None, None

    def _settle(self) -> None:
        """Something is done: until the page has asked anew, nothing can be pressed a second time."""
        self._begin_anew()
        self.sight, self._restored = "", False
        self.sheet.show_only((), ())

    @property
    def _draft(self) -> Contract | None:
        """The stored draft that is being written on, if there is one."""
        view = self._view
        return view.contract if view is not None and view.contract.state == DRAFT else None

    # --- writing ------------------------------------------------------------------------------------

    def _show_writing(self) -> None:
        family, today, draft = self._family, self.session.today, self._draft
        assert family is not None
        chosen, terms = self._start()
        self.terms.fill(terms, self.session.workplace.actor.name, draft.party_a if draft else None, today)
        kept = self._kept_body()
        if kept:
            self.terms.restore(_part(kept, "terms"))
        self.members.fill(
            self._suggested,
            self.session.catalogue.packages,
            today,
            taken_until=taken_until(family, self._first_day() or today),
            chosen=chosen,
        )
        self.members.restore(_part(kept, "members"))
        if not self._is_busy:
            self._keeper.watch("", self._form_of(self._household_id))
        before = self._carried_on()
        if draft is not None:
            told = _("● 起草了，还没打印，不算签约")
        elif self._renews is not None:
            told = _("续签：接着上一份，上一份到 {day} 为止")
        elif before is not None:
            told = _("上一份到 {day} 为止，已经过了。这回算续签")
        else:
            told = _("还没签")
        day = wording.day(runs_until(before), today) if before is not None else ""
        goes_on = bool(kept) and self._restored
        self.state.setText(fill(told, {"day": day}) + (_("。接着上次写到一半的") if goes_on else ""))
        self.sheet.paper.title.setText(_("3　纸：打印出来还不算签约，等他们签好字、收回一份才算"))
        self._show(WRITING, (self.members, self.terms), ("offer", "spot", *(["anew"] if goes_on else [])))

    def _start(self) -> tuple[Chosen | None, Terms]:
        today, draft = self.session.today, self._draft
        if draft is not None and self._view is not None:
            packages = {member.resident_id: member.package_codes for member, _one in self._view.members}
            return Chosen(members=tuple(packages), packages=packages), _terms_of(draft)
        before = self._carried_on()
        if before is not None:
            like = renewal_of(before, today)
            return None, Terms(
                years=like.years,
                starts_on=like.starts_on,
                township_doctor_name=like.township_doctor_name,
                fee_fen=like.fee_fen,
                payers=like.payers,
            )
        return None, Terms(years=1, starts_on=today, township_doctor_name=None, fee_fen=0)

    def _carried_on(self) -> Contract | None:
        """What a new contract carries on: the one being renewed, or the last one if it has run out."""
        if self._renews is not None or self._family is None:
            return self._renews
        return run_out(self._family, self.session.today)

    def _typed(self) -> ContractDraft:
        """Raises Problem `date-form`."""
        chosen, terms, before = self.members.chosen(), self.terms.terms(), self._carried_on()
        return ContractDraft(
            household_id=self._household_id,
            years=terms.years,
            members=chosen.members,
            packages=chosen.packages,
            starts_on=terms.starts_on,
            renews_id=before.id if before is not None else None,
            party_a=before.party_a if before is not None else None,
            township_doctor_name=terms.township_doctor_name,
            fee_fen=terms.fee_fen,
            payers=terms.payers,
        )

    # --- half done ----------------------------------------------------------------------------------

    def _form_of(self, household_id: str) -> str:
        return f"{CONTRACT_FORM}:{household_id}"

    def _body(self) -> Mapping[str, JsonValue]:
        """What is ticked and typed, for a draft."""
        renews = self._renews.id if self._renews is not None else None
        return {"renews": renews, "members": self.members.body(), "terms": self.terms.body()}

    def _kept_body(self) -> Mapping[str, JsonValue]:
        """What was ticked before for the same contract; empty if there is nothing of it."""
        renews = self._renews.id if self._renews is not None else None
        kept = self._kept
        return kept if kept is not None and kept.get("renews") == renews else {}

    def _keep_typed(self) -> None:
        """What was ticked and typed survives whatever the page asks anew."""
        if self.sight in (WRITING, ON_THE_SPOT):
            self._kept = self._body()

    def leave(self) -> None:
        self._keep_typed()
        try:
            self._keeper.now()
        except Problem as problem:
            self.shell.tell(problem)

    def start_over(self) -> None:
        """Forgets what was ticked before, and shows what is suggested."""
        self._kept, self.sight = None, ""
        self._keeper.drop(self._show_anew)

    def _show_anew(self) -> None:
        self._restored = False
        self._show_writing()
        self.focus_first()

    def _first_day(self) -> date | None:
        try:
            return self.terms.starts.day()
        except Problem:
            return None

    # --- handing it out -----------------------------------------------------------------------------

    def print_and_offer(self) -> None:
        """Drafts, hands out and shows the paper. A stored draft that was changed is voided: its number is not reused."""
        self.sheet.clear_refusals()
        try:
            typed = self._typed()
        except Problem as problem:
            self._refused(problem)
            return
        old, kept = self._draft, self._keeper.hold()
        if old is not None and self._is_as_stored(old, typed):
            self._offer(old.id, kept)
        else:
            self._without_draft(lambda: self._do(self._was_drafted, draft_contract, typed, kept))

    def _without_draft(self, then: Callable[[], None]) -> None:
        """Goes on after the stored draft, if there is one, has been voided."""
        old = self._draft
        if old is None:
            then()
        else:
            self._do(lambda _changes: then(), void_contract, old.id, _("改过了，重新起草"))

    def _was_drafted(self, changes: Changes[Contracted]) -> None:
        self._offer(changes.value.contract.id)

    def _is_as_stored(self, old: Contract, typed: ContractDraft) -> bool:
        assert self._view is not None
        stored = {member.resident_id: set(member.package_codes) for member, _resident in self._view.members}
        return (
            stored == {rid: set(codes) for rid, codes in typed.packages.items()}
            and (old.years, old.starts_on) == (typed.years, typed.starts_on)
            and (old.township_doctor_name, old.fee_fen) == (typed.township_doctor_name, typed.fee_fen)
            and old.payers == typed.payers
        )

    def _offer(self, contract_id: str, draft_id: str | None = None) -> None:
        def offered(changes: Changes[Contract]) -> None:
            self._settle()
            number = changes.value.number
            self.shell.saved(
                fill(_("协议 {number} 打出来了，等签字"), {"number": number}),
                void=partial(self._void_with_reason, contract_id),
            )
            self.shell.open_preview(partial(printing_papers.agreement, contract_id=contract_id))

        self._do(offered, offer_contract, contract_id, draft_id)

    # --- waiting for the signed sheet ---------------------------------------------------------------

    def _show_waiting(self) -> None:
        view, family = self._view, self._family
        assert view is not None
        assert family is not None
        self._fill_evidence(view.contract.id, [resident for _member, resident in view.members])
        signed = running(family, self.session.today)
        told = _("● 打出来了，等签字，还不算签约")
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
        chosen = self.members.chosen()
        if not chosen.members:
            self._refused(Problem("contract-without-members"))
            return
        self._fill_evidence(
            "", [one.resident for one in self._suggested if one.resident.id in chosen.members]
        )
        self.sheet.paper.title.setText(_("3　纸：写好谁签的，再按 F2；要改按 Esc"))
        self._show(ON_THE_SPOT, (self.evidence, self.terms), ("sign",))
        self.focus_first()

    def _fill_evidence(self, contract_id: str, people: Sequence[Resident]) -> None:
        """Leaves alone what is half filled in for the same people."""
        wanted = (contract_id, tuple(one.id for one in people))
        if wanted != self._evidence_of and self._family is not None:
            self._evidence_of = wanted
            head = self._family.head
            self.evidence.fill(people, head.id if head is not None else None, self.session.today)

    def save_signatures(self) -> None:
        """The contract is active when this is done."""
        self.sheet.clear_refusals()
        try:
            signing = self.evidence.signing()
            typed = self._typed() if self.sight == ON_THE_SPOT else None
        except Problem as problem:
            self._refused(problem)
            return
        if typed is not None:
            kept = self._keeper.hold()
            self._without_draft(lambda: self._do(self._was_signed, sign_contract, typed, signing, kept))
        elif self._view is not None:
            self._do(self._was_signed, activate_contract, self._view.contract.id, signing)

    def _was_signed(self, changes: Changes[Contracted]) -> None:
        contract = changes.value.contract
        self._settle()
        values = {
            "family": self.title.text().partition("　")[0],
            "day": wording.day(contract.ends_on, self.session.today),
        }
        self.shell.saved(
            fill(_("{family}签好了，到 {day}"), values), void=partial(self._void_with_reason, contract.id)
        )
        for note in changes.notes:
            self.shell.notice(wording.note(note))

    def take_back(self) -> None:
        """Back to writing, before anybody signed."""
        if self._view is not None:
            self._do(lambda _changes: self._settle(), take_back_contract, self._view.contract.id)

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
            self.shell.open_preview(partial(printing_papers.cards, contract_id=self._view.contract.id))

    def print_agreement(self) -> None:
        if self._view is not None:
            self.shell.open_preview(partial(printing_papers.agreement, contract_id=self._view.contract.id))

    def renew(self) -> None:
        """The same three steps again, for a contract that carries this one on."""
        if self._view is not None:
            kept = self._kept
            self._begin_anew()
            self._kept, self._renews = kept, self._view.contract
            self._show_writing()
            self.focus_first()

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
            self._do(
                self._was_ended,
                terminate_contract,
                self._view.contract.id,
                on,
                self.ending.reasons.value() or "",
            )

    def _was_ended(self, changes: Changes[Contract]) -> None:
        self._settle()
        self.shell.saved(fill(_("协议 {number} 解约了"), {"number": changes.value.number}))

    def _void(self) -> None:
        if self._view is not None:
            self._void_with_reason(self._view.contract.id, self.ending.why_void.text())

    def _void_with_reason(self, contract_id: str, reason: str) -> None:
        def voided(changes: Changes[Contract]) -> None:
            self._settle()
            self.shell.saved(fill(_("协议 {number} 作废了"), {"number": changes.value.number}))

        self.sheet.clear_refusals()
        self._do(voided, void_contract, contract_id, reason)

    # --- doing and refusing -------------------------------------------------------------------------

    def _do(
        self, then: Callable[[Changes[T]], None], verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """One verb at a time: a second Enter does nothing while the first is being saved."""
        if self._is_busy:
            return
        self._is_busy = True

        def done(changes: Changes[T]) -> None:
            self._is_busy = False
            then(changes)

        self.session.do(self, done, self._refused, verb, *args, **kwargs)

    def _refused(self, problem: Problem) -> None:
        self._is_busy = False
        self._keeper.go_on()
        if not self.sheet.refuse(problem, is_writing=self.sight == WRITING):
            self.shell.tell(problem)

    # --- the window ---------------------------------------------------------------------------------

    def _show(self, sight: str, panels: Sequence[Panel], buttons: Sequence[str]) -> None:
        self.sight = sight
        self.sheet.show_only(panels, buttons)
        self.terms.setEnabled(sight == WRITING)
        self.shell.show_hints()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.sheet.walk_on()
        else:
            super().keyPressEvent(event)

    def go_back(self) -> bool:
        if not self.ending.isHidden():
            self.ending.hide()
            self.focus_first()
            return True
        if self.sight == ON_THE_SPOT:
            self._show_writing()
            self.focus_first()
            return True
        if self._renews is not None:
            self.leave()
            kept = self._kept
            self._begin_anew()
            self._kept = kept
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


def _terms_of(contract: Contract) -> Terms:
    return Terms(
        years=contract.years,
        starts_on=contract.starts_on,
        township_doctor_name=contract.township_doctor_name,
        fee_fen=contract.fee_fen,
        payers=contract.payers,
    )


def _part(body: Mapping[str, JsonValue], name: str) -> Mapping[str, JsonValue]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}
