"""What happened, in plain words: the text of a Problem with its codes read out as people say them.

Light on purpose: the lock screen speaks before anything else is imported. What to type or press next is the
business of whoever shows it.
"""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.messages import N_
from village_doctor.domain.problems import PROBLEM_TEXTS, Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _

# Words that stand for codes inside a Problem's values.
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": {
        "resident": N_("居民"),
        "household": N_("户"),
        "household_membership": N_("家庭成员"),
        "member": N_("家里人"),
        "contract": N_("协议"),
        "contract_member": N_("签约成员"),
        "reading": N_("读数"),
        "visit": N_("随访"),
        "referral": N_("转诊"),
        "medication": N_("用药"),
        "education": N_("健康教育"),
        "activity": N_("健康教育活动"),
        "service": N_("服务"),
        "refusal": N_("拒绝"),
        "consent": N_("知情同意"),
        "notice": N_("上报通知"),
        "phone": N_("电话"),
        "condition": N_("病种"),
        "absence": N_("外出"),
        "hamlet": N_("村民小组"),
        "village": N_("村"),
        "clinic": N_("卫生室"),
        "staff": N_("工作人员"),
        "team": N_("团队"),
        "setting": N_("设置"),
    },
    "what": {
        "name": N_("姓名"),
        "clinic-name": N_("卫生室名称"),
        "village-name": N_("村名"),
        "doctor-name": N_("医生姓名"),
    },
    "mode": {
        "clinic": N_("门诊"),
        "home": N_("入户"),
        "phone": N_("电话"),
        "video": N_("视频"),
        "message": N_("消息"),
    },
}


def problem_text(problem: Problem) -> str:
    """The Problem as the user reads it, in the chosen language."""
    values = {name: _in_words(name, value) for name, value in problem.values.items()}
    return fill(PROBLEM_TEXTS[problem.code], values)


def _in_words(name: str, value: str) -> str:
    return _(_WORDS.get(name, {}).get(value, value))
