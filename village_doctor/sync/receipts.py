"""Receipts: what the township holds, doubts and brings. The format is `resources/formats/receipt.md`.

A receipt carries other devices' letters as their senders signed them. The reader hands their bytes on as they
come; they count for nothing before `finish` has returned. Whether a receipt is ours and fits our journal is not
judged here.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.record_number import NumberBlock
from village_doctor.foundation.secrets import KEY_BYTES
from village_doctor.sync.fields import VERSION, EnvelopeWrong, Fields, block_value, damaged, decoded
from village_doctor.sync.identity import SIGNATURE_BYTES, SigningKey
from village_doctor.sync.lines import LONGEST_HEADER, EnvelopeReader, signed_lines

FORMAT: Final = "village-doctor/receipt"
DOMAIN: Final = b"vd/receipt/1"
_NAMES: Final = (
    *(
        "app",
        "township",
        "clinic",
        "device",
        "receipt_no",
        "created_at",
        "mark",
        "chains",
        "waiting",
        "missing",
    ),
    *("devices", "letters_recipient", "number_blocks", "counts", "enclosures", "practice"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainMark:
    """How far a journal is held."""

    seq: int
    digest: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceNotice:
    """A confirmed device: its certificate's bytes and signature, and the last `seq` that counts, if it was revoked."""

    certificate: bytes
    signature: bytes
    revoked_after: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Enclosure:
    """An enclosed envelope: batch hash in hexadecimal, size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeLine:
    """What taking in an entry meant. `winner`: `device/seq` of the version that stands; None where there is none."""

    device: str
    seq: int
    kind: str
    id: str
    outcome: str
    winner: str | None

    def value(self) -> JsonValue:
        return {
            "line": "outcome",
            "device": self.device,
            "seq": self.seq,
            "kind": self.kind,
            "id": self.id,
            "outcome": self.outcome,
            "winner": self.winner,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class DoubtLine:
    """Facts that do not fit together. `since`: an instant's text."""

    code: str
    kind: str
    ids: tuple[str, ...]
    since: str

    def value(self) -> JsonValue:
        return {
            "line": "doubt",
            "code": self.code,
            "kind": self.kind,
            "ids": self.ids,
            "since": self.since,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedLine:
    """A letter of the device that was refused although its signature held."""

    sha256: str
    batch_no: int
    reason: str

    def value(self) -> JsonValue:
        return {"line": "refused", "sha256": self.sha256, "batch_no": self.batch_no, "reason": self.reason}


Line = OutcomeLine | DoubtLine | RefusedLine


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptHeader:
    """The first line of a receipt. `mark_sha256` is hexadecimal, None with `mark_batch_no` 0."""

    app: str
    township_id: str
    township_name: str
    signing_key: bytes
    clinic_id: str
    clinic_code: str
    device: str
    receipt_no: int
    created_at: str
    mark_batch_no: int
    mark_sha256: str | None
    chains: Mapping[str, ChainMark]
    waiting: tuple[int, ...]
    missing: tuple[int, ...]
    devices: tuple[DeviceNotice, ...]
    letters_recipient: str
    number_blocks: tuple[NumberBlock, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    enclosures: tuple[Enclosure, ...] = ()
    practice: bool

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
        township = top.inner("township", ("id", "name", "signing_key"))
        clinic = top.inner("clinic", ("id", "code"))
        mark = top.inner("mark", ("batch_no", "sha256"))
        mark_no = mark.number("batch_no")
        if (mark.value("sha256") is None) is not (mark_no == 0):
            raise damaged("the mark's number does not fit its hash")
        return cls(
            app=top.text("app"),
            township_id=township.uuid("id"),
            township_name=township.text("name"),
            signing_key=township.raw("signing_key", KEY_BYTES),
            clinic_id=clinic.uuid("id"),
            clinic_code=clinic.clinic_code("code"),
            device=top.uuid("device"),
            receipt_no=top.number("receipt_no", 1),
            created_at=top.instant("created_at"),
            mark_batch_no=mark_no,
            mark_sha256=mark.hexadecimal("sha256", KEY_BYTES) if mark_no else None,
            chains={
                device: ChainMark(seq=chain.number("seq", 1), digest=chain.raw("digest", KEY_BYTES))
                for device, chain in top.by_device("chains", ("seq", "digest")).items()
            },
            waiting=top.number_list("waiting"),
            missing=top.number_list("missing"),
            devices=tuple(
                map(_notice, top.inner_list("devices", ("certificate", "signature", "revoked_after")))
            ),
            letters_recipient=top.recipient("letters_recipient"),
            number_blocks=top.number_blocks("number_blocks"),
            counts=top.numbers("counts"),
            enclosures=tuple(
                Enclosure(sha256=item.hexadecimal("sha256", KEY_BYTES), size=item.number("size", 1))
                for item in top.inner_list("enclosures", ("sha256", "size"))
            ),
            practice=top.truth("practice"),
        )


def _notice(item: Fields) -> DeviceNotice:
    certificate = item.value("certificate")
    if not isinstance(certificate, Mapping):
        raise damaged("a certificate is not an object")
    return DeviceNotice(
        certificate=encode_canonical(certificate),
        signature=item.raw("signature", SIGNATURE_BYTES),
        revoked_after=None if item.value("revoked_after") is None else item.number("revoked_after"),
    )


def _head_value(header: ReceiptHeader) -> JsonValue:
    return {
        "format": FORMAT,
        "version": VERSION,
        "minimum_reader": VERSION,
        "app": header.app,
        "township": {
            "id": header.township_id,
            "name": header.township_name,
            "signing_key": header.signing_key.hex(),
        },
        "clinic": {"id": header.clinic_id, "code": header.clinic_code},
        "device": header.device,
        "receipt_no": header.receipt_no,
        "created_at": header.created_at,
        "mark": {"batch_no": header.mark_batch_no, "sha256": header.mark_sha256},
        "chains": {
            device: {"seq": chain.seq, "digest": chain.digest.hex()}
            for device, chain in header.chains.items()
        },
        "waiting": header.waiting,
        "missing": header.missing,
        "devices": [
            {
                "certificate": decoded(notice.certificate, "certificate"),
                "signature": notice.signature.hex(),
                "revoked_after": notice.revoked_after,
            }
            for notice in header.devices
        ],
        "letters_recipient": header.letters_recipient,
        "number_blocks": block_value(header.number_blocks),
        "counts": dict(header.counts),
        "enclosures": [{"sha256": one.sha256, "size": one.size} for one in header.enclosures],
        "practice": header.practice,
    }


def _read_line(data: bytes) -> Line:
    """The line of these bytes. Raises EnvelopeWrong."""
    value = decoded(data, "line")
    match value.get("line") if isinstance(value, Mapping) else None:
        case "outcome":
            fields = Fields(value, ("line", "device", "seq", "kind", "id", "outcome", "winner"), "outcome")
            return OutcomeLine(
                device=fields.uuid("device"),
                seq=fields.number("seq", 1),
                kind=fields.text("kind"),
                id=fields.text("id"),  # a setting's id is its key
                outcome=fields.text("outcome"),
                winner=fields.text_or_none("winner"),
            )
        case "doubt":
            fields = Fields(value, ("line", "code", "kind", "ids", "since"), "doubt")
            return DoubtLine(
                code=fields.text("code"),
                kind=fields.text("kind"),
                ids=fields.texts("ids"),
                since=fields.instant("since"),
            )
        case "refused":
            fields = Fields(value, ("line", "sha256", "batch_no", "reason"), "refused")
            return RefusedLine(
                sha256=fields.hexadecimal("sha256", KEY_BYTES),
                batch_no=fields.number("batch_no", 1),
                reason=fields.text("reason"),
            )
    raise damaged("a line that there is not")


# --- writing ----------------------------------------------------------------------------------------------------------


def counts_of(lines: Iterable[Line]) -> dict[str, int]:
    """What the header says about these lines."""
    return dict(Counter(_name_of(line) for line in lines))


def _name_of(line: Line) -> str:
    match line:
        case OutcomeLine():
            return "outcome"
        case DoubtLine():
            return "doubt"
        case RefusedLine():
            return "refused"


def write_receipt(
    header: ReceiptHeader, lines: Iterable[Line], key: SigningKey, enclosures: Iterable[Iterable[bytes]]
) -> Iterator[bytes]:
    """Envelope and enclosed letters in chunks.

    Raises ValueError if lines or enclosures are not those that the header tells of, or the key is not its key.
    """
    if key.public != header.signing_key:
        raise ValueError("the key is not that of the header")
    yield from signed_lines(header.to_bytes(), _encoded(header, lines), key, DOMAIN)
    for enclosure, chunks in zip(header.enclosures, enclosures, strict=True):
        running, size = hashlib.sha256(), 0
        for chunk in chunks:
            running.update(chunk)
            size += len(chunk)
            yield chunk
        if (running.hexdigest(), size) != (enclosure.sha256, enclosure.size):
            raise ValueError("the header tells of another enclosure")


def _encoded(header: ReceiptHeader, lines: Iterable[Line]) -> Iterator[bytes]:
    counts: Counter[str] = Counter()
    for line in lines:
        counts[_name_of(line)] += 1
        yield encode_canonical(line.value())
    if counts != header.counts:
        raise ValueError("the header tells of other lines")


# --- reading ----------------------------------------------------------------------------------------------------------


class ReceiptReader:
    """Takes the plain bytes of a receipt in pieces.

    `township_key`: the one from the enrolment. `on_line` takes the lines; without it they are collected in `lines`.
    `on_enclosure(index, chunk)` takes the enclosed envelopes, counted from 0. It is called only after the
    signature held, but the bytes are proven only when `finish` has returned.
    """

    def __init__(
        self,
        township_key: bytes,
        on_enclosure: Callable[[int, bytes], None] | None = None,
        on_line: Callable[[Line], None] | None = None,
    ) -> None:
        self._key = township_key
        self._on_enclosure = on_enclosure
        self.lines: list[Line] = []
        self._on_line = self.lines.append if on_line is None else on_line
        self._begun = b""
        self._header: ReceiptHeader | None = None
        self._envelope: EnvelopeReader | None = None
        self._counts: Counter[str] = Counter()
        self._is_signed = False
        self._index = 0
        self._missing = 0  # bytes of the enclosure that have not come
        self._hash = hashlib.sha256()

    @property
    def header(self) -> ReceiptHeader:
        """The header, as soon as it has been read. Raises ValueError before."""
        if self._header is None:
            raise ValueError("the header has not come yet")
        return self._header

    def feed(self, chunk: bytes) -> None:
        """Takes the next piece. Raises EnvelopeWrong, and what the callbacks raise."""
        if self._envelope is None:
            self._begun += chunk
            line, end, _ = self._begun.partition(b"\n")
            if len(line) > LONGEST_HEADER:
                raise EnvelopeWrong("too-long", "the header is too long")
            if not end:
                return
            chunk, self._begun = self._begun, b""
            self._header = ReceiptHeader.from_bytes(line)
            count = 2 + sum(self._header.counts.values())
            self._envelope = EnvelopeReader(DOMAIN, lambda _: self._key, self._take, count)
        after = self._envelope.feed(chunk)
        if self._envelope.is_whole and not self._is_signed:
            self._finish_envelope(self._envelope)
        if after:
            self._enclosed(after)

    def finish(self) -> None:
        """To be called at the end. Raises EnvelopeWrong unless everything that the header tells of was there."""
        if not self._is_signed:
            raise EnvelopeWrong("counts", "lines are missing")
        if self._index < len(self.header.enclosures):
            raise EnvelopeWrong("counts", "an enclosure is missing or cut")

    def _take(self, number: int, data: bytes) -> None:
        if number > 1:
            line = _read_line(data)
            self._counts[_name_of(line)] += 1
            self._on_line(line)

    def _finish_envelope(self, envelope: EnvelopeReader) -> None:
        envelope.finish()
        if self._counts != self.header.counts:
            raise EnvelopeWrong("counts", "the lines are not counted as in the header")
        self._is_signed = True
        self._missing = self.header.enclosures[0].size if self.header.enclosures else 0

    def _enclosed(self, data: bytes) -> None:
        enclosures = self.header.enclosures
        while data:
            if self._index == len(enclosures):
                raise damaged("something follows the last enclosure")
            piece, data = data[: self._missing], data[self._missing :]
            self._hash.update(piece)
            self._missing -= len(piece)
            if self._on_enclosure is not None:
                self._on_enclosure(self._index, piece)
            if not self._missing:
                if self._hash.hexdigest() != enclosures[self._index].sha256:
                    raise damaged("an enclosure is another one")
                self._index += 1
                self._hash = hashlib.sha256()
                self._missing = enclosures[self._index].size if self._index < len(enclosures) else 0
