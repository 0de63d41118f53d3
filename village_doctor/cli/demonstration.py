"""The day at the clinic as a narrated demonstration: the real command line on a real home, with a clock of its own.

Works without a network and asks nothing. Everything it makes stays in the folder it was given: the home, the backup,
the restored home, the answers, what was said. All people are invented; the home is a practice home for ever.
"""

import contextlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from village_doctor.cli.failures import DONE, PROBLEM
from village_doctor.cli.invocation import Invocation, current
from village_doctor.cli.main import PROGRAM, cli
from village_doctor.domain.id_card import make_id_card_number
from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import write_whole
from village_doctor.foundation.clock import TIME_ZONE
from village_doctor.foundation.secrets import generate_password
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.foundation.texts import text as _

FIRST_DAY: Final = date(2026, 11, 20)
_MORNING_HOUR: Final = 8
_BETWEEN_TWO: Final = timedelta(minutes=3)
_FICTIVE_AREA: Final = "990101"

_NEEDS_NO_QUOTES: Final = re.compile(r"[\w./=,:+-]+")

_GRANDMOTHER: Final = (
    f"name=李桂英,id={make_id_card_number(_FICTIVE_AREA, date(1956, 5, 3), 22)},hypertension=2016"
)
_GRANDFATHER: Final = (
    f"name=王德顺,relation=夫,id={make_id_card_number(_FICTIVE_AREA, date(1953, 1, 12), 31)}"
)
_SON: Final = (
    f"name=王强,relation=子,id={make_id_card_number(_FICTIVE_AREA, date(1980, 2, 3), 17)},phone=19900001188"
)
_GRANDCHILD: Final = "name=王小雨,relation=孙女,sex=女,born=2021-05-20,no_id=还没办"

_ANSWERS: Final = {
    "answers": {
        "emergency_sign": False,
        "symptoms": ["2"],
        "complication": "none",
        "systolic_mmhg": 152,
        "diastolic_mmhg": 96,
        "pulse_per_minute": 76,
        "weight_kg": "62.5",
        "height_cm": "158",
        "smoking_per_day": 0,
        "drinking_liang_per_day": "0",
        "exercise_times_per_week": 3,
        "exercise_minutes": 20,
        "salt_intake": "3",
        "mental_adjustment": "1",
        "compliance_behaviour": "2",
        "adherence": "2",
        "adverse_reaction": "1",
        "medicines": [{"name": "氨氯地平", "times_per_day": 1, "dose": "5", "unit": "mg"}],
    }
}


@dataclass
class _Clock:
    """Stands still until it is moved."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def go_on(self) -> None:
        self.instant += _BETWEEN_TWO

    def morning_of(self, day: date) -> None:
        self.instant = datetime(day.year, day.month, day.day, _MORNING_HOUR, tzinfo=TIME_ZONE)


@dataclass
class _Day:
    """Runs verbs, tells what happens, and keeps every word."""

    folder: Path
    clock: _Clock
    surroundings: Surroundings
    said: list[str] = field(default_factory=list)
    on_error_stream: bool = False

    def tell(self, text: str) -> None:
        self.said.append(text)
        click.echo(text, err=self.on_error_stream)

    def title(self, text: str) -> None:
        self.tell(f"\n━━ {text}")

    def run(self, *words: str, home: str = "home", ends_with: int = DONE) -> str:
        """Types one command; its output is told. Another exit code than expected is a bug."""
        self.clock.go_on()
        shown = words if home == "home" else ("--home", home, *words)
        self.tell(f"\n$ {PROGRAM} {_typed_words(shown)}")
        code, output = self._typed(words, home)
        self.tell("\n".join(f"  {line}".rstrip() for line in output.rstrip("\n").splitlines()))
        if code != ends_with:
            raise RuntimeError("the demonstration went another way")
        return output

    def save(self, name: str, *words: str) -> Path:
        """Types one command and keeps its answer in a file."""
        self.tell(f"\n$ {PROGRAM} {_typed_words(words)} > {name}")
        code, output = self._typed(words, "home")
        if code != DONE:
            raise RuntimeError("the demonstration went another way")
        write_whole(self.folder / name, output.encode())
        return self.folder / name

    def _typed(self, words: Sequence[str], home: str) -> tuple[int, str]:
        caught = io.StringIO()
        invocation = Invocation(
            home=self.folder / home,
            surroundings=self.surroundings,
            password_file=self.folder / "password.txt",
        )
        with contextlib.redirect_stdout(caught), contextlib.redirect_stderr(caught):
            try:
                cli.main(words, obj=invocation)
            except SystemExit as ended:
                return int(ended.code or 0), caught.getvalue()


def show_a_day(folder: Path) -> dict[str, Path]:
    """Tells the day and answers with the files it left. Raises Problem `folder-not-empty`, `output-file`."""
    _claim(folder)
    clock = _Clock(datetime.min.replace(tzinfo=TIME_ZONE))
    clock.morning_of(FIRST_DAY)
    surroundings = Surroundings(clock=clock, state_folder=folder / "machine")
    day = _Day(folder, clock, surroundings, on_error_stream=current().wants_json)
    write_whole(folder / "password.txt", f"{generate_password(surroundings.random_bytes)}\n".encode())
    write_whole(folder / "answers.json", f"{json.dumps(_ANSWERS, ensure_ascii=False, indent=2)}\n".encode())
    day.tell(_("这是演示：卫生室、人、日期都是假的。数据在下面这个文件夹里，一直留着，可以自己接着试。"))
    day.tell(str(folder))
    _begin(day)
    _sign(day)
    _measure(day)
    _follow_up(day)
    _emergency(day)
    backup = _keep_safe(day)
    return _end(day, backup)


def _typed_words(words: Sequence[str]) -> str:
    """As people type it: quotes only where a shell needs them."""
    return " ".join(word if _NEEDS_NO_QUOTES.fullmatch(word) else f"'{word}'" for word in words)


def _claim(folder: Path) -> None:
    """An empty folder of our own, readable by nobody else."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise Problem("output-file", file=folder) from error
    if not is_empty:
        raise Problem("folder-not-empty", folder=folder)


def _begin(day: _Day) -> None:
    day.title(_("2026年11月20日，周五早上：第一次用"))
    day.tell(_("王秀兰大夫新建卫生室。密码在 password.txt 里；开锁码写进文件，平时是抄在纸上的。"))
    day.run(
        "init",
        *("--village-code", "990101101201", "--village-name", "试点村", "--clinic-name", "试点村卫生室"),
        *("--doctor-name", "王秀兰", "--township-name", "试点镇卫生院"),
        *("--unlock-code-out", str(day.folder / "unlock-code.txt")),
    )
    day.run("setting", "practice", "1")
    day.title(_("登记一户四口人，奶奶 70 岁，2016 年起有高血压"))
    day.run("hamlet", "add", "--number", "3", "--name", "李家湾")
    members = (_GRANDMOTHER, _GRANDFATHER, _SON, _GRANDCHILD)
    day.run(
        *("household", "add", "--hamlet", "3", "--door", "12号", "--phone", "19900002231"),
        *("--phone-whose", "女儿"),
        *(word for member in members for word in ("--member", member)),
    )
    day.tell(_("以后找人，打姓名首字母就行："))
    day.run("find", "lgy")
    day.run("resident", "away", "王强", "--kind", "务工", "--place", "苏州", "--from", "2026-11-10")


def _sign(day: _Day) -> None:
    day.title(_("签约两年：谁签了字，谁是哪天告诉的，都留着凭据"))
    day.run("contract", "suggest", "李桂英")
    day.run(
        *("contract", "sign", "10001", "--years", "2", "--representative", "李桂英"),
        *("--signed", "王德顺", "--told", "王强=2026-11-20:电话"),
    )
    day.tell(_("签了就要做到。规范要的和协议答应的，都变成有日期的事："))
    day.run("due", "--days", "60")
    day.run("explain", "李桂英")


def _measure(day: _Day) -> None:
    day.title(_("奶奶来了，量血压"))
    day.run("reading", "add", "lgy", "152/96", "--pulse", "76")
    day.tell(_("填反了的不收："))
    day.run("reading", "add", "lgy", "96/152", ends_with=PROBLEM)
    day.tell(_("少见的数先问一次。没打错就确认，照样存，再说该注意什么："))
    day.run("reading", "add", "lgy", "86/50", ends_with=PROBLEM)
    day.run("reading", "add", "lgy", "86/50", "--confirmed")
    day.tell(_("只量血压不算随访。该做的还在，一件没少："))
    day.run("due", "--days", "60")
    day.run("explain", "李桂英")


def _follow_up(day: _Day) -> None:
    day.title(_("把随访表问完、填完，才算一次随访"))
    day.tell(_("答案在 answers.json 里，空表用 form show 看。"))
    day.run(
        *("visit", "add", "李桂英", "--form", "高血压", "--mode", "入户"),
        *("--from", str(day.folder / "answers.json")),
    )
    day.tell(_("第一次没控制好，两周内再看。应做的跟着变了："))
    day.run("due", "--days", "60")
    day.run("explain", "李桂英")
    day.run("show", "10001")


def _emergency(day: _Day) -> None:
    day.title(_("2026年12月4日，周五：说好的日子到了，血压一量 186/112"))
    day.clock.morning_of(date(2026, 12, 4))
    day.run("due")
    day.run("reading", "add", "lgy", "186/112")
    day.title(_("2026年12月5日，周六：转诊的，第二天要问"))
    day.clock.morning_of(date(2026, 12, 5))
    day.run("due")
    day.save("due.json", "due", "--json")
    day.save("explain.json", "explain", "李桂英", "--json")
    day.run("refer", "ask", "李桂英", "住院", "--said", "县医院心内科，观察几天", "--facility", "县医院")
    day.run("due")


def _keep_safe(day: _Day) -> Path:
    day.title(_("收工：核对一遍，备份，再把备份恢复到另一台“电脑”上"))
    day.run("check")
    (day.folder / "backup").mkdir(mode=0o700)
    day.run("backup")
    day.tell(_("带出去的一份只能用开锁码打开："))
    day.run("backup", "--to", str(day.folder / "backup"))
    copy = next((day.folder / "backup").iterdir())
    day.run(
        *("restore", str(copy), "--unlock-code-file", str(day.folder / "unlock-code.txt")),
        *("--unlock-code-out", str(day.folder / "unlock-code-restored.txt")),
        home="home-restored",
    )
    day.run("check", home="home-restored")
    day.run("show", "10001", home="home-restored")
    day.tell(_("新电脑接着写，新的户号换一个字头，旧的号都不变："))
    day.run(
        "household",
        "add",
        "--door",
        "13号",
        "--member",
        "name=张志国,sex=男,born=1968-03-09,no_id=遗失",
        home="home-restored",
    )
    return copy


def _end(day: _Day, backup: Path) -> dict[str, Path]:
    """Writes what was said, and names every file."""
    files = {
        "transcript": (day.folder / "今日演示.txt", _("刚才说的全部")),
        "home": (day.folder / "home", _("卫生室的数据（加密）")),
        "backup": (backup, _("带出去的备份（加密）")),
        "home_restored": (day.folder / "home-restored", _("恢复出来的数据（加密），第 2 台电脑")),
        "password": (day.folder / "password.txt", _("两份数据的密码（演示用的）")),
        "unlock_code": (day.folder / "unlock-code.txt", _("开锁码（演示用的；真的只在纸上）")),
        "unlock_code_restored": (day.folder / "unlock-code-restored.txt", _("恢复以后换的新开锁码")),
        "answers": (day.folder / "answers.json", _("填随访表用的答案")),
        "due": (day.folder / "due.json", _("该看谁，JSON")),
        "explain": (day.folder / "explain.json", _("为什么，JSON")),
        "machine": (day.folder / "machine", _("这台“电脑”自己的钥匙")),
    }
    day.title(_("演示完了。留下的文件"))
    for path, what in files.values():
        day.tell(f"  {path}　{what}")
    day.tell(_("接着试：密码抄 password.txt 里的；日期和演示里的不一样，所以要写 --clock-confirmed："))
    day.tell(f"  {PROGRAM} --home {day.folder / 'home'} --clock-confirmed show lgy")
    write_whole(files["transcript"][0], ("\n".join(day.said) + "\n").encode())
    return {name: path for name, (path, _what) in files.items()}
