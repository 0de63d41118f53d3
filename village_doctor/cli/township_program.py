"""The program `village-doctor-township`: the receiving desk of a township health centre."""

from pathlib import Path
from typing import Final, NoReturn

import click

from village_doctor import __version__
from village_doctor.cli.failures import WRONG_USE
from village_doctor.cli.invocation import TownshipInvocation
from village_doctor.cli.programs import LateProgram, LateVerb, choose_home
from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _

PROGRAM: Final = "village-doctor-township"
HOME_VARIABLE: Final = "VILLAGE_DOCTOR_TOWNSHIP_HOME"
_HERE: Final = "village_doctor.cli"

VERBS: Final[dict[str, dict[str, LateVerb]]] = {
    N_("每天"): {
        "receive": LateVerb(f"{_HERE}.intake_commands:receive", N_("收村里的信（优盘）")),
        "confirm": LateVerb(f"{_HERE}.intake_commands:confirm", N_("电话对过六个词，确认一台电脑")),
        "answer": LateVerb(f"{_HERE}.intake_commands:answer_", N_("写回条，放进优盘")),
        "status": LateVerb(f"{_HERE}.intake_commands:status", N_("收到哪了、谁在等、缺什么、要核对什么")),
    },
    N_("村卫生室和电脑"): {
        "invite": LateVerb(f"{_HERE}.office_commands:invite", N_("给一个村卫生室写邀请文件")),
        "revoke": LateVerb(f"{_HERE}.intake_commands:revoke", N_("停用一台丢了的电脑")),
        "recover": LateVerb(
            f"{_HERE}.office_commands:recover", N_("用保险柜里的恢复码，打开忘了密码的村卫生室")
        ),
    },
    N_("数据和钥匙"): {
        "init": LateVerb(f"{_HERE}.office_commands:init", N_("第一次用：新建卫生院这一端")),
        "rebuild": LateVerb(f"{_HERE}.intake_commands:rebuild", N_("用留着的信把所有表重新整理一遍")),
        "export-letters-key": LateVerb(
            f"{_HERE}.office_commands:export_letters_key", N_("导出收信的私钥（很少用，要当心）")
        ),
    },
}


class TownshipProgram(LateProgram):
    """The township's program."""

    program = PROGRAM
    verbs = VERBS
    invocation = TownshipInvocation


@click.group(
    PROGRAM,
    cls=TownshipProgram,
    invoke_without_command=True,
    help=_("村医助手的乡镇卫生院一端：收村里的信、核对、写回条。没有网络也能用，数据加密存在一个文件夹里。"),
)
@click.option(
    "--home",
    metavar=_("文件夹"),
    envvar=HOME_VARIABLE,
    type=click.Path(path_type=Path),
    help=_("数据放在哪个文件夹；不写就看 VILLAGE_DOCTOR_TOWNSHIP_HOME，再不然用默认的地方"),
)
@click.option("--version", is_flag=True, help=_("看版本"))
@click.pass_context
def cli(ctx: click.Context, home: Path | None, version: bool) -> None:
    """The global options."""
    invocation = ctx.ensure_object(TownshipInvocation)
    choose_home(ctx, invocation, home)
    if version:
        click.echo(fill(_("村医助手（乡镇） {version}"), {"version": __version__}))
        ctx.exit()
    if ctx.invoked_subcommand is None:
        click.echo(_("请写上要做什么。"), err=True)
        click.echo(ctx.get_help(), err=True)
        ctx.exit(WRONG_USE)


def main() -> NoReturn:
    """The entry point."""
    cli.main()


if __name__ == "__main__":
    main()
