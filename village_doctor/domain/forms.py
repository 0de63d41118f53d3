"""Forms are data: a national form is one file in `resources/forms/`, read here into a `Form`.

`resources/formats/form.md` is the reference. A file with a mistake is refused as a whole, with file, field and
reason; a `Form` that exists is sound: every reference in it leads somewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from village_doctor.domain.data_file import Table
from village_doctor.domain.messages import N_
from village_doctor.domain.plausibility import HEIGHT, MEASURES, WEIGHT, WHOLE_MEASURES

TEXT: Final = "text"
WHOLE: Final = "whole"
DECIMAL: Final = "decimal"
DATE: Final = "date"
YES_NO: Final = "yes_no"
ONE: Final = "one"
MANY: Final = "many"
GROUP: Final = "group"
COMPUTED: Final = "computed"
KEPT: Final = "kept"
TYPES: Final = frozenset({TEXT, WHOLE, DECIMAL, DATE, YES_NO, ONE, MANY, GROUP, COMPUTED, KEPT})
COLUMN_TYPES: Final = frozenset({TEXT, WHOLE, DECIMAL, DATE, ONE})

ASK: Final = "ask"
CONFIRM: Final = "confirm"
CARRY: Final = "carry"
CLASSES: Final = frozenset({ASK, CONFIRM, CARRY})

MARKS: Final = frozenset({"V", "K", "P", "D"})
MODES: Final = frozenset({"clinic", "home", "phone", "video", "message"})
RULES: Final = frozenset({"hypertension", "diabetes"})
BMI: Final = "bmi"
FORMULAS: Final[Mapping[str, tuple[str, ...]]] = {BMI: (WEIGHT, HEIGHT)}
KEPT_IN: Final = frozenset(
    {
        "visit.served_on",
        "visit.mode",
        "visit.control_result",
        "visit.next_due_on",
        "visit.staff_id",
        "referral.reasons",
        "referral.facility",
    }
)
TARGET_SUFFIX: Final = "_target"
_LONGEST_TEXT: Final = 200
_MOST_ROWS: Final = 10
_MOST_PLACES: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """`code` is stored; `sheet_code` is what the national sheet prints for it (may be empty).

    `national_code`: what uploads ask for where it differs; `sex`: the sex that the word itself says (妻, 儿媳).
    """

    code: str
    label: str
    sheet_code: str
    national_code: str | None = None
    sex: str | None = None


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


@dataclass(frozen=True, kw_only=True, slots=True)
class RequiredWhen:
    """The field belongs to the visit only when `field` has one of `values`."""

    field: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One blank. `field_class` is None for computed and kept fields and for the columns of a group."""

    key: str
    label: str
    type: str
    field_class: str | None = None
    is_required: bool = False
    required_when: RequiredWhen | None = None
    options: CodeList | None = None
    exclusive: tuple[str, ...] = ()
    unit: str | None = None
    places: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = _LONGEST_TEXT
    is_measured: bool = False
    target_of: str | None = None
    formula: str | None = None
    kept_in: str | None = None
    columns: tuple["Field", ...] = ()
    max_rows: int = _MOST_ROWS
    on_paper: bool = True
    mark: str = "V"

    @property
    def is_answered(self) -> bool:
        """May it be answered in the form? Computed and kept ones may not."""
        return self.type not in (COMPUTED, KEPT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    key: str
    title: str
    fields: tuple[Field, ...]

    @property
    def can_be_confirmed(self) -> bool:
        """May the doctor say "问过了，没变" to it?"""
        return any(item.field_class == CONFIRM for item in self.fields)


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A sound form. `modes`: `visit.mode` → the code printed in 随访方式."""

    code: str
    version: int
    title: str
    disease: str
    rule: str | None
    source: str
    mark: str
    modes: Mapping[str, str]
    visits_per_sheet: int
    sections: tuple[Section, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(item for section in self.sections for item in section.fields)

    def field(self, key: str) -> Field | None:
        """The field of this key, None where the form has none."""
        return next((item for item in self.fields if item.key == key), None)

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)


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
        code = item.text("code")
        if any(option.code == code for option in options):
            item.refuse(N_("同一个代码写了两次"), code)
        options.append(
            Option(
                code=code,
                label=item.text("label"),
                sheet_code=item.text("sheet_code", default=code),
                national_code=item.text("national_code") if "national_code" in item else None,
                sex=item.text("sex") if "sex" in item else None,
            )
        )
        if "mark" in item:
            item.choice("mark", MARKS)
        item.finish()
    table.finish()
    return CodeList(name=name, title=title, options=tuple(options), source=source, mark=mark)


def parse_form(file_name: str, data: Mapping[str, object], code_lists: Mapping[str, CodeList]) -> Form:
    """The form of a file named `file_name` (with or without folders). Raises Problem `form-file`."""
    return _FormReader(file_name, data, code_lists).read()


class _FormReader:
    """Reads one form file; knows the code lists, the form's mark and the keys used so far."""

    def __init__(
        self, file_name: str, data: Mapping[str, object], code_lists: Mapping[str, CodeList]
    ) -> None:
        self._file = Table("form-file", file_name, "", data)
        self._code_lists = code_lists
        self._mark = "V"
        self._tables: dict[str, Table] = {}
        self._readers: Mapping[str, Callable[[Table, Field], Field]] = {
            TEXT: self._text,
            WHOLE: self._whole,
            DECIMAL: self._decimal,
            DATE: self._plain,
            YES_NO: self._plain,
            ONE: self._one,
            MANY: self._many,
            GROUP: self._group,
            COMPUTED: self._computed,
            KEPT: self._kept,
        }

    def read(self) -> Form:
        file = self._file
        code = file.key("code")
        stem = file.file_name.replace("\\", "/").rpartition("/")[2].removesuffix(".toml")
        if stem != code:
            file.refuse(N_("文件名和表格代码不一样"), code)
        self._mark = file.choice("mark", MARKS)
        paper = file.table("paper") if "paper" in file else None
        form = Form(
            code=code,
            version=file.whole("version"),
            title=file.text("title"),
            disease=file.key("disease"),
            rule=file.choice("rule", RULES) if "rule" in file else None,
            source=file.text("source"),
            mark=self._mark,
            modes=self._modes(file.table("modes")),
            visits_per_sheet=paper.whole("visits_per_sheet", 1) if paper is not None else 1,
            sections=self._sections(),
        )
        if paper is not None:
            paper.finish()
        file.finish()
        self._check_references(form)
        return form

    def _modes(self, table: Table) -> Mapping[str, str]:
        modes = table.named_texts()
        for mode in modes:
            if mode not in MODES:
                table.refuse(N_("没有这种随访方式"), mode)
        if len(set(modes.values())) != len(modes):
            table.refuse(N_("同一个代码写了两次"), ", ".join(modes.values()))
        return modes

    def _sections(self) -> tuple[Section, ...]:
        sections: list[Section] = []
        for table in self._file.tables("sections"):
            key = table.key("key")
            if any(section.key == key for section in sections):
                table.refuse(N_("同一个名字用了两次"), key)
            title = table.text("title")
            fields = tuple(item for entry in table.tables("fields") for item in self._fields(entry))
            table.finish()
            sections.append(Section(key=key, title=title, fields=fields))
        return tuple(sections)

    def _fields(self, table: Table) -> tuple[Field, ...]:
        """The field of one entry, and its target where it has one."""
        item = self._common(table, TYPES)
        values: dict[str, Field] = {}
        if item.type not in (COMPUTED, KEPT):
            item = self._with_class(table, item)
        item = self._readers[item.type](table, item)
        values[item.key] = item
        if "target" in table:
            target = self._target(table, item)
            values[target.key] = target
        table.finish()
        for key in values:
            if key in self._tables:
                table.refuse(N_("同一个名字用了两次"), key)
            self._tables[key] = table
        return tuple(values.values())

    def _common(self, table: Table, types: frozenset[str]) -> Field:
        return Field(
            key=table.key("key"),
            label=table.text("label"),
            type=table.choice("type", types),
            on_paper=table.flag("on_paper", default=True),
            mark=table.choice("mark", MARKS) if "mark" in table else self._mark,
        )

    def _with_class(self, table: Table, item: Field) -> Field:
        field_class = table.choice("class", CLASSES)
        if "required_when" in table:
            if "required" in table or field_class == CARRY:
                table.refuse(N_("required_when 不能和 required 或 carry 写在一起"))
            condition = self._required_when(table.table("required_when"))
            return replace(item, field_class=field_class, required_when=condition)
        is_required = table.flag("required", default=field_class != CARRY)
        if is_required and field_class == CARRY:
            table.refuse(N_("沿用（carry）的项目不能是必填的"))
        return replace(item, field_class=field_class, is_required=is_required)

    def _required_when(self, table: Table) -> RequiredWhen:
        field = table.key("field")
        values: tuple[str | bool, ...]
        if "in" in table:
            values = table.texts("in")
        elif isinstance(table.value("equals"), bool):
            values = (table.flag("equals", default=False),)
        else:
            values = (table.text("equals"),)
        table.finish()
        return RequiredWhen(field=field, values=values)

    def _plain(self, table: Table, item: Field) -> Field:
        return item

    def _text(self, table: Table, item: Field) -> Field:
        return replace(item, max_length=table.whole("max_length", _LONGEST_TEXT))

    def _whole(self, table: Table, item: Field) -> Field:
        item = replace(
            item,
            unit=table.text("unit") if "unit" in table else None,
            minimum=table.number("min") if "min" in table else None,
            maximum=table.number("max") if "max" in table else None,
        )
        if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
            table.refuse(N_("最小值比最大值还大"))
        if not table.flag("measured", default=False):
            return item
        if item.minimum is not None or item.maximum is not None:
            table.refuse(N_("测量值的界限写在 plausibility.toml 里"))
        if item.key not in MEASURES or (item.key in WHOLE_MEASURES) != (item.type == WHOLE):
            table.refuse(N_("没有这种测量值，或者类型不对"), item.key)
        if item.field_class not in (ASK, CARRY):
            table.refuse(N_("测量值只能现问（ask）或沿用（carry）"), item.key)
        return replace(item, is_measured=True)

    def _decimal(self, table: Table, item: Field) -> Field:
        return self._whole(table, replace(item, places=self._places(table)))

    def _places(self, table: Table) -> int:
        places = table.whole("places")
        if places > _MOST_PLACES:
            table.refuse(N_("小数位数太多"), places)
        return places

    def _one(self, table: Table, item: Field) -> Field:
        return replace(item, options=self._options(table))

    def _many(self, table: Table, item: Field) -> Field:
        options = self._options(table)
        exclusive = table.texts("exclusive") if "exclusive" in table else ()
        for code in exclusive:
            if code not in options.codes:
                table.refuse(N_("单独成立的选项不在选项表里"), code)
        return replace(item, options=options, exclusive=exclusive)

    def _options(self, table: Table) -> CodeList:
        name = table.text("options")
        if name not in self._code_lists:
            table.refuse(N_("没有这张选项表"), name)
        return self._code_lists[name]

    def _group(self, table: Table, item: Field) -> Field:
        columns: list[Field] = []
        for entry in table.tables("fields"):
            column = replace(
                self._common(entry, COLUMN_TYPES), is_required=entry.flag("required", default=True)
            )
            column = self._readers[column.type](entry, column)
            entry.finish()
            if any(other.key == column.key for other in columns):
                entry.refuse(N_("同一个名字用了两次"), column.key)
            columns.append(column)
        return replace(item, columns=tuple(columns), max_rows=table.whole("max_rows", _MOST_ROWS))

    def _computed(self, table: Table, item: Field) -> Field:
        return replace(
            item,
            formula=table.choice("formula", FORMULAS),
            places=self._places(table),
            unit=table.text("unit") if "unit" in table else None,
        )

    def _kept(self, table: Table, item: Field) -> Field:
        return replace(
            item,
            kept_in=table.choice("kept_in", KEPT_IN),
            options=self._options(table) if "options" in table else None,
        )

    def _target(self, table: Table, item: Field) -> Field:
        """目标: the second blank beside a current value; carried over, never required, never a reading."""
        if item.type not in (WHOLE, DECIMAL, ONE, COMPUTED):
            table.refuse(N_("这种项目没有目标值"), item.type)
        target = table.table("target")
        label = target.text("label")
        target.finish()
        return replace(
            item,
            key=item.key + TARGET_SUFFIX,
            label=label,
            type=DECIMAL if item.type == COMPUTED else item.type,
            field_class=CARRY,
            is_required=False,
            required_when=None,
            is_measured=False,
            formula=None,
            target_of=item.key,
        )

    def _check_references(self, form: Form) -> None:
        for item in form.fields:
            table = self._tables[item.key]
            for needed in FORMULAS[item.formula] if item.formula is not None else ():
                source = form.field(needed)
                if source is None or not source.is_measured:
                    table.refuse(N_("计算要用的测量值不在这张表里"), needed)
            if item.required_when is not None:
                self._check_condition(form, table, item.key, item.required_when)

    def _check_condition(self, form: Form, table: Table, key: str, condition: RequiredWhen) -> None:
        asked = form.field(condition.field)
        if asked is None or asked.key == key or asked.type not in (ONE, MANY, YES_NO):
            table.refuse(N_("required_when 里的项目不在表里，或者不是选择题"), condition.field)
        for value in condition.values:
            allowed = asked.options is None or value in asked.options.codes
            if isinstance(value, bool) != (asked.type == YES_NO) or not allowed:
                table.refuse(N_("required_when 里的值不是那一项的选项"), value)
