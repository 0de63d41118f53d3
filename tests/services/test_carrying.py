"""One visit of the stick: receipts first, then letters; how each letter stands; whom a doubt is about."""

from datetime import UTC, datetime

import pytest

from tests.services.desk_of_township import TownshipDesk
from village_doctor.domain.problems import Problem
from village_doctor.services import enrolling
from village_doctor.services.carrying import DELIVERED, WAITING, Concerned, carry, collect, concerned, letters
from village_doctor.services.delivery_status import DoubtShown, status


@pytest.fixture
def desk():
    return TownshipDesk()


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def workplace(village, desk):
    enrolling.enrol(village.workplace, desk.invite(), desk.words)
    return village.workplace


def nothing(_stage, _done, _total):
    """No one looks at the progress."""


def go(workplace, stick, work=carry, is_cancelled=lambda: False):
    return work(workplace, stick, nothing, is_cancelled)


def doubt(kind, *ids):
    return DoubtShown(code="x", kind=kind, ids=ids, since=datetime(2026, 11, 23, tzinfo=UTC), names=())


def test_a_letter_waits_until_a_receipt_covers_it(workplace, desk, stick):
    assert letters(workplace) == ()
    assert go(workplace, stick).sent.written == 1
    (letter,) = letters(workplace)
    assert (letter.number, letter.state, letter.changes) == (1, WAITING, status(workplace).waiting)
    assert letter.written_at is not None
    desk.answer(stick, desk.receipt(desk.letters_in(stick)))
    done = go(workplace, stick)
    assert (done.taken.receipts, done.sent.removed, done.standing.waiting) == (1, 1, 0)
    assert [one.state for one in letters(workplace)] == [DELIVERED]


def test_only_the_receipts_can_be_taken(workplace, desk, stick):
    go(workplace, stick)
    desk.answer(stick, desk.receipt(desk.letters_in(stick)))
    done = go(workplace, stick, collect)
    assert (done.taken.receipts, done.sent) == (1, None)


def test_stopped_it_says_so_and_the_next_time_finishes(workplace, stick):
    with pytest.raises(Problem, match="cancelled"):
        go(workplace, stick, is_cancelled=lambda: True)
    assert go(workplace, stick).standing.waiting == status(workplace).waiting
    assert len(list(stick.iterdir())) == 1


def test_a_doubt_leads_to_the_person_or_at_least_the_household(workplace, village):
    def ask(kind, *ids):
        return workplace.query(concerned, doubt(kind, *ids))

    home = village.four.id
    granny = village.grandmother.id
    assert ask("resident", granny) == Concerned(resident_id=granny, household_id=home)
    assert ask("household", home) == Concerned(household_id=home)
    assert ask("resident", "0" * 8, granny).resident_id == granny
    assert ask("future_kind", granny) == Concerned()
