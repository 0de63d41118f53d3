"""clinical/figures.toml: the figures a township may change, each with unit, mark and source; a mistake is refused whole."""

from copy import deepcopy
from dataclasses import fields
from decimal import Decimal

import pytest

from tests.domain.form_files import data
from village_doctor.domain.clinical.figures import (
    MARKS,
    FigureNote,
    Figures,
    parse_figure_notes,
    parse_figures,
)
from village_doctor.domain.problems import Problem

FILE = "clinical/figures.toml"


def changed(name, **values):
    table = deepcopy(data(FILE))
    table["figures"][name].update(values)
    return table


def test_every_figure_is_in_the_file_with_the_type_the_rules_count_in():
    figures = parse_figures("figures.toml", data(FILE))
    for one in fields(Figures):
        assert type(getattr(figures, one.name)) is one.type, one.name


def test_every_figure_says_what_it_is_and_where_it_stands():
    notes = parse_figure_notes("figures.toml", data(FILE))
    assert set(notes) == {one.name for one in fields(Figures)}
    assert all(note.label and note.unit and note.mark in MARKS and note.source for note in notes.values())
    assert notes["remeasured_within_minutes"] == FigureNote(
        label="头一次血压到了危急线，多久之内再量算重量",
        unit="分钟",
        mark="D",
        source=data(FILE)["figures"]["remeasured_within_minutes"]["source"],
    )


def test_a_figure_may_be_none_at_all():
    assert parse_figures("figures.toml", changed("copd_visits_per_year", value=0)).copd_visits_per_year == 0


def refused(table, reader=parse_figures):
    with pytest.raises(Problem) as caught:
        reader("figures.toml", table)
    assert caught.value.code == "data-file"
    assert caught.value.values["file"] == "figures.toml"
    return [caught.value.values[name] for name in ("field", "reason", "detail")]


@pytest.mark.parametrize(
    ("values", "reason", "detail"),
    [
        ({"value": "1.5"}, "这里要填整数", "1.5"),
        ({"value": -1}, "太小了", "-1"),
        ({"mark": "X"}, "没有这种写法", "mark = X"),
        ({"label": ""}, "这一项应该是文字，不能空着", "label"),
        ({"unit": ""}, "这一项应该是文字，不能空着", "unit"),
        ({"source": ""}, "这一项应该是文字，不能空着", "source"),
        ({"high": 3}, "不认识这一项，可能是打错了", "high"),
    ],
)
def test_a_figure_with_a_mistake_is_refused_by_its_name(values, reason, detail):
    assert refused(changed("copd_visits_per_year", **values)) == [
        "figures copd_visits_per_year",
        reason,
        detail,
    ]


def test_a_figure_that_nobody_knows_and_one_that_is_missing_are_refused():
    table = deepcopy(data(FILE))
    table["figures"]["copd_visits_a_year"] = table["figures"].pop("copd_visits_per_year")
    assert refused(table) == ["figures", "不认识这一项，可能是打错了", "copd_visits_a_year"]
    del table["figures"]["copd_visits_a_year"]
    assert refused(table) == ["figures", "缺少这一项", "copd_visits_per_year"]
    assert refused(table, parse_figure_notes) == ["figures", "缺少这一项", "copd_visits_per_year"]


@pytest.mark.parametrize(
    ("change", "reason", "detail"),
    [
        ({"version": 0}, "这一项应该是 1 或更大的整数", "version"),
        ({"source": " "}, "这一项应该是文字，不能空着", "source"),
        ({"more": 1}, "不认识这一项，可能是打错了", "more"),
    ],
)
def test_a_mistake_beside_the_figures_is_said_to_be_the_files_own(change, reason, detail):
    assert refused({**data(FILE), **change}) == ["文件本身", reason, detail]


def test_a_fraction_stays_exact():
    figures = [one.name for one in fields(Figures) if one.type is Decimal]
    for name in figures:
        assert getattr(parse_figures("figures.toml", changed(name, value="7.25")), name) == Decimal("7.25")
