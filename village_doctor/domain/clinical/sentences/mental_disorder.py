"""What the rule of 严重精神障碍 says (norms-other-groups §3)."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import OWN, Sentence, said
from village_doctor.domain.messages import N_

ASSESSMENT: Final = N_("规范（第三版）严重精神障碍 §随访评估")
INTERVENTION: Final = N_("规范（第三版）严重精神障碍 §分类干预")
SHEET: Final = N_("规范（第三版）严重精神障碍患者随访服务记录表")

REASONS: Final[Mapping[str, Sentence]] = {
    # 不稳定
    "danger_level_high": said(N_("危险性评估 {level} 级，到了 3 级就是不稳定。"), INTERVENTION),
    "self_harm": said(N_("上次随访以来有过自伤。"), ASSESSMENT),
    "attempted_suicide": said(N_("上次随访以来有过自杀未遂。"), ASSESSMENT),
    "clear_symptoms": said(N_("精神症状明显。"), INTERVENTION),
    "insight_absent": said(N_("自知力缺失。"), INTERVENTION),
    "mental_reaction_severe": said(N_("药物不良反应严重。"), INTERVENTION),
    "physical_disease_severe": said(N_("有严重的躯体疾病。"), INTERVENTION),
    # 基本稳定
    "danger_level_low": said(N_("危险性评估 {level} 级，1–2 级算基本稳定。"), INTERVENTION),
    "symptoms_remain": said(N_("精神症状还没有基本消失。"), INTERVENTION),
    "insight_partial": said(N_("自知力不全。"), INTERVENTION),
    "poor_personal_life": said(N_("个人生活料理较差。"), INTERVENTION),
    "poor_housework": said(N_("家务劳动较差。"), INTERVENTION),
    "poor_work": said(N_("生产劳动及工作较差。"), INTERVENTION),
    "poor_learning": said(N_("学习能力较差。"), INTERVENTION),
    "poor_social_contact": said(N_("社会人际交往较差。"), INTERVENTION),
    "physical_disease_unstable": said(N_("躯体疾病不稳定，又说不上严重，先按基本稳定管。"), OWN),
    "basically_stable_again": said(
        N_("上次随访（{previous_on}）也是基本稳定，这次还没有稳下来。"), INTERVENTION
    ),
    # 稳定
    "mental_stable": said(
        N_(
            "危险性 0 级，精神症状基本消失，自知力基本恢复，社会功能没有较差的，没有严重不良反应，躯体疾病稳定：病情稳定。"
        ),
        INTERVENTION,
    ),
    # whatever the class
    "mental_reaction": said(N_("有药物不良反应，不严重。"), SHEET),
    "locked_up_now": said(N_("人现在被关锁着。"), SHEET),
    "danger_level_contradicts": said(N_("记了危险行为，危险性评估却是 0 级，对不上，先不分类。"), ASSESSMENT),
    # no follow-up
    "mental_by_phone": said(N_("电话里看不到人，查不了精神状况，不能分类，也不算一次随访。"), OWN),
    "lost_for_work": said(N_("失访：外出打工了。"), SHEET),
    "lost_moved": said(N_("失访：迁到别处去了。"), SHEET),
    "lost_missing": said(N_("失访：人走失了。"), SHEET),
    "lost_three_times": said(N_("失访：连续 3 次没有访到。"), SHEET),
    "lost_otherwise": said(N_("失访了。"), SHEET),
    "mental_died": said(N_("人已经去世。"), SHEET),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "do_not_leave_alone": said(N_("身边不要离人，刀具、农药、绳子收起来。"), OWN),
    "tell_guardian": said(N_("马上告诉监护人。"), OWN),
    "refer_mental_same_day": said(N_("先处理，今天就转精神专科医院，同时报告乡镇卫生院。"), OWN),
    "tell_police_if_needed": said(N_("伤人毁物、劝不住的，报告公安机关。"), INTERVENTION),
    "treat_and_refer_mental": said(N_("先对症处理，再转上级医院，2 周内问清结果。"), INTERVENTION),
    "follow_if_not_in_hospital": said(
        N_("没有住上院的，和专科医师、居（村）委会、民警一起随访，2 周内再看。"), INTERVENTION
    ),
    "ask_hospital": said(N_("正在住院，不用再转；2 周内问清医院怎么说。"), OWN),
    "find_cause_of_unrest": said(
        N_("找一找原因：药吃没吃够，有没有受刺激，身体有没有别的病。"), INTERVENTION
    ),
    "call_for_other_dose": said(N_("调药不由村里定：联系卫生院精防医生或专科医生调药。"), OWN),
    "come_again_in_two_weeks": said(N_("2 周内再随访。"), INTERVENTION),
    "ask_specialist_guidance": said(N_("请精神专科医生指导，1 个月内再随访。"), INTERVENTION),
    "keep_hospital_plan": said(N_("照上级医院的治疗方案继续，3 个月内再随访。"), INTERVENTION),
    "watch_the_medicine": said(N_("和家属说定谁管药，看着吃下去。"), OWN),
    "report_locked_up": said(N_("报告乡镇卫生院，和家属、村委会商量怎么解开，不能一直锁着。"), OWN),
    "ask_danger_level": said(N_("问清当时的情况，危险性按 0 到 5 级重新评，7 天内把表改对。"), OWN),
    "see_face_to_face": said(N_("7 天内当面去看，把表填完。"), OWN),
    "look_for_the_lost": said(
        N_("向家属和村委会问清人在哪里，走失的报告公安机关；报告乡镇卫生院，到下次的日子再问一次。"), OWN
    ),
    "record_the_death": said(N_("在居民资料里记上去世日期，报告乡镇卫生院，以后不再随访。"), OWN),
}
