"""老年人中医体质辨识 (norms-other-groups §2): 33 items, nine scores, the limits 8/9, 10/11 and 16/17, and the main type."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.duties.people import d, resident
from tests.domain.form_files import form, options_of
from tests.domain.shipped import figures
from village_doctor.domain.clinical.constitution import decide
from village_doctor.domain.clinical.sentences.elderly import ACTIONS, REASONS
from village_doctor.domain.clinical.visit_facts import VisitFacts
from village_doctor.domain.decisions import Decision
from village_doctor.domain.form_checking import check_answers

FORM = form("constitution")
GUIDED = {"guidance": ["2"]}
# §2, table "Type": the items of each.
ITEMS = {
    "qi_deficiency": (2, 3, 4, 14),
    "yang_deficiency": (11, 12, 13, 29),
    "yin_deficiency": (10, 21, 26, 31),
    "phlegm_dampness": (9, 16, 28, 32),
    "damp_heat": (23, 25, 27, 30),
    "blood_stasis": (19, 22, 24, 33),
    "qi_stagnation": (5, 6, 7, 8),
    "inherited_special": (15, 17, 18, 20),
}
REVERSED_IN_BALANCED = (2, 4, 5, 13)
BIASED = tuple(ITEMS)
# Ways to reach a score with four items.
FOUR = {
    8: (2, 2, 2, 2),
    9: (3, 2, 2, 2),
    10: (4, 2, 2, 2),
    11: (4, 3, 2, 2),
    12: (4, 4, 2, 2),
    20: (5, 5, 5, 5),
}


def said(**changed: int) -> dict[str, object]:
    """没有 to every question, but for those named (q02=5)."""
    items = {f"q{number:02d}": "1" for number in range(1, 34)}
    return {**items, **{key: str(value) for key, value in changed.items()}, **GUIDED}


def scored(*types: tuple[str, int], first: int = 5) -> dict[str, object]:
    """Answers in which these types have these scores; `first`: item 1, which only 平和质 counts."""
    items = {
        f"q{number:02d}": points
        for code, score in types
        for number, points in zip(sorted(ITEMS[code], key=_counts_twice), FOUR[score], strict=True)
    }
    return said(q01=first, **items)


def said_in_balanced(*points: int) -> dict[str, object]:
    """Items 2, 4, 5 and 13."""
    return {f"q{number:02d}": str(point) for number, point in zip(REVERSED_IN_BALANCED, points, strict=True)}


def _counts_twice(number: int) -> bool:
    """What counts in 平和质 too comes last, so that the answers stay low there."""
    return number in REVERSED_IN_BALANCED


def computed(answers):
    return check_answers(FORM, answers, "home").computed


def scores(answers) -> dict[str, int]:
    return {code: int(computed(answers)[f"{code}_score"]) for code in (*BIASED, "balanced")}


def results(answers) -> dict[str, str]:
    return {code: str(computed(answers)[f"{code}_result"]) for code in (*BIASED, "balanced")}


def facts(answers, on: str = "2026-05-12") -> VisitFacts:
    checked = check_answers(FORM, answers, "home")
    return VisitFacts(
        form_code="constitution",
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


def decided(answers, on: str = "2026-05-12") -> Decision:
    return decide(facts(answers, on))


def codes(decision: Decision) -> list[str]:
    return [reason.code.removeprefix("constitution_") for reason in decision.reasons]


# --- the scores ---


@pytest.mark.parametrize("number", range(1, 34))
def test_which_scores_an_item_counts_in(number):
    """§2: every item in its type, five of them in 平和质, four of those the other way round."""
    before, after = scores(said()), scores(said(**{f"q{number:02d}": 5}))
    changed = {code: after[code] - before[code] for code in before if after[code] != before[code]}
    expected = {code: 4 for code, items in ITEMS.items() if number in items}
    if number in REVERSED_IN_BALANCED:
        expected["balanced"] = -4
    elif number == 1:
        expected["balanced"] = 4
    assert changed == expected


@pytest.mark.parametrize(("answered", "counts"), [(1, 5), (2, 4), (3, 3), (4, 2), (5, 1)])
@pytest.mark.parametrize("number", REVERSED_IN_BALANCED)
def test_reversed_only_inside_balanced(number, answered, counts):
    """§2: 1→5 … 5→1 in 平和质, as answered in the type of its own."""
    found = scores(said(**{f"q{number:02d}": answered}))
    own = next(code for code, items in ITEMS.items() if number in items)
    assert found["balanced"] == 1 + 3 * 5 + counts
    assert found[own] == 3 + answered


# --- the results ---


@pytest.mark.parametrize(
    ("score", "result"), [(8, "no"), (9, "tends"), (10, "tends"), (11, "yes"), (12, "yes"), (20, "yes")]
)
@pytest.mark.parametrize("code", BIASED)
def test_the_limits_of_a_biased_type(code, score, result):
    """§2: 是 from 11 on, 倾向是 9 and 10, 否 up to 8."""
    answers = scored((code, score))
    assert scores(answers)[code] == score
    assert results(answers)[code] == result
    assert {other for other, found in results(answers).items() if found != "no"} - {"balanced"} == (
        {code} if result != "no" else set()
    )


@pytest.mark.parametrize(
    ("own", "highest_other", "result"),
    [
        (16, 8, "no"),
        (17, 8, "yes"),
        (17, 9, "tends"),
        (17, 10, "tends"),
        (17, 11, "no"),
        (16, 9, "no"),
        (25, 4, "yes"),
        (25, 10, "tends"),
        (25, 11, "no"),
    ],
)
@pytest.mark.parametrize("other", ["phlegm_dampness", "inherited_special"])
def test_the_limits_of_balanced(own, highest_other, result, other):
    """§2: ≥17 and all others ≤8 是, all others ≤10 基本是, otherwise 否 (the wording is unverified: figures of the list)."""
    answers = scored(*([(other, highest_other)] if highest_other > 4 else []), first=5 if own == 25 else 1)
    answers |= {16: said_in_balanced(2, 2, 2, 3), 17: said_in_balanced(2, 2, 2, 2), 25: {}}[own]
    assert scores(answers)["balanced"] == own
    assert max(scores(answers)[code] for code in BIASED) == max(highest_other, 4)
    assert results(answers)["balanced"] == result


def test_one_of_eight_others_is_enough_against_balanced():
    for code in BIASED:
        assert results(scored((code, 11)))["balanced"] == "no", code


# --- the decision ---


@pytest.mark.parametrize(
    ("types", "first", "main", "reasons"),
    [
        pytest.param((), 5, "balanced", ["is_balanced"], id="nothing wrong"),
        pytest.param(
            (("damp_heat", 9),),
            5,
            "balanced",
            ["tends_balanced", "tends_damp_heat"],
            id="基本是 before 倾向是",
        ),
        pytest.param((("damp_heat", 11),), 5, "damp_heat", ["is_damp_heat"], id="one is hers"),
        pytest.param(
            (("yin_deficiency", 11), ("blood_stasis", 12)),
            5,
            "blood_stasis",
            ["is_blood_stasis", "is_yin_deficiency"],
            id="two: the higher is the main one",
        ),
        pytest.param(
            (("inherited_special", 11), ("yin_deficiency", 11)),
            5,
            "yin_deficiency",
            ["is_yin_deficiency", "is_inherited_special"],
            id="the same score: in the order of the table",
        ),
        pytest.param(
            (("yin_deficiency", 10), ("blood_stasis", 11)),
            5,
            "blood_stasis",
            ["is_blood_stasis", "tends_yin_deficiency"],
            id="one is hers, to one she tends",
        ),
        pytest.param(
            (("qi_deficiency", 12), ("yang_deficiency", 9), ("phlegm_dampness", 10)),
            1,
            "qi_deficiency",
            ["is_qi_deficiency", "tends_phlegm_dampness", "tends_yang_deficiency"],
            id="the higher tendency first",
        ),
    ],
)
def test_the_main_type(types, first, main, reasons):
    decision = decided(scored(*types, first=first))
    assert decision.control_result == main
    assert codes(decision) == reasons
    assert decision.actions == ("constitution_guide", "constitution_tell")


def test_a_reason_says_the_score():
    decision = decided(scored(("damp_heat", 12)))
    assert [dict(reason.values or {}) for reason in decision.reasons] == [{"score": "12"}]


def test_she_may_only_tend_to_a_type():
    """平和质 below 17 and no other type reached: the tendency is the main type."""
    answers = said(q02=3, q03=3, q04=3, q05=2, q13=3)  # 气虚 10, 平和 1+3+3+4+3
    assert scores(answers)["qi_deficiency"] == 10
    assert scores(answers)["balanced"] == 14
    decision = decided(answers)
    assert decision.control_result == "qi_deficiency"
    assert codes(decision) == ["tends_qi_deficiency"]


def test_no_type_may_fit():
    """平和质 below 17 and all others up to 8: nothing is made up."""
    decision = decided(said(q02=3, q04=2, q05=3, q13=3))
    assert decision.control_result is None
    assert codes(decision) == ["none"]
    assert decision.actions == ("constitution_guide", "constitution_tell")
    assert decision.next_on == d("2027-05-12")


@pytest.mark.parametrize("number", range(1, 34))
def test_a_blank_gives_no_type(number):
    """§2: no blanks."""
    answers = said(q01=5)
    del answers[f"q{number:02d}"]
    decision = decided(answers)
    assert decision.control_result is None
    assert codes(decision) == ["unfinished"]
    assert decision.actions == ("constitution_finish",)
    assert decision.next_on == decision.limit_on == d("2026-05-19")


@pytest.mark.parametrize("missing", ["score", "result"])
def test_a_score_and_its_result_tell_only_together(missing):
    whole = facts(scored(("damp_heat", 11)))
    half = {key: value for key, value in whole.computed.items() if key != f"damp_heat_{missing}"}
    decision = decide(replace(whole, computed=half))
    assert (decision.control_result, codes(decision)) == (None, ["unfinished"])


def test_without_guidance_it_is_not_finished():
    """§2: the questionnaire leads to guidance; the types are told, the visit is no service yet."""
    answers = scored(("damp_heat", 11))
    del answers["guidance"]
    decision = decided(answers)
    assert decision.control_result is None
    assert codes(decision) == ["is_damp_heat", "not_guided"]
    assert decision.actions == ("constitution_guide", "constitution_finish")
    assert decision.next_on == decision.limit_on == d("2026-05-19")


@pytest.mark.parametrize(("on", "again_on"), [("2026-05-12", "2027-05-12"), ("2028-02-29", "2029-03-01")])
def test_once_a_year(on, again_on):
    decision = decided(said(q01=5), on)
    assert (decision.next_on, decision.limit_on) == (d(again_on), d(again_on))
    assert decision.referral is None


ANSWERS = st.tuples(*[st.sampled_from("12345")] * 33).map(
    lambda chosen: {f"q{number:02d}": code for number, code in enumerate(chosen, 1)} | GUIDED
)


@given(ANSWERS, st.sampled_from(BIASED))
def test_every_score_is_a_sum_and_worse_answers_never_lower_it(answers, code):
    found = scores(answers)
    for name, items in ITEMS.items():
        assert found[name] == sum(int(answers[f"q{number:02d}"]) for number in items)
    assert found["balanced"] == int(answers["q01"]) + sum(
        6 - int(answers[f"q{number:02d}"]) for number in REVERSED_IN_BALANCED
    )
    worst = answers | {f"q{number:02d}": "5" for number in ITEMS[code]}
    assert scores(worst)[code] == 20
    assert results(worst)[code] == "yes"


@given(ANSWERS)
def test_the_decision_says_exactly_what_was_found(answers):
    decision, found = decided(answers), results(answers)
    told = {code for code in codes(decision) if code != "none"}
    assert told == {
        ("is_" if result == "yes" else "tends_") + code for code, result in found.items() if result != "no"
    }
    assert {reason.code for reason in decision.reasons} <= set(REASONS)
    assert set(decision.actions) <= set(ACTIONS)
    types = {option.code for option in options_of(FORM, "control_result").options}
    assert decision.control_result in types | {None}
    if found["balanced"] == "yes":
        assert {result for code, result in found.items() if code != "balanced"} == {"no"}


def test_the_scores_are_whole_numbers():
    assert isinstance(computed(said())["balanced_score"], Decimal)
    assert str(computed(said())["balanced_score"]) == "21"


def test_every_sentence_is_said_with_its_values():
    sheets = [scored((code, score)) for code in BIASED for score in (9, 11)]
    sheets += [said(q01=5), said(q02=3, q04=2, q05=3, q13=3), {}, {**said(q01=5), "guidance": None}]
    decisions = [decided(answers) for answers in sheets]
    for decision in decisions:
        for reason in decision.reasons:
            assert "{" not in REASONS[reason.code].text.format(**(reason.values or {}))
    ours = {code for code in (*REASONS, *ACTIONS) if code.startswith("constitution_")}
    assert ours == {
        code
        for decision in decisions
        for code in (*decision.actions, *(reason.code for reason in decision.reasons))
    }
