"""One village's year under other clinics' names: the same records, each clinic with a device, keys and journal of its own."""

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from village_doctor.domain.changes.entry import GENESIS, Entry, digest_of
from village_doctor.foundation.ids import IdMaker
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.sync.envelope import BatchHeader, EnrolmentProof, write_envelope
from village_doctor.sync.identity import DeviceKeys, enrolment_hmac
from village_doctor.sync.invitations import Invitation
from village_doctor.sync.seal import fingerprint, seal

MOST_CHANGES = 5_000
SOME_INSTANT = "2026-11-22T02:00:00.000Z"


def rechained(entries: Iterable[Entry], device: str, first_device: str) -> list[Entry]:
    """The same changes as the journal of another device: seq, bases and digests of its own."""
    made: list[Entry] = []
    seqs: dict[str, int] = {}
    digest = GENESIS
    for seq, entry in enumerate(entries, 1):
        seqs[f"{first_device}/{entry.seq}"] = seq
        base = None if entry.base is None else f"{device}/{seqs[entry.base]}"
        record_id = device if entry.kind == "device_start" else entry.record_id
        fields = {
            "device": device,
            "seq": seq,
            "act": entry.act,
            "verb": entry.verb,
            "at": entry.at,
            "wall_at": entry.wall_at,
            "staff": entry.staff,
            "kind": entry.kind,
            "record_id": record_id,
            "base": base,
            "body_version": entry.body_version,
            "body": entry.body,
        }
        digest = digest_of(digest, **fields)  # type: ignore[arg-type]
        made.append(Entry(**fields, digest=digest))  # type: ignore[arg-type]
    return made


@dataclass(frozen=True)
class Sender:
    """A clinic that writes letters."""

    clinic_id: str
    device: str
    keys: DeviceKeys
    entries: Sequence[Entry]
    invitation: Invitation
    practice: bool = False

    @classmethod
    def invited(cls, number: int, entries: Sequence[Entry], invitation: Invitation) -> "Sender":
        chance = random.Random(number)
        make = IdMaker(Surroundings().clock.now, chance.randbytes)
        device = make.new()
        return cls(
            clinic_id=make.new(),
            device=device,
            keys=DeviceKeys.of_secret(chance.randbytes(32)),
            entries=rechained(entries, device, entries[0].device),
            invitation=invitation,
        )

    def letters(self, folder: Path, first_changes: int = 3) -> list[Path]:
        """All letters in order, the first one a short one; answers with the files."""
        cuts = [first_changes, *range(first_changes + MOST_CHANGES, len(self.entries), MOST_CHANGES)]
        ends = [*[end for end in cuts if end < len(self.entries)], len(self.entries)]
        files, begin, previous = [], 0, None
        for number, end in enumerate(ends, 1):
            piece = self.entries[begin:end]
            header = self._header(
                piece, number, previous, self.entries[begin - 1].digest if begin else GENESIS
            )
            hashed = hashlib.sha256()
            path = folder / f"{random.Random(f'{self.device}{number}').randbytes(16).hex()}.vdbatch"
            with path.open("wb") as file:
                seal(
                    _watched(write_envelope(header, piece, self.keys.signing), hashed),
                    self.invitation.letters_recipient,
                    file,
                )
            previous, begin = hashed.hexdigest(), end
            files.append(path)
        return files

    def _header(
        self, piece: Sequence[Entry], number: int, previous: str | None, digest_before: bytes
    ) -> BatchHeader:
        keys = self.keys
        proof = EnrolmentProof(
            code_id=self.invitation.code_id,
            hmac=enrolment_hmac(
                self.invitation.code,
                clinic_id=self.clinic_id,
                device_id=self.device,
                signing_key=keys.signing.public,
                recipient=keys.identity.recipient,
            ),
        )
        return BatchHeader(
            app="bench",
            clinic_id=self.clinic_id,
            clinic_code=self.invitation.clinic_code,
            device_id=self.device,
            signing_key=keys.signing.public,
            recipient=keys.identity.recipient,
            batch_no=number,
            previous=previous,
            chain_device=self.device,
            first_seq=piece[0].seq,
            last_seq=piece[-1].seq,
            digest_before=digest_before,
            digest_after=piece[-1].digest,
            is_act_open=False,
            counts=Counter(entry.kind for entry in piece),
            schema=1,
            created_at=SOME_INSTANT,
            recipient_fingerprint=fingerprint(self.invitation.letters_recipient),
            receipt_seen=0,
            knows={},
            practice=self.practice,
            enrolment=proof,
        )


def _watched(chunks, hashed):
    for chunk in chunks:
        hashed.update(chunk)
        yield chunk
