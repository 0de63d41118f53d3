"""Invites a clinic: a code for its six digits, with number blocks and the township's keys (`invitation.md`).

A code that was never used is replaced by the next invitation for the same digits.
"""

import contextlib
import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

import village_doctor.sync.invitations as invitation_file
from village_doctor.domain.clinic import CODE_BEFORE_ENROLMENT
from village_doctor.domain.problems import Problem
from village_doctor.domain.record_number import NumberBlock
from village_doctor.foundation.secrets import fresh_bytes
from village_doctor.sync import courier
from village_doctor.sync.invitations import CODE_BYTES, Invitation
from village_doctor.township.inbox_store import registry
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.registry import InvitationRow
from village_doctor.township.office import Office, is_writable
from village_doctor.township.taking_in import refuse_waiting

_CODE: Final = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """Where the file lies, what is in it, and the six words to read out when she calls."""

    path: Path
    data: bytes = field(repr=False)
    words: tuple[str, ...]
    clinic_code: str


def invite(office: Office, clinic_code: str, label: str, folder: Path) -> Invited:
    """Writes a new invitation into the folder; an open one for the same digits is void from then on.

    The file comes first: an earlier invitation stays good until the new one lies there, read back. Raises Problem
    `clinic-code-form`, `clinic-label`, `clinic-code-taken`, `folder-missing`, `folder-full`, `folder-read-only`, `folder-differs` …
    """
    if not _CODE.fullmatch(clinic_code) or clinic_code == CODE_BEFORE_ENROLMENT:
        raise Problem("clinic-code-form", code=clinic_code)
    if not is_writable(label):
        raise Problem("clinic-label")
    with office.inbox.reading() as connection:
        if registry.clinic_with_code(connection, clinic_code) is not None:
            raise Problem("clinic-code-taken", code=clinic_code)
        # Nobody else writes between this and the transaction: the folder is locked.
        block = free_block(registry.blocks_taken(connection, clinic_code))
    row = InvitationRow(
        code_id=office.new_id(),
        clinic_code=clinic_code,
        code=fresh_bytes(CODE_BYTES, office.surroundings.random_bytes),
        label=label.strip(),
        state=registry.OPEN,
        made_at=office.now_text(),
    )
    data = invitation_file.write(_invitation(office, row, block), office.signing)
    courier.clear_leftovers(folder)
    path = folder / courier.new_name(courier.INVITATION, office.surroundings.random_bytes)
    sha256 = courier.deliver(folder, path.name, partial(_put, data))
    try:
        with office.inbox.writing() as connection:
            _note(connection, row, block)
    except BaseException:
        with contextlib.suppress(Problem):  # what went wrong first is told
            courier.remove_if_same(path, sha256)
        raise
    return Invited(path=path, data=data, words=office.words, clinic_code=clinic_code)


def _invitation(office: Office, row: InvitationRow, block: NumberBlock | None) -> Invitation:
    return Invitation(
        township_id=office.id,
        township_name=office.name,
        signing_key=office.signing.public,
        clinic_code=row.clinic_code,
        code_id=row.code_id,
        code=row.code,
        number_blocks=() if block is None else (block,),
        letters_recipient=office.letters_recipient,
        recovery_recipient=office.recovery_recipient,
        practice=office.is_practice,
        created_at=row.made_at,
    )


def _put(data: bytes, file: BinaryIO) -> None:
    file.write(data)


def _note(connection: Connection, row: InvitationRow, block: NumberBlock | None) -> None:
    """The new code is good, earlier ones for the same digits are not, and who waits with one of them is refused."""
    for earlier in registry.invitations_of(connection, row.clinic_code):
        registry.replace_invitation(connection, earlier.code_id)
        refuse_waiting(connection, earlier.code_id)
    if block is not None:
        registry.promise_block(connection, row.clinic_code, block, row.code_id)
    registry.add_invitation(connection, row)


def free_block(taken: tuple[int, ...]) -> NumberBlock | None:
    """The first of the ten blocks 00001–00999, 01000–01999 … that no device has; None when all are given."""
    for number in range(10):
        block = NumberBlock(first=max(1, number * 1000), last=number * 1000 + 999)
        if block.first not in taken:
            return block
    return None
