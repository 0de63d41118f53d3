"""The program `village-doctor`: its verbs and its global options."""

from pathlib import Path
from typing import Final

import click

from village_doctor import __version__
from village_doctor.cli.failures import WRONG_USE
from village_doctor.cli.invocation import Invocation
from village_doctor.cli.programs import LateProgram, LateVerb, choose_home
from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _

PROGRAM: Final = "village-doctor"
HOME_VARIABLE: Final = "VILLAGE_DOCTOR_HOME"


_HERE: Final = "village_doctor.cli"

VERBS: Final[dict[str, dict[str, LateVerb]]] = {
    N_("每天"): {
        "due": LateVerb(f"{_HERE}.plan_commands:due", N_("今天该看谁，为什么")),
        "door-list": LateVerb(f"{_HERE}.plan_commands:door_list", N_("今天出门走一圈：哪几家，做什么")),
        "explain": LateVerb(f"{_HERE}.plan_commands:explain", N_("一个人为什么该看（或不该看）")),
        "find": LateVerb(
            f"{_HERE}.people_commands:find", N_("找人：姓名首字母、名字、证件或电话后四位、户主")
        ),
        "show": LateVerb(f"{_HERE}.people_commands:show", N_("一家人：读数、签约、该做的")),
        "reading": LateVerb(f"{_HERE}.reading_commands:reading", N_("血压、血糖、体重……")),
        "visit": LateVerb(f"{_HERE}.visit_commands:visit", N_("随访表和别的联系")),
        "refer": LateVerb(f"{_HERE}.referral_commands:refer", N_("转诊，和问结果")),
        "medicine": LateVerb(f"{_HERE}.medicine_commands:medicine", N_("在吃的药")),
        "prescription": LateVerb(f"{_HERE}.medicine_commands:prescription", N_("长期处方")),
        "service": LateVerb(f"{_HERE}.giving_commands:service", N_("没有表格的服务：送药上门、告知政策……")),
        "education": LateVerb(f"{_HERE}.giving_commands:education", N_("给人的健康教育")),
        "activity": LateVerb(f"{_HERE}.giving_commands:activity", N_("给很多人的活动：讲座、义诊")),
        "refusal": LateVerb(f"{_HERE}.consent_commands:refusal", N_("不愿意的，三个月后再提")),
        "consent": LateVerb(f"{_HERE}.consent_commands:consent", N_("知情同意")),
        "notice": LateVerb(f"{_HERE}.consent_commands:notice", N_("马上要告诉别人的")),
    },
    N_("户和人"): {
        "household": LateVerb(f"{_HERE}.people_commands:household", N_("登记一户、看一户、换户主")),
        "resident": LateVerb(f"{_HERE}.resident_commands:resident", N_("添人、更正、去世、迁出、外出、回来")),
        "phone": LateVerb(f"{_HERE}.resident_commands:phone", N_("电话")),
        "condition": LateVerb(f"{_HERE}.resident_commands:condition", N_("病种和人群标记")),
        "hamlet": LateVerb(f"{_HERE}.people_commands:hamlet", N_("村民小组")),
    },
    N_("签约"): {
        "contract": LateVerb(f"{_HERE}.contract_commands:contract", N_("建议、起草、签字、续签、解约")),
        "lists": LateVerb(f"{_HERE}.list_commands:lists", N_("名单和履约率")),
    },
    N_("打印"): {
        "print": LateVerb(f"{_HERE}.paper_commands:print_papers", N_("协议书、签约卡、血压和盐的宣传页")),
        "card": LateVerb(f"{_HERE}.paper_commands:card", N_("扫到的签约卡：是谁的，还有没有效")),
    },
    N_("表和设置"): {
        "form": LateVerb(f"{_HERE}.form_commands:form", N_("随访表：有哪些、怎么填、文件对不对")),
        "setting": LateVerb(f"{_HERE}.home_commands:setting", N_("卫生室的设置")),
    },
    N_("上报"): {
        "enrol": LateVerb(f"{_HERE}.delivery_commands:enrol", N_("用卫生院的邀请文件接上头")),
        "send": LateVerb(f"{_HERE}.delivery_commands:send", N_("把没上报的写成加密的信，放进优盘")),
        "receive": LateVerb(f"{_HERE}.delivery_commands:receive", N_("读卫生院的回条")),
    },
    N_("数据和密码"): {
        "init": LateVerb(f"{_HERE}.home_commands:init", N_("第一次用：新建一个卫生室")),
        "status": LateVerb(f"{_HERE}.home_commands:status", N_("现在的样子：多少人、上报到哪了、最近的备份")),
        "backup": LateVerb(f"{_HERE}.safekeeping_commands:backup", N_("做一份加密备份")),
        "restore": LateVerb(f"{_HERE}.safekeeping_commands:restore", N_("从备份恢复")),
        "check": LateVerb(f"{_HERE}.safekeeping_commands:check", N_("把所有数据核对一遍")),
        "password": LateVerb(f"{_HERE}.safekeeping_commands:password", N_("换密码")),
        "unlock-code": LateVerb(f"{_HERE}.safekeeping_commands:unlock_code", N_("换一张新的开锁码")),
        "reset-password": LateVerb(
            f"{_HERE}.safekeeping_commands:reset_password", N_("忘了密码：用开锁码重设")
        ),
    },
    N_("试一试"): {
        "sample": LateVerb(f"{_HERE}.practice_commands:sample", N_("往新的数据里放一个假的练习村")),
        "demo": LateVerb(f"{_HERE}.practice_commands:demo", N_("演示一天的工作，文件都留下")),
        "self-test": LateVerb(f"{_HERE}.home_commands:self_test", N_("程序检查自己")),
    },
}


class ClinicProgram(LateProgram):
    """The clinic's program."""

    program = PROGRAM
    verbs = VERBS


@click.group(
    PROGRAM,
    cls=ClinicProgram,
    invoke_without_command=True,
    help=_("村医助手：签约、随访、读数，今天该看谁。没有网络也能用，数据加密存在一个文件夹里。"),
)
@click.option(
    "--home",
    metavar=_("文件夹"),
    envvar=HOME_VARIABLE,
    type=click.Path(path_type=Path),
    help=_("数据放在哪个文件夹；不写就看 VILLAGE_DOCTOR_HOME，再不然用默认的地方"),
)
@click.option("--clock-confirmed", is_flag=True, help=_("电脑的日期我看过了，是对的"))
@click.option("--version", is_flag=True, help=_("看版本"))
@click.pass_context
def cli(ctx: click.Context, home: Path | None, clock_confirmed: bool, version: bool) -> None:
    """The global options."""
    invocation = ctx.ensure_object(Invocation)
    choose_home(ctx, invocation, home)
    invocation.clock_confirmed = clock_confirmed
    if version:
        click.echo(fill(_("村医助手 {version}"), {"version": __version__}))
        ctx.exit()
    if ctx.invoked_subcommand is None and invocation.open_window is not None:
        ctx.exit(invocation.open_window(invocation.home_folder))
    if ctx.invoked_subcommand is None:
        click.echo(_("请写上要做什么。"), err=True)
        click.echo(ctx.get_help(), err=True)
        ctx.exit(WRONG_USE)
