"""The idle lock: a PIN reopens it while the process lives, five wrong ones leave only the password."""

import gc
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.village import OTHER_PASSWORD, PASSWORD, contents, pressure
from village_doctor.domain.problems import Problem
from village_doctor.services.drafting import drafts, submit_draft
from village_doctor.services.locking import (
    MOST_TRIES,
    check_pin,
    has_pin,
    lock,
    password_delay,
    set_pin,
)
from village_doctor.services.measuring import record_reading
from village_doctor.services.opening import change_password
from village_doctor.store import journal

ROOT = Path(__file__).resolve().parents[2]
PIN = "4826"
NOT_THE_PIN = "1928"
PEEK = """
import sys
from pathlib import Path
from village_doctor.foundation.folder_lock import FolderInUse, FolderLock
try:
    FolderLock(Path(sys.argv[1])).release()
except FolderInUse:
    sys.exit(7)
"""


@pytest.fixture
def locked(village):
    set_pin(village.workplace, PIN)
    made = lock(village.workplace)
    yield made
    made.forget()


def refused(function, *args, **kwargs):
    with pytest.raises(Problem) as caught:
        function(*args, **kwargs)
    return caught.value.code, dict(caught.value.values)


def is_taken(home: Path) -> bool:
    """Could another process open it now?"""
    return subprocess.run([sys.executable, "-c", PEEK, str(home)], cwd=ROOT, check=False).returncode == 7


# --- the PIN -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pin", ["4826", "48261", "482613", "４８２６", "48 26", "1212", "1357", "9081"])
def test_four_to_six_digits_are_a_pin(pin):
    assert check_pin(pin).isdigit()


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "482",
        "4826135",
        "48a6",
        "abcd",
        "0000",
        "777777",
        "1234",
        "456789",
        "8765",
        "7890",
        "0987",
        "-1-2",
    ],
)
def test_another_length_or_a_run_or_one_digit_is_refused(village, pin):
    assert refused(set_pin, village.workplace, pin)[0] == "pin-weak"
    assert not has_pin(village.workplace)


def test_a_pin_that_was_set_is_known_and_never_stored_as_digits(village):
    assert not has_pin(village.workplace)
    set_pin(village.workplace, "482613")
    assert has_pin(village.workplace)
    rows = village.workplace.query(lambda c: c.execute("SELECT * FROM local_state").fetchall())
    assert any("pin/" in row[0] for row in rows)
    assert not any("482613" in str(value) for row in rows for value in row)


# --- locked and opened again -------------------------------------------------------------------------------


def test_the_pin_opens_the_same_home_with_everything_in_it(village):
    set_pin(village.workplace, PIN)
    village.workplace.command(record_reading, pressure(village.grandmother, 150, 92))
    submit_draft(village.workplace, "d1", village.grandmother.id, "hypertension_follow_up", {"a": 1}).result()
    before = village.workplace.query(journal.count)
    locked = lock(village.workplace)
    assert (locked.has_pin, locked.tries_left) == (True, MOST_TRIES)
    again = locked.reopen(PIN)
    assert again.actor == village.workplace.actor
    assert again.query(journal.count) == before  # the same device goes on: no new one was started
    assert [one.id for one in again.query(drafts)] == ["d1"]
    again.command(record_reading, pressure(village.grandmother, 148, 90))
    again.close()
    assert not is_taken(village.place.home)


def test_locking_lets_nobody_work_with_the_old_workplace(village):
    lock(village.workplace).forget()
    with pytest.raises(RuntimeError):
        village.workplace.query(journal.count)
    assert village.workplace.key == b""


def test_what_was_queued_is_saved_before_it_locks(village):
    set_pin(village.workplace, PIN)
    before = village.workplace.query(journal.count)
    queued = [
        village.workplace.submit_command(record_reading, pressure(village.grandmother, 140 + n, 88))
        for n in range(3)
    ]
    again = lock(village.workplace).reopen(PIN)
    assert all(one.done() for one in queued)
    assert again.query(journal.count) == before + 3
    again.close()


def test_no_other_process_takes_a_locked_home(village, locked):
    assert is_taken(village.place.home)
    locked.forget()
    assert not is_taken(village.place.home)
    village.place.open().close()


def test_a_home_opened_on_one_thread_is_let_go_on_another(village):
    village.workplace.close()
    with ThreadPoolExecutor(1) as elsewhere:
        opened = elsewhere.submit(village.place.open).result()
        set_pin(opened, PIN)
        locked = elsewhere.submit(lock, opened).result()
        assert is_taken(village.place.home)
        locked.reopen(PIN).close()
    assert not is_taken(village.place.home)


def test_the_plain_key_is_nowhere_in_what_stays(village):
    set_pin(village.workplace, PIN)
    key = village.workplace.key
    locked = lock(village.workplace)
    seen, waiting = set(), [locked]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type):
            continue
        seen.add(id(one))
        assert not (isinstance(one, bytes) and key in one)
        if type(one).__module__.startswith("village_doctor") or isinstance(one, dict | list | tuple):
            waiting += gc.get_referents(one)
    locked.forget()


def test_locking_writes_nothing_but_what_closing_writes(village):
    set_pin(village.workplace, PIN)
    names = contents(village.place.home).keys()
    lock(village.workplace).forget()
    assert contents(village.place.home).keys() <= names


# --- wrong tries -------------------------------------------------------------------------------------------


def test_five_wrong_pins_leave_only_the_password(village, locked):
    for left in (4, 3, 2, 1):
        assert refused(locked.reopen, NOT_THE_PIN) == ("pin-wrong", {"tries_left": str(left)})
        assert locked.tries_left == left
    assert refused(locked.reopen, NOT_THE_PIN)[0] == "pin-spent"
    assert (locked.has_pin, locked.tries_left) == (False, 0)
    assert refused(locked.reopen, PIN)[0] == "pin-spent"
    again = locked.open_with_password(PASSWORD)
    assert has_pin(again)
    assert lock(again).tries_left == MOST_TRIES


def test_a_right_pin_after_four_wrong_ones_opens(locked):
    for _ in range(MOST_TRIES - 1):
        refused(locked.reopen, NOT_THE_PIN)
    locked.reopen(PIN).close()


def test_without_a_pin_only_the_password_opens(village):
    locked = lock(village.workplace)
    assert (locked.has_pin, locked.tries_left) == (False, 0)
    assert refused(locked.reopen, PIN)[0] == "pin-spent"
    assert refused(locked.open_with_password, OTHER_PASSWORD)[0] == "password-wrong"
    locked.open_with_password(PASSWORD).close()


def test_the_new_pin_takes_the_place_of_the_old_one(village):
    set_pin(village.workplace, PIN)
    set_pin(village.workplace, "9081")
    locked = lock(village.workplace)
    assert refused(locked.reopen, PIN)[0] == "pin-wrong"
    locked.reopen("9081").close()


def test_a_password_changed_in_between_is_the_one_that_opens(village):
    change_password(village.workplace, OTHER_PASSWORD)
    locked = lock(village.workplace)
    assert refused(locked.open_with_password, PASSWORD)[0] == "password-wrong"
    locked.open_with_password(OTHER_PASSWORD).close()


def test_a_clock_set_back_while_locked_is_asked_about_and_costs_no_try(village, locked):
    village.place.clock.forward(days=-3)
    assert refused(locked.reopen, PIN)[0] == "clock-doubtful"
    assert (locked.has_pin, locked.tries_left) == (True, MOST_TRIES)
    locked.reopen(PIN, clock_confirmed=True).close()


def test_a_store_that_cannot_be_asked_for_the_pin_locks_all_the_same(village, monkeypatch):
    set_pin(village.workplace, PIN)

    def broken(*_args):
        raise Problem("disk-error")

    monkeypatch.setattr("village_doctor.services.locking.local_state.get_state", broken)
    locked = lock(village.workplace)
    monkeypatch.undo()
    assert not locked.has_pin
    locked.open_with_password(PASSWORD).close()


def test_the_delay_after_wrong_passwords_grows():
    assert [password_delay(count) for count in (0, 2, 3, 4, 20)] == [0, 0, 1, 2, 60]
