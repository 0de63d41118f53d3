"""Encrypted copies of the store: one file, made online, verified before it counts (`home.md` "Backups").

A copy for outside the laptop carries only the slots it is given. File names mean nothing.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

from sqlcipher3 import dbapi2

from village_doctor.domain.changes.canonical import decode_canonical, encode_canonical
from village_doctor.domain.changes.codec import from_json, instant_of
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import whole_file
from village_doctor.store.database import Connection, connect
from village_doctor.store.errors import store_problems

MAGIC: Final = b"village-doctor-backup 1\n"
SUFFIX: Final = ".vdbackup"
MAX_HEADER: Final = 64 * 1024
KEPT_DAYS: Final = 7
CHUNK: Final = 1024 * 1024

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupHeader:
    """What stands before the database bytes; `slots` is the slot file's JSON. `sha256` covers all the rest."""

    database_id: str
    schema: int
    made_at: str
    device: str
    seq: int
    digest: str
    size: int
    sha256: str
    slots: Mapping[str, JsonValue]


def copy_database(source: Connection, target: Path, key: bytes, progress: Progress | None = None) -> None:
    """An online copy with the same key into the new file `target`, checked for damage."""
    with store_problems():
        copy: Connection = dbapi2.connect(str(target), isolation_level=None)
        try:
            copy.execute("PRAGMA cipher_log_level = NONE")
            copy.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            source.backup(
                copy,
                pages=256,
                progress=None if progress is None else lambda _s, rest, total: progress(total - rest, total),
            )
        finally:
            copy.close()
    target.chmod(0o600)
    check_copy(target, key)


def check_copy(path: Path, key: bytes) -> None:
    """Raises Problem `store-damaged` unless SQLCipher and SQLite find the file whole."""
    connection = connect(path, key, query_only=True)
    try:
        check_integrity(connection)
    finally:
        connection.close()


def check_integrity(connection: Connection) -> None:
    """Raises Problem `store-damaged` for a broken page, index or reference."""
    with store_problems():
        whole = connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        whole = whole and connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        if not whole or connection.execute("PRAGMA foreign_key_check").fetchall():
            raise Problem("store-damaged")


def write_backup(target: Path, database: Path, header: Mapping[str, JsonValue]) -> None:
    """Writes header and database bytes aside, synced and renamed, then reads the file back.

    Raises Problem `backup-damaged` when it does not read back; then it is not kept.
    """
    described = {**header, "size": database.stat().st_size}
    with database.open("rb") as data:
        line = encode_canonical({**described, "sha256": _checksum(described, data)[1]})
        data.seek(0)
        with whole_file(target) as out:
            out.write(MAGIC + line + b"\n")
            shutil.copyfileobj(data, out, CHUNK)
    try:
        verify_backup(target)
    except BaseException:
        target.unlink()
        raise


def replace_slots(path: Path, slots: JsonValue) -> None:
    """Writes a backup again with other slots, whole or not at all. Raises Problem `backup-damaged`."""
    with path.open("rb") as data:
        header = read_header(data)
        start = data.tell()
        _verify(header, data)
        described = {
            item.name: getattr(header, item.name) for item in fields(header) if item.name != "sha256"
        }
        described["slots"] = slots
        data.seek(start)
        _, sha256 = _checksum(described, data)
        data.seek(start)
        with whole_file(path) as out:
            out.write(MAGIC + encode_canonical({**described, "sha256": sha256}) + b"\n")
            shutil.copyfileobj(data, out, CHUNK)


def verify_backup(backup: Path) -> None:
    """Raises Problem `backup-not-ours` or `backup-damaged` unless every byte is as it was written."""
    with backup.open("rb") as data:
        _verify(read_header(data), data)


def _verify(header: BackupHeader, data: BinaryIO) -> None:
    described = {item.name: getattr(header, item.name) for item in fields(header) if item.name != "sha256"}
    if _checksum(described, data) != (header.size, header.sha256):
        raise Problem("backup-damaged")


def _checksum(described: Mapping[str, JsonValue], data: BinaryIO) -> tuple[int, str]:
    """Size in bytes of the database, and SHA-256 in hex of header and database."""
    digest, size = hashlib.sha256(encode_canonical(described) + b"\n"), 0
    while chunk := data.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def read_header(data: BinaryIO) -> BackupHeader:
    """The header; the file position is then at the database bytes. Raises Problem `backup-damaged`."""
    if data.read(len(MAGIC)) != MAGIC:
        raise Problem("backup-not-ours")
    line = data.readline(MAX_HEADER)
    if not line.endswith(b"\n"):
        raise Problem("backup-damaged")
    try:
        header: BackupHeader = from_json(BackupHeader, decode_canonical(line.removesuffix(b"\n")))
        instant_of(header.made_at)
    except ValueError as error:
        raise Problem("backup-damaged") from error
    return header


def unpack(backup: Path, target: Path) -> BackupHeader:
    """Writes the database of a backup into the new file `target`. Raises Problem `backup-damaged`."""
    with backup.open("rb") as data:
        header = read_header(data)
        with whole_file(target) as out:
            shutil.copyfileobj(data, out, CHUNK)
    try:
        with target.open("rb") as unpacked:
            _verify(header, unpacked)
    except BaseException:
        target.unlink()
        raise
    return header


def backups_in(folder: Path) -> list[tuple[BackupHeader, Path]]:
    """Readable backups in a folder, oldest first; files that are not ours are left alone."""
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            with path.open("rb") as data:
                found.append((read_header(data), path))
        except (Problem, OSError):
            continue
    return sorted(found, key=lambda item: (item[0].made_at, item[1].name))


def prune(folder: Path, database_id: str, today: date, made_on: Callable[[str], date]) -> list[Path]:
    """Keeps the newest backup of this store of each of the last seven days with one; returns what was removed.

    Backups dated ahead by a wrong clock are counted apart: they never push out true ones.
    """
    own = [(header, path) for header, path in backups_in(folder) if header.database_id == database_id]
    newest = {made_on(header.made_at): path for header, path in own}
    past = [day for day in sorted(newest, reverse=True) if day <= today]
    ahead = [day for day in sorted(newest) if day > today]
    kept = {newest[day] for day in (*past[:KEPT_DAYS], *ahead[:KEPT_DAYS])}
    gone = [path for _, path in own if path not in kept]
    for path in gone:
        path.unlink()
    return gone
