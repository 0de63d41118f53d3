"""Verbs of readings: what was measured, what the norm says at once, and putting a wrong one right.

A reading alone proves no follow-up; the answer says so where it matters.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import click

from village_doctor.cli import shapes
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import Coded, Day, Pressure, Tenths, Whole
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import VerbGroup, argument, flag, option, who_argument
from village_doctor.cli.voiding import add_void
from village_doctor.domain import plausibility
from village_doctor.domain.clinical.emergency import WARNING_ACTIONS
from village_doctor.domain.decisions import Decision
from village_doctor.domain.duties.reasons import VALUE_NAMES
from village_doctor.domain.follow_ups import measurements_of
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import Reading
from village_doctor.domain.referrals import Referral
from village_doctor.foundation.clock import date_of
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import advising, finding, wording
from village_doctor.services.deciding import RecordedVisit
from village_doctor.services.measuring import ReadingDraft, RecordedReading, record_reading, void_reading
from village_doctor.services.visiting import correct_reading
from village_doctor.services.workplace import Workplace

Measurements = dict[str, int | Decimal]

_which_reading = argument("which", _("哪条"), _("读数的 id，或一个人（她最近的一条）"))
_SETTINGS: Final = {
    "clinic": N_("门诊"),
    "home": N_("入户"),
    "self_measured": N_("自测"),
    "other_institution": N_("其他机构"),
}
_AT_FOLLOW_UP: Final = "health_education"  # said at the follow-up itself, not at every reading
_ARMS: Final = {"left": N_("左"), "right": N_("右")}
_POSTURES: Final = {"sitting": N_("坐"), "lying": N_("躺"), "standing": N_("站")}


@click.group(cls=VerbGroup, help=_("读数：血压、血糖、体重、身高、腰围、体温、血氧、糖化血红蛋白。"))
def reading() -> None:
    """Verbs of readings."""


@reading.command(
    "add",
    short_help=_("记一次读数"),
    help=_(
        "记一次读数，马上说规范怎么看。少见的数先问一次：没打错就加 --confirmed 再来。"
        "只量血压不算随访；随访用 visit add。\n\n例：\n"
        "  village-doctor reading add lgy 152/96 --pulse 72\n"
        "  village-doctor reading add lgy --glucose 6.2 --fasting\n"
        "  village-doctor reading add lgy 86/50 --confirmed"
    ),
)
@who_argument
@argument("pressure", "152/96", _("血压，收缩压在前"), required=False, type=Pressure())
@option("--pulse", metavar=_("次/分"), type=Whole(), help=_("脉搏"))
@option("--glucose", metavar="mmol/L", type=Tenths(), help=_("血糖，要写清是什么时候的："))
@flag("--fasting", help=_("空腹"))
@flag("--two-hours", help=_("餐后 2 小时"))
@flag("--random", "at_random", help=_("随机"))
@option("--weight", metavar="kg", type=Tenths(), help=_("体重"))
@option("--height", metavar="cm", type=Tenths(), help=_("身高"))
@option("--waist", metavar="cm", type=Tenths(), help=_("腰围"))
@option("--temperature", metavar="℃", type=Tenths(), help=_("体温"))
@option("--spo2", metavar="%", type=Whole(), help=_("血氧饱和度"))
@option("--hba1c", metavar="%", type=Tenths(), help=_("糖化血红蛋白"))
@option(
    "--where",
    "setting",
    metavar=_("在哪"),
    type=Coded(_SETTINGS),
    default="clinic",
    help=_("门诊（不写就是）、入户、自测、其他机构"),
)
@option("--arm", metavar=_("左|右"), type=Coded(_ARMS), help=_("哪只胳膊"))
@option("--posture", metavar=_("坐|躺|站"), type=Coded(_POSTURES), help=_("坐着、躺着、站着"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天量的，不写是今天"))
@flag("--confirmed", help=_("问过的数没打错，照样存"))
@json_flag
def reading_add(
    who: str,
    pressure: Mapping[str, int] | None,
    pulse: int | None,
    glucose: Decimal | None,
    fasting: bool,
    two_hours: bool,
    at_random: bool,
    weight: Decimal | None,
    height: Decimal | None,
    waist: Decimal | None,
    temperature: Decimal | None,
    spo2: int | None,
    hba1c: Decimal | None,
    setting: str,
    arm: str | None,
    posture: str | None,
    on: date | None,
    confirmed: bool,
) -> None:
    """Stores what was measured."""
    typed: Mapping[str, int | Decimal | None] = {
        **(pressure or {}),
        "pulse_per_minute": pulse,
        _glucose_name(glucose, fasting=fasting, two_hours=two_hours, at_random=at_random): glucose,
        "weight_kg": weight,
        "height_cm": height,
        "waist_cm": waist,
        "temperature_c": temperature,
        "spo2_percent": spo2,
        "hba1c_percent": hba1c,
    }
    measured: Measurements = {name: value for name, value in typed.items() if value is not None}
    if not measured:
        raise click.UsageError(
            _("要写量到的数，如 152/96 或 --glucose 6.2 --fasting。"), click.get_current_context()
        )
    with opened(writing=True) as workplace:
        person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
        draft = ReadingDraft(
            resident_id=person.id,
            measurements=measured,
            taken_on=on,
            setting=setting,
            arm=arm,
            posture=posture,
            confirmed=unusual(workplace, measured) if confirmed else (),
        )
        recorded = workplace.command(record_reading, draft).value
        advice = _advice(workplace, person, recorded, measured, on or workplace.today())
        answer(_recorded_json(person, recorded, advice), _recorded_lines(workplace, person, recorded, advice))


def _glucose_name(glucose: Decimal | None, *, fasting: bool, two_hours: bool, at_random: bool) -> str:
    """Which glucose it is; exactly one time must be named with a value, none without."""
    named = [
        name
        for name, is_named in (
            (plausibility.FASTING_GLUCOSE, fasting),
            (plausibility.TWO_HOURS_GLUCOSE, two_hours),
            (plausibility.RANDOM_GLUCOSE, at_random),
        )
        if is_named
    ]
    if len(named) != (0 if glucose is None else 1):
        raise click.UsageError(
            _("血糖要写成 --glucose 6.2，后面跟 --fasting、--two-hours、--random 中的一个。"),
            click.get_current_context(),
        )
    return named[0] if named else ""


def unusual(workplace: Workplace, measured: Mapping[str, int | Decimal]) -> tuple[str, ...]:
    """The values that would be asked about: what --confirmed answers."""
    return plausibility.unusual(measured, workplace.catalogue.limits)


def _advice(
    workplace: Workplace, person: Resident, recorded: RecordedReading, measured: Measurements, on: date
) -> Sequence[tuple[str, Decision]]:
    """What a follow-up with these values would say; an emergency needs no such word."""
    if recorded.emergency is not None or recorded.readings[0].setting == "self_measured":
        return ()
    return workplace.query(advising.if_followed_up, person.id, measured, on)


def _recorded_json(
    person: Resident, recorded: RecordedReading, advice: Sequence[tuple[str, Decision]]
) -> dict[str, JsonValue]:
    return {
        "resident_id": person.id,
        "name": person.name,
        "readings": [shapes.reading(one) for one in recorded.readings],
        "emergency": None if recorded.emergency is None else shapes.decision(recorded.emergency),
        "warnings": shapes.reasons(recorded.warnings),
        "screening": None if recorded.screening is None else shapes.decision(recorded.screening),
        "actions": [
            {"code": code, "text": wording.action(code)[0], "source": wording.action(code)[1]}
            for code in _warning_actions(recorded)
        ],
        "referral": shapes.referral(recorded.referral),
        "counts_as_follow_up": False,
        "if_followed_up": {disease: shapes.decision(decision) for disease, decision in advice},
    }


def _warning_actions(recorded: RecordedReading) -> list[str]:
    codes = (WARNING_ACTIONS.get(one.code) for one in recorded.warnings)
    return list(dict.fromkeys(code for code in codes if code is not None))


def _recorded_lines(
    workplace: Workplace, person: Resident, recorded: RecordedReading, advice: Sequence[tuple[str, Decision]]
) -> Iterator[str]:
    today = workplace.today()
    values = {
        "name": person.name,
        "readings": "，".join(wording.reading(one, workplace.catalogue.limits) for one in recorded.readings),
        "day": wording.reading_day(recorded.readings[0], today),
        "where": workplace.catalogue.label("reading_setting", recorded.readings[0].setting),
    }
    yield fill(_("已保存：{name} {readings}（{day} {where}）"), values)
    if recorded.emergency is not None:
        yield _("▲ 危急")
        yield from wording.decision(recorded.emergency, today)
        if recorded.referral is not None:
            yield _("  已记下紧急转诊。问到结果用 refer ask 记。")
    yield from wording.with_sources([wording.clinical(one) for one in recorded.warnings], "  ")
    yield from (f"  · {wording.action(code)[0]}" for code in _warning_actions(recorded))
    if recorded.screening is not None:
        yield from _screening_lines(recorded.screening, recorded.referral, today)
    for disease, decision in () if recorded.warnings else advice:
        name = _(VALUE_NAMES["disease"][disease])
        result = workplace.catalogue.label("control_result", decision.control_result)
        yield fill(_("如果接着做{disease}随访：{result}"), {"disease": name, "result": result})
        yield from wording.with_sources([wording.clinical(one) for one in decision.reasons], "  ")
        yield from (f"  · {wording.action(code)[0]}" for code in decision.actions if code != _AT_FOLLOW_UP)
    if advice:
        yield _("只量不算随访；要算，用 visit add 把随访表填完。")


@reading.command(
    "correct",
    short_help=_("更正一条读数"),
    help=_(
        "更正一条读数；和它有关的随访结论会重新算。写一个人，就是更正她最近的那一条（血压写血压，别的写 --value）。\n\n例：\n"
        "  village-doctor reading correct lgy 142/96\n  village-doctor reading correct lgy --value 6.8"
    ),
)
@_which_reading
@argument("pressure", "142/96", _("改成的血压"), required=False, type=Pressure())
@option("--pulse", metavar=_("次/分"), type=Whole(), help=_("脉搏"))
@option("--value", metavar=_("数"), type=Tenths(), help=_("别的读数改成这个数"))
@flag("--confirmed", help=_("问过的数没打错，照样存"))
@json_flag
def reading_correct(
    which: str, pressure: Mapping[str, int] | None, pulse: int | None, value: Decimal | None, confirmed: bool
) -> None:
    """Puts a reading right."""
    values: Measurements = {**(pressure or {})}
    if pulse is not None:
        values["pulse_per_minute"] = pulse
    if bool(values) == (value is not None):
        raise click.UsageError(_("写改成的血压，或者 --value 后面写一个数。"), click.get_current_context())
    with opened(writing=True) as workplace:
        found = workplace.query(
            finding.reading, workplace.catalogue, which, workplace.today(), is_pressure=value is None
        )
        if value is not None:
            values.update(_one_value(workplace, found, value))
        saved = workplace.command(
            correct_reading, found.id, values, unusual(workplace, values) if confirmed else ()
        ).value
        answer(_corrected_json(saved), _corrected_lines(workplace, found, saved))


def _one_value(workplace: Workplace, found: Reading, value: Decimal) -> Measurements:
    """The value under the name that this reading has. Raises Problem `already-voided`, `field-value`."""
    if found.is_voided:
        raise Problem("already-voided")
    name, *others = measurements_of([found])
    if others:
        raise click.UsageError(_("这一条是血压，要写成 142/96 这样。"), click.get_current_context())
    if name not in plausibility.WHOLE_MEASURES:
        return {name: value}
    if value != value.to_integral_value():
        raise Problem("field-value", field=workplace.catalogue.limits[name].label, value=value)
    return {name: int(value)}


def _screening_lines(decision: Decision, referral: Referral | None, today: date) -> Iterator[str]:
    yield from wording.decision(decision, today)
    if decision.referral is not None and referral is not None:
        yield _("  已记下转诊。问到结果用 refer ask 记。")


def _corrected_json(saved: RecordedVisit | RecordedReading) -> dict[str, JsonValue]:
    return {
        "readings": [shapes.reading(one) for one in saved.readings],
        "visit": shapes.visit(saved.visit) if isinstance(saved, RecordedVisit) else None,
        "screening": None if saved.screening is None else shapes.decision(saved.screening),
        "referral": shapes.referral(saved.referral),
    }


def _corrected_lines(
    workplace: Workplace, before: Reading, saved: RecordedVisit | RecordedReading
) -> Iterator[str]:
    limits, today = workplace.catalogue.limits, workplace.today()
    now = next((one for one in saved.readings if one.id == before.id), before)
    values = {"before": wording.reading(before, limits), "now": wording.reading(now, limits)}
    yield fill(_("已保存：{before} 改成 {now}"), values)
    decision = saved.visit.decision if isinstance(saved, RecordedVisit) else saved.emergency
    if decision is not None:
        yield from wording.decision(decision, today)
    if saved.screening is not None:
        yield from _screening_lines(saved.screening, saved.referral, today)


def _reading(workplace: Workplace, which: str) -> Reading:
    return workplace.query(finding.reading, workplace.catalogue, which, workplace.today())


def _day_and_reading(workplace: Workplace, found: Reading) -> str:
    day = wording.day(date_of(found.taken_at), workplace.today())
    return f"{day} {wording.reading(found, workplace.catalogue.limits)}"


add_void(
    reading,
    _which_reading,
    short_help=_("作废一条读数"),
    help=_(
        "作废一条读数（记错了人、没量过）。写一个人，就是作废她最近的那一条。\n\n例：\n  village-doctor reading void lgy --reason 记错了人"
    ),
    find=_reading,
    named=_day_and_reading,
    void=void_reading,
)
