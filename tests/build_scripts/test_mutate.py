"""build_scripts/mutate.py: what mutmut tells is read, counted by module, and what nobody noticed is named."""

from pathlib import Path

import pytest

import environment
import mutate

TOLD = [
    ("village_doctor.domain.due", "x_order__mutmut_1", "killed"),
    ("village_doctor.domain.due", "x_order__mutmut_2", "survived"),
    ("village_doctor.domain.duties.child", "x_of__mutmut_1", "timeout"),
]


def test_noticed_and_tried_are_told_by_module_and_for_the_whole():
    assert [line.split() for line in mutate.report(TOLD)] == [
        ["1", "of", "2", "50.0%", "village_doctor.domain.due"],
        ["1", "of", "1", "100.0%", "village_doctor.domain.duties.child"],
        ["2", "of", "3", "66.7%", "all"],
    ]


def test_without_a_result_there_is_nothing_to_tell():
    assert mutate.report([]) == []


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("    village_doctor.domain.clinical.rows.x_high_row__mutmut_24: survived", "survived"),
        ("    village_doctor.domain.due.xǁDoorǁorder__mutmut_3: not checked", "not checked"),
        ("Found 3 mutants", None),
    ],
)
def test_a_line_of_results_is_read(line, state):
    match = mutate._RESULT.fullmatch(line)
    assert (None if match is None else match["state"]) == state


SHOWN = """# village_doctor.domain.duties.child.x__of__mutmut_7: survived
--- village_doctor/domain/duties/child.py
+++ village_doctor/domain/duties/child.py
@@ -1,4 +1,4 @@
 def _of(age: int) -> bool:
-    return (
-        age > 3)
+    return age >= 3
""".splitlines()


@pytest.mark.parametrize(
    ("mutant", "function"),
    [("x_of__mutmut_7", "of"), ("x__of__mutmut_7", "_of"), ("xǁDoorǁ_of__mutmut_7", "Door._of")],
)
def test_a_survivor_is_named_by_its_function_and_its_lines_not_by_its_number(mutant, function):
    found = mutate.survivor("village_doctor.domain.duties.child", mutant, SHOWN)
    assert found == (f"domain.duties.child.{function}", "return (\nage > 3)", "return age >= 3")


def test_survivors_without_a_reason_come_first_and_are_counted():
    explained = mutate.Survivor("domain.a.f", "x > 3", "x >= 3")
    open_one = mutate.Survivor("domain.b.g", "y", "None")
    reasons = mutate.reasons_of('[["domain.a.f"]]\nwas = "x > 3"\nbecomes = "x >= 3"\nwhy = "x is never 3"\n')
    lines, unexplained = mutate.explanations([explained, open_one], reasons)
    assert unexplained == 1
    assert [line for line in lines if ": " in line] == [
        "domain.b.g: NO REASON GIVEN",
        "domain.a.f: x is never 3",
    ]


def test_every_reason_in_the_list_says_something_about_a_function_that_is_there():
    reasons = mutate.reasons_of(mutate.REASONS.read_text(encoding="utf-8"))
    for one, why in reasons.items():
        *module, _function = one.at.split(".")
        parts = [part for part in module if part.islower()]
        assert (environment.ROOT / "village_doctor" / Path(*parts)).with_suffix(".py").is_file(), one.at
        assert len(why) > 10, one.at
