"""What a decision says, as a colleague would say it, and where it stands. The edges translate and fill the texts.

A decision shows its reasons, then its actions, then its dates; each is a whole sentence. Sources name the section of
the norm, or say plainly that the norm is silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.messages import N_

ASSESSMENT: Final = N_("规范（第三版）高血压、2型糖尿病 §随访评估")
INTERVENTION: Final = N_("规范（第三版）高血压、2型糖尿病 §分类干预")
HYPERTENSION_INTERVENTION: Final = N_("规范（第三版）高血压 §分类干预")
DIABETES_INTERVENTION: Final = N_("规范（第三版）2型糖尿病 §分类干预")
HYPERTENSION_SCREENING: Final = N_("规范（第三版）高血压 §筛查")
DIABETES_ASSESSMENT: Final = N_("规范（第三版）2型糖尿病 §随访评估")
POOR_HOUSEHOLDS_PLAN: Final = N_("建档立卡贫困人口慢病家庭医生签约服务工作方案（2018）")
FOLLOW_UP_SHEET: Final = N_("规范（第三版）随访服务记录表填表说明")
FIRST_AID: Final = N_("低血糖急救常识（15-15 法则），规范没有写")
OWN: Final = N_("本软件的约定，规范没有写")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """`text` with named placeholders, `source`: both marked for translation."""

    text: str
    source: str


def _said(text: str, source: str) -> Sentence:
    return Sentence(text=text, source=source)


REASONS: Final[Mapping[str, Sentence]] = {
    # emergencies
    "emergency_pressure": _said(N_("血压 {pressure} mmHg，到了危急线（180/110）。"), ASSESSMENT),
    "emergency_glucose_high": _said(N_("血糖 {glucose} mmol/L，到了危急线（16.7）。"), DIABETES_ASSESSMENT),
    "emergency_glucose_low": _said(
        N_("血糖 {glucose} mmol/L，糖尿病人到了 3.9 就是低血糖，危险。"), DIABETES_ASSESSMENT
    ),
    "emergency_glucose_very_low": _said(N_("血糖 {glucose} mmol/L，不到 2.8，谁这样都危险。"), OWN),
    "emergency_sign": _said(N_("有危急情况。"), ASSESSMENT),
    # referrals
    "complication_new": _said(N_("出现了新的并发症。"), INTERVENTION),
    "complication_worse": _said(N_("原有的并发症加重了。"), INTERVENTION),
    "refer_sudden_onset": _said(N_("这次起病急。"), POOR_HOUSEHOLDS_PLAN),
    "refer_severe_symptoms": _said(N_("症状重。"), POOR_HOUSEHOLDS_PLAN),
    "refer_suspected_secondary": _said(N_("像是继发性高血压。"), HYPERTENSION_SCREENING),
    "refer_several_medicines_fail": _said(N_("几种药一起吃还是压不下来。"), POOR_HOUSEHOLDS_PLAN),
    "pressure_high_twice": _said(
        N_("连续两次没压下来（{pressure}，上次 {previous}）。"), HYPERTENSION_INTERVENTION
    ),
    "glucose_high_twice": _said(
        N_("空腹血糖连续两次没降下来（{glucose}，上次 {previous}）。"), DIABETES_INTERVENTION
    ),
    "reaction_twice": _said(N_("连续两次有药物不良反应（上次 {previous_on}）。"), INTERVENTION),
    "reaction_hard_to_control": _said(N_("药物不良反应难以控制。"), INTERVENTION),
    # not at target, reactions
    "pressure_high_first": _said(
        N_("血压 {pressure}，要低于 {target}，这次没控制好。"), HYPERTENSION_INTERVENTION
    ),
    "pressure_high_after_good": _said(
        N_("血压 {pressure}，要低于 {target}，这次没控制好（上次随访 {previous} 是满意的）。"),
        HYPERTENSION_INTERVENTION,
    ),
    "pressure_high_long_apart": _said(
        N_("血压 {pressure}，要低于 {target}；上次随访 {previous} 也高，可隔了 {days} 天，不算连续两次。"),
        OWN,
    ),
    "glucose_high_first": _said(N_("空腹血糖 {glucose}，要低于 7.0，这次没控制好。"), DIABETES_INTERVENTION),
    "glucose_high_after_good": _said(
        N_("空腹血糖 {glucose}，要低于 7.0，这次没控制好（上次随访 {previous} 是满意的）。"),
        DIABETES_INTERVENTION,
    ),
    "glucose_high_long_apart": _said(
        N_("空腹血糖 {glucose}，要低于 7.0；上次随访 {previous} 也高，可隔了 {days} 天，不算连续两次。"), OWN
    ),
    "adherence_irregular": _said(N_("药吃得断断续续。"), FOLLOW_UP_SHEET),
    "adherence_none": _said(N_("开了药没有吃。"), FOLLOW_UP_SHEET),
    "reaction_first": _said(N_("有药物不良反应，上次没有。"), INTERVENTION),
    "reaction_long_apart": _said(
        N_("有药物不良反应；上次随访（{previous_on}）也有，可隔了 {days} 天，不算连续两次。"), OWN
    ),
    # satisfied
    "pressure_at_target": _said(
        N_("血压 {pressure}，低于 {target}，没有不良反应，也没有新的并发症：控制满意。"),
        HYPERTENSION_INTERVENTION,
    ),
    "glucose_at_target": _said(
        N_("空腹血糖 {glucose}，低于 7.0，没有不良反应，也没有新的并发症：控制满意。"), DIABETES_INTERVENTION
    ),
    # what keeps the visit from being a follow-up
    "no_pressure": _said(N_("没有量到血压，不能分类，也不算一次随访。"), FOLLOW_UP_SHEET),
    "pressure_by_phone": _said(N_("电话随访没有当面量血压，不能分类，也不算面对面随访。"), OWN),
    "no_fasting_glucose": _said(N_("缺空腹血糖，不能分类，也不算一次随访。"), OWN),
    "glucose_by_phone": _said(N_("电话随访没有当面测空腹血糖，不能分类，也不算面对面随访。"), OWN),
    "form_unfinished": _said(N_("表还没有填完，不能分类，也不算一次随访。"), OWN),
    # warnings
    "pressure_low": _said(N_("血压 {pressure}，偏低。"), OWN),
    "pressure_low_and_dizzy": _said(N_("血压 {pressure}，吃着药，又头痛头晕，可能压得太低了。"), OWN),
    "glucose_low_not_diabetic": _said(N_("血糖 {glucose}，偏低（没有糖尿病）。"), OWN),
    "low_glucose_frequent": _said(N_("低血糖反应频繁。"), OWN),
    "pressure_high_not_hypertensive": _said(
        N_("血压 {pressure}，到了 140/90，还没有诊断过高血压。"), HYPERTENSION_SCREENING
    ),
    "glucose_high_not_diabetic": _said(N_("空腹血糖 {glucose}，到了 7.0，还没有诊断过糖尿病。"), OWN),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "give_sugar": _said(
        N_("先吃 15 克糖，15 分钟后再测，还低就再吃；叫不醒的什么也别喂，让他侧躺，打 120。"), FIRST_AID
    ),
    "refer_at_once": _said(N_("先处理，马上紧急转诊；要有人陪着，别让病人自己走去或开车去。"), ASSESSMENT),
    "ask_next_day": _said(N_("明天问一次，第 3 天再问，一直问到有结果；规范要求 2 周内问清。"), INTERVENTION),
    "refer": _said(N_("建议转上级医院。"), INTERVENTION),
    "ask_in_two_weeks": _said(N_("2 周内问清：去没去，怎么说。"), INTERVENTION),
    "look_at_adherence": _said(N_("先看药是不是按时按量吃了。"), INTERVENTION),
    "raise_change_or_add": _said(N_("该加量、换药还是加一种药，定下来，2 周内再来。"), INTERVENTION),
    "adjust_medicines": _said(N_("调整用药，2 周内再来看。"), INTERVENTION),
    "doctor_decides_referral": _said(N_("要不要转上级医院，您来定。"), OWN),
    "keep_plan": _said(N_("照原来的办法继续，3 个月内再来。"), INTERVENTION),
    "measure_face_to_face": _said(N_("7 天内当面量血压，把表填完。"), OWN),
    "come_back_fasting": _said(N_("7 天内空腹再来测，把表填完。"), OWN),
    "finish_form": _said(N_("把没问到的问完，7 天内补上。"), OWN),
    "talk_about_less_medicine": _said(
        N_("问问有没有头晕、跌倒，站起来再量一次，和开药的医生商量减药，1–2 周内再来量。"), OWN
    ),
    "talk_about_low_glucose": _said(N_("问清什么时候低、吃饭准不准时，和开药的医生商量调药。"), OWN),
    "eat_and_measure_again": _said(N_("先吃点东西，过 15 分钟再测；心慌、出汗、说话不清就按危急处理。"), OWN),
    "screen_hypertension": _said(
        N_("排除一时升高的原因，4 周内换两天再量；三天都高，转上级医院确诊。"), HYPERTENSION_SCREENING
    ),
    "screen_diabetes": _said(N_("换一天空腹再测，转上级医院查是不是糖尿病。"), OWN),
    "health_education": _said(
        N_("讲讲这个病，一起定生活方式的目标，下次看做到没有；说清哪些情况要马上来看。"), INTERVENTION
    ),
}
