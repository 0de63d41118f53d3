"""Which of the mounted volumes is a stick: what one plugs in and can write to, and nothing of the computer's own."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from village_doctor.gui.sticks import Stick, find_sticks, sticks_among


@dataclass
class Volume:
    """A mounted volume as the system tells of it."""

    place: str
    name: str = "KINGSTON"
    kind: bytes = b"vfat"
    writable: bool = True
    ready: bool = True

    def rootPath(self):
        return self.place

    def displayName(self):
        return self.name

    def fileSystemType(self):
        return SimpleNamespace(data=lambda: self.kind)

    def isValid(self):
        return True

    def isReady(self):
        return self.ready

    def isReadOnly(self):
        return not self.writable

    def isRoot(self):
        return self.place == "/"


@pytest.mark.parametrize("place", ["/media/doctor/KINGSTON", "/run/media/doctor/KINGSTON", "/mnt/stick"])
def test_what_is_plugged_in_is_a_stick_and_keeps_its_name(place):
    volumes: Any = [Volume("/"), Volume(place)]
    assert sticks_among(volumes) == (Stick(name="KINGSTON", folder=Path(place)),)


@pytest.mark.parametrize(
    "volume",
    [
        Volume("/"),
        Volume("/home"),
        Volume("/media/doctor/LOCKED", writable=False),
        Volume("/media/doctor/GONE", ready=False),
        Volume("/mnt/share", kind=b"cifs"),
        Volume("/run/user/1000", kind=b"tmpfs"),
    ],
)
def test_everything_else_is_not(volume):
    assert sticks_among([volume]) == ()


def test_looking_at_this_computer_finds_no_part_of_its_own_disk():
    assert all(stick.folder != Path("/") for stick in find_sticks())
