"""Days as people type them, and what is no day: years that nobody means are a slip of the finger."""

from datetime import date

import pytest

from tests.cli.command_line import WRONG_USE
from village_doctor.cli.inputs import read_day
from village_doctor.domain.problems import Problem


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02",
        "2026-11-2",
        "2026/11/02",
        "2026.11.2",
        "20261102",
        "2026年11月2日",
        "２０２６－１１－０２ ",
    ],
)
def test_a_day_in_every_way_that_people_write_it(text: str) -> None:
    assert read_day(text) == date(2026, 11, 2)


@pytest.mark.parametrize(
    "text",
    [
        *("", "明天", "2026-02-30", "2026-13-01", "26-11-02", "2026-11"),
        *("2026111", "202611", "2026-1102", "202611-02", "20261102日", "2026-11-023"),
        *("0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "99991231"),
    ],
)
def test_what_is_no_day_or_none_that_anybody_means(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read_day(text)
    assert refused.value.code == "date-form"


@pytest.mark.parametrize("words", [("due",), ("door-list",), ("show", "李桂英"), ("explain", "李桂英")])
def test_a_plan_is_told_for_the_first_and_the_last_day_that_can_be_typed(line, words):
    for day in ("1900-01-01", "2199-12-31"):
        line.done(*words, "--on", day)
    said = line(*words, "--on", "9999-12-31")
    assert (said.code, "“9999-12-31”不是日期" in said.err) == (WRONG_USE, True)


def test_a_contract_and_a_head_begin_on_days_that_can_be(line):
    for words in (
        ("contract", "sign", "10001", "--years", "1", "--representative", "王德顺", "--starts", "9999-12-01"),
        ("household", "set-head", "10001", "李桂英", "--on", "0001-01-01"),
        ("household", "set-head", "10001", "李桂英", "--on", "2026111"),
    ):
        assert line(*words).code == WRONG_USE
