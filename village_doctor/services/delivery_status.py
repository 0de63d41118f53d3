"""How far things have been delivered: what a receipt covers, what waits, what the township doubts or refused.

Only a receipt makes a change delivered. Everything here is read; nothing is asked of anybody.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from village_doctor.domain.changes.codec import instant_of
from village_doctor.domain.clinic import Clinic
from village_doctor.domain.contracts import Contract
from village_doctor.domain.doubts import DOUBT_TEXTS
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.messages import N_
from village_doctor.domain.people import Household
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services.enrolling import TownshipShown, device_keys, is_confirmed, shown_township
from village_doctor.services.workplace import Workplace
from village_doctor.store import delivery, journal, local_state, tables
from village_doctor.store.database import Connection
from village_doctor.store.errors import store_problems
from village_doctor.sync.identity import DeviceKeys
from village_doctor.sync.words import device_words, load_words

UNKNOWN_DOUBT: Final = N_(
    "卫生院提出了一处要核对的，共 {count} 条，这一版程序说不清是什么。请升级程序，或问卫生院。"
)
CONCERNED: Final = N_("涉及：{names}。")
UNKNOWN_REASON: Final = N_("卫生院没有收这封信。信里的记录都还在这台电脑上。请打电话问卫生院是什么原因。")
# What the doctor can do about it; the township's own texts speak to the clerk at the desk.
REFUSED_TEXTS: Final[dict[str, str]] = {
    "letter-revoked": N_(
        "卫生院没有收这封信：这台电脑已经停用。信里的记录都还在这里。要接着用，请打电话给卫生院。"
    ),
    "letter-fork": N_(
        "卫生院没有收这封信：同一个编号那边已经有一封不一样的，像是有两台电脑在用同一份数据。"
        "信里的记录都还在这里。请打电话给卫生院，查清哪一份是抄出来的。"
    ),
    "letter-enrolment-used": N_(
        "卫生院没有收这封信：用的邀请已经换过了。信里的记录都还在这里。请向卫生院要新的邀请文件，再 enrol 一次。"
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DoubtShown:
    """Facts that do not fit together, as the township sees them. `names`: the records concerned, as people call
    them; `since`: the newest of them. A code this version does not know is shown too."""

    code: str
    kind: str
    ids: tuple[str, ...]
    since: datetime
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """What it is and what to do, in the chosen language, with the names of those concerned."""
        told = fill(_(DOUBT_TEXTS.get(self.code, UNKNOWN_DOUBT)), {"count": len(self.ids)})
        names = list(dict.fromkeys(name for name in self.names if name))
        return told + fill(_(CONCERNED), {"names": "、".join(names)}) if names else told


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeShown:
    """What taking in an entry meant, where it was more than added or updated. `winner`: the version that stands."""

    device: str
    seq: int
    kind: str
    id: str
    outcome: str
    winner: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedShown:
    """A letter of ours that the township refused; `reason` is a Problem's code, perhaps of a newer version."""

    batch_no: int
    reason: str

    @property
    def text(self) -> str:
        """Why, in the chosen language."""
        return _(REFUSED_TEXTS.get(self.reason, UNKNOWN_REASON))


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryStatus:
    """`delivered` and `waiting` are changes; what waits is in no receipt, whether it has been sent or not.

    `device_words` are read out to the township by phone. `outcomes` and `refused` add up over all receipts,
    `doubts` are those of the newest one.
    """

    township: TownshipShown | None
    is_confirmed: bool
    is_revoked: bool
    device_words: tuple[str, ...]
    delivered: int
    waiting: int
    oldest_waiting_at: datetime | None
    doubts: tuple[DoubtShown, ...]
    outcomes: tuple[OutcomeShown, ...]
    refused: tuple[RefusedShown, ...]
    last_sent_at: datetime | None
    last_receipt_at: datetime | None
    last_receipt_no: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Undelivered:
    """How many changes are in no receipt yet, and when the oldest of them was written."""

    changes: int
    oldest_at: datetime | None


def undelivered(connection: Connection) -> Undelivered:
    """What waits, whether it has been sent or not: the same numbers as in `status`, without its keys and words."""
    return Undelivered(
        changes=journal.count(connection) - delivery.entries_delivered(connection),
        oldest_at=_instant(delivery.oldest_undelivered_at(connection)),
    )


@store_problems()
def status(workplace: Workplace) -> DeliveryStatus:
    """How far things have been delivered. Raises Problem `device-keys-missing`."""
    keys = device_keys(workplace)
    return workplace.query(_status, keys)


def _status(connection: Connection, keys: DeviceKeys) -> DeliveryStatus:
    device = local_state.current_device(connection)
    assert device is not None  # an opened home has one
    enrolled = delivery.township(connection)
    clinic = next(tables.select(connection, Clinic, "voided_at IS NULL ORDER BY id"))
    receipt = delivery.newest_receipt(connection)
    peer = delivery.peer_devices(connection).get(device.id)
    waits = undelivered(connection)
    return DeliveryStatus(
        township=shown_township(enrolled) if enrolled is not None else None,
        is_confirmed=is_confirmed(connection, keys),
        is_revoked=peer is not None and peer.revoked_after is not None,
        device_words=device_words(
            load_words(),
            clinic_id=clinic.id,
            device_id=device.id,
            signing_key=keys.signing.public,
            recipient=keys.identity.recipient,
        ),
        delivered=delivery.entries_delivered(connection),
        waiting=waits.changes,
        oldest_waiting_at=waits.oldest_at,
        doubts=tuple(_doubt(connection, line) for line in delivery.lines(connection, delivery.DOUBT)),
        outcomes=tuple(map(_outcome, delivery.lines(connection, delivery.OUTCOME))),
        refused=tuple(map(_refused, delivery.lines(connection, delivery.REFUSED))),
        last_sent_at=_instant(delivery.last_written_at(connection)),
        last_receipt_at=_instant(receipt.received_at if receipt else None),
        last_receipt_no=receipt.receipt_no if receipt else None,
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else instant_of(text)


def _outcome(line: str) -> OutcomeShown:
    value = json.loads(line)
    return OutcomeShown(
        device=value["device"],
        seq=value["seq"],
        kind=value["kind"],
        id=value["id"],
        outcome=value["outcome"],
        winner=value["winner"],
    )


def _refused(line: str) -> RefusedShown:
    value = json.loads(line)
    return RefusedShown(batch_no=value["batch_no"], reason=value["reason"])


def _doubt(connection: Connection, line: str) -> DoubtShown:
    value = json.loads(line)
    ids = tuple(value["ids"])
    return DoubtShown(
        code=value["code"],
        kind=value["kind"],
        ids=ids,
        since=instant_of(value["since"]),
        names=tuple(_name(connection, value["kind"], one) for one in ids),
    )


def _name(connection: Connection, kind: str, record_id: str) -> str:
    """What people call that record: its person's name, or the number of a contract or household. Empty where this home
    knows it not, and never a phone or identity number."""
    known = KINDS.get(kind)
    record = tables.find(connection, known.record_class, record_id) if known is not None else None
    if isinstance(record, Household | Contract):
        return record.number
    if isinstance(name := getattr(record, "name", None), str):
        return name
    for owner in ("resident", "household"):
        if isinstance(owner_id := getattr(record, f"{owner}_id", None), str):
            return _name(connection, owner, owner_id)
    return ""
