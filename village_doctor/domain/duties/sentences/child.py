"""Why a visit or a check of a child is due."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_NEWBORN: Final = N_("规范（第三版）0～6岁儿童 §新生儿家庭访视")
_CHECKS: Final = N_("规范（第三版）0～6岁儿童 §满月、婴幼儿、学龄前儿童健康管理")
_CHINESE_MEDICINE: Final = N_("规范（第三版）0～36个月儿童中医药健康管理")

REASONS: Final[Mapping[str, ReasonText]] = {
    "newborn-home": ReasonText(N_("{from} 出院回家，一周内要上门看新生儿，最晚 {latest}。"), _NEWBORN),
    "newborn-from-birth": ReasonText(
        N_("{from} 出生，没有记哪天出院；回家一周内要上门看新生儿，先按出生那天算，最晚 {latest}。"), _NEWBORN
    ),
    "child-check-full-month": ReasonText(
        N_("{first} 出生满 28 天，满月要检查一次，最晚 {latest}（30 天），和乙肝疫苗第 2 针一天办。"), _CHECKS
    ),
    "child-check-months": ReasonText(N_("{first} 满 {months} 个月，要检查一次，最晚 {latest}。"), _CHECKS),
    "child-check-years": ReasonText(N_("{first} 满 {years} 岁，要检查一次，最晚 {latest}。"), _CHECKS),
    "child-blood-count": ReasonText(
        N_("这个月龄要查一次血常规，看血红蛋白（6 到 8 个月之间查过一次就行）。"), _CHECKS
    ),
    "child-chinese-medicine": ReasonText(
        N_("{first} 满 {months} 个月，要做一次中医药健康指导，最晚 {latest}。"), _CHINESE_MEDICINE
    ),
}
