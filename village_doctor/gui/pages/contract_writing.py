"""A new contract being written: what is ticked and typed in the steps, where it begins, and its draft on the disk.

It begins with what is stored (a draft), what it carries on (a renewal, one that has run out) or what is suggested, and
goes on with what was half ticked for the same contract. Nothing here is stored as a contract.
"""

from collections.abc import Callable, Mapping
from datetime import date

from village_doctor.domain.contracts import DRAFT, Contract, runs_until
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.draft_keeper import DraftKeeper
from village_doctor.gui.pages.contract_reading import run_out, taken_until
from village_doctor.gui.pages.contract_steps import Chosen, MembersStep, Terms, TermsStep
from village_doctor.gui.shell import Page
from village_doctor.services import wording
from village_doctor.services.contracting import ContractDraft, Suggestion, renewal_of
from village_doctor.services.drafting import CONTRACT_FORM, Draft
from village_doctor.services.viewing import ContractView, Family


def form_of(household_id: str) -> str:
    """Under which name the half-ticked contract of a household is kept."""
    return f"{CONTRACT_FORM}:{household_id}"


class ContractWriting:
    """`know` and `take_up` what there is, `show` it in the steps; `typed` is what they say then.

    `keeper` keeps the draft; `renews` is the contract that is being renewed, if one is. `signatures` tells what is half
    told of who has signed at the table, None before that is asked.
    """

    def __init__(
        self,
        page: Page,
        members: MembersStep,
        terms: TermsStep,
        signatures: Callable[[], Mapping[str, JsonValue] | None],
    ) -> None:
        self._session = page.session
        self._members = members
        self._terms = terms
        self._signatures = signatures
        self._family: Family | None = None
        self._suggested: tuple[Suggestion, ...] = ()
        self._view: ContractView | None = None
        self._kept: Mapping[str, JsonValue] | None = None
        self._is_restored = False
        self.renews: Contract | None = None
        self.keeper = DraftKeeper(page, self._session, self._body)
        for step in (members, terms):
            step.changed.connect(self.keeper.touched)

    # --- what there is ------------------------------------------------------------------------------

    def know(self, family: Family, suggested: tuple[Suggestion, ...], view: ContractView | None) -> None:
        """`view`: the contract that the page is about, stored as a draft or further on."""
        self._family, self._suggested, self._view = family, suggested, view

    def take_up(self, draft: Draft | None) -> None:
        """The draft on the disk counts where nothing has been typed since the page was opened."""
        if self._kept is None and draft is not None:
            self._kept, self._is_restored = draft.body, True

    def keep_typed(self) -> None:
        """What is ticked and typed survives whatever the page asks anew."""
        self._kept = self._body()

    def turn_to(self, renews: Contract | None) -> None:
        """Writes on another contract from now on: one that carries `renews` on, or a first one."""
        self.keeper.forget()
        self.renews = renews

    def forget(self) -> None:
        """Forgets what was typed and what was about to be renewed; a draft of it stays."""
        self.turn_to(None)
        self._kept, self._is_restored = None, False

    def start_over(self, then: Callable[[], None]) -> None:
        """What was ticked before goes, on the disk too; `then` is called."""

        def gone() -> None:
            self._is_restored = False
            then()

        self._kept = None
        self.keeper.drop(gone)

    @property
    def stored(self) -> Contract | None:
        """The stored draft that is being written on, if there is one."""
        view = self._view
        return view.contract if view is not None and view.contract.state == DRAFT else None

    @property
    def goes_on(self) -> bool:
        """Does it go on with what was half ticked before the page was opened?"""
        return bool(self._kept_body()) and self._is_restored

    # --- shown --------------------------------------------------------------------------------------

    def show(self, *, keeps: bool) -> None:
        """Puts into the steps what it begins with. `keeps`: from now on what is typed is kept as a draft."""
        family, today, draft = self._family, self._session.today, self.stored
        assert family is not None
        chosen, terms = self._start()
        doctor_name = self._session.workplace.actor.name
        self._terms.fill(terms, doctor_name, draft.party_a if draft else None, today)
        kept = self._kept_body()
        if kept:
            self._terms.restore(_part(kept, "terms"))
        self._members.fill(
            self._suggested,
            self._session.catalogue.packages,
            today,
            taken_until=taken_until(family, self._first_day() or today),
            chosen=chosen,
        )
        self._members.restore(_part(kept, "members"))
        if keeps:
            self.keeper.watch("", form_of(family.household.id))

    def told(self) -> str:
        """In a sentence: what it is that is being written."""
        before = self._carried_on()
        if self.stored is not None:
            told = _("● 起草了，还没打印，不算签约")
        elif self.renews is not None:
            told = _("续签：接着上一份，上一份到 {day} 为止")
        elif before is not None:
            told = _("上一份到 {day} 为止，已经过了。这回算续签")
        else:
            told = _("还没签")
        day = wording.day(runs_until(before), self._session.today) if before is not None else ""
        return fill(told, {"day": day}) + (_("。接着上次写到一半的") if self.goes_on else "")

    def _start(self) -> tuple[Chosen | None, Terms]:
        today, draft = self._session.today, self.stored
        if draft is not None and self._view is not None:
            packages = {member.resident_id: member.package_codes for member, _one in self._view.members}
            return Chosen(members=tuple(packages), packages=packages), _terms_of(draft)
        before = self._carried_on()
        if before is not None:
            return None, _terms_of(renewal_of(before, today))
        return None, Terms(years=1, starts_on=today, township_doctor_name=None, fee_fen=0)

    def _carried_on(self) -> Contract | None:
        """What a new contract carries on: the one being renewed, or the last one if it has run out."""
        if self.renews is not None or self._family is None:
            return self.renews
        return run_out(self._family, self._session.today)

    def _first_day(self) -> date | None:
        try:
            return self._terms.starts.day()
        except Problem:
            return None

    # --- typed --------------------------------------------------------------------------------------

    def typed(self) -> ContractDraft:
        """Raises Problem `date-form`."""
        assert self._family is not None
        chosen, terms, before = self._members.chosen(), self._terms.terms(), self._carried_on()
        return ContractDraft(
            household_id=self._family.household.id,
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

    def ticked(self) -> list[Resident]:
        """Who is to sign, in the order of the household."""
        members = self._members.chosen().members
        return [one.resident for one in self._suggested if one.resident.id in members]

    def is_as_stored(self, typed: ContractDraft) -> bool:
        """Is there a stored draft, and does it say just that?"""
        old, view = self.stored, self._view
        if old is None or view is None:
            return False
        packages = {member.resident_id: set(member.package_codes) for member, _resident in view.members}
        return packages == {
            resident_id: set(codes) for resident_id, codes in typed.packages.items()
        } and _terms_of(old) == _terms_of(typed)

    def _body(self) -> Mapping[str, JsonValue]:
        """What is ticked and typed, for a draft."""
        renews = self.renews.id if self.renews is not None else None
        return {
            "renews": renews,
            "members": self._members.body(),
            "terms": self._terms.body(),
            "evidence": self._signatures() or self.kept_signatures,
        }

    @property
    def kept_signatures(self) -> Mapping[str, JsonValue]:
        """What was half told before of who has signed this contract."""
        return _part(self._kept_body(), "evidence")

    def _kept_body(self) -> Mapping[str, JsonValue]:
        """What was ticked before for the same contract; empty if there is nothing of it."""
        renews = self.renews.id if self.renews is not None else None
        kept = self._kept
        return kept if kept is not None and kept.get("renews") == renews else {}


def _terms_of(said: Contract | ContractDraft) -> Terms:
    return Terms(
        years=said.years,
        starts_on=said.starts_on,
        township_doctor_name=said.township_doctor_name,
        fee_fen=said.fee_fen,
        payers=said.payers,
    )


def _part(body: Mapping[str, JsonValue], name: str) -> Mapping[str, JsonValue]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}
