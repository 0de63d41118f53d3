"""长期处方 (contracts.md §5): 4–12 weeks, the day of the refill, the signature above four weeks, what to think of."""

from dataclasses import replace

import pytest

from tests.domain.duties.people import d
from tests.domain.shipped import figures
from village_doctor.domain.clinical.prescriptions import Prescribing, may_register, refill_due_on, warnings
from village_doctor.domain.clinical.sentences.prescriptions import REASONS

STABLE = Prescribing(weeks=4, is_signed=False, last_result="controlled", adherence="1", has_contract=True)


def refused(**changes) -> list[tuple[str, dict[str, str]]]:
    return [
        (reason.code, dict(reason.values or {}))
        for reason in may_register(replace(STABLE, **changes), figures())
    ]


def warned(**changes) -> list[str]:
    return [reason.code for reason in warnings(replace(STABLE, **changes))]


@pytest.mark.parametrize(
    ("issued", "weeks", "due"),
    [
        ("2026-01-31", 4, "2026-02-28"),
        ("2026-01-01", 12, "2026-03-26"),
        ("2028-02-01", 4, "2028-02-29"),
        ("2026-12-20", 8, "2027-02-14"),
    ],
)
def test_the_refill_is_due_when_the_supply_is_used_up(issued, weeks, due):
    assert refill_due_on(d(issued), weeks) == d(due)


@pytest.mark.parametrize(
    ("weeks", "is_signed", "expected"),
    [
        (3, True, [("prescription_too_short", {"weeks": "3"})]),
        (4, False, []),
        (5, False, [("prescription_not_signed", {"weeks": "5", "limit": "4"})]),
        (5, True, []),
        (12, True, []),
        (13, True, [("prescription_too_long", {"weeks": "13"})]),
        (
            13,
            False,
            [
                ("prescription_too_long", {"weeks": "13"}),
                ("prescription_not_signed", {"weeks": "13", "limit": "4"}),
            ],
        ),
    ],
)
def test_what_may_be_registered(weeks, is_signed, expected):
    """§5: in principle 4–12 weeks [V]; more than 4 weeks signed by the patient [K, a figure]."""
    assert refused(weeks=weeks, is_signed=is_signed) == expected


def test_the_limit_of_the_signature_is_a_setting():
    used = replace(figures(), long_prescription_signed_above_weeks=8)
    assert may_register(replace(STABLE, weeks=8), used) == ()
    assert len(may_register(replace(STABLE, weeks=9), used)) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"last_result": "uncontrolled"}, ["prescription_not_controlled"]),
        ({"last_result": "adverse_reaction"}, ["prescription_not_controlled"]),
        ({"last_result": "stable"}, []),
        ({"last_result": "basically_stable"}, ["prescription_not_controlled"]),
        ({"last_result": "unstable"}, ["prescription_not_controlled"]),
        ({"last_result": "stable_low_risk"}, []),
        ({"last_result": "stable_high_risk"}, []),
        ({"last_result": "acute_exacerbation"}, ["prescription_not_controlled"]),
        ({"last_result": None}, ["prescription_never_followed_up"]),
        ({"adherence": "2"}, ["prescription_irregular"]),
        ({"adherence": "3"}, ["prescription_irregular"]),
        ({"adherence": "0"}, []),
        ({"adherence": None}, ["prescription_adherence_unknown"]),
        ({"adherence": None, "last_result": None}, ["prescription_never_followed_up"]),
        ({"has_contract": False}, ["prescription_no_contract"]),
        (
            {"last_result": "complication", "adherence": "2", "has_contract": False},
            ["prescription_not_controlled", "prescription_irregular", "prescription_no_contract"],
        ),
    ],
    ids=str,
)
def test_warnings(changes, expected):
    """§5: warns when the last class is not 1 or adherence not 规律; it forbids nothing."""
    assert warned(**changes) == expected
    assert refused(**changes) == []


def test_every_sentence_is_said():
    said = {code for code, _ in [*refused(weeks=3), *refused(weeks=13)]}
    said |= {
        *warned(last_result=None, adherence="3", has_contract=False),
        *warned(last_result="uncontrolled"),
        *warned(adherence=None),
    }
    assert said == set(REASONS)
    for code, values in [*refused(weeks=3), *refused(weeks=13)]:
        assert "{" not in REASONS[code].text.format(**values)
