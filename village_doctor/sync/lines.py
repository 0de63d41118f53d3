"""Signed envelopes: lines of canonical JSON, the last of which closes them with a hash and a signature.

What letters and receipts have in common. The reader is fed piece by piece, holds two lines at most, and
refuses a line that is too long without waiting for its end. Nothing a reader hands out may be trusted
before its `finish` has returned. Formats: `resources/formats/batch.md`, `receipt.md`.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.foundation.secrets import KEY_BYTES
from village_doctor.sync.fields import EnvelopeWrong as EnvelopeWrong
from village_doctor.sync.fields import Fields, damaged, decoded
from village_doctor.sync.identity import SIGNATURE_BYTES, SigningKey, signature_holds

LONGEST_LINE: Final = 1024 * 1024 + 64 * 1024
LONGEST_HEADER: Final = 64 * 1024
_CHUNK: Final = 64 * 1024


def closing_line(hash_: bytes, signature: bytes) -> bytes:
    """The last line without its line feed."""
    return encode_canonical({"sha256": hash_.hex(), "signature": signature.hex()})


def signed_lines(header: bytes, lines: Iterable[bytes], key: SigningKey, domain: bytes) -> Iterator[bytes]:
    """A whole envelope in chunks of about 64 KiB. Lines come without their line feeds.

    Raises ValueError for a line that no reader would take.
    """
    running = hashlib.sha256()
    waiting, size = [header], len(header)
    if len(header) > LONGEST_HEADER:
        raise ValueError("the header is too long")
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise ValueError("a line is too long")
        waiting.append(line)
        size += len(line)
        if size >= _CHUNK:
            waiting.append(b"")
            chunk = b"\n".join(waiting)
            running.update(chunk)
            yield chunk
            waiting, size = [], 0
    if waiting:
        waiting.append(b"")
        chunk = b"\n".join(waiting)
        running.update(chunk)
        yield chunk
    hash_ = running.digest()
    yield closing_line(hash_, key.sign(domain, hash_)) + b"\n"


def envelope_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of an envelope without their line feeds. Raises EnvelopeWrong for one too long, or cut off."""
    held = b""
    for chunk in chunks:
        *lines, held = (held + chunk).split(b"\n")
        for line in lines:
            if len(line) > LONGEST_LINE:
                raise _too_long()
            yield line
        if len(held) > LONGEST_LINE:
            raise _too_long()
    if held:
        raise damaged("the last line has no end")


class EnvelopeReader:
    """Takes an envelope in pieces. `on_line(number, line)` is called for every line but the last, from 1.

    `line_count`: where something follows the envelope, how many lines it has, the closing one included.
    """

    def __init__(
        self,
        domain: bytes,
        key_of: Callable[[bytes], bytes],
        on_line: Callable[[int, bytes], None],
        line_count: int | None = None,
    ) -> None:
        self._domain = domain
        self._key_of = key_of
        self._on_line = on_line
        self._missing = line_count  # lines whose end has not come
        self._held = b""
        self._header = b""
        self._number = 0
        self._hash = hashlib.sha256()
        self.size = 0
        self.sha256 = ""  # in hexadecimal, of the whole envelope, after `finish`

    def feed(self, chunk: bytes) -> bytes:
        """Takes the next piece and gives back what follows the envelope, if the number of lines is known.

        Raises EnvelopeWrong, and what `on_line` raises.
        """
        chunk, after = self._divide(chunk)
        self.size += len(chunk)
        data = self._held + chunk
        # The last whole line is held back: it may be the closing one, which the hash does not cover.
        end = data.rfind(b"\n", 0, max(len(data) - 1, 0)) + 1
        ready, self._held = data[:end], data[end:]
        self._hash.update(ready)
        for line in ready.split(b"\n")[:-1] if end else ():
            self._number += 1
            if len(line) > self._limit(self._number):
                raise _too_long()
            if self._number == 1:
                self._header = line
            self._on_line(self._number, line)
        if len(self._held) > self._limit(self._number + 1) + 1:
            raise _too_long()
        return after

    @property
    def is_whole(self) -> bool:
        """Have all lines come? Only known where the number of lines is."""
        return self._missing == 0

    def finish(self) -> None:
        """To be called at the end of the data. Raises EnvelopeWrong unless hash and signature hold."""
        if self._missing:
            raise EnvelopeWrong("counts", "lines are missing")
        if not self._held.endswith(b"\n"):
            raise damaged("the last line has no end")
        if not self._number:
            raise damaged("there is no closing line")
        line = self._held[:-1]
        closing = Fields(decoded(line, "closing"), ("sha256", "signature"), "closing")
        signature = closing.raw("signature", SIGNATURE_BYTES)
        hash_ = self._hash.digest()
        if closing.raw("sha256", KEY_BYTES) != hash_:
            raise damaged("the hash is another one")
        if not signature_holds(self._key_of(self._header), self._domain, hash_, signature):
            raise EnvelopeWrong("signature", "the signature does not hold")
        self._hash.update(self._held)
        self.sha256 = self._hash.hexdigest()

    def _divide(self, chunk: bytes) -> tuple[bytes, bytes]:
        """What of the chunk belongs to the envelope, and what comes after its last line."""
        if self._missing is None:
            return chunk, b""
        found = chunk.count(b"\n")
        if found < self._missing:
            self._missing -= found
            return chunk, b""
        end = 0
        for _ in range(self._missing):
            end = chunk.index(b"\n", end) + 1
        self._missing = 0
        return chunk[:end], chunk[end:]

    @staticmethod
    def _limit(number: int) -> int:
        return LONGEST_HEADER if number == 1 else LONGEST_LINE


def _too_long() -> EnvelopeWrong:
    return EnvelopeWrong("too-long", "a line is too long")
