"""Reads a form file into a `Form`, strictly: a mistake is refused as a whole, with file, field and reason.

`resources/formats/form.md` is the reference.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from village_doctor.domain.code_lists import MARKS, SYMPTOMS, CodeList, merged_by_concept
from village_doctor.domain.data_file import Table
from village_doctor.domain.form_formulas import BANDED, BMI, FORMULAS, PERCENT, SUM, mistake_in
from village_doctor.domain.forms import (
    ACTIVITY,
    ASK,
    CARRY,
    CHILD_VISIT,
    CLASSES,
    COLUMN_TYPES,
    COLUMNS,
    COMPUTED,
    DATE,
    DECIMAL,
    FOLLOW_UP,
    GROUP,
    HEADER,
    HEADERS,
    KEPT,
    KEPT_IN,
    LAYOUTS,
    LONGEST_TEXT,
    MANY,
    MODES,
    MOST_ROWS,
    NATIONAL,
    ONE,
    ORIENTATIONS,
    PARTIAL_DATE,
    PORTRAIT,
    PURPOSES,
    RESIDENT,
    RULES,
    SCOPES,
    SHEET,
    SUBJECTS,
    TARGET_SUFFIX,
    TEXT,
    TYPES,
    WHOLE,
    YES_NO,
    Field,
    Form,
    Paper,
    RequiredWhen,
    Section,
)
from village_doctor.domain.messages import N_
from village_doctor.domain.packages import PROOFS, SERVICE_PROOF
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.domain.plausibility import MEASURES, WHOLE_MEASURES

_MOST_PLACES: Final = 3
_SEXES: Final = frozenset({"1", "2"})


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
            PARTIAL_DATE: self._plain,
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
        form = self._head(code, file)
        file.finish()
        self._check_references(form)
        return form

    def _head(self, code: str, file: Table) -> Form:
        subject = file.choice("subject", SUBJECTS) if "subject" in file else RESIDENT
        purpose = file.choice("purpose", PURPOSES) if "purpose" in file else FOLLOW_UP
        from_months, until_months = self._months(purpose)
        modes = {} if subject == ACTIVITY and "modes" not in file else self._modes(file.table("modes"))
        return Form(
            code=code,
            version=file.whole("version"),
            title=file.text("title"),
            diseases=file.keys("diseases") if "diseases" in file else (),
            from_months=from_months,
            until_months=until_months,
            rules=file.choices("rules", RULES) if "rules" in file else (),
            purpose=purpose,
            subject=subject,
            scope=file.choice("scope", SCOPES) if "scope" in file else NATIONAL,
            group=file.choice("group", PROTECTED_GROUPS) if "group" in file else None,
            proves=self._proofs(),
            proves_when=self._required_when(file.table("proves_when")) if "proves_when" in file else None,
            counted_modes=file.choices("counted_modes", modes) if "counted_modes" in file else tuple(modes),
            fills=file.keys("fills") if "fills" in file else (),
            source=file.text("source"),
            mark=self._mark,
            modes=modes,
            paper=self._paper(file.table("paper")) if "paper" in file else Paper(),
            sections=self._sections(),
        )

    def _months(self, purpose: str) -> tuple[int, int] | tuple[None, None]:
        """The age of the child's checks that it is for: both included."""
        file = self._file
        if "from_months" not in file and "until_months" not in file:
            return None, None
        from_months, until_months = file.count("from_months"), file.count("until_months")
        if purpose != CHILD_VISIT:
            file.refuse(N_("只有儿童的表才写月龄"), f"purpose = {purpose}")
        if from_months > until_months:
            file.refuse(N_("until_months 不能比 from_months 小"), f"{from_months}, {until_months}")
        return from_months, until_months

    def _proofs(self) -> tuple[str, ...]:
        proofs = self._file.texts("proves") if "proves" in self._file else ()
        for proof in proofs:
            if proof not in PROOFS and not proof.startswith(SERVICE_PROOF):
                self._file.refuse(N_("没有这种写法"), f"proves = {proof}")
        return proofs

    def _paper(self, table: Table) -> Paper:
        visits = table.whole("visits_per_sheet", 1)
        paper = Paper(
            visits_per_sheet=visits,
            layout=table.choice("layout", LAYOUTS)
            if "layout" in table
            else (COLUMNS if visits > 1 else SHEET),
            orientation=table.choice("orientation", ORIENTATIONS) if "orientation" in table else PORTRAIT,
            header=table.choices("header", HEADERS) if "header" in table else HEADER,
        )
        table.finish()
        return paper

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
        item = self._with_person(table, item)
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

    def _with_person(self, table: Table, item: Field) -> Field:
        """To whom the field belongs."""
        item = replace(
            item,
            from_age=table.count("from_age") if "from_age" in table else None,
            until_age=table.count("until_age") if "until_age" in table else None,
            sex=table.choice("sex", _SEXES) if "sex" in table else None,
        )
        if item.from_age is not None and item.until_age is not None and item.from_age > item.until_age:
            table.refuse(N_("最小值比最大值还大"))
        return item

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
        return replace(item, max_length=table.whole("max_length", LONGEST_TEXT))

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
        merged = table.texts("merged_options") if "merged_options" in table else ()
        options = self._merged_options(table, merged) if merged else self._options(table)
        exclusive = table.texts("exclusive") if "exclusive" in table else ()
        for code in exclusive:
            if code not in options.codes:
                table.refuse(N_("单独成立的选项不在选项表里"), code)
        return replace(item, options=options, merged_from=merged, exclusive=exclusive)

    def _options(self, table: Table) -> CodeList:
        return self._list_named(table, table.text("options"))

    def _merged_options(self, table: Table, names: tuple[str, ...]) -> CodeList:
        symptoms = self._list_named(table, SYMPTOMS)
        lists = tuple(self._list_named(table, name) for name in names)
        for one in lists:
            for option in one.options:
                if option.concept not in symptoms.codes:
                    table.refuse(N_("选项没有写是哪个症状，或者症状表里没有它"), f"{one.name} {option.code}")
        return merged_by_concept("+".join(names), lists, symptoms)

    def _list_named(self, table: Table, name: str) -> CodeList:
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
        return replace(item, columns=tuple(columns), max_rows=table.whole("max_rows", MOST_ROWS))

    def _computed(self, table: Table, item: Field) -> Field:
        formula = table.choice("formula", FORMULAS)
        return replace(
            item,
            formula=formula,
            formula_of=table.texts("of") if formula != BMI else (),
            formula_reversed=table.texts("reversed") if formula == SUM and "reversed" in table else (),
            options=self._options(table) if formula in BANDED else None,
            places=self._places(table) if formula in (BMI, PERCENT) else 0,
            unit=table.text("unit") if formula not in BANDED and "unit" in table else None,
        )

    def _kept(self, table: Table, item: Field) -> Field:
        return replace(
            item,
            kept_in=table.choice("kept_in", KEPT_IN),
            options=self._options(table) if "options" in table else None,
        )

    def _target(self, table: Table, item: Field) -> Field:
        """目标: the second blank beside a current value; carried over, never required, never a reading."""
        if item.type not in (WHOLE, DECIMAL, ONE) and item.formula != BMI:
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
        if form.proves_when is not None:
            self._check_condition(form, self._file, "", form.proves_when)
        for item in form.fields:
            table = self._tables[item.key]
            mistake = mistake_in(form, item)
            if mistake is not None:
                table.refuse(*mistake)
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
