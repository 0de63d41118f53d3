"""What the yearly sheets say: 健康体检, 生活自理能力评估 and 中医体质辨识."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import OWN, Sentence, said
from village_doctor.domain.messages import N_

SELF_CARE_SHEET: Final = N_("规范（第三版）老年人健康管理 §生活自理能力评估表")
SERVICE: Final = N_("规范（第三版）老年人健康管理 §服务内容")
GUIDANCE: Final = N_("规范（第三版）老年人健康管理 §健康指导")
FOR_THE_FRAIL: Final = N_("家庭医生签约（国卫基层发〔2022〕10号）失能失智老人上门服务")
CONSTITUTION: Final = N_("规范（第三版）老年人中医药健康管理 §体质判定标准")
CONSTITUTION_SERVICE: Final = N_("规范（第三版）老年人中医药健康管理 §服务内容")
CHECK_UP: Final = N_("规范（第三版）健康体检表 §健康评价、健康指导")

REASONS: Final[Mapping[str, Sentence]] = {
    "check_up_nothing_found": said(N_("体检没有查出异常。"), CHECK_UP),
    "check_up_abnormal": said(N_("体检查出：{found}。"), CHECK_UP),
    "check_up_refer": said(N_("体检后建议转诊。"), CHECK_UP),
    "self_care_independent": said(N_("五项一共 {total} 分，3 分以内是可自理。"), SELF_CARE_SHEET),
    "self_care_mild": said(N_("五项一共 {total} 分，4 到 8 分是轻度依赖。"), SELF_CARE_SHEET),
    "self_care_moderate": said(N_("五项一共 {total} 分，9 到 18 分是中度依赖。"), SELF_CARE_SHEET),
    "self_care_dependent": said(N_("五项一共 {total} 分，到了 19 分是不能自理。"), SELF_CARE_SHEET),
    "self_care_unfinished": said(N_("五项没有问全，评不出分。"), SELF_CARE_SHEET),
    "constitution_is_qi_deficiency": said(N_("气虚质 {score} 分，到了 11 分，是气虚质。"), CONSTITUTION),
    "constitution_is_yang_deficiency": said(N_("阳虚质 {score} 分，到了 11 分，是阳虚质。"), CONSTITUTION),
    "constitution_is_yin_deficiency": said(N_("阴虚质 {score} 分，到了 11 分，是阴虚质。"), CONSTITUTION),
    "constitution_is_phlegm_dampness": said(N_("痰湿质 {score} 分，到了 11 分，是痰湿质。"), CONSTITUTION),
    "constitution_is_damp_heat": said(N_("湿热质 {score} 分，到了 11 分，是湿热质。"), CONSTITUTION),
    "constitution_is_blood_stasis": said(N_("血瘀质 {score} 分，到了 11 分，是血瘀质。"), CONSTITUTION),
    "constitution_is_qi_stagnation": said(N_("气郁质 {score} 分，到了 11 分，是气郁质。"), CONSTITUTION),
    "constitution_is_inherited_special": said(N_("特禀质 {score} 分，到了 11 分，是特禀质。"), CONSTITUTION),
    "constitution_is_balanced": said(
        N_("平和质 {score} 分，到了 17 分，别的体质分数都够低，是平和质。"), CONSTITUTION
    ),
    "constitution_tends_qi_deficiency": said(
        N_("气虚质 {score} 分，9 到 10 分，倾向是气虚质。"), CONSTITUTION
    ),
    "constitution_tends_yang_deficiency": said(
        N_("阳虚质 {score} 分，9 到 10 分，倾向是阳虚质。"), CONSTITUTION
    ),
    "constitution_tends_yin_deficiency": said(
        N_("阴虚质 {score} 分，9 到 10 分，倾向是阴虚质。"), CONSTITUTION
    ),
    "constitution_tends_phlegm_dampness": said(
        N_("痰湿质 {score} 分，9 到 10 分，倾向是痰湿质。"), CONSTITUTION
    ),
    "constitution_tends_damp_heat": said(N_("湿热质 {score} 分，9 到 10 分，倾向是湿热质。"), CONSTITUTION),
    "constitution_tends_blood_stasis": said(
        N_("血瘀质 {score} 分，9 到 10 分，倾向是血瘀质。"), CONSTITUTION
    ),
    "constitution_tends_qi_stagnation": said(
        N_("气郁质 {score} 分，9 到 10 分，倾向是气郁质。"), CONSTITUTION
    ),
    "constitution_tends_inherited_special": said(
        N_("特禀质 {score} 分，9 到 10 分，倾向是特禀质。"), CONSTITUTION
    ),
    "constitution_tends_balanced": said(
        N_("平和质 {score} 分，到了 17 分，别的体质分数都不高，基本是平和质。"), CONSTITUTION
    ),
    "constitution_none": said(N_("九种体质的分都不够，这次没有判出体质。"), CONSTITUTION),
    "constitution_unfinished": said(N_("33 题要问全，一题也不能空，现在判不了体质。"), CONSTITUTION),
    "constitution_not_guided": said(N_("保健指导还没有写，这次还不算做完。"), CONSTITUTION_SERVICE),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "check_up_manage": said(N_("是慢性病的，确诊了记上病种，从此按季度随访。"), CHECK_UP),
    "check_up_examine_again": said(N_("不正常的约好日子复查。"), CHECK_UP),
    "check_up_tell": said(N_("化验单齐了把结果告诉本人，约好明年再查一次。"), SERVICE),
    "self_care_serve_at_home": said(
        N_("行动不便，以后上门服务：看病、随访、康复、护理和健康指导；需要的，和卫生院商量设家庭病床。"),
        FOR_THE_FRAIL,
    ),
    "self_care_prevent_falls": said(N_("讲讲怎么防跌倒、防意外受伤。"), GUIDANCE),
    "self_care_tell": said(N_("把结果告诉老人和家里人，约好明年再评一次。"), SERVICE),
    "self_care_finish": said(N_("把没问到的问完，7 天内补上。"), OWN),
    "constitution_guide": said(
        N_("按体质讲情志调摄、饮食调养、起居调摄、运动保健、穴位保健，讲了什么写下来。"), CONSTITUTION_SERVICE
    ),
    "constitution_tell": said(N_("把结果告诉老人，约好明年再辨识一次。"), CONSTITUTION_SERVICE),
    "constitution_finish": said(N_("把空着的问完、写完，7 天内补上。"), OWN),
}
