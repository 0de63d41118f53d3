"""Referrals, and asking until it is known what became of them."""

from datetime import timedelta
from typing import Any

import pytest

from tests.services.test_opening import refusal
from tests.village import TODAY
from village_doctor.services.moving import record_death
from village_doctor.services.referring import ReferralDraft, ask_referral, refer, void_referral
from village_doctor.store import duty_cache


def draft(resident, **given):
    values = {"resident_id": resident.id, "urgency": "ordinary", "reason_text": "血压三个月控制不好", **given}
    return ReferralDraft(**values)


@pytest.fixture
def referral(village, do):
    village.workplace.renew_for_today()
    return do(refer, draft(village.widow, facility="县人民医院", issued_on=TODAY - timedelta(days=5)))


@pytest.fixture
def refuses(village):
    def run(function, *args, **kwargs):
        return refusal(village.workplace.command, function, *args, **kwargs)

    return run


def questions(village, resident):
    """Due dates of the duties to ask what became of a referral."""
    rows = village.workplace.query(duty_cache.content)
    return [row[3] for row in rows if row[2] == resident.id and "referral" in row[0]]


def test_a_referral_is_upwards_open_and_to_be_asked_about_within_two_weeks(village, referral):
    assert (referral.direction, referral.state, referral.is_open) == ("up", "issued", True)
    assert referral.staff_id == village.workplace.actor.id
    (due_on,) = questions(village, village.widow)
    assert TODAY.isoformat() <= due_on <= (referral.issued_on + timedelta(days=14)).isoformat()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason_text": "  "}, "referral-needs-reason"),
        ({"urgency": "soon"}, "code-unknown"),
        ({"issued_on": TODAY + timedelta(days=1)}, "date-in-future"),
        ({"resident_id": "nobody"}, "record-not-found"),
    ],
    ids=str,
)
def test_a_referral_that_cannot_be_is_refused(village, refuses, given, code):
    assert refuses(refer, draft(village.widow, **given)) == code


def test_what_nobody_can_see_comes_into_no_word_about_a_referral(village, do, refuses):
    given: dict[str, Any] = {"facility": "镇\udcff卫生院", "department": "内\0科", "contact": "　"}
    made = do(
        refer,
        ReferralDraft(resident_id=village.widow.id, urgency="ordinary", reason_text="胸\x1b闷", **given),
    )
    assert (made.reason_text, made.facility, made.department, made.contact) == (
        "胸闷",
        "镇卫生院",
        "内科",
        None,
    )
    asked = do(ask_referral, made.id, "not_arrived", said="没\u202e空", facility="\0")
    assert (asked.inquiries[0].said, asked.facility) == ("没空", "镇卫生院")
    unseen = ReferralDraft(resident_id=village.widow.id, urgency="ordinary", reason_text="\0")
    assert refuses(refer, unseen) == "referral-needs-reason"
    assert refuses(void_referral, made.id, "\u200b") == "void-needs-reason"


def test_the_dead_are_not_referred(village, do, refuses):
    do(record_death, village.widow.id, TODAY - timedelta(days=2))
    assert refuses(refer, draft(village.widow)) == "person-gone"


@pytest.mark.parametrize("state", ["arrived", "in_hospital", "back"])
def test_an_outcome_closes_it_and_the_duty_to_ask(village, do, refuses, referral, state):
    asked = do(ask_referral, referral.id, state, said="开了药")
    assert (asked.state, asked.is_open) == (state, False)
    assert [(i.asked_on, i.state, i.said, i.staff_id) for i in asked.inquiries] == [
        (TODAY, state, "开了药", village.workplace.actor.id)
    ]
    assert questions(village, village.widow) == []
    assert refuses(ask_referral, referral.id, "arrived") == "referral-closed"


def test_who_did_not_go_is_asked_again_and_every_answer_is_kept(village, do, referral):
    do(ask_referral, referral.id, "not_arrived", asked_on=TODAY - timedelta(days=2), said="没人陪")
    assert questions(village, village.widow)
    asked = do(ask_referral, referral.id, "arrived", facility="镇卫生院")
    assert [inquiry.state for inquiry in asked.inquiries] == ["not_arrived", "arrived"]
    assert asked.facility == "镇卫生院"


def test_a_refusal_closes_only_with_a_signature(village, do, referral):
    assert do(ask_referral, referral.id, "refused").is_open
    assert questions(village, village.widow)
    assert not do(ask_referral, referral.id, "refused", refusal_signed=True).is_open
    assert questions(village, village.widow) == []


@pytest.mark.parametrize(
    ("state", "given", "code"),
    [
        ("issued", {}, "referral-state"),
        ("lost", {}, "referral-state"),
        ("arrived", {"asked_on": TODAY + timedelta(days=1)}, "date-in-future"),
        ("arrived", {"asked_on": TODAY - timedelta(days=6)}, "date-order"),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_is_refused(refuses, referral, state, given, code):
    assert refuses(ask_referral, referral.id, state, **given) == code


def test_a_referral_that_was_never_meant_is_voided_with_a_reason(village, do, refuses, referral):
    assert refuses(void_referral, referral.id, "") == "void-needs-reason"
    assert do(void_referral, referral.id, "开错了人").is_voided
    assert questions(village, village.widow) == []
    assert refuses(ask_referral, referral.id, "arrived") == "already-voided"
