"""Why somebody stands on a list: signing, gaps, absences, key groups (contracts.md §1, §2, §6)."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_OWN: Final = N_("本软件的约定，规范没有写")
_UNKNOWING: Final = N_("国卫基层发〔2022〕10号：不得“被签约”；怎么查是本软件的约定")
_SERVED: Final = N_("国卫基层发〔2022〕10号：履约看服务记录")
_RENEWAL: Final = N_("国卫基层发〔2022〕10号：协议期满续签或另选；提前 60 天是本软件的约定")
_KEY_GROUPS: Final = N_("家庭医生签约（国卫基层发〔2022〕10号）重点人群")
_PERMANENT: Final = N_("规范（第三版）§服务对象：辖区内常住居民，半年以上")
_FESTIVAL: Final = N_("本软件的约定，规范没有写；春节日期按农历推算，没有核对过原件")

REASONS: Final[Mapping[str, ReasonText]] = {
    "signed-not-served": ReasonText(N_("{first} 签约生效，到今天 {days} 天，一次服务也没有记下。"), _SERVED),
    "no-evidence": ReasonText(N_("成年人，没有本人签字，也没有写哪天告诉过。"), _UNKNOWING),
    "away-when-signed": ReasonText(
        N_("{signed} 签约那天登记着外出（{from} 起），也没有写怎么告诉的。"), _UNKNOWING
    ),
    "many-on-one-day": ReasonText(
        N_("{signed} 一天签了 {count} 份，那天没有集中签约活动，也没有上门名单。"), _UNKNOWING
    ),
    "runs-out": ReasonText(N_("{until} 到期，还有 {days} 天，还没有续签。"), _RENEWAL),
    "not-signed-group": ReasonText(N_("是{group}，还没有签约。"), _KEY_GROUPS),
    "signed-without-evidence": ReasonText(
        N_("协议里有名字，可没有本人签字，也没有告诉过，不算签约。"), _KEY_GROUPS
    ),
    "refused-contract": ReasonText(N_("{refused} 说不愿意签，{until} 起再问。"), _OWN),
    "away-since": ReasonText(N_("{from} 起外出，到 {limit} 满六个月，不算常住。"), _PERMANENT),
    "expected-back": ReasonText(N_("说好 {due} 回来。"), N_("外出登记")),
    "back-unknown": ReasonText(N_("没写什么时候回来，打电话问一问。"), N_("外出登记")),
    "festival-expected": ReasonText(N_("说好 {due} 回来，正是春节（{festival}）前后。"), _FESTIVAL),
    "festival-ask": ReasonText(
        N_("在外务工，春节（{festival}）前后可能回来，有电话，先打电话问。"), _FESTIVAL
    ),
    "offer-now": ReasonText(N_("{refused} 不愿意{what}，到 {due} 满了约好的日子，再问一次。"), _OWN),
    # key groups
    "group-by-age": ReasonText(N_("{age} 岁，是{group}。"), _KEY_GROUPS),
    "group-by-condition": ReasonText(N_("确诊了{disease}，是{group}。"), _KEY_GROUPS),
    "group-by-pregnancy": ReasonText(N_("怀着孕，是{group}。"), _KEY_GROUPS),
    "group-by-delivery": ReasonText(
        N_("{day} 分娩，还在产后 {days} 天里，是{group}。"), N_("本软件的约定，规范没有写产后多少天")
    ),
    "group-by-card": ReasonText(N_("有残疾证，是{group}。"), _KEY_GROUPS),
    "group-by-mark": ReasonText(N_("自己登记为{group}，没有写来自哪份名单。"), _KEY_GROUPS),
    "group-by-list": ReasonText(N_("在“{list}”上，是{group}。"), _KEY_GROUPS),
    "listed-not-known": ReasonText(N_("名单上说是{group}，可档案里看不出来，请核对。"), _KEY_GROUPS),
    "known-not-listed": ReasonText(N_("档案里看是{group}，可名单上没有，请核对。"), _KEY_GROUPS),
}
