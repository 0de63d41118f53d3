"""Half-filled forms: there again after a kill, gone when they were saved, and never part of the records."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.village import GRANDMOTHER, PASSWORD, SAMPLES, TODAY, Place, build, card, contents
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.services import planning
from village_doctor.services.correcting import void_record
from village_doctor.services.drafting import (
    HOUSEHOLD_FORM,
    Draft,
    draft_of,
    drafts,
    is_damaged,
    submit_draft,
    submit_drop,
)
from village_doctor.services.moving import move_out, record_death
from village_doctor.services.registering import (
    HouseholdDraft,
    MemberDraft,
    add_resident,
    register_household,
)
from village_doctor.services.visiting import FollowUpDraft, add_follow_up
from village_doctor.store import journal, tables
from village_doctor.store.unit import transaction

ROOT = Path(__file__).resolve().parents[2]
FORM = "hypertension_follow_up"


def kept(village, draft_id="d1", resident="", form=FORM, **body):
    village.place.clock.forward(seconds=1)
    submit_draft(village.workplace, draft_id, resident, form, body).result()


def test_a_draft_comes_back_as_it_was_typed(village):
    body: dict[str, JsonValue] = {
        "symptoms": ["1", "3"],
        "note": "说“头不晕”𤋮",
        "medicines": [{"name": "氨氯地平", "dose": None}],
        "n": 3,
    }
    kept(village, resident=village.grandmother.id, **body)
    found = village.workplace.query(draft_of, village.grandmother.id, FORM)
    assert found == Draft(
        id="d1",
        resident_id=village.grandmother.id,
        form_code=FORM,
        body=body,
        typed_at=village.workplace.now(),
    )


def test_the_same_draft_is_replaced_and_another_one_stands_beside_it(village):
    kept(village, "d1", village.grandmother.id, text="一")
    kept(village, "d2", "", HOUSEHOLD_FORM, text="二")
    kept(village, "d1", village.grandmother.id, text="三")
    found = village.workplace.query(drafts)
    assert [(one.id, one.body["text"]) for one in found] == [("d1", "三"), ("d2", "二")]
    assert village.workplace.query(draft_of, "", HOUSEHOLD_FORM).id == "d2"


def test_of_several_drafts_of_a_form_the_newest_is_offered(village):
    kept(village, "d1", village.widow.id)
    kept(village, "d2", village.widow.id)
    assert village.workplace.query(draft_of, village.widow.id, FORM).id == "d2"
    assert village.workplace.query(draft_of, village.widow.id, "diabetes_follow_up") is None
    assert village.workplace.query(draft_of, village.grandmother.id, FORM) is None


def test_a_dropped_draft_is_gone_and_dropping_it_again_is_no_error(village):
    kept(village)
    submit_drop(village.workplace, "d1").result()
    submit_drop(village.workplace, "d1").result()
    assert village.workplace.query(drafts) == ()


def test_a_draft_is_no_record(village):
    before = village.workplace.query(journal.count)
    kept(village)
    submit_drop(village.workplace, "d1").result()
    assert village.workplace.query(journal.count) == before


def test_a_draft_is_not_in_the_clear_on_the_disk(village):
    kept(village, note=SAMPLES[0])
    for data in contents(village.place.home).values():
        assert not any(SAMPLES[0].encode(coding) in data for coding in ("utf-8", "utf-16-le", "gbk"))


def test_a_draft_survives_a_kill_right_after_it_was_kept(tmp_path):
    place = Place(tmp_path)
    place.create().workplace.close()
    code = f"""
import os, signal
from pathlib import Path
from tests.village import Place
from village_doctor.domain.messages import JsonValue
from village_doctor.services.drafting import submit_draft
workplace = Place(Path({str(tmp_path)!r}), seed=7).open()
submit_draft(workplace, "d1", "", "household", {{"text": "打到一半"}}).result()
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, env=dict(os.environ))
    assert done.returncode == -9
    workplace = place.open(PASSWORD)
    assert [one.body for one in workplace.query(drafts)] == [{"text": "打到一半"}]
    workplace.close()


def follow_up_of(village):
    return FollowUpDraft(
        resident_id=village.grandmother.id, form_code=FORM, mode="home", answers={"symptoms": ["1"]}
    )


def test_the_verb_that_saves_a_form_drops_its_draft_and_no_other(village, do):
    kept(village, "d1", village.grandmother.id)
    kept(village, "d2", village.widow.id)
    do(add_follow_up, follow_up_of(village), "d1")
    assert [one.id for one in village.workplace.query(drafts)] == ["d2"]


def test_a_form_that_is_refused_keeps_its_draft(village, do):
    kept(village, "d1", village.grandmother.id)
    with pytest.raises(Problem):
        do(add_follow_up, replace(follow_up_of(village), answers={"nothing_like_it": 1}), "d1")
    assert [one.id for one in village.workplace.query(drafts)] == ["d1"]


def test_a_household_and_one_more_person_take_their_drafts_with_them(village, do):
    kept(village, "d1", "", HOUSEHOLD_FORM)
    kept(village, "d2", "", "household_member")
    new = MemberDraft(name="赵德海", id_card_number=card(date(1960, 8, 15), 7))
    made = do(register_household, HouseholdDraft(members=(new,)), "d1")
    assert [one.id for one in village.workplace.query(drafts)] == ["d2"]
    wife = MemberDraft(name="孙月娥", relation="1", id_card_number=card(date(1962, 1, 2), 8))
    do(add_resident, made.household.id, replace(wife, relation="12"), "d2")
    assert village.workplace.query(drafts) == ()


def test_killed_right_after_saving_the_form_is_not_offered_again(tmp_path):
    """Between the verb and whatever the window would do next."""
    place = Place(tmp_path)
    village = build(place)
    before = village.workplace.query(tables.count, "visit")
    village.workplace.close()
    code = f"""
import os, signal
from pathlib import Path
from tests.village import Place
from village_doctor.domain.people import Resident
from village_doctor.services.drafting import submit_draft
from village_doctor.services.visiting import FollowUpDraft, add_follow_up
from village_doctor.store.tables import select
workplace = Place(Path({str(tmp_path)!r}), seed=7).open(clock_confirmed=True)
who = workplace.query(lambda c: next(r for r in select(c, Resident) if r.name == {GRANDMOTHER.name!r})).id
submit_draft(workplace, "d1", who, {FORM!r}, {{"values": {{}}}}).result()
follow_up = FollowUpDraft(resident_id=who, form_code={FORM!r}, mode="home", answers={{"symptoms": ["1"]}})
workplace.command(add_follow_up, follow_up, "d1")
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, env=dict(os.environ))
    assert done.returncode == -9
    workplace = place.open(PASSWORD)
    assert workplace.query(drafts) == ()
    assert workplace.query(tables.count, "visit") == before + 1
    workplace.close()


def test_today_offers_follow_ups_that_were_left_and_nothing_else(village):
    kept(village, "d1", village.grandmother.id)
    kept(village, "d2", village.grandmother.id, "contract")
    kept(village, "d3", "", HOUSEHOLD_FORM)
    today = village.workplace.query(planning.today_list, village.workplace.catalogue, TODAY)
    assert [one.id for one in today.drafts] == ["d1"]


def test_today_offers_no_form_of_somebody_who_is_no_longer_here(village, do):
    kept(village, "d1", village.grandmother.id)
    kept(village, "d2", village.widow.id)
    kept(village, "d3", village.rare.id)
    kept(village, "d4", village.grandfather.id)
    do(record_death, village.grandmother.id, TODAY)
    do(move_out, village.widow.id, TODAY)
    do(void_record, "resident", village.rare.id, "登记错了")
    today = village.workplace.query(planning.today_list, village.workplace.catalogue, TODAY)
    assert [one.id for one in today.drafts] == ["d4"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "7", "[" * 100_000])
def test_one_damaged_draft_shuts_no_other_form(village, body):
    kept(village, "d1", village.grandmother.id)
    kept(village, "d2", "", HOUSEHOLD_FORM, text="二")

    def spoil(writing):
        with transaction(writing.connection):
            writing.connection.execute("UPDATE form_draft SET body = ? WHERE id = 'd1'", (body,))

    village.workplace.write(spoil)
    assert [one.id for one in village.workplace.query(drafts)] == ["d2"]
    assert village.workplace.query(draft_of, "", HOUSEHOLD_FORM).body == {"text": "二"}
    assert village.workplace.query(draft_of, village.grandmother.id, FORM) is None
    assert village.workplace.query(is_damaged, village.grandmother.id, FORM)
    assert not village.workplace.query(is_damaged, "", HOUSEHOLD_FORM)
    today = village.workplace.query(planning.today_list, village.workplace.catalogue, TODAY)
    assert today.drafts == ()
    kept(village, "d1", village.grandmother.id, text="again")
    assert village.workplace.query(draft_of, village.grandmother.id, FORM).body == {"text": "again"}


def test_what_is_handed_over_is_written_in_its_turn_and_before_the_verb_that_follows(village, do):
    workplace = village.workplace
    handed_over = [
        submit_draft(workplace, "d1", village.grandmother.id, FORM, {"n": number}) for number in range(20)
    ]
    do(add_follow_up, follow_up_of(village), "d1")
    assert all(one.done() for one in handed_over)
    assert workplace.query(drafts) == ()
