"""How the township stands with its clinics: who sent what, who waits, what is missing, doubted or refused.

Clinics, their computers by number, and counts. Of people only the names of those whose records do not fit together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from village_doctor.domain.problems import Problem
from village_doctor.township.inbox_store import answers, doubtful, letters, merging, registry
from village_doctor.township.inbox_store.doubtful import LateParent
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.registry import ClinicRow, DeviceRow
from village_doctor.township.office import Office
from village_doctor.township.taking_in import missing_before
from village_doctor.township.telling import WaitingDevice, clinic_called, waiting_devices


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceStanding:
    """One confirmed computer of a clinic. `entries`: how far its journal is here; `last_receipt_no` 0 for none."""

    device: str
    no: int
    state: str
    revoked_after: int | None
    entries: int
    last_batch_no: int
    waiting: tuple[int, ...]
    missing: tuple[int, ...]
    last_receipt_no: int
    receipt_seen: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DoubtStanding:
    """Facts that do not fit together (`domain/doubts.py`), and whose: `names`, each once, as far as they are known."""

    code: str
    kind: str
    ids: tuple[str, ...]
    since: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClinicStanding:
    """One clinic. `label` is the township's name for it, `name` the clinic's own, once its record has come."""

    clinic_id: str
    code: str
    label: str
    name: str | None
    devices: tuple[DeviceStanding, ...]
    taken: int
    waiting: int
    forks: int
    refused: int
    last_at: str | None
    doubts: tuple[DoubtStanding, ...]
    late_parents: tuple[LateParent, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class InvitedStanding:
    """An invitation that nobody has used yet."""

    clinic_code: str
    label: str
    made_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QuarantineStanding:
    """A refused file that has not been taken in since: the name in `quarantine/`, None where it was too large to keep,
    the name it came under, and why. `clinic`: whose it is, as people call it; empty where that is not known."""

    kept_as: str | None
    file_name: str
    problem: Problem
    at: str
    clinic: str
    clinic_id: str | None
    batch_no: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficeStatus:
    """Everything that a person at the desk has to know."""

    township_id: str
    name: str
    is_practice: bool
    words: tuple[str, ...]
    clinics: tuple[ClinicStanding, ...]
    invited: tuple[InvitedStanding, ...]
    waiting_devices: tuple[WaitingDevice, ...]
    quarantine: tuple[QuarantineStanding, ...]


def status(office: Office) -> OfficeStatus:
    """How things stand now; changes nothing."""
    with office.inbox.reading() as connection:
        return OfficeStatus(
            township_id=office.id,
            name=office.name,
            is_practice=office.is_practice,
            words=office.words,
            clinics=tuple(_clinic(connection, clinic) for clinic in registry.clinics(connection)),
            invited=tuple(
                InvitedStanding(clinic_code=one.clinic_code, label=one.label, made_at=one.made_at)
                for one in registry.open_invitations(connection)
            ),
            waiting_devices=waiting_devices(connection),
            quarantine=tuple(
                QuarantineStanding(
                    kept_as=row.kept_as,
                    file_name=row.file_name,
                    problem=row.problem,
                    at=row.at,
                    clinic=clinic_called(connection, row.clinic_id) if row.clinic_id else "",
                    clinic_id=row.clinic_id,
                    batch_no=row.batch_no,
                )
                for row in letters.quarantined(connection)
            ),
        )


def _clinic(connection: Connection, clinic: ClinicRow) -> ClinicStanding:
    counts = letters.counts(connection, clinic.clinic_id)
    devices = registry.devices_of(connection, clinic.clinic_id)
    return ClinicStanding(
        clinic_id=clinic.clinic_id,
        code=clinic.code,
        label=clinic.label,
        name=doubtful.clinic_name(connection, clinic.clinic_id),
        devices=tuple(_device(connection, device, device.no) for device in devices if device.no is not None),
        taken=counts.get(letters.TAKEN, 0),
        waiting=counts.get(letters.WAITING, 0),
        forks=counts.get(letters.FORK, 0),
        refused=counts.get(letters.REFUSED, 0),
        last_at=letters.last_received_at(connection, clinic.clinic_id),
        doubts=tuple(_doubts(connection, clinic.clinic_id)),
        late_parents=doubtful.late_parents(connection, clinic.clinic_id),
    )


def _doubts(connection: Connection, clinic_id: str) -> Iterator[DoubtStanding]:
    for doubt in doubtful.doubts_of(connection, clinic_id):
        names = (doubtful.name_of(connection, clinic_id, doubt.kind, one) for one in doubt.ids)
        yield DoubtStanding(
            code=doubt.code,
            kind=doubt.kind,
            ids=doubt.ids,
            since=doubt.since,
            names=tuple(dict.fromkeys(name for name in names if name)),
        )


def _device(connection: Connection, device: DeviceRow, number: int) -> DeviceStanding:
    last = letters.last_taken(connection, device.clinic_id, device.device)
    waiting = letters.numbers(connection, device.clinic_id, device.device, letters.WAITING)
    receipt = answers.last_receipt(connection, device.clinic_id, device.device)
    return DeviceStanding(
        device=device.device,
        no=number,
        state=device.state,
        revoked_after=device.revoked_after,
        entries=merging.chain_end(connection, device.clinic_id, device.device).seq,
        last_batch_no=0 if last is None else last.batch_no,
        waiting=waiting,
        missing=missing_before(connection, device, waiting[-1]) if waiting else (),
        last_receipt_no=0 if receipt is None else receipt.receipt_no,
        receipt_seen=device.receipt_seen,
    )
