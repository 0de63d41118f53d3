"""Opening a form: for whom it is, and for whom it is not opened any more."""

from datetime import date, timedelta

import pytest

from tests.village import TODAY
from village_doctor.domain.problems import Problem
from village_doctor.services.filling import form_to_fill
from village_doctor.services.moving import move_out, record_death

FORM = "hypertension_follow_up"
DAY = date(2026, 11, 20)


def opened(village, served_on=TODAY):
    return village.workplace.query(
        form_to_fill, village.workplace.catalogue, village.grandmother.id, FORM, served_on
    )


@pytest.mark.parametrize("leave", [record_death, move_out])
def test_no_form_opens_for_somebody_who_died_or_moved_away(village, do, leave):
    assert opened(village).person.resident.id == village.grandmother.id
    do(leave, village.grandmother.id, DAY)
    with pytest.raises(Problem) as caught:
        opened(village)
    assert (caught.value.code, caught.value.values["name"]) == ("person-gone", "李桂英")


def test_a_day_when_she_still_lived_here_can_be_written_down(village, do):
    do(record_death, village.grandmother.id, DAY)
    assert opened(village, DAY - timedelta(days=1)).person.resident.id == village.grandmother.id
