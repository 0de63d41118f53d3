"""What the rules of 肺结核 say (norms-other-groups §4)."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import OWN, Sentence, said
from village_doctor.domain.messages import N_

FIRST_VISIT: Final = N_("规范（第三版）肺结核 §第一次入户随访")
SUPERVISION: Final = N_("规范（第三版）肺结核 §督导服药和随访管理")
SUPERVISION_UNSEEN: Final = N_("规范（第三版）肺结核 §督导服药和随访管理；这个天数没有查到原文")
INTERVENTION: Final = N_("规范（第三版）肺结核 §分类干预，没有查到原文")
CLOSING: Final = N_("规范（第三版）肺结核 §结案评估")
RATE: Final = N_("规范（第三版）肺结核 §工作指标，没有查到原文")
POOR_HOUSEHOLDS: Final = N_("建档立卡贫困人口慢病家庭医生签约服务工作方案（2018）肺结核")

REASONS: Final[Mapping[str, Sentence]] = {
    # the same day
    "blurred_sight": said(N_("视物模糊，可能是药伤了眼睛。"), INTERVENTION),
    "jaundice": said(N_("皮肤、眼白发黄，可能是药伤了肝。"), INTERVENTION),
    "ringing_ears": said(N_("耳鸣、听力下降，可能是药伤了耳朵。"), INTERVENTION),
    # refer
    "tuberculosis_reaction": said(N_("有药物不良反应。"), INTERVENTION),
    "tuberculosis_complication": said(N_("有并发症或合并症。"), INTERVENTION),
    # missed doses, leaving
    "doses_missed": said(N_("上次随访以来漏服 {count} 次，不到一周。"), INTERVENTION),
    "doses_missed_a_week": said(N_("上次随访以来漏服 {count} 次，够一周的量了。"), INTERVENTION),
    "leaving": said(N_("要外出或者迁走。"), POOR_HOUSEHOLDS),
    # when again
    "supervised_by_staff": said(N_("由医生督导，每个月至少随访记录一次。"), SUPERVISION),
    "intensive_phase": said(
        N_("不是医生督导，又在强化期或注射期，每 {days} 天随访一次。"), SUPERVISION_UNSEEN
    ),
    "continuation_phase": said(N_("不是医生督导，在继续期，每 {months} 个月随访一次。"), SUPERVISION_UNSEEN),
    # first visit
    "not_supervised_by_staff": said(N_("督导服药的不是医生。"), FIRST_VISIT),
    "lessons_not_mastered": said(N_("教的 9 项里还有 {count} 项没掌握。"), FIRST_VISIT),
    "room_not_fit": said(N_("没有单独的居室，或者通风差。"), FIRST_VISIT),
    # the end
    "stopped_1": said(N_("完成疗程，停止治疗。"), CLOSING),
    "stopped_2": said(N_("人已经去世，停止治疗。"), CLOSING),
    "stopped_3": said(N_("人丢失了，停止治疗。"), CLOSING),
    "stopped_4": said(N_("转入耐多药治疗，这边停止。"), CLOSING),
    "taken_regular": said(N_("应服药 {due} 次，实际服药 {taken} 次，到了 {line}%：规则服药。"), RATE),
    "taken_irregular": said(N_("应服药 {due} 次，实际服药 {taken} 次，不到 {line}%：不规则服药。"), RATE),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "refer_tuberculosis_same_day": said(
        N_("今天就转到定点医院，药怎么停、怎么换由医院定；报告乡镇卫生院。"), INTERVENTION
    ),
    "refer_tuberculosis": said(N_("马上转到定点医院，药停不停、换不换听医院的。"), INTERVENTION),
    "find_why_missed": said(
        N_("问清为什么漏：是不良反应就转诊，是别的原因就讲清漏服的害处，找人看着吃。"), INTERVENTION
    ),
    "report_missed_week": said(N_("漏服够一周了，马上报告上级专业机构。"), INTERVENTION),
    "report_leaving": said(
        N_("马上报告上级专业机构，说好到哪里取药、谁接着管；路上的药带够，不能断。"), POOR_HOUSEHOLDS
    ),
    "carry_on_treatment": said(N_("照原来的方案接着吃药，按日子取药、复诊查痰。"), SUPERVISION),
    "train_supervisor": said(N_("能由医生督导最好；由家属督导的，把家属教会再走。"), FIRST_VISIT),
    "teach_again": said(N_("没掌握的再教一遍，下次来再问。"), FIRST_VISIT),
    "sleep_apart_and_air": said(N_("尽量分房住，勤开窗，在家也戴口罩。"), FIRST_VISIT),
    "check_contacts": said(N_("叫家里人和常在一起的人去查一查。"), FIRST_VISIT),
    "collect_record_card": said(N_("收回服药记录卡。"), INTERVENTION),
    "send_for_outcome": said(N_("让人到定点医院去，由医院判定治疗结果。"), CLOSING),
    "phone_in_two_weeks": said(N_("2 周内打电话问清去没去、结果怎样。"), CLOSING),
    "report_end_of_treatment": said(N_("报告乡镇卫生院和定点医院，在居民资料里记清楚。"), OWN),
}
