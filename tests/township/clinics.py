"""Clinics as the township sees them: laptops that write journals and seal letters, without a store behind them.

A laptop keeps its journal in memory; the letters are those of the sync room. Nothing here is a real name or number.
"""

import hashlib
import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.village import CHEAP, MORNING, PASSWORD, SettableClock
from village_doctor.domain.changes.clock import tick
from village_doctor.domain.changes.codec import encode_record, instant_text
from village_doctor.domain.changes.entry import GENESIS, Entry, digest_of
from village_doctor.domain.clinic import DeviceStart
from village_doctor.domain.kinds import KINDS, kind_of
from village_doctor.domain.people import Household, HouseholdMembership, Resident
from village_doctor.domain.records import Record
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.sync import invitations
from village_doctor.sync.courier import BATCH
from village_doctor.sync.envelope import BatchHeader, Continues, EnrolmentProof, write_envelope
from village_doctor.sync.identity import DeviceKeys, enrolment_hmac
from village_doctor.sync.invitations import Invitation
from village_doctor.sync.receipts import ReceiptHeader, ReceiptReader
from village_doctor.sync.seal import NotForUs, fingerprint, seal, unseal
from village_doctor.sync.words import device_words, load_words
from village_doctor.township.confirming import confirm
from village_doctor.township.inviting import invite
from village_doctor.township.office import NewOffice, Office, create_office, open_office
from village_doctor.township.receiving import receive


def some_id(*parts: object) -> str:
    """A UUID that is always the same for the same parts."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


@dataclass
class Desk:
    """A township's computer of the test's own."""

    folder: Path
    seed: int = 7
    clock: SettableClock = field(default_factory=SettableClock)

    def __post_init__(self) -> None:
        self.home = self.folder / "township"
        self.stick = self.folder / "stick"
        self.stick.mkdir(exist_ok=True)
        self.surroundings = Surroundings(
            clock=self.clock,
            random_bytes=random.Random(self.seed).randbytes,
            kdf_cost=CHEAP,
            state_folder=self.folder / "state",
        )

    def create(self, *, practice: bool = False) -> NewOffice:
        return create_office(self.home, self.surroundings, PASSWORD, "青石镇卫生院", practice=practice)

    def open(self) -> Office:
        return open_office(self.home, self.surroundings, PASSWORD)

    def empty_stick(self) -> None:
        for path in self.stick.iterdir():
            path.unlink()


@dataclass
class Letter:
    """One envelope and the township it is for; may be sealed any number of times."""

    header: BatchHeader
    data: bytes
    sha256: str
    to: str
    name: str

    def put(self, folder: Path, name: str | None = None) -> Path:
        path = folder / ((name or self.name) + BATCH)
        with path.open("wb") as file:
            seal([self.data], self.to, file)
        return path


@dataclass
class Laptop:
    """One device: its keys, the journals it holds, the letters it has written."""

    clinic_id: str
    name: str
    township: Invitation | None = None
    continues: Continues | None = None
    practice: bool = False
    now: datetime = MORNING
    secret: bytes = b""
    held: dict[str, list[Entry]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    receipt_seen: int = 0
    is_certified: bool = False
    at: int = 0

    def __post_init__(self) -> None:
        self.device = some_id(self.clinic_id, self.name)
        self.keys = DeviceKeys.of_secret(self.secret or self.name.encode().ljust(32, b".")[:32])
        self.held.setdefault(self.device, [])
        before = self.continues
        self.write(
            DeviceStart(
                id=self.device,
                device_digit=1,
                continues_device=before.device if before else None,
                continues_seq=before.seq if before else None,
                continues_digest=before.digest.hex() if before else None,
            )
        )

    @property
    def journal(self) -> list[Entry]:
        return self.held[self.device]

    @property
    def words(self) -> str:
        return " ".join(
            device_words(
                load_words(),
                clinic_id=self.clinic_id,
                device_id=self.device,
                signing_key=self.keys.signing.public,
                recipient=self.keys.identity.recipient,
            )
        )

    def versions_of(self, record_id: str) -> list[Entry]:
        return [entry for chain in self.held.values() for entry in chain if entry.record_id == record_id]

    def write(self, *records: Record, base: str | None = None, act: str | None = None) -> tuple[Entry, ...]:
        """One act: a new version of each record, on top of the newest one this laptop holds."""
        self.now += timedelta(seconds=1)
        return tuple(
            self.append(
                kind_of(record).name,
                record.id,
                encode_record(record),
                base=base or self._base(record.id),
                act=act,
            )
            for record in records
        )

    def _base(self, record_id: str) -> str | None:
        known = self.versions_of(record_id)
        newest = max(known, key=lambda e: (e.at, e.device, e.seq), default=None)
        return newest.version_key if newest else None

    def append(
        self,
        kind: str,
        record_id: str,
        body: bytes,
        *,
        base: str | None = None,
        act: str | None = None,
        body_version: int = 1,
    ) -> Entry:
        """One entry of any content."""
        journal = self.journal
        self.at = tick(self.at, self.now)
        seq = len(journal) + 1
        values: dict[str, Any] = {
            "device": self.device,
            "seq": seq,
            "act": act or some_id(self.device, "act", seq),
            "verb": "test",
            "at": self.at,
            "wall_at": instant_text(self.now),
            "staff": some_id(self.clinic_id, "staff"),
            "kind": kind,
            "record_id": record_id,
            "base": base,
            "body_version": body_version,
            "body": body,
        }
        entry = Entry(**values, digest=digest_of(journal[-1].digest if journal else GENESIS, **values))
        journal.append(entry)
        return entry

    def restored(self, name: str, *, seq: int | None = None, now: datetime | None = None) -> "Laptop":
        """Another device with what this one held up to `seq`: a restored backup or a copied folder."""
        upto = len(self.journal) if seq is None else seq
        held = {device: list(chain) for device, chain in self.held.items()}
        held[self.device] = held[self.device][:upto]
        last = held[self.device][-1]
        return Laptop(
            clinic_id=self.clinic_id,
            name=name,
            township=self.township,
            continues=Continues(device=self.device, seq=last.seq, digest=last.digest),
            practice=self.practice,
            now=now or self.now,
            held=held,
            at=self.at,
        )

    # --- letters ----------------------------------------------------------------------------------

    def enrol(self, data: bytes) -> None:
        self.township = invitations.read(data)

    def send(
        self,
        first: int | None = None,
        last: int | None = None,
        *,
        chain: str | None = None,
        **changed: object,
    ) -> Letter:
        """The next letter: `first` to `last` of a journal (this laptop's own), by default all that is new in it."""
        device = chain or self.device
        journal = self.held[device]
        sent = max(
            (one.header.last_seq for one in self.letters if one.header.chain_device == device), default=0
        )
        begin, end = first or sent + 1, last or len(journal)
        header = self._header(device, journal[begin - 1 : end], begin)
        letter = self.seal(replace(header, **changed), journal[begin - 1 : end])  # type: ignore[arg-type]
        self.letters.append(letter)
        return letter

    def seal(self, header: BatchHeader, entries: Iterable[Entry]) -> Letter:
        assert self.township is not None
        data = b"".join(write_envelope(header, entries, self.keys.signing))
        return Letter(
            header=header,
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            to=self.township.letters_recipient,
            name=some_id(self.device, header.batch_no, header.last_seq).replace("-", ""),
        )

    def _header(self, device: str, entries: Sequence[Entry], begin: int) -> BatchHeader:
        assert self.township is not None
        counts: dict[str, int] = {}
        for entry in entries:
            counts[entry.kind] = counts.get(entry.kind, 0) + 1
        journal = self.held[device]
        return BatchHeader(
            app="test",
            clinic_id=self.clinic_id,
            clinic_code="000000",
            device_id=self.device,
            signing_key=self.keys.signing.public,
            recipient=self.keys.identity.recipient,
            batch_no=len(self.letters) + 1,
            previous=self.letters[-1].sha256 if self.letters else None,
            chain_device=device,
            first_seq=begin,
            last_seq=begin + len(entries) - 1,
            digest_before=journal[begin - 2].digest if begin > 1 else GENESIS,
            digest_after=entries[-1].digest,
            is_act_open=False,
            counts=counts,
            schema=1,
            created_at=instant_text(self.now),
            recipient_fingerprint=fingerprint(self.township.letters_recipient),
            receipt_seen=self.receipt_seen,
            knows={name: len(chain) for name, chain in self.held.items() if name != self.device and chain},
            practice=self.practice,
            enrolment=self._enrolment(),
            continues=None if self.is_certified else self.continues,
        )

    def _enrolment(self) -> EnrolmentProof | None:
        if self.is_certified or self.continues is not None:
            return None
        assert self.township is not None
        return EnrolmentProof(
            code_id=self.township.code_id,
            hmac=enrolment_hmac(
                self.township.code,
                clinic_id=self.clinic_id,
                device_id=self.device,
                signing_key=self.keys.signing.public,
                recipient=self.keys.identity.recipient,
            ),
        )

    def learn(self, *others: "Laptop") -> None:
        """Takes over what other laptops of the clinic hold, as a receipt would bring it."""
        for other in others:
            for device, chain in other.held.items():
                if device != self.device and len(chain) > len(self.held.get(device, [])):
                    self.held[device] = list(chain)
            self.at = max(self.at, other.at)
            self.now = max(self.now, other.now)


def invitation(office: Office, code: str) -> bytes:
    """A new invitation for that code, as it is handed out."""
    with TemporaryDirectory() as folder:
        return invite(office, code, f"{code} 村", Path(folder)).data


def invited(office: Office, code: str, name: str = "laptop", **given: object) -> Laptop:
    """A laptop of a new clinic that has enrolled with an invitation for that code."""
    laptop = Laptop(clinic_id=some_id("clinic", code), name=name, **given)  # type: ignore[arg-type]
    laptop.enrol(invitation(office, code))
    return laptop


def confirmed(office: Office, desk: Desk, code: str = "990101", name: str = "laptop") -> Laptop:
    """A laptop whose first letter was taken in."""
    laptop = invited(office, code, name)
    laptop.write(household(1), resident(1))
    laptop.send().put(desk.stick)
    receive(office, desk.stick)
    confirm(office, laptop.words)
    desk.empty_stick()
    laptop.is_certified = True
    return laptop


def household(order: int, **changed: object) -> Household:
    values: dict[str, object] = {
        "id": some_id("household", order),
        "number": f"{10000 + order}",
        "village_id": some_id("village"),
    }
    return Household(**{**values, **changed})  # type: ignore[arg-type]


def resident(order: int, **changed: object) -> Resident:
    values: dict[str, object] = {
        "id": some_id("resident", order),
        "name": "王德顺",
        "sex": "1",
        "birth_date": date(1953, 1, 1),
        "record_number": f"990101101201{10000 + order}",
    }
    return Resident(**{**values, **changed})  # type: ignore[arg-type]


def membership(order: int, house: int, person: int, **changed: object) -> HouseholdMembership:
    values: dict[str, object] = {
        "id": some_id("membership", order),
        "household_id": some_id("household", house),
        "resident_id": some_id("resident", person),
        "relation": "02",
        "is_head": True,
    }
    return HouseholdMembership(**{**values, **changed})  # type: ignore[arg-type]


def cut(laptop: Laptop, places: Sequence[int]) -> Iterator[Letter]:
    """The whole journal of a laptop as letters that end at these places."""
    ends = sorted({place for place in places if 0 < place < len(laptop.journal)} | {len(laptop.journal)})
    for before, end in pairwise([0, *ends]):
        yield laptop.send(before + 1, end)


# --- what comes of letters -------------------------------------------------------------------------


def results(office: Office, desk: Desk) -> list[str]:
    """What became of the letters on the stick."""
    return [one.result for one in receive(office, desk.stick).letters]


def reasons(office: Office, desk: Desk) -> list[str]:
    return [one.problem.code for one in receive(office, desk.stick).letters if one.problem]


# --- what the township holds ---------------------------------------------------------------------


def tables(office: Office, *, outcomes: bool = False) -> dict[str, list[tuple]]:
    """The rows that depend only on the set of entries, in a fixed order."""
    names = ["entry", "head", *(f"current_{kind}" for kind in KINDS)]
    with office.inbox.reading() as connection:
        found = {
            name: sorted(
                (tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")), key=repr
            )
            for name in [*names, *(["outcome"] if outcomes else [])]
        }
    return {name: rows for name, rows in found.items() if rows}


@dataclass
class OpenedReceipt:
    """A receipt as the device reads it."""

    header: ReceiptHeader
    lines: list
    enclosures: list[bytes]


def receipts_for(laptop: Laptop, folder: Path) -> list[OpenedReceipt]:
    """The receipts in the folder that this laptop can open, oldest first."""
    assert laptop.township is not None
    found = []
    for path in sorted(folder.glob("*.vdreceipt")):
        enclosures: dict[int, bytes] = {}

        def keep(index: int, chunk: bytes, kept: dict[int, bytes] = enclosures) -> None:
            kept[index] = kept.get(index, b"") + chunk

        reader = ReceiptReader(laptop.township.signing_key, keep)
        try:
            with path.open("rb") as file:
                unseal(file, [laptop.keys.identity], reader.feed)
        except NotForUs:
            continue
        reader.finish()
        found.append(OpenedReceipt(reader.header, reader.lines, [enclosures[i] for i in sorted(enclosures)]))
    return sorted(found, key=lambda one: one.header.receipt_no)
