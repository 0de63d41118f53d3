"""Measuring by ratio: our way and a floor take turns in one process, so that a busy machine slows both."""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

Figure = str | int | float


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the bench: medians in milliseconds, `ratio` of the medians, `spread` = interquartile range of
    the rounds' ratios over their median. `more`: figures beside."""

    name: str
    ours: float
    floor: float
    ratio: float
    budget: float
    spread: float
    more: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def is_within(self) -> bool:
        return self.ratio <= self.budget

    def as_json(self) -> dict[str, Figure]:
        return {
            "name": self.name,
            "ours": round(self.ours, 4),
            "floor": round(self.floor, 4),
            "ratio": round(self.ratio, 4),
            "budget": self.budget,
            "spread": round(self.spread, 3),
            "unit": "ms",
            **self.more,
        }


def take_turns(
    ours: Callable[[int], object], floor: Callable[[int], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each round, ours and floor; both are given the round's number. One round before does not count."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    try:
        for number in range(-1, rounds):
            for work, found in zip((ours, floor), times, strict=True):
                began = time.perf_counter()
                work(number)
                if number >= 0:
                    found.append((time.perf_counter() - began) * 1000)
    finally:
        gc.enable()
    return times


def compared(
    name: str,
    ours: Sequence[float],
    floor: Sequence[float],
    budget: float,
    more: Mapping[str, Figure] | None = None,
) -> Row:
    """The row of at least seven rounds."""
    if len(ours) < 7 or len(ours) != len(floor):
        raise ValueError(len(ours))
    ratios = [one / other for one, other in zip(ours, floor, strict=True)]
    first, middle, third = quantiles(ratios, n=4)
    return Row(
        name=name,
        ours=median(ours),
        floor=median(floor),
        ratio=median(ours) / median(floor),
        budget=budget,
        spread=(third - first) / middle,
        more={"rounds": len(ours), **(more or {})},
    )


def p95(times: Sequence[float]) -> float:
    """What 95 of 100 stay below."""
    return round(quantiles(times, n=20)[-1], 3)
