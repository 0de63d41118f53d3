"""Verbs that keep the data safe: backup, restore, check, and the passwords."""

from collections.abc import Iterator
from pathlib import Path

import click

from village_doctor.cli import session
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.failures import start_log
from village_doctor.cli.inputs import File
from village_doctor.cli.invocation import current
from village_doctor.cli.progress import progress_line
from village_doctor.cli.session import closing, opened
from village_doctor.cli.verbs import Verb, argument, flag, option
from village_doctor.domain.problems import Problem
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import opening, safekeeping, viewing
from village_doctor.services.safekeeping import Restored


@click.command(
    cls=Verb,
    help=_(
        "做一份加密备份。不写 --to 就放在数据文件夹里；带出去的（优盘）只能用纸上的开锁码打开。\n\n例：\n"
        "  village-doctor backup\n  village-doctor backup --to /media/usb"
    ),
)
@option("--to", "folder", metavar=_("文件夹"), type=File(), help=_("另存到这个文件夹，如优盘"))
@json_flag
def backup(folder: Path | None) -> None:
    """Makes a verified copy."""
    with opened() as workplace, progress_line() as progress:
        path = safekeeping.make_backup(workplace, folder, progress)
    size = path.stat().st_size
    opens = _("开锁码") if folder is not None else _("密码或开锁码")
    answer(
        {"path": str(path), "size": size, "opens_with": "unlock_code" if folder is not None else "password"},
        [
            fill(
                _("备份做好了，读回来核对过：{path}（{size} KB）"),
                {"path": path, "size": max(1, size // 1024)},
            ),
            fill(_("它用{opens}打开。"), {"opens": opens}),
        ],
    )


@click.command(
    cls=Verb,
    help=_(
        "从备份恢复到 --home 的文件夹。原来的文件移到 replaced- 开头的文件夹里留着；备份以后还读得出的记录会并进来。"
        "恢复以后算一台新电脑，编号从新的一段开始。\n\n例：\n"
        "  village-doctor --home 新文件夹 restore 0a1b….vdbackup\n"
        "  village-doctor --home 新文件夹 restore 优盘/0a1b….vdbackup --with-unlock-code"
    ),
)
@argument("file", _("备份文件"), _("以 .vdbackup 结尾的文件"), type=File())
@flag("--with-unlock-code", help=_("用纸上的开锁码打开（要定一个新密码）"))
@option("--unlock-code-file", metavar=_("文件"), type=File(), help=_("开锁码在这个文件里"))
@option("--unlock-code-out", metavar=_("文件"), type=File(), help=_("新的开锁码写进这个新文件，不显示"))
@json_flag
def restore(
    file: Path, with_unlock_code: bool, unlock_code_file: Path | None, unlock_code_out: Path | None
) -> None:
    """Puts a backup in place."""
    invocation = current()
    if not file.is_file():
        raise Problem("backup-missing", file=file)
    session.refuse_existing(unlock_code_out)
    password = code = new = None
    if with_unlock_code or unlock_code_file is not None:
        code = session.ask_unlock_code(unlock_code_file)
        new = session.ask_new_password()
    else:
        password = session.ask_password()
    with progress_line() as progress:
        restored = safekeeping.restore(
            file,
            invocation.home_folder,
            session.surroundings(),
            password=password,
            unlock_code=code,
            new_password=new.text if new else None,
            clock_confirmed=invocation.clock_confirmed,
            progress=progress,
        )
    with closing(restored.workplace):
        start_log(invocation, invocation.home_folder)
        secrets = session.secret_lines(new, restored.unlock_code, unlock_code_out)
        digit = viewing.status(restored.workplace).device_digit
        answer(
            {
                "home": str(invocation.home_folder),
                "made_at": restored.header.made_at,
                "device_digit": digit,
                "merged": restored.merged,
                **session.secrets_json(new, restored.unlock_code, unlock_code_out),
            },
            [*_restored_lines(restored, invocation.home_folder, digit), *secrets],
        )


def _restored_lines(restored: Restored, home: Path, digit: int) -> Iterator[str]:
    values = {"home": home, "digit": digit, "merged": restored.merged}
    yield fill(_("恢复好了，数据在 {home}"), values)
    if restored.merged is None:
        yield _(
            "原来那份数据读不全：备份以后写的，没能并进来。原来的文件在 replaced- 开头的文件夹里留着，请别删，找人看看。"
        )
    if restored.merged:
        yield fill(_("备份以后还有 {merged} 条变更，也并进来了。"), values)
    yield fill(_("从现在起这是第 {digit} 台电脑，新的户号、协议号以 {digit} 开头；旧的号都不变。"), values)


@click.command(
    cls=Verb,
    help=_(
        "把所有数据核对一遍：文件、变更记录的链、重演、检索和应做清单。不改动记录。\n\n例：\n  village-doctor check"
    ),
)
@json_flag
def check() -> None:
    """Goes through everything."""
    with opened() as workplace, progress_line() as progress:
        try:
            checked = safekeeping.check(workplace, progress)
        except Problem as problem:
            if problem.code == "derived-differ":
                safekeeping.rebuild_derived(workplace)
            raise
    lines = [
        fill(_("都对：{entries} 条变更记录，一条不少，重演出来的和现在一样。"), {"entries": checked.entries})
    ]
    if checked.concurrent:
        lines.append(
            fill(
                _("有 {count} 条记录两台电脑都改过，以后改的为准，另一份也留着。"),
                {"count": checked.concurrent},
            )
        )
    answer({"ok": True, "entries": checked.entries, "concurrent": checked.concurrent}, lines)


@click.command(
    cls=Verb,
    help=_("换密码。旧密码从此打不开这里的数据和这里的备份。\n\n例：\n  village-doctor password"),
)
@option("--new-password-file", metavar=_("文件"), type=File(), help=_("新密码在这个文件的第一行"))
@json_flag
def password(new_password_file: Path | None) -> None:
    """A new password for the doctor."""
    with opened() as workplace:
        new = (
            session.ask_new_password_at_keyboard()
            if new_password_file is None
            else session.NewPassword(session.first_line_of(new_password_file))
        )
        opening.change_password(workplace, new.text)
        lines = [_("已保存：密码换好了。"), *session.secret_lines(new, None, None)]
        answer({"changed": True, **session.secrets_json(new, None, None)}, lines)


@click.command(
    "unlock-code",
    cls=Verb,
    help=_(
        "换一张新的开锁码；旧的那张从此打不开这里的数据和这里的备份（以前拷到别处的备份还打得开，请收好或删掉）。\n\n"
        "例：\n  village-doctor unlock-code --out 开锁码.txt"
    ),
)
@option("--out", metavar=_("文件"), type=File(), help=_("写进这个新文件，不显示"))
@json_flag
def unlock_code(out: Path | None) -> None:
    """A fresh unlock code."""
    session.refuse_existing(out)
    with opened() as workplace:
        code = opening.replace_unlock_code(workplace)
        _answer_replaced(None, code, out)


@click.command(
    "reset-password",
    cls=Verb,
    help=_(
        "忘了密码：用纸上的开锁码定一个新密码，并换一张新的开锁码。\n\n例：\n  village-doctor reset-password"
    ),
)
@option("--unlock-code-file", metavar=_("文件"), type=File(), help=_("开锁码在这个文件里"))
@option("--unlock-code-out", metavar=_("文件"), type=File(), help=_("新的开锁码写进这个新文件，不显示"))
@json_flag
def reset_password(unlock_code_file: Path | None, unlock_code_out: Path | None) -> None:
    """Sets a password with the paper."""
    home = current().home_folder
    opening.load_slots(home)
    session.refuse_existing(unlock_code_out)
    typed = session.ask_unlock_code(unlock_code_file)
    new = session.ask_new_password()
    workplace, code = opening.reset_password(
        home, session.surroundings(), typed, new.text, clock_confirmed=current().clock_confirmed
    )
    with closing(workplace):
        _answer_replaced(new, code, unlock_code_out)


def _answer_replaced(new: session.NewPassword | None, code: UnlockCode, out: Path | None) -> None:
    secrets = session.secret_lines(new, code, out)
    answer(
        {"replaced": True, **session.secrets_json(new, code, out)},
        [_("已保存：以前的开锁码作废了，请把旧纸撕掉。"), *secrets],
    )
    if new is not None:
        session.ask_last_group_back(new, code, out)
