"""The validated resources: forms, packages, clauses, topics of education, code lists, limits, pinyin. Read once, when first needed.

A file with a mistake is refused with file, field and reason; nothing is guessed.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Final, TypeVar

from village_doctor.domain.agreement import AgreementClauses, parse_clauses
from village_doctor.domain.education import EducationTopic, parse_education
from village_doctor.domain.forms import CodeList, Form, parse_code_lists, parse_form
from village_doctor.domain.names import PinyinTable
from village_doctor.domain.packages import ServicePackage, parse_package
from village_doctor.domain.plausibility import Limits, parse_limits
from village_doctor.domain.problems import Problem
from village_doctor.domain.sample_data import FILES as SAMPLE_FILES
from village_doctor.domain.sample_data import SampleData, parse_sample_data
from village_doctor.foundation.resources import ResourceProblem, read_text, read_toml, resource_names

T = TypeVar("T")
_LIMITS_FILE: Final = "codes/plausibility.toml"


class Catalogue:
    """Everything that is data and not a record. Raises Problem `resource-file` and those of the parsers."""

    @cached_property
    def code_lists(self) -> Mapping[str, CodeList]:
        """All option lists by name."""
        lists: dict[str, CodeList] = {}
        for name in resource_names("codes", ".toml"):
            if name != _LIMITS_FILE:
                lists.update(_parsed(name, parse_code_lists))
        return lists

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        return _by_code(
            _parsed(name, lambda file, data: parse_form(file, data, self.code_lists))
            for name in resource_names("forms", ".toml")
        )

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


def _parsed(name: str, parse: Callable[[str, Mapping[str, object]], T]) -> T:
    try:
        return parse(name, read_toml(name).data)
    except ResourceProblem as error:
        raise Problem("resource-file", file=error.file, reason=error.reason) from error


_Coded = TypeVar("_Coded", Form, ServicePackage, EducationTopic)


def _by_code(items: Iterable[_Coded]) -> dict[str, _Coded]:
    return {item.code: item for item in items}
