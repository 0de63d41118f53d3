"""Who is who: the office and its keys, invitations, number blocks, clinics and their devices."""

from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from village_doctor.domain.record_number import NumberBlock
from village_doctor.township.inbox_store.schema import (
    CLINIC,
    DEVICE,
    INVITATION,
    LETTERS_KEY,
    NUMBER_BLOCK,
    OFFICE,
)

# States of an invitation.
OPEN: Final = "open"
USED: Final = "used"
REPLACED: Final = "replaced"
# States of a device.
WAITING: Final = "waiting"
CONFIRMED: Final = "confirmed"
REVOKED: Final = "revoked"
REFUSED: Final = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficeRow:
    """The township itself."""

    id: str
    name: str
    is_practice: bool
    signing_seed: bytes = field(repr=False)
    recovery_recipient: str
    made_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InvitationRow:
    """A single-use code for one clinic code."""

    code_id: str
    clinic_code: str
    code: bytes = field(repr=False)
    label: str
    state: str
    made_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClinicRow:
    """A confirmed clinic."""

    clinic_id: str
    code: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceRow:
    """A device that has written at least one letter."""

    clinic_id: str
    device: str
    state: str
    no: int | None
    signing_key: bytes
    recipient: str
    code_id: str | None
    continues_device: str | None
    continues_seq: int | None
    continues_digest: bytes | None
    certificate: bytes | None
    signature: bytes | None
    revoked_after: int | None
    receipt_seen: int
    first_seen_at: str

    @property
    def is_trusted(self) -> bool:
        """Was it confirmed by words? What a revoked one wrote up to its last number stays."""
        return self.state in (CONFIRMED, REVOKED)


# --- the office -------------------------------------------------------------------------------------------------------


def add_office(connection: sa.Connection, office: OfficeRow) -> None:
    connection.execute(
        OFFICE.insert().values(
            id=office.id,
            name=office.name,
            practice=int(office.is_practice),
            signing_seed=office.signing_seed,
            recovery_recipient=office.recovery_recipient,
            made_at=office.made_at,
            event_no=0,
        )
    )


def office(connection: sa.Connection) -> OfficeRow:
    row = connection.execute(sa.select(OFFICE)).one()
    return OfficeRow(
        id=row.id,
        name=row.name,
        is_practice=bool(row.practice),
        signing_seed=row.signing_seed,
        recovery_recipient=row.recovery_recipient,
        made_at=row.made_at,
    )


def add_letters_key(connection: sa.Connection, recipient: str, identity: str, made_at: str) -> None:
    connection.execute(LETTERS_KEY.insert().values(recipient=recipient, identity=identity, made_at=made_at))


def letters_keys(connection: sa.Connection) -> tuple[str, ...]:
    """The private texts, newest first."""
    order = (LETTERS_KEY.c.made_at.desc(), LETTERS_KEY.c.recipient)
    return tuple(connection.scalars(sa.select(LETTERS_KEY.c.identity).order_by(*order)))


def next_event(connection: sa.Connection) -> int:
    """The next number of what has to be told."""
    connection.execute(OFFICE.update().values(event_no=OFFICE.c.event_no + 1))
    return last_event(connection)


def last_event(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(OFFICE.c.event_no)).scalar_one())


# --- invitations and blocks -------------------------------------------------------------------------------------------


def add_invitation(connection: sa.Connection, row: InvitationRow) -> None:
    connection.execute(
        INVITATION.insert().values(
            code_id=row.code_id,
            clinic_code=row.clinic_code,
            code=row.code,
            label=row.label,
            state=row.state,
            made_at=row.made_at,
        )
    )


def invitation(connection: sa.Connection, code_id: str) -> InvitationRow | None:
    return next(iter(_invitations(connection, INVITATION.c.code_id == code_id)), None)


def invitations_of(connection: sa.Connection, clinic_code: str) -> tuple[InvitationRow, ...]:
    return _invitations(connection, INVITATION.c.clinic_code == clinic_code)


def open_invitations(connection: sa.Connection) -> tuple[InvitationRow, ...]:
    return _invitations(connection, INVITATION.c.state == OPEN)


def _invitations(connection: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[InvitationRow, ...]:
    c = INVITATION.c
    found = connection.execute(
        sa.select(c.code_id, c.clinic_code, c.code, c.label, c.state, c.made_at)
        .where(where)
        .order_by(c.made_at, c.code_id)
    )
    return tuple(InvitationRow(**row) for row in found.mappings())


def replace_invitation(connection: sa.Connection, code_id: str) -> None:
    connection.execute(INVITATION.update().where(INVITATION.c.code_id == code_id).values(state=REPLACED))


def use_invitation(connection: sa.Connection, code_id: str, clinic_id: str, device: str) -> None:
    connection.execute(
        INVITATION.update()
        .where(INVITATION.c.code_id == code_id)
        .values(state=USED, clinic_id=clinic_id, device=device)
    )


def blocks_taken(connection: sa.Connection, clinic_code: str) -> tuple[int, ...]:
    """The first numbers of blocks that a device of this clinic code has, or an invitation that was used."""
    c = NUMBER_BLOCK.c
    used = sa.select(INVITATION.c.code_id).where(INVITATION.c.state == USED)
    is_taken = c.device.is_not(None) | c.code_id.in_(used)
    return tuple(connection.scalars(sa.select(c.first).where(c.clinic_code == clinic_code, is_taken)))


def promise_block(connection: sa.Connection, clinic_code: str, block: NumberBlock, code_id: str) -> None:
    """Notes the block of an invitation; one that was only promised to an earlier invitation is given anew."""
    c = NUMBER_BLOCK.c
    connection.execute(
        NUMBER_BLOCK.delete().where(
            c.clinic_code == clinic_code,
            c.device.is_(None),
            (c.code_id == code_id) | (c.first == block.first),
        )
    )
    connection.execute(
        NUMBER_BLOCK.insert().values(
            clinic_code=clinic_code, first=block.first, last=block.last, code_id=code_id
        )
    )


def give_block(connection: sa.Connection, clinic_code: str, block: NumberBlock, device: str) -> None:
    """The block is this device's from now on."""
    c = NUMBER_BLOCK.c
    connection.execute(
        NUMBER_BLOCK.delete().where(c.clinic_code == clinic_code, c.first == block.first, c.device.is_(None))
    )
    connection.execute(
        NUMBER_BLOCK.insert().values(
            clinic_code=clinic_code, first=block.first, last=block.last, device=device
        )
    )


def promised_block(connection: sa.Connection, code_id: str) -> NumberBlock | None:
    row = connection.execute(
        sa.select(NUMBER_BLOCK.c.first, NUMBER_BLOCK.c.last).where(NUMBER_BLOCK.c.code_id == code_id)
    ).one_or_none()
    return None if row is None else NumberBlock(first=row.first, last=row.last)


def blocks_of(connection: sa.Connection, device: str) -> tuple[NumberBlock, ...]:
    c = NUMBER_BLOCK.c
    found = connection.execute(sa.select(c.first, c.last).where(c.device == device).order_by(c.first))
    return tuple(NumberBlock(first=row.first, last=row.last) for row in found)


# --- clinics and devices ----------------------------------------------------------------------------------------------


def add_clinic(connection: sa.Connection, clinic: ClinicRow, confirmed_at: str) -> None:
    connection.execute(
        CLINIC.insert().values(
            clinic_id=clinic.clinic_id, code=clinic.code, label=clinic.label, confirmed_at=confirmed_at
        )
    )


def clinic(connection: sa.Connection, clinic_id: str) -> ClinicRow | None:
    return next(iter(_clinics(connection, CLINIC.c.clinic_id == clinic_id)), None)


def clinic_with_code(connection: sa.Connection, code: str) -> ClinicRow | None:
    return next(iter(_clinics(connection, CLINIC.c.code == code)), None)


def clinics(connection: sa.Connection) -> tuple[ClinicRow, ...]:
    return _clinics(connection, sa.true())


def _clinics(connection: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[ClinicRow, ...]:
    c = CLINIC.c
    found = connection.execute(sa.select(c.clinic_id, c.code, c.label).where(where).order_by(c.code))
    return tuple(ClinicRow(**row) for row in found.mappings())


_DEVICE_COLUMNS: Final = tuple(column for column in DEVICE.c if column.name != "event_no")


def put_device(connection: sa.Connection, row: DeviceRow, event_no: int) -> None:
    """Writes a device, new or known."""
    same = (DEVICE.c.clinic_id == row.clinic_id) & (DEVICE.c.device == row.device)
    connection.execute(DEVICE.delete().where(same))
    values = {column.name: getattr(row, column.name) for column in _DEVICE_COLUMNS}
    connection.execute(DEVICE.insert().values(**values, event_no=event_no))


def device(connection: sa.Connection, clinic_id: str, device_id: str) -> DeviceRow | None:
    where = (DEVICE.c.clinic_id == clinic_id) & (DEVICE.c.device == device_id)
    return next(iter(_devices(connection, where)), None)


def device_anywhere(connection: sa.Connection, device_id: str) -> DeviceRow | None:
    """A device of that id in whatever clinic."""
    return next(iter(_devices(connection, DEVICE.c.device == device_id)), None)


def devices_of(connection: sa.Connection, clinic_id: str) -> tuple[DeviceRow, ...]:
    return _devices(connection, DEVICE.c.clinic_id == clinic_id)


def waiting_devices(connection: sa.Connection) -> tuple[DeviceRow, ...]:
    return _devices(connection, DEVICE.c.state == WAITING)


def _devices(connection: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[DeviceRow, ...]:
    order = (DEVICE.c.clinic_id, DEVICE.c.no, DEVICE.c.first_seen_at, DEVICE.c.device)
    found = connection.execute(sa.select(*_DEVICE_COLUMNS).where(where).order_by(*order))
    return tuple(DeviceRow(**row) for row in found.mappings())


def confirm_device(
    connection: sa.Connection,
    row: DeviceRow,
    *,
    no: int,
    certificate: bytes,
    signature: bytes,
    event_no: int,
) -> None:
    _update_device(
        connection,
        row,
        state=CONFIRMED,
        no=no,
        certificate=certificate,
        signature=signature,
        event_no=event_no,
    )


def revoke_device(connection: sa.Connection, row: DeviceRow, after: int, event_no: int) -> None:
    """What it wrote beyond `after` is not taken in any more. One never confirmed keeps no number."""
    _update_device(connection, row, state=REVOKED, revoked_after=after, event_no=event_no)


def refuse_device(connection: sa.Connection, row: DeviceRow, event_no: int) -> None:
    _update_device(connection, row, state=REFUSED, event_no=event_no)


def note_receipt_seen(connection: sa.Connection, row: DeviceRow, receipt_no: int) -> None:
    if receipt_no > row.receipt_seen:
        _update_device(connection, row, receipt_seen=receipt_no)


def _update_device(connection: sa.Connection, row: DeviceRow, **values: str | int | bytes | None) -> None:
    same = (DEVICE.c.clinic_id == row.clinic_id) & (DEVICE.c.device == row.device)
    connection.execute(DEVICE.update().where(same).values(**values))
