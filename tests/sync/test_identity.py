"""Keys, certificates, proofs: computed here once more, by hand, as `invitation.md` describes them."""

import hashlib
import hmac
from dataclasses import replace

import pyrage
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from tests.sync.letters import (
    CERTIFICATE,
    CLINIC,
    DEVICE,
    DEVICE_IDENTITY,
    KEY,
    STRANGER,
    TOWNSHIP_KEY,
    id_of,
)
from village_doctor.domain.changes.canonical import decode_canonical, encode_canonical
from village_doctor.foundation.secrets import RandomSourceBroken
from village_doctor.sync.identity import (
    Certificate,
    CertificateRefused,
    DeviceKeys,
    Identity,
    SigningKey,
    bech32,
    enrolment_hmac,
    parts_hash,
    signature_holds,
)

SECRET = bytes(range(200, 232))
HASH = hashlib.sha256(b"something").digest()


@given(st.binary(min_size=32, max_size=32))
def test_raw_bytes_become_the_text_that_age_takes(private):
    identity = Identity.from_bytes(private)
    assert identity.text.startswith("AGE-SECRET-KEY-1")
    assert str(pyrage.x25519.Identity.from_str(identity.text)) == identity.text
    assert str(pyrage.x25519.Identity.from_str(identity.text).to_public()) == identity.recipient


@given(st.binary(min_size=32, max_size=32))
def test_our_bech32_is_that_of_age(private):
    """The recipient is the Bech32 of the public key, which another library computes."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    assert bech32("age", public) == Identity.from_bytes(private).recipient


def test_the_bech32_vectors_of_bip_173_hold():
    assert bech32("a", b"") == "a12uel5l"
    assert bech32("?", b"") == "?1ezyfcl"


def test_an_identity_comes_back_from_its_text_and_the_text_is_not_shown():
    identity = Identity.generate(lambda count: bytes(range(count)))
    assert Identity.from_text(identity.text) == identity
    assert identity.text not in repr(identity)
    assert KEY.seed.hex() not in repr(KEY)
    assert repr(KEY.seed) not in repr(KEY)


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1", "age1abc", DEVICE_IDENTITY.text[:-2] + "QQ"])
def test_a_text_that_is_no_identity_is_refused(text):
    with pytest.raises(ValueError, match="identity"):
        Identity.from_text(text)


def test_a_private_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Identity.from_bytes(bytes(31))
    with pytest.raises(ValueError, match="32"):
        SigningKey.from_seed(bytes(31))
    with pytest.raises(RandomSourceBroken):
        Identity.generate(lambda _: b"short")


def test_both_device_keys_come_from_the_secret_as_the_page_says():
    keys = DeviceKeys.of_secret(SECRET)
    seed = HKDF(SHA256(), 32, b"", b"vd/device-signing/1").derive(SECRET)
    private = HKDF(SHA256(), 32, b"", b"vd/device-sealing/1").derive(SECRET)
    assert keys.signing == SigningKey.from_seed(seed)
    assert keys.identity == Identity.from_bytes(private)


def test_a_signature_holds_for_its_key_its_purpose_and_its_hash_only():
    signature = KEY.sign(b"vd/batch/1", HASH)
    assert KEY.sign(b"vd/batch/1", HASH) == signature
    assert signature_holds(KEY.public, b"vd/batch/1", HASH, signature)
    assert not signature_holds(STRANGER.public, b"vd/batch/1", HASH, signature)
    assert not signature_holds(KEY.public, b"vd/receipt/1", HASH, signature)
    assert not signature_holds(KEY.public, b"vd/batch/1", bytes(32), signature)
    assert not signature_holds(KEY.public, b"vd/batch/1", HASH, signature[:-1])
    assert not signature_holds(b"short", b"vd/batch/1", HASH, signature)


def test_parts_are_hashed_with_their_lengths():
    by_hand = (1).to_bytes(8, "big") + b"a" + (2).to_bytes(8, "big") + b"bc" + bytes(8)
    assert parts_hash(b"a", b"bc", b"") == hashlib.sha256(by_hand).digest()
    assert parts_hash(b"ab", b"c", b"") != parts_hash(b"a", b"bc", b"")


def test_the_enrolment_proof_is_what_the_page_says():
    def part(data: bytes) -> bytes:
        return len(data).to_bytes(8, "big") + data

    recipient = DEVICE_IDENTITY.recipient
    message = (
        part(b"vd/enrolment/1")
        + part(CLINIC.encode())
        + part(DEVICE.encode())
        + part(KEY.public)
        + part(recipient.encode())
    )
    proof = enrolment_hmac(
        bytes(16), clinic_id=CLINIC, device_id=DEVICE, signing_key=KEY.public, recipient=recipient
    )
    assert proof == hmac.new(bytes(16), message, "sha256").hexdigest()


# --- certificates ---


def test_a_certificate_is_read_by_whoever_knows_the_township():
    signature = CERTIFICATE.sign(TOWNSHIP_KEY)
    assert Certificate.read(CERTIFICATE.body(), signature, TOWNSHIP_KEY.public) == CERTIFICATE


def test_a_certificate_of_another_township_or_an_altered_one_is_refused():
    body, signature = CERTIFICATE.body(), CERTIFICATE.sign(TOWNSHIP_KEY)
    other = replace(CERTIFICATE, device_no=2).body()
    for given_body, given_signature, key in (
        (body, CERTIFICATE.sign(STRANGER), TOWNSHIP_KEY.public),
        (body, signature, STRANGER.public),
        (other, signature, TOWNSHIP_KEY.public),
        (body + b" ", signature, TOWNSHIP_KEY.public),
    ):
        with pytest.raises(CertificateRefused, match="not signed"):
            Certificate.read(given_body, given_signature, key)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"format": "village-doctor/batch"},
        {"more": 1},
        {"practice": 1},
        {"issued_at": "2026-11-22"},
        {"issued_at": "2026-13-22T02:15:07.042Z"},
        {"township": "somewhere"},
        {"clinic": {"id": CLINIC, "code": "99010"}},
        {"clinic": {"id": CLINIC, "code": "９９０１０１"}},
        {"device": None},
        {
            "device": {
                "id": id_of(1),
                "no": 0,
                "signing_key": "00" * 32,
                "recipient": DEVICE_IDENTITY.recipient,
            }
        },
        {
            "device": {
                "id": id_of(1),
                "no": True,
                "signing_key": "00" * 32,
                "recipient": DEVICE_IDENTITY.recipient,
            }
        },
        {"device": {"id": id_of(1), "no": 1, "signing_key": "00", "recipient": DEVICE_IDENTITY.recipient}},
        {"device": {"id": id_of(1), "no": 1, "signing_key": "00" * 32, "recipient": "age1" + "q" * 58}},
    ],
)
def test_a_signed_body_that_is_no_certificate_is_refused(change):
    value = decode_canonical(CERTIFICATE.body())
    assert isinstance(value, dict)
    body = encode_canonical({**value, **change})
    signature = TOWNSHIP_KEY.sign(b"vd/device/1", hashlib.sha256(body).digest())
    with pytest.raises(CertificateRefused):
        Certificate.read(body, signature, TOWNSHIP_KEY.public)


def test_a_body_that_is_not_canonical_is_refused():
    body = b" " + CERTIFICATE.body()
    signature = TOWNSHIP_KEY.sign(b"vd/device/1", hashlib.sha256(body).digest())
    with pytest.raises(CertificateRefused, match="canonical"):
        Certificate.read(body, signature, TOWNSHIP_KEY.public)
