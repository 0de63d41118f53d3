"""The unlock-code sheet: the code can be read, and where it belongs is said."""

import dataclasses
import re
from datetime import date

import pytest

from tests.printing.paper import dark_share, fonts_of, page_texts, pixels, text_of
from village_doctor.domain.problems import Problem
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.printing.unlock_sheet import UnlockSheetContent, unlock_sheet

CODE = UnlockCode(bytes(range(16)))
CONTENT = UnlockSheetContent(clinic="石桥村卫生室", code_text=CODE.text, made_on=date(2026, 11, 22))


def test_it_is_one_page_with_clinic_day_and_advice() -> None:
    pdf = unlock_sheet(CONTENT)
    assert len(page_texts(pdf)) == 1
    text = text_of(pdf)
    for part in (
        "开锁码",
        "石桥村卫生室",
        "2026年11月22日",
        "装进信封封好",
        "不要夹在协议书的文件夹里",
        "不要放在电脑旁边",
        "对折",
    ):
        assert part in text


def test_the_code_is_read_back_and_opens() -> None:
    (page,) = page_texts(unlock_sheet(CONTENT))
    groups = re.findall(r"(?m)\b[0-9A-Z]{4}\b", page.split("对折")[1])
    assert len(groups) == 7
    assert UnlockCode.parse(" ".join(groups)) == CODE


def test_the_code_lies_below_the_fold() -> None:
    code_free = dataclasses.replace(CONTENT, code_text="")
    with_code, without = (pixels(unlock_sheet(content), 72) for content in (CONTENT, code_free))
    upper = (0, 0, 595, 418)
    assert with_code.crop(upper).tobytes() == without.crop(upper).tobytes()
    assert dark_share(with_code, (20, 155, 190, 260), 72) > 0.03


def test_the_widest_letters_stay_in_their_places() -> None:
    wide = unlock_sheet(dataclasses.replace(CONTENT, code_text="-".join(["WMWM"] * 7)))
    (page,) = page_texts(wide)
    assert re.findall(r"\bWMWM\b", page) == ["WMWM"] * 7
    column = 170 / 3
    between = (20 + column - 0.7, 168, 20 + column + 0.7, 180)
    assert dark_share(pixels(wide, 254), between, 254) == 0


def test_a_long_clinic_name_does_not_reach_the_fold() -> None:
    long = unlock_sheet(dataclasses.replace(CONTENT, clinic="石桥镇石桥村" * 8 + "卫生室"))
    assert len(page_texts(long)) == 1
    assert dark_share(pixels(long, 72), (0, 134, 210, 140), 72) == 0


def test_fonts_bytes_and_refused_characters() -> None:
    pdf = unlock_sheet(CONTENT)
    assert pdf == unlock_sheet(CONTENT)
    assert fonts_of(pdf)
    assert all(fonts_of(pdf).values())
    with pytest.raises(Problem) as raised:
        unlock_sheet(dataclasses.replace(CONTENT, clinic="\U00032000村卫生室"))
    assert raised.value.code == "glyph-missing"
