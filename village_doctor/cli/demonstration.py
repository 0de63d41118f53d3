"""The day at the clinic as a narrated demonstration: the real command line on a real home, with a clock of its own.

Works without a network and asks nothing. Everything it makes stays in the folder it was given: the home, the backup,
the restored home, the answers, what was said. All people are invented; the home is a practice home for ever.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Final

from village_doctor.cli import demonstration_letters
from village_doctor.cli.failures import PROBLEM
from village_doctor.cli.invocation import current
from village_doctor.cli.main import PROGRAM
from village_doctor.cli.stage import Clock, Day
from village_doctor.domain.id_card import make_id_card_number
from village_doctor.domain.problems import Problem
from village_doctor.foundation.atomic_file import write_whole
from village_doctor.foundation.clock import TIME_ZONE
from village_doctor.foundation.secrets import generate_password
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.foundation.texts import text as _

FIRST_DAY: Final = date(2026, 11, 20)
_FICTIVE_AREA: Final = "990101"

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


def show_a_day(folder: Path) -> dict[str, Path]:
    """Tells the day and answers with the files it left. Raises Problem `folder-not-empty`, `output-file`."""
    _claim(folder)
    clock = Clock(datetime.min.replace(tzinfo=TIME_ZONE))
    clock.morning_of(FIRST_DAY)
    surroundings = Surroundings(clock=clock, state_folder=folder / "machine")
    day = Day(folder, clock, surroundings, on_error_stream=current().wants_json)
    write_whole(folder / "password.txt", f"{generate_password(surroundings.random_bytes)}\n".encode())
    write_whole(folder / "answers.json", f"{json.dumps(_ANSWERS, ensure_ascii=False, indent=2)}\n".encode())
    day.tell(_("这是演示：卫生室、人、日期都是假的。数据在下面这个文件夹里，一直留着，可以自己接着试。"))
    day.tell(str(folder))
    _begin(day)
    _sign(day)
    _measure(day)
    _follow_up(day)
    _emergency(day)
    demonstration_letters.deliver(day)
    backup = _keep_safe(day)
    demonstration_letters.go_on_elsewhere(day, backup)
    return _end(day, backup)


def _claim(folder: Path) -> None:
    """An empty folder of our own, readable by nobody else."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise Problem("output-file", file=folder) from error
    if not is_empty:
        raise Problem("folder-not-empty", folder=folder)


def _begin(day: Day) -> None:
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


def _sign(day: Day) -> None:
    day.title(_("签约两年：谁签了字，谁是哪天告诉的，都留着凭据"))
    day.run("contract", "suggest", "李桂英")
    day.run(
        *("contract", "sign", "10001", "--years", "2", "--representative", "李桂英"),
        *("--signed", "王德顺", "--told", "王强=2026-11-20:电话"),
    )
    day.tell(_("签了就要做到。规范要的和协议答应的，都变成有日期的事："))
    day.run("due", "--days", "60")
    day.run("explain", "李桂英")


def _measure(day: Day) -> None:
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


def _follow_up(day: Day) -> None:
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


def _emergency(day: Day) -> None:
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


def _keep_safe(day: Day) -> Path:
    """Answers with the copy that leaves the house."""
    day.title(_("收工：核对一遍，备份；优盘上也留一份"))
    day.run("check")
    (day.folder / "backup").mkdir(mode=0o700)
    day.run("backup")
    day.tell(_("带出去的一份只能用开锁码打开："))
    day.run("backup", "--to", str(day.folder / "backup"))
    return next((day.folder / "backup").iterdir())


def _end(day: Day, backup: Path) -> dict[str, Path]:
    """Writes what was said, and names every file."""
    files = {
        "transcript": (day.folder / "今日演示.txt", _("刚才说的全部")),
        "home": (day.folder / "home", _("卫生室的数据（加密）")),
        "township": (day.folder / "township", _("卫生院的数据（加密）")),
        "stick": (day.folder / "stick", _("优盘：信 .vdbatch、回条 .vdreceipt、邀请 .vdinvite")),
        "letters_key": (
            day.folder / demonstration_letters.LETTERS_KEY,
            _("演示用的收信私钥：age -d -i 它 信.vdbatch | zstd -d 就能看信里写了什么"),
        ),
        "backup": (backup, _("带出去的备份（加密）")),
        "home_restored": (day.folder / "home-restored", _("第 2 台电脑的数据（加密），从备份恢复的")),
        "password": (day.folder / "password.txt", _("三份数据的密码（演示用的）")),
        "unlock_code": (day.folder / "unlock-code.txt", _("开锁码（演示用的；真的只在纸上）")),
        "unlock_code_restored": (day.folder / "unlock-code-restored.txt", _("恢复以后换的新开锁码")),
        "recovery": (day.folder / "recovery.txt", _("卫生院的恢复码（演示用的；真的锁在保险柜里）")),
        "township_unlock_code": (day.folder / "unlock-code-township.txt", _("卫生院的开锁码（演示用的）")),
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
