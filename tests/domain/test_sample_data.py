"""The files of sample villages are read strictly, and their figures fit together."""

from collections.abc import Callable
from dataclasses import fields

import pytest

from village_doctor.domain.people import FEMALE, MALE
from village_doctor.domain.problems import Problem
from village_doctor.domain.sample_data import FILES, SampleData, parse_sample_data
from village_doctor.foundation.resources import read_toml


def shipped() -> dict[str, dict]:
    return {name: dict(read_toml(name).data) for name in FILES}


@pytest.fixture(scope="module")
def data() -> SampleData:
    return parse_sample_data(shipped())


def test_nobody_lives_at_the_numbers_prefix(data):
    assert data.names.identity_prefix.startswith("99")
    assert len(data.names.phone_prefix) + 4 == 11


def test_every_decade_has_names_for_both_sexes(data):
    for sex in (MALE, FEMALE):
        decades = [given.decade for given in data.names.given if given.sex == sex]
        assert decades == sorted(set(decades))
        assert len(decades) >= 9


def test_shares_of_one_thing_sum_up(data):
    shares = data.shares
    delivery = shares.delivery
    assert delivery.follow_up_on_time + delivery.follow_up_late + delivery.follow_up_missed == 1000
    assert sum(shares.household_sizes.values()) == 1000
    for courses in shares.courses.values():
        assert sum(course.weight for course in courses) == 1000
    everybody = sum(group.male + group.female for group in shares.age_pyramid.groups)
    assert everybody == pytest.approx(10_000, rel=0.01)


def test_a_figure_outside_the_ages_is_none(data):
    hypertension = data.shares.prevalence["hypertension"]
    assert hypertension.of(17, MALE) == 0
    assert hypertension.of(18, MALE) > 0
    assert hypertension.of(80, FEMALE) > hypertension.of(40, FEMALE)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda files: files[FILES[0]].pop("identity_prefix"),
        lambda files: files[FILES[0]].update(unheard_of=1),
        lambda files: files[FILES[0]].update(given=[]),
        lambda files: files[FILES[1]]["delivery"].update(follow_up_late="many"),
        lambda files: files[FILES[1]]["away"].update(groups=[{"from": 9, "to": 1, "male": 1, "female": 1}]),
        lambda files: files[FILES[1]].pop("known"),
        lambda files: files[FILES[1]]["programmes"].pop("combined_sheet"),
        lambda files: files[FILES[3]]["sheets"].update(check_up={"teeth": "1"}),
        lambda files: files[FILES[2]].update(staff=[{"name": "x"}]),
    ],
    ids=[
        "missing",
        "unknown",
        "empty",
        "not-a-number",
        "ages-swapped",
        "no-table",
        "no-share",
        "no-list",
        "half-a-row",
    ],
)
def test_a_file_with_a_mistake_is_refused(spoil: Callable[[dict[str, dict]], object]):
    files = {name: {**content} for name, content in shipped().items()}
    files[FILES[1]]["delivery"] = dict(files[FILES[1]]["delivery"])
    files[FILES[1]]["programmes"] = dict(files[FILES[1]]["programmes"])
    files[FILES[3]]["sheets"] = dict(files[FILES[3]]["sheets"])
    files[FILES[1]]["away"] = dict(files[FILES[1]]["away"])
    spoil(files)
    with pytest.raises(Problem) as refused:
        parse_sample_data(files)
    assert refused.value.code == "data-file"
    assert refused.value.values["file"] in FILES


def test_every_share_is_a_share(data):
    shares = data.shares.programmes
    assert all(0 < getattr(shares, field.name) <= 1000 for field in fields(shares))


def test_a_treatment_is_one_row(data):
    """The complaint, what was found, the diagnosis and the plan of one visit stand at the same place."""
    assert len({len(values) for values in data.sheets["treatment"].values()}) == 1
