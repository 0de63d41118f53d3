"""build_scripts/mutate.py: what mutmut tells is read, counted by module, and what nobody noticed is named."""

import pytest

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
