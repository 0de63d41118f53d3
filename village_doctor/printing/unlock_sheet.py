"""The unlock-code sheet (开锁码): the code in very large fours, what it is for and where to keep it.

One A4 page, folded so that the code lies inside. It says whose data it opens by the clinic's name only.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.printing.flow import Flow
from village_doctor.printing.page import Sheets

_IN_A_ROW: Final = 3
_CODE_SIZE: Final = 40.0
_ROW: Final = 29.0


@dataclass(frozen=True, kw_only=True, slots=True)
class UnlockSheetContent:
    """`code_text` is the code in groups of four, however they are separated."""

    clinic: str
    code_text: str
    made_on: date


def unlock_sheet(content: UnlockSheetContent) -> bytes:
    """The sheet as a PDF: the same content gives the same bytes. Raises Problem `glyph-missing`."""
    sheets = Sheets(title=_("开锁码"))
    flow = Flow(sheets, left=20, right=20, top=18, bottom=12)
    _write_about(flow, content)
    half = sheets.height_mm / 2
    sheets.line(0, half, sheets.width_mm, half, grey=True, dashed=True)
    sheets.text(
        sheets.width_mm / 2, half - 6.5, _("沿虚线向里对折，把码折在里面"), size=11, align="center", grey=True
    )
    _write_code(flow, half + 12, content)
    return sheets.finish()


def _write_about(flow: Flow, content: UnlockSheetContent) -> None:
    made_on = content.made_on
    flow.heading(_("开锁码"))
    day = {"year": made_on.year, "month": made_on.month, "day": made_on.day}
    flow.paragraph(content.clinic, size=16, bold=True, align="center", after=0)
    flow.paragraph(fill(N_("{year}年{month}月{day}日印"), day), size=12, align="center", after=4)
    for title, text in (
        (
            _("做什么用"),
            _(
                "忘了密码，或者换了电脑要从优盘上的备份恢复，都靠它打开卫生室的数据。"
                "还没有和卫生院接上的时候，丢了它就没有别的办法。"
            ),
        ),
        (
            _("放在哪里"),
            _("装进信封封好，放在卫生院或者家里。不要夹在协议书的文件夹里，不要放在电脑旁边，不要拍照。"),
        ),
        (
            _("要当心"),
            _("拿到它的人能打开所有人的健康档案。用过一次，程序会换一张新的；新的印出来，旧的就撕掉。"),
        ),
    ):
        flow.paragraph(title, size=15, bold=True, after=0)
        flow.paragraph(text, size=14, after=2.5)


def _write_code(flow: Flow, y: float, content: UnlockSheetContent) -> None:
    """Each group with its number above it, so that two people can read it to each other."""
    sheets = flow.sheets
    groups = re.findall(r"[0-9A-Za-z]+", content.code_text)
    column = flow.width / _IN_A_ROW
    for number, group in enumerate(groups):
        x = flow.left + (number % _IN_A_ROW + 0.5) * column
        top = y + number // _IN_A_ROW * _ROW
        sheets.text(x, top, str(number + 1), size=11, align="center", grey=True)
        sheets.rectangle(x - column / 2 + 1, top + 5, column - 2, 19)
        sheets.text(x, top + 7.2, group, size=_CODE_SIZE, bold=True, align="center")
    rows = -(-len(groups) // _IN_A_ROW)
    sheets.paragraph(
        flow.left,
        y + rows * _ROW + 3,
        flow.width,
        _("按顺序输入，大小写都行，横线和空格可以不输。里面的 0 是零、1 是一，没有字母 I、L、O、U。"),
        size=13,
    )
