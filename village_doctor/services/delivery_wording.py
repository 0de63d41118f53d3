"""How delivering reads in sentences: how far it has come, what was put on the stick, what the receipts said.

One wording for the command line and the window; what to type or press next is said by whoever shows it.
"""

from collections.abc import Callable, Iterator
from datetime import date

from village_doctor.domain.dates import day_in_china
from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import wording
from village_doctor.services.delivery_status import DeliveryStatus
from village_doctor.services.sending import Sent
from village_doctor.services.taking_receipts import Taken

REVOKED = N_(
    "卫生院已经停用这台电脑：以前送到的都在，以后写的不再收。这里的记录都在。要接着用，请打电话给卫生院。"
)


def standing_sentence(found: DeliveryStatus, today: date) -> str:
    """还有 41 条没送到卫生院，最早 11月12日。上次回条 11月10日：2 处要核对。"""
    name = found.township.name if found.township is not None else _("卫生院")
    if found.waiting and found.oldest_waiting_at is not None:
        oldest = wording.day(day_in_china(found.oldest_waiting_at), today)
        values = {"count": found.waiting, "name": name, "day": oldest}
        told = fill(_("还有 {count} 条没送到{name}，最早 {day}。"), values)
    elif found.delivered:
        told = fill(_("写下的都送到{name}了。"), {"name": name})
    else:
        told = _("还没有要上报的。")
    return told + _receipt_sentence(found, today)


def _receipt_sentence(found: DeliveryStatus, today: date) -> str:
    if found.last_receipt_at is None:
        return _("还没有收到过回条。") if found.last_sent_at is not None else _("还没有上报过。")
    values = {
        "day": wording.day(day_in_china(found.last_receipt_at), today),
        "doubts": len(found.doubts),
    }
    if found.doubts:
        return fill(_("上次回条 {day}：{doubts} 处要核对。"), values)
    return fill(_("上次回条 {day}：没有要核对的。"), values)


def sent_lines(sent: Sent, place: str, standing: DeliveryStatus) -> Iterator[str]:
    """What lies there now; `place`: what people call the stick or the folder."""
    values = {
        "written": sent.written,
        "there": sent.already_there,
        "removed": sent.removed,
        "changes": sent.changes,
        "place": place,
    }
    if sent.written:
        yield fill(_("在 {place} 放好了 {written} 封信，读回来核对过。"), values)
    if sent.already_there:
        yield fill(_("原来就在上面、还没收到回条的信：{there} 封。"), values)
    if sent.changes:
        yield fill(_("一共 {changes} 条记录等卫生院的回条。收到回条才算送到。"), values)
        if standing.is_revoked:
            yield _(REVOKED)
        elif not standing.is_confirmed:
            yield _("这台电脑卫生院还没有确认：信他们会先留着，打电话对过六个词就收进去。")
    else:
        yield _("没有要送的：写下的都已送到，卫生院给过回条。")
    if sent.removed:
        yield fill(_("上面 {removed} 封已送到的旧信，清掉了。"), values)


def taken_lines(taken: Taken, tell: Callable[[Problem], str]) -> Iterator[str]:
    """What the receipts brought; `tell` says what is wrong with one of them."""
    values = {
        "receipts": taken.receipts,
        "changes": taken.delivered_changes,
        "merged": taken.merged,
        "reopened": taken.reopened,
        "ignored": taken.ignored,
        "others": taken.not_ours,
    }
    if taken.receipts:
        yield fill(_("已保存：收进 {receipts} 张回条，新送到 {changes} 条记录。"), values)
    else:
        yield _("没有新的回条。")
    if taken.merged:
        yield fill(_("本卫生室另外的电脑写的 {merged} 条记录，也并进来了。"), values)
    if taken.reopened:
        yield fill(
            _("有 {reopened} 封信卫生院说现在没有了（可能从旧备份恢复过），已改回没送到，下次上报会再带上。"),
            values,
        )
    if taken.ignored:
        yield fill(_("另有 {ignored} 张以前收过，跳过了，不要紧。"), values)
    if taken.not_ours:
        yield fill(_("另有 {others} 张是给别的电脑的，没有动，不要紧。"), values)
    for name, problem in taken.problems:
        yield fill(_("{file}：{why}"), {"file": name, "why": tell(problem)})
    if taken.starts_new_device:
        yield _(
            "卫生院收到过的比这里有的还多：这是一份旧数据。没有丢：从现在起它是一台新电脑，再上报一次，缺的从卫生院取回。"
        )
