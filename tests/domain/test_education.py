"""Topics of health education: resources/education/, contents from education-topics.md."""

import copy
import re
import tomllib
from pathlib import Path

import pytest

from village_doctor.domain.education import EducationTopic, parse_education
from village_doctor.domain.problems import Problem

FILE = Path(__file__).parents[2] / "resources" / "education" / "blood_pressure_salt.toml"


def read() -> dict:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def shipped() -> EducationTopic:
    return parse_education(FILE.name, read())


def test_blood_pressure_and_salt_is_there() -> None:
    topic = shipped()
    assert (topic.code, topic.title) == (FILE.stem, "血压和盐")
    assert [section.key for section in topic.sections] == ["salt", "medicine", "measuring"]
    assert topic.version >= 1


def test_its_figures_are_those_of_the_reference() -> None:
    topic = shipped()
    text = "".join(line.text for section in topic.sections for line in section.lines)
    assert set(re.findall(r"[0-9/]+", text)) == {"5", "135/85", "180/110"}
    for needed in ("5 克", "先坐着歇 5 分钟", "135/85 或更高", "180/110 或更高", "普利", "沙坦", "螺内酯"):
        assert needed in text
    emergency = "".join(line.text for line in topic.call_120)
    for sign in ("嘴歪", "说话不清", "没力气", "胸口", "躺不平", "120", "不要自己来卫生室"):
        assert sign in emergency


def test_every_sentence_says_where_it_comes_from() -> None:
    topic = shipped()
    lines = [*topic.call_120, *(line for section in topic.sections for line in section.lines)]
    assert all(line.source for line in lines)
    assert {line.mark for line in lines} <= {"V", "K", "D"}
    verified = {name for line in lines if line.mark == "V" for name in line.source.split("；")}
    assert {name for name in verified if "（" in name} <= set(topic.source.split("；"))


def broken(*path: object, value: object = None) -> dict:
    data = copy.deepcopy(read())
    place: object = data
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    if value is None:
        del place[path[-1]]  # type: ignore[attr-defined]
    else:
        place[path[-1]] = value  # type: ignore[index]
    return data


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (broken("title"), "文件本身"),
        (broken("source"), "文件本身"),
        (broken("call_120"), "文件本身"),
        (broken("sections", 0, "lines"), "salt"),
        (broken("sections", 0, "lines", 0, "source"), "salt 1"),
        (broken("sections", 0, "lines", 0, "mark", value="X"), "salt 1"),
        (broken("sections", 1, "extra", value="x"), "medicine"),
        (broken("call_120", "more", value="x"), "call_120"),
        (broken("call_120", "lines", value=[]), "call_120"),
        (broken("more", value="x"), "文件本身"),
    ],
)
def test_a_mistake_is_refused_with_its_place(data: dict, field: str) -> None:
    with pytest.raises(Problem) as raised:
        parse_education("education/x.toml", data)
    assert raised.value.code == "data-file"
    assert raised.value.values["file"] == "education/x.toml"
    assert raised.value.values["field"] == field
