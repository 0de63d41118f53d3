"""Opening the township's office for one verb, as `session` opens the clinic's home."""

import contextlib
from collections.abc import Iterator

from village_doctor.cli import session
from village_doctor.cli.failures import start_log
from village_doctor.cli.invocation import current
from village_doctor.domain.problems import Problem
from village_doctor.township import office
from village_doctor.township.office import Office


@contextlib.contextmanager
def opened_office() -> Iterator[Office]:
    """The opened office of this invocation.

    Raises Problem `township-missing`, `password-missing`, `password-wrong`, `township-in-use` …
    """
    invocation = current()
    if not (invocation.home_folder / office.SLOTS_FILE).is_file():
        raise Problem("township-missing", home=invocation.home_folder)
    start_log(invocation, invocation.home_folder)
    found = session.with_password(
        lambda password: office.open_office(invocation.home_folder, session.surroundings(), password)
    )
    try:
        yield found
    finally:
        found.close()
