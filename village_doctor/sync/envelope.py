"""Letters: a piece of one device's journal, signed. The format is `resources/formats/batch.md`.

Writing is streamed from journal entries. Reading has two passes: `BatchCheck` looks at header, limits, hash
and signature and keeps nothing; `read_changes` takes the lines apart and computes every digest again. Who the
sender is and what its changes mean is not judged here.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Final, Self

from village_doctor.domain.changes.canonical import (
    MAX_BODY_BYTES,
    NotCanonical,
    decode_unproven,
    encode_canonical,
    encode_decoded,
)
from village_doctor.domain.changes.codec import INSTANT
from village_doctor.domain.changes.entry import GENESIS, Entry, digest_of
from village_doctor.domain.messages import JsonValue
from village_doctor.foundation.secrets import KEY_BYTES
from village_doctor.sync.fields import LARGEST, UUID, VERSION, EnvelopeWrong, Fields, damaged
from village_doctor.sync.identity import SigningKey
from village_doctor.sync.lines import LONGEST_HEADER, EnvelopeReader, signed_lines

FORMAT: Final = "village-doctor/batch"
DOMAIN: Final = b"vd/batch/1"
LETTERS: Final = "letters"
LONGEST_NAME: Final = 200  # characters of a record's id, a kind, a verb
_NAMES: Final = (
    *(
        "app",
        "clinic",
        "device",
        "batch_no",
        "previous",
        "chain",
        "is_act_open",
        "counts",
        "schema",
        "created_at",
    ),
    *("recipient", "receipt_seen", "knows", "practice", "enrolment", "continues"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolmentProof:
    """Which invitation the sender was given; `hmac` in hexadecimal."""

    code_id: str
    hmac: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Continues:
    """Whose place the sender took, and what it held of that one's journal."""

    device: str
    seq: int
    digest: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchHeader:
    """The first line of a letter. `previous` and `recipient_fingerprint` are hexadecimal, `created_at` an instant's text.

    `device_id`, `signing_key`, `recipient`: the sender; `chain_device`: whose journal it is.
    """

    app: str
    clinic_id: str
    clinic_code: str
    device_id: str
    signing_key: bytes
    recipient: str
    batch_no: int
    previous: str | None
    chain_device: str
    first_seq: int
    last_seq: int
    digest_before: bytes
    digest_after: bytes
    is_act_open: bool
    counts: Mapping[str, int]
    schema: int
    created_at: str
    recipient_fingerprint: str
    receipt_seen: int
    knows: Mapping[str, int]
    practice: bool
    enrolment: EnrolmentProof | None = None
    continues: Continues | None = None
    recipient_kind: str = LETTERS

    def to_bytes(self) -> bytes:
        """The line without its line feed. Raises ValueError for a header that no reader would take."""
        data = encode_canonical(_head_value(self))
        try:
            self.from_bytes(data)
        except EnvelopeWrong as error:
            raise ValueError(error.reason) from error
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The header of that line. Raises EnvelopeWrong."""
        if len(data) > LONGEST_HEADER:
            raise EnvelopeWrong("too-long", "the header is too long")
        top = Fields.of_head(data, _NAMES, FORMAT)
        clinic = top.inner("clinic", ("id", "code"))
        device = top.inner("device", ("id", "signing_key", "recipient"))
        chain = top.inner("chain", ("device", "first_seq", "last_seq", "digest_before", "digest_after"))
        sealed_to = top.inner("recipient", ("kind", "fingerprint"))
        header = cls(
            app=top.text("app"),
            clinic_id=clinic.uuid("id"),
            clinic_code=clinic.clinic_code("code"),
            device_id=device.uuid("id"),
            signing_key=device.raw("signing_key", KEY_BYTES),
            recipient=device.recipient("recipient"),
            batch_no=top.number("batch_no", 1),
            previous=None if top.value("previous") is None else top.hexadecimal("previous", KEY_BYTES),
            chain_device=chain.uuid("device"),
            first_seq=chain.number("first_seq", 1),
            last_seq=chain.number("last_seq", 1),
            digest_before=chain.raw("digest_before", KEY_BYTES),
            digest_after=chain.raw("digest_after", KEY_BYTES),
            is_act_open=top.truth("is_act_open"),
            counts=top.numbers("counts"),
            schema=top.number("schema", 1),
            created_at=top.instant("created_at"),
            recipient_kind=sealed_to.text("kind"),
            recipient_fingerprint=sealed_to.hexadecimal("fingerprint", KEY_BYTES),
            receipt_seen=top.number("receipt_seen"),
            knows=top.numbers("knows"),
            practice=top.truth("practice"),
            enrolment=_enrolment(top.optional("enrolment", ("code_id", "hmac"))),
            continues=_continues(top.optional("continues", ("device", "seq", "digest"))),
        )
        header._check()
        return header

    def _check(self) -> None:
        """What must fit together within the header. Raises EnvelopeWrong."""
        if (self.previous is None) is not (self.batch_no == 1):
            raise damaged("previous does not fit batch_no")
        if self.first_seq == 1 and self.digest_before != GENESIS:
            raise damaged("digest_before is not the beginning of a journal")
        if self.recipient_kind != LETTERS:
            raise damaged("not sealed to a letters key")
        if not all(UUID.fullmatch(device) for device in self.knows):
            raise damaged("knows something that is no device")
        if self.last_seq < self.first_seq or 0 in self.counts.values():
            raise EnvelopeWrong("counts", "there is no change in it")
        if sum(self.counts.values()) != self.last_seq - self.first_seq + 1:
            raise EnvelopeWrong("counts", "the counts do not fit the numbers")


def _head_value(header: BatchHeader) -> JsonValue:
    enrolment, continues = header.enrolment, header.continues
    return {
        "format": FORMAT,
        "version": VERSION,
        "minimum_reader": VERSION,
        "app": header.app,
        "clinic": {"id": header.clinic_id, "code": header.clinic_code},
        "device": {
            "id": header.device_id,
            "signing_key": header.signing_key.hex(),
            "recipient": header.recipient,
        },
        "batch_no": header.batch_no,
        "previous": header.previous,
        "chain": {
            "device": header.chain_device,
            "first_seq": header.first_seq,
            "last_seq": header.last_seq,
            "digest_before": header.digest_before.hex(),
            "digest_after": header.digest_after.hex(),
        },
        "is_act_open": header.is_act_open,
        "counts": dict(header.counts),
        "schema": header.schema,
        "created_at": header.created_at,
        "recipient": {"kind": header.recipient_kind, "fingerprint": header.recipient_fingerprint},
        "receipt_seen": header.receipt_seen,
        "knows": dict(header.knows),
        "practice": header.practice,
        "enrolment": None if enrolment is None else {"code_id": enrolment.code_id, "hmac": enrolment.hmac},
        "continues": None
        if continues is None
        else {"device": continues.device, "seq": continues.seq, "digest": continues.digest.hex()},
    }


def _enrolment(fields: Fields | None) -> EnrolmentProof | None:
    if fields is None:
        return None
    return EnrolmentProof(code_id=fields.uuid("code_id"), hmac=fields.hexadecimal("hmac", KEY_BYTES))


def _continues(fields: Fields | None) -> Continues | None:
    if fields is None:
        return None
    return Continues(
        device=fields.uuid("device"), seq=fields.number("seq", 1), digest=fields.raw("digest", KEY_BYTES)
    )


# --- writing ----------------------------------------------------------------------------------------------------------


def change_line(entry: Entry) -> bytes:
    """The line of one change without its line feed. The body's bytes go in as they are: they are canonical."""
    head, tail = _around_body(
        entry.act,
        entry.at,
        entry.base,
        entry.body_version,
        entry.record_id,
        entry.kind,
        entry.staff,
        entry.verb,
        entry.wall_at,
    )
    return b"".join((head, entry.body, tail))


def _around_body(
    act: str,
    at: int,
    base: str | None,
    body_version: int,
    record_id: str,
    kind: str,
    staff: str,
    verb: str,
    wall_at: str,
) -> tuple[bytes, bytes]:
    """The bytes of a line before its body and after it; the keys in their sorted order."""
    quoted = encode_basestring
    version_before = "" if base is None else f'"base":{quoted(base)},'
    head = f'{{"act":{quoted(act)},"at":{at},{version_before}"body":'
    tail = (
        f',"body_version":{body_version},"id":{quoted(record_id)},"kind":{quoted(kind)}'
        f',"staff":{quoted(staff)},"verb":{quoted(verb)},"wall_at":{quoted(wall_at)}}}'
    )
    return head.encode(), tail.encode()


def write_envelope(header: BatchHeader, entries: Iterable[Entry], key: SigningKey) -> Iterator[bytes]:
    """The whole envelope in chunks of about 64 KiB, the same bytes each time.

    Raises ValueError if the entries are not those that the header tells of, or the key is not its key.
    """
    if key.public != header.signing_key:
        raise ValueError("the key is not that of the header")
    return signed_lines(header.to_bytes(), _lines_of(header, entries), key, DOMAIN)


def _lines_of(header: BatchHeader, entries: Iterable[Entry]) -> Iterator[bytes]:
    counts: Counter[str] = Counter()
    seq, digest = header.first_seq - 1, header.digest_before
    for entry in entries:
        seq += 1
        if entry.seq != seq or entry.device != header.chain_device:
            raise ValueError("not the next entry of this journal")
        counts[entry.kind] += 1
        digest = entry.digest
        yield change_line(entry)
    if seq != header.last_seq or digest != header.digest_after or counts != header.counts:
        raise ValueError("the header tells of other entries")


# --- reading ----------------------------------------------------------------------------------------------------------


class BatchCheck:
    """First pass over the plain bytes of a letter: nothing is kept but the header.

    `fingerprints`: those of the recipients that the reader has keys of.
    """

    def __init__(self, fingerprints: Collection[str]) -> None:
        self._fingerprints = fingerprints
        self._header: BatchHeader | None = None
        self._lines = EnvelopeReader(DOMAIN, lambda _: self.header.signing_key, self._take)
        self._changes = 0

    @property
    def header(self) -> BatchHeader:
        """The header, as soon as it has been read. Raises ValueError before."""
        if self._header is None:
            raise ValueError("the header has not come yet")
        return self._header

    @property
    def sha256(self) -> str:
        """The batch hash in hexadecimal, after `finish`."""
        return self._lines.sha256

    @property
    def size(self) -> int:
        """Bytes of the envelope so far."""
        return self._lines.size

    def feed(self, chunk: bytes) -> None:
        """Takes the next piece. Raises EnvelopeWrong."""
        self._lines.feed(chunk)

    def finish(self) -> None:
        """To be called at the end. Raises EnvelopeWrong unless number of lines, hash and signature hold."""
        self._lines.finish()
        if self._changes != self.header.last_seq - self.header.first_seq + 1:
            raise EnvelopeWrong("counts", "changes are missing")

    def _take(self, number: int, line: bytes) -> None:
        if number > 1:
            self._changes += 1
            if self._changes > self.header.last_seq - self.header.first_seq + 1:
                raise EnvelopeWrong("counts", "more changes than the header tells of")
            return
        header = BatchHeader.from_bytes(line)
        if header.recipient_fingerprint not in self._fingerprints:
            raise damaged("written for another recipient, and sealed again")
        self._header = header


def read_changes(header: BatchHeader, lines: Iterable[bytes]) -> Iterator[Entry]:
    """Second pass: the entries of the lines between header and closing, with their digests.

    Raises EnvelopeWrong; at the end, if counts or the last digest are not those of the header.
    """
    seq, digest = header.first_seq - 1, header.digest_before
    counts: Counter[str] = Counter()
    for line in lines:
        seq += 1
        if seq > header.last_seq:
            raise EnvelopeWrong("counts", "more changes than the header tells of")
        entry = _entry(header.chain_device, seq, digest, line)
        digest = entry.digest
        counts[entry.kind] += 1
        yield entry
    if counts != header.counts:
        raise EnvelopeWrong("counts", "the changes are not counted as in the header")
    if digest != header.digest_after:
        raise damaged("the digests do not arrive at digest_after")


_FIELDS: Final = ("act", "at", "body", "body_version", "id", "kind", "staff", "verb", "wall_at")
_IN_ORDER: Final = itemgetter(*_FIELDS)


def _entry(device: str, seq: int, previous: bytes, line: bytes) -> Entry:
    """The entry of one line. That its bytes are canonical is proven by composing them again."""
    try:
        value = decode_unproven(line)
        if not isinstance(value, dict) or len(value) != len(_FIELDS) + ("base" in value):
            raise damaged(f"change {seq} has not the fields of version 1")
        act, at, body_value, body_version, record_id, kind, staff, verb, wall_at = _IN_ORDER(value)
        base = value.get("base")
        if not (
            type(body_value) is dict
            and type(at) is type(body_version) is int
            and type(kind) is type(staff) is type(verb) is type(record_id) is str  # a setting's id is its key
            and 0 < len(record_id) <= LONGEST_NAME
            and max(len(kind), len(staff), len(verb)) <= LONGEST_NAME
            and 0 <= at <= LARGEST
            and 1 <= body_version <= LARGEST
            and UUID.fullmatch(act)
            and INSTANT.fullmatch(wall_at)
            and ("base" not in value or _is_version(base))
        ):
            raise damaged(f"a field of change {seq} is not what it should be")
        body = encode_decoded(body_value)
        head, tail = _around_body(act, at, base, body_version, record_id, kind, staff, verb, wall_at)
    except KeyError as error:
        raise damaged(f"change {seq} has not the fields of version 1") from error
    except (NotCanonical, TypeError, UnicodeEncodeError) as error:
        raise damaged(f"change {seq} is not canonical, or a field has another type") from error
    if b"".join((head, body, tail)) != line:
        raise damaged(f"change {seq} is not canonical")
    if len(body) > MAX_BODY_BYTES:
        raise EnvelopeWrong("too-long", f"the body of change {seq} is too long")
    digest = digest_of(
        previous,
        device=device,
        seq=seq,
        act=act,
        verb=verb,
        at=at,
        wall_at=wall_at,
        staff=staff,
        kind=kind,
        record_id=record_id,
        base=base,
        body_version=body_version,
        body=body,
    )
    return Entry(
        device=device,
        seq=seq,
        act=act,
        verb=verb,
        at=at,
        wall_at=wall_at,
        staff=staff,
        kind=kind,
        record_id=record_id,
        base=base,
        body_version=body_version,
        body=body,
        digest=digest,
    )


_VERSION: Final = re.compile(UUID.pattern + "/[1-9][0-9]{0,18}")


def _is_version(base: JsonValue) -> bool:
    """Does it name a version, `device/seq`?"""
    return isinstance(base, str) and _VERSION.fullmatch(base) is not None
