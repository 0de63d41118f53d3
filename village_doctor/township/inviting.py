"""Invites a clinic: a code for its six digits, with number blocks and the township's keys (`invitation.md`).

A code that was never used is replaced by the next invitation for the same digits.
"""

import re
from dataclasses import dataclass, field
from typing import Final

import village_doctor.sync.invitations as invitation_file
from village_doctor.domain.clinic import CODE_BEFORE_ENROLMENT
from village_doctor.domain.problems import Problem
from village_doctor.domain.record_number import NumberBlock
from village_doctor.foundation.secrets import fresh_bytes
from village_doctor.sync.invitations import CODE_BYTES, Invitation
from village_doctor.township.inbox_store import registry
from village_doctor.township.inbox_store.registry import InvitationRow
from village_doctor.township.office import Office
from village_doctor.township.taking_in import refuse_waiting

_CODE: Final = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """The bytes of the file, and the six words to read out when she calls."""

    data: bytes = field(repr=False)
    words: tuple[str, ...]
    clinic_code: str


def invite(office: Office, clinic_code: str, label: str) -> Invited:
    """A new invitation; an open one for the same digits is void from now on.

    Raises Problem `clinic-code-form`, `clinic-code-taken`.
    """
    if not _CODE.fullmatch(clinic_code) or clinic_code == CODE_BEFORE_ENROLMENT:
        raise Problem("clinic-code-form", code=clinic_code)
    code_id, code = office.new_id(), fresh_bytes(CODE_BYTES, office.surroundings.random_bytes)
    now = office.now_text()
    with office.inbox.writing() as connection:
        if registry.clinic_with_code(connection, clinic_code) is not None:
            raise Problem("clinic-code-taken", code=clinic_code)
        for earlier in registry.invitations_of(connection, clinic_code):
            registry.replace_invitation(connection, earlier.code_id)
            refuse_waiting(connection, earlier.code_id)
        block = free_block(registry.blocks_taken(connection, clinic_code))
        if block is not None:
            registry.promise_block(connection, clinic_code, block, code_id)
        registry.add_invitation(
            connection,
            InvitationRow(
                code_id=code_id,
                clinic_code=clinic_code,
                code=code,
                label=label.strip(),
                state=registry.OPEN,
                made_at=now,
            ),
        )
    made = Invitation(
        township_id=office.id,
        township_name=office.name,
        signing_key=office.signing.public,
        clinic_code=clinic_code,
        code_id=code_id,
        code=code,
        number_blocks=() if block is None else (block,),
        letters_recipient=office.letters_recipient,
        recovery_recipient=office.recovery_recipient,
        practice=office.is_practice,
        created_at=now,
    )
    return Invited(
        data=invitation_file.write(made, office.signing), words=office.words, clinic_code=clinic_code
    )


def free_block(taken: tuple[int, ...]) -> NumberBlock | None:
    """The first of the ten blocks 00001–00999, 01000–01999 … that no device has; None when all are given."""
    for number in range(10):
        block = NumberBlock(first=max(1, number * 1000), last=number * 1000 + 999)
        if block.first not in taken:
            return block
    return None
