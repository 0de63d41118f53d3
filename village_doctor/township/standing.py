"""How the township stands with its clinics: who sent what, who waits, what is missing, doubted or refused.

Shows no secret and no person: clinics, their computers by number, and counts.
"""

from dataclasses import dataclass

from village_doctor.domain.doubts import Doubt
from village_doctor.domain.problems import Problem
from village_doctor.township.inbox_store import answers, doubtful, letters, merging, registry
from village_doctor.township.inbox_store.doubtful import LateParent
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.registry import ClinicRow, DeviceRow
from village_doctor.township.office import Office
from village_doctor.township.receiving import WaitingDevice, waiting_devices
from village_doctor.township.taking_in import missing_before


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
    doubts: tuple[Doubt, ...]
    late_parents: tuple[LateParent, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class InvitedStanding:
    """An invitation that nobody has used yet."""

    clinic_code: str
    label: str
    made_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QuarantineStanding:
    """A refused file: the name in `quarantine/`, the name it came under, and why."""

    kept_as: str
    file_name: str
    problem: Problem
    at: str
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
                    kept_as=f"{row.file_sha256[:32]}.vdbatch",
                    file_name=row.file_name,
                    problem=row.problem,
                    at=row.at,
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
        doubts=doubtful.doubts_of(connection, clinic.clinic_id),
        late_parents=doubtful.late_parents(connection, clinic.clinic_id),
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
