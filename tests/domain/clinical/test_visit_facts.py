"""What a rule reads from a sheet: an answer of another kind than it asks for is none."""

from decimal import Decimal

import pytest

from tests.domain.clinical.patients import visit_facts


@pytest.mark.parametrize(
    ("answer", "text", "texts", "flag", "number"),
    [
        pytest.param("36.5", "36.5", (), None, Decimal("36.5"), id="a text, a decimal, one option"),
        pytest.param(7, None, (), None, 7, id="a whole number"),
        pytest.param(0, None, (), None, 0, id="nought is a number, no 'no'"),
        pytest.param(True, None, (), True, None, id="yes"),
        pytest.param(False, None, (), False, None, id="no"),
        pytest.param(["1", "3"], None, ("1", "3"), None, None, id="several options"),
        pytest.param([], None, (), None, None, id="no option"),
        pytest.param(None, None, (), None, None, id="nothing"),
    ],
)
def test_each_kind_of_answer_is_read_as_itself(answer, text, texts, flag, number):
    facts = visit_facts(answers={"asked": answer})
    assert (facts.text("asked"), facts.texts("asked")) == (text, texts)
    assert facts.flag("asked") is flag
    assert facts.number("asked") == number


def test_what_the_sheet_does_not_ask_is_not_known():
    facts = visit_facts()
    assert (facts.text("asked"), facts.texts("asked")) == (None, ())
    assert (facts.flag("asked"), facts.number("asked")) == (None, None)
