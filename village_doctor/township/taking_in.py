"""What becomes of a verified letter: whose it is, whether it is the next one, what waits for it (`township.md`).

Everything here runs inside a transaction of the caller. A letter that is kept has been gone through to its end; its
changes are merged when its sender is trusted and nothing before it is missing.
"""

import hmac
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.clinic import CODE_BEFORE_ENROLMENT
from village_doctor.domain.problems import Problem
from village_doctor.sync.envelope import BatchHeader, read_changes
from village_doctor.sync.identity import enrolment_hmac
from village_doctor.sync.lines import envelope_lines
from village_doctor.sync.seal import decompressed
from village_doctor.township.carrying import refuse_strange_journal
from village_doctor.township.inbox_store import letters, merging, registry
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.letters import LetterRow
from village_doctor.township.inbox_store.registry import DeviceRow

MOST_TOLD: Final = 1_000  # batch numbers in one list
CODE_GONE: Final = "letter-enrolment-used"
# Why a letter is kept apart as soon as it comes.
REASONS: Final = {letters.FORK: "letter-fork", letters.REFUSED: CODE_GONE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What became of a letter: taken, waits-confirm, waits-missing, waits-other, waits-act, fork, refused."""

    result: str
    missing: tuple[int, ...] = ()


# --- whose is it ------------------------------------------------------------------------------------------------------


def identify(
    connection: Connection, header: BatchHeader, *, practice: bool, received_at: str
) -> tuple[DeviceRow, bool]:
    """The sender, and whether it is new here, or asks again with a new invitation. Nothing is written.

    A sender whose invitation was replaced is refused, and yet its letter is kept: it comes only once, and with a new
    invitation the next one asks again. Raises Problem `letter-practice`, `letter-clinic`, `letter-keys`, `letter-revoked`, `letter-enrolment`,
    `letter-enrolment-used`, `letter-continues`, `letter-unknown-device`.
    """
    if header.practice is not practice:
        raise Problem("letter-practice")
    known = registry.device_anywhere(connection, header.device_id)
    if known is not None:
        _refuse_known(connection, known, header)
        if known.state != registry.REFUSED:
            return known, False
        if header.enrolment is None:
            raise Problem(CODE_GONE)
        if _state_by_enrolment(connection, header) == registry.REFUSED:
            return known, False
        return replace(known, state=registry.WAITING, code_id=header.enrolment.code_id), True
    found = DeviceRow(
        clinic_id=header.clinic_id,
        device=header.device_id,
        state=registry.WAITING,
        no=None,
        signing_key=header.signing_key,
        recipient=header.recipient,
        code_id=None,
        continues_device=None,
        continues_seq=None,
        continues_digest=None,
        certificate=None,
        signature=None,
        revoked_after=None,
        receipt_seen=0,
        first_seen_at=received_at,
    )
    before = header.continues
    if before is not None and registry.device(connection, header.clinic_id, before.device) is not None:
        found = replace(
            found,
            continues_device=before.device,
            continues_seq=before.seq,
            continues_digest=before.digest,
        )
        if contradicts(connection, found):
            raise Problem("letter-continues")
        _refuse_code(connection, header)
        return found, True
    if header.enrolment is not None:
        state = _state_by_enrolment(connection, header)
        return replace(found, state=state, code_id=header.enrolment.code_id), True
    raise Problem("letter-unknown-device")


def contradicts(connection: Connection, device: DeviceRow) -> bool:
    """Is what the device says of the one it continues another journal than the one that is here?"""
    if device.continues_device is None or device.continues_seq is None:
        return False
    held = merging.digest_at(connection, device.clinic_id, device.continues_device, device.continues_seq)
    return held is not None and held != device.continues_digest


def _refuse_known(connection: Connection, known: DeviceRow, header: BatchHeader) -> None:
    if known.clinic_id != header.clinic_id:
        raise Problem("letter-clinic")
    if known.signing_key != header.signing_key or known.recipient != header.recipient:
        raise Problem("letter-keys")
    if is_revoked_for(known, header.chain_device, header.last_seq):
        raise Problem("letter-revoked")
    _refuse_code(connection, header)


def _refuse_code(connection: Connection, header: BatchHeader) -> None:
    clinic = registry.clinic(connection, header.clinic_id)
    if clinic is not None and header.clinic_code not in (CODE_BEFORE_ENROLMENT, clinic.code):
        raise Problem("letter-clinic")


def _state_by_enrolment(connection: Connection, header: BatchHeader) -> str:
    """The state of a device that was invited: waiting, or refused where its invitation has been replaced by a new one."""
    proof = header.enrolment
    assert proof is not None
    invitation = registry.invitation(connection, proof.code_id)
    if invitation is None:
        raise Problem("letter-enrolment")
    due = enrolment_hmac(
        invitation.code,
        clinic_id=header.clinic_id,
        device_id=header.device_id,
        signing_key=header.signing_key,
        recipient=header.recipient,
    )
    if not hmac.compare_digest(due, proof.hmac):
        raise Problem("letter-enrolment")
    if invitation.state == registry.USED:
        raise Problem(CODE_GONE)
    is_known = registry.clinic(connection, header.clinic_id) is not None
    if is_known or header.clinic_code not in (CODE_BEFORE_ENROLMENT, invitation.clinic_code):
        raise Problem("letter-clinic")
    return registry.WAITING if invitation.state == registry.OPEN else registry.REFUSED


def is_revoked_for(device: DeviceRow, chain_device: str, last_seq: int) -> bool:
    """Does a letter reach beyond what a revoked device may still say? Of others it may say nothing."""
    if device.revoked_after is None:
        return False
    return chain_device != device.device or last_seq > device.revoked_after


# --- is it the next one -----------------------------------------------------------------------------------------------


def state_for(connection: Connection, sender: DeviceRow, letter: LetterRow) -> str:
    """What a letter that has just come is: taken (to be merged now), waiting, fork or refused."""
    if sender.state == registry.REFUSED:
        return letters.REFUSED
    last = letters.last_taken(connection, letter.clinic_id, letter.device)
    next_no = 1 if last is None else last.batch_no + 1
    place = (letter.clinic_id, letter.device, letter.batch_no, letters.TAKEN)
    if letter.batch_no < next_no or letters.numbered(connection, *place) is not None:
        return letters.FORK  # that number was taken in with another hash
    if letter.batch_no > next_no or not sender.is_trusted:
        return letters.WAITING
    if letter.previous != (None if last is None else last.sha256):
        return letters.FORK
    if _differs_in_chain(connection, letter):
        return letters.FORK
    if letter.is_act_open or _begins_beyond(connection, letter):
        return letters.WAITING
    return letters.TAKEN


def _begins_beyond(connection: Connection, letter: LetterRow) -> bool:
    end = merging.chain_end(connection, letter.clinic_id, letter.chain_device)
    return letter.first_seq > end.seq + 1


def _differs_in_chain(connection: Connection, letter: LetterRow) -> bool:
    """Is one of the two ends another entry than the one that is here under that number?"""
    ends = ((letter.first_seq - 1, letter.digest_before), (letter.last_seq, letter.digest_after))
    for seq, digest in ends:
        held = merging.digest_at(connection, letter.clinic_id, letter.chain_device, seq)
        if held is not None and held != digest:
            return True
    return False


def fate_of(connection: Connection, letter: LetterRow) -> Fate:
    """How a kept letter stands now."""
    if letter.state != letters.WAITING:
        return Fate(result=letter.state)
    sender = registry.device(connection, letter.clinic_id, letter.device)
    if sender is None or not sender.is_trusted:
        return Fate(result="waits-confirm")
    missing = missing_before(connection, sender, letter.batch_no)
    if missing:
        return Fate(result="waits-missing", missing=missing)
    first, last = _act_around(connection, letter)
    is_open = last.is_act_open and not _begins_beyond(connection, first)
    return Fate(result="waits-act" if is_open else "waits-other")


def _act_around(connection: Connection, letter: LetterRow) -> tuple[LetterRow, LetterRow]:
    """The first and the last of the waiting letters that are to be taken in together with this one."""
    waiting = letters.of_device(connection, letter.clinic_id, letter.device, letters.WAITING)
    by_number = {one.batch_no: one for one in reversed(waiting)}
    first = last = letter
    while (before := by_number.get(first.batch_no - 1)) is not None and before.is_act_open:
        first = before
    while last.is_act_open and (after := by_number.get(last.batch_no + 1)) is not None:
        last = after
    return first, last


def missing_before(connection: Connection, sender: DeviceRow, batch_no: int) -> tuple[int, ...]:
    """The sender's numbers that are not here below that one; not more than the first thousand."""
    last = letters.last_taken(connection, sender.clinic_id, sender.device)
    place = (sender.clinic_id, sender.device)
    here = set(letters.numbers(connection, *place, letters.WAITING))
    here.update(one.batch_no for one in letters.taken_beyond(connection, *place))
    first = 1 if last is None else last.batch_no + 1
    return tuple(islice((no for no in range(first, batch_no) if no not in here), MOST_TOLD))


# --- going through ----------------------------------------------------------------------------------------------------


def change_lines(connection: Connection, clinic_id: str, sha256: str) -> Iterator[bytes]:
    """The lines between header and closing of a kept letter."""
    lines = envelope_lines(decompressed(letters.parts(connection, clinic_id, sha256)))
    next(lines, None)
    held = next(lines, b"")
    for line in lines:
        yield held
        held = line


def go_through(connection: Connection, letter: LetterRow, header: BatchHeader, *, merges: bool) -> bool:
    """Reads a kept letter to its end, strictly, and merges what is new in it; false for a fork, which merges nothing.

    Raises EnvelopeWrong.
    """
    entries = read_changes(header, change_lines(connection, letter.clinic_id, letter.sha256))
    if not merges:
        deque(entries, maxlen=0)
        return True
    reading = _FreshOnly(entries, merging.chain_end(connection, letter.clinic_id, letter.chain_device))
    merging.take_in(connection, letter.clinic_id, iter(reading), letter.event_no)
    return not reading.is_fork


class _FreshOnly:
    """The entries beyond what is here; none at all where what overlaps is different."""

    def __init__(self, entries: Iterator[Entry], end: merging.ChainEnd) -> None:
        self._entries = entries
        self._end = end
        self.is_fork = False

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            if entry.seq == self._end.seq and entry.digest != self._end.digest:
                self.is_fork = True
            if entry.seq > self._end.seq and not self.is_fork:
                yield entry


# --- what waits -------------------------------------------------------------------------------------------------------


def settle(connection: Connection, clinic_id: str) -> int:
    """Takes in every letter of the clinic that waits for nothing any more; returns how many."""
    taken = 0
    while True:
        before = taken
        for sender in registry.devices_of(connection, clinic_id):
            if sender.is_trusted:
                while run := _next_run(connection, sender):
                    taken += _take_run(connection, run)
        if taken == before:
            return taken


def _next_run(connection: Connection, sender: DeviceRow) -> tuple[LetterRow, ...]:
    """The sender's next waiting letter, with those that end its act; empty while something is missing.

    A letter whose journal begins beyond what is here waits, and those after it do not wait for it: one of them may bring
    what is missing. Letters that can never follow are marked on the way: forks, and what the sender may not say.
    """
    place = (sender.clinic_id, sender.device)
    before = letters.last_taken(connection, *place)
    beyond = {letter.batch_no: letter for letter in letters.taken_beyond(connection, *place)}
    run: list[LetterRow] = []
    is_held_up = False
    for letter in letters.of_device(connection, *place, letters.WAITING):
        while (taken := beyond.get(1 if before is None else before.batch_no + 1)) is not None:
            before = taken
        if letter.batch_no > (1 if before is None else before.batch_no + 1):
            return ()
        if not _may_say(connection, sender, letter):
            continue
        if not _follows(connection, letter, before, is_first=not run):
            if not is_held_up:  # or else what it does not follow may yet turn out to be the wrong one
                _mark_fork(connection, letter)
            continue
        run.append(letter)
        before = letter
        if letter.is_act_open:
            continue
        if not _begins_beyond(connection, run[0]):
            return tuple(run)
        run.clear()
        is_held_up = True
    return ()


def _may_say(connection: Connection, sender: DeviceRow, letter: LetterRow) -> bool:
    """May the sender say this, revoked or not? What it may not is marked."""
    if is_revoked_for(sender, letter.chain_device, letter.last_seq):
        refuse_letter(connection, letter, "letter-revoked")
        return False
    try:
        refuse_strange_journal(connection, sender, letter.chain_device, letter.last_seq)
    except Problem as problem:
        refuse_letter(connection, letter, problem.code)
        return False
    return True


def _follows(connection: Connection, letter: LetterRow, before: LetterRow | None, *, is_first: bool) -> bool:
    """Does it follow `before`, as the first letter of an act or in the middle of one?"""
    follows = letter.previous == (None if before is None else before.sha256)
    if follows and is_first:
        follows = not _differs_in_chain(connection, letter)
    elif follows and before is not None:
        follows = (
            letter.chain_device == before.chain_device
            and letter.first_seq == before.last_seq + 1
            and letter.digest_before == before.digest_after
        )
    return follows


def _mark_fork(connection: Connection, letter: LetterRow) -> None:
    letters.set_state(connection, letter, letters.FORK, registry.next_event(connection), "letter-fork")


def _take_run(connection: Connection, run: Sequence[LetterRow]) -> int:
    taken = 0
    for letter in run:
        event_no = registry.next_event(connection)
        now = replace(letter, state=letters.TAKEN, event_no=event_no)
        if not go_through(connection, now, BatchHeader.from_bytes(letter.header), merges=True):
            letters.set_state(connection, letter, letters.FORK, event_no, "letter-fork")
            break
        letters.set_state(connection, letter, letters.TAKEN, event_no)
        taken += 1
    return taken


def refuse_letter(connection: Connection, letter: LetterRow, reason: str) -> None:
    """Keeps a letter that waited apart for good; the receipt tells of it."""
    letters.set_state(connection, letter, letters.REFUSED, registry.next_event(connection), reason)


def refuse_beyond(connection: Connection, sender: DeviceRow) -> None:
    """Marks what waits of a device that has been revoked."""
    for letter in letters.of_device(connection, sender.clinic_id, sender.device, letters.WAITING):
        if is_revoked_for(sender, letter.chain_device, letter.last_seq):
            refuse_letter(connection, letter, "letter-revoked")


def meet(connection: Connection, sender: DeviceRow, event_no: int) -> None:
    """Notes a new device, or one that asks again: what it sent under a replaced code waits with it."""
    registry.put_device(connection, sender, event_no)
    if sender.state != registry.WAITING:
        return
    for letter in letters.of_device(connection, sender.clinic_id, sender.device, letters.REFUSED):
        letters.set_state(connection, letter, letters.WAITING, event_no)


def refuse_waiting(connection: Connection, code_id: str) -> None:
    """Refuses the devices that wait with this code, and their letters: the code was used or replaced."""
    for sender in registry.waiting_devices(connection):
        if sender.code_id == code_id:
            refuse_device(connection, sender)


def refuse_device(connection: Connection, sender: DeviceRow) -> None:
    """A device that is not going to be confirmed, and its letters."""
    registry.refuse_device(connection, sender, registry.next_event(connection))
    for letter in letters.of_device(connection, sender.clinic_id, sender.device, letters.WAITING):
        refuse_letter(connection, letter, CODE_GONE)
