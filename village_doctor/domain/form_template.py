"""An empty form to be filled in elsewhere: every blank with what it takes, as it can be written to a file."""

from collections.abc import Mapping

from village_doctor.domain.forms import Field, Form
from village_doctor.domain.messages import JsonValue


def template(form: Form) -> Mapping[str, JsonValue]:
    """A skeleton to fill in: every answerable field with what it takes, and `answers` with all of them blank."""
    fields = [
        {"section": section.key, **_described(item)}
        for section in form.sections
        for item in section.fields
        if item.is_answered
    ]
    return {
        "form": form.code,
        "version": form.version,
        "title": form.title,
        "diseases": list(form.diseases),
        "from_months": form.from_months,
        "until_months": form.until_months,
        "purpose": form.purpose,
        "subject": form.subject,
        "scope": form.scope,
        "modes": sorted(form.modes),
        "sections": [
            {"key": section.key, "title": section.title, "can_be_confirmed": section.can_be_confirmed}
            for section in form.sections
        ],
        "fields": fields,
        "answers": {item.key: None for item in form.fields if item.is_answered},
    }


def _described(item: Field) -> dict[str, JsonValue]:
    described: dict[str, JsonValue] = {"key": item.key, "label": item.label, "type": item.type}
    if item.field_class is not None:
        described["class"] = item.field_class
    described["required"] = item.is_required
    if item.required_when is not None:
        described["required_when"] = {
            "field": item.required_when.field,
            "in": list(item.required_when.values),
        }
    belonging = {"from_age": item.from_age, "until_age": item.until_age, "sex": item.sex}
    described.update({name: value for name, value in belonging.items() if value is not None})
    if item.unit is not None:
        described["unit"] = item.unit
    if item.places:
        described["places"] = item.places
    if item.options is not None:
        described["options"] = [
            {"code": option.code, "label": option.label} for option in item.options.options
        ]
    if item.exclusive:
        described["exclusive"] = list(item.exclusive)
    if item.columns:
        described["columns"] = [_described(column) for column in item.columns]
    return described
