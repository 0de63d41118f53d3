"""Names of medicines that rules look for, from `resources/clinical/medicines.toml`: data, because none was verified."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from village_doctor.domain.clinical.figures import MARKS
from village_doctor.domain.data_file import Table
from village_doctor.domain.medications import Medication
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.visits import Visit


def parse_low_glucose_medicines(file_name: str, data: Mapping[str, object]) -> tuple[str, ...]:
    """Medicines that may bring the glucose down too far. Raises Problem `data-file`."""
    file = Table("data-file", file_name, "", data)
    file.whole("version")
    file.text("source")
    table = file.table("low_glucose")
    table.text("title")
    table.text("source")
    table.choice("mark", MARKS)
    names = table.texts("names")
    table.finish()
    file.finish()
    return names


def sheet_lowers_glucose(answers: Mapping[str, JsonValue], names: Collection[str]) -> bool:
    """Does a sheet list insulin, or a medicine whose name holds one of `names`?"""
    drugs = [row.get("name") for row in _rows(answers.get("medicines"))]
    is_listed = any(isinstance(drug, str) and _is_one(drug, names) for drug in drugs)
    return is_listed or bool(_rows(answers.get("insulin")))


def takes_what_lowers_glucose(
    medications: Iterable[Medication], visits: Iterable[Visit], names: Collection[str], on: date
) -> bool:
    """By the medicines kept with her, or by the newest sheet of each form that lists any up to that day."""
    if any(one.is_taken_on(on) and _is_one(one.drug, names) for one in medications):
        return True
    newest: dict[str | None, Mapping[str, JsonValue]] = {}
    for visit in sorted(visits, key=lambda visit: (visit.served_on, visit.recorded_at, visit.id)):
        answers = visit.answers or {}
        is_listing = bool(_rows(answers.get("medicines")) or _rows(answers.get("insulin")))
        if is_listing and visit.served_on <= on and not visit.is_voided:
            newest[visit.form_code] = answers
    return any(sheet_lowers_glucose(answers, names) for answers in newest.values())


def _is_one(drug: str, names: Collection[str]) -> bool:
    return any(name in drug for name in names)


def _rows(value: JsonValue) -> list[Mapping[str, JsonValue]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
