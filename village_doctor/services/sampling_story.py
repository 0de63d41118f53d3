"""The story of a sample village: what is due to be told next, the clock it is told by, and who is known so far.

An event is a function that does one or a few acts at its time and puts later events on the agenda, in answer to
what the verbs returned. Events tell themselves in order of time; nothing is told for the last day or after it.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import ParamSpec, TypeVar

from village_doctor.domain.clinic import Staff
from village_doctor.domain.sample_data import SampleData
from village_doctor.foundation.clock import TIME_ZONE, date_of
from village_doctor.foundation.ids import IdMaker
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.desk import Act, Changes, Series, Verb
from village_doctor.services.sampling_people import PlannedHousehold, PlannedPerson, PlannedVillage

P = ParamSpec("P")
T = TypeVar("T")

Event = Callable[["Story"], None]

_OPENS = 8 * 60
_MINUTES_OPEN = 9 * 60 + 30
ACTS_A_BATCH = 200


@dataclass(kw_only=True, eq=False, slots=True)
class Family:
    """What the clinic knows of a planned household: its ids, who is head and who is in the contract.

    `later_heads`: what each later head was to the head before; `packages` of the members of the contract.
    """

    plan: PlannedHousehold
    id: str = ""
    head: PlannedPerson | None = None
    memberships: dict[PlannedPerson, str] = field(default_factory=dict)
    relations: dict[PlannedPerson, str] = field(default_factory=dict)
    later_heads: list[str] = field(default_factory=list)
    contract_id: str | None = None
    contract_begins_on: date | None = None
    contract_ends_on: date | None = None
    contract_members: tuple[PlannedPerson, ...] = ()
    packages: dict[PlannedPerson, tuple[str, ...]] = field(default_factory=dict)
    is_never_served: bool = False


class Story:
    """The told part and the agenda. Lives across transactions; `tell` works inside one.

    `absences` by person away, `listed`: groups entered by hand, `referred`: referrals whose asking is planned.
    """

    def __init__(
        self,
        *,
        data: SampleData,
        village: PlannedVillage,
        village_name: str,
        catalogue: Catalogue,
        actor: Staff,
        seed: int,
        start: date,
        until: date,
    ) -> None:
        self.data = data
        self.village = village
        self.village_name = village_name
        self.catalogue = catalogue
        self.start = start
        self.until = until
        self.families = [Family(plan=household) for household in village.households]
        self.ids: dict[PlannedPerson, str] = {}
        self.gone: set[PlannedPerson] = set()
        self.absences: dict[PlannedPerson, str] = {}
        self.listed: dict[PlannedPerson, set[str]] = {}
        self.referred: set[str] = set()
        self.acts: Counter[str] = Counter()
        self.records: dict[str, set[str]] = {}
        self._seed = seed
        self._actor = actor
        self._now = datetime.combine(start, time(8), tzinfo=TIME_ZONE).astimezone(UTC)
        self._ids = IdMaker(lambda: self._now, self.chance("ids").randbytes)
        self._pace = self.chance("pace")
        self._agenda: list[tuple[datetime, int, Event]] = []
        self._put = 0
        self._series: Series | None = None

    @staticmethod
    def chance_of(seed: int, what: str) -> Random:
        """Chance of its own for one matter, so that a new detail elsewhere changes nothing here."""
        return Random(f"{seed}/{what}")

    def chance(self, what: str) -> Random:
        return self.chance_of(self._seed, what)

    @property
    def today(self) -> date:
        return date_of(self._now)

    @property
    def is_told(self) -> bool:
        return not self._agenda

    @property
    def days_told(self) -> int:
        return (self.until - self.start).days if self.is_told else (self.today - self.start).days

    def at(self, day: date, event: Event, minute: int | None = None) -> None:
        """Puts an event on a day's agenda; what would come on the last day or later is left out."""
        if day >= self.until:
            return
        minute = self._pace.randrange(_MINUTES_OPEN) if minute is None else minute
        when = datetime.combine(max(day, self.start), time(), tzinfo=TIME_ZONE) + timedelta(
            minutes=_OPENS + minute
        )
        self._put += 1
        heapq.heappush(self._agenda, (when.astimezone(UTC), self._put, event))

    def tell(self, series: Series) -> int:
        """Tells the next events, up to about 200 acts; returns how many acts there were."""
        self._series, before = series, self.acts.total()
        while self._agenda and self.acts.total() - before < ACTS_A_BATCH:
            when, _, event = heapq.heappop(self._agenda)
            self._now = max(self._now, when)
            event(self)
        self._series = None
        return self.acts.total() - before

    def do(self, function: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> Changes[T]:
        """One act at the story's time, which moves on a little."""
        assert self._series is not None
        act = Act(
            id=self._ids.new(), actor=self._actor, now=self._now, today=self.today, new_id=self._ids.new
        )
        changes = self._series.do(act, function, *args, **kwargs)
        self.acts[function.__name__] += 1
        for kind, ids in changes.ids.items():
            self.records.setdefault(kind, set()).update(ids)
        self._now += timedelta(seconds=self._pace.randrange(5, 30))
        return changes

    def is_known(self, person: PlannedPerson) -> bool:
        """Registered and, as far as the clinic knows, neither dead nor moved out."""
        return person in self.ids and person not in self.gone

    def is_reachable(self, person: PlannedPerson) -> bool:
        """Known, and really still here, perhaps away for a while."""
        return self.is_known(person) and person.is_here_on(self.today)
