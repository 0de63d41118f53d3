"""The children's sheets by age: a check has one sheet, so forms that prove the same share no age.

Which age a form is for stands in its file (`from_months`, `until_months`); here is what one file cannot know about the others.
"""

from collections.abc import Mapping

from village_doctor.domain.forms import Form
from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem


def check_months(file_name: str, form: Form, forms: Mapping[str, Form]) -> None:
    """Is no other of all `forms` that proves the same for an age of `form` of that file? Raises Problem `form-file`."""
    if form.from_months is None:
        return
    for other in forms.values():
        shares_an_age = other.fits_months(form.from_months) or form.fits_months(other.from_months)
        if other.code != form.code and shares_an_age and not set(form.proves).isdisjoint(other.proves):
            reason = N_("证明同一项服务的另一张表，也管这个月龄")
            raise Problem("form-file", file=file_name, field="from_months", reason=reason, detail=other.code)
