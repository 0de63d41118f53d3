"""The agreement (家庭医生签约服务协议书): who with whom, what for whom, how long, for how much, and who signs for whom.

Everything that may not be read by others has been made neutral by the caller; nothing is decided here. What is not
signed yet says so on every page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.agreement import CONSENT, AgreementClauses, ClauseSection
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.printing.cards import QR_SIDE
from village_doctor.printing.flow import Flow
from village_doctor.printing.page import MM, Sheets

BODY: Final = 11.0
_QUIET: Final = 2.1  # the code's white edge stands in the margin
_TABLE: Final = 10.5
_PADDING: Final = 1.4
_MARGIN: Final = 20.0
_TOP: Final = 19.0
_RUNNING_HEAD: Final = 9.0
_TICK: Final = 3.6
_NAME_WIDTH: Final = 34.0
_MOST_PACKAGES: Final = 5
_SIGNING_ROW: Final = 12.0
_BOXES: Final = 57.0
_NUMERALS: Final = (
    "一",
    "二",
    "三",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "十",
    "十一",
    "十二",
    "十三",
    "十四",
    "十五",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementMember:
    """`groups`: 老年人、高血压患者 …, protected ones as their code. `packages`: keys of `AgreementPackage`. `signer`: who
    signs for her; `evidence` and `agreed_on`: how and when she agreed, empty while the paper waits for the pen."""

    name: str
    sex: str
    birth_date: date
    relation: str
    document: str
    groups: str
    packages: tuple[str, ...]
    signer: str
    evidence: str = ""
    agreed_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementPackage:
    """`items`: service (with its condition) and how often, in words; `note`: said instead of or after them. `price`: in words or empty."""

    key: str
    name: str
    items: tuple[tuple[str, str], ...]
    price: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementContent:
    """All that is printed. `mark`: said on every page of a paper that binds nobody (yet), or empty. `term`: the rule for
    a later signature, or empty. `signed_on`, `representative`: of a signed one. `code`: digits of `card.md`."""

    number: str
    mark: str
    party_a: str
    party_a_phone: str
    clinic: str
    provider: str
    township_doctor: str
    clinic_phone: str
    head: str
    household_number: str
    address: str
    phone: str
    members: tuple[AgreementMember, ...]
    packages: tuple[AgreementPackage, ...]
    starts_on: date
    ends_on: date
    years: int
    term: str
    fees: tuple[str, ...]
    clauses: AgreementClauses
    copies: int
    code: str
    representative: str = ""
    representative_relation: str = ""
    signed_on: date | None = None


class _Marked(Sheets):
    """Every page carries the number of the contract, and what the paper is where it is no signed one."""

    def __init__(self, *, title: str, number: str, mark: str) -> None:
        super().__init__(title=title)
        self._number: Final = number
        self._mark: Final = mark
        self._head()

    def new_page(self) -> None:
        super().new_page()
        self._head()

    def _head(self) -> None:
        if self.page > 1:  # the first one has it in the title
            number = fill(_("协议编号 {number}"), {"number": self._number})
            self.text(_MARGIN, _RUNNING_HEAD, number, size=9, grey=True)
        if self._mark:
            wide = self.width_of(self._mark, size=12, bold=True)
            right = self.width_mm - _MARGIN
            self.rectangle(right - wide - 4, _RUNNING_HEAD - 2, wide + 4, 8, width_pt=1)
            self.text(right - 2, _RUNNING_HEAD - 0.2, self._mark, size=12, bold=True, align="right")


class _Chapters:
    """Numbers the chapters: 一、二、三 …"""

    def __init__(self, flow: Flow) -> None:
        self._flow: Final = flow
        self._count = 0

    def begin(self, title: str) -> None:
        numeral = _NUMERALS[self._count]
        self._count += 1
        self._flow.heading(fill(_("{numeral}、{title}"), {"numeral": numeral, "title": title}), 2)


def agreement(content: AgreementContent) -> bytes:
    """The paper as a PDF. Raises Problem `glyph-missing`."""
    sheets = _Marked(title=_("家庭医生签约服务协议书"), number=content.number, mark=content.mark)
    sheets.footer(lambda page, pages: fill(_("第 {page} 页 共 {pages} 页"), {"page": page, "pages": pages}))
    flow = Flow(sheets, left=_MARGIN, right=_MARGIN, top=_TOP, bottom=20)
    chapters = _Chapters(flow)
    _title(flow, content)
    chapters.begin(_("签约双方"))
    _parties(flow, content)
    chapters.begin(_("签约成员"))
    _members(flow, content)
    chapters.begin(_("每位成员签的服务包"))
    _matrix(flow, content)
    chapters.begin(_("服务清单"))
    for package in content.packages:
        _package(flow, package)
    chapters.begin(_("签约期"))
    _term(flow, content)
    chapters.begin(_("费用"))
    for line in content.fees:
        flow.paragraph(line, size=BODY, after=0.8)
    for section in content.clauses.sections:
        chapters.begin(section.title)
        _clauses(flow, section)
        if section.key == CONSENT:
            chapters.begin(_("签字"))
            _signatures(flow, content)
    return sheets.finish()


def _title(flow: Flow, content: AgreementContent) -> None:
    """Title at the left, the code at the right of it."""
    sheets, top = flow.sheets, flow.y
    right = flow.left + flow.width
    sheets.qr(right - QR_SIDE + _QUIET, top, QR_SIDE, content.code)
    sheets.text(flow.left, top + 4, _("家庭医生签约服务协议书"), size=20, bold=True)
    number = fill(_("协议编号 {number}"), {"number": content.number})
    sheets.text(flow.left, top + 15, number, size=12)
    flow.space(QR_SIDE)


def _parties(flow: Flow, content: AgreementContent) -> None:
    rows = (
        (_("甲方"), content.party_a, _("电话"), content.party_a_phone),
        (_("签约医生"), content.provider, _("电话"), content.clinic_phone),
        (_("村卫生室"), content.clinic, _("卫生院医生"), content.township_doctor),
        (_("乙方户主"), content.head, _("电话"), content.phone),
        (_("住址"), content.address, _("户号"), content.household_number),
    )
    flow.table((("", 25), ("", 69), ("", 25), ("", 51)), rows, size=_TABLE)


def _members(flow: Flow, content: AgreementContent) -> None:
    columns = (
        (_("姓名"), 30.0),
        (_("性别"), 12.0),
        (_("出生日期"), 26.0),
        (_("与户主关系"), 24.0),
        (_("证件号码"), 44.0),
        (_("人群"), 34.0),
    )
    rows = [
        (one.name, one.sex, one.birth_date.isoformat(), one.relation, one.document, one.groups)
        for one in content.members
    ]
    flow.table(columns, rows, size=_TABLE, aligns=("left", "center", "center", "center"))


def _matrix(flow: Flow, content: AgreementContent) -> None:
    """Members × packages, at most five packages side by side."""
    for first in range(0, len(content.packages), _MOST_PACKAGES):
        _ticks(flow, content.members, content.packages[first : first + _MOST_PACKAGES])


def _ticks(flow: Flow, members: Sequence[AgreementMember], packages: Sequence[AgreementPackage]) -> None:
    sheets = flow.sheets
    wide = min((flow.width - _NAME_WIDTH) / len(packages), 45.0)
    inner = wide - 2 * _PADDING
    titles = max(sheets.height_of(inner, one.name, size=_TABLE, bold=True, leading=1.3) for one in packages)

    def head() -> None:
        y, height = flow.y, titles + 2 * _PADDING
        sheets.rectangle(flow.left, y, _NAME_WIDTH, height, fill_grey=0.92)
        sheets.text(
            flow.left + _NAME_WIDTH / 2,
            y + (height - 3.7) / 2,
            _("姓名"),
            size=_TABLE,
            bold=True,
            align="center",
        )
        for column, package in enumerate(packages):
            x = flow.left + _NAME_WIDTH + column * wide
            sheets.rectangle(x, y, wide, height, fill_grey=0.92)
            own = sheets.height_of(inner, package.name, size=_TABLE, bold=True, leading=1.3)
            sheets.paragraph(
                x + _PADDING,
                y + (height - own) / 2,
                inner,
                package.name,
                size=_TABLE,
                bold=True,
                leading=1.3,
                align="center",
            )
        flow.space(height)

    rows = [_height_of_name(sheets, one.name) for one in members]
    flow.keep(titles + 2 * _PADDING + rows[0])
    head()
    for member, height in zip(members, rows, strict=True):
        if height > flow.room:
            flow.new_page()
            head()
        y = flow.y
        sheets.rectangle(flow.left, y, _NAME_WIDTH, height)
        sheets.paragraph(
            flow.left + _PADDING,
            y + _PADDING,
            _NAME_WIDTH - 2 * _PADDING,
            member.name,
            size=_TABLE,
            leading=1.35,
        )
        for column, package in enumerate(packages):
            x = flow.left + _NAME_WIDTH + column * wide
            sheets.rectangle(x, y, wide, height)
            sheets.tick_box(
                x + (wide - _TICK) / 2, y + (height - _TICK) / 2, _TICK, ticked=package.key in member.packages
            )
        flow.space(height)
    flow.space(3)


def _height_of_name(sheets: Sheets, name: str) -> float:
    return sheets.height_of(_NAME_WIDTH - 2 * _PADDING, name, size=_TABLE, leading=1.35) + 2 * _PADDING


def _package(flow: Flow, package: AgreementPackage) -> None:
    flow.heading(package.name, 3)
    if package.items:
        flow.table(((_("服务项目"), 128.0), (_("次数"), 42.0)), package.items, size=_TABLE, after=1)
    for line in (package.note, package.price):
        if line:
            flow.paragraph(line, size=_TABLE, after=0.5)
    flow.space(1.5)


def _term(flow: Flow, content: AgreementContent) -> None:
    values = {"first": _day(content.starts_on), "last": _day(content.ends_on), "years": content.years}
    flow.paragraph(fill(_("从 {first}到 {last}，共 {years} 年。"), values), size=BODY, after=0.8)
    if content.term:
        flow.paragraph(content.term, size=BODY, after=0.8)


def _clauses(flow: Flow, section: ClauseSection) -> None:
    """Numbered, the number standing free at the left."""
    for number, clause in enumerate(section.clauses, start=1):
        step = BODY * 1.5 / MM
        flow.keep(step * min(2, len(flow.sheets.lines_of(flow.width - 7, clause.text, size=BODY))))
        flow.sheets.text(flow.left, flow.y + (step - BODY / MM) / 2, f"{number}.", size=BODY)
        flow.paragraph(clause.text, size=BODY, indent=7, after=0.6)


def _signatures(flow: Flow, content: AgreementContent) -> None:
    _signing_rows(flow, content)
    copies = fill(_("本协议一式 {copies} 份，甲方、乙方都要留一份。"), {"copies": content.copies})
    flow.keep(_BOXES + 9)
    flow.paragraph(copies, size=BODY, after=3)
    sheets, top, half = flow.sheets, flow.y, flow.width / 2
    for x, lines in ((flow.left, _party_a_lines(content)), (flow.left + half, _party_b_lines(content))):
        sheets.rectangle(x, top, half, _BOXES)
        y = top + 4
        for line, gap in lines:
            sheets.text(x + 4, y, line, size=BODY)
            y += gap
    flow.space(_BOXES)


def _party_a_lines(content: AgreementContent) -> tuple[tuple[str, float], ...]:
    return (
        (_("甲方（盖章）："), 26.0),
        (_("签约医生（签字）："), 15.0),
        (_date_line(content.signed_on), 0.0),
    )


def _party_b_lines(content: AgreementContent) -> tuple[tuple[str, float], ...]:
    return (
        (_("乙方代表（签字）："), 14.0),
        (fill(_("乙方代表姓名：{name}"), {"name": content.representative}), 12.0),
        (fill(_("和户主的关系：{relation}"), {"relation": content.representative_relation}), 15.0),
        (_date_line(content.signed_on), 0.0),
    )


def _date_line(signed_on: date | None) -> str:
    if signed_on is None:
        return _("日期：　　　　年　　　月　　　日")
    return fill(_("日期：{day}"), {"day": _day(signed_on)})


def _signing_rows(flow: Flow, content: AgreementContent) -> None:
    """One row a member, high enough for a pen."""
    columns = (
        (_("成员"), 34.0),
        (_("谁签"), 34.0),
        (_("签字；没签字的，怎样告诉了本人"), 72.0),
        (_("日期"), 30.0),
    )

    def row(texts: Sequence[str], height: float, *, bold: bool = False) -> None:
        x = flow.left
        for text, (_title_of, wide) in zip(texts, columns, strict=True):
            flow.sheets.rectangle(x, flow.y, wide, height, fill_grey=0.92 if bold else None)
            own = flow.sheets.height_of(wide - 2 * _PADDING, text, size=_TABLE, bold=bold, leading=1.25)
            flow.sheets.paragraph(
                x + _PADDING,
                flow.y + (height - own) / 2,
                wide - 2 * _PADDING,
                text,
                size=_TABLE,
                bold=bold,
                leading=1.25,
                align="center" if bold else "left",
            )
            x += wide
        flow.space(height)

    titles = tuple(title for title, _wide in columns)
    flow.keep(8 + _SIGNING_ROW)
    row(titles, 8, bold=True)
    for one in content.members:
        texts = (one.name, one.signer, one.evidence, one.agreed_on.isoformat() if one.agreed_on else "")
        needed = max(
            flow.sheets.height_of(wide - 2 * _PADDING, text, size=_TABLE, leading=1.25)
            for text, (_title_of, wide) in zip(texts, columns, strict=True)
        )
        height = max(_SIGNING_ROW, needed + 2 * _PADDING)
        if height > flow.room:
            flow.new_page()
            row(titles, 8, bold=True)
        row(texts, height)
    flow.space(4)


def _day(value: date) -> str:
    """2026 年 11 月 23 日"""
    return fill(
        _("{year} 年 {month} 月 {day} 日"), {"year": value.year, "month": value.month, "day": value.day}
    )
