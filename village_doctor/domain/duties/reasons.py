"""Why something is due, as a colleague would say it, and where it is written.

A reason travels as a code with values; here are the sentences and their sources. `say` fills one in: dates and coded
values become words, so that no sentence carries a code. The edges pass their translation in.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from village_doctor.domain.duties.sentences import (
    asking,
    child,
    copd,
    explaining,
    lists,
    maternal,
    prescriptions,
    promises,
    screening,
    tuberculosis,
    yearly,
)
from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_NORM_WHO: Final = N_("规范（第三版）{norm} §服务对象")
_NORM_HOW_OFTEN: Final = N_("规范（第三版）{norm} §随访频次")
_NORM_AGAIN: Final = N_("规范（第三版）{norm} §分类干预")
_NORM_REFERRAL: Final = N_("规范（第三版）慢性病 §转诊，两周内随访；哪天问是本程序的安排")
_NORM: Final = N_("规范（第三版）§服务内容")
_PERMANENT: Final = N_("规范（第三版）§服务对象：辖区内常住居民")
_AGREEMENT: Final = N_("签约服务协议 服务清单")
_KEY_GROUPS: Final = N_("家庭医生签约（国卫基层发〔2022〕10号）重点人群")
_SETTING: Final = N_("本卫生室设置")

REASONS: Final[Mapping[str, ReasonText]] = {
    **child.REASONS,
    **copd.REASONS,
    **maternal.REASONS,
    **prescriptions.REASONS,
    **screening.REASONS,
    **asking.REASONS,
    **explaining.REASONS,
    **lists.REASONS,
    **promises.REASONS,
    **tuberculosis.REASONS,
    **yearly.REASONS,
    # who is managed
    "managed": ReasonText(N_("{disease}已确诊，{age} 岁，常住这里，按规范要管：{rhythm}。"), _NORM_WHO),
    "managed-since": ReasonText(
        N_("{since}起有{disease}，已确诊，{age} 岁，常住这里，按规范要管：{rhythm}。"),
        _NORM_WHO,
    ),
    "no-condition": ReasonText(N_("没有记着确诊的{disease}。"), _NORM_WHO),
    "no-programme": ReasonText(N_("不是老人、小孩、孕产妇，也没有记着要管的病，规范没有要按时做的。"), _NORM),
    "not-confirmed": ReasonText(N_("{disease}还没有确诊，先不进管理；请到上级医院查清楚再记。"), _NORM_WHO),
    "condition-ended": ReasonText(N_("{disease}记到 {until} 为止，以后不再随访。"), _NORM_WHO),
    "too-young": ReasonText(
        N_("{disease}已确诊，可是才 {age} 岁；规范从 35 岁管起，{from} 满 35 岁。"), _NORM_WHO
    ),
    "died": ReasonText(N_("{died} 已经去世，没有要做的了。"), _PERMANENT),
    "moved-out": ReasonText(N_("{moved} 已经迁走，不归这里管了。"), _PERMANENT),
    "away-long": ReasonText(
        N_("{from} 起外出，满六个月了，不算常住居民，先不排随访；回来那天重新排上。"), _PERMANENT
    ),
    "residence-unknown": ReasonText(
        N_("户口不在这里，也没写哪天住下的，算不了常住居民。请补上住下的日期。"), _PERMANENT
    ),
    "not-yet-resident": ReasonText(
        N_("户口不在这里，{since} 才住下，到 {from} 满六个月才算常住居民。"), _PERMANENT
    ),
    # why a follow-up is due
    "quarter-end": ReasonText(N_("{disease}每个季度要面对面随访一次，最晚 {latest}。"), _NORM_HOW_OFTEN),
    "three-months": ReasonText(
        N_("上次{disease}随访是 {last}，到 {due} 满 3 个月，最晚 {latest}。"), _NORM_HOW_OFTEN
    ),
    "quarter-begun": ReasonText(
        N_("上次{disease}随访是 {last}，从 {first} 起又该随访一次，最晚 {latest}。"), _NORM_HOW_OFTEN
    ),
    "agreed-day": ReasonText(N_("{last} 那次{disease}随访约好 {due} 再看。"), _NORM_AGAIN),
    "again-14-days": ReasonText(
        N_("{last} 那次{disease}随访{result}，14 天内要再随访一次，最晚 {latest}。"), _NORM_AGAIN
    ),
    "again-within": ReasonText(
        N_("{last} 那次{disease}随访{result}，最晚 {latest} 要再随访一次。"), _NORM_AGAIN
    ),
    "span-end": ReasonText(
        N_("{disease}一年要面对面随访 {times} 次，这一次最晚 {latest}。"), _NORM_HOW_OFTEN
    ),
    "months-between": ReasonText(
        N_("上次{disease}随访是 {last}，到 {due} 满 {months} 个月；这一次最晚 {latest}。"), _NORM_HOW_OFTEN
    ),
    "first-spread": ReasonText(
        N_("从 {counting} 起才开始算；头一次随访按村民小组一组一组排开，这一组排到 {due}。"), _SETTING
    ),
    "overruled": ReasonText(N_("大夫另有打算，{due} 再看：{why}"), N_("随访记录")),
    "fasting-again": ReasonText(
        N_("{last} 那次糖尿病随访没测空腹血糖，分不了类；7 天内请空腹再来一次。"),
        N_("规范（第三版）2型糖尿病 §随访评估；7 天是本程序的安排"),
    ),
    "unfinished-again": ReasonText(
        N_("{last} 那次{disease}随访没达标，表又没填完，不算随访；最晚 {latest} 要再随访一次。"), _NORM_AGAIN
    ),
    "counting-starts": ReasonText(N_("从 {counting} 起才开始算，在那以前的不算超期。"), _SETTING),
    "missed-since": ReasonText(N_("从那以后又落下 {count} 次没做。"), _NORM),
    "running-now": ReasonText(N_("现在这一次最晚 {latest}。"), _NORM),
    "missed-promises": ReasonText(N_("在这以前，签约答应的落下了 {count} 次没做。"), _AGREEMENT),
    "late-for-norm": ReasonText(N_("规范说最晚 {latest}，已经晚了。"), _NORM),
    "late-for-norm-named": ReasonText(N_("规范的期限已经过了。"), _NORM),
    # why to ask about a referral
    "referral-emergency": ReasonText(
        N_("{issued} 紧急转诊的，第二天就要问：去没去，怎么说；最晚 {limit} 问清。"), _NORM_REFERRAL
    ),
    "referral-ordinary": ReasonText(
        N_("{issued} 转诊的，过 7 天要问：去没去，怎么说；最晚 {limit} 问清。"), _NORM_REFERRAL
    ),
    "referral-again": ReasonText(
        N_("{issued} 转诊的，{asked} 问过还没有结果，要接着问，直到看上病或者签字说不去。"), _NORM_REFERRAL
    ),
    # what was promised
    "signed-later": ReasonText(N_("新的签约从 {first} 开始，在那以前还不算。"), _AGREEMENT),
    "not-signed": ReasonText(N_("现在没有有效的签约。")),
    # which package fits whom
    "package-for-all": ReasonText(N_("每个人都要有一个基本服务包。"), _KEY_GROUPS),
    "package-for-group": ReasonText(N_("是{group}，适合“{package}”。"), _KEY_GROUPS),
    # what happened
    "last-pressure": ReasonText(
        N_("上次算数的{disease}随访是 {last}：{result}，血压 {systolic}/{diastolic} mmHg。")
    ),
    "last-glucose": ReasonText(N_("上次算数的{disease}随访是 {last}：{result}，空腹血糖 {glucose} mmol/L。")),
    "last-follow-up": ReasonText(N_("上次算数的{disease}随访是 {last}：{result}。")),
    "no-follow-up": ReasonText(N_("还没有一次算数的{disease}随访。")),
    "only-measured-pressure": ReasonText(
        N_("{day} 只量了血压（{systolic}/{diastolic} mmHg），没填随访表，不算随访。"), _NORM_HOW_OFTEN
    ),
    "only-measured-glucose": ReasonText(
        N_("{day} 只测了空腹血糖（{glucose} mmol/L），没填随访表，不算随访。"), _NORM_HOW_OFTEN
    ),
    "only-by-phone": ReasonText(
        N_("{day} 的{disease}随访不是面对面做的，只算联系过，不算随访。"), _NORM_HOW_OFTEN
    ),
    "only-unfinished": ReasonText(
        N_("{day} 的{disease}随访表没填完，只算联系过，不算随访。"), _NORM_HOW_OFTEN
    ),
    # what is next
    "next-planned": ReasonText(N_("下一次{item}：{due}。")),
    "next-due": ReasonText(N_("今天要做：{item}。")),
    "next-overdue": ReasonText(N_("{item}该在 {due} 做，超期 {days} 天了。")),
    "nothing-due": ReasonText(N_("眼下没有要做的。")),
    "silenced": ReasonText(N_("这家写着先不上门，到 {until}。"), N_("这家的备注")),
    "away-now": ReasonText(N_("{from} 起外出，不在家；先打电话问。"), N_("外出登记")),
}

ITEM_NAMES: Final[Mapping[str, str]] = {
    "follow_up:hypertension": N_("高血压随访"),
    "follow_up:diabetes": N_("糖尿病随访"),
    "reading:blood_pressure": N_("量血压"),
    "reading:fasting_glucose": N_("测空腹血糖"),
    "check_up": N_("健康体检"),
    "self_care": N_("生活自理能力评估"),
    "constitution": N_("中医体质辨识"),
    "visit": N_("服务一次"),
    "visit:phone": N_("打电话问"),
    "referral_outcome": N_("问转诊结果"),
    "follow_up:mental_disorder": N_("严重精神障碍随访"),
    "follow_up:tuberculosis": N_("肺结核随访"),
    "follow_up:copd": N_("慢阻肺随访"),
    "follow_up:other_chronic": N_("慢性病随访"),
    "tuberculosis:first_visit": N_("肺结核第一次入户"),
    "tuberculosis:closing": N_("肺结核结案评估"),
    "reading:hba1c": N_("测糖化血红蛋白"),
    "health_assessment": N_("健康评估"),
    "health_record": N_("建档或更新档案"),
    "newborn_visit": N_("新生儿访视"),
    "child_visit": N_("儿童健康检查"),
    "child_chinese_medicine": N_("儿童中医药健康指导"),
    "antenatal_visit": N_("孕期随访"),
    "postnatal_visit": N_("产后访视"),
    "postnatal_42_days": N_("产后 42 天健康检查"),
    "consultation": N_("咨询指导"),
    "treatment": N_("看病"),
    "education:material": N_("给健康教育材料"),
    "education:told": N_("讲健康知识"),
    "long_prescription": N_("长期处方"),
}

GROUP_NAMES: Final[Mapping[str, str]] = {
    "00": N_("一般人群"),
    "01": N_("老年人"),
    "02": N_("孕产妇"),
    "03": N_("儿童"),
    "04": N_("残疾人"),
    "05": N_("脱贫人口"),
    "06": N_("计划生育特殊家庭成员"),
    "07": N_("高血压患者"),
    "08": N_("糖尿病患者"),
    "09": N_("结核病患者"),
    "10": N_("严重精神障碍患者"),
    "11": N_("监测户"),
    "12": N_("慢阻肺患者"),
}

DISEASE_NAMES: Final[Mapping[str, str]] = {
    "hypertension": N_("高血压"),
    "diabetes": N_("糖尿病"),
    "mental_disorder": N_("严重精神障碍"),
    "tuberculosis": N_("肺结核"),
    "copd": N_("慢阻肺"),
    "coronary_disease": N_("冠心病"),
    "stroke": N_("脑卒中"),
    "other_chronic": N_("其他慢性病"),
}

# Coded values by placeholder, as they read in a sentence.
VALUE_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "disease": DISEASE_NAMES,
    "norm": {
        **DISEASE_NAMES,
        "diabetes": N_("2型糖尿病"),
        "copd": N_("慢阻肺（2024 年新增，全文没有找到，次数是本卫生室设置）"),
    },
    "result": {
        "controlled": N_("控制满意"),
        "uncontrolled": N_("控制不满意"),
        "adverse_reaction": N_("有药物不良反应"),
        "complication": N_("有并发症"),
        "stable": N_("病情稳定"),
        "basically_stable": N_("病情基本稳定"),
        "unstable": N_("病情不稳定"),
        "stable_low_risk": N_("在稳定期，低风险"),
        "stable_high_risk": N_("在稳定期，高风险"),
        "acute_exacerbation": N_("急性加重"),
        "": N_("没有分类"),
    },
    "item": ITEM_NAMES,
    "what": {
        **ITEM_NAMES,
        "contract": N_("签约"),
        "referral": N_("转诊"),
        "everything": N_("任何服务"),
    },
    "group": GROUP_NAMES,
    "rhythm": {
        "hypertension": N_("每个季度面对面随访一次"),
        "diabetes": N_("每个季度面对面随访一次"),
        "mental_disorder": N_("一年至少随访 4 次，每次都要评估危险性"),
        "copd": N_("一年随访几次是本卫生室设置"),
        "tuberculosis": N_("治疗期间上门看服药、按时随访，直到停药结案"),
    },
}

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_DATE_PLACEHOLDERS: Final = frozenset(
    {
        "asked", "counting", "day", "died", "due", "first", "from", "issued", "last", "latest", "limit", "moved",
        "refused", "signed", "since", "until", "festival",
    }
)  # fmt: skip

Translate = Callable[[str], str]


def untranslated(text: str) -> str:
    """The Chinese sentence as it is."""
    return text


def say(code: str, values: Mapping[str, str] | None, translate: Translate = untranslated) -> str:
    """The sentence of a reason with its values in words."""
    given = dict(values or {})
    given.setdefault("rhythm", given.get("disease", ""))
    return _fill(REASONS[code].text, given, translate)


def source_of(code: str, values: Mapping[str, str] | None, translate: Translate = untranslated) -> str:
    """Where the rule is written; "" for a plain fact."""
    given = dict(values or {})
    given.setdefault("norm", given.get("disease", ""))
    return _fill(REASONS[code].source, given, translate)


def say_date(text: str) -> str:
    """2016, 2016-05 or 2016-05-03 as people say it; anything else unchanged."""
    match = _DATE.fullmatch(text)
    if match is None:
        return text
    year, month, day = match.groups()
    return f"{int(year)}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")


def _fill(text: str, values: Mapping[str, str], translate: Translate) -> str:
    if not text:
        return ""
    return translate(text).format(
        **{name: _in_words(name, value, translate) for name, value in values.items()}
    )


def _in_words(name: str, value: str, translate: Translate) -> str:
    names = VALUE_NAMES.get(name)
    if names is not None:
        return translate(names[value]) if value in names else value
    return say_date(value) if name in _DATE_PLACEHOLDERS else value
