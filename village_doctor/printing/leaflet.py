"""The personal leaflet (健康教育单): blood pressure and salt for one person, on one A4 page in large type.

Her own readings and target, what to do, when to come again, when to call 120, whom to ask. Every sentence is
handed in; nothing is judged here. What does not fit goes on a second page, never into small type.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.printing.flow import Flow
from village_doctor.printing.page import MM, Sheets

SHOWN_READINGS: Final = 8

_MARGIN: Final = 17.0
_BODY: Final = 16.0
_HEADING: Final = 22.0
_LEADINGS: Final = (1.7, 1.6, 1.5, 1.4, 1.3, 1.22)  # the widest that keeps everything on one page
_BULLET: Final = 5.5
_CURVE_HEIGHT: Final = 47.0
_FIGURE: Final = 11.0


@dataclass(frozen=True, kw_only=True, slots=True)
class LeafletTopic:
    """A heading and its sentences."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeafletContent:
    """What stands on the leaflet. `readings` are (day, systolic, diastolic) in mmHg; the last eight are drawn.

    `target`: the first line is the aim, in large type, further lines (where it comes from) in small. `next_on`
    and `next_what`: when to come again and what for. `source`: where topics and emergency signs come from.
    """

    name: str
    clinic: str
    doctor: str
    phone: str
    made_on: date
    readings: tuple[tuple[date, int, int], ...]
    target: str
    next_on: date | None
    next_what: str
    topics: tuple[LeafletTopic, ...]
    call_120: tuple[str, ...]
    source: str


def leaflet(content: LeafletContent) -> bytes:
    """The leaflet as a PDF: the same content gives the same bytes. Raises Problem `glyph-missing`."""
    sheets = _written(content, _LEADINGS[0])
    for leading in _LEADINGS[1:]:
        if sheets.page_count == 1:
            break
        sheets = _written(content, leading)
    return sheets.finish()


def _written(content: LeafletContent, leading: float) -> Sheets:
    sheets = Sheets(title=_("血压和盐"))
    flow = Flow(sheets, left=_MARGIN, right=_MARGIN, top=12, bottom=10)
    _write_title(flow, content)
    _write_readings(flow, content)
    for topic in content.topics:
        _write_topic(flow, topic, leading)
    _write_emergency(flow, content.call_120, leading)
    _write_foot(flow, content, leading)
    return sheets


def _write_title(flow: Flow, content: LeafletContent) -> None:
    sheets = flow.sheets
    right = flow.left + flow.width
    what = _("血压和盐")
    room = flow.width - sheets.width_of(what, size=_HEADING, bold=True) - 8
    size = 30.0 if sheets.width_of(content.name, size=30, bold=True) <= room else _HEADING
    below = sheets.paragraph(flow.left, flow.y, room, content.name, size=size, bold=True, leading=1.25)
    sheets.text(right, flow.y + 3, what, size=_HEADING, bold=True, align="right")
    sheets.line(flow.left, below + 2, right, below + 2, width_pt=1.2)
    flow.space(below + 2 - flow.y + 4)


def _write_readings(flow: Flow, content: LeafletContent) -> None:
    readings = sorted(content.readings, key=lambda reading: reading[0])[-SHOWN_READINGS:]
    sheets, y = flow.sheets, flow.y
    if not readings:
        flow.paragraph(_("还没有血压记录，到卫生室来量一量。"), size=_BODY, after=2)
        _write_target(flow, content.target)
        return
    day, systolic, diastolic = readings[-1]
    left_width = 68.0 if len(readings) > 1 else flow.width
    sheets.text(flow.left, y, _("最近一次血压"), size=_BODY)
    sheets.text(flow.left, y + 9, f"{systolic}/{diastolic}", size=48, bold=True)
    unit = fill(N_("毫米汞柱　{day}"), {"day": _full_day(day)})
    sheets.paragraph(flow.left, y + 29, left_width, unit, size=_BODY, leading=1.3)
    if len(readings) > 1:
        _draw_curve(sheets, flow.left + left_width + 8, y, flow.width - left_width - 8, readings)
    flow.space(_CURVE_HEIGHT + 2 if len(readings) > 1 else 42)
    _write_target(flow, content.target)


def _write_target(flow: Flow, target: str) -> None:
    aim, _end, origin = target.partition("\n")
    if aim:
        flow.paragraph(aim, size=20, bold=True, leading=1.3, after=0 if origin else 2.5)
    if origin:
        flow.paragraph(origin, size=11, leading=1.3, grey=True, after=2.5)


def _draw_curve(
    sheets: Sheets, x: float, y: float, width: float, readings: list[tuple[date, int, int]]
) -> None:
    """Both pressures with their figures; the days below. Places are even: it shows the way, not the calendar."""
    highs, lows = [reading[1] for reading in readings], [reading[2] for reading in readings]
    low, high = min(*highs, *lows), max(*highs, *lows)
    size = _FIGURE / MM
    top, foot = y + size + 2, y + _CURVE_HEIGHT - 2 * size - 5
    side = 13.0  # for the names of the two lines
    step = (width - side - 8) / (len(readings) - 1)
    across = [x + side + 2 + number * step for number in range(len(readings))]
    scale = (foot - top) / max(1, high - low)
    sheets.line(x + side - 3, foot + size + 3, x + width, foot + size + 3, grey=True)
    for name, values, is_upper in ((_("高压"), highs, True), (_("低压"), lows, False)):
        heights = [foot - (value - low) * scale for value in values]
        points = list(zip(across, heights, strict=True))
        sheets.text(x, heights[0] - size / 2, name, size=12)
        sheets.polyline(points, width_pt=1.4)
        for number, (place, height) in enumerate(points):
            gap = (highs[number] - lows[number]) * scale
            above = is_upper != (gap > 3 * size and _is_valley(heights, number, is_upper))
            sheets.dot(place, height, 0.9)
            beside = height - size - 1.8 if above else height + 1.6
            sheets.text(place, beside, str(values[number]), size=_FIGURE, align="center")
    for place, reading in zip(across, readings, strict=True):
        sheets.text(place, foot + size + 4.5, f"{reading[0]:%m-%d}", size=10, align="center")


def _is_valley(heights: list[float], number: int, is_upper: bool) -> bool:
    """Do the lines to both neighbours run where the figure would stand? (Heights grow downwards.)"""
    beside = heights[max(0, number - 1) : number] + heights[number + 1 : number + 2]
    steep = 1.0
    if is_upper:
        return all(heights[number] - other > steep for other in beside)
    return all(other - heights[number] > steep for other in beside)


def _write_topic(flow: Flow, topic: LeafletTopic, leading: float) -> None:
    flow.keep(_HEADING * 1.4 / MM + _height(flow, topic.lines, leading))
    flow.paragraph(topic.title, size=_HEADING, bold=True, leading=1.4, after=0)
    for line in topic.lines:
        _write_point(flow, line, leading)
    flow.space(1.5)


def _write_point(flow: Flow, line: str, leading: float, *, inset: float = 0, bold: bool = False) -> None:
    step = _BODY * leading / MM
    flow.keep(_height(flow, (line,), leading, inset=inset, bold=bold))
    flow.sheets.dot(flow.left + inset + 1.5, flow.y + step / 2, 0.9)
    below = flow.sheets.paragraph(
        flow.left + inset + _BULLET,
        flow.y,
        flow.width - 2 * inset - _BULLET,
        line,
        size=_BODY,
        bold=bold,
        leading=leading,
    )
    flow.space(below - flow.y)


def _height(
    flow: Flow, lines: tuple[str, ...], leading: float, *, inset: float = 0, bold: bool = False
) -> float:
    width = flow.width - 2 * inset - _BULLET
    return sum(flow.sheets.height_of(width, line, size=_BODY, bold=bold, leading=leading) for line in lines)


def _write_emergency(flow: Flow, lines: tuple[str, ...], leading: float) -> None:
    """In a frame that is seen first."""
    inset = 4.0
    title = _HEADING * 1.5 / MM
    height = title + _height(flow, lines, leading, inset=inset, bold=True) + 3
    flow.keep(height + 3)
    flow.space(1)
    flow.sheets.rectangle(flow.left, flow.y, flow.width, height, width_pt=2)
    flow.sheets.paragraph(
        flow.left + inset,
        flow.y + 1,
        flow.width - 2 * inset,
        _("什么时候打 120"),
        size=_HEADING,
        bold=True,
        leading=1.4,
    )
    flow.space(title)
    for line in lines:
        _write_point(flow, line, leading, inset=inset, bold=True)
    flow.space(3 + 3)


def _write_foot(flow: Flow, content: LeafletContent, leading: float) -> None:
    sheets = flow.sheets
    come = []
    if content.next_on is not None:
        values = {"day": _full_day(content.next_on), "what": content.next_what}
        come = [fill(N_("下次：{day}　{what}"), values).rstrip("　")]
    who = fill(N_("{clinic}　{doctor}"), {"clinic": content.clinic, "doctor": content.doctor}).strip("　")
    call = [fill(N_("有事打电话：{phone}"), {"phone": content.phone})] if content.phone else []
    large = [(text, 20.0) for text in (*come, *call)] + [(who, _BODY)]
    made = fill(N_("{day}印　依据：{source}"), {"day": _full_day(content.made_on), "source": content.source})
    small = sheets.height_of(flow.width, made, size=9, leading=1.3)
    tall = sum(sheets.height_of(flow.width, text, size=size, bold=True, leading=1.35) for text, size in large)
    flow.keep(tall + small + 2)
    for text, size in large:
        flow.paragraph(text, size=size, bold=True, leading=1.35, after=0)
    flow.space(max(2.0, flow.room - small))
    sheets.paragraph(flow.left, flow.y, flow.width, made, size=9, leading=1.3, grey=True)


def _full_day(day: date) -> str:
    return fill(N_("{year}年{month}月{day}日"), {"year": day.year, "month": day.month, "day": day.day})
