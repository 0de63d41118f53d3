"""What the rules for COPD and other chronic diseases say. The national COPD norm was not found."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import Sentence, said
from village_doctor.domain.messages import N_

PRACTICE: Final = N_("慢阻肺随访表（外地在用的表，全国规范全文没有找到）；怎么处理是本软件的约定")
POOR_HOUSEHOLDS: Final = N_("建档立卡贫困人口慢病家庭医生签约服务工作方案（2018）")

REASONS: Final[Mapping[str, Sentence]] = {
    "copd_stable_low_risk": said(N_("慢阻肺在稳定期，低风险。"), PRACTICE),
    "copd_stable_high_risk": said(N_("慢阻肺在稳定期，可是高风险。"), PRACTICE),
    "copd_acute_exacerbation": said(N_("慢阻肺急性加重了。"), PRACTICE),
    "copd_severe_reaction": said(N_("药物不良反应严重。"), PRACTICE),
    "copd_mild_reaction": said(N_("有轻微的药物不良反应。"), PRACTICE),
    "copd_irregular": said(N_("药没有按时按量用。"), PRACTICE),
    "copd_inhaler": said(N_("吸入装置用得不对。"), PRACTICE),
    "copd_smokes": said(N_("每天还抽 {cigarettes} 支烟。"), PRACTICE),
    "copd_no_vaccine": said(N_("流感、肺炎疫苗都没有打。"), PRACTICE),
    "other_chronic_seen": said(N_("今年面对面看过一次：心率、血糖、血压都测了。"), POOR_HOUSEHOLDS),
    "other_chronic_refer": said(N_("这次要转诊。"), POOR_HOUSEHOLDS),
    "other_chronic_pressure_high": said(
        N_("血压 {pressure} mmHg，到了 140/90，还没有诊断过高血压。"),
        N_("规范（第三版）高血压 §筛查"),
    ),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "copd_refer": said(N_("建议转上级医院，过 7 天问去没去、怎么说，最晚 2 周问清。"), PRACTICE),
    "copd_again_soon": said(N_("看完回来尽早再随访一次。"), PRACTICE),
    "copd_keep_plan": said(N_("照原来的办法继续，下次按约好的日子来。"), PRACTICE),
    "copd_watch_reaction": said(N_("看看不良反应轻了没有，重了就来，和开药的医生商量。"), PRACTICE),
    "copd_talk_about_medicine": said(N_("问清为什么没按时用药，讲讲天天用的道理。"), PRACTICE),
    "copd_teach_inhaler": said(N_("当面再教一遍吸入装置，请他做给您看。"), PRACTICE),
    "copd_stop_smoking": said(N_("劝戒烟，定个日子。"), PRACTICE),
    "copd_vaccines": said(N_("问问愿不愿意打流感疫苗和肺炎疫苗。"), PRACTICE),
    "other_chronic_refer": said(N_("建议转上级医院。"), POOR_HOUSEHOLDS),
    "other_chronic_ask": said(N_("2 周内问清：去没去，怎么说。"), POOR_HOUSEHOLDS),
    "other_chronic_guidance": said(
        N_("讲讲吃饭、运动、心情，更新档案，明年这时候再面对面看一次。"), POOR_HOUSEHOLDS
    ),
}
