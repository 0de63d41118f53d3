"""What is known of a person's risks on a day, from her readings and the answers of her visits (norms-hypertension §1).

The last value and the last answer before the day count; readings by staff only, at visits that stand.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from village_doctor.domain.clinical.facts import HYPERTENSION
from village_doctor.domain.clinical.screening import RiskFacts, is_high_normal
from village_doctor.domain.dates import age_on, day_in_china
from village_doctor.domain.duties.evidence import is_by_staff, standing_visit_ids, took_place
from village_doctor.domain.form_formulas import body_mass_index
from village_doctor.domain.managed_groups import has_condition_on
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.readings import BLOOD_PRESSURE, HEIGHT, Reading
from village_doctor.domain.visits import Visit

WEIGHT: Final = "weight"
WAIST: Final = "waist"
VASCULAR_DISEASES: Final = ("coronary_disease", "stroke")

_SALTY: Final = "3"  # 摄盐 重
_LOVES_SALT: Final = "4"  # 饮食习惯 嗜盐
_NEVER_DRINKS: Final = "1"
_STOPPED_DRINKING: Final = "2"
_HYPERTENSION_IN_FAMILY: Final = "2"
_DIABETES_IN_FAMILY: Final = "3"
_RELATIVES: Final = ("father_diseases", "mother_diseases", "sibling_diseases", "child_diseases")

_T = TypeVar("_T")


@dataclass(slots=True)
class KnownRisks:
    """What is known of `person` up to `on`; read and put in order once, and only when asked."""

    person: PersonFacts
    on: date
    _readings: dict[str, list[tuple[date, Reading]]] | None = None
    _visits: list[Visit] | None = None
    _facts: dict[date, RiskFacts] = field(default_factory=dict)

    def before(self, day: date) -> RiskFacts:
        """By the last values and answers before `day`."""
        found = self._facts.get(day)
        if found is None:
            weight, height, waist = (self._last(kind, day) for kind in (WEIGHT, HEIGHT, WAIST))
            visits = self._visits_before(day)
            found = self._facts[day] = self._of(
                day,
                visits,
                pressure=self._last(BLOOD_PRESSURE, day),
                weight_kg=None if weight is None else weight.weight_kg,
                height_cm=None if height is None else height.height_cm,
                waist_cm=None if waist is None else waist.waist_cm,
                eats_salty=_last_answer(visits, _eats_salty) is True,
                drinking_liang=_last_answer(visits, _drinking_liang),
            )
        return found

    def worst_before(self, day: date) -> RiskFacts:
        """By the worst that was ever known before `day`, which later values cannot take back."""
        visits = self._visits_before(day)
        pressures = [one for one in self._taken(BLOOD_PRESSURE, day) if _is_high_normal(one)]
        return self._of(
            day,
            visits,
            pressure=pressures[-1] if pressures else None,
            weight_kg=max((one.weight_kg for one in self._taken(WEIGHT, day) if one.weight_kg), default=None),
            height_cm=min((one.height_cm for one in self._taken(HEIGHT, day) if one.height_cm), default=None),
            waist_cm=max((one.waist_cm for one in self._taken(WAIST, day) if one.waist_cm), default=None),
            eats_salty=any(_eats_salty(visit) for visit in visits),
            drinking_liang=max(
                (liang for visit in visits if (liang := _drinking_liang(visit)) is not None), default=None
            ),
        )

    def pressure_on(self, day: date) -> Reading | None:
        """The last pressure taken on that day."""
        last = next(reversed(self._by_kind().get(BLOOD_PRESSURE, [])), None)
        return last[1] if last is not None and last[0] == day else None

    def _of(
        self,
        day: date,
        visits: list[Visit],
        *,
        pressure: Reading | None,
        weight_kg: Decimal | None,
        height_cm: Decimal | None,
        waist_cm: Decimal | None,
        eats_salty: bool,
        drinking_liang: Decimal | None,
    ) -> RiskFacts:
        resident = self.person.resident
        in_family = {*resident.family_history, *(c for visit in visits for c in _family_diseases(visit))}
        return RiskFacts(
            age=age_on(resident.birth_date, day),
            sex=resident.sex,
            systolic_mmhg=None if pressure is None else pressure.systolic_mmhg,
            diastolic_mmhg=None if pressure is None else pressure.diastolic_mmhg,
            body_mass_index=body_mass_index(weight_kg, height_cm) if weight_kg and height_cm else None,
            waist_cm=waist_cm,
            has_hypertensive_relative=_HYPERTENSION_IN_FAMILY in in_family,
            has_diabetic_relative=_DIABETES_IN_FAMILY in in_family,
            eats_salty=eats_salty,
            drinking_liang=drinking_liang,
            has_hypertension=has_condition_on(self.person, HYPERTENSION, day),
            has_vascular_disease=any(has_condition_on(self.person, code, day) for code in VASCULAR_DISEASES),
        )

    def _last(self, kind: str, day: date) -> Reading | None:
        return next((one for taken, one in reversed(self._by_kind().get(kind, [])) if taken < day), None)

    def _taken(self, kind: str, day: date) -> list[Reading]:
        return [one for taken, one in self._by_kind().get(kind, []) if taken < day]

    def _by_kind(self) -> dict[str, list[tuple[date, Reading]]]:
        if self._readings is None:
            self._readings = {}
            for one in counted_readings(self.person):
                day = day_in_china(one.taken_at)
                if day <= self.on:
                    self._readings.setdefault(one.kind, []).append((day, one))
            for found in self._readings.values():
                found.sort(key=lambda pair: (pair[1].taken_at, pair[1].id))
        return self._readings

    def _visits_before(self, day: date) -> list[Visit]:
        if self._visits is None:
            self._visits = sorted(
                (one for one in self.person.visits if one.answers and took_place(one)),
                key=lambda one: (one.served_on, one.recorded_at, one.id),
            )
        return [one for one in self._visits if one.served_on < day and one.served_on <= self.on]


def counted_readings(person: PersonFacts) -> list[Reading]:
    """Taken by staff, at a visit that stands or at none; a pulse alone is no pressure."""
    standing = standing_visit_ids(person.visits)
    return [
        one
        for one in person.readings
        if is_by_staff(one)
        and (one.visit_id is None or one.visit_id in standing)
        and (one.kind != BLOOD_PRESSURE or one.systolic_mmhg is not None)
    ]


def _last_answer(visits: list[Visit], read: Callable[[Visit], _T | None]) -> _T | None:
    return next((found for one in reversed(visits) if (found := read(one)) is not None), None)


def _eats_salty(visit: Visit) -> bool | None:
    """By the last follow-up (摄盐 重) or check-up (嗜盐); None where neither was asked."""
    answers = visit.answers or {}
    if "salt_intake" in answers:
        return answers["salt_intake"] == _SALTY
    return _LOVES_SALT in _codes(answers["diet_habits"]) if "diet_habits" in answers else None


def _drinking_liang(visit: Visit) -> Decimal | None:
    """两 of 白酒 a day; 0 where she never drinks or has stopped; None where it was not asked."""
    answers = visit.answers or {}
    if (
        answers.get("drinking_frequency") == _NEVER_DRINKS
        or answers.get("drinking_stopped") == _STOPPED_DRINKING
    ):
        return Decimal(0)
    value = answers.get("drinking_liang_per_day")
    return Decimal(value) if isinstance(value, int | str) and not isinstance(value, bool) else None


def _family_diseases(visit: Visit) -> tuple[str, ...]:
    answers = visit.answers or {}
    return tuple(code for key in _RELATIVES for code in _codes(answers.get(key)))


def _codes(value: JsonValue) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def _is_high_normal(reading: Reading) -> bool:
    return is_high_normal(reading.systolic_mmhg, reading.diastolic_mmhg)
