"""Why a check in pregnancy or after delivery is due."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_PREGNANCY: Final = N_("规范（第三版）孕产妇 §孕早期、孕中期、孕晚期健康管理")
_FIRST: Final = N_("规范（第三版）孕产妇 §孕早期健康管理；排在哪一周是本卫生室设置")
_AFTER: Final = N_("规范（第三版）孕产妇 §产后访视、产后42天健康检查")

REASONS: Final[Mapping[str, ReasonText]] = {
    "antenatal-first": ReasonText(
        N_("怀孕了：13 周以前要建《母子健康手册》，做第 1 次产前检查，最晚 {latest}。"), _FIRST
    ),
    "antenatal-weeks": ReasonText(
        N_("第 {number} 次产前检查在孕 {from_week} 到 {until_week} 周，最晚 {latest}。"), _PREGNANCY
    ),
    "postnatal-home": ReasonText(
        N_("{from} 出院回家，一周内要上门做产后访视，最晚 {latest}，和新生儿一起看。"), _AFTER
    ),
    "postnatal-from-delivery": ReasonText(
        N_("{from} 生的，没有记哪天出院；回家一周内要上门做产后访视，先按生的那天算，最晚 {latest}。"), _AFTER
    ),
    "postnatal-42-days": ReasonText(N_("{from} 生的，{due} 满 42 天，要到卫生院检查。"), _AFTER),
}
