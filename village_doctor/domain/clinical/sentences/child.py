"""What the children's rules say: 新生儿访视, 健康检查, 中医药."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.clinical.sentences.sentence import OWN, Sentence, said
from village_doctor.domain.messages import N_

NEWBORN: Final = N_("规范（第三版）0～6岁儿童 §新生儿家庭访视")
CHECKS: Final = N_("规范（第三版）0～6岁儿童 §婴幼儿和学龄前儿童健康管理")
ABNORMAL: Final = N_("规范（第三版）0～6岁儿童 §健康问题处理；2 周内问清是本软件的约定")
CHINESE_MEDICINE: Final = N_("规范（第三版）0～36个月儿童中医药健康管理")

REASONS: Final[Mapping[str, Sentence]] = {
    "child_check_full_month": said(N_("这是满月的检查。"), CHECKS),
    "child_check_months": said(N_("这是满 {months} 个月的检查。"), CHECKS),
    "child_check_years": said(N_("这是 {years} 岁的检查。"), CHECKS),
    "child_between_checks": said(N_("这个年龄没有规定的检查，看过就记下来。"), CHECKS),
    "child_abnormal": said(N_("孩子有异常，要到上级医院看。"), ABNORMAL),
    "child_finding": said(N_("有的项目不是未见异常，可没有勾要转诊。"), OWN),
    "child_no_blood_count": said(N_("这个年龄要查血常规，看血红蛋白，还没有查。"), CHECKS),
    "child_last_check": said(N_("0～6岁的检查到这次都做完了。"), CHECKS),
    "newborn_well": said(N_("这次访视没有发现异常。"), NEWBORN),
    "newborn_abnormal": said(N_("新生儿有异常，要到上级医院看。"), ABNORMAL),
    "newborn_high_risk": said(N_("是高危新生儿，要多访视几次。"), NEWBORN),
}

ACTIONS: Final[Mapping[str, Sentence]] = {
    "child_refer": said(N_("建议转上级医院，跟家长说清楚为什么。"), ABNORMAL),
    "child_ask_in_two_weeks": said(N_("过 7 天问家长去没去、怎么说，最晚 2 周问清。"), ABNORMAL),
    "child_find_out": said(N_("再看一看原因，指导家长；要不要转诊，您来定。"), OWN),
    "child_count_blood": said(N_("今天查血常规，查不了就约家长去卫生院查。"), CHECKS),
    "child_teach_belly_and_spine": said(N_("教家长摩腹、捏脊，顺便讲饮食起居。"), CHINESE_MEDICINE),
    "child_teach_yingxiang_zusanli": said(N_("教家长按揉迎香、足三里，顺便讲饮食起居。"), CHINESE_MEDICINE),
    "child_teach_sishencong": said(N_("教家长按揉四神聪，顺便讲饮食起居。"), CHINESE_MEDICINE),
    "child_next_by_age": said(N_("下一次按月龄来，日子跟家长约好，可以和打疫苗一天办。"), CHECKS),
    "child_leaves": said(N_("以后不再按 0～6岁儿童约，有事随时来。"), CHECKS),
    "newborn_visit_again": said(N_("过几天再上门看一次。"), NEWBORN),
    "newborn_guidance": said(
        N_("指导喂养、护理、脐带和防病，约好满月（28 到 30 天）来检查，那时打乙肝疫苗第 2 针。"), NEWBORN
    ),
}
