"""Verbs of medicines and of long prescriptions as they were issued."""

from collections.abc import Iterator
from datetime import date

import click

from village_doctor.cli import shapes
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import Day, Whole
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import VerbGroup, argument, flag, option, who_argument
from village_doctor.cli.voiding import add_void
from village_doctor.domain.medications import Medication
from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import finding, viewing, wording
from village_doctor.services.prescribing import (
    MedicineDraft,
    PrescriptionDraft,
    Registered,
    add_medication,
    end_medication,
    register_long_prescription,
)
from village_doctor.services.workplace import Workplace

_drug_taken = argument("drug", _("药"), _("药名"))


@click.group(cls=VerbGroup, help=_("一个人在吃的药。"))
def medicine() -> None:
    """Verbs of medicines."""


@medicine.command(
    "add",
    short_help=_("记一种药"),
    help=_(
        "记一种在吃的药。\n\n例：\n  village-doctor medicine add lgy 氨氯地平 --dose 5mg --times 1 --since 2024-03-01"
    ),
)
@who_argument
@argument("drug", _("药"), _("药名（通用名）"))
@option("--strength", metavar=_("规格"), help=_("如 5mg×28片"))
@option("--dose", metavar=_("用量"), help=_("每次多少，带单位，如 5mg"))
@option("--times", metavar=_("次数"), type=Whole(), help=_("一天几次"))
@option("--since", metavar=_("日期"), type=Day(), help=_("哪天开始吃的"))
@option("--prescriber", metavar=_("谁"), help=_("谁开的"))
@option("--institution", metavar=_("医院"), help=_("哪里开的"))
@json_flag
def medicine_add(
    who: str,
    drug: str,
    strength: str | None,
    dose: str | None,
    times: int | None,
    since: date | None,
    prescriber: str | None,
    institution: str | None,
) -> None:
    """A medicine that she takes."""
    with opened(writing=True) as workplace:
        person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
        draft = MedicineDraft(
            resident_id=person.id,
            drug=drug,
            strength=strength,
            dose=dose,
            times_per_day=times,
            since_on=since,
            prescriber=prescriber,
            institution=institution,
        )
        saved = workplace.command(add_medication, draft).value
        words = {"name": person.name, "medicine": _medicine(saved)}
        answer(shapes.record(saved), [fill(_("已保存：{name} {medicine}"), words)])


@medicine.command(
    "end",
    short_help=_("停药"),
    help=_("不再吃这种药了。\n\n例：\n  village-doctor medicine end lgy 氨氯地平 --on 2026-11-01"),
)
@who_argument
@_drug_taken
@option("--on", metavar=_("日期"), type=Day(), help=_("吃到哪天，不写是今天"))
@json_flag
def medicine_end(who: str, drug: str, on: date | None) -> None:
    """She no longer takes it."""
    with opened(writing=True) as workplace:
        found = _taken(workplace, who, drug)
        saved = workplace.command(end_medication, found.id, on).value
        answer(shapes.record(saved), [fill(_("已保存：{medicine} 停了。"), {"medicine": _medicine(saved)})])


def _taken(workplace: Workplace, who: str, drug: str) -> Medication:
    """The newest medicine of that name which she has not stopped taking. Raises Problem `nothing-to-change`."""
    person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
    known = workplace.query(viewing.person_facts, person.id, workplace.today()).medications
    found = [one for one in known if drug.strip() in one.drug and one.until_on is None]
    if not found:
        raise Problem("nothing-to-change", name=person.name, what=N_("药"))
    return max(found, key=lambda one: one.id)


def _medicine(saved: Medication) -> str:
    times = (
        fill(_("每日{times}次"), {"times": saved.times_per_day}) if saved.times_per_day is not None else ""
    )
    return " ".join(part for part in (saved.drug, saved.strength, saved.dose, times) if part)


add_void(
    medicine,
    who_argument,
    _drug_taken,
    short_help=_("作废记错的药"),
    help=_("作废记错的一种药。\n\n例：\n  village-doctor medicine void lgy 氨氯地平 --reason 记错了人"),
    find=_taken,
    named=lambda _workplace, found: _medicine(found),
)


# --- long prescriptions ---------------------------------------------------------------------------------


@click.group(cls=VerbGroup, help=_("长期处方：谁开的、几周、哪天用完。不改随访的日子。"))
def prescription() -> None:
    """Verbs of long prescriptions."""


@prescription.command(
    "add",
    short_help=_("登记一张长期处方"),
    help=_(
        "登记一张长期处方（4 到 12 周；4 周以上要本人签字）。\n\n例：\n"
        "  village-doctor prescription add lgy 氨氯地平 --weeks 8 --signed --prescriber 镇卫生院王医生 --dose 5mg --times 1"
    ),
)
@who_argument
@argument("drug", _("药"), _("药名（通用名）"))
@option("--weeks", metavar=_("几周"), type=Whole(), required=True, help=_("4 到 12"))
@flag("--signed", help=_("本人签了字"))
@flag("--again", help=_("再次开（不写是首次）"))
@option("--strength", metavar=_("规格"), help=_("如 5mg×28片"))
@option("--dose", metavar=_("用量"), help=_("每次多少，带单位"))
@option("--times", metavar=_("次数"), type=Whole(), help=_("一天几次"))
@option("--prescriber", metavar=_("谁"), help=_("谁开的"))
@option("--institution", metavar=_("医院"), help=_("哪里开的"))
@option("--storage", metavar=_("保管"), help=_("怎么放"))
@option("--on", metavar=_("日期"), type=Day(), help=_("哪天开的，不写是今天"))
@json_flag
def prescription_add(
    who: str,
    drug: str,
    weeks: int,
    signed: bool,
    again: bool,
    strength: str | None,
    dose: str | None,
    times: int | None,
    prescriber: str | None,
    institution: str | None,
    storage: str | None,
    on: date | None,
) -> None:
    """A long prescription as somebody issued it."""
    with opened(writing=True) as workplace:
        person = workplace.query(finding.resident, workplace.catalogue, who, workplace.today())
        draft = PrescriptionDraft(
            medicine=MedicineDraft(
                resident_id=person.id,
                drug=drug,
                strength=strength,
                dose=dose,
                times_per_day=times,
                prescriber=prescriber,
                institution=institution,
                storage=storage,
            ),
            weeks=weeks,
            issued_on=on,
            is_first=not again,
            is_signed=signed,
        )
        registered = workplace.command(register_long_prescription, draft).value
        answer(
            {
                **shapes.record(registered.medication),
                "warnings": shapes.reasons(registered.warnings),
            },
            _prescription_lines(workplace, person.name, registered),
        )


def _prescription_lines(workplace: Workplace, name: str, registered: Registered) -> Iterator[str]:
    saved = registered.medication
    values = {
        "name": name,
        "medicine": _medicine(saved),
        "weeks": saved.weeks,
        "day": "" if saved.refill_due_on is None else wording.day(saved.refill_due_on, workplace.today()),
    }
    yield fill(_("已保存：{name} 长期处方 {medicine}，{weeks} 周，{day}用完。"), values)
    yield from wording.with_sources([wording.clinical(one) for one in registered.warnings], "  ")
