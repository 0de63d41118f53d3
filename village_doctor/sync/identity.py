"""Who is who: signing keys, sealing identities, the township's certificates for devices.

Ed25519 to sign, age X25519 identities to seal; both of a device come from its one secret. Every signature
covers a domain text and a SHA-256. The formats are `resources/formats/invitation.md`. Keys are handed in and
out, never stored or logged here.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.foundation.ids import RandomBytes
from village_doctor.foundation.secrets import KEY_BYTES, derived_key, fresh_bytes
from village_doctor.sync.fields import EnvelopeWrong, Fields, decoded

SIGNATURE_BYTES: Final = 64
CERTIFICATE_FORMAT: Final = "village-doctor/device-certificate"
_CERTIFICATE_VERSION: Final = 1
_CERTIFICATE_DOMAIN: Final = b"vd/device/1"
_ENROLMENT_DOMAIN: Final = b"vd/enrolment/1"


class CertificateRefused(Exception):
    """Not a certificate of this township. `reason` is English, for the log and for support."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


def joined_parts(parts: Iterable[bytes]) -> bytes:
    """The parts, each behind its length in 8 bytes, so that no byte can move from one into the next."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def parts_hash(*parts: bytes) -> bytes:
    """SHA-256 of the length-prefixed parts: 32 bytes."""
    return hashlib.sha256(joined_parts(parts)).digest()


# --- keys -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """An age X25519 identity: `text` is the private half (`AGE-SECRET-KEY-1…`), `recipient` the public one."""

    text: str = field(repr=False)
    recipient: str

    @classmethod
    def generate(cls, random_bytes: RandomBytes) -> Self:
        """A new identity. Raises RandomSourceBroken."""
        return cls.from_bytes(fresh_bytes(KEY_BYTES, random_bytes))

    @classmethod
    def from_bytes(cls, private: bytes) -> Self:
        """The identity whose X25519 private key is these 32 bytes. Raises ValueError."""
        if len(private) != KEY_BYTES:
            raise ValueError("a private key has 32 bytes")
        return cls.from_text(bech32("age-secret-key-", private).upper())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The identity of the text age writes into its key files. Raises ValueError."""
        try:
            recipient = str(pyrage.x25519.Identity.from_str(text).to_public())
        except pyrage.IdentityError as error:
            raise ValueError("not an age identity") from error
        return cls(text=text, recipient=recipient)


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningKey:
    """An Ed25519 key: the 32-byte seed, and the public key of 32 bytes."""

    seed: bytes = field(repr=False)
    public: bytes

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Raises ValueError unless the seed has 32 bytes."""
        return cls(
            seed=seed, public=Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        )

    def sign(self, domain: bytes, hash_: bytes) -> bytes:
        """The signature, 64 bytes, over the domain text and the raw hash; always the same for the same."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(domain + hash_)


def signature_holds(public: bytes, domain: bytes, hash_: bytes, signature: bytes) -> bool:
    """Did the owner of that public key sign it?"""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, domain + hash_)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceKeys:
    """Both keys of a device."""

    signing: SigningKey
    identity: Identity

    @classmethod
    def of_secret(cls, secret: bytes) -> Self:
        """The keys of the 32-byte device secret."""
        return cls(
            signing=SigningKey.from_seed(derived_key(secret, salt=b"", purpose="vd/device-signing/1")),
            identity=Identity.from_bytes(derived_key(secret, salt=b"", purpose="vd/device-sealing/1")),
        )


# --- enrolling --------------------------------------------------------------------------------------------------------


def enrolment_hmac(code: bytes, *, clinic_id: str, device_id: str, signing_key: bytes, recipient: str) -> str:
    """The proof, in hexadecimal, that a device was given the invitation's code."""
    parts = (_ENROLMENT_DOMAIN, clinic_id.encode(), device_id.encode(), signing_key, recipient.encode())
    return hmac.new(code, joined_parts(parts), hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """The township's word that these are the keys of that device. `issued_at` is an instant's text."""

    township_id: str
    clinic_id: str
    clinic_code: str
    device_id: str
    device_no: int
    signing_key: bytes
    recipient: str
    issued_at: str
    practice: bool

    def body(self) -> bytes:
        """The canonical bytes that are signed."""
        return encode_canonical(
            {
                "format": CERTIFICATE_FORMAT,
                "version": _CERTIFICATE_VERSION,
                "township": self.township_id,
                "clinic": {"id": self.clinic_id, "code": self.clinic_code},
                "device": {
                    "id": self.device_id,
                    "no": self.device_no,
                    "signing_key": self.signing_key.hex(),
                    "recipient": self.recipient,
                },
                "issued_at": self.issued_at,
                "practice": self.practice,
            }
        )

    def sign(self, key: SigningKey) -> bytes:
        """The township's signature over the body."""
        return key.sign(_CERTIFICATE_DOMAIN, hashlib.sha256(self.body()).digest())

    @classmethod
    def read(cls, body: bytes, signature: bytes, township_key: bytes) -> Self:
        """The certificate of these bytes. Raises CertificateRefused unless that township signed them."""
        if not signature_holds(township_key, _CERTIFICATE_DOMAIN, hashlib.sha256(body).digest(), signature):
            raise CertificateRefused("not signed by this township")
        try:
            return cls._of_body(body)
        except EnvelopeWrong as error:
            raise CertificateRefused(error.reason) from error

    @classmethod
    def _of_body(cls, body: bytes) -> Self:
        names = ("format", "version", "township", "clinic", "device", "issued_at", "practice")
        top = Fields(decoded(body, "certificate"), names, "certificate")
        if top.text("format") != CERTIFICATE_FORMAT or top.number("version") != _CERTIFICATE_VERSION:
            raise CertificateRefused("not a certificate that this version reads")
        clinic = top.inner("clinic", ("id", "code"))
        device = top.inner("device", ("id", "no", "signing_key", "recipient"))
        return cls(
            township_id=top.uuid("township"),
            clinic_id=clinic.uuid("id"),
            clinic_code=clinic.clinic_code("code"),
            device_id=device.uuid("id"),
            device_no=device.number("no", 1),
            signing_key=device.raw("signing_key", KEY_BYTES),
            recipient=device.recipient("recipient"),
            issued_at=top.instant("issued_at"),
            practice=top.truth("practice"),
        )


# --- Bech32: how age writes keys as text (BIP 173 without its limit on the length) -------------------------------------

_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def bech32(prefix: str, data: bytes) -> str:
    """The bytes as Bech32 in lower case, with six check characters."""
    number, length = int.from_bytes(data), len(data) * 8
    number <<= -length % 5  # zero bits fill the last character
    count = -(-length // 5)
    values = [number >> 5 * place & 31 for place in reversed(range(count))]
    spread = [*(ord(one) >> 5 for one in prefix), 0, *(ord(one) & 31 for one in prefix)]
    check = _polymod([*spread, *values, *(0,) * 6]) ^ 1
    values += [check >> 5 * place & 31 for place in reversed(range(6))]
    return f"{prefix}1{''.join(_LETTERS[value] for value in values)}"


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                check ^= generator
    return check
