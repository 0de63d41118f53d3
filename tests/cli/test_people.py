"""Finding, registering, correcting and moving people, as typed and as JSON; identity numbers stay masked."""

import json
import re
from datetime import date

import pytest

from tests.village import GRANDMOTHER, NUMBERS, PHONES, SON, card

NEW = "name=张志国,sex=男,born=1968-03-09,no_id=遗失"


def find_one(line, text, *more):
    return next(one for one in line.json("find", text, *more))


# --- finding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["李桂英", "lgy", "liguiying", "桂婆婆", "2231", GRANDMOTHER.id_card_number, "l'g'y"]
)
def test_find_answers_with_a_list(line, text):
    found = find_one(line, text)
    assert found["name"] == "李桂英"
    assert found["age"] == 70
    assert (found["sex"], found["sex_name"]) == ("2", "女")
    assert found["household_number"] == "10001"
    assert found["hamlet"] == "3组 王家湾"
    assert "12号" in found["door"]
    assert {"number": "19900002231", "whose": None}.items() <= found["phones"][0].items()
    assert len(found["record_number"]) == 17
    assert found["id"]


def test_identity_numbers_are_masked_until_asked_for(line):
    masked = line.done("find", "李桂英", "--json").out + line.done("show", "李桂英", "--json").out
    assert not [number for number in NUMBERS if number in masked]
    assert find_one(line, "李桂英")["identity_documents"][0]["number"] == "990101********002" + NUMBERS[1][-1]
    assert find_one(line, "李桂英", "--full")["identity_documents"][0]["number"] == GRANDMOTHER.id_card_number


@pytest.mark.parametrize("words", [("find", "李桂英"), ("show", "李桂英"), ("explain", "李桂英"), ("due",)])
def test_no_identity_number_is_shown_in_plain_answers(line, words):
    said = line.done(*words)
    assert not [number for number in NUMBERS if number in said.out]


def test_find_nobody_is_an_empty_list(line):
    assert line.json("find", "xyz") == []
    assert "没有找到" in line.done("find", "xyz").out


def test_a_person_may_be_meant_by_anything_that_means_only_her(line):
    found = find_one(line, "李桂英")
    for text in (found["id"], found["record_number"], GRANDMOTHER.id_card_number, "lgy", "李桂英", "2231"):
        assert line.json("explain", text)["resident"]["id"] == found["id"], text


def test_her_own_name_comes_before_her_door_and_her_relatives(line):
    """Everybody behind the grandfather's door is found by his name; he is meant."""
    assert len(line.json("find", "王德顺")) == 4
    assert line.json("explain", "王德顺")["resident"]["name"] == "王德顺"


def test_several_people_are_named_with_age_and_door(line):
    said = line.refused("resident-ambiguous", "explain", "王")
    for told in ("王德顺 73 岁", "王小军 45 岁", "王思琪 7 岁", "12号"):
        assert told in said.err


def test_the_living_are_meant_before_the_dead(line):
    line.done("resident", "died", "欧阳秀兰", "--on", "2026-11-01")
    line.done("household", "add", "--member", "name=欧阳秀兰,sex=女,born=1990-01-01,no_id=遗失")
    assert line.json("explain", "欧阳秀兰")["resident"]["age"] == 36


@pytest.mark.parametrize("who", ["10001", "李桂英"])
def test_show_is_the_family_page(line, who):
    page = line.json("show", who)
    assert page["household"]["number"] == "10001"
    assert [one["name"] for one in page["members"]] == ["王德顺", "李桂英", "王小军", "王思琪"]
    grandmother = page["members"][1]
    assert grandmother["conditions"][0]["code"] == "hypertension"
    assert grandmother["last_readings"][0]["systolic_mmhg"] in (138, 152)
    assert {"check_up", "follow_up:hypertension"} <= {one["item"] for one in grandmother["due"]}
    assert page["members"][2]["absences"][0]["kind"] == "work"
    text = line.done("show", who).out
    assert "高血压 2016年起" in text
    assert "外出（务工）广东东莞" in text
    assert "女儿王春花" in text
    assert line.json("household", "show", who)["household"]["id"] == page["household"]["id"]


def test_an_unknown_door(line):
    line.refused("household-unknown", "show", "99999")
    line.refused("resident-unknown", "explain", "诸葛亮")


# --- registering ---------------------------------------------------------------------------------


def test_a_household_as_typed(line):
    said = line.done("household", "add", "--door", "20号", "--hamlet", "王家湾", "--member", NEW)
    assert "已保存：张志国家" in said.out
    found = find_one(line, "张志国")
    assert (found["household_number"], found["hamlet"]) == ("10004", "3组 王家湾")


def test_a_household_from_json_is_the_same(line):
    member = {
        "name": "张志国",
        "born": "1968-03-09",
        "sex": "1",
        "no_id": "遗失",
        "conditions": {"diabetes": "2019"},
        "other_names": ["国娃"],
    }
    wife = {"name": "陈秀珍", "relation": "妻", "id": card_of_wife(), "phone": "19900001111"}
    told = line.done(
        *("household", "add", "--json", "-"),
        typed=json.dumps({"members": [member, wife], "door": "20号", "hamlet": "3"}, ensure_ascii=False),
    ).json
    assert told["household"]["number"] == "10004"
    assert [one["name"] for one in told["residents"]] == ["张志国", "陈秀珍"]
    assert told["residents"][1]["sex"] == "2"
    assert find_one(line, "国娃")["name"] == "张志国"
    page = line.json("show", "10004")
    assert page["members"][0]["conditions"][0] == {
        **page["members"][0]["conditions"][0],
        "code": "diabetes",
        "since": "2019",
    }


def card_of_wife() -> str:
    return card(date(1970, 6, 1), 8)


def test_json_alone_asks_for_a_json_answer(line):
    told = line.json("household", "add", "--member", NEW)
    assert told["household"]["number"] == "10004"
    file = line.place.folder / "household.json"
    file.write_text(
        json.dumps({"members": [{"name": "陈大", "sex": "男", "born": "1950-01-01", "no_id": "x"}]}), "utf-8"
    )
    assert "已保存" in line.done("household", "add", "--from", str(file)).out


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("sex=男,born=1968-03-09,no_id=x", "name-missing"),
        ("name=张,born=1968-03-09,no_id=x", "sex-missing"),
        ("name=张,sex=男,no_id=x", "birth-date-missing"),
        ("name=张,sex=男,born=1968-03-09", "identity-missing"),
        ("name=张,sex=男,born=2100-01-01,no_id=x", "date-in-future"),
        ("name=张,sex=男,born=昨天,no_id=x", "date-form"),
        ("name=张,sex=人,born=1968-03-09,no_id=x", "code-unknown"),
        ("name=张,relation=邻居,sex=男,born=1968-03-09,no_id=x", "code-unknown"),
        ("name=张,sex=男,born=1968-03-09,no_id=x,age=3", "field-unknown"),
        ("name=张,relation=妻,sex=男,born=1968-03-09,no_id=x", "household-needs-head"),
        ("name=张,id=990101195605030", "id-card-15-digits"),
        ("name=张,id=9901011956", "id-card-length"),
        ("name=张,id=990101195605030028", "id-card-checksum"),
        ("name=张,sex=男,born=1968-03-09,no_id=x,hypertension=2100", "date-in-future"),
    ],
)
def test_a_wrong_member_is_refused_and_nobody_is_registered(line, member, code):
    line.refused(code, "household", "add", "--member", member)
    assert line.json("status")["households"] == 3


def test_a_card_that_contradicts_is_noted_not_refused(line):
    said = line.done("household", "add", "--member", f"name=张三,sex=男,id={card_of_wife()}")
    assert "请注意：张三 的身份证号上的性别" in said.out
    assert line.json("resident", "correct", "张三", "--born", "1970-06-02")["notes"][0]["code"].startswith(
        "id-card"
    )


def test_the_same_number_twice_names_the_one_who_has_it(line):
    said = line.refused("identity-known", "household", "add", "--member", f"name=张三,id={NUMBERS[1]}")
    assert "李桂英" in said.err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "不是正确的 JSON"),
        ("[]", "不是一个 JSON 对象"),
        ('{"a": 1, "a": 2}', "不是正确的 JSON"),
        ("\xff", "UTF-8"),
    ],
)
def test_a_json_file_that_cannot_be_read(line, text, reason):
    file = line.place.folder / "x.json"
    file.write_bytes(text.encode("latin-1"))
    assert reason in line.refused("input-file", "household", "add", "--from", str(file)).err


def test_a_json_file_that_is_not_there(line):
    line.refused("input-file", "household", "add", "--from", "/nowhere/x.json")


@pytest.mark.parametrize("named", ["3", "3组", "三组", "三", "王家湾", "３组"])
def test_a_hamlet_as_people_say_it(line, named):
    line.done("household", "add", "--hamlet", named, "--member", f"{NEW},other_names=国娃、老张")
    assert find_one(line, "国娃")["hamlet"] == "3组 王家湾"


def test_hamlets(line):
    line.done("hamlet", "add", "--number", "2", "--name", "李家湾")
    assert [one["number"] for one in line.json("hamlet", "list")] == [2, 3]
    assert line.done("hamlet", "list").out == "2组 李家湾\n3组 王家湾\n"
    said = line.refused("hamlet-unknown", "household", "add", "--hamlet", "9", "--member", NEW)
    assert "2组 李家湾、3组 王家湾" in said.err
    line.refused("hamlet-needs-name", "hamlet", "add")


# --- what happens to people ----------------------------------------------------------------------


def test_adding_correcting_voiding_a_person(line):
    line.done(
        "resident",
        "add",
        "10001",
        "--member",
        "name=王小宝,relation=孙子,sex=男,born=2026-11-01,no_id=新生儿",
    )
    found = find_one(line, "王小宝")
    assert found["age"] == 0
    assert "0个月" in line.done("find", "王小宝").out
    line.done(
        "resident",
        "correct",
        "王小宝",
        "--name",
        "王家宝",
        "--born",
        "2026-11-02",
        "--set",
        "other_names=宝宝、宝儿",
    )
    found = find_one(line, "宝儿")
    assert (found["name"], found["birth_date"]) == ("王家宝", "2026-11-02")
    line.done("resident", "void", "王家宝", "--reason", "重复")
    assert line.json("find", "王家宝") == []
    line.refused("already-voided", "resident", "correct", found["id"], "--name", "x")


def test_a_second_head_is_refused(line):
    line.refused("head-not-one", "resident", "add", "10001", "--member", NEW)


def test_correcting_an_identity_card(line):
    line.done("resident", "correct", "𤋮㛃𠮷", "--id-card", card_of_wife())
    assert find_one(line, "𤋮㛃𠮷", "--full")["identity_documents"] == [
        {"kind": "id_card", "number": card_of_wife()}
    ]
    line.refused("identity-known", "resident", "correct", "𤋮㛃𠮷", "--id-card", str(SON.id_card_number))
    line.refused("field-unknown", "resident", "correct", "𤋮㛃𠮷", "--set", "shoe_size=42")
    line.refused("field-value", "resident", "correct", "𤋮㛃𠮷", "--set", "birth_order=first")


@pytest.mark.parametrize(
    ("assignment", "code"),
    [
        ("sex=女", "code-unknown"),
        ("allergies=青霉素", "code-unknown"),
        ("died_on=2026-11-20", "gone-by-correction"),
        ("moved_out_on=2026-11-20", "gone-by-correction"),
        ("birth_date=9999-12-31", "date-form"),
    ],
)
def test_a_correction_is_no_way_around_what_registering_refuses(line, assignment, code):
    line.refused(code, "resident", "correct", "李桂英", "--set", assignment)


def test_a_condition_that_another_person_has_is_voided(line):
    line.done("condition", "add", "王德顺", "diabetes", "--since", "2020")
    line.done("condition", "end", "王德顺", "diabetes", "--on", "2021-01-01")
    line.done("condition", "add", "王德顺", "diabetes", "--since", "2022")
    void = ("condition", "void", "王德顺", "diabetes", "--reason", "记错了人")
    assert line.done(*void).out == "已作废：2型糖尿病 2022年起\n"
    (left,) = _member(line, "王德顺")["conditions"]
    assert (left["since"], left["until_on"]) == ("2020", "2021-01-01")
    assert line.done(*void).out == "已作废：2型糖尿病 2020年起\n"
    line.refused("nothing-to-change", *void)


def test_a_condition_does_not_end_before_it_began(line):
    line.refused("date-order", "condition", "end", "李桂英", "hypertension", "--on", "2015-12-31")
    line.refused("nothing-to-change", "condition", "end", "李桂英", "diabetes")


def test_away_and_back(line):
    line.done("resident", "back", "王小军", "--on", "2026-11-20")
    assert not [one for one in _member(line, "王小军")["absences"] if "until_on" not in one]
    line.refused("not-away", "resident", "back", "王小军")
    line.done("resident", "away", "王小军", "--kind", "务工", "--place", "苏州")
    line.refused("already-away", "resident", "away", "王小军", "--kind", "work")


def test_dying_and_moving_out(line):
    said = line.done("resident", "died", "王德顺", "--on", "2026-11-20", "--cause", "脑卒中")
    assert "没有户主了" in said.out
    line.done("household", "set-head", "10001", "李桂英", "--on", "2026-11-21")
    assert line.json("show", "10001")["members"][0]["name"] == "李桂英"
    line.refused(
        "person-gone",
        "resident",
        "died",
        next(one["id"] for one in line.json("find", "王德顺") if one["died_on"]),
        "--on",
        "2026-11-21",
    )
    line.done("resident", "moved-out", "𤋮㛃𠮷", "--on", "2026-11-20", "--to", "县城")
    assert "迁走" in line.done("find", "𤋮㛃𠮷").out
    line.done("household", "void", "10003", "--reason", "搬空了")
    line.refused("household-unknown", "show", "10003")


def test_correcting_a_household(line):
    line.done(
        "household", "correct", "10001", "--set", "door_number=13号", "--set", "not_visited_until=2027-03-01"
    )
    said = line.done("show", "10001")
    assert "13号" in said.out
    assert "先不上门，到 2027年3月1日" in said.out
    line.refused("household-not-empty", "household", "void", "10001", "--reason", "x")


def test_phones_and_conditions(line):
    line.done("phone", "add", "王德顺", "199 0000 5555", "--whose", "本人")
    assert _member(line, "王德顺")["phones"][0]["number"] == "19900005555"
    line.json("phone", "add", "10003", "19900006666", "--household")
    assert line.json("show", "10003")["phones"][0]["number"] == "19900006666"
    line.refused("phone-form", "phone", "add", "王德顺", "不知道")
    line.done("condition", "add", "王德顺", "2型糖尿病", "--since", "2020")
    line.refused("condition-known", "condition", "add", "王德顺", "diabetes")
    line.refused("code-unknown", "condition", "add", "王德顺", "感冒")
    line.done("condition", "end", "王德顺", "diabetes", "--on", "2026-11-01")
    line.refused("nothing-to-change", "condition", "end", "王德顺", "diabetes")


def _member(line, name):
    return next(one for one in line.json("show", "10001")["members"] if one["name"] == name)


def test_plain_answers_never_show_record_ids(line):
    identifier = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7")
    for words in (
        ("find", "李"),
        ("show", "10001"),
        ("due",),
        ("explain", "李桂英"),
        ("status",),
        ("hamlet", "list"),
    ):
        assert not identifier.search(line.done(*words).out), words


def test_phones_are_shown_in_full(line):
    assert PHONES[0] in line.done("find", "李桂英").out
