"""The children's sheets by age: every age has exactly the sheet whose columns are for it, and no two may claim it."""

import pytest

from tests.domain.form_files import code_lists, data, form, shipped
from village_doctor.domain.form_months import check_months
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.forms import Form
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem

INFANT = "child_check_1_to_8_months"
TODDLER = "child_check_12_to_30_months"
PRESCHOOL = "child_check_3_to_6_years"
FILE = f"{TODDLER}.toml"
FORMS = {code: form(code) for code in shipped()}

# 规范第三版: columns 满月 3 6 8 months · 12 18 24 30 months · 3 4 5 6 years; a column counts until the next one's age.
SHEETS = {
    **dict.fromkeys(range(12), INFANT),
    **dict.fromkeys(range(12, 36), TODDLER),
    **dict.fromkeys(range(36, 84), PRESCHOOL),
}


def toddlers(first: int | None, until: int | None, proves: str = "child_visit") -> Form:
    """The toddlers' sheet for another age; None: for every age."""
    file = {**data(f"forms/{TODDLER}.toml"), "proves": [proves], "from_months": first, "until_months": until}
    return parse_form(FILE, {key: value for key, value in file.items() if value is not None}, code_lists())


@pytest.mark.parametrize(("months", "code"), SHEETS.items())
def test_every_age_has_its_sheet_and_no_other(months, code):
    found = [one.code for one in FORMS.values() if "child_visit" in one.proves and one.fits_months(months)]
    assert found == [code]


@pytest.mark.parametrize("months", [84, None])
def test_outside_of_the_checks_there_is_no_sheet(months):
    assert not [code for code in SHEETS.values() if FORMS[code].fits_months(months)]


@pytest.mark.parametrize("code", shipped())
def test_only_the_checks_have_an_age(code):
    assert (FORMS[code].from_months is not None) == (code in SHEETS.values())


def test_the_shipped_sheets_share_no_age():
    for code, one in FORMS.items():
        check_months(f"{code}.toml", one, FORMS)


@pytest.mark.parametrize(
    ("first", "until", "other"),
    [(11, 35, INFANT), (3, 3, INFANT), (12, 36, PRESCHOOL), (40, 40, PRESCHOOL), (12, 100, PRESCHOOL)],
)
def test_two_sheets_for_one_age_are_refused(first, until, other):
    with pytest.raises(Problem) as problem:
        check_months(FILE, toddlers(first, until), FORMS)
    values = problem.value.values
    assert (problem.value.code, values["file"], values["field"]) == ("form-file", FILE, "from_months")
    assert "这个月龄" in values["reason"]
    assert values["detail"] == other
    assert FILE in PROBLEM_TEXTS["form-file"].format(**values)


def test_a_sheet_for_every_age_leaves_none_to_the_others():
    changed = {**FORMS, TODDLER: toddlers(None, None)}
    with pytest.raises(Problem) as problem:
        check_months(f"{INFANT}.toml", changed[INFANT], changed)
    assert problem.value.values["detail"] == TODDLER


def test_what_proves_something_else_may_be_for_the_same_age():
    check_months(FILE, toddlers(0, 83, proves="service:weighing"), FORMS)
