"""Lifts bodies of older versions to the current shape, so that old entries stay replayable.

Steps are pure and append-only: (kind, version) → body of version + 1.
"""

from collections.abc import Callable
from typing import Final

from village_doctor.domain.changes.canonical import decode_canonical, encode_canonical
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem

Step = Callable[[JsonValue], JsonValue]

STEPS: Final[dict[tuple[str, int], Step]] = {}


def upgrade(kind: str, version: int, body: bytes) -> bytes:
    """The body in the kind's current version. Raises Problem `body-newer` for one from a newer program."""
    current = KINDS[kind].body_version if kind in KINDS else 0
    if version > current:
        raise Problem("body-newer")
    if version == current:
        return body
    value = decode_canonical(body)
    for number in range(version, current):
        value = STEPS[kind, number](value)
    return encode_canonical(value)
