"""Verbs of the whole clinic: init, status, setting, self-test."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from village_doctor.cli import session
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.delivery_commands import delivery_json, delivery_lines
from village_doctor.cli.failures import BUG
from village_doctor.cli.inputs import File
from village_doctor.cli.invocation import current
from village_doctor.cli.session import closing, opened
from village_doctor.cli.verbs import Verb, argument, option
from village_doctor.domain.changes.codec import instant_of, instant_text
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import delivery_status, deriving, opening, self_testing, viewing
from village_doctor.services.registering import ClinicDraft, set_setting
from village_doctor.services.viewing import Status
from village_doctor.services.wording import day_and_time
from village_doctor.services.workplace import SLOTS_FILE

_SETTING_NAMES: Final[Mapping[str, str]] = {
    "counting_starts_on": N_("从哪天起开始算（在那以前的不算超期）"),
    "assessment_year_starts": N_("考核年度从几月几日开始（月-日）"),
    "data_cut_off": N_("一年的数据截到几月几日（月-日）"),
    "quarter_rule": N_("季度怎么分（calendar：按考核年度分四段）"),
    "contract_term_rule": N_("签约期怎么算（anniversary：到对应日的前一天）"),
    "practice": N_("练习村（1：里面的人都是假的，定了不能改回来）"),
}


@click.command(
    cls=Verb,
    help=_(
        "第一次用：新建一个卫生室和它的第一个村。会问一个密码，给一张开锁码。\n\n例：\n"
        "  village-doctor init --village-code 990101101201 --village-name 试点村 \\\n"
        "      --clinic-name 试点村卫生室 --doctor-name 王秀兰"
    ),
)
@option("--village-code", metavar=_("代码"), required=True, help=_("行政村的 12 位统计代码"))
@option("--village-name", metavar=_("村名"), help=_("村名；不写就从卫生室名称里取"))
@option("--clinic-name", metavar=_("名称"), required=True, help=_("卫生室名称"))
@option("--doctor-name", metavar=_("姓名"), required=True, help=_("您的姓名"))
@option("--township-name", metavar=_("名称"), help=_("乡镇卫生院名称（协议的甲方）"))
@option("--unlock-code-out", metavar=_("文件"), type=File(), help=_("开锁码写进这个新文件，不显示"))
@json_flag
def init(
    village_code: str,
    village_name: str | None,
    clinic_name: str,
    doctor_name: str,
    township_name: str | None,
    unlock_code_out: Path | None,
) -> None:
    """Makes a home."""
    home = current().home_folder
    if (home / SLOTS_FILE).exists():
        raise Problem("home-exists")
    session.refuse_existing(unlock_code_out)
    password = session.ask_new_password()
    draft = ClinicDraft(
        clinic_name=clinic_name,
        village_code=village_code,
        village_name=village_name or clinic_name.removesuffix(_("卫生室")) or clinic_name,
        doctor_name=doctor_name,
        township_name=township_name,
    )
    made = opening.create_home(home, session.surroundings(), password.text, draft)
    with closing(made.workplace):
        secrets = session.secret_lines(password, made.unlock_code, unlock_code_out)
        values = {"clinic": made.clinic.name, "doctor": doctor_name, "home": home}
        answer(
            {
                "home": str(home),
                "clinic_id": made.clinic.id,
                **session.secrets_json(password, made.unlock_code, unlock_code_out),
            },
            [
                fill(_("已保存：{clinic}，医生 {doctor}。数据在 {home}"), values),
                *secrets,
                _("接下来：household add 登记一户，或 sample 放一个练习村。"),
            ],
        )
        session.ask_last_group_back(password, made.unlock_code, unlock_code_out)


@click.command(
    cls=Verb,
    help=_("现在的样子：多少人、最近什么时候存的、最近的备份、上报到哪了。\n\n例：\n  village-doctor status"),
)
@json_flag
def status() -> None:
    """Shows the clinic at a glance."""
    with opened() as workplace:
        found = viewing.status(workplace)
        delivery = delivery_status.status(workplace)
    answer(
        {**_status_json(found, workplace.home), "delivery": delivery_json(delivery)},
        [*_status_lines(found, workplace.home), *delivery_lines(delivery)],
    )


def _status_json(found: Status, home: Path) -> dict[str, JsonValue]:
    return {
        "home": str(home),
        "clinic": {"id": found.clinic.id, "name": found.clinic.name, "code": found.clinic.code},
        "villages": [{"code": one.code, "name": one.name} for one in found.villages],
        "doctor": found.doctor.name,
        "is_practice": found.is_practice,
        "households": found.counts["household"],
        "residents": found.counts["resident"],
        "readings": found.counts["reading"],
        "visits": found.counts["visit"],
        "running_contracts": found.running_contracts,
        "device_digit": found.device_digit,
        "journal_entries": found.entries,
        "last_saved_at": instant_text(found.last_saved_at) if found.last_saved_at else None,
        "last_backup_at": found.last_backup_at,
    }


def _status_lines(found: Status, home: Path) -> Iterator[str]:
    villages = "、".join(one.name for one in found.villages)
    yield f"{found.clinic.name}　{villages}　{found.doctor.name}"
    if found.is_practice:
        yield _("这是练习村：里面的人都是假的。")
    yield fill(
        _(
            "{households} 户，{residents} 人；有效的签约 {contracts} 份；读数 {readings} 条，随访和联系 {visits} 次"
        ),
        {
            "households": found.counts["household"],
            "residents": found.counts["resident"],
            "contracts": found.running_contracts,
            "readings": found.counts["reading"],
            "visits": found.counts["visit"],
        },
    )
    backup = instant_of(found.last_backup_at) if found.last_backup_at else None
    yield fill(
        _("最近一次保存：{saved}　最近的备份：{backup}"),
        {"saved": day_and_time(found.last_saved_at), "backup": day_and_time(backup)},
    )
    yield fill(
        _("这是本卫生室的第 {device} 台电脑　变更记录 {entries} 条　数据在 {home}"),
        {"device": found.device_digit, "entries": found.entries, "home": home},
    )


@click.command(
    cls=Verb,
    help=_(
        "卫生室的设置：不写名称看全部；写名称和值就改。\n\n例：\n  village-doctor setting\n"
        "  village-doctor setting counting_starts_on 2026-07-01"
    ),
)
@argument("key", _("名称"), _("哪一项"), required=False)
@argument("value", _("值"), _("改成什么；空的写 ''"), required=False)
@json_flag
def setting(key: str | None, value: str | None) -> None:
    """Shows or changes settings."""
    with opened(writing=value is not None) as workplace:
        if key is not None and value is not None:
            workplace.command(set_setting, key, value)
            answer(
                {"key": key, "value": value},
                [fill(_("已保存：{key} = {value}"), {"key": key, "value": value})],
            )
            return
        known = workplace.query(deriving.settings)
        if key is not None and key not in known:
            raise Problem("setting-unknown", key=key)
        shown = {name: known[name] for name in known if key in (None, name)}
        answer(dict(shown), _setting_lines(shown))


def _setting_lines(shown: Mapping[str, str]) -> Iterator[str]:
    for name, value in shown.items():
        yield f"{name} = {value or '—'}　{_(_SETTING_NAMES.get(name, ''))}".rstrip()


@click.command(
    "self-test",
    cls=Verb,
    help=_(
        "程序检查自己：在临时文件夹里建一个假的卫生室，走一遍最要紧的事，然后删掉。不碰您的数据。\n\n"
        "例：\n  village-doctor self-test"
    ),
)
@json_flag
@click.pass_context
def self_test(ctx: click.Context) -> None:
    """Says check by check what works."""
    outcomes = []
    for outcome in self_testing.self_test(current().window_check):
        outcomes.append(outcome)
        if not current().wants_json:
            state = _("好") if outcome.passed else _("不行")
            click.echo(f"{state}　{_(outcome.name)}　{outcome.trace}".rstrip("　"))
    passed = all(outcome.passed for outcome in outcomes)
    answer(
        {
            "passed": passed,
            "checks": [
                {"code": one.code, "name": one.name, "passed": one.passed, "trace": one.trace}
                for one in outcomes
            ],
        },
        [_("都好。") if passed else _("有不行的，请重新安装程序；您的数据没有动过。")],
    )
    ctx.exit(0 if passed else BUG)
