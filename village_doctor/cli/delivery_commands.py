"""Verbs of delivery: enrol with the township, send letters onto a stick, take in its receipts."""

from collections.abc import Iterator
from pathlib import Path

import click

from village_doctor.cli import failures
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import File
from village_doctor.cli.progress import progress_line
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import Verb, argument, option
from village_doctor.domain.changes.codec import instant_text
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import delivery_status, enrolling, sending, taking_receipts
from village_doctor.services.delivery_status import DeliveryStatus
from village_doctor.services.delivery_wording import REVOKED, sent_lines, taken_lines
from village_doctor.services.enrolling import TownshipShown
from village_doctor.services.wording import day_and_time

_LONGEST_INVITATION = 64 * 1024


@click.command(
    cls=Verb,
    help=_(
        "用卫生院给的邀请文件（.vdinvite）接上头。先不写 --words 看一看，打电话请卫生院念它的六个词；"
        "一样，再把听到的词写在 --words 后面。对上了才算数。\n\n例：\n"
        "  village-doctor enrol 优盘/0a1b….vdinvite\n"
        "  village-doctor enrol 优盘/0a1b….vdinvite --words '麦苗 水桶 …'"
    ),
)
@argument("file", _("邀请文件"), _("以 .vdinvite 结尾的文件"), type=File())
@option("--words", metavar=_("六个词"), help=_("电话里听到的卫生院的六个词"))
@json_flag
def enrol(file: Path, words: str | None) -> None:
    """Shows the township's words, or enrols with them."""
    data = _read(file)
    if words is None:
        shown = enrolling.look_at(data)
        answer(
            {"enrolled": False, **_township_json(shown)},
            [
                fill(_("邀请来自：{name}　给您的卫生室编号：{code}"), _values(shown)),
                _practice_line(shown),
                fill(_("它的六个词：{words}"), _values(shown)),
                _("还没有接上，什么也没有改动。请打卫生院的电话（用您自己知道的号码），请对方念这六个词。"),
                _("一样：再来一次，把听到的词写在 --words 后面。不一样：不要用这个文件。"),
            ],
        )
        return
    with opened(writing=True) as workplace:
        shown = enrolling.enrol(workplace, data, words)
        device_words = delivery_status.status(workplace).device_words
    answer(
        {"enrolled": True, **_township_json(shown), "device_words": list(device_words)},
        [
            fill(_("已保存：和{name}接上了，卫生室编号 {code}。"), _values(shown)),
            _("忘了密码、开锁码也没了的时候，卫生院保险柜里的那张纸也能打开这里的数据。"),
            fill(_("这台电脑的六个词：{words}"), {"words": " ".join(device_words)}),
            _("接下来：send 写出第一封信；卫生院收到后会打电话来对这六个词。"),
        ],
    )


def _read(file: Path) -> bytes:
    """Raises Problem `invitation-missing`."""
    try:
        with file.open("rb") as opened_file:
            return opened_file.read(_LONGEST_INVITATION + 1)
    except OSError as error:
        raise Problem("invitation-missing", file=file) from error


def _values(shown: TownshipShown) -> dict[str, object]:
    return {"name": shown.name, "code": shown.clinic_code, "words": " ".join(shown.words)}


def _township_json(shown: TownshipShown) -> dict[str, JsonValue]:
    return {
        "township": shown.name,
        "clinic_code": shown.clinic_code,
        "words": list(shown.words),
        "is_practice": shown.practice,
    }


def _practice_line(shown: TownshipShown) -> str:
    return _("这是练习用的邀请：只有练习村能用。") if shown.practice else _("这是正式的邀请：练习村不能用。")


@click.command(
    cls=Verb,
    help=_(
        "把还没上报的写成加密的信，放进文件夹（优盘）。只有卫生院打得开；文件名里没有人名和日期。"
        "没收到回条的信每次都带上，多带几次不要紧。\n\n例：\n  village-doctor send --to /media/usb"
    ),
)
@option("--to", "folder", metavar=_("文件夹"), type=File(), required=True, help=_("放到哪个文件夹，如优盘"))
@json_flag
def send(folder: Path) -> None:
    """Writes letters."""
    with opened(writing=True) as workplace, progress_line() as progress:
        sent = sending.send(workplace, folder, progress)
        standing = delivery_status.status(workplace)
    answer(
        {
            "letters_written": sent.written,
            "letters_new": sent.new,
            "letters_already_there": sent.already_there,
            "letters_removed": sent.removed,
            "changes": sent.changes,
        },
        sent_lines(sent, str(folder), standing),
    )


@click.command(
    cls=Verb,
    help=_(
        "读文件夹（优盘）里卫生院的回条：哪些送到了，哪些要核对。\n\n例：\n  village-doctor receive /media/usb"
    ),
)
@argument("folder", _("文件夹"), _("回条在哪个文件夹，如优盘"), type=File())
@json_flag
def receive(folder: Path) -> None:
    """Takes in receipts."""
    with opened(writing=True) as workplace, progress_line() as progress:
        taken = taking_receipts.receive(workplace, folder, progress)
        standing = delivery_status.status(workplace)
    answer(
        {
            "receipts": taken.receipts,
            "ignored": taken.ignored,
            "ignored_why": [{"file": name, "why": why} for name, why in taken.ignored_why],
            "not_ours": taken.not_ours,
            "delivered_changes": taken.delivered_changes,
            "reopened_letters": taken.reopened,
            "merged": taken.merged,
            "starts_new_device": taken.starts_new_device,
            "problems": [
                {"file": name, "problem": problem.code, "message": failures.message_of(problem)}
                for name, problem in taken.problems
            ],
            "delivery": delivery_json(standing),
        },
        [*taken_lines(taken, failures.message_of), *delivery_lines(standing)],
    )


# --- status -------------------------------------------------------------------------------------------


def delivery_json(found: DeliveryStatus) -> dict[str, JsonValue]:
    """How far things have been delivered, for programs."""
    oldest = found.oldest_waiting_at
    return {
        "township": found.township.name if found.township else None,
        "clinic_code": found.township.clinic_code if found.township else None,
        "is_confirmed": found.is_confirmed,
        "is_revoked": found.is_revoked,
        "device_words": list(found.device_words),
        "delivered": found.delivered,
        "waiting": found.waiting,
        "waiting_since": instant_text(oldest) if oldest else None,
        "doubted": len(found.doubts),
        "doubts": [{"code": one.code, "text": one.text} for one in found.doubts],
        "refused_letters": [
            {"batch_no": one.batch_no, "reason": one.reason, "text": one.text} for one in found.refused
        ],
        "last_sent_at": instant_text(found.last_sent_at) if found.last_sent_at else None,
        "last_receipt_at": instant_text(found.last_receipt_at) if found.last_receipt_at else None,
        "last_receipt_no": found.last_receipt_no,
        "outcomes": [
            {"kind": one.kind, "id": one.id, "outcome": one.outcome, "winner": one.winner}
            for one in found.outcomes
        ],
    }


def delivery_lines(found: DeliveryStatus) -> Iterator[str]:
    """How far things have been delivered, for people."""
    if found.township is None:
        yield _("上报：还没有和卫生院接上头（enrol）。")
        return
    values = {
        "name": found.township.name,
        "delivered": found.delivered,
        "waiting": found.waiting,
        "since": day_and_time(found.oldest_waiting_at),
        "doubted": len(found.doubts),
        "sent": day_and_time(found.last_sent_at),
        "receipt": day_and_time(found.last_receipt_at),
    }
    if found.waiting:
        yield fill(
            _(
                "上报到 {name}：已送到 {delivered} 条；没送到 {waiting} 条，最早的是 {since} 写的；要核对 {doubted} 处"
            ),
            values,
        )
    else:
        yield fill(_("上报到 {name}：{delivered} 条都已送到；要核对 {doubted} 处"), values)
    yield fill(_("最近一次写信：{sent}　最近一张回条：{receipt}"), values)
    if found.is_revoked:
        yield _(REVOKED)
    elif not found.is_confirmed:
        yield fill(
            _("卫生院还没有确认这台电脑。它的六个词：{words}"), {"words": " ".join(found.device_words)}
        )
    for doubt in found.doubts:
        yield fill(_("要核对：{text}"), {"text": doubt.text})
    for letter in found.refused:
        yield fill(
            _("第 {number} 封信卫生院没有收：{why}"),
            {"number": letter.batch_no, "why": letter.text},
        )
