"""Invitations: a township's offer to one clinic, two lines, signed, not sealed.

The format is `resources/formats/invitation.md`. That the township is the right one is told by its six words,
not by the signature: the key stands in the file.
"""

from dataclasses import dataclass, field
from typing import Final

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.record_number import NumberBlock
from village_doctor.foundation.secrets import KEY_BYTES
from village_doctor.sync.fields import VERSION, EnvelopeWrong, Fields, block_value
from village_doctor.sync.identity import SigningKey
from village_doctor.sync.lines import EnvelopeReader, signed_lines

FORMAT: Final = "village-doctor/invitation"
DOMAIN: Final = b"vd/invitation/1"
LONGEST_FILE: Final = 64 * 1024
CODE_BYTES: Final = 16
_NAMES: Final = (
    *(
        "township",
        "clinic_code",
        "code_id",
        "code",
        "number_blocks",
        "letters_recipient",
        "recovery_recipient",
    ),
    *("url", "certificate_pin", "practice", "created_at"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """`code` is the single-use secret of 16 bytes; `created_at` an instant's text."""

    township_id: str
    township_name: str
    signing_key: bytes
    clinic_code: str
    code_id: str
    code: bytes = field(repr=False)
    number_blocks: tuple[NumberBlock, ...]
    letters_recipient: str
    recovery_recipient: str
    practice: bool
    created_at: str
    url: str | None = None
    certificate_pin: str | None = None


def write(invitation: Invitation, key: SigningKey) -> bytes:
    """The file. Raises ValueError for an invitation that no reader would take."""
    if key.public != invitation.signing_key:
        raise ValueError("the key is not that of the invitation")
    body = encode_canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "minimum_reader": VERSION,
            "township": {
                "id": invitation.township_id,
                "name": invitation.township_name,
                "signing_key": invitation.signing_key.hex(),
            },
            "clinic_code": invitation.clinic_code,
            "code_id": invitation.code_id,
            "code": invitation.code.hex(),
            "number_blocks": block_value(invitation.number_blocks),
            "letters_recipient": invitation.letters_recipient,
            "recovery_recipient": invitation.recovery_recipient,
            "url": invitation.url,
            "certificate_pin": invitation.certificate_pin,
            "practice": invitation.practice,
            "created_at": invitation.created_at,
        }
    )
    data = b"".join(signed_lines(body, (), key, DOMAIN))
    try:
        read(data)
    except EnvelopeWrong as error:
        raise ValueError(error.reason) from error
    return data


def read(data: bytes) -> Invitation:
    """The invitation of these bytes, signed with the key in it. Raises EnvelopeWrong."""
    if len(data) > LONGEST_FILE:
        raise EnvelopeWrong("too-long", "longer than an invitation may be")
    found: list[Invitation] = []

    def take(number: int, line: bytes) -> None:
        if number > 1:
            raise EnvelopeWrong("counts", "an invitation has two lines")
        found.append(_of_body(line))

    lines = EnvelopeReader(DOMAIN, lambda _: found[0].signing_key, take)
    lines.feed(data)
    lines.finish()
    return found[0]


def _of_body(line: bytes) -> Invitation:
    top = Fields.of_head(line, _NAMES, FORMAT)
    township = top.inner("township", ("id", "name", "signing_key"))
    return Invitation(
        township_id=township.uuid("id"),
        township_name=township.text("name"),
        signing_key=township.raw("signing_key", KEY_BYTES),
        clinic_code=top.clinic_code("clinic_code"),
        code_id=top.uuid("code_id"),
        code=top.raw("code", CODE_BYTES),
        number_blocks=top.number_blocks("number_blocks"),
        letters_recipient=top.recipient("letters_recipient"),
        recovery_recipient=top.recipient("recovery_recipient"),
        practice=top.truth("practice"),
        created_at=top.instant("created_at"),
        url=top.text_or_none("url"),
        certificate_pin=top.text_or_none("certificate_pin"),
    )
