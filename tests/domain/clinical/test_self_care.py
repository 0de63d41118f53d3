"""老年人生活自理能力评估 (norms-other-groups §1.1): five items, points, four grades, what follows from each."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import d, resident
from tests.domain.form_files import form, options_of
from tests.domain.shipped import figures
from village_doctor.domain.clinical.self_care import decide
from village_doctor.domain.clinical.sentences.elderly import ACTIONS, REASONS
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.decisions import Decision
from village_doctor.domain.form_checking import check_answers

FORM = form("self_care")
ITEMS = ("eating", "washing", "dressing", "toilet", "moving")
# norms-other-groups §1.1, by item: the points of 可自理, 轻度依赖, 中度依赖, 不能自理 (None: the sheet has no such choice).
POINTS = {
    "eating": (0, None, 3, 5),
    "washing": (0, 1, 3, 7),
    "dressing": (0, None, 3, 5),
    "toilet": (0, 1, 5, 10),
    "moving": (0, 1, 5, 10),
}
# Every way to fill in the sheet, by its total.
SHEETS: dict[int, list[dict[str, str]]] = {}
for levels in product("1234", repeat=5):
    points = [POINTS[item][int(level) - 1] for item, level in zip(ITEMS, levels, strict=True)]
    if None not in points:
        SHEETS.setdefault(sum(filter(None, points)), []).append(dict(zip(ITEMS, levels, strict=True)))


def computed(answers: dict[str, str]) -> tuple[int, str]:
    checked = check_answers(FORM, answers, "home")
    total = checked.computed["total"]
    return int(total), str(checked.computed["grade"])


def assessed(answers: dict[str, str], on: str = "2026-05-12") -> VisitFacts:
    checked = check_answers(FORM, answers, "home")
    return VisitFacts(
        form_code="self_care",
        disease="",
        served_on=d(on),
        resident=resident("1950-02-03"),
        mode="home",
        figures=figures(),
        answers=checked.answers,
        measurements=checked.measurements,
        computed=checked.computed,
        is_complete=checked.is_complete,
    )


def decided(answers: dict[str, str], on: str = "2026-05-12") -> Decision:
    return decide(assessed(answers, on))


@pytest.mark.parametrize("item", ITEMS)
def test_the_points_of_each_choice(item):
    """§1.1: one item changes, the others stand at 可自理."""
    independent = dict.fromkeys(ITEMS, "1")
    options = options_of(FORM, item)
    assert {option.code: option.points for option in options.options} == {
        str(level): points for level, points in enumerate(POINTS[item], start=1) if points is not None
    }
    for level, points in enumerate(POINTS[item], start=1):
        if points is not None:
            assert computed(independent | {item: str(level)})[0] == points


@pytest.mark.parametrize(
    ("total", "code", "grade"),
    [
        (0, "1", "independent"),
        (3, "1", "independent"),
        (4, "2", "mild"),
        (8, "2", "mild"),
        (9, "3", "moderate"),
        (18, "3", "moderate"),
        (19, "4", "dependent"),
        (37, "4", "dependent"),
    ],
)
def test_the_limits_of_the_grades(total, code, grade):
    """§1.1: 0–3 可自理, 4–8 轻度依赖, 9–18 中度依赖, 19 and more 不能自理."""
    answers = SHEETS[total][0]
    decision = decided(answers)
    assert computed(answers) == (total, code)
    assert decision.control_result == grade
    assert [reason.code for reason in decision.reasons] == [f"self_care_{grade}"]
    assert decision.reasons[0].values == {"total": str(total)}


@pytest.mark.parametrize(
    ("total", "actions"),
    [
        (3, ("self_care_tell",)),
        (8, ("self_care_prevent_falls", "self_care_tell")),
        (18, ("self_care_serve_at_home", "self_care_prevent_falls", "self_care_tell")),
        (19, ("self_care_serve_at_home", "self_care_tell")),
    ],
)
def test_from_moderate_dependence_on_service_comes_to_the_house(total, actions):
    """norms-other-groups §9: code 3 and 4 are served at home."""
    assert decided(SHEETS[total][0]).actions == actions


@pytest.mark.parametrize(
    ("on", "again_on"),
    [("2026-05-12", "2027-05-12"), ("2028-02-29", "2029-03-01"), ("2025-12-31", "2026-12-31")],
)
def test_once_a_year(on, again_on):
    decision = decided(SHEETS[0][0], on)
    assert (decision.next_on, decision.limit_on) == (d(again_on), d(again_on))
    assert decision.referral is None
    assert decision.ask_on == ()


@pytest.mark.parametrize("left_out", ITEMS)
def test_a_blank_item_gives_no_grade(left_out):
    answers = {item: "1" for item in ITEMS if item != left_out}
    decision = decided(answers)
    assert decision.control_result is None
    assert decision.actions == ("self_care_finish",)
    assert [reason.code for reason in decision.reasons] == ["self_care_unfinished"]
    assert decision.next_on == decision.limit_on == date(2026, 5, 19)


def test_an_unfinished_sheet_gives_no_grade_although_there_is_a_total():
    decision = decide(replace(assessed(SHEETS[19][0]), is_complete=False))
    assert decision.control_result is None
    assert [reason.code for reason in decision.reasons] == ["self_care_unfinished"]


@given(st.sampled_from([answers for sheets in SHEETS.values() for answers in sheets]), st.sampled_from(ITEMS))
def test_the_total_is_the_sum_and_more_help_never_gives_a_better_grade(answers, item):
    total, grade = computed(answers)
    assert total == sum(POINTS[key][int(level) - 1] or 0 for key, level in answers.items())
    worse, worse_grade = computed(answers | {item: "4"})
    assert worse >= total
    assert worse_grade >= grade


def test_every_total_has_exactly_one_grade_and_sentence():
    for sheets in SHEETS.values():
        decision = decided(sheets[0])
        assert {reason.code for reason in decision.reasons} <= set(REASONS)
        assert set(decision.actions) <= set(ACTIONS)
        assert decision.control_result in {
            option.code for option in options_of(FORM, "control_result").options
        }
        grade = computed(sheets[0])[1]
        assert decision.control_result is not None
        result = options_of(FORM, "control_result").option(decision.control_result)
        assert result is not None
        assert result.sheet_code == grade


def test_every_sentence_is_said_with_its_values():
    decisions = [decided(answers) for answers in ({}, *(SHEETS[total][0] for total in (0, 4, 9, 19)))]
    for decision in decisions:
        for reason in decision.reasons:
            assert "{" not in REASONS[reason.code].text.format(**(reason.values or {}))
    ours = {code for code in (*REASONS, *ACTIONS) if code.startswith("self_care_")}
    assert ours == {
        code
        for decision in decisions
        for code in (*decision.actions, *(reason.code for reason in decision.reasons))
    }
