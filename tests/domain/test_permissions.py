"""Roles of `may`: decisions.md "People, contracts, duties"."""

import pytest

from village_doctor.domain.permissions import action_name, may, require
from village_doctor.domain.problems import Problem

TABLE = [
    # action, owner, doctor, helper, township
    ("read", True, True, True, True),
    ("export", True, True, False, True),
    ("record_reading", True, True, True, False),
    ("add_contact", True, True, True, False),
    ("register_household", True, True, True, False),
    ("add_follow_up", True, True, False, False),
    ("give_education", True, True, True, False),
    ("give_service", True, True, False, False),
    ("refuse", True, True, False, False),
    ("void_reading", True, True, False, False),
    ("sign_contract", True, True, False, False),
    ("refer", True, True, False, False),
    ("a_verb_of_tomorrow", True, True, False, False),
    ("send", True, True, False, False),
    ("receive", True, True, False, False),
    ("enrol", True, False, False, False),
    ("set_setting", True, False, False, False),
    ("set_up_clinic", True, False, False, False),
]


@pytest.mark.parametrize(("action", "owner", "doctor", "helper", "township"), TABLE)
def test_who_may_what(action: str, owner: bool, doctor: bool, helper: bool, township: bool) -> None:
    assert [may(role, action) for role in ("owner", "doctor", "helper", "township")] == [
        owner,
        doctor,
        helper,
        township,
    ]
    assert not may("stranger", action)


@pytest.mark.parametrize("group", ["06", "09", "10"])
def test_protected_groups_are_seen_by_the_owner_and_the_responsible_doctor(group: str) -> None:
    assert may("owner", "read", group)
    assert may("doctor", "read", group, is_responsible=True)
    assert not may("doctor", "read", group)
    assert not may("helper", "read", group, is_responsible=True)
    assert not may("township", "export", group, is_responsible=True)


@pytest.mark.parametrize("group", [None, "00", "01", "04", "05", "07", "08", "11", "12"])
def test_other_groups_are_nobodys_secret(group: str | None) -> None:
    assert may("helper", "read", group)


def test_refused_in_plain_words() -> None:
    with pytest.raises(Problem) as caught:
        require("helper", "void_reading")
    assert (caught.value.code, caught.value.values) == ("not-permitted", {"action": "作废"})
    require("doctor", "void_reading")
    assert action_name("a_verb_of_tomorrow") == "这一步"
    told = {verb: action_name(verb) for verb in ("give_consent", "withdraw_consent", "refuse", "notify")}
    assert told == {
        "give_consent": "登记",
        "withdraw_consent": "撤回",
        "refuse": "登记不愿意",
        "notify": "登记上报通知",
    }
