"""Verbs of the receiving desk: receive, confirm, revoke, answer, status, rebuild."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from village_doctor.cli import failures
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import File, Whole
from village_doctor.cli.office_session import opened_office
from village_doctor.cli.progress import progress_line
from village_doctor.cli.verbs import Verb, argument, flag, option
from village_doctor.domain.changes.codec import instant_of
from village_doctor.domain.doubts import DOUBT_TEXTS
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services.wording import day_and_time
from village_doctor.township import answering, confirming, rebuilding, receiving, standing
from village_doctor.township.answering import Answered
from village_doctor.township.standing import ClinicStanding, DeviceStanding, OfficeStatus
from village_doctor.township.telling import LetterResult, WaitingDevice

_RESULTS: Final = {
    "taken": N_("收进来了，{changes} 条变更"),
    "had": N_("以前收过，一样的"),
    "waits-confirm": N_("先留着：这台电脑还没有确认"),
    "waits-missing": N_("先留着：缺前面的第 {missing} 封"),
    "waits-other": N_("先留着：要等本卫生室另一台电脑的信，请村医再 send 一次"),
    "waits-act": N_("先留着：这一次操作还没送完，等下一封"),
    "fork": N_("{why}"),
    "quarantined": N_("{why}"),
    "unread": N_("读不出来，先放下：{why}"),
}


@click.command(
    cls=Verb,
    help=_(
        "收文件夹（优盘）里村卫生室的信。看不懂的、不对的放进隔离的文件夹，什么也不改动；"
        "没确认过的电脑先留着：请村医念电脑上的六个词，您这边来对。\n\n例：\n  village-doctor-township receive /media/usb"
    ),
)
@argument("folder", _("文件夹"), _("信在哪个文件夹，如优盘"), type=File())
@json_flag
def receive(folder: Path) -> None:
    """Takes letters in."""
    with opened_office() as found, progress_line() as progress:
        received = receiving.receive(found, folder, progress)
    lines = [_letter_line(one) for one in received.letters] or [_("这个文件夹里没有信（.vdbatch）。")]
    answer(
        {
            "letters": [_letter_json(one) for one in received.letters],
            "waiting_devices": [_device_json(one) for one in received.waiting_devices],
            "taken_later": received.taken_later,
        },
        [*lines, *_later_lines(received.taken_later), *_waiting_lines(received.waiting_devices)],
    )


def _later_lines(taken: int) -> Iterator[str]:
    if taken:
        yield fill(_("以前先留着的 {count} 封，等齐了，也收进来了。"), {"count": taken})


def _letter_json(one: LetterResult) -> dict[str, JsonValue]:
    problem = one.problem
    return {
        "file": one.file_name,
        "result": one.result,
        "problem": problem.code if problem else None,
        "message": failures.message_of(problem) if problem else None,
        "clinic": one.clinic,
        "device_no": one.device_no,
        "clinic_id": one.clinic_id,
        "device_id": one.device_id,
        "batch_no": one.batch_no,
        "missing": list(one.missing),
        "changes": one.changes,
    }


def _letter_line(one: LetterResult) -> str:
    told = fill(
        _(_RESULTS[one.result]),
        {
            "changes": one.changes,
            "missing": "、".join(map(str, one.missing)),
            "why": failures.message_of(one.problem) if one.problem else "",
        },
    )
    if one.batch_no is None or not one.clinic:
        return fill(_("{file}：{told}"), {"file": one.file_name, "told": told})
    values = {"clinic": one.clinic, "no": one.device_no, "letter": one.batch_no, "told": told}
    if one.device_no is None:
        return fill(_("{clinic} 新电脑 第 {letter} 封：{told}"), values)
    return fill(_("{clinic} 第 {no} 台电脑 第 {letter} 封：{told}"), values)


def _device_json(one: WaitingDevice) -> dict[str, JsonValue]:
    return {
        "clinic": one.label,
        "clinic_code": one.clinic_code,
        "words": list(one.words),
        "continues": one.continues,
        "continues_no": one.continues_no,
        "continues_last_at": one.continues_last_at,
        "letters": one.letters,
    }


def _waiting_lines(devices: tuple[WaitingDevice, ...]) -> Iterator[str]:
    for one in devices:
        last = instant_of(one.continues_last_at) if one.continues_last_at else None
        values = {
            "clinic": one.label,
            "words": " ".join(one.words),
            "no": one.continues_no,
            "last": day_and_time(last),
        }
        if one.continues_no is not None:
            yield fill(_("{clinic} 有一台新电脑，接着第 {no} 台写（那台最近来信 {last}），等确认。"), values)
            yield fill(_("  确认以后第 {no} 台停用；两台都还在用，confirm 后面加 --keep-old。"), values)
        else:
            yield fill(_("{clinic} 有一台新电脑等确认。"), values)
        yield fill(_("  它的六个词：{words}"), values)
    if devices:
        yield _("请打村医的电话，请对方从 status 里念六个词；把听到的词写在 confirm 后面。")


@click.command(
    cls=Verb,
    help=_(
        "打电话对过六个词，确认村里的一台电脑，把它等着的信收进来。换了电脑的，原来那台同时停用；"
        "两台都还在用的加 --keep-old。\n\n例：\n"
        "  village-doctor-township confirm '麦苗 水桶 …'"
    ),
)
@argument("words", _("六个词"), _("电话里听到的六个词，空格隔开"), nargs=-1)
@flag("--keep-old", help=_("原来那台电脑也还在用，不停用"))
@json_flag
def confirm(words: tuple[str, ...], keep_old: bool) -> None:
    """Confirms a device."""
    with opened_office() as found:
        confirmed = confirming.confirm(found, " ".join(words), keep_old=keep_old)
    values: dict[str, JsonValue] = {
        "clinic": confirmed.label,
        "no": confirmed.device_no,
        "letters": confirmed.letters,
    }
    lines = [fill(_("已保存：{clinic} 的第 {no} 台电脑确认了，收进 {letters} 封信。"), values)]
    if confirmed.missing:
        lines.append(
            fill(
                _("还有 {waiting} 封先留着，缺第 {missing} 封，请村医再 send 一次。"),
                {"waiting": confirmed.waiting, "missing": "、".join(map(str, confirmed.missing))},
            )
        )
    elif confirmed.waiting:
        lines.append(fill(_("还有 {waiting} 封先留着，等后面的信。"), {"waiting": confirmed.waiting}))
    if confirmed.revoked_no is not None:
        lines.append(
            fill(
                _("原来的第 {no} 台电脑停用了：它以前送到的都在，以后的信不再收。"),
                {"no": confirmed.revoked_no},
            )
        )
    lines.append(_("接下来：answer 写回条，让村医带回去。"))
    told = {"revoked_no": confirmed.revoked_no, "waiting": confirmed.waiting}
    answer({**values, **told, "missing": list(confirmed.missing)}, lines)


@click.command(
    cls=Verb,
    help=_(
        "停用一台丢了的电脑：给过回条的都算数，以后再来的信不收。\n\n例：\n  village-doctor-township revoke 000101 1"
    ),
)
@argument("code", _("卫生室编号"), _("六位数字"))
@argument("device_no", _("第几台"), _("第几台电脑（看 status）"), type=Whole())
@option("--after", metavar=_("序号"), type=Whole(), help=_("收到第几条变更为止；不写就是现在收到的"))
@json_flag
def revoke(code: str, device_no: int, after: int | None) -> None:
    """Revokes a device."""
    with opened_office() as found:
        revoked = confirming.revoke(found, code, device_no, after)
    answer(
        {"clinic_code": code, "device_no": device_no, "revoked_after": revoked.after},
        [
            fill(
                _("已保存：{code} 的第 {no} 台电脑停用了，第 {after} 条变更以后的不再收。"),
                {"code": code, "no": device_no, "after": revoked.after},
            ),
            _("接下来：请村医在新电脑上恢复备份，再 send 一次；已收到的会随回条带回去。"),
        ],
    )


@click.command(
    "answer",
    cls=Verb,
    help=_(
        "给确认过的电脑写回条，放进文件夹（优盘）：收到哪了、要核对什么、同一卫生室别的电脑写的。"
        "只有那台电脑打得开。\n\n例：\n  village-doctor-township answer --to /media/usb"
    ),
)
@option("--to", "folder", metavar=_("文件夹"), type=File(), required=True, help=_("放到哪个文件夹，如优盘"))
@option("--clinic", "code", metavar=_("编号"), help=_("只给这个卫生室；不写就给所有有话要说的"))
@json_flag
def answer_(folder: Path, code: str | None) -> None:
    """Writes receipts."""
    with opened_office() as found, progress_line() as progress:
        answered = answering.answer(found, folder, clinic_code=code, progress=progress)
    counts: dict[str, JsonValue] = {
        "written": answered.written,
        "already_there": answered.already_there,
        "removed": answered.removed,
        "enclosed": answered.enclosed,
        "waiting_devices": answered.waiting_devices,
        "failed": list(answered.failed),
    }
    answer(counts, _answered_lines(answered, {**counts, "folder": folder}))


def _answered_lines(answered: Answered, values: Mapping[str, object]) -> Iterator[str]:
    if answered.written:
        yield fill(_("在 {folder} 写好了 {written} 张回条，读回来核对过。"), values)
    if answered.enclosed:
        yield fill(_("里面带了同一卫生室别的电脑的 {enclosed} 封信。"), values)
    if answered.already_there:
        yield fill(_("{already_there} 张回条已经在这个文件夹里，对方还没有来取。"), values)
    if answered.removed:
        yield fill(_("被新回条代替的 {removed} 张旧回条，清掉了。"), values)
    if answered.waiting_devices:
        yield fill(_("还有 {waiting_devices} 台电脑没有确认：先 confirm，才有回条。"), values)
    if answered.problem is not None:
        yield failures.message_of(answered.problem)
    if not (answered.written or answered.already_there or answered.waiting_devices):
        yield _("没有要回的。")


@click.command(
    cls=Verb,
    help=_(
        "收到哪了：每个卫生室、谁在等、缺哪封信、要核对什么、隔离了什么。\n\n例：\n  village-doctor-township status"
    ),
)
@json_flag
def status() -> None:
    """Shows how things stand."""
    with opened_office() as found:
        told = standing.status(found)
    answer(_status_json(told), _status_lines(told))


def _status_json(told: OfficeStatus) -> dict[str, JsonValue]:
    return {
        "township": told.name,
        "is_practice": told.is_practice,
        "words": list(told.words),
        "clinics": [_clinic_json(one) for one in told.clinics],
        "invited": [{"clinic_code": one.clinic_code, "clinic": one.label} for one in told.invited],
        "waiting_devices": [_device_json(one) for one in told.waiting_devices],
        "quarantine": [
            {
                "file": one.file_name,
                "kept_as": one.kept_as,
                "problem": one.problem.code,
                "message": failures.message_of(one.problem),
                "at": one.at,
                "clinic": one.clinic,
            }
            for one in told.quarantine
        ],
    }


def _clinic_json(one: ClinicStanding) -> dict[str, JsonValue]:
    return {
        "code": one.code,
        "name": _name(one),
        "letters": {"taken": one.taken, "waiting": one.waiting, "forks": one.forks, "refused": one.refused},
        "devices": [
            {
                "no": device.no,
                "state": device.state,
                "changes": device.entries,
                "revoked_after": device.revoked_after,
                "last_letter": device.last_batch_no,
                "waiting_letters": list(device.waiting),
                "missing_letters": list(device.missing),
            }
            for device in one.devices
        ],
        "last_letter_at": one.last_at,
        "doubts": [
            {"code": doubt.code, "kind": doubt.kind, "ids": list(doubt.ids), "names": list(doubt.names)}
            for doubt in one.doubts
        ],
        "late_parents": [
            {"kind": late.kind, "id": late.id, "field": late.field, "missing": late.missing}
            for late in one.late_parents
        ],
    }


def _name(clinic: ClinicStanding) -> str:
    return clinic.name or clinic.label


def _status_lines(told: OfficeStatus) -> Iterator[str]:
    yield fill(_("{name}　六个词：{words}"), {"name": told.name, "words": " ".join(told.words)})
    if told.is_practice:
        yield _("这是练习用的卫生院：只收练习村的信。")
    if not told.clinics and not told.invited:
        yield _("还没有村卫生室。先 invite 写一个邀请文件。")
    for clinic in told.clinics:
        yield from _clinic_lines(clinic)
    for invited in told.invited:
        yield fill(
            _("{code} {name}　邀请写好了，还没有用过"), {"code": invited.clinic_code, "name": invited.label}
        )
    yield from _waiting_lines(told.waiting_devices)
    if told.quarantine:
        yield fill(_("隔离的文件 {count} 个："), {"count": len(told.quarantine)})
    for held in told.quarantine:
        when = day_and_time(instant_of(held.at))
        yield f"  {when}　{held.clinic or held.file_name}　{failures.message_of(held.problem)}"


def _clinic_lines(clinic: ClinicStanding) -> Iterator[str]:
    last = instant_of(clinic.last_at) if clinic.last_at else None
    values = {
        "code": clinic.code,
        "name": _name(clinic),
        "last": day_and_time(last),
        "taken": clinic.taken,
        "late": len(clinic.late_parents),
        "apart": clinic.forks + clinic.refused,
    }
    yield fill(_("{code} {name}　收了 {taken} 封信，最近的 {last}"), values)
    for device in clinic.devices:
        yield "  " + _device_line(device)
        if device.missing:
            yield fill(
                _("    缺第 {missing} 封，请村医再 send 一次；后面的 {waiting} 封先留着"),
                {"missing": "、".join(map(str, device.missing)), "waiting": len(device.waiting)},
            )
    for doubt in clinic.doubts:
        text = fill(_(DOUBT_TEXTS[doubt.code]), {"count": len(doubt.ids)})
        yield fill(_("  要核对：{text}{names}"), {"text": text, "names": "、".join(doubt.names)})
    if clinic.late_parents:
        yield fill(_("  有 {late} 处提到的记录还没有到（等后面的信）"), values)
    if clinic.forks + clinic.refused:
        yield fill(_("  有 {apart} 封信没有收，另外留着"), values)


def _device_line(device: DeviceStanding) -> str:
    values = {"no": device.no, "changes": device.entries, "last": device.last_batch_no}
    if device.state == "revoked":
        return fill(_("第 {no} 台电脑（已停用）　{changes} 条变更，收到第 {last} 封"), values)
    return fill(_("第 {no} 台电脑　{changes} 条变更，收到第 {last} 封"), values)


@click.command(
    cls=Verb,
    help=_(
        "用留着的信，从头核对签名、把所有表重新整理一遍。信一封不少，随时可以做。\n\n例：\n  village-doctor-township rebuild"
    ),
)
@json_flag
def rebuild() -> None:
    """Makes everything derived again."""
    with opened_office() as found, progress_line() as progress:
        rebuilt = rebuilding.rebuild(found, progress)
    values: dict[str, JsonValue] = {"letters": rebuilt.letters, "entries": rebuilt.entries}
    answer(
        values,
        [fill(_("已保存：{letters} 封信都核对过，{entries} 条变更重新整理好了。"), values)],
    )
