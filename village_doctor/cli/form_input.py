"""A form as it is handed over: which one is meant, and its answers, from a JSON file or typed one by one.

A file holds the answers alone, or under `answers` with what stands around them: the form, the day, the place.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from village_doctor.cli.inputs import listed_words, named_words, truth
from village_doctor.domain.forms import FOLLOW_UP, GROUP, MANY, YES_NO, Form
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.services.catalogue import Catalogue


def form_named(catalogue: Catalogue, text: str) -> Form:
    """The form of that code or title; a disease means the follow-up of that disease alone. Raises Problem `form-unknown`."""
    ways: tuple[Callable[[Form], bool], ...] = (
        lambda form: text in (form.code, form.title),
        lambda form: form.purpose == FOLLOW_UP and form.diseases == (text,),
        lambda form: (
            form.purpose == FOLLOW_UP
            and len(form.diseases) == 1
            and text in catalogue.label("condition", form.disease)
        ),
        lambda form: text in form.title,
    )
    found = [form for way in ways if text for form in catalogue.forms.values() if way(form)]
    if not found:
        raise Problem("form-unknown", code=text)
    return found[0]


def around_answers(
    given: Mapping[str, JsonValue], kind: str, known: Collection[str]
) -> Mapping[str, JsonValue]:
    """What stands beside the answers of such a record; nothing where the file holds only answers.

    Raises Problem `field-unknown`.
    """
    if "answers" not in given:
        return {}
    for key in given:
        if key != "answers" and key not in known:
            raise Problem("field-unknown", kind=kind, field=key)
    return given


def given_answers(given: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """The answers of a file. Raises Problem `field-value`."""
    answers = given.get("answers", given)
    if not isinstance(answers, Mapping):
        raise Problem("field-value", field="answers", value=answers)
    return answers


def typed_answers(form: Form, words: Iterable[str]) -> dict[str, JsonValue]:
    """`--answer key=value` words in the shape that the form takes; an empty value empties the answer."""
    found: dict[str, JsonValue] = {}
    for key, value in (named_words(one) for one in words):
        field = form.field(key)
        kind = field.type if field is not None else ""
        if not value:
            found[key] = None
        elif kind == YES_NO:
            found[key] = truth(key, value)
        elif kind in (MANY, GROUP):
            found[key] = list(listed_words(value))
        else:
            found[key] = value
    return found
