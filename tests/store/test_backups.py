"""Copies: online, encrypted, verified before they count; one altered byte anywhere and they are refused."""

import hashlib
import random
from datetime import date

import pytest

from tests.store.laptop import BEGINNING, KEY, RESIDENT, Laptop, everything, store_file
from tests.village import files_in
from village_doctor.domain.changes.canonical import decode_canonical, encode_canonical
from village_doctor.domain.clinic import Setting
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.store import backups
from village_doctor.store.database import connect

HEADER: dict[str, JsonValue] = {
    "database_id": "0190a000-0000-7000-8000-0000000000d0",
    "schema": 1,
    "made_at": "2026-11-23T01:10:00.000Z",
    "device": "0190a000-0000-7000-8000-0000000000d1",
    "seq": 5,
    "digest": "00" * 32,
    "slots": {"format": "village-doctor/key-slots", "version": 1},
}


@pytest.fixture
def laptop(tmp_path):
    (tmp_path / "home").mkdir()
    laptop = Laptop("a", store_file(tmp_path / "home" / "store.db"))
    laptop.save(*BEGINNING)
    yield laptop
    laptop.connection.close()


@pytest.fixture
def backup(tmp_path, laptop):
    """A whole backup, and the folder in which to take it apart."""
    (tmp_path / "out").mkdir()
    backups.copy_database(laptop.connection, tmp_path / "copy.db", KEY)
    backups.write_backup(tmp_path / "out" / "a.vdbackup", tmp_path / "copy.db", HEADER)
    (tmp_path / "copy.db").unlink()
    return tmp_path / "out" / "a.vdbackup"


def refused(backup, target):
    """The code of the Problem with which a backup is refused; nothing is left behind."""
    with pytest.raises(Problem) as caught:
        backups.unpack(backup, target)
    assert not target.exists()
    return caught.value.code


def test_a_copy_holds_what_was_committed_with_the_same_key(tmp_path, laptop):
    backups.copy_database(laptop.connection, tmp_path / "copy.db", KEY)
    copy = connect(tmp_path / "copy.db", KEY, query_only=True)
    assert everything(copy) == everything(laptop.connection)
    copy.close()
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Problem):
        connect(tmp_path / "copy.db", bytes(32))


def test_a_copy_is_one_consistent_state_while_somebody_writes_on(tmp_path, laptop):
    for number in range(40):
        laptop.save(*(Setting(id=f"key-{number}-{n}", value="x" * 500) for n in range(20)))
    writer = connect(tmp_path / "home" / "store.db", KEY)
    reading = connect(tmp_path / "home" / "store.db", KEY, query_only=True)
    told: list[tuple[int, int]] = []

    def write_on(done, total):
        told.append((done, total))
        if len(told) < 3:
            sql = "INSERT INTO setting (id, value, created_act) VALUES (?, 'x', 'y')"
            writer.execute(sql, (f"late-{len(told)}",))

    backups.copy_database(reading, tmp_path / "copy.db", KEY, write_on)
    assert told[-1][0] == told[-1][1]
    copy = connect(tmp_path / "copy.db", KEY, query_only=True)
    backups.check_integrity(copy)
    assert copy.execute("SELECT count(*) FROM setting WHERE id LIKE 'key-%'").fetchone() == (800,)
    for connection in (writer, reading, copy):
        connection.close()


def test_a_backup_is_a_line_a_header_and_the_database_as_home_md_says(backup):
    data = backup.read_bytes()
    magic, header, database = data.split(b"\n", 2)
    assert magic == b"village-doctor-backup 1"
    value = decode_canonical(header)
    assert isinstance(value, dict)
    assert set(value) == {*HEADER, "size", "sha256"}
    assert value["size"] == len(database)
    without = {name: item for name, item in value.items() if name != "sha256"}
    assert value["sha256"] == hashlib.sha256(encode_canonical(without) + b"\n" + database).hexdigest()
    assert backup.stat().st_mode & 0o777 == 0o600


def test_unpacking_gives_the_header_and_the_database_back(tmp_path, laptop, backup):
    header = backups.unpack(backup, tmp_path / "store.db")
    assert (header.database_id, header.seq, header.made_at) == (HEADER["database_id"], 5, HEADER["made_at"])
    assert header.slots == HEADER["slots"]
    again = connect(tmp_path / "store.db", KEY, query_only=True)
    assert everything(again) == everything(laptop.connection)
    again.close()


def test_no_flipped_bit_goes_unnoticed(tmp_path, backup):
    data = backup.read_bytes()
    header_end = data.index(b"\n", 30)
    chance = random.Random(7)
    places = [
        *range(header_end + 2),
        *(chance.randrange(header_end, len(data)) for _ in range(150)),
        len(data) - 1,
    ]
    for place in places:
        altered = bytearray(data)
        altered[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(altered)
        assert refused(backup, tmp_path / "store.db") in ("backup-not-ours", "backup-damaged"), place


def test_a_backup_that_was_cut_or_grew_is_refused(tmp_path, backup):
    data = backup.read_bytes()
    header_end = data.index(b"\n", 30) + 1
    lengths = [
        0,
        1,
        10,
        23,
        24,
        25,
        300,
        header_end - 1,
        header_end,
        header_end + 1,
        header_end + 4096,
        len(data) - 1,
    ]
    for length in lengths:
        backup.write_bytes(data[:length])
        assert refused(backup, tmp_path / "store.db") in ("backup-not-ours", "backup-damaged"), length
    backup.write_bytes(data + b"x")
    assert refused(backup, tmp_path / "store.db") == "backup-damaged"
    backup.write_bytes(data)
    backups.unpack(backup, tmp_path / "store.db")


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": "5"},
        {"schema": None},
        {"made_at": 5},
        {"made_at": "yesterday"},
        {"size": "7"},
        {"extra": 1},
        {"sha256": "00" * 32},
        {"slots": None},
    ],
    ids=repr,
)
def test_a_header_that_is_not_one_of_ours_is_refused(tmp_path, backup, changes):
    magic, line, database = backup.read_bytes().split(b"\n", 2)
    value = decode_canonical(line)
    assert isinstance(value, dict)
    value.update(changes)
    without = {name: item for name, item in value.items() if name != "sha256"}
    if "sha256" not in changes:
        value["sha256"] = hashlib.sha256(encode_canonical(without) + b"\n" + database).hexdigest()
    backup.write_bytes(b"\n".join((magic, encode_canonical(value), database)))
    assert refused(backup, tmp_path / "store.db") == "backup-damaged"


def test_a_header_of_more_than_64_kib_is_refused(tmp_path, backup):
    backup.write_bytes(backups.MAGIC + b'{"a":"' + b"x" * 70_000 + b'"}\n')
    assert refused(backup, tmp_path / "store.db") == "backup-damaged"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"village-doctor-backup 2\n{}\n"])
def test_another_file_is_not_taken_for_a_backup(tmp_path, backup, data):
    backup.write_bytes(data)
    assert refused(backup, tmp_path / "store.db") == "backup-not-ours"


def test_a_backup_that_does_not_read_back_as_it_was_written_is_not_kept(
    tmp_path, laptop, backup, monkeypatch
):
    backups.copy_database(laptop.connection, tmp_path / "copy.db", KEY)
    monkeypatch.setattr(backups, "verify_backup", refuse_all)
    with pytest.raises(Problem) as caught:
        backups.write_backup(tmp_path / "out" / "b.vdbackup", tmp_path / "copy.db", HEADER)
    assert caught.value.code == "backup-damaged"
    assert [path.name for path in files_in(tmp_path / "out")] == ["a.vdbackup"]


def refuse_all(path):
    raise Problem("backup-damaged")


# --- keeping seven days ----------------------------------------------------------------------------


def made(folder, database, name, made_at, **given):
    backups.write_backup(folder / name, database, {**HEADER, "made_at": made_at, **given})


def pruned(folder, today="2026-11-09"):
    gone = backups.prune(folder, str(HEADER["database_id"]), date.fromisoformat(today), made_on)
    return {path.name for path in gone}


def made_on(made_at):
    return date.fromisoformat(made_at[:10])


@pytest.fixture
def folder(tmp_path, laptop):
    """A folder for backups, and beside it the copy of a store to make them from."""
    backups.copy_database(laptop.connection, tmp_path / "copy.db", KEY)
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def test_the_newest_of_each_of_the_last_seven_days_is_kept(tmp_path, folder):
    for day in range(1, 10):
        made(folder, tmp_path / "copy.db", f"{day}-early.vdbackup", f"2026-11-{day:02d}T01:00:00.000Z")
        made(folder, tmp_path / "copy.db", f"{day}-late.vdbackup", f"2026-11-{day:02d}T09:00:00.000Z")
    (folder / "notes.txt").write_text("not ours")
    (folder / "broken.vdbackup").write_text("not ours either")
    assert len(pruned(folder)) == 11
    kept = {f"{day}-late.vdbackup" for day in range(3, 10)}
    assert {path.name for path in files_in(folder)} == {*kept, "notes.txt", "broken.vdbackup"}


def test_days_without_a_backup_do_not_push_old_ones_out(tmp_path, folder):
    for number, day in enumerate(("2025-01-05", "2026-03-02", "2026-11-01")):
        made(folder, tmp_path / "copy.db", f"{number}.vdbackup", f"{day}T01:00:00.000Z")
    assert pruned(folder) == set()


def test_backups_of_another_clinic_in_the_same_folder_are_left_alone(tmp_path, folder):
    for day in range(1, 10):
        made(
            folder,
            tmp_path / "copy.db",
            f"{day}.vdbackup",
            f"2026-11-{day:02d}T01:00:00.000Z",
            database_id="x",
        )
    made(folder, tmp_path / "copy.db", "own.vdbackup", "2026-01-01T01:00:00.000Z")
    assert pruned(folder) == set()


def test_backups_dated_ahead_by_a_wrong_clock_push_out_no_true_one(tmp_path, folder):
    for day in range(1, 8):
        made(folder, tmp_path / "copy.db", f"true-{day}.vdbackup", f"2026-11-{day:02d}T01:00:00.000Z")
        made(folder, tmp_path / "copy.db", f"ahead-{day}.vdbackup", f"2031-11-{day:02d}T01:00:00.000Z")
    assert pruned(folder) == set()


def test_damage_in_the_store_itself_stops_the_copy(tmp_path, laptop):
    laptop.connection.execute("PRAGMA foreign_keys = OFF")
    laptop.connection.execute("DELETE FROM resident WHERE id = ?", (RESIDENT.id,))
    with pytest.raises(Problem) as caught:
        backups.copy_database(laptop.connection, tmp_path / "copy.db", KEY)
    assert caught.value.code == "store-damaged"
