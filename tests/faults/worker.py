"""A process of its own that uses a home and may be killed at any moment. Run by the tests beside it.

`worker.py FOLDER START MOST` registers phones until it is killed and says "saved N" after each; `steps` does one piece
of work and ends its process, as a power cut would, at the K-th step on the file system.
"""

import os
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from tests.post import Post
from tests.village import CLINIC, MORNING, OTHER_PASSWORD, Place
from village_doctor.domain.people import Phone, Resident
from village_doctor.foundation.clock import SystemClock
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services import safekeeping
from village_doctor.services.registering import add_phone
from village_doctor.store.database import Connection
from village_doctor.store.tables import select
from village_doctor.township import confirming

STEPS = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir"})


def here(folder: Path, name: str = "home") -> Place:
    """The same home with the real clock and real randomness, as a program that was started again."""
    place = Place(folder, name)
    place.surroundings = Surroundings(
        clock=SystemClock(),
        kdf_cost=place.surroundings.kdf_cost,
        state_folder=place.surroundings.state_folder,
    )
    return place


def number(index: int) -> str:
    """The phone number that stands for the N-th saved record."""
    return f"1990{index:07d}"


def saved_numbers(connection: Connection) -> set[str]:
    return {phone.number for phone in select(connection, Phone)}


def write(folder: Path, start: int, most: int) -> None:
    place = here(folder)
    workplace = place.open()
    resident = workplace.query(lambda connection: next(select(connection, Resident)).id)
    for index in count(start) if most == 0 else range(start, start + most):
        workplace.command(add_phone, number(index), resident_id=resident)
        os.write(1, f"saved {index}\n".encode())
    workplace.close()


def _is_step(event: str, arguments: tuple[object, ...]) -> bool:
    if event != "open":
        return event in STEPS
    return isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def steps(folder: Path, work: str, stop_at: int) -> None:
    """Counts changes of the file system below `folder`, and ends without a word at number `stop_at`."""
    done = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal done
        if _is_step(event, arguments) and str(folder) in str(arguments[0]):
            done += 1
            if done == stop_at:
                os._exit(9)

    place = here(folder)
    sys.addaudithook(hook)
    work_of[work](place, folder)


def _init(place: Place, folder: Path) -> None:
    place.create(CLINIC).workplace.close()


def _backup(place: Place, folder: Path) -> None:
    workplace = place.open()
    safekeeping.make_backup(workplace)
    workplace.close()


def _restore(place: Place, folder: Path) -> None:
    (backup,) = (folder / "stick").glob("*.vdbackup")
    restored = safekeeping.restore(
        backup,
        place.home,
        place.surroundings,
        unlock_code=(folder / "unlock-code.txt").read_text(encoding="ascii").strip(),
        new_password=OTHER_PASSWORD,
    )
    restored.workplace.close()


def _post(folder: Path) -> Post:
    return Post.at(folder, MORNING + timedelta(days=4))


def _send(_place: Place, folder: Path) -> None:
    _post(folder).send()


def _intake(_place: Place, folder: Path) -> None:
    _post(folder).receive()


def _confirm(_place: Place, folder: Path) -> None:
    with _post(folder).office() as office:
        confirming.confirm(office, (folder / "words.txt").read_text("utf-8"))


def _answer(_place: Place, folder: Path) -> None:
    _post(folder).answer()


def _take(_place: Place, folder: Path) -> None:
    _post(folder).take()


work_of = {
    "init": _init,
    "backup": _backup,
    "restore": _restore,
    "send": _send,
    "intake": _intake,
    "confirm": _confirm,
    "answer": _answer,
    "take": _take,
}


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
