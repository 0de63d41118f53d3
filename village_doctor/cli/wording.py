"""How values read in a sentence: days, ages, readings, places, and what a rule says.

Codes become words by the catalogue; nothing is decided here.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final

from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.clinical.decision import Decision, Reason
from village_doctor.domain.clinical.reasons import ACTIONS, REASONS, Sentence
from village_doctor.domain.dates import age_on, day_in_china
from village_doctor.domain.duty_reasons import say, say_date, source_of
from village_doctor.domain.messages import N_
from village_doctor.domain.people import FEMALE, MALE, Household, Phone, Resident
from village_doctor.domain.plausibility import Limits
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading
from village_doctor.foundation.clock import TIME_ZONE
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services.desk import Note
from village_doctor.services.finding import hamlet_text
from village_doctor.services.notes import NOTE_TEXTS

_SEXES: Final[Mapping[str, str]] = {MALE: N_("男"), FEMALE: N_("女")}
_WEEKDAYS: Final = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
_DATE_VALUES: Final = frozenset({"previous_on"})
GLUCOSES: Final[Mapping[str | None, str]] = {
    "fasting": "fasting_glucose_mmol",
    "two_hours": "two_hours_glucose_mmol",
    "random": "random_glucose_mmol",
}


def day(value: date, today: date) -> str:
    """11月22日; with the year where it is not this one."""
    return say_date(value.isoformat()) if value.year != today.year else f"{value.month}月{value.day}日"


def day_and_time(instant: datetime | None) -> str:
    """2026-11-22 10:15, as clocks in China show it."""
    return _("还没有") if instant is None else f"{instant.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"


def weekday(value: date) -> str:
    return _(_WEEKDAYS[value.weekday()])


def sex(code: str) -> str:
    return _(_SEXES.get(code, N_("性别不明")))


def age(person: Resident, on: date) -> str:
    """70岁; a baby's age in months."""
    years = age_on(person.birth_date, on)
    if years >= 1:
        return fill(_("{years}岁"), {"years": years})
    months = (on.year - person.birth_date.year) * 12 + on.month - person.birth_date.month
    months -= on.day < person.birth_date.day
    return fill(_("{months}个月"), {"months": max(0, months)})


def person(resident: Resident, on: date) -> str:
    """李桂英 女 70岁"""
    return f"{resident.name} {sex(resident.sex)} {age(resident, on)}"


def door(household: Household | None, hamlet: Hamlet | None) -> str:
    """三组 12号, else the landmark, else the household's number."""
    if household is None:
        return _("没有登记住处")
    place = " ".join(part for part in (hamlet_text(hamlet), household.door_number) if part)
    return place or household.landmark or fill(_("户号 {number}"), {"number": household.number})


def phones(items: Iterable[Phone]) -> str:
    """19900002231（女儿），19900001188: each number once, with whose it is where that is known."""
    whose: dict[str, str | None] = {}
    for item in items:
        whose[item.number] = whose.get(item.number) or item.whose
    return "，".join(f"{number}（{name}）" if name else number for number, name in whose.items())


def reading(item: Reading, limits: Mapping[str, Limits]) -> str:
    """血压 152/96 mmHg 脉搏 72, 空腹血糖 6.2 mmol/L"""
    if item.kind == BLOOD_PRESSURE:
        pulse = fill(_(" 脉搏 {pulse}"), {"pulse": item.pulse_per_minute}) if item.pulse_per_minute else ""
        if item.systolic_mmhg is None:
            return pulse.strip()
        return (
            fill(
                _("血压 {systolic}/{diastolic}"),
                {"systolic": item.systolic_mmhg, "diastolic": item.diastolic_mmhg},
            )
            + pulse
        )
    for name, limit in limits.items():
        value = item.glucose_mmol if name == GLUCOSES.get(item.glucose_timing) else getattr(item, name, None)
        if value is not None:
            return f"{_(limit.label)} {value} {limit.unit}"
    return item.kind


def reading_day(item: Reading, today: date) -> str:
    return day(day_in_china(item.taken_at), today)


# --- what a rule says ---------------------------------------------------------------------------------


def clinical(reason: Reason) -> tuple[str, str]:
    """The sentence of a clinical reason and its source."""
    return _said(REASONS[reason.code], reason.values)


def action(code: str) -> tuple[str, str]:
    """What to do, and where it is written."""
    return _said(ACTIONS[code], None)


def _said(sentence: Sentence, values: Mapping[str, str] | None) -> tuple[str, str]:
    words = {
        name: say_date(value) if name in _DATE_VALUES else value for name, value in (values or {}).items()
    }
    return fill(sentence.text, words), _(sentence.source)


def duty(reason: Reason) -> tuple[str, str]:
    """The sentence of a duty's reason and its source."""
    return say(reason.code, reason.values, _), source_of(reason.code, reason.values, _)


def with_sources(
    sentences: Iterator[tuple[str, str]] | list[tuple[str, str]], indent: str = ""
) -> Iterator[str]:
    """「…」 with 依据 under it; a source that speaks for several sentences in a row is named once."""
    told = list(sentences)
    for index, (sentence, source) in enumerate(told):
        yield f"{indent}「{sentence}」"
        is_last = index + 1 == len(told) or told[index + 1][1] != source
        if source and is_last:
            yield fill(_("{indent}    依据：{source}"), {"indent": indent, "source": source})


def decision(item: Decision, today: date, indent: str = "  ") -> Iterator[str]:
    """Why, then what to do, each with its source."""
    yield from with_sources([clinical(reason) for reason in item.reasons], indent)
    if item.actions:
        yield indent + _("该做：")
        yield from (f"{indent}  · {action(code)[0]}" for code in item.actions)


def note(item: Note) -> str:
    return fill(NOTE_TEXTS[item.code], item.values)
