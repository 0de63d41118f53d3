"""Letters for tests: fixed keys, fixed ids, invented entries; nothing of it is anybody's."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from backports import zstd

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.changes.entry import GENESIS, Entry, digest_of
from village_doctor.domain.record_number import NumberBlock
from village_doctor.sync.envelope import BatchHeader, write_envelope
from village_doctor.sync.identity import Certificate, Identity, SigningKey
from village_doctor.sync.invitations import Invitation
from village_doctor.sync.lines import closing_line
from village_doctor.sync.receipts import ChainMark, DeviceNotice, ReceiptHeader
from village_doctor.sync.seal import fingerprint, seal, unseal

SEED: Final = bytes(range(32))
KEY: Final = SigningKey.from_seed(SEED)
TOWNSHIP_KEY: Final = SigningKey.from_seed(bytes(range(32, 64)))
STRANGER: Final = SigningKey.from_seed(bytes(range(64, 96)))
DEVICE_IDENTITY: Final = Identity.from_bytes(bytes(range(32, 64)))
LETTERS_IDENTITY: Final = Identity.from_bytes(bytes(range(64, 96)))
RECOVERY_IDENTITY: Final = Identity.from_bytes(bytes(range(96, 128)))
OTHER_IDENTITY: Final = Identity.from_bytes(bytes(range(128, 160)))
NOW: Final = "2026-11-22T02:15:07.042Z"
AT: Final = 1795313707042 << 16


def id_of(number: int) -> str:
    return f"0190a000-0000-7000-8000-{number:012x}"


CLINIC, DEVICE, TOWNSHIP, STAFF = id_of(0xC0), id_of(0xD0), id_of(0xE0), id_of(0xA0)


def entries_of(
    bodies: Sequence[Any], *, first: int = 1, before: bytes = GENESIS, device: str = DEVICE, **given: Any
) -> list[Entry]:
    """A piece of a journal, one entry per body."""
    entries = []
    for seq, body in enumerate(bodies, first):
        values: dict[str, Any] = {
            "device": device,
            "seq": seq,
            "act": id_of(0x1000 + seq),
            "verb": "register_household",
            "at": AT + seq,
            "wall_at": NOW,
            "staff": STAFF,
            "kind": "household",
            "record_id": id_of(0x2000 + seq),
            "base": None,
            "body_version": 1,
            "body": encode_canonical(body),
            **given,
        }
        before = digest_of(before, **values)
        entries.append(Entry(**values, digest=before))
    return entries


_FIRST: Final = entries_of([{"door_number": "12号", "hamlet": id_of(0xB0)}])
ENTRIES: Final = [
    *_FIRST,
    *entries_of(
        [{"door_number": "13号"}], first=2, before=_FIRST[0].digest, base=f"{DEVICE}/1", kind="phone"
    ),
]


def header_of(entries: Sequence[Entry], *, before: bytes = GENESIS, **given: Any) -> BatchHeader:
    values: dict[str, Any] = {
        "app": "0.1.0",
        "clinic_id": CLINIC,
        "clinic_code": "000000",
        "device_id": DEVICE,
        "signing_key": KEY.public,
        "recipient": DEVICE_IDENTITY.recipient,
        "batch_no": 1,
        "previous": None,
        "chain_device": DEVICE,
        "first_seq": entries[0].seq,
        "last_seq": entries[-1].seq,
        "digest_before": before,
        "digest_after": entries[-1].digest,
        "is_act_open": False,
        "counts": dict(Counter(entry.kind for entry in entries)),
        "schema": 1,
        "created_at": NOW,
        "recipient_fingerprint": fingerprint(LETTERS_IDENTITY.recipient),
        "receipt_seen": 0,
        "knows": {},
        "practice": True,
        "enrolment": None,
        "continues": None,
        **given,
    }
    return BatchHeader(**values)


def envelope_of(entries: Sequence[Entry] = ENTRIES, **given: Any) -> bytes:
    return b"".join(write_envelope(header_of(entries, **given), entries, KEY))


def signed(lines: Iterable[bytes], key: SigningKey = KEY, domain: bytes = b"vd/batch/1") -> bytes:
    """Any lines at all, closed and signed as an envelope: what a clever forger with a key of their own could send."""
    before = b"".join(line + b"\n" for line in lines)
    hash_ = hashlib.sha256(before).digest()
    return before + closing_line(hash_, key.sign(domain, hash_)) + b"\n"


def sealed(plain: bytes, recipient: str = LETTERS_IDENTITY.recipient) -> bytes:
    out = io.BytesIO()
    seal([plain], recipient, out)
    return out.getvalue()


def sealed_raw(data: bytes, recipient: str = LETTERS_IDENTITY.recipient) -> bytes:
    """Sealed by age alone: bytes that need not be compressed."""
    import pyrage

    out = io.BytesIO()
    pyrage.encrypt_io(io.BytesIO(data), out, [pyrage.x25519.Recipient.from_str(recipient)])
    return out.getvalue()


def opened(data: bytes, identity: Identity = LETTERS_IDENTITY) -> bytes:
    plain = bytearray()
    unseal(io.BytesIO(data), [identity], plain.extend)
    return bytes(plain)


def compressed(data: bytes, level: int = 3) -> bytes:
    return zstd.compress(data, level)


CERTIFICATE: Final = Certificate(
    township_id=TOWNSHIP,
    clinic_id=CLINIC,
    clinic_code="990101",
    device_id=DEVICE,
    device_no=1,
    signing_key=KEY.public,
    recipient=DEVICE_IDENTITY.recipient,
    issued_at=NOW,
    practice=True,
)

INVITATION: Final = Invitation(
    township_id=TOWNSHIP,
    township_name="青石镇卫生院",
    signing_key=TOWNSHIP_KEY.public,
    clinic_code="990101",
    code_id=id_of(0xF0),
    code=bytes(range(16)),
    number_blocks=(NumberBlock(first=1, last=500),),
    letters_recipient=LETTERS_IDENTITY.recipient,
    recovery_recipient=RECOVERY_IDENTITY.recipient,
    practice=True,
    created_at=NOW,
)


def receipt_header(**given: Any) -> ReceiptHeader:
    values: dict[str, Any] = {
        "app": "0.1.0",
        "township_id": TOWNSHIP,
        "township_name": "青石镇卫生院",
        "signing_key": TOWNSHIP_KEY.public,
        "clinic_id": CLINIC,
        "clinic_code": "990101",
        "device": DEVICE,
        "receipt_no": 1795313707042,
        "created_at": NOW,
        "mark_batch_no": 1,
        "mark_sha256": hashlib.sha256(envelope_of()).hexdigest(),
        "chains": {DEVICE: ChainMark(seq=2, digest=ENTRIES[-1].digest)},
        "waiting": (3,),
        "missing": (2,),
        "devices": (DeviceNotice(certificate=CERTIFICATE.body(), signature=CERTIFICATE.sign(TOWNSHIP_KEY)),),
        "letters_recipient": LETTERS_IDENTITY.recipient,
        "number_blocks": (NumberBlock(first=1, last=500),),
        "counts": {},
        "enclosures": (),
        "practice": True,
        **given,
    }
    return ReceiptHeader(**values)
