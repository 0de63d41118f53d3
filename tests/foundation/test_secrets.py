"""Secrets: keys from passwords and codes, wrapping, password rules, the unlock code on paper."""

import base64
import contextlib
import hashlib
import hmac
import math
import random
from os import urandom

import argon2
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from village_doctor.foundation import secrets
from village_doctor.foundation.secrets import (
    SHIPPED_COST,
    CostRefused,
    KdfCost,
    NotEnoughMemory,
    NotUnwrapped,
    RandomSourceBroken,
    UnlockCode,
    UnlockCodeCharacter,
    UnlockCodeLength,
    UnlockCodeMistyped,
    WeakPassword,
    check_password,
    delay_seconds,
    derived_key,
    generate_password,
    new_database_key,
    normalise_password,
    password_key,
    unwrap,
    wrap,
)

CHEAP = KdfCost(memory_kib=8, time_cost=1, parallelism=1)
SALT = b"s" * 16
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

codes = st.binary(min_size=16, max_size=16).map(UnlockCode)


# --- keys ---


def test_the_shipped_cost_is_the_one_that_was_measured():
    assert KdfCost(memory_kib=131_072, time_cost=2, parallelism=2) == SHIPPED_COST
    assert len(password_key("4821-0937-5516", SALT, SHIPPED_COST)) == 32


@pytest.mark.parametrize(
    ("memory_kib", "time_cost", "parallelism"),
    [
        (1024 * 1024 + 1, 1, 1),
        (64, 21, 1),
        (1024, 1, 9),
        (7, 1, 1),
        (31, 1, 4),
        (64, 0, 1),
        (64, 1, 0),
        (-64, 1, 1),
        (2**40, 1, 1),
    ],
)
def test_a_cost_beyond_the_limits_cannot_even_exist(memory_kib, time_cost, parallelism):
    with pytest.raises(CostRefused):
        KdfCost(memory_kib=memory_kib, time_cost=time_cost, parallelism=parallelism)


def test_the_limits_themselves_are_allowed():
    KdfCost(memory_kib=1024 * 1024, time_cost=20, parallelism=8)
    KdfCost(memory_kib=64, time_cost=1, parallelism=8)


def test_a_password_key_is_argon2id_of_the_normal_form():
    hasher = argon2.PasswordHasher(time_cost=3, memory_cost=64, parallelism=2, hash_len=32)
    encoded = hasher.hash("482109375516", salt=SALT)
    key = password_key("4821-0937 5516", SALT, KdfCost(memory_kib=64, time_cost=3, parallelism=2))
    assert encoded.startswith("$argon2id$v=19$")
    assert argon2.extract_parameters(encoded).hash_len == len(key) == 32
    assert encoded.rsplit("$", 1)[1] == base64.b64encode(key).decode().rstrip("=")


def test_a_computer_without_the_memory_says_so(monkeypatch):
    def refuse(*_arguments, **_names):
        raise argon2.exceptions.HashingError("Memory allocation error")

    monkeypatch.setattr(secrets, "hash_secret_raw", refuse)
    with pytest.raises(NotEnoughMemory):
        password_key("4821-0937-5516", SALT, CHEAP)


def test_derived_keys_are_hkdf_sha256_and_differ_by_purpose():
    extracted = hmac.digest(SALT, b"secret", hashlib.sha256)
    assert derived_key(b"secret", salt=SALT, purpose="a") == hmac.digest(extracted, b"a\x01", hashlib.sha256)
    assert derived_key(b"secret", salt=SALT, purpose="a") != derived_key(b"secret", salt=SALT, purpose="b")


def test_a_database_key_is_32_random_bytes():
    assert new_database_key(lambda n: bytes(range(n))) == bytes(range(32))
    assert new_database_key(urandom) != new_database_key(urandom)


def test_a_random_source_that_gives_too_little_is_noticed():
    for make in (new_database_key, generate_password, UnlockCode.generate):
        with pytest.raises(RandomSourceBroken):
            make(lambda n: b"\x07" * (n - 1))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.binary(max_size=100))
def test_what_was_wrapped_is_unwrapped(key, secret, data):
    assert unwrap(key, wrap(key, secret, data, urandom), data) == secret


@given(st.data(), st.binary(min_size=1, max_size=40), st.binary(min_size=1, max_size=40))
def test_wrapped_bytes_that_were_changed_anywhere_are_refused(data, secret, associated):
    key = bytes(range(32))
    parts = [key, wrap(key, secret, associated, urandom), associated]
    which = data.draw(st.integers(0, 2))
    place = data.draw(st.integers(0, len(parts[which]) - 1))
    changed = bytearray(parts[which])
    changed[place] ^= data.draw(st.integers(1, 255))
    parts[which] = bytes(changed)
    with pytest.raises(NotUnwrapped):
        unwrap(*parts)


@given(st.integers(0, 50))
def test_wrapped_bytes_that_were_cut_are_refused(length):
    wrapped = wrap(b"k" * 32, b"secret", b"", urandom)
    assume(length != len(wrapped))
    with pytest.raises(NotUnwrapped):
        unwrap(b"k" * 32, (wrapped * 2)[:length], b"")


def test_wrapping_twice_never_uses_a_nonce_again():
    assert len({wrap(b"k" * 32, b"secret", b"", urandom)[:12] for _ in range(1000)}) == 1000


def test_the_delay_grows_and_stays_bearable():
    assert [delay_seconds(failures) for failures in range(-1, 11)] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert delay_seconds(10**9) == 60


# --- passwords ---


@pytest.mark.parametrize(
    "typed",
    [
        "482109375516",
        "4821-0937-5516",
        "4821 0937 5516",
        "４８２１－０９３７－５５１６",
        "4821—0937–5516 ",
        "\u30004821\t09375516",
    ],
)
def test_a_generated_password_may_be_typed_in_any_way(typed):
    assert normalise_password(typed) == "482109375516"


def test_a_password_of_ones_own_keeps_its_blanks_and_dashes():
    assert normalise_password("ｌao-shu 12") == "lao-shu 12"


@given(st.text())
def test_the_normal_form_stays_as_it_is(password):
    assert normalise_password(normalise_password(password)) == normalise_password(password)


@given(st.text(st.characters()))
@example("\ud800 half a character, as a terminal may give it")
def test_no_text_breaks_the_rules_or_the_derivation(password):
    with contextlib.suppress(WeakPassword):
        check_password(password)
    assert len(password_key(password, SALT, CHEAP)) == 32


@pytest.mark.parametrize(
    "password",
    [
        "4821-0937-5516",
        "4821-0937-5516-2",
        "xiaoma guo he",
        "SanTou*Niu7",
        "山高水长月白风清路远",
        "Kx7$mQ2#pL",
        "~}|{?*&^%!;",
    ],
)
def test_a_good_password_is_accepted(password):
    check_password(password)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too-short"),
        ("Kx7$mQ2#p", "too-short"),
        ("山高水长月白风清路", "too-short"),
        ("4821-0937", "too-short"),
        ("Kx7$mQ2#pL" * 13, "too-long"),
        ("4821093755", "digits-too-short"),
        ("4821-0937-551", "digits-too-short"),
        ("1234567890", "run"),
        ("1234-5678-9012", "run"),
        ("9876-5432-1098", "run"),
        ("abcdefghijkl", "run"),
        ("qwertyuiop", "run"),
        ("QWERTYuiop[]", "run"),
        ("1qaz2wsx3edc", "run"),
        ("!@#$%^&*()", "run"),
        ("1-2-3-4-a-b-c-d", "run"),
        ("1111-2222-3333", "repeated"),
        ("aaaaaaaaaa", "repeated"),
        ("哈哈哈哈哈哈哈哈哈哈", "repeated"),
        ("4821-4821-4821", "repeated"),
        ("4821-0948-2109", "repeated"),
        ("xkqxkqxkqx", "repeated"),
        ("0101-0110-1100", "repeated"),
        ("13800138000", "phone"),
        ("1990-7158-6427", "phone"),
        ("+86 19907158642", "phone"),
        ("liguiying19907158642", "phone"),
        ("li199-0715-8642", "phone"),
        ("0712-34967285", "phone"),
        ("li0712-3496728", "phone"),
        ("1956-0312-7482", "birthday"),
        ("7482-1203-1956", "birthday"),
        ("5603-1258-0421", "birthday"),
        ("990101195603120027", "birthday"),
        ("990101560312002", "birthday"),
        ("liguiying19560312", "birthday"),
        ("liguiying-560312", "birthday"),
        ("1956年3月12日出生的人", "birthday"),
        ("liguiying1956.3.12", "birthday"),
        ("Password97hx", "common"),
        ("wo ai ni 748", "common"),
        ("I love you 748", "common"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password, reason):
    with pytest.raises(WeakPassword) as weak:
        check_password(password)
    assert weak.value.reason == reason
    assert password not in repr(weak.value) or not password


def test_a_generated_password_is_twelve_digits_in_fours_and_passes_its_own_rules():
    chance = random.Random(7)
    made = {generate_password(chance.randbytes) for _ in range(2000)}
    assert len(made) == 2000
    for password in made:
        assert [len(group) for group in password.split("-")] == [4, 4, 4]
        assert normalise_password(password).isdigit()
        check_password(password)


def test_the_rules_take_less_than_one_bit_of_a_generated_password():
    chance = random.Random(8)
    tried = 4000

    def accepted():
        try:
            check_password(f"{chance.randrange(10**12):012}")
        except WeakPassword:
            return False
        return True

    share = sum(accepted() for _ in range(tried)) / tried
    assert math.log2(10**12 * share) > 39.3


def test_every_digit_of_a_generated_password_is_equally_likely():
    chance = random.Random(9)
    digits = "".join(normalise_password(generate_password(chance.randbytes)) for _ in range(3000))
    # The last four are hardly touched by the rules; four standard deviations.
    last = "".join(digits[start + 8 : start + 12] for start in range(0, len(digits), 12))
    for digit in "0123456789":
        assert abs(last.count(digit) - len(last) / 10) < 4 * math.sqrt(len(last) * 0.09)


def test_numbers_that_would_make_some_passwords_likelier_are_drawn_again():
    draws = iter([(18_446_744 * 10**12 + 4_821_093_755).to_bytes(8), (482109375516).to_bytes(8)])
    assert generate_password(lambda _: next(draws)) == "4821-0937-5516"


def test_a_random_source_that_repeats_itself_does_not_hang():
    with pytest.raises(RandomSourceBroken):
        generate_password(lambda n: b"\xff" * n)
    with pytest.raises(RandomSourceBroken):
        generate_password(lambda n: b"\0" * n)


# --- the unlock code ---


def mistyped(code, typed):
    with pytest.raises(UnlockCodeMistyped) as problem:
        UnlockCode.parse(typed)
    assert code.text not in repr(problem.value)
    return problem.value.groups


def group_of(place_in_text):
    return place_in_text // 5 + 1


def test_a_code_on_paper_is_seven_groups_of_four_and_ends_with_its_check_characters():
    assert UnlockCode(bytes(16)).text == "0000-0000-0000-0000-0000-0000-0000"
    assert UnlockCode(bytes(15) + b"\x01").text[:-2] == "0000-0000-0000-0000-0000-0000-01"
    code = UnlockCode.generate(lambda n: bytes(range(n)))
    assert code.text.split("-")[-1] == code.last_group
    assert [len(group) for group in code.text.split("-")] == [4] * 7


def test_a_code_does_not_show_itself():
    code = UnlockCode.generate(urandom)
    assert code.secret.hex() not in repr(code)
    assert repr(code) == "UnlockCode()"


@given(codes)
@example(UnlockCode(b"\xff" * 16))
def test_a_code_reads_back(code):
    assert UnlockCode.parse(code.text) == code
    assert set(code.text) <= {*ALPHABET, "-"}


@given(codes, st.randoms())
def test_a_code_may_be_typed_as_people_do(code, chance):
    typed = "".join(
        chance.choice({"0": "0oOＯ", "1": "1iIlLｌ"}.get(one, one + one.lower() + chr(ord(one) + 0xFEE0)))
        + chance.choice(["", "", "", " ", "-", "—", "\u3000", " - "])
        for one in code.text.replace("-", "")
    )
    assert UnlockCode.parse(typed) == code


@given(codes, st.data())
def test_any_one_wrong_character_is_noticed_and_its_group_is_named(code, data):
    place = data.draw(st.sampled_from([place for place, one in enumerate(code.text) if one != "-"]))
    other = data.draw(st.sampled_from([one for one in ALPHABET if one != code.text[place]]))
    groups = mistyped(code, code.text[:place] + other + code.text[place + 1 :])
    assert groups == (group_of(place),)


def test_every_single_substitution_of_a_code_is_noticed():
    code = UnlockCode.generate(random.Random(3).randbytes)
    for place, right in enumerate(code.text):
        for other in ALPHABET if right != "-" else "":
            if other != right:
                assert mistyped(code, code.text[:place] + other + code.text[place + 1 :]) == (
                    group_of(place),
                )


@given(codes, st.integers(0, 26))
def test_two_neighbours_that_changed_places_are_noticed_and_their_group_is_among_the_named(code, place):
    bare = list(code.text.replace("-", ""))
    assume(bare[place] != bare[place + 1])
    bare[place : place + 2] = reversed(bare[place : place + 2])
    groups = mistyped(code, "".join(bare))
    assert {place // 4 + 1, (place + 1) // 4 + 1} <= set(groups)


@given(
    codes,
    st.lists(
        st.tuples(st.integers(0, 27), st.integers(1, 31)), min_size=2, max_size=2, unique_by=lambda e: e[0]
    ),
)
def test_any_two_wrong_characters_are_noticed(code, errors):
    values = [ALPHABET.index(one) for one in code.text.replace("-", "")]
    for place, difference in errors:
        values[place] ^= difference
    mistyped(code, "".join(ALPHABET[value] for value in values))


def test_characters_that_are_not_of_this_world_are_noticed():
    # Two bits in front are always zero: a well-checked code with one of them set was never printed.
    data = [8] + [0] * 25
    text = "".join(ALPHABET[value] for value in [*data, *secrets._check_values(data)])
    with pytest.raises(UnlockCodeMistyped) as problem:
        UnlockCode.parse(text)
    assert problem.value.groups == (1,)


@pytest.mark.parametrize(
    ("change", "groups"),
    [
        (lambda text: text[:-1], (7,)),
        (lambda text: text.replace("-", "", 1) + "Z", ()),
        (lambda text: text[:7] + text[8:], (2,)),
        (lambda text: text[:7] + "Z" + text[7:], (2,)),
        (lambda text: text.replace("-", "")[1:], ()),
        (lambda text: text[5:], ()),
        (lambda _: "", ()),
        (lambda _: " - ", ()),
        (lambda text: text * 2, ()),
    ],
    ids=[
        "last missing",
        "one too many without dash",
        "one missing",
        "one too many",
        "first missing",
        "group missing",
        "empty",
        "only dashes",
        "twice",
    ],
)
def test_a_code_of_another_length_is_refused_naming_the_group_if_it_shows(change, groups):
    text = UnlockCode.generate(random.Random(4).randbytes).text
    with pytest.raises(UnlockCodeLength) as problem:
        UnlockCode.parse(change(text))
    assert problem.value.groups == groups


@pytest.mark.parametrize("character", ["U", "u", "一", "é", "٣", "²"])
def test_a_character_that_no_code_has_is_refused_naming_its_group(character):
    text = UnlockCode.generate(random.Random(5).randbytes).text
    code = text[:11] + character + text[12:]
    if character == "²":
        code = text.replace("-", "")[:9] + "\u0419" + text.replace("-", "")[10:]
    with pytest.raises(UnlockCodeCharacter) as problem:
        UnlockCode.parse(code)
    assert problem.value.groups == (3,)


def test_a_codes_key_depends_on_code_and_salt():
    one, other = UnlockCode.generate(urandom), UnlockCode.generate(urandom)
    assert len({one.key(SALT), other.key(SALT), one.key(b"t" * 16)}) == 3
    assert one.key(SALT) == derived_key(one.secret, salt=SALT, purpose="vd/unlock-code/1")
