"""The slot file: opens with the right secret and nothing else, survives nothing that was altered."""

import json
import re
import stat
from dataclasses import replace
from os import urandom

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from village_doctor.foundation import keyslots
from village_doctor.foundation.keyslots import (
    KeptSlot,
    NoSuchSlot,
    PasswordSlot,
    SlotFile,
    SlotFileDamaged,
    SlotFileProblem,
    SlotFileTooNew,
    SlotRefused,
    SlotTooCostly,
    UnlockCodeSlot,
    WrongPassword,
    WrongUnlockCode,
    kept_slot,
    open_with_password,
    open_with_unlock_code,
    password_slot,
    unlock_code_slot,
)
from village_doctor.foundation.paths import resources
from village_doctor.foundation.secrets import KdfCost, UnlockCode, password_key

CHEAP = KdfCost(memory_kib=16, time_cost=1, parallelism=1)
DATABASE = "0190a000-0000-7000-8000-00000000000d"
OWNER, HELPER = "0190a000-0000-7000-8000-00000000000a", "0190a000-0000-7000-8000-00000000000b"
KEY = bytes(range(32))
PASSWORD, OTHER = "4821-0937-5516", "7306-4192-8853"
CODE = UnlockCode(bytes(range(100, 116)))


def id_of(number):
    return f"0190a000-0000-7000-8000-{number:012}"


def password(number=1, staff=OWNER, secret=PASSWORD, database=DATABASE, key=KEY):
    return password_slot(
        slot_id=id_of(number),
        database_id=database,
        staff=staff,
        password=secret,
        database_key=key,
        cost=CHEAP,
        random_bytes=urandom,
    )


def unlock(number=2, code=CODE, database=DATABASE):
    return unlock_code_slot(
        slot_id=id_of(number),
        database_id=database,
        staff=OWNER,
        code=code,
        database_key=KEY,
        random_bytes=urandom,
    )


RECOVERY = kept_slot(slot_id=id_of(3), kind="recovery", fields={"recipient": "age1example", "sealed": "00ff"})
FUTURE = kept_slot(
    slot_id=id_of(4), kind="fingerprint", fields={"匠": [1, {"b": None, "a": True}], "staff": HELPER}
)


def full():
    return SlotFile(
        database_id=DATABASE, slots=(password(), unlock(), RECOVERY, FUTURE, password(5, HELPER, OTHER))
    )


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def changed(slot_file, change):
    top = json.loads(slot_file.to_bytes())
    change(top)
    return canonical(top)


# --- opening ---


def test_each_secret_opens_the_same_key_and_says_whose_slot_it_was():
    slots = full()
    assert open_with_password(slots, PASSWORD).database_key == KEY
    assert open_with_password(slots, PASSWORD).slot.staff == OWNER
    assert open_with_password(slots, OTHER).slot.staff == HELPER
    assert open_with_unlock_code(slots, CODE).database_key == KEY
    assert open_with_unlock_code(slots, CODE).slot.kind == "unlock_code"


def test_a_wrong_secret_opens_nothing():
    with pytest.raises(WrongPassword):
        open_with_password(full(), "4821-0937-5517")
    with pytest.raises(WrongUnlockCode):
        open_with_unlock_code(full(), UnlockCode(bytes(16)))


def test_without_a_slot_of_that_kind_there_is_nothing_to_try():
    with pytest.raises(NoSuchSlot):
        open_with_password(SlotFile(database_id=DATABASE, slots=(unlock(), FUTURE)), PASSWORD)
    with pytest.raises(NoSuchSlot):
        open_with_unlock_code(SlotFile(database_id=DATABASE, slots=(password(), RECOVERY)), CODE)


def test_the_slot_named_first_is_tried_first(monkeypatch):
    slots, tried = full(), []

    def deriving(secret, salt, cost):
        tried.append(salt)
        return password_key(secret, salt, cost)

    monkeypatch.setattr(keyslots, "password_key", deriving)
    last = slots.slots[-1]
    assert isinstance(last, PasswordSlot)
    open_with_password(slots, OTHER, first=last.id)
    assert tried == [last.salt]
    tried.clear()
    open_with_password(slots, OTHER, first="unknown")
    assert len(tried) == 2


def test_what_was_opened_does_not_show_the_key():
    shown = repr(open_with_password(full(), PASSWORD))
    assert KEY.hex() not in shown
    assert repr(KEY) not in shown


@given(st.binary(min_size=32, max_size=32), st.text(max_size=30), st.binary(min_size=16, max_size=16))
def test_any_key_comes_back_from_any_password_and_code_through_the_bytes(key, secret, code_bytes):
    code = UnlockCode(code_bytes)
    slots = (
        SlotFile(database_id=DATABASE)
        .with_slot(password(secret=secret, key=key))
        .with_slot(replace(unlock(code=code)))
    )
    read = SlotFile.from_bytes(slots.to_bytes())
    assert read == slots
    assert open_with_password(read, secret).database_key == key
    assert open_with_unlock_code(read, code).database_key == KEY


# --- tampering ---


@given(st.data())
def test_a_slot_file_with_any_byte_changed_does_not_open(data):
    kind = data.draw(st.sampled_from(["password", "unlock_code"]))
    slot = password() if kind == "password" else unlock()
    original = SlotFile(database_id=DATABASE, slots=(slot,)).to_bytes()
    place = data.draw(st.integers(0, len(original) - 1))
    new = data.draw(st.one_of(st.integers(0, 255), st.sampled_from(b'0123456789abcdef"{}[],:-_ ')))
    assume(new != original[place])
    assert_does_not_open(original[:place] + bytes([new]) + original[place + 1 :])


@given(st.data())
def test_a_slot_file_with_bytes_inserted_or_cut_does_not_open(data):
    original = SlotFile(database_id=DATABASE, slots=(password(), unlock())).to_bytes()
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, len(original)))
    new = data.draw(st.sampled_from([b"", b" ", b"\n", b"0", b'"', b",", b"null", b"\xef\xbb\xbf", b"{}"]))
    altered = original[:start] + new + original[end:]
    assume(altered != original)
    # Cutting a whole slot out is seen by nobody without the key: the other one still opens, and only that.
    remaining = re.findall(rb'"kind":"(\w+)"', altered)
    assume(len(remaining) == 2 or end - start < 200)
    assert_does_not_open(altered)


def assert_does_not_open(data):
    for opening in (
        lambda slots: open_with_password(slots, PASSWORD),
        lambda slots: open_with_unlock_code(slots, CODE),
    ):
        with pytest.raises((SlotFileProblem, WrongPassword, WrongUnlockCode, NoSuchSlot)):
            opening(SlotFile.from_bytes(data))


@pytest.mark.parametrize(
    "change",
    [
        {"id": id_of(9)},
        {"staff": HELPER},
        {"database_id": id_of(9)},
        {"salt": b"x" * 16},
        {"cost": KdfCost(memory_kib=17, time_cost=1, parallelism=1)},
        {"cost": KdfCost(memory_kib=16, time_cost=2, parallelism=1)},
        {"cost": KdfCost(memory_kib=16, time_cost=1, parallelism=2)},
        {"wrapped": bytes(60)},
    ],
)
def test_a_slot_with_any_field_changed_does_not_open(change):
    altered = replace(password(), **change)
    with pytest.raises(WrongPassword):
        open_with_password(SlotFile(database_id=DATABASE, slots=(altered,)), PASSWORD)


@pytest.mark.parametrize("change", [{"id": id_of(9)}, {"staff": HELPER}, {"database_id": id_of(9)}])
def test_the_fields_are_bound_even_where_the_slots_key_stays_the_same(change):
    # An unlock code's key does not depend on these: only the associated data protect them.
    altered = replace(unlock(), **change)
    with pytest.raises(WrongUnlockCode):
        open_with_unlock_code(SlotFile(database_id=DATABASE, slots=(altered,)), CODE)


def test_the_format_version_is_bound(monkeypatch):
    slots = full()
    monkeypatch.setattr(keyslots, "VERSION", 2)
    with pytest.raises(WrongUnlockCode):
        open_with_unlock_code(slots, CODE)


def test_slots_of_another_database_do_not_open_here():
    data = changed(
        SlotFile(database_id=DATABASE, slots=(unlock(),)), lambda top: top.update(database_id=id_of(9))
    )
    with pytest.raises(WrongUnlockCode):
        open_with_unlock_code(SlotFile.from_bytes(data), CODE)


def test_a_wrapped_key_cannot_be_moved_to_another_slot_of_the_same_code():
    one, other = unlock(1), unlock(2)
    moved = replace(one, wrapped=other.wrapped, salt=other.salt)
    with pytest.raises(WrongUnlockCode):
        open_with_unlock_code(SlotFile(database_id=DATABASE, slots=(moved,)), CODE)


# --- reading ---


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memory_kib", 1024 * 1024 + 1),
        ("memory_kib", 10**30),
        ("time_cost", 21),
        ("parallelism", 9),
        ("time_cost", 0),
        ("memory_kib", -1),
    ],
)
def test_a_slot_that_costs_too_much_is_refused_and_never_computed(monkeypatch, name, value):
    def never(*_):
        raise AssertionError("computed")

    slots = full()
    monkeypatch.setattr(keyslots, "password_key", never)
    data = changed(slots, lambda top: top["slots"][0]["parameters"].update({name: value}))
    with pytest.raises(SlotTooCostly):
        SlotFile.from_bytes(data)


def test_a_file_of_a_newer_program_is_refused_as_such_whatever_else_is_in_it():
    with pytest.raises(SlotFileTooNew) as problem:
        SlotFile.from_bytes(b'{"format": "village-doctor/key-slots", "version": 7, "new": {"shape": 1}}')
    assert problem.value.version == 7


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100,
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"[" * 200_000,
        b'{"version":1e0}',
        b'{"a":NaN}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"format":"village-doctor/key-slots","version":1}',
        b'{"format":"village-doctor/key-slots","version":0}',
        b'{"format":"village-doctor/key-slots","version":true}',
        b'{"format":"village-doctor/key-slots","version":"1"}',
        b'{"format":"something else","version":2}',
        b" " * (256 * 1024 + 1),
    ],
)
def test_what_is_no_slot_file_is_damaged(data):
    with pytest.raises(SlotFileDamaged):
        SlotFile.from_bytes(data)


BREAKS = {
    "unknown field at the top": lambda top: top.update(extra=1),
    "no slots": lambda top: top.pop("slots"),
    "slots no list": lambda top: top.update(slots={}),
    "slot no object": lambda top: top.update(slots=[1]),
    "database id no id": lambda top: top.update(database_id="x"),
    "slot id twice": lambda top: top["slots"].append(top["slots"][0]),
    "65 slots": lambda top: top["slots"].extend({"id": id_of(100 + n), "kind": "x"} for n in range(60)),
    "unknown field": lambda top: top["slots"][0].update(extra=1),
    "field missing": lambda top: top["slots"][0].pop("staff"),
    "a name instead of an id": lambda top: top["slots"][0].update(staff="李桂英"),
    "upper-case id": lambda top: top["slots"][0].update(id=id_of(1).replace("a", "A")),
    "upper-case kind": lambda top: top["slots"][0].update(kind="Password"),
    "empty kind": lambda top: top["slots"][0].update(kind=""),
    "no kind": lambda top: top["slots"][0].update(kind=None),
    "parameters no object": lambda top: top["slots"][0].update(parameters=[]),
    "unknown parameter": lambda top: top["slots"][0]["parameters"].update(extra=1),
    "unknown derivation": lambda top: top["slots"][0]["parameters"].update(kdf="argon2i"),
    "number as text": lambda top: top["slots"][0]["parameters"].update(memory_kib="16"),
    "truth value as number": lambda top: top["slots"][0]["parameters"].update(memory_kib=True),
    "fraction": lambda top: top["slots"][0]["parameters"].update(memory_kib=16.0),
    "short salt": lambda top: top["slots"][0]["parameters"].update(salt="00"),
    "upper-case hex": lambda top: top["slots"][0].update(wrapped="A" * 120),
    "long wrapped key": lambda top: top["slots"][0].update(wrapped="a" * 122),
    "unknown derivation of a code": lambda top: top["slots"][1]["parameters"].update(kdf="none"),
    "unknown parameter of a code": lambda top: top["slots"][1]["parameters"].update(memory_kib=1),
    "kept slot as password": lambda top: top["slots"][3].update(kind="password"),
}


@pytest.mark.parametrize("change", BREAKS.values(), ids=BREAKS)
def test_a_slot_file_that_breaks_its_format_is_damaged(change):
    data = changed(full(), change)
    with pytest.raises(SlotFileDamaged):
        SlotFile.from_bytes(data)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.replace(b'"version":1', b'"version":1,"version":1'),
        lambda data: data.replace(b'"kind":"unlock_code"', b'"kind":"password","kind":"unlock_code"'),
        lambda data: data.replace(b'"time_cost":1', b'"time_cost":1,"time_cost":1'),
    ],
    ids=["top", "slot", "parameters"],
)
def test_a_key_that_is_there_twice_is_refused_at_every_depth(spoil):
    data = full().to_bytes()
    assert spoil(data) != data
    with pytest.raises(SlotFileDamaged, match="not JSON of the required kind"):
        SlotFile.from_bytes(spoil(data))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data + b"\n",
        lambda data: json.dumps(json.loads(data)).encode(),
        lambda data: data.replace("匠".encode(), b"\\u5320"),
        lambda data: data.replace("匠".encode(), b"\\ud800"),
        lambda data: b"\xef\xbb\xbf" + data,
    ],
    ids=["line end", "blanks", "escape", "half a character", "byte order mark"],
)
def test_what_is_not_canonical_is_refused(spoil):
    data = full().to_bytes()
    assert spoil(data) != data
    with pytest.raises(SlotFileDamaged):
        SlotFile.from_bytes(spoil(data))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.from_regex("[a-z][a-z0-9_]{0,31}", fullmatch=True),
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values, max_size=4),
)
def test_a_kind_of_a_newer_program_is_kept_and_written_again_unchanged(kind, fields):
    assume(kind not in ("password", "unlock_code") and not {"id", "kind"} & set(fields))
    slot = kept_slot(slot_id=id_of(7), kind=kind, fields=fields)
    data = SlotFile(database_id=DATABASE, slots=(unlock(), slot)).to_bytes()
    read = SlotFile.from_bytes(data)
    assert read.slots[1] == slot
    assert read.to_bytes() == data
    assert json.loads(data)["slots"][1] == {**fields, "id": id_of(7), "kind": kind}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("password", {}),
        ("Recovery", {}),
        ("recovery", {"id": "x"}),
        ("recovery", {"kind": "x"}),
        ("recovery", {"x": "\ud800"}),
    ],
)
def test_a_kept_slot_that_could_not_be_read_back_is_not_made(kind, fields):
    with pytest.raises(SlotFileDamaged):
        kept_slot(slot_id=id_of(7), kind=kind, fields=fields)


# --- changing, saving, leaving ---


def test_changing_gives_a_new_file_and_leaves_the_old_value():
    first = SlotFile(database_id=DATABASE).with_slot(password())
    second = first.with_slot(unlock())
    third = second.replaced(id_of(1), password(6, secret=OTHER))
    assert [slot.id for slot in first.slots] == [id_of(1)]
    assert [slot.id for slot in third.slots] == [id_of(6), id_of(2)]
    assert open_with_password(third, OTHER).database_key == KEY
    with pytest.raises(WrongPassword):
        open_with_password(third, PASSWORD)
    assert [slot.id for slot in third.without_slot(id_of(2)).slots] == [id_of(6)]


def test_a_slot_may_be_replaced_under_the_same_id():
    slots = full().replaced(id_of(1), password(1, secret="9157-2046-8331"))
    assert open_with_password(slots, "9157-2046-8331").slot.id == id_of(1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda slots: slots.with_slot(password(2)), "id-twice"),
        (lambda slots: slots.replaced(id_of(1), password(2)), "id-twice"),
        (lambda slots: slots.replaced(id_of(8), password(8)), "id-unknown"),
        (lambda slots: slots.without_slot(id_of(8)), "id-unknown"),
        (lambda slots: slots.with_slot(password(8, database=id_of(9))), "other-database"),
        (lambda slots: slots.replaced(id_of(1), unlock(8, database=id_of(9))), "other-database"),
    ],
    ids=["added", "replaced", "replace unknown", "remove unknown", "add foreign", "replace foreign"],
)
def test_a_change_that_would_make_the_file_wrong_is_refused(change, reason):
    with pytest.raises(SlotRefused) as refused:
        change(full())
    assert refused.value.reason == reason


def test_the_last_way_in_cannot_be_removed():
    slots = SlotFile(database_id=DATABASE, slots=(password(), RECOVERY, FUTURE))
    with pytest.raises(SlotRefused, match="last-way-in"):
        slots.without_slot(id_of(1))
    assert slots.without_slot(RECOVERY.id).slots == (slots.slots[0], FUTURE)


def test_what_could_not_be_read_again_is_never_written(tmp_path):
    full().save(tmp_path / "slots")
    before = (tmp_path / "slots").read_bytes()
    for wrong in (
        SlotFile(database_id=DATABASE, slots=(password(staff="李桂英"),)),
        SlotFile(database_id="here", slots=()),
        SlotFile(database_id=DATABASE, slots=tuple(replace(FUTURE, id=id_of(100 + n)) for n in range(65))),
        SlotFile(database_id=DATABASE, slots=(replace(password(), wrapped=b"short"),)),
        SlotFile(database_id=DATABASE, slots=(FUTURE, FUTURE)),
        SlotFile(database_id=DATABASE, slots=(replace(FUTURE, body='{"a":  1}'),)),
    ):
        with pytest.raises(SlotFileDamaged):
            wrong.save(tmp_path / "slots")
    assert (tmp_path / "slots").read_bytes() == before


def test_a_saved_file_is_loaded_again_and_is_its_owners_alone(tmp_path):
    slots = full()
    slots.save(tmp_path / "keyslots.json")
    assert SlotFile.load(tmp_path / "keyslots.json") == slots
    assert stat.S_IMODE((tmp_path / "keyslots.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keyslots.json"]


def test_a_missing_file_is_an_os_error_and_a_huge_one_is_not_read_to_its_end(tmp_path):
    with pytest.raises(FileNotFoundError):
        SlotFile.load(tmp_path / "missing")
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(10**12)
    with pytest.raises(SlotFileDamaged, match="too long"):
        SlotFile.load(tmp_path / "huge")


def test_the_largest_file_fits_into_the_header_of_a_backup():
    slots = SlotFile(database_id=DATABASE, slots=tuple(password(100 + n) for n in range(64)))
    assert len(slots.to_bytes()) < 60 * 1024


def test_a_copy_that_leaves_holds_only_unlock_code_and_recovery():
    leaving = full().for_leaving()
    assert [slot.kind for slot in leaving.slots] == ["unlock_code", "recovery"]
    assert leaving.database_id == DATABASE
    assert open_with_unlock_code(SlotFile.from_bytes(leaving.to_bytes()), CODE).database_key == KEY
    with pytest.raises(NoSuchSlot):
        open_with_password(leaving, PASSWORD)
    assert b"argon2" not in leaving.to_bytes()


def test_a_copy_that_nobody_could_open_does_not_leave():
    with pytest.raises(NoSuchSlot):
        SlotFile(database_id=DATABASE, slots=(password(), FUTURE)).for_leaving()


def test_neither_the_key_nor_a_secret_is_in_the_file():
    data = full().to_bytes()
    for secret in (KEY, CODE.secret, PASSWORD.encode(), b"482109375516", CODE.text.encode()):
        assert secret not in data
        assert secret.hex().encode() not in data


def test_the_same_password_gives_different_slots_each_time():
    one, other = password(), password()
    assert one.salt != other.salt
    assert one.wrapped != other.wrapped


# --- the format page ---


def test_the_example_of_the_format_page_opens():
    page = (resources() / "formats" / "keyslots.md").read_text(encoding="utf-8")
    example = re.findall(r"```json\n(.*?)\n```", page, re.DOTALL)
    secrets_of_page = re.search(r"Password `([^`]+)`, unlock code\s+`([^`]+)`", page)
    assert len(example) == 1
    assert secrets_of_page
    slots = SlotFile.from_bytes(example[0].encode())
    assert [slot.kind for slot in slots.slots] == ["password", "unlock_code", "recovery"]
    assert open_with_password(slots, secrets_of_page[1]).database_key == KEY
    assert open_with_unlock_code(slots, UnlockCode.parse(secrets_of_page[2])).database_key == KEY
    assert slots.to_bytes() == example[0].encode()


def test_the_page_describes_the_wrapping_well_enough_to_open_it_without_this_program():
    from argon2.low_level import Type, hash_secret_raw
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    top = json.loads(full().to_bytes())
    for slot in top["slots"][:2]:
        p = slot["parameters"]
        salt, wrapped = bytes.fromhex(p["salt"]), bytes.fromhex(slot["wrapped"])
        if slot["kind"] == "password":
            key = hash_secret_raw(
                b"482109375516", salt, p["time_cost"], p["memory_kib"], p["parallelism"], 32, Type.ID, 0x13
            )
        else:
            key = HKDF(SHA256(), 32, salt, b"vd/unlock-code/1").derive(CODE.secret)
        bound = canonical(["vd/key-slot", 1, top["database_id"], slot["id"], slot["staff"], slot["kind"], p])
        assert ChaCha20Poly1305(key).decrypt(wrapped[:12], wrapped[12:], bound) == KEY


def test_a_slot_has_the_kind_that_its_class_says():
    assert (password().kind, unlock().kind, RECOVERY.kind) == ("password", "unlock_code", "recovery")
    assert [type(slot) for slot in full().slots[:3]] == [PasswordSlot, UnlockCodeSlot, KeptSlot]
