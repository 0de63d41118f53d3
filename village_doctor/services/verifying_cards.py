"""Reading a scanned card: whom it finds, whether its contract holds today, whether this clinic made it.

Scanning alone writes nothing. A photocopy passes as the card does: whoever scans is shown name, sex and age and looks at
the person. The state of the contract comes from the store, never from the card (`resources/formats/card.md`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.contracts import ACTIVE, Contract, ContractMember, is_running_on, state_on
from village_doctor.domain.duties.promised import member_term
from village_doctor.domain.people import Household, Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.records import holds
from village_doctor.services import enrolling
from village_doctor.services.workplace import Workplace
from village_doctor.store import contract_store, delivery, people_store, tables
from village_doctor.store.database import Connection
from village_doctor.sync import cards
from village_doctor.sync.cards import ReadCard
from village_doctor.sync.identity import Certificate, CertificateRefused

CARD_PREFIX: Final = cards.PREFIX
CARD_LENGTH: Final = cards.CODE_LENGTH
LOOK_UP_LENGTH: Final = cards.LOOK_UP_LENGTH

GOOD: Final = "good"
BAD: Final = "bad"
UNKNOWN_DEVICE: Final = "unknown-device"

VOIDED: Final = "voided"
LEFT: Final = "left"


@dataclass(frozen=True, kw_only=True, slots=True)
class CardFound:
    """Whose card it is. `contract_state`: draft, awaiting_signature, active, expired, terminated (`domain.contracts`), voided,
    left (she is not in it any more). `ends_on`: the last day as printed. `bound_until`: the last day of the contract
    that binds her today, which may be a newer one; None: there is none. `signature`: good, bad, unknown-device.
    """

    resident: Resident
    household: Household | None
    contract: Contract
    contract_state: str
    ends_on: date
    bound_until: date | None
    signature: str

    @property
    def is_good(self) -> bool:
        """Made by this clinic, and its contract binds her today."""
        return self.signature == GOOD and self.contract_state == ACTIVE and self.bound_until is not None


def look_up(connection: Connection, first_digits: str) -> str | None:
    """The id of the resident whose card begins with these digits; None while there are fewer than LOOK_UP_LENGTH, and
    where nobody here has such a card. Nothing is verified yet."""
    for member_id in cards.member_ids(first_digits):
        member = tables.find(connection, ContractMember, member_id)
        if member is not None:
            return member.resident_id
    return None


def check_card(workplace: Workplace, digits: str) -> CardFound:
    """Everything a whole code says, and what the store says about it today; nothing is written.

    Raises Problem `card-not-ours`, `card-damaged`, `card-newer`, `card-unknown`.
    """
    card = cards.read_card(digits)
    own = tuple(_own_keys(workplace))
    return workplace.query(_found, card, own, workplace.today())


def _own_keys(workplace: Workplace) -> Iterator[bytes]:
    try:
        yield enrolling.device_keys(workplace).signing.public
    except Problem as problem:  # a computer that has lost its half of the key still finds people
        if problem.code != "device-keys-missing":
            raise


def _found(connection: Connection, card: ReadCard, own: tuple[bytes, ...], today: date) -> CardFound:
    member = tables.find(connection, ContractMember, card.payload.member_id)
    if member is None:
        raise Problem("card-unknown")
    contract = tables.get(connection, Contract, member.contract_id)
    return CardFound(
        resident=tables.get(connection, Resident, member.resident_id),
        household=people_store.household_on(connection, member.resident_id, today),
        contract=contract,
        contract_state=_state(contract, member, today),
        ends_on=card.payload.ends_on,
        bound_until=_bound_until(connection, member.resident_id, today),
        signature=_judged(card, (*own, *_certified_keys(connection))),
    )


def _judged(card: ReadCard, keys: tuple[bytes, ...]) -> str:
    if not cards.keys_named(card, keys):
        return UNKNOWN_DEVICE
    return GOOD if cards.verify(card, keys) else BAD


def _certified_keys(connection: Connection) -> Iterator[bytes]:
    """Keys of the clinic's devices as the township signed them, revoked ones too: their cards were given out before."""
    enrolled = delivery.township(connection)
    if enrolled is None:
        return
    for peer in delivery.peer_devices(connection).values():
        try:
            yield Certificate.read(peer.certificate, peer.signature, enrolled.signing_key).signing_key
        except CertificateRefused:
            continue


def _state(contract: Contract, member: ContractMember, today: date) -> str:
    if contract.is_voided or member.is_voided:
        return VOIDED
    if member.until_on is not None and member.until_on < today:
        return LEFT
    return state_on(contract, today)


def _bound_until(connection: Connection, resident_id: str, today: date) -> date | None:
    """The last day of the running contract that she is in today."""
    for contract in contract_store.contracts_of_residents(connection, [resident_id]):
        if not is_running_on(contract, today):
            continue
        for member in contract_store.members_of(connection, contract.id):
            first, last = member_term(contract, member)
            if member.resident_id == resident_id and holds(first, last, today):
                return last
    return None
