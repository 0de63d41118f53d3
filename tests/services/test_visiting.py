"""Follow-ups: a complete form counts and is decided by the norm; a correction decides again what looked back at it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.services.test_opening import everyone, refusal
from tests.village import TODAY, follow_up, pressure
from village_doctor.domain.duties.evidence import askings
from village_doctor.domain.people import Resident
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.domain.visits import Visit
from village_doctor.services.measuring import record_reading
from village_doctor.services.moving import record_death
from village_doctor.services.referring import ReferralDraft, refer
from village_doctor.services.visiting import (
    FollowUpDraft,
    add_contact,
    add_follow_up,
    correct_follow_up,
    correct_reading,
    last_answers,
    void_visit,
)
from village_doctor.store import journal, tables, visit_store

HIGH: dict[str, Any] = {"systolic_mmhg": 162, "diastolic_mmhg": 94}
GOOD: dict[str, Any] = {"systolic_mmhg": 132, "diastolic_mmhg": 80}


def day(back):
    return TODAY - timedelta(days=back)


@pytest.fixture
def her(village):
    """The widow of 77: hypertension and diabetes, no follow-up yet."""
    return village.widow


@pytest.fixture
def refuses(village):
    def run(function, *args, **kwargs):
        before = village.workplace.query(journal.count)
        code = refusal(village.workplace.command, function, *args, **kwargs)
        assert village.workplace.query(journal.count) == before
        return code

    return run


def stored(village, visit):
    return village.workplace.query(tables.get, Visit, visit.id)


def open_referrals(village, resident):
    return [r for r in village.workplace.query(visit_store.referrals_of, resident.id) if r.is_open]


def test_a_complete_form_is_a_counted_follow_up_with_its_class_and_next_date(village, do, her):
    made = do(add_follow_up, follow_up(her, **GOOD))
    visit = made.visit
    assert (visit.is_complete, visit.missing, visit.control_result) == (True, (), "controlled")
    assert visit.is_counted_follow_up
    assert visit.next_due_on == visit.decision.next_on > TODAY
    assert visit.decision.reasons
    assert (visit.form_code, visit.form_version, visit.staff_id) == (
        "hypertension_follow_up",
        2,
        village.workplace.actor.id,
    )
    assert stored(village, visit) == visit


def test_what_the_form_measures_is_stored_once_as_readings_of_the_visit(village, do, her):
    made = do(add_follow_up, follow_up(her, weight_kg="61.5", **GOOD))
    assert {r.kind for r in made.readings} == {"blood_pressure", "weight"}
    assert {r.visit_id for r in made.readings} == {made.visit.id}
    assert {r.setting for r in made.readings} == {"home"}
    assert not {"systolic_mmhg", "weight_kg", "pulse_per_minute"} & made.visit.answers.keys()


def test_an_unfinished_form_is_a_contact_that_proves_nothing(village, do, her):
    visit = do(add_follow_up, follow_up(her, adherence=None, **GOOD)).visit
    assert (visit.is_complete, visit.missing) == (False, ("adherence",))
    assert not visit.is_counted_follow_up


def test_by_phone_a_form_is_complete_and_does_not_count(village, do, her):
    made = do(add_follow_up, follow_up(her, mode="phone", **GOOD))
    assert not made.visit.is_counted_follow_up
    assert {r.setting for r in made.readings} == {"self_measured"}


def test_high_once_is_seen_again_within_14_days_and_twice_is_referred(village, do, her):
    first = do(add_follow_up, follow_up(her, day(14), **HIGH))
    assert (first.visit.control_result, first.referral) == ("uncontrolled", None)
    assert first.visit.next_due_on <= day(0)
    second = do(add_follow_up, follow_up(her, TODAY, **HIGH))
    assert second.referral is not None
    assert (second.referral.visit_id, second.referral.urgency) == (second.visit.id, "ordinary")
    assert second.referral.reasons == second.visit.decision.reasons


def test_a_corrected_reading_decides_its_visit_and_the_next_one_again(village, do, her):
    first = do(add_follow_up, follow_up(her, day(14), **HIGH))
    second = do(add_follow_up, follow_up(her, TODAY, **HIGH))
    (reading,) = [r for r in first.readings if r.kind == "blood_pressure"]
    again = do(correct_reading, reading.id, {"systolic_mmhg": 132, "diastolic_mmhg": 80})
    assert again.visit.control_result == "controlled"
    assert stored(village, second.visit).decision.referral is None
    assert village.workplace.query(tables.get, Referral, second.referral.id).is_voided
    do(correct_reading, reading.id, HIGH)
    assert [r.visit_id for r in open_referrals(village, her)] == [second.visit.id]


def test_a_follow_up_typed_late_decides_the_later_one_again(village, do, her):
    """She writes up Monday's paper on Friday, after Thursday's visit."""
    later = do(add_follow_up, follow_up(her, TODAY, **HIGH))
    assert later.referral is None
    do(add_follow_up, follow_up(her, day(14), **HIGH))
    assert stored(village, later.visit).decision.referral == "ordinary"
    assert [r.visit_id for r in open_referrals(village, her)] == [later.visit.id]


def test_a_voided_visit_takes_its_readings_and_referral_along_and_the_next_is_decided_again(village, do, her):
    first = do(add_follow_up, follow_up(her, day(14), **HIGH))
    second = do(add_follow_up, follow_up(her, TODAY, **HIGH))
    do(void_visit, first.visit.id, "填错了人")
    readings = village.workplace.query(
        lambda c: list(tables.select(c, Reading, "visit_id = ?", (first.visit.id,)))
    )
    assert all(reading.is_voided and reading.void_reason == "填错了人" for reading in readings)
    assert stored(village, second.visit).decision.referral is None
    assert open_referrals(village, her) == []


def test_corrected_answers_change_add_and_void_readings(village, do, her):
    made = do(add_follow_up, follow_up(her, weight_kg="61.5", **GOOD))
    do(
        correct_follow_up,
        made.visit.id,
        {"weight_kg": None, "height_cm": "152.0", "systolic_mmhg": 160, "diastolic_mmhg": 96},
    )
    readings = village.workplace.query(visit_store.readings_of_visit, made.visit.id)
    assert {(r.kind, r.systolic_mmhg, r.height_cm) for r in readings} == {
        ("blood_pressure", 160, None),
        ("height", None, Decimal("152.0")),
    }
    assert stored(village, made.visit).control_result == "uncontrolled"


def test_an_emptied_answer_makes_the_form_unfinished_again(village, do, her):
    made = do(add_follow_up, follow_up(her, **GOOD))
    again = do(correct_follow_up, made.visit.id, {"adherence": None}).visit
    assert (again.is_complete, again.missing) == (False, ("adherence",))
    whole = do(correct_follow_up, made.visit.id, {"adherence": "2"}).visit
    assert (whole.is_complete, whole.answers["adherence"]) == (True, "2")


def test_an_emptied_pulse_is_gone_and_the_pressure_stays(village, do, her):
    made = do(add_follow_up, follow_up(her, **GOOD))
    again = do(correct_follow_up, made.visit.id, {"pulse_per_minute": None}).visit
    (reading,) = village.workplace.query(visit_store.readings_of_visit, made.visit.id)
    assert (reading.systolic_mmhg, reading.pulse_per_minute) == (132, None)
    assert (again.is_complete, again.missing) == (False, ("pulse_per_minute",))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"systolic_mmhg": 80, "diastolic_mmhg": 132}, "pressure-swapped"),
        ({"adherence": "7"}, "form-answer"),
        ({"shoe_size": 43}, "form-field-unknown"),
        ({"systolic_mmhg": 86, "diastolic_mmhg": 46}, "reading-unusual"),
    ],
    ids=str,
)
def test_a_correction_that_cannot_be_right_changes_nothing(village, do, her, refuses, changes, code):
    made = do(add_follow_up, follow_up(her, **GOOD))
    assert refuses(correct_follow_up, made.visit.id, changes) == code
    assert stored(village, made.visit) == made.visit


def test_the_doctors_own_earlier_date_stands_and_a_later_one_needs_a_reason(do, her, refuses):
    answers = dict(follow_up(her, **HIGH).answers)

    def draft(next_on, why=None):
        return FollowUpDraft(
            resident_id=her.id,
            form_code="hypertension_follow_up",
            mode="clinic",
            answers=answers,
            own_next_on=next_on,
            overrule_reason=why,
        )

    assert refuses(add_follow_up, draft(TODAY + timedelta(days=60))) == "next-date-too-late"
    assert refuses(add_follow_up, draft(TODAY)) == "next-date-too-early"
    early = TODAY + timedelta(days=3)
    assert do(add_follow_up, draft(early)).visit.next_due_on == early
    late = do(add_follow_up, draft(TODAY + timedelta(days=60), "随儿子进城住两个月")).visit
    assert (late.next_due_on, late.overrule_reason) == (TODAY + timedelta(days=60), "随儿子进城住两个月")


def test_what_was_answered_last_time_counts_after_it_was_asked_again(village, do, her):
    do(add_follow_up, follow_up(her, day(20), **GOOD))
    lifestyle = (
        "smoking_per_day",
        "drinking_liang_per_day",
        "exercise_times_per_week",
        "exercise_minutes",
        "salt_intake",
    )
    answers = {name: value for name, value in follow_up(her, **GOOD).answers.items() if name not in lifestyle}
    draft = FollowUpDraft(
        resident_id=her.id,
        form_code="hypertension_follow_up",
        mode="home",
        answers={**answers, "mental_adjustment": "1", "compliance_behaviour": "1"},
        unchanged_sections=("lifestyle",),
    )
    visit = do(add_follow_up, draft).visit
    assert visit.is_complete
    assert visit.confirmed_sections == ("lifestyle",)
    assert visit.answers["salt_intake"] == "1"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"form_code": "tea_ceremony"}, "form-unknown"),
        ({"mode": "letter"}, "form-mode"),
        ({"served_on": TODAY + timedelta(days=1)}, "date-in-future"),
        ({"served_on": date(1948, 12, 29)}, "date-order"),
        ({"resident_id": "nobody"}, "record-not-found"),
    ],
    ids=str,
)
def test_a_follow_up_that_cannot_be_is_refused_whole(her, refuses, given, code):
    draft = follow_up(her, **GOOD)
    values = {name: getattr(draft, name) for name in draft.__slots__}
    assert refuses(add_follow_up, FollowUpDraft(**{**values, **given})) == code


def test_the_dead_are_not_followed_up(do, her, refuses):
    do(record_death, her.id, day(1))
    assert refuses(add_follow_up, follow_up(her, TODAY, **GOOD)) == "person-gone"
    do(add_follow_up, follow_up(her, day(1), **GOOD))


def test_what_nobody_can_see_comes_into_no_word_about_a_visit(village, do, her):
    assert do(add_contact, village.widow.id, mode="phone", note="说\udcff好了\x1b").note == "说好了"
    words: dict[str, Any] = {
        "place": "地\u202e头",
        "met": "\0",
        "own_plan": "下\x1b周再来",
        "overrule_reason": "要\udcff收稻",
    }
    visit = do(add_follow_up, replace(follow_up(her), **words)).visit
    assert (visit.place, visit.met, visit.own_plan, visit.overrule_reason) == (
        "地头",
        None,
        "下周再来",
        "要收稻",
    )


def test_a_knock_at_a_closed_door_is_a_contact(village, do, her, refuses):
    visit = do(add_contact, her.id, mode="home", not_done_reason="not_at_home", note="明天再来")
    assert (visit.is_counted_follow_up, visit.is_complete, visit.purpose) == (False, False, "contact")
    assert refuses(add_contact, her.id, mode="home", not_done_reason="tired") == "code-unknown"
    assert refuses(correct_follow_up, visit.id, {"adherence": "1"}) == "visit-without-form"
    do(void_visit, visit.id, "登记错了")
    assert refuses(void_visit, visit.id, "登记错了") == "already-voided"


def test_a_reading_between_two_follow_ups_does_not_change_what_they_compare(village, do, her):
    do(add_follow_up, follow_up(her, day(14), **HIGH))
    do(record_reading, pressure(her, 128, 78, day(7)))
    assert do(add_follow_up, follow_up(her, TODAY, **HIGH)).referral is not None


def test_everything_of_one_follow_up_is_one_act(village, do, her):
    do(add_follow_up, follow_up(her, day(14), **HIGH))
    changes = village.workplace.command(add_follow_up, follow_up(her, TODAY, **HIGH))
    assert changes.kinds == {"visit", "reading", "referral"}
    entries = village.workplace.query(lambda c: list(journal.entries(c, "act = ?", (changes.act,))))
    assert {entry.verb for entry in entries} == {"add_follow_up"}
    assert len(everyone(village.workplace, Visit)) == 3


def test_a_visit_that_follows_a_referral_asks_what_became_of_it(village, do, her):
    """norms-hypertension §5: the 2周内随访 keeps the referral's id."""
    issued = do(
        refer, ReferralDraft(resident_id=her.id, urgency="ordinary", reason_text="压不下来", issued_on=day(9))
    )
    made = do(add_follow_up, replace(follow_up(her, **GOOD), referral_id=issued.id))
    assert stored(village, made.visit).referral_id == issued.id
    assert askings(issued, [made.visit], TODAY) == [(TODAY, "visit", made.visit.id)]


def test_a_visit_follows_no_referral_of_somebody_else(village, do, her, refuses):
    other = next(one for one in everyone(village.workplace, Resident) if one.id != her.id)
    issued = do(
        refer,
        ReferralDraft(resident_id=other.id, urgency="ordinary", reason_text="压不下来", issued_on=day(9)),
    )
    draft = replace(follow_up(her, **GOOD), referral_id=issued.id)
    assert refuses(add_follow_up, draft) == "record-not-found"


def test_a_sheet_offers_what_the_sheet_for_both_had_said(village, do, her):
    """一张表 and the two national sheets are one memory for what is only confirmed."""
    do(add_follow_up, follow_up(her, smoking_per_day=7, **GOOD))
    workplace = village.workplace
    both = workplace.catalogue.form("hypertension_diabetes_follow_up")
    known = workplace.query(last_answers, workplace.catalogue, her.id, both, TODAY)
    assert known["smoking_per_day"] == 7
    alone = workplace.catalogue.form("diabetes_follow_up")
    assert "smoking_per_day" not in workplace.query(last_answers, workplace.catalogue, her.id, alone, TODAY)
