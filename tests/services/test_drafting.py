"""Half-filled forms: there again after a kill, gone when they were saved, and never part of the records."""

import os
import subprocess
import sys
from pathlib import Path

from tests.village import PASSWORD, SAMPLES, Place, contents
from village_doctor.domain.messages import JsonValue
from village_doctor.services.drafting import HOUSEHOLD_FORM, Draft, draft_of, drafts, drop_draft, keep_draft
from village_doctor.store import journal

ROOT = Path(__file__).resolve().parents[2]
FORM = "hypertension_follow_up"


def kept(village, draft_id="d1", resident="", form=FORM, **body):
    village.place.clock.forward(seconds=1)
    keep_draft(village.workplace, draft_id, resident, form, body)


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
    drop_draft(village.workplace, "d1")
    drop_draft(village.workplace, "d1")
    assert village.workplace.query(drafts) == ()


def test_a_draft_is_no_record(village):
    before = village.workplace.query(journal.count)
    kept(village)
    drop_draft(village.workplace, "d1")
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
from village_doctor.services.drafting import keep_draft
workplace = Place(Path({str(tmp_path)!r}), seed=7).open()
keep_draft(workplace, "d1", "", "household", {{"text": "打到一半"}})
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, env=dict(os.environ))
    assert done.returncode == -9
    workplace = place.open(PASSWORD)
    assert [one.body for one in workplace.query(drafts)] == [{"text": "打到一半"}]
    workplace.close()
