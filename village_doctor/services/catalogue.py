"""The validated resources: forms, packages, clauses, topics of education, code lists, limits, pinyin. Read once, when first needed.

A file with a mistake is refused with file, field and reason; nothing is guessed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache, cached_property
from typing import Final, TypeVar

from village_doctor.domain.agreement import AgreementClauses, parse_clauses
from village_doctor.domain.clinical.figures import Figures, parse_figures
from village_doctor.domain.clinical.medicine_names import parse_low_glucose_medicines
from village_doctor.domain.code_lists import CodeList, parse_code_lists
from village_doctor.domain.education import EducationTopic, parse_education
from village_doctor.domain.form_filling import check_filling
from village_doctor.domain.form_months import check_months
from village_doctor.domain.form_parsing import parse_form
from village_doctor.domain.forms import Form
from village_doctor.domain.fulfilment.spring_festival import parse_spring_festivals
from village_doctor.domain.messages import N_
from village_doctor.domain.names import PinyinTable
from village_doctor.domain.packages import ServicePackage, parse_package
from village_doctor.domain.plausibility import Limits, parse_limits
from village_doctor.domain.problems import Problem
from village_doctor.domain.sample_data import FILES as SAMPLE_FILES
from village_doctor.domain.sample_data import SampleData, parse_sample_data
from village_doctor.foundation.resources import ResourceProblem, read_text, read_toml, resource_names

T = TypeVar("T")
_LIMITS_FILE: Final = "codes/plausibility.toml"
_CLASS: Final = "visit.control_result"
_FIGURES_FILE: Final = "clinical/figures.toml"
_MEDICINES_FILE: Final = "clinical/medicines.toml"


@cache
def figures() -> Figures:
    """The shipped figures of the clinical rules and duties. Raises Problem `resource-file`, `data-file`."""
    return _parsed(_FIGURES_FILE, parse_figures)


@cache
def low_glucose_medicines() -> tuple[str, ...]:
    """Names of medicines that may bring the glucose down too far. Raises Problem `resource-file`, `data-file`."""
    return _parsed(_MEDICINES_FILE, parse_low_glucose_medicines)


class Catalogue:
    """Everything that is data and not a record. Raises Problem `resource-file` and those of the parsers."""

    @cached_property
    def code_lists(self) -> Mapping[str, CodeList]:
        """All option lists by name."""
        lists: dict[str, CodeList] = {}
        for name in resource_names("codes", ".toml"):
            if name == _LIMITS_FILE:
                continue
            for key, found in _parsed(name, parse_code_lists).items():
                if key in lists:
                    reason = N_("别的代码文件里已经有这张选项表")
                    raise Problem("data-file", file=name, field=f"lists {key}", reason=reason, detail=key)
                lists[key] = found
        return lists

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        forms = _by_code(
            _parsed(name, lambda file, data: parse_form(file, data, self.code_lists))
            for name in resource_names("forms", ".toml")
        )
        for form in forms.values():
            check_filling(f"forms/{form.code}.toml", form, forms)
            check_months(f"forms/{form.code}.toml", form, forms)
        return forms

    @cached_property
    def packages(self) -> Mapping[str, ServicePackage]:
        return _by_code(_parsed(name, parse_package) for name in resource_names("packages", ".toml"))

    @cached_property
    def agreement_clauses(self) -> AgreementClauses:
        """What every agreement says, whoever signs it."""
        return _parsed("agreement/clauses.toml", parse_clauses)

    @cached_property
    def education(self) -> Mapping[str, EducationTopic]:
        """Topics of health education."""
        return _by_code(_parsed(name, parse_education) for name in resource_names("education", ".toml"))

    @cached_property
    def limits(self) -> Mapping[str, Limits]:
        return _parsed(_LIMITS_FILE, parse_limits)

    @cached_property
    def pinyin(self) -> PinyinTable:
        try:
            return PinyinTable.parse(read_text("codes/pinyin.tsv"), read_text("codes/surnames.tsv"))
        except ResourceProblem as error:
            raise Problem("resource-file", file=error.file, reason=error.reason) from error

    @cached_property
    def sample_data(self) -> SampleData:
        """What sample villages are made of."""
        try:
            return parse_sample_data({name: read_toml(name).data for name in SAMPLE_FILES})
        except ResourceProblem as error:
            raise Problem("resource-file", file=error.file, reason=error.reason) from error

    @cached_property
    def spring_festivals(self) -> tuple[date, ...]:
        """春节 of each year that the file knows."""
        return _parsed("clinical/spring_festival.toml", parse_spring_festivals)

    def form(self, code: str) -> Form:
        """Raises Problem `form-unknown`."""
        if code not in self.forms:
            raise Problem("form-unknown", code=code)
        return self.forms[code]

    def package(self, code: str) -> ServicePackage:
        """Raises Problem `package-unknown`."""
        if code not in self.packages:
            raise Problem("package-unknown", code=code)
        return self.packages[code]

    def known_code(self, list_name: str, code: str) -> str:
        """The code, if typed input may use it. Raises Problem `code-unknown` with what there is."""
        options = self.code_lists[list_name].options
        if all(option.code != code for option in options):
            known = "、".join(f"{option.code} {option.label}" for option in options)
            raise Problem("code-unknown", code=code, title=self.code_lists[list_name].title, known=known)
        return code

    def label(self, list_name: str, code: str | None) -> str:
        """What people call a code; an unknown code is shown as it is."""
        options = self.code_lists[list_name].options
        return next((option.label for option in options if option.code == code), code or "")

    def class_label(self, form_code: str | None, code: str | None) -> str:
        """What the form prints for a class (随访分类, 转归 …); without such a form, what hypertension and diabetes print."""
        form = self.forms.get(form_code or "")
        for item in form.fields if form is not None else ():
            option = item.options.option(code or "") if item.kept_in == _CLASS and item.options else None
            if option is not None:
                return option.label
        return self.label("control_result", code)


def _parsed(name: str, parse: Callable[[str, Mapping[str, object]], T]) -> T:
    try:
        return parse(name, read_toml(name).data)
    except ResourceProblem as error:
        raise Problem("resource-file", file=error.file, reason=error.reason) from error


_Coded = TypeVar("_Coded", Form, ServicePackage, EducationTopic)


def _by_code(items: Iterable[_Coded]) -> dict[str, _Coded]:
    return {item.code: item for item in items}
