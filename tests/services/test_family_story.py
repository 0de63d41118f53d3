"""The family's story: which sheets fit a child, and what no page that others may see says."""

from datetime import date
from pathlib import Path

import pytest

from tests.village import Place, build
from village_doctor.domain.dates import plus_months
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.family_story import _months_of_check, family_story
from village_doctor.services.registering import MemberDraft, add_resident

BORN = date(2023, 3, 1)
LEAP = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("born", "on", "code"),
    [
        (BORN, date(2023, 3, 10), None),
        (BORN, date(2023, 3, 28), None),
        (BORN, date(2023, 3, 29), "child_check_1_to_8_months"),
        (BORN, date(2023, 6, 1), "child_check_1_to_8_months"),
        (BORN, date(2024, 2, 29), "child_check_1_to_8_months"),
        (BORN, date(2024, 3, 1), "child_check_12_to_30_months"),
        (BORN, date(2026, 2, 28), "child_check_12_to_30_months"),
        (BORN, date(2026, 3, 1), "child_check_3_to_6_years"),
        (BORN, date(2030, 2, 28), "child_check_3_to_6_years"),
        (BORN, date(2030, 3, 1), None),
        (LEAP, date(2025, 2, 27), "child_check_1_to_8_months"),
        (LEAP, date(2025, 2, 28), "child_check_12_to_30_months"),
        (LEAP, date(2031, 2, 28), "child_check_3_to_6_years"),
        (LEAP, date(2031, 3, 1), None),
    ],
)
def test_a_childs_check_has_the_sheet_of_her_age(born: date, on: date, code: str | None) -> None:
    months = _months_of_check(born, on)
    forms = [form for form in Catalogue().forms.values() if form.from_months is not None]
    assert [form.code for form in forms if form.fits_months(months)] == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("months", "code"),
    [
        (4, "child_check_1_to_8_months"),
        (20, "child_check_12_to_30_months"),
        (50, "child_check_3_to_6_years"),
    ],
)
def test_a_child_whose_check_is_due_is_offered_the_sheet_of_her_age(
    tmp_path: Path, months: int, code: str
) -> None:
    made = build(Place(tmp_path))
    today = made.workplace.today()
    draft = MemberDraft(
        name="王小宝",
        relation="41",
        sex="1",
        birth_date=plus_months(today, -months),
        no_identity_reason="新生儿",
    )
    child = made.workplace.command(add_resident, made.four.id, draft).value
    story = made.workplace.query(family_story, made.workplace.catalogue, made.four.id, today)
    (offered,) = (one.form_codes for one in story.people if one.resident.id == child.id)
    assert [one for one in offered if one.startswith("child_check_")] == [code]
    made.workplace.close()


def test_a_household_offers_no_two_sheets_for_one_check(tmp_path: Path) -> None:
    made = build(Place(tmp_path))
    today = made.workplace.today()
    story = made.workplace.query(family_story, made.workplace.catalogue, made.four.id, today)
    for one in story.people:
        assert sum(code.startswith("child_check_") for code in one.form_codes) <= 1
    made.workplace.close()
