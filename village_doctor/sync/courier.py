"""Carrying files between this computer and a folder: a stick, a shared folder, a network drive.

A file appears there whole or not at all, and is read back before it counts. Files are copied off before they
are opened. What goes wrong with the folder is a Problem; the records in the computer are never touched here.
"""

import contextlib
import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, cast

from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import whole_file
from village_doctor.foundation.ids import RandomBytes
from village_doctor.foundation.secrets import fresh_bytes
from village_doctor.sync.seal import MOST_SEALED, TooLarge

BATCH: Final = ".vdbatch"
RECEIPT: Final = ".vdreceipt"
INVITATION: Final = ".vdinvite"
_CHUNK: Final = 1024 * 1024
_ASIDE: Final = re.compile(r"\.aside-[0-9a-f]{32}")
_NAME_BYTES: Final = 16
_PROBLEMS: Final = {
    errno.ENOENT: "folder-missing",
    errno.ENOTDIR: "folder-missing",
    errno.ENODEV: "folder-missing",
    errno.ENXIO: "folder-missing",
    errno.ESTALE: "folder-missing",
    errno.ENOSPC: "folder-full",
    errno.EDQUOT: "folder-full",
    errno.EFBIG: "folder-full",
    errno.EACCES: "folder-read-only",
    errno.EPERM: "folder-read-only",
    errno.EROFS: "folder-read-only",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A copy in the computer: where it lies, SHA-256 in hexadecimal, size in bytes."""

    path: Path
    sha256: str
    size: int


def new_name(suffix: str, random_bytes: RandomBytes) -> str:
    """A file name that means nothing: 32 hexadecimal digits and the suffix."""
    return fresh_bytes(_NAME_BYTES, random_bytes).hex() + suffix


def deliver(folder: Path, name: str, write: Callable[[BinaryIO], None]) -> str:
    """Puts what `write` writes into the folder under that name; gives the file's SHA-256 in hexadecimal.

    When this returns, the file is there, whole, and was read back from the medium where the system allows to.
    Raises Problem `folder-missing`, `folder-full`, `folder-read-only`, `folder-error`, `folder-differs`; an
    OSError of `write` that does not come from the folder passes through unchanged.
    """
    written = ""
    with _Told(folder) as told, whole_file(folder / name) as file:
        target = _Hashing(file)
        try:
            write(cast("BinaryIO", target))
        except OSError as error:
            told.is_elsewhere = error is not target.failure
            raise
        written = target.sha256
    with _Told(folder):
        is_same = _read_back(folder / name) == written
    if not is_same:
        with contextlib.suppress(OSError):
            (folder / name).unlink()
        raise Problem("folder-differs", folder=folder)
    return written


def clear_leftovers(folder: Path) -> int:
    """Removes what a crash left aside there, and gives the number removed; to be called before delivering.

    Raises Problem `folder-missing`, `folder-read-only`, `folder-error`.
    """
    with _Told(folder):
        leftovers = [path for path in folder.iterdir() if _ASIDE.fullmatch(path.name) and _is_file(path)]
        for path in leftovers:
            path.unlink(missing_ok=True)
    return len(leftovers)


def waiting_files(folder: Path, suffix: str) -> list[Path]:
    """The files with that suffix, sorted by name; no hidden ones, no links. Raises Problem `folder-missing`, `-error`."""
    with _Told(folder, reading=True):
        return sorted(
            path
            for path in folder.iterdir()
            if path.name.lower().endswith(suffix) and not path.name.startswith(".") and _is_file(path)
        )


def fetch(path: Path, aside_folder: Path) -> Fetched:
    """Copies a file off the folder into `.aside-<32 hex digits>` of `aside_folder`; the caller removes the copy.

    Raises Problem `folder-missing`, `folder-error`; TooLarge for a file beyond every limit; an OSError of
    `aside_folder` passes through unchanged. Nothing is left after an error.
    """
    with _Told(path.parent, reading=True):
        source = _opened(path)
    with source:
        aside = aside_folder / f".aside-{os.urandom(_NAME_BYTES).hex()}"
        copy = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(copy, "wb") as target:
                hash_, size = hashlib.sha256(), 0
                for chunk in _chunks(source, path.parent):
                    hash_.update(chunk)
                    size += len(chunk)
                    if size > MOST_SEALED:
                        raise TooLarge
                    target.write(chunk)
        except BaseException:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise
    return Fetched(path=aside, sha256=hash_.hexdigest(), size=size)


def lies_there(folder: Path, name: str, sha256: str) -> bool:
    """Does the folder still hold that file, byte for byte? False also for one that cannot be read."""
    path = folder / name
    try:
        return _is_file(path) and _hash_of(path) == sha256
    except OSError:
        return False


def remove_if_same(path: Path, sha256: str) -> bool:
    """Removes the file if it is still the one with that hash; false where it is not, or is gone.

    Raises Problem `folder-read-only`, `folder-error`, and `folder-missing` when the folder goes in the middle of it.
    """
    with _Told(path.parent):
        if not _is_file(path) or _hash_of(path) != sha256:
            return False
        path.unlink(missing_ok=True)
    return True


# --- inside -----------------------------------------------------------------------------------------------------------

# A link, or a device file somebody put there under a letter's name, is not followed and does not make us wait.
_READING: Final = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


class _Told:
    """A block in which the folder's errors become Problems, unless they come from `elsewhere`."""

    def __init__(self, folder: Path, *, reading: bool = False) -> None:
        self._folder = folder
        self._reading = reading
        self.is_elsewhere = False

    def __enter__(self) -> "_Told":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if not isinstance(error, OSError) or self.is_elsewhere:
            return
        code = _PROBLEMS.get(error.errno or 0, "folder-error")
        if self._reading and code != "folder-missing":
            code = "folder-error"
        raise Problem(code, folder=self._folder) from error


class _Hashing:
    """A file to write to that knows the hash of what was written, and which errors were its own."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.failure: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            self._file.write(data)
        except OSError as error:
            self.failure = error
            raise
        self._hash.update(data)
        return len(data)

    def flush(self) -> None:
        """The file is flushed and synced at its end."""

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def _read_back(path: Path) -> str:
    """The hash of what the medium holds: the system is asked to forget what it remembers of the file."""
    if hasattr(os, "posix_fadvise"):
        descriptor = os.open(path, _READING)
        try:
            with contextlib.suppress(OSError):  # advice; some file systems know none
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
    return _hash_of(path)


def _opened(path: Path) -> BufferedReader:
    """A plain file for reading. Raises OSError also for a link, a pipe, a folder."""
    descriptor = os.open(path, _READING)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _hash_of(path: Path) -> str:
    with _opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _chunks(source: BinaryIO, folder: Path) -> Iterator[bytes]:
    """The file's bytes; only reading them is the folder's affair."""
    while True:
        with _Told(folder, reading=True):
            chunk = source.read(_CHUNK)
        if not chunk:
            return
        yield chunk


def _is_file(path: Path) -> bool:
    """A plain file, not a link to one, nor one that has gone meanwhile."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False
