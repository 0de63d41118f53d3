"""What people do not want, what they agreed to, and whom we told at once."""

from datetime import timedelta

import pytest

from tests.services.test_opening import refusal
from tests.village import TODAY
from village_doctor.domain.dates import plus_months
from village_doctor.services.consenting import (
    give_consent,
    notify,
    refuse,
    withdraw_consent,
    withdraw_refusal,
)
from village_doctor.services.correcting import void_record
from village_doctor.services.planning import due
from village_doctor.services.viewing import person_facts

DAY = timedelta(days=1)


@pytest.fixture
def refuses(village):
    def run(function, *args, **kwargs):
        return refusal(village.workplace.command, function, *args, **kwargs)

    return run


def facts(village, resident):
    return village.workplace.query(person_facts, resident.id, TODAY)


def items_of(village, resident, on):
    return [
        one.item for one in village.workplace.query(due, TODAY, on).items if one.resident_id == resident.id
    ]


# --- refusals: asked again after three months, still in the figures (contracts.md §3.2) ------------------


def test_what_is_refused_is_offered_again_after_three_months(village, do):
    saved = do(refuse, village.widow.id, "check_up", reason="怕抽血", is_signed=True)
    assert saved.stands_until == plus_months(TODAY, 3)
    assert (saved.refused_on, saved.is_signed, saved.reason) == (TODAY, True, "怕抽血")
    assert facts(village, village.widow).refusals == (saved,)


def test_what_is_refused_is_not_asked_for_until_then(village, do):
    village.workplace.renew_for_today()
    quarter_end = TODAY.replace(month=12, day=31)
    assert "follow_up:hypertension" in items_of(village, village.widow, quarter_end)
    do(refuse, village.widow.id, "follow_up:hypertension", offer_again_on=TODAY + 60 * DAY)
    assert "follow_up:hypertension" not in items_of(village, village.widow, quarter_end)
    assert "follow_up:diabetes" in items_of(village, village.widow, quarter_end)
    assert "follow_up:hypertension" in items_of(village, village.widow, TODAY + 60 * DAY)


def test_withdrawn_it_is_offered_from_that_day(village, do, refuses):
    saved = do(refuse, village.widow.id, "check_up", refused_on=TODAY - 5 * DAY)
    again = do(withdraw_refusal, saved.id)
    assert again.stands_until == TODAY
    assert not again.covers("check_up", TODAY)
    assert refuses(withdraw_refusal, saved.id) == "refusal-over"


@pytest.mark.parametrize(
    ("what", "given", "problem"),
    [
        ("tea", {}, "code-unknown"),
        ("check_up", {"refused_on": TODAY + DAY}, "date-in-future"),
        ("check_up", {"offer_again_on": TODAY}, "date-order"),
    ],
)
def test_a_refusal_that_cannot_be_is_refused(village, refuses, what, given, problem):
    assert refuses(refuse, village.widow.id, what, **given) == problem


def test_what_nobody_can_see_comes_into_no_word_that_was_said(village, do, refuses):
    said = do(refuse, village.widow.id, "check_up", reason="怕\udcff冷", witness="　")
    assert (said.reason, said.witness) == ("怕冷", None)
    agreed = do(give_consent, village.widow.id, "management", given_by="guardian", relation="侄\u202e子")
    assert agreed.relation == "侄子"
    told = do(notify, village.widow.id, "police", " 砸\x1b东西 ", answer="\0")
    assert (told.what, told.answer) == ("砸东西", None)
    assert refuses(notify, village.widow.id, "police", "\0") == "notice-needs-words"


def test_it_is_not_withdrawn_before_it_was_said(village, do, refuses):
    saved = do(refuse, village.widow.id, "check_up")
    assert refuses(withdraw_refusal, saved.id, TODAY - DAY) == "date-order"
    assert refuses(withdraw_refusal, saved.id, TODAY + DAY) == "date-in-future"


# --- consents -------------------------------------------------------------------------------------------


def test_a_guardian_agrees_for_her_and_takes_it_back(village, do, refuses):
    saved = do(give_consent, village.widow.id, "management", given_by="guardian", relation="侄子")
    assert facts(village, village.widow).consents == (saved,)
    assert refuses(give_consent, village.widow.id, "management") == "consent-known"
    assert do(withdraw_consent, saved.id).withdrawn_on == TODAY
    assert refuses(withdraw_consent, saved.id) == "consent-over"
    assert do(give_consent, village.widow.id, "management").is_given_on(TODAY)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"what": "tea"}, "code-unknown"),
        ({"what": "check_up", "given_by": "neighbour"}, "code-unknown"),
        ({"what": "check_up", "given_on": TODAY + DAY}, "date-in-future"),
    ],
    ids=str,
)
def test_a_consent_that_cannot_be_is_refused(village, refuses, given, problem):
    assert refuses(give_consent, village.widow.id, **given) == problem


def test_it_is_not_taken_back_before_it_was_given(village, do, refuses):
    saved = do(give_consent, village.widow.id, "check_up")
    assert refuses(withdraw_consent, saved.id, TODAY - DAY) == "date-order"
    assert refuses(withdraw_consent, saved.id, TODAY + DAY) == "date-in-future"


# --- notices --------------------------------------------------------------------------------------------


def test_what_was_told_at_once_says_to_whom_how_and_the_answer(village, do):
    saved = do(notify, village.son.id, "police", " 在家砸东西 ", answer="已出警")
    assert (saved.told_to, saved.what, saved.how, saved.told_on) == ("police", "在家砸东西", "phone", TODAY)
    assert (saved.answer, saved.staff_id) == ("已出警", village.workplace.actor.id)


@pytest.mark.parametrize(
    ("words", "given", "problem"),
    [
        (("newspaper", "砸东西"), {}, "code-unknown"),
        (("police", " "), {}, "notice-needs-words"),
        (("police", "砸东西"), {"how": "drum"}, "code-unknown"),
        (("police", "砸东西"), {"told_on": TODAY + DAY}, "date-in-future"),
        (("police", "砸东西"), {"told_on": TODAY.replace(year=1900)}, "date-order"),
        (("police", "砸东西"), {"visit_id": "none"}, "record-not-found"),
    ],
    ids=str,
)
def test_a_notice_that_cannot_be_is_refused(village, refuses, words, given, problem):
    assert refuses(notify, village.son.id, *words, **given) == problem


@pytest.mark.parametrize("kind", ["refusal", "consent", "notice"])
def test_what_was_never_said_is_voided(village, do, kind):
    saved = {
        "refusal": lambda: do(refuse, village.widow.id, "check_up"),
        "consent": lambda: do(give_consent, village.widow.id, "check_up"),
        "notice": lambda: do(notify, village.widow.id, "township", "药品不良反应"),
    }[kind]()
    (voided,) = do(void_record, kind, saved.id, "记错了人")
    assert voided.is_voided
    found = facts(village, village.widow)
    assert (found.refusals, found.consents) == ((), ())
