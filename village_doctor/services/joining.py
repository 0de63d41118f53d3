"""Joining: finding and reading the township's invitation file before `enrolling` makes anything of it.

Folders are sticks and downloads: what cannot be read is passed over, nothing in them is changed.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from village_doctor.domain.problems import Problem
from village_doctor.services import enrolling
from village_doctor.services.enrolling import TownshipShown
from village_doctor.sync import courier

_LONGEST_INVITATION: Final = 64 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class InvitationSeen:
    """An invitation file that could be read: whose it is, and the bytes that `enrol` takes."""

    path: Path
    data: bytes
    shown: TownshipShown


def look_around(folders: Sequence[Path]) -> tuple[InvitationSeen, ...]:
    """The good invitations that lie in these folders, not below them."""
    found: list[InvitationSeen] = []
    for folder in folders:
        try:
            paths = courier.waiting_files(folder, courier.INVITATION)
        except Problem:
            continue
        for path in paths:
            with contextlib.suppress(Problem):
                found.append(look_at_file(path))
    return tuple(found)


def look_at_file(path: Path) -> InvitationSeen:
    """Raises Problem `invitation-missing`, `invitation-damaged`, `invitation-newer`."""
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST_INVITATION + 1)
    except OSError as error:
        raise Problem("invitation-missing", file=path) from error
    return InvitationSeen(path=path, data=data, shown=enrolling.look_at(data))
