"""The family's story: which sheets fit a child, and what no page that others may see says."""

from datetime import date
from pathlib import Path

import pytest

from tests.village import Place, build
from village_doctor.services.family_story import _child_form, family_story

BORN = date(2023, 3, 1)


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2023, 3, 10), None),
        (date(2023, 6, 1), "child_check_1_to_8_months"),
        (date(2024, 2, 29), "child_check_1_to_8_months"),
        (date(2024, 3, 1), "child_check_12_to_30_months"),
        (date(2026, 2, 28), "child_check_12_to_30_months"),
        (date(2026, 3, 1), "child_check_3_to_6_years"),
        (date(2030, 2, 28), "child_check_3_to_6_years"),
        (date(2030, 3, 1), None),
    ],
)
def test_a_childs_check_has_the_sheet_of_her_age(on: date, code: str | None) -> None:
    assert _child_form(BORN, on) == code


def test_a_household_offers_no_two_sheets_for_one_check(tmp_path: Path) -> None:
    made = build(Place(tmp_path))
    today = made.workplace.today()
    story = made.workplace.query(family_story, made.workplace.catalogue, made.four.id, today)
    for one in story.people:
        assert sum(code.startswith("child_check_") for code in one.form_codes) <= 1
    made.workplace.close()
