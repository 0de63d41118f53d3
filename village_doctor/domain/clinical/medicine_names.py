"""Names of medicines that rules look for, from `resources/clinical/medicines.toml`: data, because none was verified."""

from collections.abc import Mapping

from village_doctor.domain.clinical.figures import MARKS
from village_doctor.domain.data_file import Table


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
