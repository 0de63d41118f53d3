"""Taking receipts in: all of one or nothing; what it says, what it brings, and what makes it no good."""

import shutil
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.services.desk_of_township import TownshipDesk, chains_of, uuid
from tests.services.test_opening import device_starts, refusal, write
from tests.services.test_safekeeping import phones, register_one
from tests.village import Village, contents, files_in
from village_doctor.domain import kinds
from village_doctor.domain.changes.clock import COUNTER_BITS, milliseconds
from village_doctor.domain.people import Phone, Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.record_number import NumberBlock
from village_doctor.services import delivery_status, enrolling, safekeeping
from village_doctor.services.correcting import correct_record
from village_doctor.services.sending import Limits, send
from village_doctor.services.taking_receipts import receive
from village_doctor.services.workplace import Workplace
from village_doctor.store import delivery, duty_cache, journal, local_state, search, tables
from village_doctor.sync import courier
from village_doctor.sync.identity import Identity, SigningKey
from village_doctor.sync.receipts import ChainMark, DoubtLine, OutcomeLine, RefusedLine
from village_doctor.sync.seal import seal, unseal

OUTCOME = OutcomeLine(
    device=uuid(9), seq=4, kind="resident", id=uuid(8), outcome="concurrent", winner=f"{uuid(7)}/3"
)
DOUBT = DoubtLine(
    code="two-heads", kind="household_membership", ids=(uuid(1), uuid(2)), since="2026-11-23T01:10:00.000Z"
)
REFUSED = RefusedLine(sha256="ab" * 32, batch_no=1, reason="letter-keys")


@dataclass
class Sent:
    """An enrolled village that has sent its letters onto the stick, and the township that reads them."""

    village: Village
    desk: TownshipDesk
    stick: Path

    @property
    def workplace(self) -> Workplace:
        return self.village.workplace

    @property
    def device(self) -> str:
        return current(self.workplace)

    def letters(self):
        return self.desk.letters_in(self.stick)

    def send(self, **given: Any):
        send(self.workplace, self.stick, **given)
        return self.letters()

    def answer(self, lines=(), enclosed=(), recipient=None, **changed: Any) -> Path:
        header = self.desk.receipt(self.letters(), **changed)
        return self.desk.answer(self.stick, header, lines, enclosed, recipient)

    def take(self):
        return receive(self.workplace, self.stick)

    def refused(self):
        """The code of what is wrong with the one receipt there; nothing was changed by it."""
        before = state(self.workplace)
        taken = self.take()
        assert state(self.workplace) == before
        assert taken.receipts == 0
        ((name, problem),) = taken.problems
        assert name.endswith(".vdreceipt")
        return problem.code

    def ignored(self):
        before = state(self.workplace)
        taken = self.take()
        assert state(self.workplace) == before
        assert (taken.receipts, taken.problems) == (0, ())
        ((_, reason),) = taken.ignored_why
        assert taken.ignored == 1
        return reason


@pytest.fixture
def sent(village, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    desk = TownshipDesk()
    enrolling.enrol(village.workplace, desk.invite(), desk.words)
    made = Sent(village, desk, stick)
    made.send()
    return made


def current(workplace):
    return workplace.query(local_state.current_device).id


LOCAL = ("township", "batch", "chain_mark", "receipt", "receipt_line", "peer_device", "local_state", "device")


def state(workplace):
    """Everything that a receipt may change."""
    return workplace.query(
        lambda c: [
            *(c.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in LOCAL),
            list(journal.entries(c)),
        ]
    )


def clear(folder, suffix):
    for path in files_in(folder):
        if path.suffix == suffix:
            path.unlink()


# --- taken in -----------------------------------------------------------------------------------------


def test_only_a_receipt_makes_a_change_delivered(sent):
    total = sent.workplace.query(journal.count)
    assert sent.workplace.query(delivery.entries_delivered) == 0
    sent.answer()
    taken = sent.take()
    assert (taken.receipts, taken.delivered_changes, taken.reopened, taken.merged) == (1, total, 0, 0)
    assert not taken.starts_new_device
    assert sent.workplace.query(delivery.entries_delivered) == total
    assert sent.workplace.query(delivery.waiting_batches, sent.device) == []
    safekeeping.check(sent.workplace)


def test_everything_it_says_is_kept(sent):
    block = NumberBlock(first=3000, last=3999)
    header = sent.desk.receipt(sent.letters(), number_blocks=(block,))
    sent.desk.answer(sent.stick, header, [OUTCOME, DOUBT, REFUSED])
    sent.take()
    ask = sent.workplace.query
    (peer,) = ask(delivery.peer_devices).values()
    assert (peer.device, peer.revoked_after) == (sent.device, None)
    assert ask(local_state.number_blocks, sent.device) == (block,)
    assert ask(delivery.newest_receipt, sent.device).receipt_no == header.receipt_no
    assert ask(delivery.chain_marks).keys() == {sent.device}
    for kind in ("outcome", "doubt", "refused"):
        assert len(ask(delivery.lines, kind)) == 1
    assert ask(enrolling.is_confirmed, enrolling.device_keys(sent.workplace))
    assert register_one(sent.workplace).household.number == "03000"


def test_outcomes_and_refusals_add_up_and_doubts_are_those_of_the_newest(sent):
    sent.answer([OUTCOME, DOUBT, REFUSED])
    sent.take()
    sent.answer([replace(OUTCOME, seq=5), replace(OUTCOME, outcome="older"), replace(DOUBT, ids=(uuid(5),))])
    assert sent.take().receipts == 1
    ask = sent.workplace.query
    outcomes = ask(delivery.lines, "outcome")
    assert len(outcomes) == 2
    assert '"older"' in outcomes[0]
    (doubt,) = ask(delivery.lines, "doubt")
    assert uuid(5) in doubt
    assert len(ask(delivery.lines, "refused")) == 1
    sent.answer()
    sent.take()
    assert ask(delivery.lines, "doubt") == []


def test_a_doubt_this_version_does_not_know_is_kept(sent):
    sent.answer([replace(DOUBT, code="a-doubt-of-tomorrow", kind="a_kind_of_tomorrow")])
    assert sent.take().receipts == 1
    assert "a-doubt-of-tomorrow" in sent.workplace.query(delivery.lines, "doubt")[0]


def test_the_newest_of_several_receipts_stands_whatever_the_order_of_their_names(sent):
    letters = sent.letters()
    write(sent.workplace)
    for _ in range(4):
        sent.answer([DOUBT])
    last = sent.desk.receipt(letters)
    sent.desk.answer(sent.stick, last)
    taken = sent.take()
    assert (taken.receipts, taken.problems) == (5, ())
    assert sent.workplace.query(delivery.newest_receipt).receipt_no == last.receipt_no
    assert sent.workplace.query(delivery.lines, "doubt") == []


def test_a_lower_mark_opens_letters_again_and_they_are_sent_again(sent):
    first = sent.letters()
    write(sent.workplace)
    sent.send()
    sent.answer()
    assert sent.take().delivered_changes > 0
    clear(sent.stick, ".vdbatch")
    sent.desk.answer(sent.stick, sent.desk.receipt(first))
    taken = sent.take()
    assert (taken.receipts, taken.reopened, taken.delivered_changes) == (1, 1, 0)
    assert send(sent.workplace, sent.stick).written == 1
    assert [letter.header.batch_no for letter in sent.letters()] == [2]


def test_nothing_aside_is_left_in_the_home(sent):
    sent.answer()
    (sent.stick / f"{'0' * 32}.vdreceipt").write_bytes(b"rubbish")
    sent.take()
    assert not list(sent.village.place.home.rglob(".aside-*"))


# --- not used -----------------------------------------------------------------------------------------


def test_without_a_township_there_is_nothing_to_take_in(village, tmp_path):
    assert refusal(receive, village.workplace, tmp_path) == "not-enrolled"


def test_a_helper_takes_nothing_in(sent):
    owner = sent.workplace.actor
    sent.workplace.actor = replace(owner, role="helper")
    assert refusal(receive, sent.workplace, sent.stick) == "not-permitted"
    sent.workplace.actor = owner


def test_a_folder_that_is_not_there(sent):
    assert refusal(receive, sent.workplace, sent.stick / "no such") == "folder-missing"


def test_the_same_receipt_and_older_ones_are_passed_over(sent):
    older = sent.desk.receipt(sent.letters())
    path = sent.answer([DOUBT])
    assert sent.take().receipts == 1
    assert sent.ignored() == "older"
    path.unlink()
    sent.desk.answer(sent.stick, older)
    assert sent.ignored() == "older"


def test_what_is_sealed_to_somebody_else_is_counted_and_no_error(sent):
    sent.answer(recipient=Identity.from_bytes(bytes(range(32))).recipient)
    before = state(sent.workplace)
    taken = sent.take()
    assert (taken.receipts, taken.not_ours, taken.problems, taken.ignored) == (0, 1, (), 0)
    assert state(sent.workplace) == before


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"clinic_id": uuid(5)}, "other-clinic"),
        ({"device": uuid(5)}, "other-device"),
        ({"practice": True}, "other-practice"),
    ],
)
def test_a_receipt_for_others_that_reached_us_is_ignored(sent, changed, reason):
    keys = enrolling.device_keys(sent.workplace)
    sent.answer(recipient=keys.identity.recipient, **changed)
    assert sent.ignored() == reason


def test_a_receipt_of_another_township_is_ignored(sent):
    other = TownshipDesk(number=2)
    keys = enrolling.device_keys(sent.workplace)
    other.answer(sent.stick, other.receipt(sent.letters()), recipient=keys.identity.recipient)
    assert sent.ignored() == "other-township"


# --- refused ------------------------------------------------------------------------------------------


def test_a_receipt_that_is_cut_or_altered_is_told_and_changes_nothing(sent):
    path = sent.answer([DOUBT])
    data = path.read_bytes()
    for changed in (b"", data[:-1], data[: len(data) // 2], data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]):
        path.write_bytes(changed)
        assert sent.refused() == "receipt-damaged"
    path.write_bytes(data)
    assert sent.take().receipts == 1


def forged(sent, change):
    """The plain text of a good receipt, changed and sealed again: what somebody without the key could do."""
    path = sent.answer([DOUBT])
    keys = enrolling.device_keys(sent.workplace)
    chunks: list[bytes] = []
    with path.open("rb") as source:
        unseal(source, [keys.identity], chunks.append)
    with path.open("wb") as target:
        seal([change(b"".join(chunks))], keys.identity.recipient, target)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.replace(b'"two-heads"', b'"two-hands"'), id="a line"),
        pytest.param(lambda data: data + b"x", id="longer"),
        pytest.param(lambda data: data[:-1], id="shorter"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data.replace(b'"practice":false', b'"practice":true'), id="the header"),
    ],
)
def test_a_receipt_that_somebody_wrote_anew_is_refused(sent, change):
    forged(sent, change)
    assert sent.refused() == "receipt-damaged"


def test_a_receipt_signed_with_another_key_under_the_same_name_is_refused(sent):
    impostor = TownshipDesk()
    impostor.signing = SigningKey.from_seed(bytes(range(32)))
    keys = enrolling.device_keys(sent.workplace)
    impostor.answer(sent.stick, impostor.receipt(sent.letters()), recipient=keys.identity.recipient)
    assert sent.refused() == "receipt-damaged"


def test_a_receipt_of_a_newer_program_says_so(sent):
    newer = {b'"minimum_reader":1': b'"minimum_reader":2', b'"version":1,"waiting"': b'"version":2,"waiting"'}

    def change(data):
        for known, ahead in newer.items():
            assert known in data
            data = data.replace(known, ahead)
        return data

    forged(sent, change)
    assert sent.refused() == "receipt-newer"


def test_a_certificate_that_the_township_did_not_sign_is_refused(sent):
    header = sent.letters()[-1].header
    own = sent.desk.certificate(header)
    notice = sent.desk.notice(own)
    wrong = replace(notice, signature=bytes(64))
    keys = enrolling.device_keys(sent.workplace)
    sent.answer(recipient=keys.identity.recipient, devices=(notice, wrong))
    assert sent.refused() == "receipt-damaged"


def test_a_certificate_for_another_clinic_is_refused(sent):
    header = sent.letters()[-1].header
    own, other = (
        sent.desk.certificate(header),
        sent.desk.certificate(header, clinic_id=uuid(5), device_id=uuid(6)),
    )
    sent.answer(devices=(sent.desk.notice(own), sent.desk.notice(other)))
    assert sent.refused() == "receipt-damaged"


def test_one_bad_receipt_does_not_keep_the_good_one_out(sent):
    (sent.stick / f"{'0' * 32}.vdreceipt").write_bytes(b"rubbish")
    sent.answer()
    taken = sent.take()
    assert taken.receipts == 1
    assert [(name, problem.code) for name, problem in taken.problems] == [
        (f"{'0' * 32}.vdreceipt", "receipt-damaged")
    ]


# --- forks and older copies ---------------------------------------------------------------------------


def test_other_entries_under_our_numbers_are_a_fork_and_both_sides_stay(sent):
    last = sent.letters()[-1].header.last_seq
    sent.answer(chains={sent.device: ChainMark(seq=last, digest=bytes(32))})
    assert sent.refused() == "receipt-contradicts"


def test_another_letter_under_our_number_is_a_fork(sent):
    sent.answer(mark_sha256="ab" * 32)
    assert sent.refused() == "receipt-contradicts"


def test_an_older_copy_of_itself_goes_on_as_a_new_device_at_once(sent):
    """The township holds more of this device than this home: another copy of it had written on."""
    letters = sent.letters()
    last = letters[-1].header.last_seq
    device, total = sent.device, sent.workplace.query(journal.count)
    sent.answer(chains={device: ChainMark(seq=last + 3, digest=bytes(32))})
    taken = sent.take()
    assert (taken.receipts, taken.starts_new_device, taken.problems) == (0, True, ())
    assert current(sent.workplace) != device
    assert sent.workplace.query(journal.count) == total + 1
    write(sent.workplace)
    assert sent.workplace.query(journal.last_of, device).seq == last
    (_, start) = device_starts(sent.workplace)
    assert (start.continues_device, start.continues_seq) == (device, last)
    safekeeping.check(sent.workplace)
    sent.workplace.close()
    with closing(sent.village.place.open()) as workplace:
        assert len(device_starts(workplace)) == 2


def test_a_letter_that_we_do_not_remember_shows_an_older_copy_too(sent):
    letters = sent.letters()
    sent.answer(mark_batch_no=letters[-1].header.batch_no + 1)
    assert sent.take().starts_new_device


# --- what another device wrote ------------------------------------------------------------------------


@dataclass
class Pair:
    """Two laptops of one clinic, both confirmed: `sent` and the copy that became a device of its own."""

    sent: Sent
    other: Workplace
    other_stick: Path

    def other_letters(self, **given: Any):
        send(self.other, self.other_stick, **given)
        return [
            letter
            for letter in self.sent.desk.letters_in(self.other_stick)
            if letter.header.chain_device == current(self.other)
        ]

    def notices(self, revoked_after=None):
        desk = self.sent.desk
        own = self.sent.letters()[-1].header
        other = desk.letters_in(self.other_stick)[-1].header
        return (
            desk.notice(desk.certificate(own)),
            desk.notice(desk.certificate(other, number=2), revoked_after=revoked_after),
        )

    def answer(self, enclosed, lines=(), revoked_after=None, **changed: Any):
        """A receipt to the first laptop that brings it letters of the second."""
        chains = chains_of([*self.sent.letters(), *enclosed])
        return self.sent.answer(
            lines,
            [letter.envelope for letter in enclosed],
            **{"devices": self.notices(revoked_after), "chains": chains, **changed},
        )


@pytest.fixture
def pair(sent, tmp_path):
    place = sent.village.place
    sent.workplace.write(lambda w: w.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    copy = place.elsewhere("copy", computer="another computer")
    shutil.copytree(place.home, copy.home)
    (copy.home / "home.lock").unlink()
    stick = tmp_path / "other stick"
    stick.mkdir()
    with closing(copy.open()) as other:
        yield Pair(sent, other, stick)


def test_what_the_other_laptop_wrote_arrives_with_the_receipt(pair):
    made = register_one(pair.other)
    letters = pair.other_letters()
    count = sum(len(letter.entries) for letter in letters)
    pair.answer(letters)
    taken = pair.sent.take()
    assert (taken.receipts, taken.merged, taken.problems) == (1, count, ())
    workplace = pair.sent.workplace
    assert workplace.query(tables.find, Resident, made.residents[0].id) == made.residents[0]
    found = workplace.query(search.find, "zxf", workplace.catalogue.pinyin)
    assert found == [made.residents[0].id]
    safekeeping.check(workplace)


def test_the_next_letter_tells_how_far_we_know_the_other_laptop(pair):
    letters = pair.other_letters()
    pair.answer(letters)
    pair.sent.take()
    write(pair.sent.workplace)
    header = pair.sent.send()[-1].header
    assert header.knows == {current(pair.other): letters[-1].header.last_seq}
    assert header.chain_device == pair.sent.device


def test_what_was_brought_is_not_carried_back(pair):
    pair.answer(pair.other_letters())
    pair.sent.take()
    assert send(pair.sent.workplace, pair.sent.stick).new == 0


def test_the_same_letters_a_second_time_change_nothing(pair):
    letters = pair.other_letters()
    for merged in (sum(len(letter.entries) for letter in letters), 0):
        pair.answer(letters)
        assert pair.sent.take().merged == merged
    safekeeping.check(pair.sent.workplace)


def test_several_letters_arrive_in_order(pair):
    for number in range(4):
        write(pair.other, f"1990000222{number}")
    letters = pair.other_letters(limits=Limits(changes=2, whole_act=1))
    assert len(letters) > 2
    pair.answer(letters)
    assert pair.sent.take().merged == sum(len(letter.entries) for letter in letters)
    assert "19900002223" in phones(pair.sent.workplace)


def test_a_change_on_both_laptops_is_kept_and_the_later_one_stands(pair):
    who = pair.sent.village.rare.id
    pair.sent.workplace.command(correct_record, "resident", who, {"name": "曾小芳"})
    pair.sent.village.place.clock.forward(minutes=5)
    pair.other.command(correct_record, "resident", who, {"name": "曾小方"})
    pair.answer(pair.other_letters())
    assert pair.sent.take().problems == ()
    found = pair.sent.workplace.query(tables.find, Resident, who)
    assert found.name == "曾小方"
    assert len(pair.sent.workplace.query(journal.concurrent_losers)) == 1
    safekeeping.check(pair.sent.workplace)


def test_our_clock_goes_on_after_what_the_other_laptop_wrote(pair):
    clock = pair.sent.village.place.clock
    clock.forward(hours=5)
    write(pair.other, "19900002222")
    letters = pair.other_letters()
    clock.instant -= timedelta(hours=5)
    pair.answer(letters)
    pair.sent.take()
    write(pair.sent.workplace, "19900003333")
    last = pair.sent.workplace.query(journal.last_of, pair.sent.device)
    assert last.at > letters[-1].entries[-1].at
    assert last.at > milliseconds(clock.now()) << COUNTER_BITS


def test_duties_are_made_anew_for_today(pair):
    made = register_one(pair.other)
    workplace = pair.sent.workplace
    workplace.renew_for_today()
    pair.answer(pair.other_letters())
    pair.sent.village.place.clock.forward(days=1)
    pair.sent.take()
    assert workplace.query(duty_cache.made_for) == workplace.today()
    assert workplace.query(tables.find, Resident, made.residents[0].id) is not None


@pytest.mark.parametrize("what", ["nobody", "twice", "keys", "revoked", "gap", "bytes"])
def test_an_enclosed_letter_that_cannot_be_trusted_refuses_the_whole_receipt(pair, what):
    write(pair.other, "19900002222")
    letters = pair.other_letters(limits=Limits(changes=1, whole_act=0))
    own, others = pair.notices()
    desk = pair.sent.desk
    sender = letters[-1].header
    match what:
        case "nobody":
            pair.answer(letters, devices=(own,))
        case "twice":
            pair.answer(letters, devices=(own, others, own))
        case "keys":
            impostor = desk.certificate(sender, number=2, signing_key=bytes(range(32)))
            pair.answer(letters, devices=(own, desk.notice(impostor)))
        case "revoked":
            pair.answer(letters, revoked_after=sender.last_seq - 1)
        case "gap":
            pair.answer(letters[1:])
        case "bytes":
            wrong = replace(
                letters[0], envelope=letters[0].envelope.replace(b"start_device", b"start_devize")
            )
            assert wrong.envelope != letters[0].envelope
            pair.answer([wrong, *letters[1:]])
    assert pair.sent.refused() == "receipt-damaged"


def test_what_this_version_cannot_read_is_left_out_and_told(pair, monkeypatch):
    """The other laptop runs a newer program: its letter waits for ours, the receipt does not."""
    with monkeypatch.context() as newer:
        newer.setitem(kinds._BY_CLASS, Phone, kinds.Kind("phone", Phone, body_version=2))
        write(pair.other, "19900002222")
    write(pair.other, "19900003333")
    letters = pair.other_letters(limits=Limits(changes=1, whole_act=0))
    pair.answer(letters)
    taken = pair.sent.take()
    assert [problem.code for _, problem in taken.problems] == ["peer-unreadable"]
    assert (taken.receipts, taken.merged) == (1, 1), "its start, and nothing from the unreadable one on"
    assert delivery_status.status(pair.sent.workplace).waiting == 0
    safekeeping.check(pair.sent.workplace)
    write(pair.sent.workplace)
    assert pair.sent.send()[-1].header.knows == {current(pair.other): 1}


def test_letters_up_to_the_revocation_are_still_taken_in(pair):
    letters = pair.other_letters()
    pair.answer(letters, revoked_after=letters[-1].header.last_seq)
    assert pair.sent.take().merged > 0
    peers = pair.sent.workplace.query(delivery.peer_devices)
    assert peers[current(pair.other)].revoked_after == letters[-1].header.last_seq


def test_an_enclosure_that_is_not_what_the_header_says_is_refused(pair):
    letters = pair.other_letters()
    envelope = letters[0].envelope
    keys = enrolling.device_keys(pair.sent.workplace)
    pair.answer(letters)
    (path,) = courier.waiting_files(pair.sent.stick, courier.RECEIPT)
    chunks: list[bytes] = []
    with path.open("rb") as source:
        unseal(source, [keys.identity], chunks.append)
    plain = b"".join(chunks)
    assert plain.endswith(envelope)
    with path.open("wb") as target:
        seal([plain[: -len(envelope)] + bytes(len(envelope))], keys.identity.recipient, target)
    assert pair.sent.refused() == "receipt-damaged"


def test_other_entries_of_the_other_laptop_under_known_numbers_are_a_fork(pair):
    letters = pair.other_letters()
    pair.answer(letters)
    pair.sent.take()
    pair.answer([], chains={current(pair.other): ChainMark(seq=1, digest=bytes(32))})
    clear_all_but_newest(pair.sent.stick)
    assert pair.sent.refused() == "receipt-contradicts"


def clear_all_but_newest(folder):
    found = sorted(courier.waiting_files(folder, courier.RECEIPT), key=lambda path: path.stat().st_mtime_ns)
    for path in found[:-1]:
        path.unlink()


# --- when something goes wrong ------------------------------------------------------------------------


def test_out_of_power_in_the_middle_leaves_the_state_before(pair, monkeypatch):
    pair.answer(pair.other_letters(), [OUTCOME])
    before = state(pair.sent.workplace)

    def out_of_power(*_args):
        raise KeyboardInterrupt

    for function in ("set_peer_devices", "add_receipt", "add_line"):
        with monkeypatch.context() as patched:
            patched.setattr(delivery, function, out_of_power)
            with pytest.raises(KeyboardInterrupt):
                pair.sent.take()
        assert state(pair.sent.workplace) == before
    assert pair.sent.take().receipts == 1
    write(pair.sent.workplace)
    safekeeping.check(pair.sent.workplace)


def test_stopped_between_two_receipts_the_first_one_stays(sent):
    sent.answer()
    sent.answer()

    def stop(stage, done, total):
        if (stage, done) == ("take", 1):
            raise Problem("cancelled")

    assert refusal(receive, sent.workplace, sent.stick, stop) == "cancelled"
    assert sent.workplace.query(lambda c: c.execute("SELECT count(*) FROM receipt").fetchone()[0]) == 1
    taken = sent.take()
    assert (taken.receipts, taken.ignored) == (1, 1)


def test_a_disk_that_is_full_ends_the_whole_call(sent, monkeypatch):
    sent.answer()

    def full(*_args):
        raise Problem("disk-full")

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "add_receipt", full)
        assert refusal(receive, sent.workplace, sent.stick) == "disk-full"
    assert not list(sent.village.place.home.rglob(".aside-*"))
    assert sent.take().receipts == 1


def test_receiving_changes_nothing_in_the_folder(sent):
    sent.answer()
    before = contents(sent.stick)
    sent.take()
    assert contents(sent.stick) == before
