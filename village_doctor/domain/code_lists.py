"""Option lists (代码表) of forms and records, read from `resources/codes/`; `resources/formats/form.md` is the reference.

Codes are text and never change their meaning. What a score counts and which symptom a code means is data of the list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.data_file import Table
from village_doctor.domain.messages import N_

MARKS: Final = frozenset({"V", "K", "P", "D"})
SYMPTOMS: Final = "symptoms"


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """`code` is stored; `sheet_code` is what the national sheet prints for it (may be empty).

    `national_code`: what uploads ask for where it differs; `sex`: the sex that the word itself says (妻, 儿媳).
    `points`: what it counts in a score. `from_points`: the lowest score of this band; `others_at_most`: what no
    other score may exceed (平和质). `concept`: which symptom of the list `symptoms` the code means.
    """

    code: str
    label: str
    sheet_code: str
    national_code: str | None = None
    sex: str | None = None
    points: int | None = None
    from_points: int | None = None
    others_at_most: int | None = None
    concept: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeList:
    """A list of options by name, with where it comes from and how far that was checked."""

    name: str
    title: str
    options: tuple[Option, ...]
    source: str
    mark: str

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)

    def option(self, code: str) -> Option | None:
        return next((option for option in self.options if option.code == code), None)

    def option_of(self, concept: str) -> Option | None:
        """The option that means this symptom, None where the list has none."""
        return next((option for option in self.options if option.concept == concept), None)


def parse_code_lists(file_name: str, data: Mapping[str, object]) -> Mapping[str, CodeList]:
    """The option lists of a code file, by name. Raises Problem `data-file`."""
    file = Table("data-file", file_name, "", data)
    file.whole("version")
    source = file.text("source")
    lists = {
        name: _code_list(name, table, source) for name, table in file.table("lists").named_tables().items()
    }
    file.finish()
    return lists


def _code_list(name: str, table: Table, source: str) -> CodeList:
    title, mark = table.text("title"), table.choice("mark", MARKS)
    source = table.text("source", source)
    options: list[Option] = []
    for item in table.tables("options"):
        option = _option(item)
        if any(other.code == option.code for other in options):
            item.refuse(N_("同一个代码写了两次"), option.code)
        if option.concept is not None and any(other.concept == option.concept for other in options):
            item.refuse(N_("同一个症状写了两次"), option.concept)
        if option.from_points is not None and any(_is_same_band(other, option) for other in options):
            item.refuse(N_("两档从同一个分数开始"), option.from_points)
        options.append(option)
    table.finish()
    found = CodeList(name=name, title=title, options=tuple(options), source=source, mark=mark)
    for reason, values in (
        (N_("一张选项表里，分数（points）要么每项都有，要么都没有"), [one.points for one in options]),
        (N_("一张选项表里，起始分（from_points）要么每项都有，要么都没有"), [one.from_points for one in options]),
        (N_("一张选项表里，症状（concept）要么每项都有，要么都没有"), [one.concept for one in options]),
    ):  # fmt: skip
        if len({value is None for value in values}) > 1:
            table.refuse(reason, name)
    return found


def _option(item: Table) -> Option:
    code = item.text("code")
    option = Option(
        code=code,
        label=item.text("label"),
        sheet_code=item.text("sheet_code", default=code),
        national_code=item.text("national_code") if "national_code" in item else None,
        sex=item.text("sex") if "sex" in item else None,
        points=item.count("points") if "points" in item else None,
        from_points=item.count("from_points") if "from_points" in item else None,
        others_at_most=item.count("others_at_most") if "others_at_most" in item else None,
        concept=item.key("concept") if "concept" in item else None,
    )
    if option.others_at_most is not None and option.from_points is None:
        item.refuse(N_("others_at_most 要和 from_points 写在一起"), code)
    if "mark" in item:
        item.choice("mark", MARKS)
    item.finish()
    return option


def _is_same_band(one: Option, other: Option) -> bool:
    return (one.from_points, one.others_at_most) == (other.from_points, other.others_at_most)


def merged_by_concept(name: str, lists: tuple[CodeList, ...], symptoms: CodeList) -> CodeList:
    """One list on the screen for several sheets: every symptom that one of `lists` knows, in the order of `symptoms`.

    Its codes are concepts; the sheets print their own codes (`form_filling`).
    """
    known = {option.concept for one in lists for option in one.options}
    return CodeList(
        name=name,
        title=symptoms.title,
        options=tuple(option for option in symptoms.options if option.code in known),
        source=symptoms.source,
        mark=symptoms.mark,
    )
