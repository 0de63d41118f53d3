"""The second half of the demonstration: letters on a stick to the township, receipts back, and a lost laptop."""

from pathlib import Path
from typing import Final, TypedDict, cast

from village_doctor.cli import township_program
from village_doctor.cli.stage import Day
from village_doctor.foundation.texts import text as _

LETTERS_KEY: Final = "DEMO-letters-key.txt"
CLINIC_CODE: Final = "000101"


def deliver(day: Day) -> None:
    """Enrol, send, receive, confirm, answer: the day ends with everything delivered."""
    stick = day.folder / "stick"
    stick.mkdir(mode=0o700)
    day.title(_("镇上：卫生院新建自己这一端，给试点村写一个邀请文件"))
    day.run_township(
        *("init", "--name", "试点镇卫生院", "--practice"),
        *("--unlock-code-out", str(day.folder / "unlock-code-township.txt")),
        *("--recovery-out", str(day.folder / "recovery.txt")),
    )
    day.run_township("invite", "--code", CLINIC_CODE, "--label", "试点村卫生室", "--to", str(stick))
    invitation = next(stick.glob("*.vdinvite"))
    day.title(_("村里：优盘插上，先看邀请，打电话对六个词，对上了才接"))
    day.run("enrol", str(invitation))
    words = " ".join(_office(day)["words"])
    day.tell(_("电话里卫生院念的六个词，一样："))
    day.run("enrol", str(invitation), "--words", words)
    day.run("send", "--to", str(stick))
    day.title(_("镇上：收信。新电脑的信先留着，打电话对过它的六个词才收进去"))
    day.run_township("receive", str(stick))
    day.run_township("confirm", *_waiting_words(day))
    day.run_township("answer", "--to", str(stick))
    day.title(_("村里：读回条。这才叫送到"))
    day.run("receive", str(stick))
    day.run("status")
    day.tell(_("同一张优盘再来一遍，什么也不会多出来："))
    day.run_township("receive", str(stick))
    day.run_township(
        *("export-letters-key", "--i-understand", "--out", str(day.folder / LETTERS_KEY)),
    )


def go_on_elsewhere(day: Day, backup: Path) -> None:
    """The laptop is gone: yesterday's copy goes on as another device, and gets back what had been receipted."""
    stick = str(day.folder / "stick")
    day.title(_("备份以后又记了一笔，也送到了；然后电脑丢了"))
    day.run("reading", "add", "王德顺", "134/82")
    day.run("send", "--to", stick)
    day.run_township("receive", stick)
    day.run_township("answer", "--to", stick)
    day.run("receive", stick)
    day.title(_("把备份恢复到另一台“电脑”上：它缺备份以后写的那一笔"))
    elsewhere = "home-restored"
    day.run(
        *("restore", str(backup), "--unlock-code-file", str(day.folder / "unlock-code.txt")),
        *("--unlock-code-out", str(day.folder / "unlock-code-restored.txt")),
        home=elsewhere,
    )
    day.tell(_("新电脑接着写，新的户号换一个字头，旧的号都不变："))
    day.run(
        *("household", "add", "--door", "13号", "--member", "name=张志国,sex=男,born=1968-03-09,no_id=遗失"),
        home=elsewhere,
    )
    day.run("send", "--to", stick, home=elsewhere)
    day.run_township("receive", stick)
    day.tell(_("对过词，确认新电脑；原来那台同时停用："))
    day.run_township("confirm", *_waiting_words(day))
    day.run_township("answer", "--to", stick)
    day.run("receive", stick, home=elsewhere)
    day.tell(_("备份以后的那一笔从卫生院取回来了："))
    day.run("show", "10001", home=elsewhere)
    day.run("check", home=elsewhere)
    day.run_township("status")


class _Device(TypedDict):
    words: list[str]


class _Office(TypedDict):
    words: list[str]
    waiting_devices: list[_Device]


def _office(day: Day) -> _Office:
    return cast("_Office", day.ask(township_program.PROGRAM, "status", home="township"))


def _waiting_words(day: Day) -> list[str]:
    """What the doctor reads aloud on the phone."""
    (device,) = _office(day)["waiting_devices"]
    return device["words"]
