"""Beginning: what the first run needs around `create_home`: a PIN with it, and a practice village beside it.

The practice village is a home of its own in a folder of the clinic's one, so that trying things out never stands in
the way of beginning for real. Everybody in it is invented; its unlock code is not kept, a new village costs nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from village_doctor.domain.problems import Problem
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services import locking, opening, sampling
from village_doctor.services.opening import NewHome
from village_doctor.services.registering import ClinicDraft
from village_doctor.services.sampling import Progress
from village_doctor.services.workplace import SLOTS_FILE, Workplace
from village_doctor.sync import slot_opening

PRACTICE_FOLDER: Final = "practice"
PRACTICE_RESIDENTS: Final = 300
PRACTICE_PIN: Final = "2580"
_SEED: Final = 7
# As in resources/sample/village.toml: no such village exists.
_PRACTICE_CLINIC: Final = ClinicDraft(
    clinic_name="三湾村卫生室",
    village_code="990101100101",
    village_name="三湾村",
    doctor_name="周秀芳",
    township_name="柳河镇卫生院",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """A new home; `pin_problem`: why the PIN could not be kept with it (the home is whole all the same)."""

    made: NewHome
    pin_problem: Problem | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Practice:
    """An opened practice village; not whole where somebody stopped its making."""

    workplace: Workplace
    is_whole: bool


def check_password(password: str) -> None:
    """Raises Problem `password-weak` with the reason."""
    slot_opening.refuse_weak(password)


def begin(home: Path, surroundings: Surroundings, password: str, pin: str, draft: ClinicDraft) -> Begun:
    """Makes the home, then keeps the PIN in it. Raises the Problems of `create_home`; nothing is left then."""
    made = opening.create_home(home, surroundings, password, draft)
    try:
        locking.set_pin(made.workplace, pin)
    except Problem as problem:
        return Begun(made=made, pin_problem=problem)
    return Begun(made=made, pin_problem=None)


def practice_home(home: Path) -> Path | None:
    """The folder of the newest practice village beside this home, if there is one."""
    known = [folder for folder in _practice_folders(home) if (folder / SLOTS_FILE).is_file()]
    return known[-1] if known else None


def begin_practice(
    home: Path,
    surroundings: Surroundings,
    password: str,
    progress: Progress,
    cancelled: Callable[[], bool],
    *,
    residents: int = PRACTICE_RESIDENTS,
) -> Practice:
    """A new practice village, opened; an earlier one stays where it is. Stopped half-way it is smaller, but sound.

    Raises the Problems of `create_home` and of `sample`, but `cancelled`.
    """
    taken = _practice_folders(home)
    folder = home / (PRACTICE_FOLDER if not taken else f"{PRACTICE_FOLDER}-{_number(taken[-1]) + 1}")
    workplace = opening.create_home(folder, surroundings, password, _PRACTICE_CLINIC).workplace
    try:
        locking.set_pin(workplace, PRACTICE_PIN)
        sampling.sample(workplace, residents=residents, seed=_SEED, progress=progress, cancelled=cancelled)
    except Problem as problem:
        if problem.code == "cancelled":
            return Practice(workplace=workplace, is_whole=False)
        workplace.close()
        raise
    except BaseException:
        workplace.close()
        raise
    return Practice(workplace=workplace, is_whole=True)


def _practice_folders(home: Path) -> list[Path]:
    """In the order in which they were made."""
    found = [
        path
        for path in home.glob(f"{PRACTICE_FOLDER}*")
        if path.is_dir() and (path.name == PRACTICE_FOLDER or _number(path) > 1)
    ]
    return sorted(found, key=_number)


def _number(folder: Path) -> int:
    """practice is the first, practice-2 the second; 0 for a folder that is none of ours."""
    if folder.name == PRACTICE_FOLDER:
        return 1
    number = folder.name.removeprefix(f"{PRACTICE_FOLDER}-")
    return int(number) if number.isascii() and number.isdigit() else 0
