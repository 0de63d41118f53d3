"""The seal: round trips, and whatever is cut, altered, appended or too large is refused without harm."""

import errno
import hashlib
import io
import os
import subprocess
import time
import tracemalloc

import pyrage
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.test_open_batch import needs_tools
from tests.sync.letters import (
    LETTERS_IDENTITY,
    OTHER_IDENTITY,
    compressed,
    envelope_of,
    opened,
    sealed,
    sealed_raw,
)
from village_doctor.sync import seal as seals
from village_doctor.sync.seal import NotForUs, SealBroken, TooLarge, decompressed, fingerprint, seal, unseal

TO = LETTERS_IDENTITY.recipient
SMALL = b'{"a":1}\n'


@given(st.lists(st.binary(max_size=3000), max_size=8))
def test_what_was_sealed_is_opened_again(chunks):
    out = io.BytesIO()
    seal(chunks, TO, out)
    assert opened(out.getvalue()) == b"".join(chunks)


def test_a_big_letter_passes_in_pieces_of_a_mebibyte_at_most_and_memory_stays_flat(tmp_path):
    piece = os.urandom(16 * 1024) * 4
    pieces = 1024  # 64 MiB
    path = tmp_path / "letter"
    tracemalloc.start()
    with path.open("wb") as out:
        seal((os.urandom(1024) + piece[1024:] for _ in range(pieces)), TO, out)
    sizes = []
    with path.open("rb") as source:
        unseal(source, [LETTERS_IDENTITY], lambda chunk: sizes.append(len(chunk)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sizes) == pieces * len(piece)
    assert max(sizes) <= 1024 * 1024
    assert peak < 16 * 1024 * 1024


def test_the_compressed_bytes_are_handed_out_too_and_give_the_same_again():
    plain = envelope_of() * 3000
    parts: list[bytes] = []
    chunks: list[bytes] = []
    unseal(io.BytesIO(sealed(plain)), [LETTERS_IDENTITY], chunks.append, compressed_sink=parts.append)
    assert b"".join(chunks) == plain == b"".join(decompressed(parts))
    assert zstd.decompress(b"".join(parts)) == plain


def test_any_of_several_identities_opens():
    chunks: list[bytes] = []
    unseal(io.BytesIO(sealed(SMALL)), [OTHER_IDENTITY, LETTERS_IDENTITY], chunks.append)
    assert chunks == [SMALL]


@pytest.mark.parametrize("identities", [[OTHER_IDENTITY], []])
def test_a_letter_for_somebody_else_is_not_for_us(identities):
    with pytest.raises(NotForUs):
        unseal(io.BytesIO(sealed(SMALL)), identities, lambda _: None)


def test_a_byte_flipped_anywhere_is_noticed():
    letter = sealed(envelope_of())
    header_end = letter.index(b"\n--- ")
    for place in range(len(letter)):
        flipped = bytearray(letter)
        flipped[place] ^= 1 << place % 8
        # A stanza that was altered is one for another key, for all that age can say.
        expected = (SealBroken, NotForUs) if place < header_end else SealBroken
        with pytest.raises(expected):
            opened(bytes(flipped))


def test_a_file_cut_at_any_place_is_noticed():
    letter = sealed(envelope_of())
    for length in range(len(letter)):
        with pytest.raises(SealBroken):
            opened(letter[:length])


@pytest.mark.parametrize("more", [b"\0", b"x" * 100_000, sealed(SMALL)])
def test_bytes_after_the_sealed_file_are_noticed(more):
    with pytest.raises(SealBroken):
        opened(sealed(SMALL) + more)


@pytest.mark.parametrize("data", [b"", b"hello", b"age-encryption.org/v1\n", b"\0" * 100_000, b"PK\3\4" * 99])
def test_what_is_no_sealed_file_is_refused(data):
    with pytest.raises(SealBroken):
        opened(data)


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("nothing", b""),
        ("not compressed", SMALL),
        ("a frame without its end", compressed(SMALL * 1000)[:-1]),
        ("a byte after the frame", compressed(SMALL) + b"\0"),
        ("a byte after the frame, in the next piece", compressed(os.urandom(8192 - 16))[:8192] + b"\0" * 99),
        ("two frames", compressed(SMALL) * 2),
        ("a frame to skip first", b"\x50\x2a\x4d\x18\x04\0\0\0abcd" + compressed(SMALL)),
    ],
)
def test_what_is_not_one_compressed_frame_is_refused(why, data):
    with pytest.raises(SealBroken):
        opened(sealed_raw(data))
    with pytest.raises(SealBroken):
        list(decompressed([data]))


def test_the_end_of_the_frame_may_fall_anywhere_and_what_follows_is_noticed():
    """Also where the frame ends exactly with a piece, so that the next piece begins behind it."""
    frame = compressed(os.urandom(2000))
    for cut in (1, len(frame) - 1, len(frame)):
        assert len(b"".join(decompressed([frame[:cut], frame[cut:]]))) == 2000
        with pytest.raises(SealBroken):
            list(decompressed([frame[:cut], frame[cut:], b"x"]))


def test_a_window_beyond_8_mib_is_refused():
    options: dict[int, int] = {}
    for log, outcome in ((23, None), (24, TooLarge)):
        options[zstd.CompressionParameter.window_log] = log
        compressor = zstd.ZstdCompressor(options=options)
        letter = sealed_raw(compressor.compress(os.urandom(1000)) + compressor.flush())
        if outcome is None:
            assert len(opened(letter)) == 1000
        else:
            with pytest.raises(outcome):
                opened(letter)


def bomb(total: int) -> bytes:
    """A few kilobytes that become that many bytes."""
    compressor = zstd.ZstdCompressor(level=19)
    piece = bytes(1024 * 1024)
    return b"".join(compressor.compress(piece) for _ in range(total // len(piece))) + compressor.flush()


def test_a_bomb_is_refused_quickly_with_little_memory():
    letter = sealed_raw(bomb(256 * 1024 * 1024))
    assert len(letter) < 100_000
    given_out = 0

    def count(chunk):
        nonlocal given_out
        given_out += len(chunk)

    tracemalloc.start()
    begun = time.monotonic()
    with pytest.raises(TooLarge):
        unseal(io.BytesIO(letter), [LETTERS_IDENTITY], count)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - begun < 5
    assert given_out <= seals.RATIO_FREE + seals.MOST_RATIO * len(letter)
    assert peak < 8 * 1024 * 1024


def test_the_ratio_counts_only_beyond_the_first_8_mib():
    assert len(opened(sealed_raw(bomb(8 * 1024 * 1024)))) == 8 * 1024 * 1024


@pytest.mark.parametrize(("limit", "value"), [("MOST_PLAIN", 100_000), ("MOST_SEALED", 5_000)])
def test_an_envelope_beyond_the_whole_limit_is_refused(limit, value, monkeypatch):
    plain = os.urandom(100_001)
    monkeypatch.setattr(seals, limit, value)
    with pytest.raises(TooLarge):
        opened(sealed(plain))
    with pytest.raises(TooLarge):
        list(decompressed([compressed(plain)]))


def test_an_age_header_without_end_is_refused_at_once():
    """age itself would take minutes over a megabyte of it."""
    for stanza in (b"-> X25519 A\nAAAA\n", b"-> x\n" + b"A" * 64 + b"\n", b"-> X25519 " + b"A" * 999):
        begun = time.monotonic()
        with pytest.raises(SealBroken):
            opened(b"age-encryption.org/v1\n" + stanza * 100_000)
        assert time.monotonic() - begun < 2


def test_a_letter_sealed_to_two_is_refused():
    recipients = [
        pyrage.x25519.Recipient.from_str(one.recipient) for one in (LETTERS_IDENTITY, OTHER_IDENTITY)
    ]
    out = io.BytesIO()
    pyrage.encrypt_io(io.BytesIO(compressed(SMALL)), out, recipients)
    with pytest.raises(SealBroken, match="more than one"):
        opened(out.getvalue())


class Failing(io.BytesIO):
    """A stick that gives up after so many reads."""

    def __init__(self, data: bytes, reads: int) -> None:
        super().__init__(data)
        self.reads = reads

    def read(self, size=-1, /):
        self.reads -= 1
        if self.reads < 0:
            raise OSError(errno.EIO, "the stick was pulled out")
        return super().read(size)


@pytest.mark.parametrize("reads", [0, 1, 2, 5])
def test_an_error_of_the_stick_is_told_as_such_and_not_as_a_broken_seal(reads):
    with pytest.raises(OSError, match="pulled out") as raised:
        unseal(Failing(sealed(os.urandom(100_000)), reads), [LETTERS_IDENTITY], lambda _: None)
    assert raised.value.errno == errno.EIO


class Mine(Exception):
    """An exception of the caller's own."""


@pytest.mark.parametrize("error", [Mine(), OSError(errno.ENOSPC, "full"), ValueError(), KeyboardInterrupt()])
def test_what_a_callback_raises_passes_through_unchanged(error):
    def fail(*_):
        raise error

    def chunks():
        yield b"x"
        raise error

    class Target:
        def write(self, _):
            raise error

    letter = sealed(SMALL)
    for act in (
        lambda: unseal(io.BytesIO(letter), [LETTERS_IDENTITY], fail),
        lambda: unseal(io.BytesIO(letter), [LETTERS_IDENTITY], lambda _: None, compressed_sink=fail),
        lambda: seal(chunks(), TO, io.BytesIO()),
        lambda: seal([b"x"], TO, Target()),  # type: ignore[arg-type]
    ):
        with pytest.raises(type(error)) as raised:
            act()
        assert raised.value is error


def test_a_text_that_is_no_recipient_is_refused():
    with pytest.raises(ValueError, match="recipient"):
        seal([b"x"], "age1nobody", io.BytesIO())


def test_a_fingerprint_is_the_hash_of_the_text():
    assert fingerprint("age1example") == hashlib.sha256(b"age1example").hexdigest()


@needs_tools
def test_what_the_stock_tools_sealed_is_opened():
    squeezed = subprocess.run(["zstd", "-9", "-c"], input=SMALL * 999, capture_output=True, check=True).stdout
    letter = subprocess.run(["age", "-r", TO], input=squeezed, capture_output=True, check=True).stdout
    assert opened(letter) == SMALL * 999
