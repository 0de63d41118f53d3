"""Letters as they came: their headers and fate, their compressed envelopes in parts, and files that were refused."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.problems import Problem
from village_doctor.sync.courier import BATCH
from village_doctor.township.inbox_store.schema import (
    DEVICE,
    ENVELOPE_PART,
    LETTER,
    PART_BYTES,
    QUARANTINE,
    RECEIVED_FILE,
)

TAKEN: Final = "taken"
WAITING: Final = "waiting"
FORK: Final = "fork"
REFUSED: Final = "refused"
FILE_TOO_LARGE: Final = "letter-file-too-large"


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRow:
    """A verified letter. `sha256` is the batch hash, `header` the canonical bytes of its header line."""

    clinic_id: str
    sha256: str
    device: str
    batch_no: int
    previous: str | None
    chain_device: str
    first_seq: int
    last_seq: int
    digest_before: bytes
    digest_after: bytes
    is_act_open: bool
    changes: int
    schema: int
    created_at: str
    receipt_seen: int
    knows: Mapping[str, int]
    header: bytes
    size: int
    state: str
    reason: str | None
    event_no: int
    received_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QuarantineRow:
    """A file that was refused. `sha256` is its batch hash where its signature was verified; the three before it say whose
    letter it is, where that is a confirmed device's.

    Of a file that is too large to be read, `file_sha256` is the hash of its name.
    """

    file_sha256: str
    file_name: str
    problem: Problem
    at: str
    event_no: int = 0
    clinic_id: str | None = None
    device: str | None = None
    batch_no: int | None = None
    sha256: str | None = None

    @property
    def kept_as(self) -> str | None:
        """The file's name in `quarantine/`; None where no copy was made."""
        return None if self.problem.code == FILE_TOO_LARGE else kept_name(self.file_sha256)


# --- letters ----------------------------------------------------------------------------------------------------------

_COLUMNS: Final = tuple(LETTER.c)


def add(connection: sa.Connection, row: LetterRow) -> None:
    values = {column.name: getattr(row, column.name) for column in _COLUMNS}
    values["knows"] = encode_canonical(dict(row.knows)).decode()
    values["is_act_open"] = int(row.is_act_open)
    connection.execute(LETTER.insert().values(**values))


def find(connection: sa.Connection, clinic_id: str, sha256: str) -> LetterRow | None:
    where = (LETTER.c.clinic_id == clinic_id) & (LETTER.c.sha256 == sha256)
    return next(_letters(connection, where), None)


def of_device(connection: sa.Connection, clinic_id: str, device: str, state: str) -> tuple[LetterRow, ...]:
    """A sender's letters in that state, by number."""
    c = LETTER.c
    where = (c.clinic_id == clinic_id) & (c.device == device) & (c.state == state)
    return tuple(_letters(connection, where))


def last_taken(connection: sa.Connection, clinic_id: str, device: str) -> LetterRow | None:
    """The sender's last letter that was taken in without a gap in the numbers before it."""
    c = LETTER.c
    where = (c.clinic_id == clinic_id) & (c.device == device) & (c.state == TAKEN)
    gap = _gap(connection, clinic_id, device)
    if gap is not None:
        where &= c.batch_no < gap
    found = sa.select(*_COLUMNS).where(where).order_by(c.batch_no.desc()).limit(1)
    return next((_letter(row) for row in connection.execute(found).mappings()), None)


def taken_beyond(connection: sa.Connection, clinic_id: str, device: str) -> tuple[LetterRow, ...]:
    """The sender's letters that were taken in although one before them still waits for another's, by number."""
    gap = _gap(connection, clinic_id, device)
    if gap is None:
        return ()
    c = LETTER.c
    where = (c.clinic_id == clinic_id) & (c.device == device) & (c.state == TAKEN) & (c.batch_no > gap)
    return tuple(_letters(connection, where))


def _gap(connection: sa.Connection, clinic_id: str, device: str) -> int | None:
    """The lowest number that was not taken in below one that was. Its letter is here, waiting or kept apart."""
    c, taken = LETTER.c, LETTER.alias().c
    same = (taken.clinic_id == c.clinic_id) & (taken.device == c.device) & (taken.state == TAKEN)
    where = (c.clinic_id == clinic_id) & (c.device == device) & c.state.in_((WAITING, FORK, REFUSED))
    is_taken = sa.exists(sa.select(taken.sha256).where(same, taken.batch_no == c.batch_no).correlate(LETTER))
    is_below = sa.exists(sa.select(taken.sha256).where(same, taken.batch_no > c.batch_no).correlate(LETTER))
    found: int | None = connection.scalar(
        sa.select(sa.func.min(c.batch_no)).where(where, ~is_taken, is_below)
    )
    return found


def strange_journals(connection: sa.Connection, clinic_id: str) -> frozenset[str]:
    """The devices whose journals came in letters of others, or in their own, and that were never confirmed."""
    c = LETTER.c
    trusted = sa.select(DEVICE.c.device).where(DEVICE.c.clinic_id == clinic_id, DEVICE.c.no.is_not(None))
    wanted = sa.select(c.chain_device).where(
        c.clinic_id == clinic_id, c.state.in_((TAKEN, WAITING)), c.chain_device.not_in(trusted)
    )
    return frozenset(connection.scalars(wanted.distinct()))


def newest_of(connection: sa.Connection, clinic_id: str, device: str) -> LetterRow | None:
    """The sender's letter with the greatest number, taken in or waiting."""
    c = LETTER.c
    where = (c.clinic_id == clinic_id) & (c.device == device) & c.state.in_((TAKEN, WAITING))
    found = sa.select(*_COLUMNS).where(where).order_by(c.batch_no.desc()).limit(1)
    return next((_letter(row) for row in connection.execute(found).mappings()), None)


def numbered(
    connection: sa.Connection, clinic_id: str, device: str, batch_no: int, state: str
) -> LetterRow | None:
    """The sender's letter of that number in that state."""
    c = LETTER.c
    where = (c.clinic_id == clinic_id) & (c.device == device) & (c.batch_no == batch_no) & (c.state == state)
    return next(_letters(connection, where), None)


def numbers(connection: sa.Connection, clinic_id: str, device: str, state: str) -> tuple[int, ...]:
    c = LETTER.c
    where = (c.clinic_id == clinic_id, c.device == device, c.state == state)
    return tuple(connection.scalars(sa.select(c.batch_no).where(*where).distinct().order_by(c.batch_no)))


def taken_in_order(connection: sa.Connection) -> tuple[tuple[str, str], ...]:
    """Clinic and hash of every letter that was taken in, in the order of taking in."""
    c = LETTER.c
    found = connection.execute(
        sa.select(c.clinic_id, c.sha256).where(c.state == TAKEN).order_by(c.event_no, c.clinic_id, c.sha256)
    )
    return tuple((row.clinic_id, row.sha256) for row in found)


def for_enclosing(connection: sa.Connection, clinic_id: str, device: str) -> tuple[LetterRow, ...]:
    """Letters of the clinic's other devices with journals that are not this device's, in the order of taking in."""
    c = LETTER.c
    found = sa.select(*_COLUMNS).where(
        c.clinic_id == clinic_id, c.state == TAKEN, c.device != device, c.chain_device != device
    )
    rows = connection.execute(found.order_by(c.event_no, c.batch_no)).mappings()
    return tuple(_letter(row) for row in rows)


def set_state(
    connection: sa.Connection, row: LetterRow, state: str, event_no: int, reason: str | None = None
) -> None:
    same = (LETTER.c.clinic_id == row.clinic_id) & (LETTER.c.sha256 == row.sha256)
    connection.execute(LETTER.update().where(same).values(state=state, event_no=event_no, reason=reason))


def counts(connection: sa.Connection, clinic_id: str) -> dict[str, int]:
    """Number of the clinic's letters by state."""
    c = LETTER.c
    found = connection.execute(
        sa.select(c.state, sa.func.count()).where(c.clinic_id == clinic_id).group_by(c.state)
    )
    return {row[0]: row[1] for row in found}


def count_taken(connection: sa.Connection) -> int:
    """Number of letters of all clinics that were taken in."""
    found = sa.select(sa.func.count()).select_from(LETTER).where(LETTER.c.state == TAKEN)
    return int(connection.execute(found).scalar_one())


def last_received_at(connection: sa.Connection, clinic_id: str, device: str | None = None) -> str | None:
    """When the newest letter of a clinic, or of one device, came."""
    wanted = sa.select(sa.func.max(LETTER.c.received_at)).where(LETTER.c.clinic_id == clinic_id)
    if device is not None:
        wanted = wanted.where(LETTER.c.device == device)
    found: str | None = connection.scalar(wanted)
    return found


def _letters(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Iterator[LetterRow]:
    order = (LETTER.c.batch_no, LETTER.c.event_no, LETTER.c.sha256)
    rows = connection.execute(sa.select(*_COLUMNS).where(where).order_by(*order)).mappings().all()
    return (_letter(row) for row in rows)


def _letter(row: sa.RowMapping) -> LetterRow:
    values = dict(row)
    values["knows"] = json.loads(values["knows"])
    values["is_act_open"] = bool(values["is_act_open"])
    return LetterRow(**values)


# --- envelopes --------------------------------------------------------------------------------------------------------


class PartWriter:
    """Keeps the compressed bytes of a letter, in parts of 256 KiB; `close` writes what is left."""

    def __init__(self, connection: sa.Connection, clinic_id: str, sha256: str) -> None:
        self._connection = connection
        self._key = {"clinic_id": clinic_id, "sha256": sha256}
        self._held = bytearray()
        self._no = 0

    def write(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= PART_BYTES:
            self._put(bytes(self._held[:PART_BYTES]))
            del self._held[:PART_BYTES]

    def close(self) -> None:
        if self._held:
            self._put(bytes(self._held))
            self._held.clear()

    def _put(self, data: bytes) -> None:
        self._connection.execute(ENVELOPE_PART.insert().values(**self._key, no=self._no, data=data))
        self._no += 1


def parts(connection: sa.Connection, clinic_id: str, sha256: str) -> Iterator[bytes]:
    """The compressed envelope, part by part; one part in memory at a time."""
    c = ENVELOPE_PART.c
    wanted = sa.select(c.data).where(c.clinic_id == clinic_id, c.sha256 == sha256)
    no = 0
    while (data := connection.scalar(wanted.where(c.no == no))) is not None:
        yield data
        no += 1


# --- files ------------------------------------------------------------------------------------------------------------


def note_file(connection: sa.Connection, file_sha256: str, clinic_id: str, sha256: str) -> None:
    """Which letter was in the file. A file that was refused before is no longer."""
    connection.execute(RECEIVED_FILE.delete().where(RECEIVED_FILE.c.file_sha256 == file_sha256))
    connection.execute(
        RECEIVED_FILE.insert().values(file_sha256=file_sha256, clinic_id=clinic_id, sha256=sha256)
    )
    connection.execute(QUARANTINE.delete().where(QUARANTINE.c.file_sha256 == file_sha256))


def kept_name(file_sha256: str) -> str:
    """The name of a refused file in `quarantine/`."""
    return f"{file_sha256[:32]}{BATCH}"


def letter_of_file(connection: sa.Connection, file_sha256: str) -> LetterRow | None:
    c = RECEIVED_FILE.c
    row = connection.execute(
        sa.select(c.clinic_id, c.sha256).where(c.file_sha256 == file_sha256)
    ).one_or_none()
    return None if row is None else find(connection, row.clinic_id, row.sha256)


def quarantine(connection: sa.Connection, row: QuarantineRow) -> None:
    """Notes a refused file; the same file again keeps its row unless the reason is another one."""
    same = _quarantined(connection, QUARANTINE.c.file_sha256 == row.file_sha256)
    if any(known.problem.code == row.problem.code for known in same):
        return
    connection.execute(QUARANTINE.delete().where(QUARANTINE.c.file_sha256 == row.file_sha256))
    connection.execute(
        QUARANTINE.insert().values(
            file_sha256=row.file_sha256,
            file_name=row.file_name,
            reason=row.problem.code,
            reason_values=encode_canonical(row.problem.values).decode(),
            at=row.at,
            event_no=row.event_no,
            clinic_id=row.clinic_id,
            device=row.device,
            batch_no=row.batch_no,
            sha256=row.sha256,
        )
    )


def quarantined(connection: sa.Connection) -> tuple[QuarantineRow, ...]:
    """What was refused and has not been taken in since, oldest first."""
    kept, letter = QUARANTINE.c, LETTER.c
    same_number = (
        (letter.clinic_id == kept.clinic_id)
        & (letter.device == kept.device)
        & (letter.batch_no == kept.batch_no)
    )
    is_taken = (letter.state == TAKEN) & (letter.event_no > kept.event_no)
    return _quarantined(
        connection,
        ~sa.exists(sa.select(letter.sha256).where(is_taken & same_number).correlate(QUARANTINE)),
        ~sa.exists(
            sa.select(letter.sha256).where(is_taken & (letter.sha256 == kept.sha256)).correlate(QUARANTINE)
        ),
    )


def _quarantined(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> tuple[QuarantineRow, ...]:
    wanted = sa.select(QUARANTINE).where(*where).order_by(QUARANTINE.c.at, QUARANTINE.c.file_sha256)
    rows = []
    for found in connection.execute(wanted).mappings():
        values = dict(found)
        problem = Problem(values.pop("reason"), **json.loads(values.pop("reason_values")))
        rows.append(QuarantineRow(problem=problem, **values))
    return tuple(rows)
