"""How values read in a sentence: days, ages, readings, places, duties, contracts, and what a rule says.

One wording for the command line, the window and paper. Codes become words by the catalogue; nothing is
decided here.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final

from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.clinical.reasons import ACTIONS, REASONS
from village_doctor.domain.clinical.sentences.sentence import Sentence
from village_doctor.domain.contract_rules import STATE_NAMES, yuan
from village_doctor.domain.contracts import Contract, ContractMember, state_on
from village_doctor.domain.dates import age_on, day_in_china
from village_doctor.domain.decisions import Decision, Reason
from village_doctor.domain.due import DueItem
from village_doctor.domain.duties.reasons import ITEM_NAMES, VALUE_NAMES, say, say_date, source_of
from village_doctor.domain.form_formulas import Computed
from village_doctor.domain.forms import Form
from village_doctor.domain.fulfilment.matching import CLINIC, DUE, HOME, OVERDUE, PHONE
from village_doctor.domain.messages import N_
from village_doctor.domain.packages import FOLLOW_UP_PROOF, ServicePackage
from village_doctor.domain.people import FEMALE, MALE, Absence, Condition, Household, Phone, Resident
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.domain.plausibility import Limits
from village_doctor.domain.readings import BLOOD_PRESSURE, Reading
from village_doctor.domain.visits import FOLLOW_UP, Visit
from village_doctor.foundation.clock import TIME_ZONE
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.desk import Note
from village_doctor.services.finding import hamlet_text
from village_doctor.services.notes import NOTE_TEXTS

_SEXES: Final[Mapping[str, str]] = {MALE: N_("男"), FEMALE: N_("女")}
_WEEKDAYS: Final = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
_HOW: Final[Mapping[str, str]] = {HOME: N_("上门"), CLINIC: N_("等他来"), PHONE: N_("打电话")}
PAYER_NAMES: Final[Mapping[str, str]] = {
    "insurance": N_("医保"),
    "public_health": N_("基本公卫"),
    "resident": N_("个人"),
    "other": N_("其他补助"),
}
# Of protected groups, where others may read along.
_UNNAMED: Final = N_("随访")
_NOT_COUNTED: Final = N_("不算随访（没填完，或不是面对面）")
_UNFINISHED: Final = N_("没填完，只算联系过")
_PARTLY_UNFINISHED: Final = N_("有一种病的没填完")
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


# --- people, duties, visits, contracts -----------------------------------------------------------------


def gone(person: Resident, on: date) -> str:
    """（11月20日去世）, （3月1日迁走）; empty for who lives here."""
    if person.died_on is not None:
        return fill(_("（{day}去世）"), {"day": day(person.died_on, on)})
    if person.moved_out_on is not None:
        return fill(_("（{day}迁走）"), {"day": day(person.moved_out_on, on)})
    return ""


def condition(item: Condition, catalogue: Catalogue) -> str:
    """高血压 2016年起"""
    name = catalogue.label("condition", item.code)
    told = (
        name
        if item.since is None
        else fill(_("{name} {since}起"), {"name": name, "since": say_date(item.since)})
    )
    return told if item.is_confirmed else told + _("（没确诊）")


def away(item: Absence, on: date, catalogue: Catalogue) -> str:
    """2月20日起外出（务工）广东东莞"""
    values = {
        "kind": catalogue.label("absence", item.kind),
        "day": day(item.from_on, on),
        "place": item.place or "",
    }
    return fill(_("{day}起外出（{kind}）{place}"), values)


def due_item(item: DueItem, on: date, *, says_how: bool = True, is_shared: bool = False) -> str:
    """高血压随访：超期 5 天（该在11月17日做）　上门. `says_how`: not where the list stands under 上门 already.

    `is_shared`: somebody may look over the shoulder, so that a protected group is not named.
    """
    name = _(_UNNAMED) if is_shared and item.group in PROTECTED_GROUPS else _(item.item_name)
    values = {"item": name, "day": day(item.due_on, on), "days": item.days_overdue}
    if item.state == OVERDUE:
        told = fill(_("{item}：超期 {days} 天（该在{day}做）"), values)
    elif item.state == DUE:
        told = fill(_("{item}：今天"), values)
    else:
        told = fill(_("{item}：{day}到期"), values)
    how = _(_HOW.get(item.mode_hint, item.mode_hint))
    return f"{told}　{how}" if says_how else told


def form_name(form: Form) -> str:
    """What people call a visit with this form: 高血压随访, 高血压、糖尿病随访, 健康体检."""
    follow_ups = [proof for proof in form.proves if proof.startswith(FOLLOW_UP_PROOF)]
    if len(follow_ups) > 1:
        diseases = [_(VALUE_NAMES["disease"][proof.removeprefix(FOLLOW_UP_PROOF)]) for proof in follow_ups]
        return fill(_("{disease}随访"), {"disease": "、".join(diseases)})
    return next((_(ITEM_NAMES[proof]) for proof in form.proves if proof in ITEM_NAMES), _(form.title))


def computed(form: Form, key: str, value: Computed) -> str:
    """体质指数 24.6, 评估结果 轻度依赖: what a form works out, as it reads."""
    item = form.field(key)
    if item is None:
        return f"{key} {value}"
    option = item.options.option(str(value)) if item.options is not None else None
    told = str(value) if option is None else option.label
    return " ".join(part for part in (_(item.label), told, item.unit or "") if part)


def visit_line(item: Visit, on: date, catalogue: Catalogue, *, is_shared: bool = False) -> str:
    """11月24日 入户 高血压随访 控制不满意. `is_shared` as for `due_item`: then nothing but that she was seen."""
    form = catalogue.forms.get(item.form_code or "")
    name = item.note or _("联系")
    if form is not None:
        name = form_name(form)
    told = [day(item.served_on, on), catalogue.label("mode", item.mode), name]
    if is_shared and form is not None and form.group in PROTECTED_GROUPS:
        return " ".join([*told[:2], _(_UNNAMED)])
    if item.not_done_reason is not None:
        told.append(fill(_("没做成：{why}"), {"why": catalogue.label("not_done", item.not_done_reason)}))
    elif form is not None and form.proves and not item.proves:
        told.append(_(_NOT_COUNTED if item.purpose == FOLLOW_UP else _UNFINISHED))
    elif item.control_result is not None:
        told.append(catalogue.class_label(item.form_code, item.control_result))
    elif form is not None and form.proves and not item.is_complete:
        told.append(_(_PARTLY_UNFINISHED))
    return " ".join(told)


def contract_line(item: Contract, on: date) -> str:
    """协议 2026-10001 有效 2026年11月20日 — 2028年11月19日（2 年）"""
    values = {
        "number": item.number,
        "state": _(STATE_NAMES[state_on(item, on)]),
        "first": say_date(item.starts_on.isoformat()),
        "last": say_date(item.ends_on.isoformat()),
        "years": item.years,
    }
    return fill(_("协议 {number}　{state}　{first} — {last}（{years} 年）"), values)


def fee(contract: Contract) -> str:
    """费用 80.50 元：医保 60.00 元，个人 20.50 元"""
    told = fill(_("费用 {yuan} 元"), {"yuan": yuan(contract.fee_fen)})
    shares = [
        fill(
            _("{payer} {yuan} 元"),
            {"payer": _(PAYER_NAMES.get(one.payer, one.payer)), "yuan": yuan(one.amount_fen)},
        )
        for one in contract.payers
    ]
    return fill(_("{fee}：{shares}"), {"fee": told, "shares": "，".join(shares)}) if shares else told


def package_names(contract: Contract, member: ContractMember) -> str:
    """The names of a member's packages, as signed; those of protected groups by their number."""
    names = {one.code: package_name(one) for one in contract.packages}
    return "、".join(names.get(code, code) for code in member.package_codes)


def package_name(package: ServicePackage) -> str:
    """糖尿病服务包; of a protected group only its number, for whoever stands beside reads it too."""
    if package.group in PROTECTED_GROUPS:
        return fill(_("个性化服务包（代码 {group}）"), {"group": package.group})
    return package.name


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
