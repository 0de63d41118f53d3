"""Every page and every dialog of the real window, one after the other, for pictures and for the test that everything fits.

`python -m tests.gui.pictures FOLDER` (or `build_scripts/pictures.py`, which sets everything up) takes them at 1366×768 in
all three type sizes and lays them out on a contact sheet. The people in them are invented.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest

from tests.gui import scenes, scenes_office, scenes_people
from tests.gui.scenes import WHOLE_SCREEN, Group, Look, Scene, Stage
from village_doctor.foundation.settings_file import TypeSize
from village_doctor.gui.long_work import ProgressPanel
from village_doctor.gui.messages import ChoiceDialog
from village_doctor.gui.notice_bar import NoticeBar
from village_doctor.gui.pages.contract_evidence import EndingStep, EvidenceStep
from village_doctor.gui.pages.contract_page import ContractPage
from village_doctor.gui.pages.contract_steps import MembersStep, TermsStep
from village_doctor.gui.pages.contracts_page import ContractsPage
from village_doctor.gui.pages.delivery_page import DeliveryPage
from village_doctor.gui.pages.enrol_panel import EnrolPanel
from village_doctor.gui.pages.family_page import FamilyPage
from village_doctor.gui.pages.first_run_page import FirstRun
from village_doctor.gui.pages.first_run_steps import (
    ClinicStep,
    PeopleStep,
    PracticeStep,
    SecretsStep,
    TownshipStep,
    UnlockCodeStep,
)
from village_doctor.gui.pages.forgotten_page import ForgottenPage
from village_doctor.gui.pages.found_page import FoundPage
from village_doctor.gui.pages.help_page import HelpPage
from village_doctor.gui.pages.lock_page import LockPage
from village_doctor.gui.pages.preview_page import PreviewPage
from village_doctor.gui.pages.registering_page import RegisteringPage
from village_doctor.gui.pages.residents_page import ResidentsPage
from village_doctor.gui.pages.secrets_panels import NewPasswordPanel, NewPinPanel, UnlockCodePanel
from village_doctor.gui.pages.settings_page import SettingsPage
from village_doctor.gui.pages.today_page import TodayPage
from village_doctor.gui.pages.visit_page import VisitPage
from village_doctor.gui.reading_bar import ReadingBar
from village_doctor.gui.undo import UndoPanel
from village_doctor.gui.widgets.change_panels import AskingPanel, ChangePanel
from village_doctor.gui.widgets.person_panels import FactsPanel

SIZES: Final[tuple[TypeSize, ...]] = ("small", "medium", "large")

GROUPS: Final = {
    "first_run": Group(
        scenes.first_run,
        (FirstRun, ClinicStep, PracticeStep, SecretsStep, UnlockCodeStep, TownshipStep, PeopleStep),
    ),
    "locking": Group(scenes.locking, (LockPage, ForgottenPage, UnlockCodePanel)),
    "registering": Group(scenes_people.registering, (TodayPage, RegisteringPage, FoundPage)),
    "family": Group(
        scenes_people.family, (FamilyPage, FactsPanel, ChangePanel, AskingPanel, ReadingBar, UndoPanel)
    ),
    "forms": Group(scenes_people.forms, (VisitPage, ChoiceDialog)),
    "contracts": Group(
        scenes_office.contracts,
        (ContractsPage, ContractPage, MembersStep, TermsStep, EvidenceStep, EndingStep, PreviewPage),
    ),
    "letters": Group(scenes_office.letters, (DeliveryPage, EnrolPanel)),
    "settings": Group(
        scenes_office.settings,
        (SettingsPage, NewPasswordPanel, NewPinPanel, HelpPage, NoticeBar, ProgressPanel),
    ),
    "practice": Group(scenes_office.practice, (TodayPage, FoundPage)),
    "contrast": Group(scenes_office.contrast, (FamilyPage, ResidentsPage)),
}


def played(group: Group, folder: Path, look: Look) -> Iterator[Scene]:
    """The scenes of a group, each laid out and drawn before it is handed on."""
    stage = Stage(folder, look)
    try:
        for name, widget in group.play(stage):
            QTest.qWait(20)
            yield name, widget
    finally:
        stage.close()


def contact_sheet(pictures: list[Path], columns: int = 4, width: int = 480) -> QImage:
    """All pictures small on one sheet, with their names."""
    height = width * WHOLE_SCREEN.height() // WHOLE_SCREEN.width()
    rows = -(-len(pictures) // columns)
    sheet = QImage(columns * (width + 12) + 12, rows * (height + 40) + 12, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#dddddd"))
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for number, path in enumerate(pictures):
        x, y = 12 + number % columns * (width + 12), 12 + number // columns * (height + 40)
        image = QImage(str(path)).scaled(
            width, height, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(x, y, image)
        painter.drawText(x, y + height + 20, path.stem)
    painter.end()
    return sheet


def take(folder: Path, sizes: tuple[TypeSize, ...], groups: tuple[str, ...]) -> None:
    """A picture of every scene of these groups, and a contact sheet for each size."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        taken = []
        for group in groups:
            with tempfile.TemporaryDirectory(prefix="village-doctor-pictures-") as work:
                for name, widget in played(GROUPS[group], Path(work), Look(size, WHOLE_SCREEN)):
                    path = folder / f"{size}-{name}.png"
                    widget.grab().save(str(path))
                    taken.append(path)
                    print(path, file=sys.stderr)
        contact_sheet(taken).save(str(folder / f"{size}.png"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--group", choices=tuple(GROUPS), action="append", help="only these scenes")
    given = parser.parse_args()
    take(given.folder, tuple(given.size or SIZES), tuple(given.group or GROUPS))


if __name__ == "__main__":
    main()
