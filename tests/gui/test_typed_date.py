"""A date is typed in the same ways wherever it is typed."""

from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from village_doctor.domain.problems import Problem
from village_doctor.gui.widgets.form_fields import FormDateField
from village_doctor.gui.widgets.typed_date import DateField

NEW_YEAR = date(2026, 1, 5)


@pytest.mark.parametrize("kind", [DateField, FormDateField])
@pytest.mark.parametrize("typed", ["20260105", "2026-01-05", "2026-1-5", "2026.1.5", "2026/01/5"])
def test_every_field_takes_the_same_spellings(qtbot: QtBot, kind: type[DateField], typed: str) -> None:
    field = kind("日期")
    qtbot.addWidget(field)
    qtbot.keyClicks(field, typed)
    assert (field.day(), field.date_text()) == (NEW_YEAR, "2026-01-05")


@pytest.mark.parametrize("kind", [DateField, FormDateField])
@pytest.mark.parametrize("typed", ["2026015", "2026.1", "2026", "20260230", "0001.1.1", "2026..1.5"])
def test_every_field_refuses_the_same(qtbot: QtBot, kind: type[DateField], typed: str) -> None:
    field = kind("日期")
    qtbot.addWidget(field)
    qtbot.keyClicks(field, typed)
    with pytest.raises(Problem) as caught:
        field.day()
    assert caught.value.code == "date-form"


@pytest.mark.parametrize(
    ("typed", "told"),
    [("2016.5", "2016-05"), ("201605", "2016-05"), ("2016-5", "2016-05"), ("2016", "2016"), ("", "")],
)
def test_where_a_month_will_do_it_is_typed_likewise(qtbot: QtBot, typed: str, told: str) -> None:
    field = FormDateField("从哪月起", is_partial=True)
    qtbot.addWidget(field)
    qtbot.keyClicks(field, typed)
    assert field.date_text() == told
