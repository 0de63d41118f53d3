"""Filling a fresh home with a believable village, to try things out, to teach and to measure.

Everything is written by the verbs as acts with the story's own clock and ids, journaled like any other; the same
arguments give the same village. The home is a practice home for ever. All people are fictive.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from village_doctor.domain.clinic import Clinic, Village
from village_doctor.domain.dates import plus_months
from village_doctor.domain.problems import Problem
from village_doctor.services import deriving, sampling_doors, sampling_programmes, sampling_visits
from village_doctor.services.desk import series
from village_doctor.services.sampling_courses import plan_illnesses
from village_doctor.services.sampling_people import plan_village
from village_doctor.services.sampling_story import Story
from village_doctor.services.workplace import Workplace, Writing
from village_doctor.store import journal
from village_doctor.store.database import Connection
from village_doctor.store.tables import select
from village_doctor.store.unit import transaction

MOST_RESIDENTS: Final = 9999
MOST_YEARS: Final = 10
_OF_INIT: Final = frozenset({"start_device", "set_up_clinic"})

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sampled:
    """`counts`: records by kind; `acts` by verb."""

    counts: dict[str, int]
    acts: dict[str, int]


def sample(
    workplace: Workplace,
    *,
    residents: int,
    seed: int,
    years: int = 3,
    until: date | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Sampled:
    """A village of `residents` with its last `years` up to the day before `until` (today).

    `progress(stage, done, total)` and `cancelled` are asked about once a second. Raises Problem
    `sample-needs-fresh-home`, `sample-size`, `date-in-future`, and `cancelled`: what was told by then stays, whole.
    """
    until = until or workplace.today()
    if not 1 <= residents <= MOST_RESIDENTS or not 1 <= years <= MOST_YEARS:
        raise Problem("sample-size", most=MOST_RESIDENTS, years=MOST_YEARS)
    if until > workplace.today():
        raise Problem("date-in-future", date=until.isoformat())
    tell = progress or _nobody
    clinic = workplace.query(_fresh_clinic)
    story = _plan(workplace, clinic, residents, seed, plus_months(until, -12 * years), until)
    total = (until - story.start).days
    is_cancelled = False
    while not story.is_told and not is_cancelled:
        workplace.write(lambda writing: _tell(writing, workplace, story))
        tell("story", story.days_told, total)
        is_cancelled = cancelled is not None and cancelled()
    tell("derive", 0, 1)
    workplace.write(lambda writing: _derive(writing, workplace))
    tell("derive", 1, 1)
    if is_cancelled:
        raise Problem("cancelled")
    return Sampled(
        counts={kind: len(ids) for kind, ids in sorted(story.records.items())},
        acts=dict(sorted(story.acts.items())),
    )


def _nobody(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def _fresh_clinic(connection: Connection) -> Clinic:
    """The clinic of a home that holds what `init` made and nothing else. Raises `sample-needs-fresh-home`."""
    if any(entry.verb not in _OF_INIT for entry in journal.entries(connection)):
        raise Problem("sample-needs-fresh-home")
    return next(select(connection, Clinic))


def _plan(workplace: Workplace, clinic: Clinic, residents: int, seed: int, start: date, until: date) -> Story:
    catalogue = workplace.catalogue
    data = catalogue.sample_data
    chance = Story.chance_of(seed, "village")
    village = plan_village(data, catalogue.pinyin, residents, start, until, chance)
    everybody = [person for household in village.households for person in household.members]
    illnesses = plan_illnesses(everybody, data, start, until, Story.chance_of(seed, "illnesses"))
    story = Story(
        data=data,
        village=village,
        village_name=workplace.query(lambda connection: next(select(connection, Village)).name),
        catalogue=catalogue,
        actor=workplace.actor,
        seed=seed,
        start=start,
        until=until,
    )
    sampling_doors.begin(story, illnesses, clinic)
    sampling_visits.begin(story, illnesses)
    sampling_programmes.begin(story, illnesses)
    return story


def _tell(writing: Writing, workplace: Workplace, story: Story) -> None:
    with series(writing.connection, writing.pen, workplace.catalogue) as going:
        story.tell(going)


def _derive(writing: Writing, workplace: Workplace) -> None:
    with transaction(writing.connection):
        deriving.rebuild(writing.connection, workplace.catalogue, workplace.today())
