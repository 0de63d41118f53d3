"""Breaking Chinese text into lines, as a reader expects it; pure.

No line begins with a closing mark or ends with an opening one; a number stays with its unit, a date, a
Latin word, a telephone number, —— and …… stay whole. What is too long for a line by itself is broken
where it must be; only what may not be broken at all stands out over the edge.
"""

import re
from collections.abc import Callable
from typing import Final

NO_START: Final = frozenset("，。、；：？！）》」』”’】〕〉〗｝％‰℃°′″…·～,.;:?!)]}%")
NO_END: Final = frozenset("（《「『“‘【〔〈〖｛￥¥([{≥≤＞＜±")

_LATIN_UNITS: Final = "mmHg|mmol/L|kPa|kg|mg|μg|g|ml|mL|L|cm|mm|km|m|kcal|IU|h|min"
_CHINESE_UNITS: Final = (
    "个月|小时|分钟|秒钟|千克|公斤|毫克|毫升|毫米汞柱|毫米|厘米|公里|毫摩尔|"
    "年|月|日|号|点|时|分|秒|天|周|岁|次|元|角|个|人|户|名|份|页|条|项|张|只|片|粒|支|盒|瓶|组|遍|种|倍|家|台|级|型|"
    "步|杯|勺|块|斤|两|克|升|米|里|度|℃|%|‰|°"
)
_UNITS: Final = rf"(?:(?:{_LATIN_UNITS})(?![A-Za-z])|{_CHINESE_UNITS})"
_NUMBER: Final = r"[0-9]+(?:[.,:/~～×–-][0-9]+)*"
_LETTER: Final = r"[A-Za-z0-9\u00b5-\u024f\u0370-\u03ff]"
_KEPT: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"[0-9]{2,4} ?年(?: ?[0-9]{1,2} ?月(?: ?[0-9]{1,2} ?[日号])?)?",
        r"[0-9]{1,2} ?月 ?[0-9]{1,2} ?[日号]",
        rf"(?:第 ?)?(?:[≥≤<>＞＜±] ?)?{_NUMBER} ?{_UNITS}",
        rf"第 ?{_NUMBER}",
        r"[0-9]{3,4} [0-9]{3,4} [0-9]{3,4}",
        # A word: letters, digits and what stands inside it, with a mark such as % after it.
        rf"{_LETTER}+(?:[.,:/@_+&#~～×*'–-]+{_LETTER}+)*[%‰℃°+]?",
        r"—+|…+",
    )
)


def break_lines(text: str, width_mm: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of the text, each at most `width_mm` wide by `measure` (millimetres).

    A line end in the text is kept; blanks at a break are dropped, no other character is. A line is wider only
    where a single character with the marks that cling to it is.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _fill(paragraph, width_mm, measure)
    return lines


def _fill(paragraph: str, width_mm: float, measure: Callable[[str], float]) -> list[str]:
    if measure(paragraph.rstrip(" ")) <= width_mm:
        return [paragraph.rstrip(" ")]
    lines: list[str] = []
    line = ""
    for whole in _pieces(paragraph, _glued(paragraph)):
        if measure((line + whole).rstrip(" ")) <= width_mm:
            line += whole
            continue
        is_too_long = measure(whole.rstrip(" ")) > width_mm
        for piece in _pieces(whole, frozenset()) if is_too_long else (whole,):
            if line.strip(" ") and measure((line + piece).rstrip(" ")) > width_mm:
                lines.append(line.rstrip(" "))
                line = ""
            line += piece
    lines.append(line.rstrip(" "))
    return lines


def _glued(paragraph: str) -> frozenset[int]:
    """The places (before character n) where no line may break because a word goes over them."""
    return frozenset(
        place
        for pattern in _KEPT
        for found in pattern.finditer(paragraph)
        for place in range(found.start() + 1, found.end())
    )


def _pieces(text: str, glued: frozenset[int]) -> list[str]:
    """The text cut at every place where a line may break; the blanks at a place stay with the piece before."""
    pieces = []
    begin = 0
    for place in range(1, len(text)):
        after = text[place]
        before = text[:place].rstrip(" ")[-1:] if text[place - 1] == " " else text[place - 1]
        if after != " " and place not in glued and after not in NO_START and before and before not in NO_END:
            pieces.append(text[begin:place])
            begin = place
    pieces.append(text[begin:])
    return pieces
