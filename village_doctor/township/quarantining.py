"""Quarantine: files that were refused, sealed as they came, and why. Nothing in them has changed anything here."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from village_doctor.domain.changes.clock import milliseconds
from village_doctor.domain.disk_problems import disk_problems
from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import whole_file
from village_doctor.sync.courier import Fetched
from village_doctor.sync.envelope import BatchHeader
from village_doctor.township.inbox_store import answers, letters, registry
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.letters import QuarantineRow
from village_doctor.township.inbox_store.registry import DeviceRow
from village_doctor.township.office import Office

_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What is known of a refused letter whose signature holds. `sender`: the confirmed device that signed it, if any."""

    header: BatchHeader
    sha256: str
    sender: DeviceRow | None


def put(
    office: Office, file_name: str, fetched: Fetched, problem: Problem, verified: Verified | None = None
) -> None:
    """Keeps the sealed file as it came, then notes why it was refused.

    What a revoked device says of the receipts it has taken in counts even so: it need not be told for ever.
    """
    row = _row(office, file_name, fetched.sha256, problem, verified)
    target = office.quarantine_folder / letters.kept_name(fetched.sha256)
    with disk_problems():
        if not target.exists():
            with fetched.path.open("rb") as source, whole_file(target) as copy:
                while piece := source.read(_PIECE):
                    copy.write(piece)
    with office.inbox.writing() as connection:
        _note(connection, row)
        if problem.code == "letter-revoked" and verified is not None and verified.sender is not None:
            seen = verified.header.receipt_seen
            answers.note_seen(connection, verified.sender, seen, milliseconds(office.now()))


def note_unread(office: Office, path: Path) -> Problem:
    """Notes a file that is too large to be a letter and is not copied. Gives what is to be told."""
    problem = Problem(letters.FILE_TOO_LARGE)
    row = _row(office, path.name, hashlib.sha256(path.name.encode()).hexdigest(), problem)
    with office.inbox.writing() as connection:
        _note(connection, row)
    return problem


def let_go(office: Office, file_sha256: str) -> None:
    """Removes the file of a letter that was refused once and is good now."""
    with disk_problems():
        (office.quarantine_folder / letters.kept_name(file_sha256)).unlink(missing_ok=True)


def _row(
    office: Office, file_name: str, file_sha256: str, problem: Problem, verified: Verified | None = None
) -> QuarantineRow:
    known = verified.header if verified is not None and verified.sender is not None else None
    return QuarantineRow(
        file_sha256=file_sha256,
        file_name=file_name,
        problem=problem,
        at=office.now_text(),
        clinic_id=known.clinic_id if known else None,
        device=known.device_id if known else None,
        batch_no=known.batch_no if known else None,
        sha256=verified.sha256 if verified else None,
    )


def _note(connection: Connection, row: QuarantineRow) -> None:
    letters.quarantine(connection, replace(row, event_no=registry.next_event(connection)))
