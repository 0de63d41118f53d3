"""Why something is due to a patient with 肺结核 (norms-other-groups §4)."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_FIRST_VISIT: Final = N_("规范（第三版）肺结核 §第一次入户随访")
_SUPERVISION: Final = N_("规范（第三版）肺结核 §督导服药和随访管理")
_UNSEEN: Final = N_("规范（第三版）肺结核 §督导服药和随访管理；这个天数没有查到原文")
_REFERRAL: Final = N_("规范（第三版）肺结核 §分类干预，没有查到原文")
_SUSPECT: Final = N_("规范（第三版）肺结核 §筛查及推介转诊")
_CLOSING: Final = N_("规范（第三版）肺结核 §结案评估")
_MOVING: Final = N_("建档立卡贫困人口慢病家庭医生签约服务工作方案（2018）肺结核")
_OWN: Final = N_("本软件的约定，规范没有写")

REASONS: Final[Mapping[str, ReasonText]] = {
    "tb-first-visit": ReasonText(
        N_("{day} 接到肺结核通知，72 小时内要入户看第一次，最晚 {latest}。"), _FIRST_VISIT
    ),
    "tb-not-met": ReasonText(
        N_("通知后 72 小时里去了 {count} 次都没见着人（{last} 那次也是），要报告上级专业机构。"), _FIRST_VISIT
    ),
    "tb-start": ReasonText(N_("记着有肺结核，没有算得上的通知日子，先按每月一次随访，最晚 {latest}。"), _OWN),
    "tb-by-staff": ReasonText(
        N_("上次看肺结核是 {last}，由医生督导，每月至少随访一次，最晚 {latest}。"), _SUPERVISION
    ),
    "tb-intensive": ReasonText(
        N_("上次看肺结核是 {last}，不是医生督导，又在强化期或注射期，最晚 {latest} 再随访。"), _UNSEEN
    ),
    "tb-continuation": ReasonText(
        N_("上次看肺结核是 {last}，不是医生督导，在继续期，最晚 {latest} 再随访。"), _UNSEEN
    ),
    "tb-after-referral": ReasonText(
        N_("{last} 因为肺结核转了诊，最晚 {latest} 要再随访，问清结果。"), _REFERRAL
    ),
    "tb-week-missed": ReasonText(
        N_("{last} 问出漏服 {count} 次，够一周的量，还没报告的马上报告上级专业机构。"), _REFERRAL
    ),
    "tb-away": ReasonText(
        N_("{from} 起外出：打电话问药断没断，报告上级专业机构，说好在哪里接着治。"), _MOVING
    ),
    "tb-closing": ReasonText(N_("肺结核记到 {day} 为止，停止治疗要做结案评估。"), _CLOSING),
    "tb-outcome": ReasonText(N_("{day} 结案，2 周内要打电话问定点医院判定的结果，最晚 {latest}。"), _CLOSING),
    "tb-suspect": ReasonText(N_("{issued} 转去查肺结核的，1 周内要打电话问去没去，最晚 {limit}。"), _SUSPECT),
}
