"""What is given without a form of one person: promised acts, education by name, activities for many."""

import pytest

from tests.services.test_opening import refusal
from tests.village import TODAY
from village_doctor.domain.given import Activity, Education
from village_doctor.services.correcting import void_record
from village_doctor.services.giving import (
    ActivityDraft,
    EducationDraft,
    give_education,
    give_service,
    record_activity,
)
from village_doctor.services.moving import record_death
from village_doctor.services.viewing import person_facts
from village_doctor.store.tables import get


@pytest.fixture
def refuses(village):
    def run(function, *args, **kwargs):
        return refusal(village.workplace.command, function, *args, **kwargs)

    return run


def facts(village, resident):
    return village.workplace.query(person_facts, resident.id, TODAY)


def test_a_service_is_hers_on_its_day_by_whom_it_was_done(village, do):
    saved = do(give_service, village.widow.id, "drug_delivery", mode="home", note="氨氯地平一盒")
    assert (saved.served_on, saved.staff_id, saved.mode) == (TODAY, village.workplace.actor.id, "home")
    assert facts(village, village.widow).services == (saved,)
    assert facts(village, village.grandmother).services == ()


def test_what_nobody_can_see_comes_into_no_word_about_what_was_given(village, do, refuses):
    service = do(give_service, village.widow.id, "drug_delivery", place="家\u202e里", note="一盒\udcff")
    assert (service.place, service.note) == ("家里", "一盒")
    told = EducationDraft(
        mode="leaflet", topics=("血压\x1b和盐", "\0"), head_count=3, place=" ", note="雨\u200b天"
    )
    education = do(give_education, told)
    assert (education.topics, education.place, education.note) == (("血压和盐",), None, "雨天")
    assert (
        refuses(give_education, EducationDraft(mode="leaflet", topics=("\0",), head_count=3))
        == "education-topic"
    )
    held = ActivityDraft(form_code="education_activity", answers={"topic": "义\x1b诊"}, place="村\u202e口")
    activity = do(record_activity, held)
    assert (activity.answers["topic"], activity.place) == ("义诊", "村口")


@pytest.mark.parametrize(
    ("code", "given", "problem"),
    [
        ("tea_ceremony", {}, "code-unknown"),
        ("drug_delivery", {"mode": "letter"}, "code-unknown"),
        ("drug_delivery", {"served_on": TODAY.replace(day=24)}, "date-in-future"),
        ("drug_delivery", {"served_on": TODAY.replace(year=1940)}, "date-order"),
    ],
)
def test_a_service_that_cannot_be_is_refused(village, refuses, code, given, problem):
    assert refuses(give_service, village.widow.id, code, **given) == problem


def test_the_dead_are_given_nothing(village, do, refuses):
    do(record_death, village.widow.id, TODAY.replace(day=1))
    assert refuses(give_service, village.widow.id, "drug_delivery") == "person-gone"
    draft = EducationDraft(mode="leaflet", topics=("血压和盐",), resident_ids=(village.widow.id,))
    assert refuses(give_education, draft) == "person-gone"


def test_education_is_evidence_for_everybody_it_names_behind_whatever_door(village, do):
    people = (village.grandmother.id, village.widow.id)
    saved = do(
        give_education,
        EducationDraft(mode="talk", topics=("血压和盐",), resident_ids=people, head_count=31),
    )
    assert saved.proves == ("education:told",)
    for one in (village.grandmother, village.widow):
        assert facts(village, one).educations == (saved,)
    assert facts(village, village.grandfather).educations == ()


def test_who_is_named_twice_is_named_once_and_copies_are_counted(village, do):
    twice = (village.widow.id, village.widow.id)
    draft = EducationDraft(mode="leaflet", topics=("血压和盐",), resident_ids=twice, copies={"宣传页": 2})
    saved = do(give_education, draft)
    assert (saved.resident_ids, dict(saved.copies)) == ((village.widow.id,), {"宣传页": 2})


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"resident_ids": ()}, "education-nobody"),
        ({"topics": (" ",)}, "education-topic"),
        ({"mode": "dance"}, "code-unknown"),
        ({"head_count": -1}, "field-value"),
        ({"copies": {"宣传页": -1}}, "field-value"),
        ({"given_on": TODAY.replace(day=24)}, "date-in-future"),
        ({"resident_ids": ("nobody",)}, "record-not-found"),
        ({"activity_id": "none"}, "record-not-found"),
    ],
    ids=str,
)
def test_education_that_cannot_be_is_refused(village, refuses, given, problem):
    whole = {"mode": "talk", "topics": ("血压和盐",), "resident_ids": (village.widow.id,), **given}
    assert refuses(give_education, EducationDraft(**whole)) == problem


def test_a_crowd_without_names_is_enough(village, do):
    saved = do(give_education, EducationDraft(mode="talk", topics=("血压和盐",), head_count=40))
    assert (saved.resident_ids, saved.head_count) == ((), 40)


def test_an_unfinished_activity_is_kept_and_says_what_it_lacks(village, do):
    draft = ActivityDraft(form_code="education_activity", answers={"topic": "秋冬防流感"}, place="村委会")
    saved = do(record_activity, draft)
    assert (saved.is_complete, "topic" in saved.missing, "content" in saved.missing) == (False, False, True)
    assert (saved.held_on, saved.answers) == (TODAY, {"topic": "秋冬防流感"})


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"form_code": "hypertension_follow_up"}, "form-of-a-person"),
        ({"form_code": "tea_ceremony"}, "form-unknown"),
        ({"answers": {"shoe_size": "43"}}, "form-field-unknown"),
        ({"held_on": TODAY.replace(day=24)}, "date-in-future"),
    ],
    ids=str,
)
def test_an_activity_that_cannot_be_is_refused(refuses, given, problem):
    whole = {"form_code": "education_activity", "answers": {"topic": "秋冬防流感"}, **given}
    assert refuses(record_activity, ActivityDraft(**whole)) == problem


@pytest.mark.parametrize("kind", ["education", "service", "activity"])
def test_what_was_never_given_is_voided_and_proves_nothing(village, do, kind):
    draft = EducationDraft(mode="talk", topics=("血压和盐",), resident_ids=(village.widow.id,))
    saved = {
        "education": lambda: do(give_education, draft),
        "service": lambda: do(give_service, village.widow.id, "policy_told"),
        "activity": lambda: do(
            record_activity, ActivityDraft(form_code="education_activity", answers={"topic": "讲座"})
        ),
    }[kind]()
    do(void_record, kind, saved.id, "记错了")
    assert facts(village, village.widow).services == ()
    assert facts(village, village.widow).educations == ()
    assert village.workplace.query(get, type(saved), saved.id).is_voided


def test_education_at_an_activity_belongs_to_it(village, do):
    activity = do(
        record_activity, ActivityDraft(form_code="education_activity", answers={"topic": "秋冬防流感"})
    )
    draft = EducationDraft(
        mode="talk", topics=("秋冬防流感",), resident_ids=(village.widow.id,), activity_id=activity.id
    )
    assert do(give_education, draft).activity_id == activity.id
    assert isinstance(village.workplace.query(get, Activity, activity.id), Activity)
    assert facts(village, village.widow).educations == tuple(
        village.workplace.query(get, Education, one.id) for one in facts(village, village.widow).educations
    )
