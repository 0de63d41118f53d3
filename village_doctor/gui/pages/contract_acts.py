"""What can be done with a contract: hand it out, sign, take back, end, void; and what is said when it is done.

One act at a time: a second Enter does nothing while the first is being saved. Rules and refusals are the services'.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import ParamSpec, TypeVar

from village_doctor.domain.contracts import Contract
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.shell import Page
from village_doctor.services import printing_papers, wording
from village_doctor.services.contracting import (
    ContractDraft,
    Contracted,
    Signing,
    activate_contract,
    hand_out_contract,
    offer_contract,
    sign_contract,
    take_back_contract,
    terminate_contract,
    void_contract,
)
from village_doctor.services.desk import Changes, Verb

P = ParamSpec("P")
T = TypeVar("T")


class ContractActs:
    """`settled` is called when something is done, before it is said; `refused` with the Problem when nothing was.

    `kept` is the id of the half-ticked draft that an act makes a contract of; `replaces` a stored draft that was changed:
    it is voided in the same act, its number is not reused.
    """

    def __init__(self, page: Page, settled: Callable[[], None], refused: Callable[[Problem], None]) -> None:
        self._page = page
        self._shell = page.shell
        self._settled = settled
        self._refused = refused
        self.is_busy = False

    # --- paper --------------------------------------------------------------------------------------

    def hand_out(self, typed: ContractDraft, replaces: Contract | None, kept: str | None) -> None:
        """Drafts it, hands it out and shows the paper."""
        self._do(self._was_offered, hand_out_contract, typed, kept, _id_of(replaces))

    def offer(self, contract_id: str, kept: str | None = None) -> None:
        """Hands a stored draft out and shows the paper."""
        self._do(self._was_offered, offer_contract, contract_id, kept)

    def _was_offered(self, changes: Changes[Contract]) -> None:
        contract = changes.value
        self._settled()
        self._shell.saved(
            fill(_("协议 {number} 备好了，等签字"), {"number": contract.number}),
            void=partial(self.void, contract.id),
        )
        self.show_agreement(contract.id)

    def show_agreement(self, contract_id: str) -> None:
        self._shell.open_preview(partial(printing_papers.agreement, contract_id=contract_id))

    def show_cards(self, contract_id: str) -> None:
        self._shell.open_preview(partial(printing_papers.cards, contract_id=contract_id))

    # --- signatures ---------------------------------------------------------------------------------

    def sign(
        self,
        typed: ContractDraft,
        signing: Signing,
        family_name: str,
        replaces: Contract | None,
        kept: str | None,
    ) -> None:
        """Drafted and signed in one: it was filled in and signed at the table."""
        done = partial(self._was_signed, family_name)
        self._do(done, sign_contract, typed, signing, kept, _id_of(replaces))

    def activate(self, contract_id: str, signing: Signing, family_name: str, kept: str | None) -> None:
        """The signed sheet came back."""
        self._do(partial(self._was_signed, family_name), activate_contract, contract_id, signing, kept)

    def _was_signed(self, family_name: str, changes: Changes[Contracted]) -> None:
        contract = changes.value.contract
        self._settled()
        day = wording.day(contract.ends_on, self._page.session.today)
        self._shell.saved(
            fill(_("{family}签好了，到 {day}"), {"family": family_name, "day": day}),
            void=partial(self.void, contract.id),
        )
        for note in changes.notes:
            self._shell.notice(wording.note(note))

    # --- taking back, ending, voiding ---------------------------------------------------------------

    def take_back(self, contract_id: str, kept: str | None) -> None:
        """Back to writing, before anybody signed."""
        self._do(lambda _changes: self._settled(), take_back_contract, contract_id, kept)

    def end(self, contract_id: str, on: date, code: str) -> None:
        def ended(changes: Changes[Contract]) -> None:
            self._settled()
            self._shell.saved(fill(_("协议 {number} 解约了"), {"number": changes.value.number}))

        self._do(ended, terminate_contract, contract_id, on, code)

    def void(self, contract_id: str, reason: str) -> None:
        def voided(changes: Changes[Contract]) -> None:
            self._settled()
            self._shell.saved(fill(_("协议 {number} 作废了"), {"number": changes.value.number}))

        self._do(voided, void_contract, contract_id, reason)

    # --- doing --------------------------------------------------------------------------------------

    def _do(
        self, then: Callable[[Changes[T]], None], verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        if self.is_busy:
            return
        self.is_busy = True

        def done(changes: Changes[T]) -> None:
            self.is_busy = False
            then(changes)

        def failed(problem: Problem) -> None:
            self.is_busy = False
            self._refused(problem)

        self._page.session.do(self._page, done, failed, verb, *args, **kwargs)


def _id_of(contract: Contract | None) -> str | None:
    return None if contract is None else contract.id
