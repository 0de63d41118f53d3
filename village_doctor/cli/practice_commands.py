"""Verbs to try things out: a fictive village, and the demonstration of a day."""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Final

import click

from village_doctor.cli import demonstration
from village_doctor.cli.answering import answer, json_flag
from village_doctor.cli.inputs import Day, File, Whole
from village_doctor.cli.session import opened
from village_doctor.cli.verbs import Verb, option
from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.services import sampling
from village_doctor.services.sampling import Progress

_STAGES: Final = {"story": N_("写这几年的事"), "derive": N_("整理")}


@click.command(
    cls=Verb,
    help=_(
        "往刚 init 好的数据里放一个假的练习村：人、病、签约、几年的随访，有超期的、外出的、去世的。"
        "里面的人都是假的；同样的参数，出来一样的村。按 Ctrl+C 随时停，停下前写好的都在。\n\n例：\n"
        "  village-doctor sample --residents 300 --seed 7"
    ),
)
@option("--residents", metavar=_("多少人"), type=Whole(), required=True, help=_("大约多少人"))
@option("--seed", metavar=_("数字"), type=Whole(), required=True, help=_("随便一个数；同一个数出同一个村"))
@option("--years", metavar=_("几年"), type=Whole(), default=3, help=_("往回几年，不写是 3"))
@option("--until", metavar=_("日期"), type=Day(), help=_("写到哪天的前一天，不写是今天"))
@json_flag
def sample(residents: int, seed: int, years: int, until: date | None) -> None:
    """Fills a fresh home."""
    stop = threading.Event()
    with opened() as workplace, _stopping_at_interrupt(stop), _bar() as progress:
        made = sampling.sample(
            workplace,
            residents=residents,
            seed=seed,
            years=years,
            until=until,
            progress=progress,
            cancelled=stop.is_set,
        )
    counts = {
        kind: made.counts.get(kind, 0) for kind in ("household", "resident", "contract", "visit", "reading")
    }
    answer(
        {"counts": dict(made.counts), "acts": dict(made.acts)},
        [
            fill(
                _(
                    "已保存：练习村 {household} 户 {resident} 人，签约 {contract} 份，随访和联系 {visit} 次，读数 {reading} 条。"
                ),
                counts,
            ),
            _("里面的人都是假的。试试 due，再照着名单 show 一家、explain 一个人。"),
        ],
    )


@contextlib.contextmanager
def _stopping_at_interrupt(stop: threading.Event) -> Iterator[None]:
    """Ctrl+C asks the work to stop at the next whole act; a second one is as rude as ever."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar on standard error, where somebody is looking."""
    if not sys.stderr.isatty():
        yield _nobody
        return
    with click.progressbar(length=1000, label=_(_STAGES["story"]), file=sys.stderr, show_eta=False) as bar:

        def tell(stage: str, done: int, total: int) -> None:
            bar.label = _(_STAGES.get(stage, stage))
            if stage == "story" and total:
                bar.update(1000 * done // total - bar.pos)

        yield tell


def _nobody(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@click.command(
    cls=Verb,
    help=_(
        "演示一天的工作，从新建到备份、恢复，一步一步说给您听。用的是一个假的卫生室，日期也是假的。"
        "所有文件都留在 --out 的文件夹里（要是空的）。\n\n例：\n  village-doctor demo --out 演示"
    ),
)
@option("--out", metavar=_("文件夹"), type=File(), required=True, help=_("一个空的或还没有的文件夹"))
@json_flag
def demo(out: Path) -> None:
    """The narrated day."""
    made = demonstration.show_a_day(out)
    answer({"folder": str(out), "files": {name: str(path) for name, path in made.items()}}, [])
