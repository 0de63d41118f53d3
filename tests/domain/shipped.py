"""What is shipped beside the forms, read for tests."""

from functools import cache

from tests.domain.form_files import data
from village_doctor.domain.clinical.figures import Figures, parse_figures


@cache
def figures() -> Figures:
    return parse_figures("figures.toml", data("clinical/figures.toml"))
