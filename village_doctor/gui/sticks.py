"""The sticks that are plugged in: removable volumes the system has mounted, by the name people see.

Looking may take a while on a slow volume: call `find_sticks` on a thread of its own.
"""

import ctypes
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStorageInfo

_MOUNTED_UNDER: Final = ("/media/", "/run/media/", "/mnt/", "/Volumes/")
_DRIVE_REMOVABLE: Final = 2
_NOT_STICKS: Final = frozenset({"tmpfs", "squashfs", "overlay", "nfs", "nfs4", "cifs", "autofs"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Stick:
    """`name`: what the system calls it; `folder`: where it is."""

    name: str
    folder: Path


def find_sticks() -> tuple[Stick, ...]:
    """Every stick that is mounted and can be written to, in the order of their places."""
    return sticks_among(QStorageInfo.mountedVolumes())


def sticks_among(volumes: Iterable[QStorageInfo]) -> tuple[Stick, ...]:
    """The sticks among these volumes."""
    found = [
        Stick(name=volume.displayName() or volume.rootPath(), folder=Path(volume.rootPath()))
        for volume in volumes
        if volume.isValid() and volume.isReady() and not volume.isReadOnly() and _is_stick(volume)
    ]
    return tuple(sorted(found, key=lambda one: str(one.folder)))


def _is_stick(volume: QStorageInfo) -> bool:
    place = volume.rootPath()
    if sys.platform == "win32":
        return int(ctypes.windll.kernel32.GetDriveTypeW(place)) == _DRIVE_REMOVABLE
    is_network_or_memory = bytes(volume.fileSystemType().data()).decode(errors="replace") in _NOT_STICKS
    return place.startswith(_MOUNTED_UNDER) and not volume.isRoot() and not is_network_or_memory
