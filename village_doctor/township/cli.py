"""The program `village-doctor-township`. Receiving letters comes with a later version; until then it only says so.

It has no verb, because a verb that does nothing would be a promise.
"""

import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from village_doctor import __version__
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _

PROGRAM: Final = "village-doctor-township"
WRONG_USE: Final = 2


def help_text() -> str:
    """The help page."""
    return fill(
        _(
            "用法：{program} [选项]\n\n"
            "村医助手的乡镇卫生院一端，{version}。\n"
            "接收村里的上报、发回条、汇总报表要等以后的版本；这一版还没有可用的命令。\n"
            "村卫生室那一端已经能用：village-doctor --help\n\n"
            "选项：\n  --version  看版本\n  --help     看这个说明"
        ),
        {"program": PROGRAM, "version": __version__},
    )


def run(words: Sequence[str]) -> int:
    """Answers one start; the exit code is 0 for what was asked, 2 for what does not exist."""
    if list(words) == ["--help"]:
        sys.stdout.write(help_text() + "\n")
        return 0
    if list(words) == ["--version"]:
        sys.stdout.write(fill(_("村医助手（乡镇） {version}\n"), {"version": __version__}))
        return 0
    if words:
        told = fill(_("没有“{word}”这个命令或选项。这一版乡镇端还没有可用的命令。\n"), {"word": words[0]})
        sys.stderr.write(told)
    else:
        sys.stderr.write(help_text() + "\n")
    return WRONG_USE


def main() -> NoReturn:
    """The entry point."""
    sys.exit(run(sys.argv[1:]))
