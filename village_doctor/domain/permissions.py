"""Who may do what (decisions.md, roles of `may`). It guards screens and the command line, not the file.

Roles: owner (the doctor whose clinic it is), doctor, helper, township. An action is a verb of services, or `read` and
`export` for looking and taking lists along. Groups 06 (计生特殊家庭), 09 (肺结核) and 10 (严重精神障碍) are a permission of
their own: only the owner and the person's responsible doctor.
"""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem

OWNER: Final = "owner"
DOCTOR: Final = "doctor"
HELPER: Final = "helper"
TOWNSHIP: Final = "township"

READ: Final = "read"
EXPORT: Final = "export"

PROTECTED_GROUPS: Final = frozenset({"06", "09", "10"})

# What only the owner does: the clinic itself, its settings, its people, its keys.
OWNER_ACTIONS: Final = frozenset(
    {
        "set_up_clinic",
        "set_setting",
        "add_staff",
        "correct_staff",
        "correct_clinic",
        "end_staff",
        "restore",
        "enrol",
        "change_keys",
    }
)

# Letters and receipts (send, receive) are the doctors'.
# What a helper does: look, register, measure, call, hand out leaflets. Follow-ups, contracts, referrals and voids stay with the doctors.
HELPER_ACTIONS: Final = frozenset(
    {
        READ,
        "print_leaflet",
        "add_hamlet",
        "register_household",
        "add_resident",
        "add_phone",
        "go_away",
        "come_back",
        "record_reading",
        "add_contact",
        "ask_referral",
        "give_education",
    }
)

TOWNSHIP_ACTIONS: Final = frozenset({READ, EXPORT})

_FIRST_WORDS: Final[Mapping[str, str]] = {
    "add": N_("登记"),
    "ask": N_("问转诊结果"),
    "correct": N_("更正"),
    "end": N_("结束一条记录"),
    "enrol": N_("和卫生院接上头"),
    "export": N_("导出名单"),
    "give": N_("登记"),
    "notify": N_("登记上报通知"),
    "print": N_("打印"),
    "read": N_("查看"),
    "receive": N_("收回条"),
    "record": N_("登记"),
    "refer": N_("转诊"),
    "refuse": N_("登记不愿意"),
    "register": N_("登记"),
    "renew": N_("续签"),
    "send": N_("上报"),
    "set": N_("改设置"),
    "sign": N_("签约"),
    "terminate": N_("解约"),
    "void": N_("作废"),
    "withdraw": N_("撤回"),
}


def may(role: str, action: str, group: str | None = None, *, is_responsible: bool = False) -> bool:
    """May this role do that, with a person or list of that key group?

    `is_responsible`: the acting doctor is the responsible doctor of the person's household. An action that is named
    nowhere here is for owner and doctors; an unknown role may nothing.
    """
    if group in PROTECTED_GROUPS and not (role == OWNER or (role == DOCTOR and is_responsible)):
        return False
    match role:
        case "owner":
            return True
        case "doctor":
            return action not in OWNER_ACTIONS
        case "helper":
            return action in HELPER_ACTIONS
        case "township":
            return action in TOWNSHIP_ACTIONS
        case _:
            return False


def require(role: str, action: str, group: str | None = None, *, is_responsible: bool = False) -> None:
    """Raises Problem `not-permitted` where `may` says no."""
    if not may(role, action, group, is_responsible=is_responsible):
        raise Problem("not-permitted", action=action_name(action))


def action_name(action: str) -> str:
    """The action as it reads in a message: never a code."""
    return _FIRST_WORDS.get(action.partition("_")[0], N_("这一步"))
