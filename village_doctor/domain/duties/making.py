"""The bricks of every norm programme: when a span is owed, and how its duty is written."""

from collections.abc import Iterable
from datetime import date

from village_doctor.domain.decisions import Reason
from village_doctor.domain.duties.duty import NORM, Duty, Question
from village_doctor.domain.duties.reasons import ITEM_NAMES
from village_doctor.domain.managed_groups import Period
from village_doctor.domain.person_facts import PersonFacts


def owed_period(
    periods: Iterable[Period], first: date, latest: date, on: date, *, is_served: bool
) -> Period | None:
    """The stretch in the group because of which the span is owed, None: it is not.

    Owed where she is in the group to the span's end (as far as known on `on`), or was served while she was: further
    evidence never takes away what was done.
    """
    until = first if is_served else max(first, min(latest, on))
    return next(
        (period for period in periods if period[0] <= latest and (period[1] is None or until <= period[1])),
        None,
    )


def is_in_group(periods: Iterable[Period], on: date) -> bool:
    """Is she in the group on that day or later, as far as known? What is no more asked is kept for the figures."""
    return any(last is None or last >= on for _, last in periods)


def counting_reason(question: Question, due_on: date) -> tuple[Reason, ...]:
    """Why a duty is due later than its rule says: nothing counts before the counting starts."""
    if not question.is_before_counting(due_on):
        return ()
    counting = question.not_before_counting(due_on)
    return (Reason(code="counting-starts", values={"counting": counting.isoformat()}),)


def norm_duty(
    person: PersonFacts,
    question: Question,
    *,
    item: str,
    what: str,
    begins: date,
    proof: str,
    due_on: date,
    latest_on: date,
    reasons: tuple[Reason, ...],
    span_from: date | None = None,
    span_until: date | None = None,
    name: str | None = None,
    is_asked: bool = True,
    group: str | None = None,
    is_along: bool = False,
    timely_until: date | None = None,
) -> Duty:
    """A duty of the norm. `item` and `what` (disease, kind …) with `begins` make its key; evidence counts from
    `span_from` (`begins` if not given) to `span_until` (None: however late). Nothing is due before the counting starts.
    """
    return Duty(
        key=f"{person.resident.id}/norm/{item}:{what}/{begins}",
        resident_id=person.resident.id,
        household_id=person.household_id,
        source=NORM,
        item=item,
        name=ITEM_NAMES.get(proof, proof) if name is None else name,
        proof=proof,
        span_from=begins if span_from is None else span_from,
        span_until=span_until,
        due_on=question.not_before_counting(due_on),
        latest_on=latest_on,
        reasons=reasons,
        is_asked=is_asked,
        group=group,
        is_along=is_along,
        timely_until=timely_until,
    )
