"""A clinic with the small village, a township, and the stick between them, through the verbs of both programs."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.village import MORNING, PASSWORD, Place, SettableClock, build
from village_doctor.services import delivery_status, enrolling, sending, taking_receipts
from village_doctor.services.delivery_status import DeliveryStatus
from village_doctor.services.sending import Sent
from village_doctor.services.taking_receipts import Taken
from village_doctor.services.workplace import Workplace
from village_doctor.store import journal
from village_doctor.township import answering, confirming, inviting, office, receiving, standing
from village_doctor.township.answering import Answered
from village_doctor.township.office import Office
from village_doctor.township.receiving import Received
from village_doctor.township.standing import OfficeStatus

CODE = "000101"
TOWNSHIP = "青石镇卫生院"


def machine_folder(home: Path) -> str:
    """Where a computer keeps what belongs to a home at that place."""
    return f"home-{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]}"


@dataclass
class Post:
    """`clinic` and `desk` are places of their own computers; every method opens what it needs and closes it."""

    folder: Path
    clinic: Place
    desk: Place

    @classmethod
    def at(cls, folder: Path, instant: datetime = MORNING) -> "Post":
        """What lies in that folder, with real randomness; nothing is made."""
        clinic = Place(folder, clock=SettableClock(instant))
        desk = Place(folder, "township", "desk", clock=clinic.clock)
        for place in (clinic, desk):
            place.surroundings = replace(place.surroundings, random_bytes=os.urandom)
        return cls(folder, clinic, desk)

    @classmethod
    def enrolled(cls, folder: Path) -> "Post":
        """The small village, enrolled; nothing sent yet."""
        post = cls.at(folder)
        post.stick.mkdir()
        build(post.clinic).workplace.close()
        made = office.create_office(post.desk.home, post.desk.surroundings, PASSWORD, TOWNSHIP)
        invited = inviting.invite(made.office, CODE, "石桥湾", folder)
        made.office.close()
        with post.workplace() as workplace:
            enrolling.enrol(workplace, invited.data, " ".join(invited.words))
        return post

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    def copy(self, folder: Path) -> "Post":
        """The same computers at another place on the disk, what they keep of their own included, two days later."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        copy = Post.at(folder, self.clinic.clock.instant + timedelta(days=2))
        own = folder / copy.clinic.computer
        (own / machine_folder(self.clinic.home)).rename(own / machine_folder(copy.clinic.home))
        return copy

    @contextmanager
    def workplace(self) -> Iterator[Workplace]:
        opened = self.clinic.open()
        try:
            yield opened
        finally:
            opened.close()

    @contextmanager
    def office(self) -> Iterator[Office]:
        opened = office.open_office(self.desk.home, self.desk.surroundings, PASSWORD)
        try:
            yield opened
        finally:
            opened.close()

    # --- the verbs ----------------------------------------------------------------------------------

    def send(self) -> Sent:
        with self.workplace() as workplace:
            return sending.send(workplace, self.stick)

    def receive(self) -> Received:
        with self.office() as opened:
            return receiving.receive(opened, self.stick)

    def confirm(self) -> None:
        words = " ".join(self.delivery().device_words)
        with self.office() as opened:
            confirming.confirm(opened, words)

    def answer(self) -> Answered:
        self.desk.clock.forward(seconds=1)
        with self.office() as opened:
            return answering.answer(opened, self.stick)

    def take(self) -> Taken:
        with self.workplace() as workplace:
            return taking_receipts.receive(workplace, self.stick)

    def until_delivered(self) -> None:
        """Everything from sending to the receipt, whatever of it has been done before."""
        self.send()
        self.receive()
        if self.standing().waiting_devices:
            self.confirm()
        self.answer()
        self.take()

    # --- what can be seen ---------------------------------------------------------------------------

    def delivery(self) -> DeliveryStatus:
        with self.workplace() as workplace:
            return delivery_status.status(workplace)

    def standing(self) -> OfficeStatus:
        with self.office() as opened:
            return standing.status(opened)

    def written(self) -> int:
        """How many changes the clinic's journal holds."""
        with self.workplace() as workplace:
            return workplace.query(journal.count)

    def held(self) -> int:
        """How many changes the township holds."""
        return sum(device.entries for clinic in self.standing().clinics for device in clinic.devices)
