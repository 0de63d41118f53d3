"""A journal entry and its digest. The format is stated in `resources/formats/home.md`."""

import hashlib
from dataclasses import dataclass
from typing import Final

DOMAIN: Final = b"vd/journal/1"
GENESIS: Final = bytes(32)
_NULL: Final = (-1).to_bytes(8, "big", signed=True)
_SHORT: Final = tuple(length.to_bytes(8, "big", signed=True) for length in range(1024))


def _length(length: int) -> bytes:
    """The eight bytes before a part; looked up where it is short, for a letter has thousands of them."""
    return _SHORT[length] if length < 1024 else length.to_bytes(8, "big", signed=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One change: the whole new version of one record. `base` is `device/seq` of the version replaced."""

    device: str
    seq: int
    act: str
    verb: str
    at: int
    wall_at: str
    staff: str
    kind: str
    record_id: str
    base: str | None
    body_version: int
    body: bytes
    digest: bytes

    @property
    def version_key(self) -> str:
        return version_key(self.device, self.seq)


def version_key(device: str, seq: int) -> str:
    """How `base` names a version."""
    return f"{device}/{seq}"


def digest_of(
    previous: bytes,
    *,
    device: str,
    seq: int,
    act: str,
    verb: str,
    at: int,
    wall_at: str,
    staff: str,
    kind: str,
    record_id: str,
    base: str | None,
    body_version: int,
    body: bytes,
) -> bytes:
    """The chained digest of one entry: 32 bytes."""
    parts = [_length(len(DOMAIN)), DOMAIN, _length(len(previous)), previous]
    for value in (device, seq, act, verb, at, wall_at, staff, kind, record_id, base, body_version):
        if value is None:
            parts.append(_NULL)
        else:
            text = str(value).encode("utf-8")
            parts += (_length(len(text)), text)
    parts += (_length(len(body)), body)
    return hashlib.sha256(b"".join(parts)).digest()


def digest_matches(previous: bytes, entry: Entry) -> bool:
    """Does the entry's digest follow from the previous one?"""
    return entry.digest == digest_of(
        previous,
        device=entry.device,
        seq=entry.seq,
        act=entry.act,
        verb=entry.verb,
        at=entry.at,
        wall_at=entry.wall_at,
        staff=entry.staff,
        kind=entry.kind,
        record_id=entry.record_id,
        base=entry.base,
        body_version=entry.body_version,
        body=entry.body,
    )
