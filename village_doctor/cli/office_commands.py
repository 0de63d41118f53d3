"""Verbs of the township's office itself: init, invite, recover, export-letters-key."""

from collections.abc import Iterator
from pathlib import Path

import click

from village_doctor.cli import session
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import File
from village_doctor.cli.invocation import current
from village_doctor.cli.office_session import opened_office
from village_doctor.cli.verbs import Verb, argument, flag, option
from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import write_whole
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.township import inviting, office, recovering


@click.command(
    cls=Verb,
    help=_(
        "第一次用：新建卫生院这一端。会定一个密码，给一张开锁码，再给一张恢复码：恢复码只在纸上，锁进保险柜，"
        "哪个村卫生室的密码、开锁码都没了，只有它能打开。\n\n例：\n"
        "  village-doctor-township init --name 青石镇卫生院"
    ),
)
@option("--name", metavar=_("名称"), required=True, help=_("卫生院名称"))
@flag("--practice", help=_("练习用的卫生院：只收练习村的信（定了不能改）"))
@option("--unlock-code-out", metavar=_("文件"), type=File(), help=_("开锁码写进这个新文件，不显示"))
@option("--recovery-out", metavar=_("文件"), type=File(), help=_("恢复码写进这个新文件，不显示"))
@json_flag
def init(name: str, practice: bool, unlock_code_out: Path | None, recovery_out: Path | None) -> None:
    """Makes the office."""
    home = current().home_folder
    if (home / office.SLOTS_FILE).exists():
        raise Problem("township-exists")
    session.refuse_existing(unlock_code_out)
    session.refuse_existing(recovery_out)
    password = session.ask_new_password()
    made = office.create_office(home, session.surroundings(), password.text, name, practice=practice)
    words = made.office.words
    made.office.close()
    is_written = recovery_out is not None and _is_written(made.recovery_code, recovery_out)
    secrets = session.secret_lines(password, made.unlock_code, unlock_code_out)
    answer(
        {
            "home": str(home),
            "words": list(words),
            "recovery_code": None if is_written else list(made.recovery_code),
            "recovery_out": str(recovery_out) if is_written else None,
            **session.secrets_json(password, made.unlock_code, unlock_code_out),
        },
        [
            fill(_("已保存：{name}。数据在 {home}"), {"name": name, "home": home}),
            *secrets,
            *_recovery_lines(made.recovery_code, recovery_out if is_written else None),
            fill(
                _("本院的六个词（村医打电话来对的就是它）：{words}"),
                {"words": " ".join(words)},
            ),
            _("接下来：invite 给每个村卫生室写一个邀请文件。"),
        ],
    )
    session.ask_last_group_back(password, made.unlock_code, unlock_code_out)


def _is_written(code: tuple[str, str], out: Path) -> bool:
    try:
        write_whole(out, "".join(f"{line}\n" for line in code).encode())
    except OSError:
        click.echo(fill(_("{file} 写不进去，恢复码改在这里给出。"), {"file": out}), err=True)
        return False
    return True


def _recovery_lines(code: tuple[str, str], out: Path | None) -> Iterator[str]:
    if out is not None:
        yield fill(_("恢复码已写进 {file}。印出来锁进保险柜，再把这个文件删掉。"), {"file": out})
        return
    yield fill(_("恢复码第一行：{line}"), {"line": code[0]})
    yield fill(_("恢复码第二行：{line}"), {"line": code[1]})
    yield _("只显示这一次，电脑里不留。请抄在纸上锁进保险柜：它能打开所有村卫生室的数据。")


@click.command(
    cls=Verb,
    help=_(
        "给一个村卫生室写邀请文件，放进文件夹（优盘）。编号是六位数字，一个卫生室一个，不再给别人。\n\n例：\n"
        "  village-doctor-township invite --code 000101 --label 石桥湾村卫生室 --to /media/usb"
    ),
)
@option("--code", metavar=_("编号"), required=True, help=_("卫生室编号，六位数字"))
@option("--label", metavar=_("名称"), required=True, help=_("卫生室名称，只记在本院，不写进文件"))
@option("--to", "folder", metavar=_("文件夹"), type=File(), required=True, help=_("放到哪个文件夹，如优盘"))
@json_flag
def invite(code: str, label: str, folder: Path) -> None:
    """Writes an invitation."""
    with opened_office() as found:
        invited = inviting.invite(found, code, label, folder)
    path = invited.path
    answer(
        {"path": str(path), "clinic_code": code, "words": list(invited.words)},
        [
            fill(_("邀请文件写好了，读回来核对过：{path}"), {"path": path}),
            fill(_("给 {label}，编号 {code}。只能用一次，请当面交给村医。"), {"label": label, "code": code}),
            fill(_("村医会打电话来对本院的六个词，请念给对方：{words}"), {"words": " ".join(invited.words)}),
        ],
    )


@click.command(
    cls=Verb,
    help=_(
        "村卫生室的密码、开锁码都没了：用保险柜里的恢复码定一个新密码，换一张新的开锁码。"
        "在那台电脑上做，先关掉村医助手；文件夹写在后面。\n\n例：\n"
        "  village-doctor-township recover ~/.local/share/village-doctor/clinic"
    ),
)
@argument("folder", _("文件夹"), _("村卫生室的数据文件夹"), type=File())
@option("--recovery-file", metavar=_("文件"), type=File(), help=_("恢复码在这个文件里（两行）"))
@option("--new-password-file", metavar=_("文件"), type=File(), help=_("新密码在这个文件的第一行"))
@option("--unlock-code-out", metavar=_("文件"), type=File(), help=_("新的开锁码写进这个新文件，不显示"))
@json_flag
def recover(
    folder: Path,
    recovery_file: Path | None,
    new_password_file: Path | None,
    unlock_code_out: Path | None,
) -> None:
    """A new password and unlock code for a clinic."""
    session.refuse_existing(unlock_code_out)
    recovering.refuse_missing(folder)
    code = session.ask_recovery_code(recovery_file)
    new = (
        session.ask_new_password_at_keyboard()
        if new_password_file is None
        else session.NewPassword(session.first_line_of(new_password_file))
    )
    unlock_code = recovering.recover(folder, session.surroundings(), code, new.text)
    answer(
        {"recovered": True, **session.secrets_json(new, unlock_code, unlock_code_out)},
        [
            _("已保存：新密码能打开了。旧密码和旧开锁码都作废。"),
            *session.secret_lines(new, unlock_code, unlock_code_out),
        ],
    )
    session.ask_last_group_back(new, unlock_code, unlock_code_out)


@click.command(
    "export-letters-key",
    cls=Verb,
    help=_(
        "导出收信的私钥（age 格式）：拿到它的人能看所有村里来的信。平时用不着；只为用现成的 age 程序打开信件。\n\n"
        "例：\n  village-doctor-township export-letters-key --out 收信私钥.txt --i-understand"
    ),
)
@option("--out", metavar=_("文件"), type=File(), required=True, help=_("写进这个新文件"))
@flag("--i-understand", help=_("我知道：有这个文件就能看所有的信，用完就删"))
@json_flag
def export_letters_key(out: Path, i_understand: bool) -> None:
    """Writes the age identity."""
    session.refuse_existing(out)
    if not i_understand:
        raise Problem("export-not-confirmed")
    with opened_office() as found:
        key = office.export_letters_key(found)
    try:
        write_whole(out, f"{key}\n".encode())
    except OSError as error:
        raise Problem("output-file", file=out) from error
    answer(
        {"path": str(out)},
        [
            fill(_("收信的私钥写进了 {file}。"), {"file": out}),
            _("有这个文件就能看所有村里来的信。用完请马上删掉，不要拷走，不要发给别人。"),
        ],
    )
