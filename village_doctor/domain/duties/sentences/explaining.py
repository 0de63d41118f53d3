"""The account of one resident: who she is to the norms, what was done this year, what was promised (`explain`)."""

from collections.abc import Mapping
from typing import Final

from village_doctor.domain.duties.sentences.sentence import ReasonText
from village_doctor.domain.messages import N_

_NORM: Final = N_("规范（第三版）§服务内容")
_AGREEMENT: Final = N_("签约服务协议 服务清单")
_OWN: Final = N_("本软件的约定，规范没有写")

REASONS: Final[Mapping[str, ReasonText]] = {
    # who she is to the norms
    "managed-copd": ReasonText(
        N_("{disease}已确诊，{age} 岁，常住这里：国家从 2024 年起要管，随访次数由乡镇定。"),
        N_("国家基本公共卫生服务 2024 年新增慢阻肺，原文没有核对"),
    ),
    "elderly": ReasonText(
        N_("{age} 岁，常住这里，是老年人健康管理的对象，每年要体检、评估生活自理能力、辨识中医体质。"),
        N_("规范（第三版）老年人健康管理、中医药健康管理 §服务对象"),
    ),
    "child-years": ReasonText(
        N_("{age} 岁，常住这里，是儿童健康管理的对象，按月龄、年龄访视检查。"),
        N_("规范（第三版）0–6 岁儿童健康管理 §服务对象"),
    ),
    "child-months": ReasonText(
        N_("{months} 个月大，常住这里，是儿童健康管理的对象，按月龄访视检查。"),
        N_("规范（第三版）0–6 岁儿童健康管理 §服务对象"),
    ),
    "pregnant": ReasonText(
        N_("怀孕 {weeks} 周加 {days} 天，是孕产妇健康管理的对象。"),
        N_("规范（第三版）孕产妇健康管理 §服务对象"),
    ),
    "delivered": ReasonText(
        N_("{day} 分娩，到今天 {days} 天，还在产后，是孕产妇健康管理的对象。"),
        N_("规范（第三版）孕产妇健康管理 §服务对象；产后算多少天是本软件的约定"),
    ),
    "in-hospital-now": ReasonText(N_("{from} 起住院；等出院，先打电话问。"), N_("外出登记")),
    "refuses": ReasonText(N_("{refused} 说不愿意{what}，{until} 起再问一次。"), _OWN),
    # what was done
    "last-unclassed": ReasonText(N_("上次算数的{disease}随访是 {last}。")),
    "year-tallies": ReasonText(N_("这个考核年度（{first} 到 {last}）规范要的："), _NORM),
    "year-tally": ReasonText(N_("{item}该做 {owed} 次，做了 {done} 次。"), _NORM),
    "done-along": ReasonText(N_("去了或来了，顺便做：{items}。"), _NORM),
    # what was promised
    "promise-tallies": ReasonText(N_("签约（{first} 到 {last}）答应的，算到今天："), _AGREEMENT),
    "promise-nothing-yet": ReasonText(N_("签约（{first} 到 {last}）答应的，还没有到期的。"), _AGREEMENT),
    "promise-tally": ReasonText(N_("“{item}”一年 {times} 次，该做 {owed} 次，做了 {done} 次。"), _AGREEMENT),
    "promise-tally-ahead": ReasonText(
        N_("“{item}”一年 {times} 次，该做 {owed} 次，做了 {done} 次，还没到期的做了 {ahead} 次。"), _AGREEMENT
    ),
    "promise-tally-only-ahead": ReasonText(
        N_("“{item}”一年 {times} 次，还没到期，已经做了 {ahead} 次。"), _AGREEMENT
    ),
    "promise-tally-dated-only-ahead": ReasonText(N_("“{item}”还没到期，已经做了 {ahead} 次。"), _AGREEMENT),
    "promise-tally-dated": ReasonText(N_("“{item}”该做 {owed} 次，做了 {done} 次。"), _AGREEMENT),
    "promise-tally-dated-ahead": ReasonText(
        N_("“{item}”该做 {owed} 次，做了 {done} 次，还没到期的做了 {ahead} 次。"), _AGREEMENT
    ),
    "not-followed": ReasonText(
        N_("协议里还答应了：{items}。这些本程序现在还不会提醒，请自己记着。"), _AGREEMENT
    ),
}
