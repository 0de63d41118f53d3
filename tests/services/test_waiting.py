"""What the rail and the status line say: each number is the one behind it."""

from datetime import timedelta

from tests.services.desk_of_township import TownshipDesk
from tests.village import MORNING, TODAY, pressure
from village_doctor.domain.due import doors
from village_doctor.domain.fulfilment.matching import HOME, PHONE
from village_doctor.services import delivery_status, enrolling, planning, safekeeping
from village_doctor.services.browsing import contracts_overview
from village_doctor.services.contracting import ContractDraft, Evidence, Signing, sign_contract
from village_doctor.services.measuring import record_reading
from village_doctor.services.registering import set_setting
from village_doctor.services.sending import send
from village_doctor.services.taking_receipts import receive
from village_doctor.services.visiting import add_contact
from village_doctor.services.waiting import waiting
from village_doctor.store import journal


def test_a_village_that_has_never_sent_or_backed_up(village):
    found = waiting(village.workplace)
    assert found.changes_waiting == village.workplace.query(journal.count)
    assert found.oldest_waiting_on == TODAY
    assert found.last_saved_at == MORNING + timedelta(minutes=4)
    assert found.last_backup_at is None
    assert (found.clinic_name, found.doctor_name, found.is_practice) == ("石桥湾村卫生室", "王守仁", False)
    assert (found.doors_today, found.contracts_ending) == (0, 0)


def test_the_doors_of_today_are_those_that_today_lists(village):
    village.place.clock.forward(days=150)
    village.workplace.renew_for_today()
    due = village.workplace.query(planning.due, village.workplace.today(), None, 0)
    home = [one for one in due.items if one.mode_hint == HOME]
    assert waiting(village.workplace).doors_today == len(doors(home, due.households, due.on)) == 2


def test_who_is_only_to_be_called_by_phone_is_no_door(village, do):
    do(record_reading, pressure(village.rare, 190, 122))
    village.place.clock.forward(days=1)
    village.workplace.renew_for_today()
    due = village.workplace.query(planning.due, village.workplace.today(), None, 0)
    assert {one.mode_hint for one in due.items} == {PHONE}
    assert waiting(village.workplace).doors_today == 0


def test_a_door_not_to_be_called_at_yet_is_not_counted(village):
    village.place.clock.forward(days=150)
    village.workplace.renew_for_today()
    later = (village.workplace.today() + timedelta(days=1)).isoformat()
    village.workplace.write(
        lambda writing: writing.connection.execute(
            "UPDATE household SET not_visited_until = ? WHERE id = ?", (later, village.four.id)
        )
    )
    assert waiting(village.workplace).doors_today == 1


def test_contracts_that_end_are_those_on_their_list(village, do):
    signing = Signing(
        representative_id=village.grandmother.id,
        evidence={village.grandmother.id: Evidence(told_on=TODAY, told_how="当面")},
    )
    contract = do(sign_contract, ContractDraft(household_id=village.four.id, years=1), signing).contract
    assert waiting(village.workplace).contracts_ending == 0
    village.place.clock.forward(days=(contract.ends_on - TODAY).days - 10)
    found = village.workplace.query(contracts_overview, village.workplace.today())
    assert waiting(village.workplace).contracts_ending == len(found.ending) == 1


def test_what_a_receipt_covers_waits_no_longer(village, do, tmp_path):
    desk, stick = TownshipDesk(), tmp_path / "stick"
    stick.mkdir()
    enrolling.enrol(village.workplace, desk.invite(), desk.words)
    send(village.workplace, stick)
    assert waiting(village.workplace).changes_waiting == village.workplace.query(journal.count)
    desk.answer(stick, desk.receipt(desk.letters_in(stick)), ())
    receive(village.workplace, stick)
    found = waiting(village.workplace)
    assert (found.changes_waiting, found.oldest_waiting_on) == (0, None)
    village.place.clock.forward(days=2)
    do(add_contact, village.widow.id, mode="phone")
    found = waiting(village.workplace)
    status = delivery_status.status(village.workplace)
    assert (found.changes_waiting, found.oldest_waiting_on) == (status.waiting, TODAY + timedelta(days=2))
    assert found.last_saved_at == status.oldest_waiting_at


def test_the_last_backup_is_told(village):
    safekeeping.daily_backup(village.workplace)
    found = waiting(village.workplace)
    assert found.last_backup_at == village.workplace.now()


def test_a_practice_village_says_so(village, do):
    do(set_setting, "practice", "1")
    assert waiting(village.workplace).is_practice
