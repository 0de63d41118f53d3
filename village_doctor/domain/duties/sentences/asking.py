"""How urgent a thing is and why, and why it is asked again or just now not."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_OWN: Final = N_("本软件的约定，规范没有写")
_TWO_WEEKS: Final = N_("规范（第三版）慢性病 §转诊：2 周内主动随访")
_FEW_DAYS: Final = N_("规范（第三版）§分类干预、§服务内容；谁排前面是本软件的约定")
_AGREEMENT_STATES: Final = N_("本软件的约定，规范没有写：没做成的也算在应做的里头")

REASONS: Final[Mapping[str, ReasonText]] = {
    "urgency-emergency": ReasonText(N_("危急转诊的，排在最前面。"), _OWN),
    "urgency-referral": ReasonText(N_("转诊了要问清下文，排在前面。"), _TWO_WEEKS),
    "urgency-again": ReasonText(N_("规范只给几天时间的，到日子就排在前面。"), _FEW_DAYS),
    "urgency-overdue-worst": ReasonText(N_("超期了，上次随访{result}，比别的超期先去。"), _OWN),
    "urgency-overdue-unknown": ReasonText(N_("超期了，还没有分过类，排在控制满意的前面。"), _OWN),
    "urgency-overdue": ReasonText(N_("超期了，超得久的先去。"), _OWN),
    "urgency-overdue-strict": ReasonText(N_("超期了，规范抓得紧的，比别的超期先去。"), _FEW_DAYS),
    "urgency-due": ReasonText(N_("今天到日子，排在超期的后面。"), _OWN),
    "urgency-planned": ReasonText(N_("还没到日子，顺路就做。"), _OWN),
    "urgency-along": ReasonText(N_("不用专门跑，去了这家顺便做。"), _OWN),
    # what stood in the way
    "back-again": ReasonText(N_("{from} 到 {until} 外出，回来了，从 {until} 起重新排上。"), _OWN),
    "offer-again": ReasonText(N_("{refused} 说不愿意，{from} 起再问一次愿不愿意。"), _OWN),
    "not-done-not_at_home": ReasonText(N_("{day} 去过，家里没人。"), _AGREEMENT_STATES),
    "not-done-refused": ReasonText(N_("{day} 说不愿意做。"), _AGREEMENT_STATES),
    "not-done-in_hospital": ReasonText(N_("正在住院，等出院再做。"), _AGREEMENT_STATES),
    "not-done-away": ReasonText(N_("外出不在家，先打电话；回来那天就该做。"), _AGREEMENT_STATES),
    "not-done-died": ReasonText(N_("听说已经去世，请先把去世的日子登记上。"), _AGREEMENT_STATES),
    "not-done-other": ReasonText(N_("{day} 去过，没做成。"), _AGREEMENT_STATES),
    "refused-until": ReasonText(N_("{refused} 说不愿意，{until} 起再问。"), _OWN),
}
