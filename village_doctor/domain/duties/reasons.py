"""Why something is due, as a colleague would say it, and where it is written.

A reason travels as a code with values; here are the sentences and their sources. `say` fills one in: dates and coded
values become words, so that no sentence carries a code. The edges pass their translation in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.messages import N_


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A sentence with named placeholders and the place it rests on ("" where it only states a fact)."""

    text: str
    source: str = ""


_NORM_WHO: Final = N_("规范（第三版）{norm} §服务对象")
_NORM_HOW_OFTEN: Final = N_("规范（第三版）{norm} §随访频次")
_NORM_AGAIN: Final = N_("规范（第三版）{norm} §分类干预")
_NORM_REFERRAL: Final = N_("规范（第三版）慢性病 §转诊，两周内随访；哪天问是本程序的安排")
_PERMANENT: Final = N_("规范（第三版）§服务对象：辖区内常住居民")
_AGREEMENT: Final = N_("签约服务协议 服务清单")
_KEY_GROUPS: Final = N_("家庭医生签约（国卫基层发〔2022〕10号）重点人群")
_SETTING: Final = N_("本卫生室设置")

REASONS: Final[Mapping[str, ReasonText]] = {
    # who is managed
    "managed": ReasonText(
        N_("{disease}已确诊，{age} 岁，常住这里，按规范要管：每个季度面对面随访一次。"), _NORM_WHO
    ),
    "managed-since": ReasonText(
        N_("{since}起有{disease}，已确诊，{age} 岁，常住这里，按规范要管：每个季度面对面随访一次。"),
        _NORM_WHO,
    ),
    "no-condition": ReasonText(N_("没有记着确诊的{disease}。"), _NORM_WHO),
    "no-disease": ReasonText(
        N_("没有记着确诊的高血压或糖尿病，规范不要求按季度随访。"),
        N_("规范（第三版）高血压、2型糖尿病 §服务对象"),
    ),
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
    "quarter-end": ReasonText(
        N_("{disease}每个季度要面对面随访一次，这一季最晚 {latest}。"), _NORM_HOW_OFTEN
    ),
    "three-months": ReasonText(
        N_("上次{disease}随访是 {last}，到 {due} 满 3 个月；这一季最晚 {latest}。"), _NORM_HOW_OFTEN
    ),
    "quarter-begun": ReasonText(
        N_("上次{disease}随访是 {last}，从 {first} 起又该随访一次，最晚 {latest}。"), _NORM_HOW_OFTEN
    ),
    "agreed-day": ReasonText(N_("{last} 那次{disease}随访约好 {due} 再看。"), _NORM_AGAIN),
    "again-14-days": ReasonText(
        N_("{last} 那次{disease}随访{result}，14 天内要再随访一次，最晚 {latest}。"), _NORM_AGAIN
    ),
    "overruled": ReasonText(N_("大夫另有打算，{due} 再看：{why}"), N_("随访记录")),
    "fasting-again": ReasonText(
        N_("{last} 那次糖尿病随访没测空腹血糖，分不了类；7 天内请空腹再来一次。"),
        N_("规范（第三版）2型糖尿病 §随访评估；7 天是本程序的安排"),
    ),
    "counting-starts": ReasonText(N_("从 {counting} 起才开始算，在那以前的不算超期。"), _SETTING),
    "missed-before": ReasonText(N_("在这以前已经落下 {count} 次没做。"), _NORM_HOW_OFTEN),
    "missed-promises": ReasonText(N_("在这以前签约答应的还落下 {count} 次没做。"), _AGREEMENT),
    "late-for-norm": ReasonText(N_("规范说最晚 {latest}，已经晚了。"), N_("规范（第三版）§随访频次、§转诊")),
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
    "promise": ReasonText(
        N_("签约答应的“{item}”，一年 {times} 次，这是 {first} 到 {latest} 的那一次。"), _AGREEMENT
    ),
    "promise-tally": ReasonText(
        N_(
            "签约（{first} 到 {last}）答应的“{item}”，一年 {times} 次，一共 {promised} 次：到今天该做 {owed} 次，做了 {done} 次。"
        ),
        _AGREEMENT,
    ),
    "promise-tally-ahead": ReasonText(
        N_(
            "签约（{first} 到 {last}）答应的“{item}”，一年 {times} 次，一共 {promised} 次：到今天该做 {owed} 次，做了 {done} 次；"
            "还没到期的做了 {ahead} 次。"
        ),
        _AGREEMENT,
    ),
    "not-followed": ReasonText(
        N_("协议里还答应了：{items}。这些本程序现在还不会提醒，请自己记着。"), _AGREEMENT
    ),
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
    "norm-tally": ReasonText(
        N_("这个考核年度（{first} 到 {last}）{disease}要随访 {owed} 次，做了 {done} 次。"), _NORM_HOW_OFTEN
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
    "visit": N_("服务一次"),
    "referral_outcome": N_("问转诊结果"),
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

# Coded values by placeholder, as they read in a sentence.
VALUE_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "disease": {"hypertension": N_("高血压"), "diabetes": N_("糖尿病")},
    "norm": {"hypertension": N_("高血压"), "diabetes": N_("2型糖尿病")},
    "result": {
        "controlled": N_("控制满意"),
        "uncontrolled": N_("控制不满意"),
        "adverse_reaction": N_("有药物不良反应"),
        "complication": N_("有并发症"),
        "": N_("没有分类"),
    },
    "item": ITEM_NAMES,
    "group": GROUP_NAMES,
}

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_DATE_PLACEHOLDERS: Final = frozenset(
    {
        "asked", "counting", "day", "died", "due", "first", "from", "issued", "last", "latest", "limit", "moved",
        "since", "until",
    }
)  # fmt: skip

Translate = Callable[[str], str]


def untranslated(text: str) -> str:
    """The Chinese sentence as it is."""
    return text


def say(code: str, values: Mapping[str, str] | None, translate: Translate = untranslated) -> str:
    """The sentence of a reason with its values in words."""
    return _fill(REASONS[code].text, values or {}, translate)


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
