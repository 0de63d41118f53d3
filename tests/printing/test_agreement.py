"""The agreement: read back word by word, neutral where neighbours may read, marked until it is signed."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pypdf
import pytest

from tests.printing.paper import fonts_of, page_texts, pixels, read_by_zbar, read_by_zxing, text_of
from tests.printing.test_cards import code
from village_doctor.domain.agreement import parse_clauses
from village_doctor.domain.problems import Problem
from village_doctor.foundation.resources import read_toml
from village_doctor.printing.agreement import (
    AgreementContent,
    AgreementMember,
    AgreementPackage,
    agreement,
)

CLAUSES = parse_clauses("clauses.toml", read_toml("agreement/clauses.toml").data)
DRAFT_MARK = "草稿，签字后生效"

BASIC = AgreementPackage(
    key="basic",
    name="基本服务包",
    items=(("建立和更新健康档案", "需要时"), ("健康评估", "每年 1 次")),
)
PRESSURE = AgreementPackage(
    key="hypertension",
    name="高血压服务包",
    items=(("面对面随访，量血压，指导用药和生活方式", "每年 4 次"),),
    price="价钱：每年 60.00 元。",
)
PROTECTED = AgreementPackage(
    key="calm",
    name="个性化服务包（代码 10）",
    items=(),
    note="服务的内容和次数由医生当面向本人或监护人说明。",
)
GRANDMOTHER = AgreementMember(
    name="李桂英",
    sex="女",
    birth_date=date(1956, 5, 3),
    relation="妻",
    document="990101195605030020",
    groups="老年人、高血压患者",
    packages=("basic", "hypertension"),
    signer="本人",
)
RARE = replace(GRANDMOTHER, name="王𤋮𠮷", document="没有证件", groups="10", packages=("basic", "calm"))
CHILD = replace(
    GRANDMOTHER,
    name="王思琪",
    birth_date=date(2019, 2, 28),
    relation="孙女",
    groups="一般人群",
    packages=("basic",),
    signer="监护人，写明关系",
)


def content(**given: Any) -> AgreementContent:
    values: dict[str, Any] = {
        "number": "2026-10001",
        "mark": DRAFT_MARK,
        "party_a": "青石镇卫生院",
        "party_a_phone": "",
        "clinic": "石桥湾村卫生室",
        "provider": "王守仁",
        "township_doctor": "",
        "clinic_phone": "19900001234",
        "head": "王德顺",
        "household_number": "10001",
        "address": "石桥湾王家屋场大樟树旁",
        "phone": "19900007788（女儿）",
        "members": (GRANDMOTHER, RARE, CHILD),
        "packages": (BASIC, PRESSURE, PROTECTED),
        "starts_on": date(2026, 11, 23),
        "ends_on": date(2028, 11, 22),
        "years": 2,
        "term": "签字晚于开始那天的，从签字那天算起，签满 2 年。",
        "fees": ("签约服务费一共 120.00 元。",),
        "clauses": CLAUSES,
        "copies": 3,
        "code": code(1),
        **given,
    }
    return AgreementContent(**values)


def test_everything_that_was_agreed_can_be_read():
    text = text_of(agreement(content()))
    for words in (
        "协议编号2026-10001",
        "甲方青石镇卫生院",
        "签约医生王守仁",
        "村卫生室石桥湾村卫生室",
        "乙方户主王德顺",
        "19900007788（女儿）",
        "李桂英女1956-05-03妻990101195605030020老年人、高血压患者",
        "王𤋮𠮷",
        "面对面随访，量血压，指导用药和生活方式每年4次",
        "价钱：每年60.00元。",
        "从2026年11月23日到2028年11月22日，共2年。",
        "签字晚于开始那天的",
        "签约服务费一共120.00元。",
        "本协议一式3份",
        "甲方（盖章）",
        "乙方代表（签字）",
        "监护人，写明关系",
    ):
        assert words in text, words


def test_every_clause_of_the_file_is_printed_in_its_order():
    text = text_of(agreement(content()))
    # The running head and foot of a page may stand inside a clause: what is compared stops at the first mark.
    starts = [
        text.find("".join(clause.text.split("，")[0].split("。")[0].split()))
        for section in CLAUSES.sections
        for clause in section.clauses
    ]
    assert -1 not in starts
    assert starts == sorted(starts)
    for section in CLAUSES.sections:
        assert f"、{section.title}" in text


def test_a_draft_says_so_on_every_page():
    long = content(members=tuple(replace(GRANDMOTHER, name=f"李桂{n}") for n in range(20)))
    pages = page_texts(agreement(long))
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        words = "".join(page.split())
        assert DRAFT_MARK in words
        assert f"第{number}页共{len(pages)}页" in words
        assert "2026-10001" in words, "no page can get lost among those of another contract"


def test_a_signed_one_has_no_mark_and_names_who_signed_and_when():
    signed = replace(GRANDMOTHER, evidence="本人签字", agreed_on=date(2026, 11, 24))
    told = replace(RARE, evidence="电话告诉过本人", agreed_on=date(2026, 11, 20))
    text = text_of(
        agreement(
            content(
                mark="",
                term="",
                members=(signed, told),
                representative="王德顺",
                representative_relation="户主",
                signed_on=date(2026, 11, 24),
            )
        )
    )
    assert "草稿" not in text
    assert "乙方代表姓名：王德顺" in text
    assert "和户主的关系：户主" in text
    assert "日期：2026年11月24日" in text
    assert "本人签字2026-11-24" in text
    assert "电话告诉过本人2026-11-20" in text


def test_a_package_without_items_says_why():
    text = text_of(agreement(content()))
    assert "个性化服务包（代码10）服务的内容和次数由医生当面向本人或监护人说明。" in text


def ticks_of(pdf: bytes) -> int:
    """How many ticks are drawn: open strokes of three points, two bent lines."""
    count = 0
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    for page in reader.pages:
        points = 0
        contents = page.get_contents()
        assert contents is not None
        for _operands, operator in pypdf.generic.ContentStream(contents, reader).operations:
            points = {b"m": 1, b"l": points + 1}.get(operator, points)
            if operator == b"S":
                count += points == 3
                points = 0
    return count


def test_every_member_has_a_tick_at_each_of_her_packages():
    assert ticks_of(agreement(content())) == 2 + 2 + 1
    many = tuple(replace(PRESSURE, key=f"p{n}", name=f"{n}号服务包") for n in range(7))
    all_of_them = replace(GRANDMOTHER, packages=tuple(one.key for one in many))
    assert ticks_of(agreement(content(packages=many, members=(all_of_them, CHILD)))) == 7


@pytest.mark.parametrize("dpi", [300, 200, 150])
def test_the_code_on_the_first_page_is_read_by_two_decoders(dpi, tmp_path):
    picture = pixels(agreement(content()), dpi)
    assert read_by_zxing(picture) == [code(1)]
    assert read_by_zbar(picture, tmp_path) == [code(1)]


def test_fonts_bytes_and_metadata():
    pdf = agreement(content())
    assert pdf == agreement(content())
    assert all(fonts_of(pdf).values())
    assert all(name[7:8] == "+" and "Helvetica" not in name for name in fonts_of(pdf))
    information = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert information is not None
    assert information.title == "家庭医生签约服务协议书"
    assert not any(name in str(value) for value in information.values() for name in ("李桂英", "王德顺"))


def test_body_type_is_large_enough_for_old_eyes():
    sizes: dict[float, int] = {}
    reader = pypdf.PdfReader(io.BytesIO(agreement(content())))

    def seen(text: str, _cm: object, _tm: object, _font: object, size: float) -> None:
        sizes[round(size, 1)] = sizes.get(round(size, 1), 0) + len(text.strip())

    for page in reader.pages:
        page.extract_text(visitor_text=seen)
    small = sum(count for size, count in sizes.items() if size < 10.5)
    assert small <= 25 * len(reader.pages), "only the number at the head and the page at the foot are smaller"


def test_a_character_that_no_font_has_is_refused_before_anything_is_drawn():
    with pytest.raises(Problem) as caught:
        agreement(content(head="\U00013000"))
    assert caught.value.code == "glyph-missing"


def lowest_mm(pdf: bytes) -> float:
    """The height above the lower edge of the lowest line or text of any page."""
    lowest = 297.0
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    for page in reader.pages:
        contents = page.get_contents()
        assert contents is not None
        for operands, operator in pypdf.generic.ContentStream(contents, reader).operations:
            places = {b"Tm": [5], b"re": [1], b"m": [1], b"l": [1]}.get(operator, [])
            lowest = min([lowest, *(float(operands[place]) * 25.4 / 72 for place in places)])
    return lowest


def test_the_places_for_signing_stay_together_on_one_page():
    for count in range(1, 12):
        members = tuple(replace(GRANDMOTHER, name=f"李桂{n}") for n in range(count))
        last = "".join(page_texts(agreement(content(members=members)))[-1].split())
        assert "本协议一式" in last
        assert "甲方（盖章）" in last
        assert last.count("日期：") == 2
        assert lowest_mm(agreement(content(members=members))) > 9, "nothing stands below the foot of the page"


def test_long_names_and_addresses_stay_inside_the_margins():
    long = replace(GRANDMOTHER, name="阿卜杜热西提·买买提艾力·吐尔逊江" * 3, groups="高血压患者、" * 9)
    pdf = agreement(content(members=(long,), address="某" * 90, party_a="某" * 60, provider="某" * 50))
    for page in range(1, len(page_texts(pdf)) + 1):
        picture = pixels(pdf, 72, page)
        right = picture.crop((round(192 * 72 / 25.4), 0, picture.width, picture.height))
        assert min(right.tobytes()) > 200, f"something stands in the right margin of page {page}"
