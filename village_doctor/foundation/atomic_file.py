"""Files that appear whole or not at all: write aside in the same folder, sync, rename, sync the folder.

Whatever fails before the rename leaves the old file as it was. An error is always raised as it came
(OSError); the file written aside is removed, unless the process itself dies: then `remove_leftovers`
clears it away at the next opening. It makes no folders and keeps no old versions.
"""

import contextlib
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

_ASIDE_NAME: Final = re.compile(r"\.aside-[0-9a-f]{32}(-wal|-shm|-journal)?")
# Windows refuses a rename while a virus scanner or indexer looks at the file: wait and try again.
_RENAME_TRIES: Final = 6 if sys.platform == "win32" else 1
_RENAME_PAUSE_SECONDS: Final = 0.1


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put `data` at `path`; when this returns, it is on the disk. Raises OSError, see `whole_file`."""
    with whole_file(path, mode) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: Path, mode: int = 0o600) -> Iterator[BinaryIO]:
    """A file to write to, which stands at `path` only after the block ended without an error.

    Raises OSError. If the last step fails (syncing the folder), the new file is in place, whole, but
    may not survive a power cut. `mode` is narrowed by the umask; Windows ignores it.
    """
    aside = path.parent / f".aside-{os.urandom(16).hex()}"
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with _closing_quietly_on_error(os.fdopen(descriptor, "wb")) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _rename(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
    _sync_folder(path.parent)


def remove_leftovers(folder: Path) -> int:
    """Remove what a crash left aside in `folder`; gives the number removed. Missing folder: 0.

    Only for the moment of opening, while nobody else writes there.
    """
    if not folder.is_dir():
        return 0
    leftovers = [path for path in folder.iterdir() if _ASIDE_NAME.fullmatch(path.name) and path.is_file()]
    for path in leftovers:
        path.unlink()
    return len(leftovers)


@contextlib.contextmanager
def _closing_quietly_on_error(file: BinaryIO) -> Iterator[BinaryIO]:
    """Close at the end; after an error without a second one, for closing would flush to the full disk again."""
    try:
        yield file
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        raise
    file.close()


def _rename(aside: Path, path: Path) -> None:
    for tries_left in reversed(range(_RENAME_TRIES)):
        try:
            aside.replace(path)
        except PermissionError:
            if not tries_left:
                raise
            time.sleep(_RENAME_PAUSE_SECONDS)
        else:
            return


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # a folder cannot be opened for syncing there; NTFS journals the rename
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
