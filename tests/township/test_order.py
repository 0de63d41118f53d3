"""The township's tables depend on the set of entries only: not on the order of letters, nor on how they were cut."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.township.clinics import (
    Desk,
    Laptop,
    Letter,
    household,
    invited,
    membership,
    resident,
    some_id,
    tables,
)
from tests.village import MORNING
from village_doctor.domain.given import Education, Service
from village_doctor.domain.medications import Medication
from village_doctor.domain.records import Record
from village_doctor.domain.refusals import Refusal
from village_doctor.township.confirming import confirm
from village_doctor.township.inbox_store import doubtful, registry
from village_doctor.township.office import Office
from village_doctor.township.rebuilding import rebuild
from village_doctor.township.receiving import receive

CLINICS = ("990101", "990102", "990103")


@contextmanager
def fresh_office() -> Iterator[tuple[Desk, Office]]:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        office = desk.create().office
        try:
            yield desk, office
        finally:
            office.close()


def given_to(order: int, who: int) -> tuple[Record, ...]:
    """What a resident was given, and what she refused; both laptops change the same records."""
    person = some_id("resident", order)
    day = date(2026, 2, 1 + who)
    return (
        Medication(
            id=some_id("medication", order), resident_id=person, drug="氨氯地平", dose=f"{5 + who} mg"
        ),
        Refusal(id=some_id("refusal", order), resident_id=person, what="check_up", refused_on=day),
        Service(id=some_id("service", order), resident_id=person, code="drug_delivery", served_on=day),
        Education(
            id=some_id("education", order),
            given_on=day,
            mode="talk",
            resident_ids=(person,),
            activity_id=some_id("activity", order),
        ),
    )


def write_history(first: Laptop, steps: Sequence[tuple[int, int, int]]) -> Laptop:
    """Two laptops of one clinic write by turns, each without knowing of the other's newest; gives the second one."""
    first.write(household(1), resident(1), membership(1, 1, 1))
    second = first.restored("second", now=MORNING + timedelta(seconds=1))
    for who, what, value in steps:
        laptop = (first, second)[who]
        match what:
            case 0:
                laptop.write(household(value, landmark=f"{who}{value}"))
            case 1:
                laptop.write(resident(value, name=f"王{who}{value}"))
            case 2:
                laptop.write(membership(value, value % 2, value))
            case 3:
                laptop.append("household", some_id("household", value), b'{"number":7}')
            case 4:
                laptop.write(household(value, voided_at=laptop.now, void_reason="重复"))
            case 5:
                laptop.write(*given_to(value, who))
            case _:
                laptop.learn(second if laptop is first else first)
    return second


def letters_of(office: Office, histories, cuts) -> tuple[list[Letter], list[Laptop]]:
    """Letters of every clinic: the first laptop's own; the second's, which carry the first one's beginning too."""
    letters: list[Letter] = []
    second_laptops = []
    for code, steps, places in zip(CLINICS, histories, cuts, strict=True):
        first = invited(office, code, f"first {code}")
        second = write_history(first, steps)
        second.township = first.township
        carried = second.continues.seq if second.continues else 0
        letters.append(second.send(1, carried, chain=first.device))
        for laptop in (first, second):
            end = len(laptop.journal)
            begin = 1
            for place in [*sorted({one % end for one in places} - {0}), end]:
                letters.append(laptop.send(begin, place))
                begin = place + 1
        second_laptops += [first, second]
    return letters, second_laptops


def take_in(
    desk: Desk,
    office: Office,
    letters: Sequence[Letter],
    laptops,
    order: Sequence[int],
    when: int,
    *,
    keep_old: bool,
):
    """Receives letters one file at a time in that order, some twice, and confirms the laptops somewhere in between.

    Where the second laptop replaces the first one, they are confirmed when all letters have come: what counts of
    a revoked device is what was here when it was revoked (`township.md`).
    """
    for number, index in enumerate(order):
        desk.empty_stick()
        letters[index % len(letters)].put(desk.stick, f"{number:032x}")
        receive(office, desk.stick)
        if number == when and keep_old:
            confirm_all(office, laptops, keep_old=keep_old)
    desk.empty_stick()
    for number, letter in enumerate(letters):
        letter.put(desk.stick, f"{number:032x}")
    for _ in range(2):  # a laptop that continues another one is known only when that one is
        receive(office, desk.stick)
        confirm_all(office, laptops, keep_old=keep_old)


def confirm_all(office: Office, laptops: Sequence[Laptop], *, keep_old: bool) -> None:
    with office.inbox.reading() as connection:
        waiting = {device.device for device in registry.waiting_devices(connection)}
    for laptop in laptops:
        if laptop.device in waiting:
            confirm(office, laptop.words, keep_old=keep_old)


def derived(office: Office) -> tuple:
    with office.inbox.reading() as connection:
        clinics = registry.clinics(connection)
        doubts = [doubtful.doubts_of(connection, clinic.clinic_id) for clinic in clinics]
        late = [doubtful.late_parents(connection, clinic.clinic_id) for clinic in clinics]
    return tables(office), doubts, late


steps = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6), st.integers(1, 3)), max_size=12)
places = st.lists(st.integers(1, 20), max_size=4)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    histories=st.tuples(steps, steps, steps),
    cuts=st.tuples(places, places, places),
    other_cuts=st.tuples(places, places, places),
    order=st.lists(st.integers(0, 50), max_size=12),
    when=st.integers(0, 12),
    keep_old=st.booleans(),
)
def test_any_order_any_cut_gives_the_same_tables(histories, cuts, other_cuts, order, when, keep_old):
    with fresh_office() as (desk, office):
        letters, laptops = letters_of(office, histories, cuts)
        take_in(desk, office, letters, laptops, range(len(letters)), len(letters), keep_old=keep_old)
        expected = derived(office)
        entries = {(e.device, e.seq) for laptop in laptops for e in laptop.journal}
        assert len(expected[0]["entry"]) == len(entries)
        rebuild(office)
        assert derived(office) == expected
    with fresh_office() as (desk, office):
        letters, laptops = letters_of(office, histories, other_cuts)
        take_in(desk, office, letters, laptops, order, when, keep_old=keep_old)
        assert derived(office) == expected
        before = tables(office, outcomes=True)
        rebuild(office)
        assert tables(office, outcomes=True) == before
        shutil.rmtree(desk.stick)
