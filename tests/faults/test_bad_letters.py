"""What a letter or a receipt may be instead of a good one: each with its stated outcome, a plain message, nothing else changed.

The letters are real ones of a real home, taken apart and put together again as somebody with the keys could, or damaged as
a stick damages them. `batch.md`, "What may come of a letter"; `receipt.md`, "Taking one in".
"""

import hashlib
import json
import random
import re
import resource
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy

from tests.post import Post
from tests.village import contents
from village_doctor.cli.failures import message_of
from village_doctor.domain.changes.canonical import encode_canonical
from village_doctor.domain.people import Phone, Resident
from village_doctor.services import enrolling, safekeeping
from village_doctor.services.registering import add_phone
from village_doctor.store.tables import select
from village_doctor.sync.identity import DeviceKeys, Identity
from village_doctor.sync.seal import MOST_RATIO, seal, unseal
from village_doctor.township import confirming, receiving

CHINESE = re.compile("[\u4e00-\u9fff]{4}")


@pytest.fixture(scope="module")
def delivered(tmp_path_factory) -> Post:
    """A confirmed clinic, everything delivered, the stick empty again."""
    post = Post.enrolled(tmp_path_factory.mktemp("delivered"))
    post.until_delivered()
    clear(post)
    return post


@pytest.fixture
def post(delivered, tmp_path) -> Post:
    return delivered.copy(tmp_path)


def clear(post: Post) -> None:
    for path in post.stick.iterdir():
        path.unlink()


def write_something(post: Post, count: int = 1) -> None:
    with post.workplace() as workplace:
        resident = workplace.query(lambda connection: next(select(connection, Resident)).id)
        known = workplace.query(lambda connection: len(list(select(connection, Phone))))
        for index in range(known, known + count):
            workplace.command(add_phone, f"1990001{index:04d}", resident_id=resident)


def letter(post: Post) -> Path:
    """One new small letter on the stick."""
    write_something(post)
    post.send()
    (path,) = post.stick.glob("*.vdbatch")
    return path


def tables(post: Post) -> dict[str, list[tuple[object, ...]]]:
    """Everything the township holds but its list of refused files, and how many things have happened."""
    with post.office() as office, office.inbox.reading() as connection:
        names = [name for name in sqlalchemy.inspect(connection).get_table_names() if name != "office"]
        return {
            name: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {name}")), key=repr)
            for name in names
            if name not in ("quarantine", "received_file")
        }


def keys_of(post: Post) -> DeviceKeys:
    with post.workplace() as workplace:
        return enrolling.device_keys(workplace)


@dataclass
class Opened:
    """A letter taken apart."""

    header: dict
    changes: list[dict]
    keys: DeviceKeys
    recipient: str

    @classmethod
    def of(cls, path: Path, post: Post) -> "Opened":
        chunks: list[bytes] = []
        with post.office() as office, path.open("rb") as source:
            unseal(source, office.identities, chunks.append)
            recipient = office.letters_recipient
        header, *changes, _closing = map(json.loads, b"".join(chunks).splitlines())
        return cls(header, changes, keys_of(post), recipient)

    def plain(self) -> bytes:
        lines = [encode_canonical(one) + b"\n" for one in (self.header, *self.changes)]
        hashed = hashlib.sha256(b"".join(lines))
        signature = self.keys.signing.sign(b"vd/batch/1", hashed.digest())
        closing = encode_canonical({"sha256": hashed.hexdigest(), "signature": signature.hex()})
        return b"".join(lines) + closing + b"\n"

    def seal_to(self, path: Path, recipient: str | None = None) -> None:
        write_sealed(path, [self.plain()], recipient or self.recipient)


def write_sealed(path: Path, plain, recipient: str) -> None:
    with path.open("wb") as target:
        seal(plain, recipient, target)


def unchanging(post: Post, but: str) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in tables(post).items() if name != but}


def refused(post: Post, code: str, but: str = "") -> None:
    """The only letter on the stick is refused with that reason, in plain Chinese; nothing else has changed."""
    before, clinic = unchanging(post, but), contents(post.stick)
    (told,) = post.receive().letters
    assert (told.result, told.problem and told.problem.code) == ("quarantined", code)
    assert told.problem is not None
    assert CHINESE.search(message_of(told.problem))
    assert unchanging(post, but) == before
    assert contents(post.stick) == clinic, "the stick is left as it was"
    (held,) = post.standing().quarantine
    assert held.problem.code == code
    assert held.kept_as is not None
    assert (post.desk.home / "quarantine" / held.kept_as).is_file()
    assert not list(post.desk.home.glob(".aside-*"))


# --- damaged on the way -------------------------------------------------------------------------------


def test_a_byte_flipped_anywhere(post):
    path = letter(post)
    good, before = path.read_bytes(), tables(post)
    with post.office() as office:
        for place in range(0, len(good), 7):
            path.write_bytes(good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1 :])
            (told,) = receiving.receive(office, post.stick).letters
            assert told.result == "quarantined", place
            assert told.problem is not None
            assert told.problem.code in ("letter-damaged", "letter-not-for-us"), place
    assert tables(post) == before
    path.write_bytes(good)
    assert [one.result for one in post.receive().letters] == ["taken"]


def test_cut_at_every_position(post):
    path = letter(post)
    good, before = path.read_bytes(), tables(post)
    with post.office() as office:
        for length in range(len(good)):
            path.write_bytes(good[:length])
            (told,) = receiving.receive(office, post.stick).letters
            assert told.result == "quarantined", length
            assert told.problem is not None
            assert told.problem.code == "letter-damaged", length
    assert tables(post) == before
    path.write_bytes(good)
    assert [one.result for one in post.receive().letters] == ["taken"]


# --- sealed to somebody else, named otherwise, sent again -----------------------------------------------


def test_sealed_with_another_townships_key(post):
    path = letter(post)
    opened = Opened.of(path, post)
    opened.seal_to(path, Identity.generate(lambda size: b"\x07" * size).recipient)
    refused(post, "letter-not-for-us")


def test_a_letter_to_another_township_sealed_again_to_this_one(post):
    """Who could open it cannot pass it on as if it had been written for here."""
    path = letter(post)
    opened = Opened.of(path, post)
    opened.header["recipient"]["fingerprint"] = "ab" * 32
    opened.seal_to(path)
    refused(post, "letter-damaged")


def test_a_renamed_copy_is_the_same_letter(post):
    path = letter(post)
    shutil.copy(path, path.with_name(f"{'5' * 32}.vdbatch"))
    assert sorted(one.result for one in post.receive().letters) == ["had", "taken"]
    assert post.held() == post.written()


def test_a_letter_that_is_sent_twice(post):
    path = letter(post)
    assert [one.result for one in post.receive().letters] == ["taken"]
    before = tables(post)
    path.unlink()
    post.send()  # without a receipt it goes again, sealed anew
    (again,) = post.stick.glob("*.vdbatch")
    assert [one.result for one in post.receive().letters] == ["had"]
    assert tables(post) == before
    assert again.name != path.name


def test_the_third_before_the_second(post):
    for _ in range(3):
        write_something(post)
        post.send()
    first, second, third = (path for _, path in sorted(numbered(post).items()))
    elsewhere = post.folder / "elsewhere"
    elsewhere.mkdir()
    second = second.rename(elsewhere / second.name)
    told = {one.result: one for one in post.receive().letters}
    assert set(told) == {"taken", "waits-missing"}
    number = told["taken"].batch_no
    assert told["waits-missing"].missing == (number + 1,)
    (clinic,) = post.standing().clinics
    (device,) = clinic.devices
    assert (device.missing, device.waiting) == ((number + 1,), (number + 2,))
    second.rename(post.stick / second.name)
    later = post.receive()
    assert sorted(one.result for one in later.letters) in (["had", "taken", "taken"], ["had", "had", "taken"])
    assert post.held() == post.written()
    assert first.exists()
    assert third.exists()


def numbered(post: Post) -> dict[int, Path]:
    """The letters on the stick by their numbers."""
    return {Opened.of(path, post).header["batch_no"]: path for path in post.stick.glob("*.vdbatch")}


# --- a device that is two, a stranger, a lost one --------------------------------------------------------


def test_a_forked_device(post, tmp_path):
    """A home copied with all the computer's own files writes under the same device: both are kept, the second is refused."""
    twin = post.copy(tmp_path / "twin")
    write_something(post)
    write_something(twin, 2)
    post.send()
    assert [one.result for one in post.receive().letters] == ["taken"]
    before = tables(post)
    clear(post)
    twin.send()
    (path,) = twin.stick.glob("*.vdbatch")
    shutil.copy(path, post.stick / path.name)
    (told,) = post.receive().letters
    assert told.problem is not None
    assert (told.result, told.problem.code) == ("fork", "letter-fork")
    assert CHINESE.search(message_of(told.problem))
    after = tables(post)
    for name in ("entry", "head", "current_phone", "current_resident"):
        assert after[name] == before[name]
    assert len(after["letter"]) == len(before["letter"]) + 1, "both are kept"
    # Both sides are told: the receipt names the refused letter, and contradicts the twin's own journal.
    post.answer()
    post.take()
    assert [one.reason for one in post.delivery().refused] == ["letter-fork"]
    for receipt in post.stick.glob("*.vdreceipt"):
        shutil.copy(receipt, twin.stick / receipt.name)
    told_twin = twin.take()
    assert [problem.code for _, problem in told_twin.problems] == ["receipt-contradicts"]


def test_a_forged_signature(post):
    path = letter(post)
    opened = Opened.of(path, post)
    opened.keys = DeviceKeys.of_secret(b"\x01" * 32)
    opened.seal_to(path)
    refused(post, "letter-signature")


def test_other_keys_under_a_known_device(post):
    path = letter(post)
    opened = Opened.of(path, post)
    opened.keys = DeviceKeys.of_secret(b"\x01" * 32)
    opened.header["device"]["signing_key"] = opened.keys.signing.public.hex()
    opened.seal_to(path)
    refused(post, "letter-keys")


def test_a_stranger_without_invitation(post):
    path = letter(post)
    opened = Opened.of(path, post)
    opened.header["device"]["id"] = "0190a000-0000-7000-8000-00000000ffff"
    opened.seal_to(path)
    refused(post, "letter-unknown-device")


def test_a_revoked_device(post):
    (clinic,) = post.standing().clinics
    with post.office() as office:
        confirming.revoke(office, clinic.code, 1)
    letter(post)
    refused(post, "letter-revoked", but="device")  # where its `receipt_seen` is noted


def test_a_practice_letter_in_a_real_township(post):
    path = letter(post)
    opened = Opened.of(path, post)
    opened.header["practice"] = True
    opened.seal_to(path)
    refused(post, "letter-practice")


# --- not what the format says -----------------------------------------------------------------------------


def test_a_future_version(post):
    path = letter(post)
    opened = Opened.of(path, post)
    opened.header |= {"version": 2, "minimum_reader": 2, "something": "new"}
    opened.seal_to(path)
    refused(post, "letter-newer")


def test_a_newer_version_that_this_one_may_read(post):
    path = letter(post)
    opened = Opened.of(path, post)
    opened.header |= {"version": 2, "something": "new"}
    opened.seal_to(path)
    assert [one.result for one in post.receive().letters] == ["taken"]
    assert post.held() == post.written()


@pytest.mark.parametrize(
    "break_it",
    [
        lambda opened: opened.header["counts"].update(phone=2),
        lambda opened: opened.header.update(counts={"visit": 1}),
        lambda opened: opened.changes.append(opened.changes[0]),
        lambda opened: opened.changes.clear(),
        lambda opened: opened.header["chain"].update(last_seq=opened.header["chain"]["last_seq"] + 1),
        lambda opened: opened.header["chain"].update(digest_after="00" * 32),
        lambda opened: opened.changes[0]["body"].update(number="19900000000"),
        lambda opened: opened.changes[0].update(more="than the format has"),
        lambda opened: opened.header.update(batch_no=True),
    ],
    ids=["count", "kind", "one more", "none", "numbers", "digest", "body", "field", "type"],
)
def test_wrong_counts_and_the_like(post, break_it: Callable[[Opened], object]):
    path = letter(post)
    opened = Opened.of(path, post)
    break_it(opened)
    opened.seal_to(path)
    refused(post, "letter-damaged")


def test_a_line_of_a_gigabyte(post):
    """Refused by its length alone, without reading on: it compresses well within what a letter may."""
    path = letter(post)
    recipient = Opened.of(path, post).recipient
    chance = random.Random(7)
    size, noise = 1024 * 1024, 10 * 1024
    pieces = (
        chance.randbytes(noise).replace(b"\n", b"x") + b"x" * (size - noise) for _ in range(1024)
    )  # a gigabyte without a line feed
    write_sealed(path, pieces, recipient)
    assert 1024 * size / path.stat().st_size < MOST_RATIO
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(post, "letter-too-large")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024, "KiB: never held"


def test_a_zstd_bomb(post):
    path = letter(post)
    opened = Opened.of(path, post)
    changes = 10**9
    opened.header["chain"]["last_seq"] = opened.header["chain"]["first_seq"] + changes - 1
    opened.header["counts"] = {"phone": changes}
    header = encode_canonical(opened.header)
    write_sealed(path, [header, b"\n", *((b"x" * 1023 + b"\n") * 1024 for _ in range(900))], opened.recipient)
    assert path.stat().st_size < 1024 * 1024
    refused(post, "letter-too-large")


@pytest.mark.parametrize("junk", [b"", b"hello", b"\x00" * 5000, b"age-encryption.org/v1\n"])
def test_something_that_is_no_letter(post, junk):
    letter(post).write_bytes(junk)
    refused(post, "letter-damaged")


# --- receipts ---------------------------------------------------------------------------------------------


def receipt(post: Post) -> Path:
    """A receipt that has not been taken in, for something newly delivered."""
    letter(post)
    post.receive()
    post.answer()
    (path,) = post.stick.glob("*.vdreceipt")
    return path


def local(post: Post) -> dict[str, list[tuple[object, ...]]]:
    """What the clinic's store says of delivery, and its journal."""
    with post.workplace() as workplace:
        return workplace.query(
            lambda connection: {
                name: sorted(map(tuple, connection.execute(f"SELECT * FROM {name}")), key=repr)
                for name in ("batch", "receipt", "receipt_line", "chain_mark", "peer_device", "journal")
            }
        )


def test_an_old_receipt_replayed(post):
    old = receipt(post)
    post.take()
    kept = old.read_bytes()
    new = receipt(post)
    post.take()
    for path in post.stick.iterdir():
        path.unlink()
    (post.stick / old.name).write_bytes(kept)
    before = local(post)
    taken = post.take()
    assert (taken.receipts, taken.ignored, taken.problems) == (0, 1, ())
    assert local(post) == before
    assert new.name != old.name


def test_a_lower_mark_reopens(post, tmp_path):
    """The township was put back from a copy: what it no longer holds is waiting again, and is sent again."""
    copy = tmp_path / "copy-of-the-office"
    shutil.copytree(post.desk.home, copy)
    write_something(post)
    post.until_delivered()
    assert post.delivery().waiting == 0
    shutil.rmtree(post.desk.home)
    copy.rename(post.desk.home)
    clear(post)
    post.answer()
    taken = post.take()
    assert (taken.receipts, taken.reopened) == (1, 1)
    assert post.delivery().waiting > 0
    post.until_delivered()
    assert post.delivery().waiting == 0
    assert post.held() == post.written()


def test_a_receipt_for_another_device(post, tmp_path):
    """It cannot even be opened; it is counted and left alone."""
    path = receipt(post)
    (tmp_path / "other").mkdir()
    other = Post.enrolled(tmp_path / "other")
    shutil.copy(path, other.stick / path.name)
    before = local(other)
    taken = other.take()
    assert (taken.receipts, taken.not_ours, taken.problems) == (0, 1, ())
    assert local(other) == before


@pytest.mark.parametrize("harm", ["flip", "cut"])
def test_a_damaged_receipt_changes_nothing_and_is_told(post, harm):
    path = receipt(post)
    good = path.read_bytes()
    before = local(post)
    for place in range(300, len(good), 97):
        path.write_bytes(
            good[:place] if harm == "cut" else good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        )
        taken = post.take()
        assert taken.receipts == 0
        assert len(taken.problems) + taken.not_ours == 1
    assert local(post) == before
    path.write_bytes(good)
    assert post.take().receipts == 1
    assert post.delivery().waiting == 0


def test_an_older_copy_of_the_home_learns_it_from_a_receipt(post, tmp_path):
    """The township holds more of this device than the home itself: it goes on as a new one, and nothing is lost."""
    older = post.copy(
        tmp_path / "older"
    )  # with the computer's own files, as if only the store had been put back
    path = receipt(post)
    written = post.written()
    for mark in (older.folder / older.clinic.computer).rglob("*.mark"):
        mark.unlink()
    shutil.rmtree(older.desk.home)
    shutil.copytree(post.desk.home, older.desk.home)
    shutil.copy(path, older.stick / path.name)
    taken = older.take()
    assert taken.starts_new_device
    older.until_delivered()
    older.until_delivered()
    with older.workplace() as workplace:
        safekeeping.check(workplace)
    assert older.written() >= written
    assert older.delivery().waiting == 0
    assert older.held() == older.written()
