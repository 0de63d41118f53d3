"""Makes the derived tables again from the letters as they came, and verifies every letter on the way.

One transaction: what comes out is what was there, or nothing changes. A newer program also takes in what an
older one could not read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.problems import Problem
from village_doctor.sync.envelope import BatchCheck, BatchHeader
from village_doctor.sync.lines import EnvelopeWrong
from village_doctor.sync.seal import SealBroken, TooLarge, decompressed
from village_doctor.township import taking_in
from village_doctor.township.inbox_store import letters, merging, registry
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.letters import LetterRow
from village_doctor.township.office import Office

Progress = Callable[[str, int, int], None]
STAGE: Final = "rebuild"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebuilt:
    """How many letters were read again, and how many entries they held that are now in the tables."""

    letters: int
    entries: int


def rebuild(office: Office, progress: Progress | None = None) -> Rebuilt:
    """Rebuilds everything that follows from the letters.

    `progress` is called between letters and may raise Problem `cancelled`: then nothing has changed. Raises Problem
    `township-damaged` where a kept letter is not what it was.
    """
    with office.inbox.writing() as connection:
        order = letters.taken_in_order(connection)
        merging.drop_derived(connection)
        for number, (clinic_id, sha256) in enumerate(order):
            if progress is not None:
                progress(STAGE, number, len(order))
            _take_again(connection, clinic_id, sha256)
        return Rebuilt(letters=len(order), entries=merging.count_entries(connection))


def _take_again(connection: Connection, clinic_id: str, sha256: str) -> None:
    letter = letters.find(connection, clinic_id, sha256)
    if letter is None:
        raise Problem("township-damaged")
    try:
        header = _verified(connection, letter)
        is_whole = taking_in.go_through(connection, letter, header, merges=True)
    except (EnvelopeWrong, SealBroken, TooLarge) as error:
        raise Problem("township-damaged") from error
    if not is_whole:
        raise Problem("township-damaged")


def _verified(connection: Connection, letter: LetterRow) -> BatchHeader:
    """The header of a letter whose hash and signature hold, signed with the key that was confirmed."""
    kept = BatchHeader.from_bytes(letter.header)
    check = BatchCheck([kept.recipient_fingerprint])
    for chunk in decompressed(letters.parts(connection, letter.clinic_id, letter.sha256)):
        check.feed(chunk)
    check.finish()
    sender = registry.device(connection, letter.clinic_id, letter.device)
    if sender is None or not sender.is_trusted or check.sha256 != letter.sha256:
        raise Problem("township-damaged")
    if check.header.signing_key != sender.signing_key or check.header.clinic_id != letter.clinic_id:
        raise Problem("township-damaged")
    return check.header
