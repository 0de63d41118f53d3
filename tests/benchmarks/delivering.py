"""Letters: making one, its size on the stick, and the township taking in thirty villages' year.

Floors, each in the same process and on the same disk: a bare loop of json.dumps, Zstandard and age over the same changes;
gzip -9 of the same rows as CSV; and for the township decrypting, decompressing, json.loads and executemany of journal
and current rows into an encrypted database, without a check, a merge or a receipt.
"""

import csv
import gzip
import io
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pyrage
from backports import zstd
from sqlcipher3 import dbapi2

from tests.benchmarks.letters import Sender
from tests.benchmarks.measuring import Row, compared, take_turns
from tests.benchmarks.village import PASSWORD, QUICK_KDF
from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.kinds import KINDS
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services import enrolling, sending
from village_doctor.services.workplace import Workplace
from village_doctor.store import journal
from village_doctor.store.database import Connection
from village_doctor.sync import invitations
from village_doctor.township import confirming, inviting, office, receiving
from village_doctor.township.office import Office

MAKING_BUDGET, SIZE_BUDGET, INTAKE_BUDGET, TWICE_BUDGET = 2.0, 1.5, 3.0, 2.1
VISITS = 300


def _new_office(folder: Path, *, practice: bool = False) -> Office:
    surroundings = Surroundings(kdf_cost=QUICK_KDF, state_folder=folder / "machine")
    return office.create_office(
        folder / "township", surroundings, PASSWORD, "青石镇卫生院", practice=practice
    ).office


def _invitation(found: Office, code: str) -> tuple[bytes, tuple[str, ...]]:
    with TemporaryDirectory(prefix="village-doctor-bench-") as name:
        invited = inviting.invite(found, code, "三湾村卫生室", Path(name))
    return invited.data, invited.words


# --- making a batch -----------------------------------------------------------------------------------


def making_row(workplace: Workplace, rounds: int = 15) -> Row:
    """`send` of one letter of some thousand changes, cut, signed, sealed, written, synced and read back."""
    with TemporaryDirectory(prefix="village-doctor-bench-") as name:
        folder = Path(name)
        found = _new_office(folder, practice=True)  # the sample's home is a practice home for ever
        data, words = _invitation(found, "000101")
        found.close()
        enrolling.enrol(workplace, data, " ".join(words))
        recipient = pyrage.x25519.Recipient.from_str(invitations.read(data).letters_recipient)
        sending.send(workplace, folder)
        newest = workplace.query(_newest_letter)
        workplace.write(lambda writing: _mark_delivered_before(writing.connection, newest[0]))
        changes = [_as_value(entry) for entry in workplace.query(_entries_between, newest[1], newest[2])]

        def ours(_: int) -> None:
            for path in folder.glob("*.vdbatch"):
                path.unlink()
            workplace.write(lambda writing: _forget(writing.connection, newest[0]))
            assert sending.send(workplace, folder).new == 1

        def floor(_: int) -> None:
            plain = b"".join(_dumped(change) for change in changes)
            (folder / "floor").write_bytes(pyrage.encrypt(zstd.compress(plain, level=9), [recipient]))

        return compared(
            "make a batch", *take_turns(ours, floor, rounds), MAKING_BUDGET, {"changes": len(changes)}
        )


def _newest_letter(connection: Connection) -> tuple[int, int, int]:
    row = connection.execute(
        "SELECT batch_no, first_seq, last_seq FROM batch ORDER BY batch_no DESC LIMIT 1"
    ).fetchone()
    return row[0], row[1], row[2]


def _mark_delivered_before(connection: Connection, batch_no: int) -> None:
    connection.execute("UPDATE batch SET state = 'delivered' WHERE batch_no < ?", (batch_no,))


def _forget(connection: Connection, batch_no: int) -> None:
    """As if the letter had never been cut."""
    connection.execute("DELETE FROM batch_file WHERE batch_no = ?", (batch_no,))
    connection.execute("DELETE FROM batch WHERE batch_no = ?", (batch_no,))


def _entries_between(connection: Connection, first: int, last: int) -> list[Entry]:
    return list(journal.entries(connection, "seq BETWEEN ? AND ?", (first, last)))


def _as_value(entry: Entry) -> dict[str, object]:
    """What a change line says, as json.loads would give it."""
    value = {
        "act": entry.act,
        "at": entry.at,
        "base": entry.base,
        "body": json.loads(entry.body),
        "body_version": entry.body_version,
        "id": entry.record_id,
        "kind": entry.kind,
        "staff": entry.staff,
        "verb": entry.verb,
        "wall_at": entry.wall_at,
    }
    return {name: one for name, one in value.items() if one is not None}


def _dumped(change: dict[str, object]) -> bytes:
    return json.dumps(change, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


# --- bytes per visit ----------------------------------------------------------------------------------


def size_row(workplace: Workplace) -> Row:
    """Bytes of a sealed letter of 300 follow-up visits, against gzip -9 of the same table rows as CSV. Bytes, not ms."""
    entries = workplace.query(_follow_up_entries)
    visits = sum(entry.kind == "visit" for entry in entries)
    with TemporaryDirectory(prefix="village-doctor-bench-") as name:
        folder = Path(name)
        found = _new_office(folder)
        invitation = invitations.read(_invitation(found, "000101")[0])
        found.close()
        sender = Sender.invited(1, entries, invitation)
        (letter,) = sender.letters(folder, first_changes=len(entries))
        ours = letter.stat().st_size / visits
    rows = workplace.query(_rows_of, entries)
    floor = len(gzip.compress(rows, 9)) / visits
    return Row(
        name="bytes per follow-up visit",
        ours=ours,
        floor=floor,
        ratio=ours / floor,
        budget=SIZE_BUDGET,
        spread=0.0,
        more={"unit": "bytes", "visits": visits},
    )


def _follow_up_entries(connection: Connection) -> list[Entry]:
    """The newest 300 acts that recorded a follow-up: visit, readings, and what came of it."""
    acts = connection.execute(
        "SELECT act FROM journal WHERE verb = 'add_follow_up' GROUP BY act HAVING min(base) IS NULL "
        "ORDER BY min(seq) DESC LIMIT ?",
        (VISITS,),
    ).fetchall()
    wanted = {act for (act,) in acts}
    return [entry for entry in journal.entries(connection) if entry.act in wanted and entry.base is None]


def _rows_of(connection: Connection, entries: Iterable[Entry]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    for entry in sorted(entries, key=lambda entry: entry.kind):
        writer.writerow(
            connection.execute(f"SELECT * FROM {entry.kind} WHERE id = ?", (entry.record_id,)).fetchone()
        )
    return text.getvalue().encode()


# --- the township takes in ----------------------------------------------------------------------------


def intake_rows(
    workplace: Workplace, clinics: int = 30, rounds: int = 7, say: Callable[[str], None] = lambda _: None
) -> Iterator[Row]:
    """Thirty clinics, each with one village's year; then twice as many."""
    entries = workplace.query(lambda connection: list(journal.entries(connection)))
    times: dict[int, list[float]] = {clinics: [], 2 * clinics: []}
    floors: list[float] = []
    peaks: dict[int, float] = {}
    with TemporaryDirectory(prefix="village-doctor-bench-") as name:
        folder = Path(name)
        post = _Post(folder / "post", entries, 2 * clinics)
        say(f"{2 * clinics} clinics with {len(entries)} changes each wrote their letters …")
        for number in range(rounds):
            for count in times:
                peaks[count] = post.intake(folder / f"round-{number}-{count}", count, times[count])
            floors.append(post.floor(folder / f"floor-{number}.db", clinics))
            say(f"round {number + 1} of {rounds}")
    changes = clinics * len(entries)
    yield compared(
        f"township takes in {clinics} clinics",
        times[clinics],
        floors,
        INTAKE_BUDGET,
        {"changes": changes, "peak_mib": peaks[clinics]},
    )
    yield compared(
        "twice the data",
        times[2 * clinics],
        times[clinics],
        TWICE_BUDGET,
        {"changes": 2 * changes, "peak_mib": peaks[2 * clinics]},
    )


class _Post:
    """An office with confirmed clinics, saved as it was before their great letters, and those letters."""

    def __init__(self, folder: Path, entries: Sequence[Entry], clinics: int) -> None:
        self.folder = folder
        (folder / "first").mkdir(parents=True)
        found = _new_office(folder)
        self.letters: list[Path] = []
        for number in range(clinics):
            invitation = invitations.read(_invitation(found, f"{number + 1:06d}")[0])
            first, *others = Sender.invited(number, entries, invitation).letters(folder)
            first.rename(folder / "first" / first.name)
            self.letters.append(folder / str(number))
            self.letters[-1].mkdir()
            for letter in others:
                letter.rename(self.letters[-1] / letter.name)
        for waiting in receiving.receive(found, folder / "first").waiting_devices:
            confirming.confirm(found, " ".join(waiting.words))
        self.identity = pyrage.x25519.Identity.from_str(office.export_letters_key(found))
        found.close()

    def intake(self, target: Path, clinics: int, times: list[float]) -> float:
        """Takes the letters of so many clinics into a copy of the office, in a process of its own; peak memory in MiB."""
        shutil.copytree(self.folder / "township", target / "township")
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.intake", target, *self.letters[:clinics]],
            check=True,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        shutil.rmtree(target)
        milliseconds, peak = map(float, done.stdout.split())
        times.append(milliseconds)
        return peak

    def floor(self, path: Path, clinics: int) -> float:
        began = time.perf_counter()
        connection = dbapi2.connect(str(path), isolation_level=None)
        connection.execute(f"PRAGMA key = \"x'{'ab' * 32}'\"")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        names = ", ".join(_JOURNAL)
        connection.execute(
            f"CREATE TABLE entry (clinic_id, {names}, PRIMARY KEY (clinic_id, device, seq)) WITHOUT ROWID"
        )
        for kind in KINDS.values():
            columns = ", ".join(name for name in kind.field_names if name != "id")
            connection.execute(
                f"CREATE TABLE {kind.name} (clinic_id, id, {columns}, PRIMARY KEY (clinic_id, id)) WITHOUT ROWID"
            )
        for folder in self.letters[:clinics]:
            for letter in sorted(folder.iterdir()):
                self._bare(connection, letter)
        connection.close()
        path.unlink()
        return (time.perf_counter() - began) * 1000

    def _bare(self, connection: dbapi2.Connection, letter: Path) -> None:
        lines = zstd.decompress(pyrage.decrypt(letter.read_bytes(), [self.identity])).splitlines()
        header = json.loads(lines[0])
        clinic = header["clinic"]["id"]
        changes = [json.loads(line) for line in lines[1:-1]]
        first = header["chain"]["first_seq"]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            f"INSERT INTO entry VALUES ({', '.join('?' * (len(_JOURNAL) + 1))})",
            [_journal_row(clinic, header, first + place, change) for place, change in enumerate(changes)],
        )
        for kind, group in groupby(sorted(changes, key=lambda one: one["kind"]), key=lambda one: one["kind"]):
            names = [name for name in KINDS[kind].field_names if name != "id"]
            connection.executemany(
                f"INSERT OR REPLACE INTO {kind} VALUES ({', '.join('?' * (len(names) + 2))})",
                [(clinic, one["id"], *(_plain(one["body"].get(name)) for name in names)) for one in group],
            )
        connection.execute("COMMIT")


_JOURNAL = (
    *("device", "seq", "act", "verb", "at", "wall_at", "staff", "kind", "record_id", "base"),
    *("body_version", "body"),
)


def _journal_row(clinic: str, header: dict, seq: int, change: dict) -> tuple:
    return (
        clinic,
        header["chain"]["device"],
        seq,
        *(change.get(name) for name in ("act", "verb", "at", "wall_at", "staff", "kind", "id", "base")),
        change["body_version"],
        json.dumps(change["body"], ensure_ascii=False, separators=(",", ":")).encode(),
    )


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, (dict, list)) else value
