"""Seals: compressed with Zstandard, then sealed with age to one recipient; and opened again within limits.

Nothing is ever held whole: both ways work in pieces. A seal hides and protects the bytes; who wrote them says
the signature inside. A broken seal is often noticed only at its end: what was handed out before counts for
nothing until `unseal` has returned. Limits: `resources/formats/batch.md`.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, Final

import pyrage
from backports import zstd

from village_doctor.sync.identity import Identity

MOST_WINDOW: Final = 8 * 1024 * 1024
LONGEST_LINE: Final = 1024 * 1024 + 64 * 1024
MOST_PLAIN: Final = 1024 * 1024 * 1024
MOST_RATIO: Final = 200
RATIO_FREE: Final = 8 * 1024 * 1024
# What does not compress grows by less than a thousandth in either step.
MOST_SEALED: Final = MOST_PLAIN + MOST_PLAIN // 256
_PIECE: Final = 1024 * 1024
_WINDOW_LOG: Final = MOST_WINDOW.bit_length() - 1
_LEVEL: Final = 9
# A header of one recipient is a few hundred bytes. The time age takes over a header grows with the cube of its length.
_LONGEST_AGE_HEADER: Final = 8 * 1024
_AGE_HEADER_END: Final = b"\n--- "
_AGE_X25519: Final = b"\n-> X25519 "


class NotForUs(Exception):
    """None of the identities opens it. Nothing more can be said about it."""


class SealBroken(Exception):
    """Cut, altered, or never such a file. `reason` is English, for the log and for support."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


class TooLarge(Exception):
    """A limit was passed; nothing beyond it was read."""


def fingerprint(recipient: str) -> str:
    """What names a recipient in a header: SHA-256 of its text, in hexadecimal."""
    return hashlib.sha256(recipient.encode()).hexdigest()


# --- sealing ----------------------------------------------------------------------------------------------------------


def seal(plain: Iterable[bytes], recipient: str, target: BinaryIO) -> None:
    """Writes the chunks, compressed and sealed to `recipient` (`age1…`), to `target`.

    Exceptions of `plain` and of `target` pass through unchanged. Raises ValueError for a text that is no recipient.
    """
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise ValueError("not an age recipient") from error
    source, sink = _Compressing(plain), _Sink(target.write)
    try:
        pyrage.encrypt_io(source, sink, [to])
    except (OSError, pyrage.EncryptError):
        _raise_first(source.failure, sink.failure)
        raise
    _raise_first(sink.failure)  # age keeps silent about an error in its last write


def _raise_first(*failures: BaseException | None) -> None:
    """Raises what went wrong on this side of age, if anything did."""
    for failure in failures:
        if failure is not None:
            raise failure from None


class _Compressing:
    """A file to read from: the chunks as one Zstandard frame."""

    def __init__(self, plain: Iterable[bytes]) -> None:
        self._frame = _frame(plain)
        self._ready = memoryview(b"")
        self.failure: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._ready:
                self._ready = memoryview(next(self._frame))
        except StopIteration:
            return b""
        except BaseException as error:
            self.failure = error
            raise
        piece, self._ready = self._ready[:size], self._ready[size:]
        return bytes(piece)


def _frame(plain: Iterable[bytes]) -> Iterator[bytes]:
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _LEVEL,
        zstd.CompressionParameter.window_log: _WINDOW_LOG,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    compressor = zstd.ZstdCompressor(options=options)
    for chunk in plain:
        yield compressor.compress(chunk)
    yield compressor.flush()


class _Sink:
    """A file to write to, which remembers what went wrong: age would tell of it in words of its own."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self.failure: BaseException | None = None

    def write(self, data: bytes) -> int:
        if self.failure is not None:
            raise self.failure  # age tries once more to get rid of what it holds
        try:
            self._take(data)
        except BaseException as error:
            self.failure = error
            raise
        return len(data)

    def flush(self) -> None:
        """Whoever owns the file below flushes it."""


# --- opening ----------------------------------------------------------------------------------------------------------


def unseal(
    source: BinaryIO,
    identities: Sequence[Identity],
    sink: Callable[[bytes], None],
    *,
    compressed_sink: Callable[[bytes], None] | None = None,
) -> None:
    """Hands the plain bytes to `sink` in pieces of at most 1 MiB, and the compressed ones to `compressed_sink`.

    Raises NotForUs, SealBroken, TooLarge. An OSError of `source` and whatever a sink raises pass through unchanged.
    """
    unpacking = _Unpacking()

    def take(data: bytes) -> None:
        for piece in unpacking.feed(data):
            sink(piece)
        if compressed_sink is not None:
            compressed_sink(data)

    keys = [pyrage.x25519.Identity.from_str(identity.text) for identity in identities]
    sealed, target = _Source(source), _Sink(take)
    sealed.look_at_header()
    try:
        pyrage.decrypt_io(sealed, target, keys)
    except (OSError, pyrage.DecryptError) as error:
        _raise_first(sealed.failure, target.failure)
        if "No matching keys" in str(error):
            raise NotForUs from error
        raise SealBroken(str(error)) from error
    _raise_first(target.failure)
    unpacking.finish()


class _Source:
    """The sealed file: its age header within the limit, then the rest; remembers what went wrong below."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._begun = b""
        self.failure: BaseException | None = None

    def look_at_header(self) -> None:
        """Raises SealBroken for a header that no honest file has; age is not asked then."""
        begun = self._file.read(_LONGEST_AGE_HEADER)
        while len(begun) < _LONGEST_AGE_HEADER and (
            more := self._file.read(_LONGEST_AGE_HEADER - len(begun))
        ):
            begun += more
        header, end, _ = begun.partition(_AGE_HEADER_END)
        if not end:
            raise SealBroken("no age header within the limit")
        if header.count(_AGE_X25519) > 1:
            raise SealBroken("sealed to more than one recipient")
        self._begun = begun

    def read(self, size: int) -> bytes:
        if self._begun:
            piece, self._begun = self._begun[:size], self._begun[size:]
            return piece
        try:
            return self._file.read(size)
        except BaseException as error:
            self.failure = error
            raise


def decompressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The plain bytes of kept compressed ones, within the same limits. Raises SealBroken, TooLarge."""
    unpacking = _Unpacking()
    for part in parts:
        yield from unpacking.feed(part)
    unpacking.finish()


class _Unpacking:
    """One Zstandard frame, in pieces, within the limits."""

    def __init__(self) -> None:
        self._frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})
        self._taken = 0
        self._given = 0
        self._has_ended = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The plain pieces, each of at most 1 MiB, that these bytes give."""
        self._taken += len(data)
        if self._taken > MOST_SEALED:
            raise TooLarge
        if self._has_ended and data:
            raise SealBroken("something follows the Zstandard frame")
        while data or not (self._has_ended or self._frame.needs_input):
            try:
                piece = self._frame.decompress(data, max_length=_PIECE)
            except zstd.ZstdError as error:
                if "too much memory" in str(error):
                    raise TooLarge from error
                raise SealBroken(str(error)) from error
            data = b""  # what did not fit into the piece waits in the frame
            self._given += len(piece)
            if self._given > min(MOST_PLAIN, RATIO_FREE + MOST_RATIO * self._taken):
                raise TooLarge
            if piece:
                yield piece
            if self._frame.eof:
                self._has_ended = True
                if self._frame.unused_data:
                    raise SealBroken("something follows the Zstandard frame")
                return

    def finish(self) -> None:
        """Raises SealBroken unless the frame has ended."""
        if not self._has_ended:
            raise SealBroken("the Zstandard frame has no end")
