"""What is delivered, what waits, what is doubted: only a receipt makes a change delivered."""

from contextlib import closing
from datetime import timedelta

import pytest

from tests.services.desk_of_township import TownshipDesk, chains_of, uuid
from tests.services.test_opening import write
from tests.services.test_safekeeping import restore
from tests.village import MORNING
from village_doctor.services import enrolling, safekeeping
from village_doctor.services.delivery_status import status
from village_doctor.services.sending import send
from village_doctor.services.taking_receipts import receive
from village_doctor.store import journal, local_state
from village_doctor.sync.receipts import DoubtLine, OutcomeLine, RefusedLine
from village_doctor.sync.words import device_words, load_words

SINCE = "2026-11-23T01:10:00.000Z"


@pytest.fixture
def desk():
    return TownshipDesk()


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def workplace(village, desk, stick):
    """Enrolled, and everything sent."""
    enrolling.enrol(village.workplace, desk.invite(), desk.words)
    send(village.workplace, stick)
    return village.workplace


def answer(workplace, desk, stick, lines=(), **changed):
    desk.answer(stick, desk.receipt(desk.letters_in(stick), **changed), lines)
    assert receive(workplace, stick).receipts == 1


def test_before_enrolling_everything_waits(village):
    found = status(village.workplace)
    assert found.township is None
    assert not found.is_confirmed
    assert (found.delivered, found.waiting) == (0, village.workplace.query(journal.count))
    assert found.oldest_waiting_at == MORNING
    assert (found.last_sent_at, found.last_receipt_at, found.last_receipt_no) == (None, None, None)
    assert (found.doubts, found.outcomes, found.refused) == ((), (), ())


def test_sent_is_not_delivered(village, workplace, desk):
    found = status(workplace)
    assert found.township == enrolling.look_at(desk.invite())
    assert (found.delivered, found.waiting) == (0, workplace.query(journal.count))
    assert found.last_sent_at == village.place.clock.now()


def test_the_words_are_those_of_the_keys_in_the_letter(workplace, desk, stick):
    header = desk.letters_in(stick)[-1].header
    assert status(workplace).device_words == device_words(
        load_words(),
        clinic_id=header.clinic_id,
        device_id=header.device_id,
        signing_key=header.signing_key,
        recipient=header.recipient,
    )


def test_a_receipt_delivers_and_what_is_written_after_it_waits(village, workplace, desk, stick):
    total = workplace.query(journal.count)
    village.place.clock.forward(hours=1)
    answer(workplace, desk, stick)
    found = status(workplace)
    assert found.is_confirmed
    assert not found.is_revoked
    assert (found.delivered, found.waiting, found.oldest_waiting_at) == (total, 0, None)
    assert found.last_receipt_at == village.place.clock.now()
    assert found.last_receipt_no == desk.receipts
    village.place.clock.forward(hours=1)
    written_at = village.place.clock.now()
    write(workplace)
    village.place.clock.forward(hours=1)
    write(workplace, "19900002222")
    found = status(workplace)
    assert (found.delivered, found.waiting, found.oldest_waiting_at) == (total, 2, written_at)


def test_a_lower_mark_makes_changes_wait_again(workplace, desk, stick):
    first = desk.letters_in(stick)
    write(workplace)
    send(workplace, stick)
    answer(workplace, desk, stick)
    assert status(workplace).waiting == 0
    desk.answer(stick, desk.receipt(first))
    receive(workplace, stick)
    assert status(workplace).waiting == 1


def test_a_device_whose_certificate_names_other_keys_is_not_confirmed(workplace, desk, stick):
    header = desk.letters_in(stick)[-1].header
    wrong = desk.certificate(header, signing_key=bytes(range(32)))
    answer(workplace, desk, stick, devices=(desk.notice(wrong),))
    assert not status(workplace).is_confirmed


def test_a_revoked_device_is_told(workplace, desk, stick):
    header = desk.letters_in(stick)[-1].header
    notice = desk.notice(desk.certificate(header), revoked_after=header.last_seq)
    answer(workplace, desk, stick, devices=(notice,))
    assert status(workplace).is_revoked


def test_doubts_name_those_concerned(village, workplace, desk, stick):
    one = DoubtLine(
        code="same-identity-number",
        kind="resident",
        ids=(village.widow.id, village.rare.id, uuid(5)),
        since=SINCE,
    )
    phone = workplace.query(
        lambda c: c.execute("SELECT id FROM phone WHERE resident_id IS NOT NULL").fetchone()[0]
    )
    other = DoubtLine(code="concurrent-versions", kind="phone", ids=(phone,), since=SINCE)
    answer(workplace, desk, stick, [one, other])
    first, second = status(workplace).doubts
    assert (first.code, first.kind, first.ids) == (one.code, one.kind, one.ids)
    assert first.since == MORNING
    assert first.names == ("欧阳秀兰", "𤋮㛃𠮷", "")
    assert first.text.startswith("3 份档案是同一个证件号。")
    assert first.text.endswith("涉及：欧阳秀兰、𤋮㛃𠮷。")
    assert second.names == ("李桂英",)


def test_what_this_version_does_not_know_is_shown_all_the_same(workplace, desk, stick):
    lines = [
        DoubtLine(code="a-doubt-of-tomorrow", kind="a_kind_of_tomorrow", ids=(uuid(1),), since=SINCE),
        RefusedLine(sha256="ab" * 32, batch_no=1, reason="a-reason-of-tomorrow"),
    ]
    answer(workplace, desk, stick, lines)
    found = status(workplace)
    assert "1 条" in found.doubts[0].text
    assert found.refused[0].reason == "a-reason-of-tomorrow"
    assert "没有收" in found.refused[0].text


def test_outcomes_and_refusals_are_told(workplace, desk, stick):
    lines = [
        OutcomeLine(device=uuid(9), seq=3, kind="phone", id=uuid(8), outcome="older", winner=f"{uuid(7)}/2"),
        RefusedLine(sha256="ab" * 32, batch_no=4, reason="fork"),
        RefusedLine(sha256="cd" * 32, batch_no=5, reason="letter-keys"),
    ]
    answer(workplace, desk, stick, lines)
    found = status(workplace)
    (outcome,) = found.outcomes
    assert (outcome.device, outcome.seq, outcome.outcome, outcome.winner) == (
        uuid(9),
        3,
        "older",
        f"{uuid(7)}/2",
    )
    assert {(one.batch_no, one.reason) for one in found.refused} == {(4, "fork"), (5, "letter-keys")}
    assert all("{" not in one.text for one in found.refused)


def test_a_restored_home_knows_its_township_and_is_confirmed_anew(village, workplace, desk, stick):
    answer(workplace, desk, stick)
    delivered = status(workplace).delivered
    before = status(workplace).device_words
    backup = safekeeping.make_backup(workplace)
    workplace.close()
    village.place.clock.forward(hours=1)
    with closing(restore(village.place, backup).workplace) as again:
        found = status(again)
        assert found.township is not None
        assert not found.is_confirmed
        assert found.device_words != before
        assert (found.delivered, found.waiting) == (delivered, 1)
        assert found.oldest_waiting_at == MORNING + timedelta(hours=1, minutes=5)
        old = desk.letters_in(stick)
        send(again, stick)
        letters = desk.letters_in(stick)
        own = [one for one in letters if one.header.device_id == again.query(local_state.current_device).id]
        desk.answer(stick, desk.receipt(own, chains=chains_of([*old, *own])))
        assert receive(again, stick).receipts == 1
        found = status(again)
        assert found.is_confirmed
        assert (found.delivered, found.waiting) == (delivered + 1, 0)
