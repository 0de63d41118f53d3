"""What the rules for mothers say: 产前检查, 产后访视, 产后42天."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import OWN, Sentence, said
from village_doctor.domain.messages import N_

PREGNANCY: Final = N_("规范（第三版）孕产妇 §孕早期、孕中期、孕晚期健康管理")
AFTER: Final = N_("规范（第三版）孕产妇 §产后访视、产后42天健康检查")
REFERRAL: Final = N_("规范（第三版）孕产妇：异常的转上级医院，2 周内随访结果")

REASONS: Final[Mapping[str, Sentence]] = {
    "antenatal_weeks": said(N_("现在是孕 {weeks} 周。"), PREGNANCY),
    "antenatal_weeks_unknown": said(N_("末次月经和孕周都不清楚，排不出下一次产前检查。"), OWN),
    "antenatal_abnormal": said(N_("这次产前检查有异常。"), REFERRAL),
    "maternal_finding": said(N_("有的项目写了异常、阳性或未恢复，可总体评估没有写异常。"), OWN),
    "postnatal_abnormal": said(N_("产后检查有异常。"), REFERRAL),
    "postnatal_well": said(N_("产后恢复没有发现异常。"), AFTER),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "maternal_refer": said(N_("建议马上去上级医院看，跟她和家里人说清楚。"), REFERRAL),
    "maternal_ask_in_two_weeks": said(N_("过 7 天问去没去、怎么说，最晚 2 周问清。"), REFERRAL),
    "maternal_find_out": said(N_("再看一看原因；真有异常就在总体评估里写上，转上级医院看。"), REFERRAL),
    "antenatal_ask_menstruation": said(N_("问清末次月经，或者看 B 超单子上的孕周，记下来。"), OWN),
    "antenatal_next_by_weeks": said(
        N_("下一次产前检查按孕周来（16 到 20、21 到 24、28 到 36、37 到 40 周），提醒她到卫生院去。"),
        PREGNANCY,
    ),
    "antenatal_last_weeks": said(
        N_("快生了：定好去哪家医院，说清见红、破水、胎动少要马上去；生了以后跟村里说一声。"), OWN
    ),
    "postnatal_42_days_next": said(N_("产后 42 天到卫生院检查，日子约好。"), AFTER),
    "postnatal_finished": said(N_("产后的检查做完了；讲讲避孕、喂奶，有事随时来。"), AFTER),
}
