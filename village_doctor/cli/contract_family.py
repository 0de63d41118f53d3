"""The household of a contract, to find by name whom the doctor means, and the answer that shows the contract."""

from collections.abc import Iterable, Sequence
from datetime import date

from village_doctor.cli import pages, shapes
from village_doctor.cli.answering import answer, note_lines, notes_json
from village_doctor.cli.inputs import listed_words, named_words, read_day
from village_doctor.domain.people import Household, Resident
from village_doctor.services import finding, viewing
from village_doctor.services.contracting import Evidence, Signing
from village_doctor.services.desk import Note
from village_doctor.services.viewing import ContractView
from village_doctor.services.workplace import Workplace


class Family:
    """A household and its members, to find by name whom the doctor means."""

    def __init__(self, workplace: Workplace, household: Household, on: date) -> None:
        self._workplace = workplace
        self.household = household
        view = workplace.query(viewing.family, household.id, on)
        self._ids = [one.resident.id for one in view.members]

    @classmethod
    def of(cls, workplace: Workplace, text: str, on: date | None) -> "Family":
        today = workplace.today()
        found = workplace.query(finding.household, workplace.catalogue, text, today)
        return cls(workplace, found, on or today)

    def person(self, text: str) -> Resident:
        """Members of this household come before everybody else."""
        workplace = self._workplace
        return workplace.query(finding.resident, workplace.catalogue, text, workplace.today(), self._ids)

    def packages(self, words: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """`李桂英=basic,hypertension` by resident id."""
        named = (named_words(one) for one in words)
        return {self.person(who).id: listed_words(codes) for who, codes in named}

    def signing(
        self, on: date | None, representative: str | None, signed: Iterable[str], told: Iterable[str]
    ) -> Signing:
        """Who signed by hand, and who was told when and how."""
        evidence = {self.person(who).id: own_evidence(True, None) for who in signed}
        for who, words in (named_words(one) for one in told):
            evidence[self.person(who).id] = own_evidence(False, words)
        return Signing(
            signed_on=on,
            representative_id=self.person(representative).id if representative else None,
            evidence=evidence,
        )


def own_evidence(signed: bool, told: str | None) -> Evidence:
    """`2026-11-20:当面`: told on a day and how."""
    day, _colon, how = (told or "").replace("：", ":", 1).partition(":")
    return Evidence(
        signed_by_hand=signed, told_on=read_day(day) if told else None, told_how=how.strip() or None
    )


def answer_contract(workplace: Workplace, contract_id: str, notes: Sequence[Note], sentence: str) -> None:
    found = workplace.query(finding.contract, contract_id)
    view: ContractView = workplace.query(viewing.contract_view, found, workplace.actor)
    today = workplace.today()
    answer(
        {**shapes.contract_view(view, today), "notes": notes_json(notes)},
        [sentence, *pages.contract_lines(view, today), *note_lines(notes)],
    )
