"""The township's side of the letters, played with the `sync` room alone: invitations, opened letters, receipts.

It believes what it is told and keeps nothing but the envelopes; how a township really judges letters is tried in
`tests/township`.
"""

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.village import MORNING
from village_doctor.domain.changes.codec import instant_text
from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.record_number import NumberBlock
from village_doctor.sync import courier, invitations
from village_doctor.sync.envelope import BatchCheck, BatchHeader, read_changes
from village_doctor.sync.identity import Certificate, Identity, SigningKey
from village_doctor.sync.invitations import Invitation
from village_doctor.sync.lines import envelope_lines
from village_doctor.sync.receipts import (
    ChainMark,
    DeviceNotice,
    Enclosure,
    Line,
    ReceiptHeader,
    counts_of,
    write_receipt,
)
from village_doctor.sync.seal import fingerprint, seal, unseal
from village_doctor.sync.words import load_words, township_words

NOW = instant_text(MORNING)
BLOCK = NumberBlock(first=1, last=999)


def uuid(number: int) -> str:
    return f"0190a000-0000-7000-8000-{number:012d}"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An opened letter: its file, header, envelope and entries."""

    path: Path
    header: BatchHeader
    sha256: str
    envelope: bytes
    entries: tuple[Entry, ...]


@dataclass
class TownshipDesk:
    """A health centre's keys. Letters are sealed to `letters`, recovery slots to `recovery`."""

    number: int = 1
    name: str = "青石镇卫生院"
    practice: bool = False
    receipts: int = 1_790_000_000_000
    older: list[Identity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.number).randbytes
        self.id = uuid(self.number)
        self.signing = SigningKey.from_seed(self.chance(32))
        self.letters = Identity.generate(self.chance)
        self.recovery = Identity.generate(self.chance)

    @property
    def words(self) -> str:
        return " ".join(
            township_words(
                load_words(),
                township_id=self.id,
                signing_key=self.signing.public,
                letters_recipient=self.letters.recipient,
                recovery_recipient=self.recovery.recipient,
            )
        )

    def change_letters_key(self) -> None:
        """Letters are sealed to a new key from the next receipt on; the old one still opens."""
        self.older.append(self.letters)
        self.letters = Identity.generate(self.chance)

    def invitation(self, **changed: Any) -> Invitation:
        return Invitation(
            **{
                "township_id": self.id,
                "township_name": self.name,
                "signing_key": self.signing.public,
                "clinic_code": "990301",
                "code_id": uuid(100 + self.number),
                "code": bytes(range(16)),
                "number_blocks": (BLOCK,),
                "letters_recipient": self.letters.recipient,
                "recovery_recipient": self.recovery.recipient,
                "practice": self.practice,
                "created_at": NOW,
                **changed,
            }
        )

    def invite(self, **changed: Any) -> bytes:
        return invitations.write(self.invitation(**changed), self.signing)

    # --- reading letters --------------------------------------------------------------------------------

    def letters_in(self, folder: Path) -> list[Letter]:
        """Every letter in the folder, opened and verified, in the order in which they were cut."""
        found = [self.read(path) for path in courier.waiting_files(folder, courier.BATCH)]
        return sorted(found, key=lambda letter: (letter.header.device_id, letter.header.batch_no))

    def read(self, path: Path) -> Letter:
        chunks: list[bytes] = []
        identities = [self.letters, *self.older]
        with path.open("rb") as source:
            unseal(source, identities, chunks.append)
        check = BatchCheck({fingerprint(identity.recipient) for identity in identities})
        for chunk in chunks:
            check.feed(chunk)
        check.finish()
        lines = list(envelope_lines(chunks))[1:-1]
        return Letter(
            path=path,
            header=check.header,
            sha256=check.sha256,
            envelope=b"".join(chunks),
            entries=tuple(read_changes(check.header, lines)),
        )

    # --- answering --------------------------------------------------------------------------------------

    def certificate(self, header: BatchHeader, number: int = 1, **changed: Any) -> Certificate:
        """For the sender of that letter."""
        certificate = Certificate(
            township_id=self.id,
            clinic_id=header.clinic_id,
            clinic_code="990301",
            device_id=header.device_id,
            device_no=number,
            signing_key=header.signing_key,
            recipient=header.recipient,
            issued_at=NOW,
            practice=self.practice,
        )
        return replace(certificate, **changed)

    def notice(self, certificate: Certificate, revoked_after: int | None = None) -> DeviceNotice:
        return DeviceNotice(
            certificate=certificate.body(),
            signature=certificate.sign(self.signing),
            revoked_after=revoked_after,
        )

    def receipt(self, letters: Sequence[Letter], **changed: Any) -> ReceiptHeader:
        """To the sender of the last of these letters: all of its own are taken in, all chains held as far as they go."""
        header = letters[-1].header
        own = [letter for letter in letters if letter.header.device_id == header.device_id]
        self.receipts += 1
        return ReceiptHeader(
            **{
                "app": "0.1.0",
                "township_id": self.id,
                "township_name": self.name,
                "signing_key": self.signing.public,
                "clinic_id": header.clinic_id,
                "clinic_code": "990301",
                "device": header.device_id,
                "receipt_no": self.receipts,
                "created_at": NOW,
                "mark_batch_no": header.batch_no,
                "mark_sha256": own[-1].sha256,
                "chains": chains_of(letters),
                "waiting": (),
                "missing": (),
                "devices": (self.notice(self.certificate(header)),),
                "letters_recipient": self.letters.recipient,
                "number_blocks": (BLOCK,),
                "practice": self.practice,
                **changed,
            }
        )

    def answer(
        self,
        folder: Path,
        header: ReceiptHeader,
        lines: Iterable[Line] = (),
        enclosed: Sequence[bytes] = (),
        recipient: str | None = None,
    ) -> Path:
        """Writes the receipt, sealed to the device as its certificate says."""
        told = list(lines)
        sizes = [
            Enclosure(sha256=hashlib.sha256(envelope).hexdigest(), size=len(envelope))
            for envelope in enclosed
        ]
        whole = replace(header, counts=counts_of(told), enclosures=tuple(sizes))
        chunks = list(write_receipt(whole, told, self.signing, [[envelope] for envelope in enclosed]))
        name = courier.new_name(courier.RECEIPT, self.chance)
        sealed_to = recipient or self._recipient_of(header)
        courier.deliver(folder, name, lambda file: seal(chunks, sealed_to, file))
        return folder / name

    def _recipient_of(self, header: ReceiptHeader) -> str:
        for notice in header.devices:
            found = Certificate.read(notice.certificate, notice.signature, self.signing.public)
            if found.device_id == header.device:
                return found.recipient
        raise LookupError("the device is not confirmed: say to whom the receipt is sealed")


def chains_of(letters: Iterable[Letter]) -> dict[str, ChainMark]:
    """How far these letters bring each journal."""
    found: dict[str, ChainMark] = {}
    for letter in letters:
        header = letter.header
        known = found.get(header.chain_device)
        if known is None or known.seq < header.last_seq:
            found[header.chain_device] = ChainMark(seq=header.last_seq, digest=header.digest_after)
    return found
