"""Six words: the first 66 bits of a hash, and typed back in any way people type."""

import hashlib

import pytest

from tests.sync.letters import CLINIC, DEVICE, DEVICE_IDENTITY, INVITATION, KEY
from village_doctor.sync.identity import parts_hash
from village_doctor.sync.words import WordList, device_words, load_words, same_words, township_words

INVENTED = WordList(tuple(f"w{number}" for number in range(2048)))
SIX = ("艾草", "爱好", "鹌鹑", "白菜", "板凳", "茶壶")


def test_the_words_are_the_first_66_bits_most_significant_first():
    numbers = (1, 2047, 0, 1024, 5, 2046)
    bits = "".join(f"{number:011b}" for number in numbers) + "1" * (256 - 66)
    hash_ = int(bits, 2).to_bytes(32, "big")
    assert INVENTED.of_hash(hash_) == tuple(f"w{number}" for number in numbers)


def township(**change):
    given = {
        "township_id": INVITATION.township_id,
        "signing_key": INVITATION.signing_key,
        "letters_recipient": INVITATION.letters_recipient,
        "recovery_recipient": INVITATION.recovery_recipient,
        **change,
    }
    return township_words(INVENTED, **given)


def device(**change):
    given = {
        "clinic_id": CLINIC,
        "device_id": DEVICE,
        "signing_key": KEY.public,
        "recipient": DEVICE_IDENTITY.recipient,
        **change,
    }
    return device_words(INVENTED, **given)


def test_a_township_has_the_words_of_its_id_and_keys():
    hash_ = parts_hash(
        b"vd/township-words/1",
        INVITATION.township_id.encode(),
        INVITATION.signing_key,
        INVITATION.letters_recipient.encode(),
        INVITATION.recovery_recipient.encode(),
    )
    assert township() == INVENTED.of_hash(hash_)


def test_a_device_has_the_words_of_its_clinic_id_and_keys():
    hash_ = parts_hash(
        b"vd/device-words/1", CLINIC.encode(), DEVICE.encode(), KEY.public, DEVICE_IDENTITY.recipient.encode()
    )
    assert device() == INVENTED.of_hash(hash_)


def test_whatever_is_another_one_gives_other_words():
    for name in ("township_id", "letters_recipient", "recovery_recipient"):
        assert township(**{name: "other"}) != township()
    for name in ("clinic_id", "device_id", "recipient"):
        assert device(**{name: "other"}) != device()
    assert township(signing_key=bytes(32)) != township()
    assert device(signing_key=bytes(32)) != device()


@pytest.mark.parametrize(
    "typed",
    [
        "艾草 爱好 鹌鹑 白菜 板凳 茶壶",
        "艾草爱好鹌鹑白菜板凳茶壶",
        "  艾草　爱好，鹌鹑、白菜。板凳-茶壶\n",
        "艾草,爱好;鹌鹑/白菜|板凳…茶壶",
        "“艾草” “爱好” “鹌鹑” “白菜” “板凳” “茶壶”",
    ],
)
def test_blanks_and_punctuation_do_not_matter(typed):
    assert same_words(typed, SIX)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "艾草 爱好 鹌鹑 白菜 板凳",
        "爱好 艾草 鹌鹑 白菜 板凳 茶壶",
        "艾草 爱好 鹌鹑 白菜 板凳 茶壶 茶壶",
        "艾草 爱好 鹌鹑 白菜 板凳 茶杯",
        "1艾草 2爱好 3鹌鹑 4白菜 5板凳 6茶壶",
    ],
)
def test_other_words_are_other_words(typed):
    assert not same_words(typed, SIX)


@pytest.mark.parametrize(
    "words",
    [
        INVENTED.words[:-1],
        (*INVENTED.words, "more"),
        (*INVENTED.words[:-1], "w0"),
        (*INVENTED.words[:-1], ""),
    ],
)
def test_a_list_of_another_length_or_with_a_word_twice_is_refused(words):
    with pytest.raises(ValueError, match="2,048"):
        WordList(words)


def test_the_shipped_list_is_loaded_once_and_words_can_be_typed_back():
    words = load_words()
    assert load_words() is words
    found = words.of_hash(hashlib.sha256(b"any").digest())
    assert same_words("，".join(found), found)
