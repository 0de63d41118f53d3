"""Option lists written as the reference writes them: 1无 2有."""

from tests.domain.form_files import code_lists, data, form
from village_doctor.domain.code_lists import CodeList


def as_written(options: CodeList) -> str:
    return " ".join(f"{option.code}{option.label}" for option in options.options)


def written(name: str) -> str:
    """The list of that name."""
    return as_written(code_lists()[name])


def written_in(form_code: str, field: str) -> str:
    """The options of a field, or of a column of a repeat group (group.column)."""
    key, _, column = field.partition(".")
    found = form(form_code).field(key)
    assert found is not None, key
    if column:
        found = next(one for one in found.columns if one.key == column)
    assert found.options is not None, field
    return as_written(found.options)


def lists_of(file_name: str) -> set[str]:
    return set(data(f"codes/{file_name}")["lists"])


def lists_used_in(form_code: str) -> set[str]:
    fields = form(form_code).fields
    every = [*fields, *(column for item in fields for column in item.columns)]
    return {item.options.name for item in every if item.options is not None}
