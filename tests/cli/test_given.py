"""What is given, refused, agreed to, told and listed: each verb, as typed and as JSON."""

import json
from pathlib import Path

import pytest

PERSON = "李桂英"
SON = "王小军"
EXAMPLES = Path(__file__).parents[1] / "domain" / "form_examples"


# --- given ----------------------------------------------------------------------------------------------


def test_a_service_by_its_word_or_code(line):
    told = line.json("service", "add", PERSON, "送药上门", "--note", "一个月的量")
    assert (told["code"], told["mode"], told["served_on"]) == ("drug_delivery", "home", "2026-11-23")
    said = line.done("service", "add", PERSON, "policy_told", "--mode", "电话")
    assert "已保存：李桂英 告知政策（11月23日）" in said.out
    line.refused("code-unknown", "service", "add", PERSON, "喝茶")
    assert (
        "已作废：送药上门（11月23日）" in line.done("service", "void", told["id"], "--reason", "记错了").out
    )
    assert "已作废：告知政策（11月23日）" in line.done("service", "void", PERSON, "--reason", "记错了").out
    line.refused("nothing-to-change", "service", "void", PERSON, "--reason", "记错了")


def test_education_to_several_by_name_with_the_papers(line):
    words = ["--to", PERSON, "--to", SON, "--topic", "血压和盐", "--mode", "发资料", "--copies", "宣传页=2"]
    told = line.json("education", "add", *words)
    assert (len(told["resident_ids"]), told["mode"], told["copies"]) == (2, "leaflet", {"宣传页": 2})
    assert "11月23日 发资料：血压和盐　李桂英、王小军" in line.done("education", "add", *words).out
    assert line.json("education", "void", told["id"], "--reason", "记重了")["voided"] is True
    line.refused("education-nobody", "education", "add", "--topic", "血压和盐", "--mode", "讲座")
    line.refused("field-value", "education", "add", *words[:-1], "宣传页=两")
    line.refused("record-not-found", "education", "void", PERSON, "--reason", "记重了")


def test_an_activity_by_its_form(line):
    file = line.place.folder / "活动.json"
    around = {"answers": {"topic": "秋冬防流感"}, "on": "2026-11-20", "place": "村委会"}
    file.write_text(json.dumps(around, ensure_ascii=False), "utf-8")
    told = line.done("activity", "add", "--form", "education_activity", "--json", str(file)).json
    assert (told["held_on"], told["place"], told["answers"]) == ("2026-11-20", "村委会", around["answers"])
    said = line.done("activity", "add", "--answer", "topic=义诊")
    assert "已保存：11月23日 健康教育活动记录表" in said.out
    assert "还缺：" in said.out
    assert line.json("activity", "void", told["id"], "--reason", "记重了")["voided"] is True
    line.refused("form-of-a-person", "activity", "add", "--form", "高血压", "--answer", "topic=义诊")
    line.refused(
        "form-of-no-person", "visit", "add", PERSON, "--form", "education_activity", "--answer", "topic=义诊"
    )


def test_a_typed_answer_of_an_activity_is_a_list_only_where_the_form_takes_one(line):
    words = ["--answer", "topic=高血压，糖尿病防治", "--answer", "archive=pictures、sign_in"]
    told = line.json("activity", "add", *words)
    assert told["answers"] == {"topic": "高血压，糖尿病防治", "archive": ["pictures", "sign_in"]}


def test_unknown_words_around_the_answers_of_an_activity(line):
    for around, code in (({"who": "me"}, "field-unknown"), ({"place": True}, "field-value")):
        text = json.dumps({"answers": {"topic": "义诊"}, **around})
        said = line("activity", "add", "--json", "-", typed=text)
        assert said.json["problem"] == code


# --- medicines ------------------------------------------------------------------------------------------


def test_a_medicine_until_it_is_ended(line):
    told = line.json("medicine", "add", PERSON, "氨氯地平", "--dose", "5mg", "--times", "1")
    assert (told["drug"], told["dose"], told["times_per_day"]) == ("氨氯地平", "5mg", 1)
    assert line.json("medicine", "end", PERSON, "氨氯地平")["until_on"] == "2026-11-23"
    line.refused("nothing-to-change", "medicine", "end", PERSON, "氨氯地平")
    line.done("medicine", "add", PERSON, "缬沙坦")
    assert "已作废：缬沙坦" in line.done("medicine", "void", PERSON, "缬沙坦", "--reason", "记错了人").out


def test_a_long_prescription_says_when_it_is_used_up_and_what_to_think_of(line):
    said = line.done("prescription", "add", PERSON, "氨氯地平", "--weeks", "8", "--signed", "--dose", "5mg")
    assert "长期处方 氨氯地平 5mg，8 周，2027年1月18日用完" in said.out
    told = line.json("prescription", "add", PERSON, "氨氯地平", "--weeks", "4")
    assert (told["refill_due_on"], told["weeks"]) == ("2026-12-21", 4)
    assert told["warnings"][0]["text"]
    line.refused("prescription-refused", "prescription", "add", PERSON, "氨氯地平", "--weeks", "8")


# --- refused, agreed, told ------------------------------------------------------------------------------


def test_what_she_does_not_want_is_offered_again(line):
    said = line.done("refusal", "add", PERSON, "健康体检", "--reason", "怕抽血")
    assert "李桂英 不愿意健康体检。2027年2月23日再提。" in said.out
    told = line.json("refusal", "add", PERSON, "签约", "--again-on", "2027-01-05", "--signed")
    assert (told["what"], told["offer_again_on"], told["is_signed"]) == ("contract", "2027-01-05", True)
    assert line.json("refusal", "withdraw", told["id"])["offer_again_on"] == "2026-11-23"
    line.refused("refusal-over", "refusal", "withdraw", told["id"])
    assert line.json("refusal", "void", PERSON, "--reason", "记错了人")["voided"] is True


def test_consent_by_the_guardian_and_taken_back(line):
    said = line.done("consent", "add", SON, "纳入管理", "--by", "监护人", "--relation", "母亲")
    assert "王小军 纳入管理，监护人同意（11月23日）" in said.out
    line.refused("consent-known", "consent", "add", SON, "纳入管理")
    assert line.json("consent", "withdraw", SON)["withdrawn_on"] == "2026-11-23"
    assert line.json("consent", "void", SON, "--reason", "记错了人")["voided"] is True


def test_whom_we_told_at_once(line):
    told = line.json("notice", "add", SON, "派出所", "在家砸东西", "--answer", "已出警")
    assert (told["told_to"], told["what"], told["answer"]) == ("police", "在家砸东西", "已出警")
    assert (
        "王小军 11月23日 当面告诉村委会：没人照看"
        in line.done("notice", "add", SON, "村委会", "没人照看", "--how", "当面").out
    )
    assert line.json("notice", "void", told["id"], "--reason", "记错了人")["voided"] is True


def test_a_condition_with_the_notification_and_the_list(line):
    words = ["肺结核", "--since", "2026-11-18", "--notified-on", "2026-11-20"]
    told = line.json("condition", "add", SON, *words)
    assert (told["code"], told["notified_on"]) == ("tuberculosis", "2026-11-20")
    told = line.json("condition", "add", SON, "脱贫人口", "--list", "2026年名单", "--number", "0371")
    assert (told["code"], told["source_list"], told["number"]) == ("05", "2026年名单", "0371")
    line.refused("date-in-future", "condition", "add", PERSON, "肺结核", "--notified-on", "2026-11-24")


# --- lists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["unserved", "unaware", "renewals", "gaps", "away", "home", "refusals", "groups"]
)
def test_every_list_answers_with_people_and_reasons(line, name):
    told = line.json("lists", name)
    assert isinstance(told, list)
    said = line.done("lists", name).out
    if not told:
        assert "：没有。" in said
    for one in told:
        assert one["people"]
        assert all(reason["text"] in said for reason in one["reasons"])


def test_gaps_are_the_key_groups_without_a_contract(line):
    told = line.json("lists", "gaps")
    assert PERSON in {person["name"] for one in told for person in one["people"]}


def test_the_away_list_names_who_is_away_for_six_months(line):
    told = line.json("lists", "away")
    assert [person["name"] for one in told for person in one["people"]] == [SON]


def test_rates_of_nothing_promised(line):
    told = line.json("lists", "rates")
    assert told["items"]["due"] == 0
    assert "还没有到期的项目" in line.done("lists", "rates").out


# --- doors and screening --------------------------------------------------------------------------------


def test_the_door_list_walks_and_says_who_is_left_out(line):
    told = line.json("door-list", "--on", "2026-12-31")
    assert told["on"] == "2026-12-31"
    assert {one["household_number"] for one in told["doors"]}
    items = [item for door in told["doors"] for item in door["items"]]
    assert any(item["is_along"] for item in items)
    assert any(not item["is_along"] for item in items)
    said = line.done("door-list", "--on", "2026-12-31").out
    assert "户" in said
    assert "顺便：" in said
    of_hamlet = line.json("door-list", "--hamlet", "三组", "--on", "2026-12-31")
    assert {one["household_number"] for one in of_hamlet["doors"]} <= {"10001"}


def test_what_is_done_along_is_listed_when_asked_for(line):
    plain = line.json("due")
    more = line.json("due", "--screening")
    assert not any(one["is_along"] for one in plain)
    assert any(one["is_along"] for one in more)
    assert "顺便就能做的" in line.done("due", "--screening").out
    assert "顺便就能做的" not in line.done("due").out


# --- every form -----------------------------------------------------------------------------------------


def test_what_a_form_works_out_is_told(line):
    """自理能力评估: the score and the grade (norms-elderly)."""
    file = line.place.folder / "自理.json"
    given = json.loads((EXAMPLES / "self_care.json").read_text("utf-8"))
    file.write_text(
        json.dumps({"answers": given["answers"], "mode": given["mode"]}, ensure_ascii=False), "utf-8"
    )
    told = line.done("visit", "add", PERSON, "--form", "self_care", "--json", str(file)).json
    assert told["visit"]["purpose"] == "assessment"
    assert told["visit"]["proves"] == ["self_care"]
    assert told["computed"]
