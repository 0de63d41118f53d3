"""Readings, follow-ups, contacts, referrals, contracts, settings: each verb, as typed and as JSON."""

import json

import pytest

from tests.village import COMPLETE_FORM
from village_doctor.services import advising

PERSON = "李桂英"


def member(line, name=PERSON, door="10001"):
    return next(one for one in line.json("show", door)["members"] if one["name"] == name)


def newest(line, kind):
    return next(one for one in member(line)["last_readings"] if one["kind"] == kind)


def answers_file(line, **changes):
    file = line.place.folder / "answers.json"
    merged = {name: value for name, value in {**COMPLETE_FORM, **changes}.items() if value is not None}
    file.write_text(json.dumps({"answers": merged}, ensure_ascii=False), "utf-8")
    return str(file)


# --- readings ------------------------------------------------------------------------------------


def test_a_pressure_says_what_the_norm_would_say(line):
    told = line.json("reading", "add", PERSON, "152/96", "--pulse", "72")
    assert told["readings"][0]["systolic_mmhg"] == 152
    assert told["counts_as_follow_up"] is False
    assert told["emergency"] is None
    assert told["if_followed_up"]["hypertension"]["control_result"] == "uncontrolled"
    said = line.done("reading", "add", PERSON, "152/96")
    assert "已保存：李桂英 血压 152/96" in said.out
    assert "如果接着做高血压随访：控制不满意" in said.out
    assert "依据：规范（第三版）高血压" in said.out
    assert "只量不算随访" in said.out


def test_every_kind_of_reading(line):
    words = [
        *("--glucose", "6.2", "--fasting", "--weight", "62.5", "--height", "158", "--waist", "88"),
        *("--temperature", "36.5", "--spo2", "97", "--hba1c", "6.1", "--where", "入户"),
    ]
    told = line.json("reading", "add", PERSON, *words)
    assert {one["kind"] for one in told["readings"]} == {
        "glucose",
        "weight",
        "height",
        "waist",
        "temperature",
        "spo2",
        "hba1c",
    }
    assert {one["setting"] for one in told["readings"]} == {"home"}
    assert newest(line, "glucose")["glucose_mmol"] == "6.2"
    assert "空腹血糖 6.2 mmol/L" in line.done("show", PERSON).out


def test_what_cannot_be_is_refused_and_what_is_rare_is_asked_once(line):
    line.refused("pressure-swapped", "reading", "add", PERSON, "96/152")
    line.refused("pressure-half", "reading", "add", PERSON, "152")
    line.refused("reading-refused", "reading", "add", PERSON, "520/96")
    assert "--confirmed" in line.refused("reading-unusual", "reading", "add", PERSON, "86/50").err
    told = line.json("reading", "add", PERSON, "86/50", "--confirmed")
    assert told["readings"][0]["confirmed"] == ["systolic_mmhg"]
    assert told["warnings"][0]["code"] == "pressure_low"
    assert told["actions"][0]["code"] == "talk_about_less_medicine"
    assert "偏低" in line.done("reading", "add", PERSON, "86/50", "--confirmed").out


def test_an_emergency_is_one_at_once_and_is_to_be_asked_about(line):
    said = line.done("reading", "add", PERSON, "186/112")
    assert "▲ 危急" in said.out
    line.place.clock.forward(days=1)
    (item,) = [one for one in line.json("due") if one["item"].startswith("referral_outcome")]
    assert (item["name"], item["state"], item["urgency"]) == (PERSON, "due", 0)
    assert "▲" in line.done("due").out
    told = line.json("refer", "ask", PERSON, "住院", "--said", "观察")
    assert (told["referral"]["state"], told["referral"]["is_open"]) == ("in_hospital", False)
    assert not [one for one in line.json("due") if one["item"].startswith("referral_outcome")]
    line.refused("nothing-to-change", "refer", "ask", PERSON, "已到")


def test_high_on_three_days_is_referred_with_its_reasons(line):
    first = line.done("reading", "add", "王德顺", "165/100", "--on", "2026-11-09").out
    assert "还没有诊断过高血压，这是第 1 天高。" in first
    assert "转诊。" not in first
    told = line.json("reading", "add", "王德顺", "162/98", "--on", "2026-11-16")
    assert [one["code"] for one in told["screening"]["reasons"]] == ["screening_high_again"]
    said = line.done("reading", "add", "王德顺", "168/102")
    assert "不在同一天，3 天血压都到了 140/90（这次 168/102 mmHg），初步看是高血压。" in said.out
    assert "建议转上级医院确诊，定治疗办法。" in said.out
    assert "依据：规范（第三版）高血压 §筛查" in said.out
    assert "已记下转诊。问到结果用 refer ask 记。" in said.out
    (referral,) = member(line, "王德顺")["referrals"]
    assert (referral["urgency"], referral["is_open"]) == ("ordinary", True)
    put_right = line.done("reading", "correct", "王德顺", "128/80").out
    assert "这次血压 128/80 mmHg，不到 140/90。" in put_right
    assert member(line, "王德顺")["referrals"] == []
    again = line.json("reading", "correct", "王德顺", "158/80")
    assert [one["code"] for one in again["screening"]["reasons"]] == ["screening_high_three_days"]
    assert again["referral"]["urgency"] == "ordinary"


def test_the_third_high_day_at_a_visit_is_told_with_it(line):
    for day, value in (("2026-11-09", "165/100"), ("2026-11-16", "162/98")):
        line.done("reading", "add", "王德顺", value, "--on", day)
    form = ("visit", "add", "王德顺", "--form", "other_chronic_visit", "--mode", "home")
    pressure = ("--answer", "systolic_mmhg=168", "--answer", "diastolic_mmhg=102")
    said = line.done(*form, *pressure)
    assert "不在同一天，3 天血压都到了 140/90（这次 168/102 mmHg），初步看是高血压。" in said.out
    assert "已记下转诊。" in said.out
    told = line.json("visit", "correct", "王德顺", "--answer", "systolic_mmhg=158")
    assert [one["code"] for one in told["screening"]["reasons"]] == ["screening_high_three_days"]
    told = line.json(
        "visit", "correct", "王德顺", *("--answer", "systolic_mmhg=128", "--answer", "diastolic_mmhg=80")
    )
    assert (told["screening"], told["referral"]) == (None, None)


def test_putting_a_reading_right_and_voiding_it(line):
    line.done("reading", "add", PERSON, "186/112")
    told = line.json("reading", "correct", PERSON, "146/82")
    assert told["readings"][0]["systolic_mmhg"] == 146
    assert not member(line)["referrals"], "the referral that only the wrong value had made is gone"
    line.place.clock.forward(minutes=1)
    line.done("reading", "add", PERSON, "--weight", "62.5")
    assert "改成 体重 63.5 kg" in line.done("reading", "correct", PERSON, "--value", "63.5").out
    line.done("reading", "void", PERSON, "--reason", "记错了人")
    assert "weight" not in {one["kind"] for one in member(line)["last_readings"]}
    line.refused("void-needs-reason", "reading", "void", PERSON, "--reason", " ")


def test_one_value_is_put_right_in_the_shape_that_it_has(line):
    line.done("reading", "add", PERSON, "--spo2", "97")
    assert (
        "血氧饱和度 97 % 改成 血氧饱和度 98 %" in line.done("reading", "correct", PERSON, "--value", "98").out
    )
    assert newest(line, "spo2")["spo2_percent"] == 98
    line.refused("field-value", "reading", "correct", PERSON, "--value", "97.5")


def test_a_pressure_is_not_put_right_by_one_value(line):
    told = line.json("reading", "add", PERSON, "152/96")["readings"][0]["id"]
    said = line("reading", "correct", told, "--value", "142")
    assert (said.code, "要写成 142/96 这样" in said.err) == (2, True)
    assert newest(line, "blood_pressure")["systolic_mmhg"] == 152


def test_a_voided_reading_is_not_put_right(line):
    told = line.json("reading", "add", PERSON, "--spo2", "97")["readings"][0]["id"]
    line.done("reading", "void", told, "--reason", "记错了人")
    line.refused("already-voided", "reading", "correct", told, "--value", "98")
    line.refused("already-voided", "reading", "correct", told, "142/96")


def test_a_reading_before_birth_or_tomorrow(line):
    line.refused("date-in-future", "reading", "add", PERSON, "138/86", "--on", "2027-01-01")
    line.refused("date-order", "reading", "add", "王思琪", "--weight", "30", "--on", "2018-01-01")


# --- follow-ups ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["hypertension_follow_up", "hypertension", "高血压"])
def test_a_complete_form_counts_and_is_classed(line, form):
    told = line.json("visit", "add", PERSON, "--form", form, "--from", answers_file(line, systolic_mmhg=152))
    visit = told["visit"]
    assert (visit["is_complete"], visit["is_counted"], visit["control_result"]) == (
        True,
        True,
        "uncontrolled",
    )
    assert visit["missing"] == []
    assert visit["decision"]["reasons"][0]["source"]
    assert visit["next_due_on"] == "2026-12-07"
    assert {one["kind"] for one in told["readings"]} >= {"blood_pressure"}


def test_answers_from_standard_input_bare_or_with_what_is_around_them(line):
    bare = json.dumps({**COMPLETE_FORM, "weight_kg": 62.5}, ensure_ascii=False)
    told = line.done("visit", "add", PERSON, "--form", "高血压", "--json", "-", typed=bare).json
    assert told["visit"]["control_result"] == "controlled"
    (weight,) = [one for one in told["readings"] if one["kind"] == "weight"]
    assert weight["weight_kg"] == "62.5"
    around = {
        "form": "高血压",
        "mode": "home",
        "on": "2026-11-22",
        "answers": {name: value for name, value in COMPLETE_FORM.items() if name not in LIFESTYLE},
        "unchanged": ["生活方式指导"],
        "met": "本人",
    }
    told = line.done("visit", "add", PERSON, "--json", "-", typed=json.dumps(around, ensure_ascii=False)).json
    assert (told["visit"]["served_on"], told["visit"]["mode"]) == ("2026-11-22", "home")
    assert told["visit"]["is_complete"] is False, "nothing before that day to take over"


LIFESTYLE = (
    "smoking_per_day",
    "drinking_liang_per_day",
    "exercise_times_per_week",
    "exercise_minutes",
    "salt_intake",
)


def test_what_was_asked_and_did_not_change_is_taken_over(line):
    line.place.clock.forward(days=20)
    without = dict.fromkeys(LIFESTYLE)
    file = answers_file(line, **without)
    told = line.json("visit", "add", PERSON, "--form", "高血压", "--from", file)
    assert set(told["visit"]["missing"]) == set(LIFESTYLE)
    line.done("visit", "void", PERSON, "--reason", "重来")
    told = line.json("visit", "add", PERSON, "--form", "高血压", "--from", file, "--unchanged", "lifestyle")
    assert told["visit"]["is_complete"] is True
    assert told["visit"]["answers"]["salt_intake"] == COMPLETE_FORM["salt_intake"]
    line.refused(
        "form-section", "visit", "add", PERSON, "--form", "高血压", "--from", file, "--unchanged", "体征"
    )


def test_an_unfinished_form_names_what_is_missing_and_proves_nothing(line):
    said = line.done("visit", "add", PERSON, "--form", "高血压", "--from", answers_file(line, adherence=None))
    assert "还缺：服药依从性" in said.out
    assert "不算随访" in said.out
    told = line.json("visit", "correct", PERSON, "--answer", "adherence=1")
    assert told["visit"]["is_complete"] is True


@pytest.mark.parametrize(
    ("changes", "words", "code"),
    [
        ({}, ("--form", "感冒"), "form-unknown"),
        ({}, ("--form", "高血压", "--mode", "video"), "form-mode"),
        ({"shoe_size": 42}, ("--form", "高血压"), "form-field-unknown"),
        ({"salt_intake": "9"}, ("--form", "高血压"), "form-answer"),
        ({"adverse_reaction_text": "皮疹"}, ("--form", "高血压"), "form-contradiction"),
        ({"systolic_mmhg": 96, "diastolic_mmhg": 152}, ("--form", "高血压"), "pressure-swapped"),
        ({"systolic_mmhg": 86, "diastolic_mmhg": 56}, ("--form", "高血压"), "reading-unusual"),
        ({}, ("--form", "高血压", "--on", "2027-01-01"), "date-in-future"),
        ({}, ("--form", "高血压", "--next", "2027-12-01"), "next-date-too-late"),
        ({}, ("--form", "高血压", "--next", "2026-11-01"), "next-date-too-early"),
        ({}, ("--form", "高血压", "--plan", "先观察"), "own-plan-needs-reason"),
    ],
)
def test_a_form_that_is_refused(line, changes, words, code):
    line.refused(code, "visit", "add", PERSON, *words, "--from", answers_file(line, **changes))


def test_an_unusual_value_in_a_form_is_kept_when_confirmed_and_the_doctors_own_date_stands(line):
    file = answers_file(line, systolic_mmhg=86, diastolic_mmhg=56)
    words = ("--confirmed", "--next", "2026-12-01")
    told = line.json("visit", "add", PERSON, "--form", "高血压", "--from", file, *words)
    assert told["visit"]["next_due_on"] == "2026-12-01"
    (pressure,) = [one for one in told["readings"] if one["kind"] == "blood_pressure"]
    assert pressure["confirmed"] == ["systolic_mmhg"]


def test_a_later_date_of_her_own_needs_a_reason(line):
    words = (
        "--form",
        "高血压",
        "--from",
        answers_file(line),
        "--next",
        "2027-05-01",
        "--why",
        "去女儿家过冬",
    )
    assert "您另有打算：去女儿家过冬" in line.done("visit", "add", PERSON, *words).out


def test_unknown_words_around_the_answers(line):
    for around, code in (({"who": "me"}, "field-unknown"), ({"met": True}, "field-value")):
        text = json.dumps({"answers": {}, **around})
        line.refused(code, "visit", "add", PERSON, "--form", "高血压", "--from", "-", typed=text)


def test_contacts_and_closed_doors(line):
    said = line.done("visit", "contact", PERSON, "--mode", "入户", "--not-done", "不在家")
    assert "没做成：不在家" in said.out
    told = line.json("visit", "contact", PERSON, "--mode", "phone", "--note", "药快吃完了")
    assert told["is_counted"] is False
    line.refused("visit-without-form", "visit", "correct", PERSON, "--answer", "adherence=1")
    line.refused("nothing-to-change", "visit", "void", "王德顺", "--reason", "x")


# --- referrals -----------------------------------------------------------------------------------


def test_a_referral_is_asked_about_until_it_is_clear(line):
    told = line.json(
        "refer", "add", PERSON, "--reason", "胸闷", "--facility", "县医院", "--department", "心内科"
    )
    assert told["referral"]["is_open"] is True
    assert "还要接着问" in line.done("refer", "ask", PERSON, "没去").out
    assert "还要接着问" in line.done("refer", "ask", PERSON, "不愿去").out
    assert "问清了" in line.done("refer", "ask", PERSON, "不愿去", "--refusal-signed").out
    line.done("refer", "add", PERSON, "--reason", "胸闷")
    line.done("refer", "void", PERSON, "--reason", "记错了人")
    assert not member(line)["referrals"]
    line.refused("referral-needs-reason", "refer", "add", PERSON, "--reason", " ")


# --- contracts -----------------------------------------------------------------------------------


def test_a_household_signs_as_one_unit_with_evidence(line):
    suggested = {
        one["name"]: [p["code"] for p in one["packages"]] for one in line.json("contract", "suggest", PERSON)
    }
    assert suggested[PERSON] == ["basic", "elderly", "hypertension"]
    assert suggested["王德顺"] == ["basic", "elderly"]
    told = line.json(
        *("contract", "sign", "10001", "--years", "2", "--representative", "王德顺", "--signed", PERSON),
        *("--told", "王小军=2026-11-20:电话"),
    )
    assert (told["number"], told["state"], told["years"]) == ("2026-10001", "active", 2)
    assert (told["starts_on"], told["ends_on"]) == ("2026-11-23", "2028-11-22")
    evidence = {one["name"]: (one["signed_by"], one["told_on"]) for one in told["members"]}
    assert evidence["王德顺"] == evidence[PERSON] == ("self", None)
    assert evidence["王小军"] == ("representative", "2026-11-20")
    assert line.json("contract", "show", "2026-10001") == {k: v for k, v in told.items() if k != "notes"}
    assert "协议 2026-10001　有效" in line.done("show", "10001").out
    line.refused("already-signed", "contract", "sign", "10001", "--years", "1", "--representative", "王德顺")


def test_who_has_neither_signed_nor_been_told_is_named(line):
    said = line.done("contract", "sign", "10001", "--years", "1", "--representative", "王德顺")
    assert "请注意：李桂英、王小军 没有亲手签字" in said.out
    assert "不算已签约" in said.out


def test_drafting_handing_out_and_the_signed_sheet_coming_back(line):
    words = ("--member", "王德顺", "--member", PERSON, "--package", f"{PERSON}=basic,hypertension")
    number = line.json("contract", "draft", "10001", "--years", "3", *words)["number"]
    assert line.json("contract", "show", number)["state"] == "draft"
    line.refused("contract-state", "contract", "activate", number, "--representative", "王德顺")
    assert line.json("contract", "offer", number)["state"] == "awaiting_signature"
    assert line.json("contract", "take-back", number)["state"] == "draft"
    line.done("contract", "offer", number)
    line.place.clock.forward(days=3)
    told = line.json("contract", "activate", number, "--representative", "王德顺", "--signed", PERSON)
    assert (told["state"], told["starts_on"], len(told["members"])) == ("active", "2026-11-26", 2)


def test_renewing_and_ending(line):
    number = line.json("contract", "sign", "10001", "--years", "1", "--representative", "王德顺")["number"]
    told = line.json("contract", "renew", number, "--years", "2", "--representative", "王德顺")
    assert (told["renews_id"] is not None, told["starts_on"]) == (True, "2027-11-23")
    said = line.refused(
        "termination-day", "contract", "terminate", number, "--why", "迁出", "--on", "2026-01-01"
    )
    assert "2026" in said.err
    assert line.json("contract", "terminate", number, "--why", "迁出")["termination_code"] == "02"
    line.done("contract", "void", told["number"], "--reason", "录错了户")
    line.refused("contract-unknown", "contract", "show", told["number"])


def test_a_signed_contract_changes_and_keeps_what_was_signed(line):
    words = ("--member", "王德顺", "--member", PERSON, "--representative", "王德顺")
    number = line.json("contract", "sign", "10001", "--years", "1", *words)["number"]
    line.place.clock.forward(days=10)
    changes = ("contract", "change-packages", number, PERSON)
    joined = line.json("contract", "add-member", number, "王小军", "--package", "basic,copd", "--signed")
    assert [(one["from_on"], one["packages"]) for one in joined["members"] if one["name"] == "王小军"] == [
        ("2026-12-03", ["basic", "copd"])
    ]
    told = line.json(*changes, "basic，elderly", "--told", "2026-12-03:当面")
    assert [
        (one["from_on"], one["until_on"], one["told_how"]) for one in told["members"] if one["name"] == PERSON
    ] == [(None, "2026-12-02", None), ("2026-12-03", None, "当面")]
    line.refused("nothing-to-change", *changes, "basic,elderly")
    line.refused("basic-package-one", *changes, "elderly")
    said = line.done("contract", "end-member", number, "王小军", "--why", "本人要求或拒绝")
    assert "王小军：基本服务包、慢阻肺服务包　到12月2日为止" in said.out
    line.refused("member-not-bound", "contract", "end-member", number, "王小军", "--why", "失访")
    line.refused("already-signed", "contract", "add-member", number, PERSON)
    for verb in ("add-member", "change-packages", "end-member"):
        assert "例：" in line.done("contract", verb, "--help").out


def test_a_change_to_a_signed_contract_is_written_on_the_paper_by_hand(line):
    """The program prints no sheet for it, so it must not ask for one."""
    words = ("--member", "王德顺", "--member", PERSON, "--representative", "王德顺", "--signed", PERSON)
    number = line.json("contract", "sign", "10001", "--years", "1", *words)["number"]
    line.place.clock.forward(days=10)
    joined = line.done("contract", "add-member", number, "王小军", "--signed").out
    assert "已保存：添好了。请在纸质协议上写明添了谁、从哪天起，双方签字。" in joined
    changed = line.done("contract", "change-packages", number, PERSON, "basic,elderly").out
    assert "已保存：换好了。请在纸质协议上写明换成哪些服务包、从哪天起，双方签字。" in changed


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--years", "4", "--representative", "王德顺"), "contract-years"),
        (("--years", "1"), "representative-missing"),
        (("--years", "1", "--representative", "王思琪"), "representative-not-adult"),
        (("--years", "1", "--representative", "王德顺", "--package", f"{PERSON}=gold"), "package-unknown"),
        (
            ("--years", "1", "--representative", "王德顺", "--package", f"{PERSON}=hypertension"),
            "basic-package-one",
        ),
        (("--years", "1", "--representative", "王德顺", "--member", "欧阳秀兰"), "member-not-in-household"),
        (("--years", "1", "--representative", "王德顺", "--signed", "欧阳秀兰"), "evidence-of-nobody"),
        (("--years", "1", "--representative", "王德顺", "--told", f"{PERSON}=昨天:当面"), "date-form"),
    ],
)
def test_a_contract_that_cannot_be(line, words, code):
    line.refused(code, "contract", "sign", "10001", *words)
    assert line.json("status")["running_contracts"] == 0


# --- today, settings ----------------------------------------------------------------------------


def test_due_is_a_list_by_urgency_and_a_question_about_another_day_changes_nothing(line):
    entries = line.json("status")["journal_entries"]
    items = line.json("due", "--on", "2026-12-31", "--days", "0")
    assert isinstance(items, list)
    names = [one["name"] for one in items]
    assert "欧阳秀兰" in names
    widow = next(one for one in items if one["name"] == "欧阳秀兰")
    assert widow.keys() >= {
        *("name", "age", "sex", "door", "household_number", "phones", "item", "item_name", "due_on"),
        *("latest_on", "state", "days_overdue", "urgency", "mode_hint", "sources", "reasons"),
    }
    assert widow["reasons"][0].keys() == {"code", "text", "source"}
    assert [one["urgency"] for one in items] == sorted(one["urgency"] for one in items)
    assert line.json("status")["journal_entries"] == entries
    said = line.done("due", "--on", "2026-12-31")
    assert "水塘坎上第二间 欧阳秀兰家" in said.out


def test_due_of_one_hamlet(line):
    everywhere = line.json("due", "--on", "2027-03-31")
    there = line.json("due", "--on", "2027-03-31", "--hamlet", "3组")
    assert {one["household_number"] for one in there} == {"10001"}
    assert len(everywhere) > len(there)


def test_when_nothing_is_due_the_next_thing_is_named(line):
    said = line.done("due")
    assert "没有要做的" in said.out
    assert "最早的一件：王德顺 男 73岁　健康体检：12月31日到期" in said.out
    assert line.json("due") == []


def test_explain_says_every_sentence_with_its_source(line):
    told = line.json("explain", PERSON)
    managed = next(one for one in told["lines"] if one["code"] == "managed-since")
    assert managed["source"].startswith("规范（第三版）高血压")
    said = line.done("explain", PERSON)
    for one in told["lines"]:
        assert one["text"] in said.out
        assert one["source"] in said.out


def test_settings(line):
    line.done("setting", "counting_starts_on", "2026-07-01")
    assert line.json("setting", "counting_starts_on") == {"counting_starts_on": "2026-07-01"}
    assert "考核年度" in line.done("setting").out
    line.refused("setting-unknown", "setting", "colour", "red")
    line.refused("setting-unknown", "setting", "colour")
    line.done("setting", "practice", "1")
    line.refused("setting-fixed", "setting", "practice", "")
    assert "练习村" in line.done("status").out
    line.refused("date-form", "setting", "counting_starts_on", "soon")


def test_advice_is_a_pure_question(line):
    workplace = line.place.open()
    found = line.json  # nothing is typed while the home is open
    assert found
    person = workplace.query(
        lambda c: c.execute("SELECT id FROM resident WHERE name = ?", (PERSON,)).fetchone()[0]
    )
    measured = {"systolic_mmhg": 152, "diastolic_mmhg": 96}
    first = workplace.query(advising.if_followed_up, person, measured, workplace.today())
    assert first == workplace.query(advising.if_followed_up, person, measured, workplace.today())
    assert [disease for disease, _ in first] == ["hypertension"]
    assert workplace.query(advising.if_followed_up, person, {"weight_kg": 60}, workplace.today()) == ()
    workplace.close()
