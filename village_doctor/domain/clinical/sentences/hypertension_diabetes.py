"""What the rules of hypertension and diabetes say, and where it stands."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import OWN, Sentence, said
from village_doctor.domain.messages import N_

ASSESSMENT: Final = N_("规范（第三版）高血压、2型糖尿病 §随访评估")
INTERVENTION: Final = N_("规范（第三版）高血压、2型糖尿病 §分类干预")
HYPERTENSION_INTERVENTION: Final = N_("规范（第三版）高血压 §分类干预")
DIABETES_INTERVENTION: Final = N_("规范（第三版）2型糖尿病 §分类干预")
HYPERTENSION_SCREENING: Final = N_("规范（第三版）高血压 §筛查")
HYPERTENSION_ASSESSMENT: Final = N_("规范（第三版）高血压 §随访评估")
DIABETES_ASSESSMENT: Final = N_("规范（第三版）2型糖尿病 §随访评估")
POOR_HOUSEHOLDS_PLAN: Final = N_("建档立卡贫困人口慢病家庭医生签约服务工作方案（2018）")
FOLLOW_UP_SHEET: Final = N_("规范（第三版）随访服务记录表填表说明")
FIRST_AID: Final = N_("低血糖急救常识（15-15 法则），规范没有写")
HOW_TO_MEASURE: Final = N_("血压测量常识（指南做法），规范没有写")
GUIDELINE: Final = N_("国家基层高血压防治管理指南（2025版）的目标，规范没有采用，没有核实")
UNVERIFIED: Final = N_("临床常识，没有核实，请问乡镇卫生院")

REASONS: Final[Mapping[str, Sentence]] = {
    # emergencies
    "emergency_pressure": said(N_("血压 {pressure} mmHg，到了危急线（180/110 mmHg）。"), ASSESSMENT),
    "emergency_glucose_high": said(
        N_("血糖 {glucose} mmol/L，到了危急线（16.7 mmol/L）。"), DIABETES_ASSESSMENT
    ),
    "emergency_glucose_low": said(
        N_("血糖 {glucose} mmol/L，糖尿病人到了 3.9 mmol/L 就是低血糖，危险。"), DIABETES_ASSESSMENT
    ),
    "emergency_pressure_again": said(
        N_("血压 {pressure} mmHg，歇一歇再量是 {again} mmHg，还在危急线（180/110 mmHg）上。"), ASSESSMENT
    ),
    "emergency_pressure_pregnant": said(
        N_("血压 {pressure} mmHg，高于正常，人又在怀孕或哺乳。"), HYPERTENSION_ASSESSMENT
    ),
    "emergency_glucose_very_low": said(N_("血糖 {glucose} mmol/L，不到 {limit} mmol/L，谁这样都危险。"), OWN),
    "emergency_glucose_pregnant": said(
        N_("血糖 {glucose} mmol/L，高于正常，人又在怀孕或哺乳。"), DIABETES_ASSESSMENT
    ),
    "emergency_temperature": said(N_("体温 {temperature} ℃，超过 39 ℃，又有糖尿病。"), DIABETES_ASSESSMENT),
    "emergency_sign": said(N_("有危急情况。"), ASSESSMENT),
    "emergency_sign_consciousness_changed": said(N_("意识或行为变了。"), ASSESSMENT),
    "emergency_sign_severe_headache_or_dizziness": said(N_("头痛或头晕得厉害。"), HYPERTENSION_ASSESSMENT),
    "emergency_sign_nausea_or_vomiting": said(N_("恶心、呕吐，大夫看是危急的。"), HYPERTENSION_ASSESSMENT),
    "emergency_sign_blurred_sight": said(N_("看东西模糊，大夫看是危急的。"), HYPERTENSION_ASSESSMENT),
    "emergency_sign_painful_eyes": said(N_("眼睛痛。"), HYPERTENSION_ASSESSMENT),
    "emergency_sign_palpitations": said(N_("心慌心悸，大夫看是危急的。"), HYPERTENSION_ASSESSMENT),
    "emergency_sign_chest_tightness": said(N_("胸闷，大夫看是危急的。"), HYPERTENSION_ASSESSMENT),
    "emergency_sign_breathless_lying_down": said(N_("喘得不能平躺。"), HYPERTENSION_ASSESSMENT),
    "emergency_sign_acetone_breath": said(N_("呼出的气有烂苹果味。"), DIABETES_ASSESSMENT),
    "emergency_sign_palpitations_and_sweating": said(N_("心慌、出汗，大夫看是危急的。"), DIABETES_ASSESSMENT),
    "emergency_sign_poor_appetite_and_vomiting": said(
        N_("吃不下、恶心、呕吐，大夫看是危急的。"), DIABETES_ASSESSMENT
    ),
    "emergency_sign_thirst_urine_and_stomach_pain": said(
        N_("喝得多、尿得多、肚子痛，大夫看是危急的。"), DIABETES_ASSESSMENT
    ),
    "emergency_sign_deep_breathing_and_flushed_skin": said(
        N_("呼吸又深又大，皮肤潮红。"), DIABETES_ASSESSMENT
    ),
    "emergency_sign_fast_heart_beat": said(N_("心跳一直快，每分钟超过 100 次。"), DIABETES_ASSESSMENT),
    "emergency_sign_high_fever": said(N_("发烧超过 39 ℃。"), DIABETES_ASSESSMENT),
    "emergency_sign_sudden_change": said(N_("突然有了别的异常，比如视力一下子下降。"), DIABETES_ASSESSMENT),
    "emergency_sign_pregnant_or_nursing": said(N_("怀孕或哺乳，血压或血糖又高于正常。"), ASSESSMENT),
    "emergency_sign_other": said(N_("还有这里处理不了的别的病。"), ASSESSMENT),
    # referrals
    "complication_new": said(N_("出现了新的并发症。"), INTERVENTION),
    "complication_worse": said(N_("原有的并发症加重了。"), INTERVENTION),
    "refer_sudden_onset": said(N_("这次起病急。"), POOR_HOUSEHOLDS_PLAN),
    "refer_severe_symptoms": said(N_("症状重。"), POOR_HOUSEHOLDS_PLAN),
    "refer_suspected_secondary": said(N_("像是继发性高血压。"), HYPERTENSION_SCREENING),
    "refer_several_medicines_fail": said(N_("几种药一起吃还是压不下来。"), POOR_HOUSEHOLDS_PLAN),
    "pressure_high_twice": said(
        N_("连续两次没压下来（{pressure} mmHg，上次 {previous} mmHg）。"), HYPERTENSION_INTERVENTION
    ),
    "glucose_high_twice": said(
        N_("空腹血糖连续两次没降下来（{glucose} mmol/L，上次 {previous} mmol/L）。"), DIABETES_INTERVENTION
    ),
    "reaction_twice": said(N_("连续两次有药物不良反应（上次 {previous_on}）。"), INTERVENTION),
    "reaction_hard_to_control": said(N_("药物不良反应难以控制。"), INTERVENTION),
    # not at target, reactions
    "pressure_high_first": said(
        N_("血压 {pressure} mmHg，要低于 {target} mmHg，这次没控制好。"), HYPERTENSION_INTERVENTION
    ),
    "pressure_high_after_good": said(
        N_("血压 {pressure} mmHg，要低于 {target} mmHg，这次没控制好（上次随访 {previous} mmHg 是满意的）。"),
        HYPERTENSION_INTERVENTION,
    ),
    "pressure_high_long_apart": said(
        N_(
            "血压 {pressure} mmHg，要低于 {target} mmHg；上次随访 {previous} mmHg 也高，可隔了 {days} 天，不算连续两次。"
        ),
        OWN,
    ),
    "glucose_high_first": said(
        N_("空腹血糖 {glucose} mmol/L，要低于 7.0 mmol/L，这次没控制好。"), DIABETES_INTERVENTION
    ),
    "glucose_high_after_good": said(
        N_(
            "空腹血糖 {glucose} mmol/L，要低于 7.0 mmol/L，这次没控制好（上次随访 {previous} mmol/L 是满意的）。"
        ),
        DIABETES_INTERVENTION,
    ),
    "glucose_high_long_apart": said(
        N_(
            "空腹血糖 {glucose} mmol/L，要低于 7.0 mmol/L；上次随访 {previous} mmol/L 也高，可隔了 {days} 天，不算连续两次。"
        ),
        OWN,
    ),
    "adherence_irregular": said(N_("药吃得断断续续。"), FOLLOW_UP_SHEET),
    "adherence_none": said(N_("开了药没有吃。"), FOLLOW_UP_SHEET),
    "reaction_first": said(N_("这次有药物不良反应。"), INTERVENTION),
    "reaction_long_apart": said(
        N_("有药物不良反应；上次随访（{previous_on}）也有，可隔了 {days} 天，不算连续两次。"), OWN
    ),
    # satisfied
    "pressure_at_target": said(
        N_("血压 {pressure} mmHg，低于 {target} mmHg，没有不良反应，也没有新的并发症：控制满意。"),
        HYPERTENSION_INTERVENTION,
    ),
    "glucose_at_target": said(
        N_("空腹血糖 {glucose} mmol/L，低于 7.0 mmol/L，没有不良反应，也没有新的并发症：控制满意。"),
        DIABETES_INTERVENTION,
    ),
    # what keeps the visit from being a follow-up
    "no_pressure": said(N_("没有量到血压，不能分类，也不算一次随访。"), FOLLOW_UP_SHEET),
    "pressure_by_phone": said(N_("电话随访没有当面量血压，不能分类，也不算面对面随访。"), OWN),
    "no_fasting_glucose": said(N_("缺空腹血糖，不能分类，也不算一次随访。"), OWN),
    "glucose_by_phone": said(N_("电话随访没有当面测空腹血糖，不能分类，也不算面对面随访。"), OWN),
    "form_unfinished": said(N_("表还没有填完，不能分类，也不算一次随访。"), OWN),
    # warnings
    "ask_emergency_sign": said(N_("这样的症状也可能是危急情况，还没有问。"), ASSESSMENT),
    "pressure_came_down": said(
        N_(
            "血压头一次 {first} mmHg，歇一歇再量是 {again} mmHg，降下来了，按两次的平均 {pressure} mmHg 算；{days} 天内再来量。"
        ),
        HOW_TO_MEASURE,
    ),
    "emergency_referral_withdrawn": said(N_("头一次量完开的紧急转诊不用了，已经撤掉。"), HOW_TO_MEASURE),
    "pressure_low": said(N_("血压 {pressure} mmHg，偏低。"), OWN),
    "pressure_low_and_dizzy": said(N_("血压 {pressure} mmHg，吃着药，又头晕或跌倒过，可能压得太低了。"), OWN),
    "glucose_low_not_diabetic": said(N_("血糖 {glucose} mmol/L，偏低（没有糖尿病）。"), OWN),
    "low_glucose_frequent": said(N_("低血糖反应频繁。"), OWN),
    "pressure_high_not_hypertensive": said(
        N_("血压 {pressure} mmHg，到了 140/90 mmHg，还没有诊断过高血压。"), HYPERTENSION_SCREENING
    ),
    "glucose_high_not_diabetic": said(
        N_("空腹血糖 {glucose} mmol/L，到了 7.0 mmol/L，还没有诊断过糖尿病。"), OWN
    ),
    "ask_pregnancy": said(
        N_("血压 {pressure} mmHg，到了 140/90 mmHg，没有记着是不是怀孕或哺乳。"), HYPERTENSION_ASSESSMENT
    ),
    "guideline_target": said(
        N_("新的指南希望低于 {target} mmHg，这次 {pressure} mmHg；只是提醒，不改分类，也不改日子。"),
        GUIDELINE,
    ),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "give_sugar": said(
        N_("先吃 15 克糖，15 分钟后再测，还低就再吃；叫不醒的什么也别喂，让他侧躺，打 120。"), FIRST_AID
    ),
    "measure_again_after_rest": said(
        N_("没有别的危险情况的，先让他静坐 5–10 分钟再量一次，两次都记下。"), HOW_TO_MEASURE
    ),
    "nothing_under_the_tongue": said(N_("别让他舌下含硝苯地平（心痛定）来降压。"), UNVERIFIED),
    "stay_and_observe": said(
        N_("他用的药会让低血糖反复：人先留下，再测、多看一阵，第二天打电话问。"), UNVERIFIED
    ),
    "confirm_emergency_sign": said(N_("问清楚是不是危急情况，是就勾上。"), ASSESSMENT),
    "confirm_pregnancy": said(
        N_("问一句是不是怀孕或哺乳；是的话血压高就是危急情况，记下日期。"), HYPERTENSION_ASSESSMENT
    ),
    "come_back_within_a_week": said(N_("一周内再来量血压。"), HOW_TO_MEASURE),
    "refer_at_once": said(N_("先处理，马上紧急转诊；要有人陪着，别让病人自己走去或开车去。"), ASSESSMENT),
    "ask_next_day": said(N_("明天问一次，第 3 天再问，一直问到有结果；规范要求 2 周内问清。"), INTERVENTION),
    "refer": said(N_("建议转上级医院。"), INTERVENTION),
    "ask_in_two_weeks": said(N_("2 周内问清：去没去，怎么说。"), INTERVENTION),
    "look_at_adherence": said(N_("先看药是不是按时按量吃了。"), INTERVENTION),
    "raise_change_or_add": said(N_("该加量、换药还是加一种药，定下来，2 周内再来。"), INTERVENTION),
    "adjust_medicines": said(N_("调整用药，2 周内再来看。"), INTERVENTION),
    "doctor_decides_referral": said(N_("要不要转上级医院，您来定。"), OWN),
    "keep_plan": said(N_("照原来的办法继续，3 个月内再来。"), INTERVENTION),
    "measure_face_to_face": said(N_("7 天内当面量血压，把表填完。"), OWN),
    "come_back_fasting": said(N_("7 天内空腹再来测，把表填完。"), OWN),
    "finish_form": said(N_("把没问到的问完，7 天内补上。"), OWN),
    "talk_about_less_medicine": said(
        N_("问问有没有头晕、跌倒，站起来再量一次，和开药的医生商量减药，1–2 周内再来量。"), OWN
    ),
    "talk_about_low_glucose": said(N_("问清什么时候低、吃饭准不准时，和开药的医生商量调药。"), OWN),
    "eat_and_measure_again": said(N_("先吃点东西，过 15 分钟再测；心慌、出汗、说话不清就按危急处理。"), OWN),
    "screen_hypertension": said(
        N_("排除一时升高的原因，4 周内换两天再量；三天都高，转上级医院确诊。"), HYPERTENSION_SCREENING
    ),
    "screen_diabetes": said(N_("换一天空腹再测，转上级医院查是不是糖尿病。"), OWN),
    "health_education": said(
        N_("讲讲这个病，一起定生活方式的目标，下次看做到没有；说清哪些情况要马上来看。"), INTERVENTION
    ),
}
