"""Old bodies are lifted to the current shape, one step after the other; newer ones are refused."""

from dataclasses import replace

import pytest

from village_doctor.domain.changes.upgrade import STEPS, upgrade
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.problems import Problem


def test_a_body_of_the_current_version_is_returned_as_it_is():
    assert upgrade("staff", KINDS["staff"].body_version, b'{"name":"x"}') == b'{"name":"x"}'


def test_a_body_from_a_newer_program_is_refused():
    with pytest.raises(Problem) as caught:
        upgrade("staff", KINDS["staff"].body_version + 1, b"{}")
    assert caught.value.code == "body-newer"


def test_a_kind_from_a_newer_program_is_refused():
    with pytest.raises(Problem) as caught:
        upgrade("spaceship", 1, b"{}")
    assert caught.value.code == "body-newer"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_old_version_of_every_kind_has_its_step(kind):
    assert {number for name, number in STEPS if name == kind} == set(range(1, KINDS[kind].body_version))


def test_steps_are_done_in_order_up_to_the_current_version(monkeypatch):
    monkeypatch.setitem(KINDS, "staff", replace(KINDS["staff"], body_version=3))
    monkeypatch.setitem(STEPS, ("staff", 1), lambda body: {**body, "steps": "1"})
    monkeypatch.setitem(STEPS, ("staff", 2), lambda body: {**body, "steps": body["steps"] + "2"})
    assert upgrade("staff", 1, b'{"name":"x"}') == b'{"name":"x","steps":"12"}'
    assert upgrade("staff", 2, b'{"steps":"-"}') == b'{"steps":"-2"}'
    assert upgrade("staff", 3, b'{"steps":"-"}') == b'{"steps":"-"}'
