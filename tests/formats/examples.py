"""The worked examples of the format pages, computed from fixed keys and ids. Run as a program, it prints them."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

from tests.sync.letters import (
    CERTIFICATE,
    CLINIC,
    DEVICE,
    DEVICE_IDENTITY,
    ENTRIES,
    INVITATION,
    KEY,
    LETTERS_IDENTITY,
    RECOVERY_IDENTITY,
    TOWNSHIP_KEY,
    envelope_of,
    id_of,
    receipt_header,
)
from village_doctor.sync.cards import CardPayload, write_card
from village_doctor.sync.identity import enrolment_hmac
from village_doctor.sync.invitations import write
from village_doctor.sync.receipts import DoubtLine, Enclosure, counts_of, write_receipt
from village_doctor.sync.words import device_words, load_words, township_words

NOW = "2026-11-22T02:15:07.042Z"


def batch() -> str:
    """A letter of one change."""
    return envelope_of(ENTRIES[:1]).decode()


def receipt() -> str:
    """The envelope of the receipt for that letter. One letter of another device is enclosed, and not shown."""
    letter = envelope_of()
    lines = (DoubtLine(code="two-heads", kind="household", ids=(id_of(0x2001),), since=NOW),)
    mark = hashlib.sha256(batch().encode()).hexdigest()
    header = receipt_header(
        mark_sha256=mark,
        chains={DEVICE: replace(receipt_header().chains[DEVICE], seq=1, digest=ENTRIES[0].digest)},
        waiting=(),
        missing=(),
        counts=counts_of(lines),
        enclosures=(Enclosure(sha256=hashlib.sha256(letter).hexdigest(), size=len(letter)),),
    )
    data = b"".join(write_receipt(header, lines, TOWNSHIP_KEY, [[letter]]))
    return data.removesuffix(letter).decode()


def invitation() -> str:
    return write(INVITATION, TOWNSHIP_KEY).decode()


def derived() -> str:
    """What follows from the invitation and the device's keys."""
    keys: dict[str, Any] = {
        "device_id": DEVICE,
        "signing_key": KEY.public,
        "recipient": DEVICE_IDENTITY.recipient,
    }
    of_township = township_words(
        load_words(),
        township_id=INVITATION.township_id,
        signing_key=INVITATION.signing_key,
        letters_recipient=INVITATION.letters_recipient,
        recovery_recipient=INVITATION.recovery_recipient,
    )
    of_device = device_words(load_words(), clinic_id=CLINIC, **keys)
    return (
        f"letters key            {LETTERS_IDENTITY.text}\n"
        f"recovery key           {RECOVERY_IDENTITY.text}\n"
        f"words of the township  {' '.join(of_township)}\n"
        f"device's sealing key   {DEVICE_IDENTITY.text}\n"
        f"enrolment hmac         {enrolment_hmac(INVITATION.code, clinic_id=CLINIC, **keys)}\n"
        f"words of the device    {' '.join(of_device)}\n"
        f"certificate            {CERTIFICATE.body().decode()}\n"
        f"its signature          {CERTIFICATE.sign(TOWNSHIP_KEY).hex()}\n"
    )


def card() -> str:
    """The digits of a card, in lines of at most 100."""
    digits = write_card(CardPayload(member_id=id_of(0xAA), ends_on=date(2028, 11, 22)), KEY)
    return "".join(f"{digits[start : start + 100]}\n" for start in range(0, len(digits), 100))


EXAMPLES = {
    "batch": (("json", batch),),
    "receipt": (("json", receipt),),
    "invitation": (("json", invitation), ("text", derived)),
    "card": (("text", card),),
}


def blocks(page: str) -> str:
    """The blocks as they stand on that page."""
    return "\n\n".join(f"```{kind}\n{make()}```" for kind, make in EXAMPLES[page])


if __name__ == "__main__":
    for name in EXAMPLES:
        print(f"{name}\n{blocks(name)}\n")
