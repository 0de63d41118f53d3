"""What lies behind the lock screen: opening a home, the workroom, the first run. Loaded while the password is being typed,
for the store, key derivation and the pages take several times as long to load as the lock screen."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog, QWidget

from village_doctor.foundation.surroundings import Surroundings
from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.bug_door import BugDoor
from village_doctor.gui.messages import Messages
from village_doctor.gui.pages.first_run_page import FirstRun
from village_doctor.gui.pages.forgotten_page import ForgottenPage
from village_doctor.gui.pages.settings_page import Appearance
from village_doctor.gui.places import Place
from village_doctor.gui.printer import PdfInMemory, PrintRun, has_printer, new_printer, print_dialog
from village_doctor.gui.scanner import Scanner
from village_doctor.gui.session import Session
from village_doctor.gui.tasks import Tasks
from village_doctor.gui.window import MainWindow
from village_doctor.gui.workroom import Workroom
from village_doctor.services import locking, opening, planning, safekeeping, verifying_cards
from village_doctor.services.locking import Locked
from village_doctor.services.workplace import Workplace


def prepare() -> None:
    """What opening needs and no home tells: done before there is one. On a worker thread."""
    planning.prepare()


def open_home(
    home: Path, surroundings: Surroundings, password: str, *, clock_confirmed: bool = False
) -> Workplace:
    """The opened home with today's duties. Raises the Problems of opening."""
    return _with_today(opening.open_home(home, surroundings, password, clock_confirmed=clock_confirmed))


def open_again(locked: Locked, typed: str, *, is_pin: bool, clock_confirmed: bool = False) -> Workplace:
    """The locked home, opened by its PIN or by a password. Raises the Problems of `locking`."""
    if is_pin:
        return _with_today(locked.reopen(typed, clock_confirmed=clock_confirmed))
    return _with_today(locked.open_with_password(typed, clock_confirmed=clock_confirmed))


def _with_today(workplace: Workplace) -> Workplace:
    workplace.renew_for_today()
    return workplace


def scanner(parent: QObject) -> Scanner:
    """Knows how this program's cards begin and how long they are."""
    return Scanner(
        verifying_cards.CARD_PREFIX, verifying_cards.LOOK_UP_LENGTH, verifying_cards.CARD_LENGTH, parent
    )


def bug_door(messages: Messages, folder: Path) -> BugDoor:
    """Where bugs go from now on."""
    return BugDoor(messages, folder)


def delay_after(failures: int) -> int:
    """Seconds to wait after that many wrong passwords in a row."""
    return round(locking.password_delay(failures))


def first_run(home: Path, around: Surroundings, tasks: Tasks, messages: Messages) -> FirstRun:
    """The pages of the first start."""
    theme.load_rare_font()
    return FirstRun(home, around, tasks, messages, partial(print_at_once, messages))


def forgotten(home: Path, around: Surroundings, tasks: Tasks, messages: Messages) -> ForgottenPage:
    """The way in with the unlock code."""
    return ForgottenPage(home, around, tasks, messages, partial(print_at_once, messages))


def print_at_once(messages: Messages, pdf: bytes, parent: QWidget) -> None:
    """Asks for a printer and prints; nothing is kept in a file."""
    if not has_printer():
        messages.warn(_("这台电脑还没有装打印机。请用笔把屏幕上的抄在纸上。"))
        return
    paper, printer = PdfInMemory(pdf, parent), new_printer()
    dialog = print_dialog(parent, printer, paper.document, to_file=False)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: PrintRun(paper.document, printer, paper).start())
    QDialog.open(dialog)


class Inside(QObject):
    """One session in the window: from opening to the lock or the end."""

    def __init__(
        self, window: MainWindow, workplace: Workplace, appearance: Appearance, place: Place | None
    ) -> None:
        super().__init__(window)
        theme.load_rare_font()
        self.workplace = workplace
        self._window = window
        self.session = Session(workplace, window.tasks)
        self.workroom = Workroom(self.session, window.messages, appearance)
        window.show_inside(self.workroom)
        self.workroom.start(place)
        self._backup_timer = QTimer(self)
        self._backup_timer.setSingleShot(True)
        self._backup_timer.timeout.connect(self._make_backup)
        self._backup_timer.start(_BACKUP_AFTER_MS)

    def _make_backup(self) -> None:
        """Today's copy, once a day, when the first page has long been there."""
        self.session.work(self, lambda _path: self.workroom.refresh_status(), safekeeping.daily_backup)

    def leave(self) -> Place:
        """Keeps what is half typed; the workplace is still open."""
        self._backup_timer.stop()
        place = self.workroom.place()
        self.workroom.leave()
        return place

    def lock(self) -> Locked:
        """Closes the store, keeps the folder. On a worker thread."""
        return locking.lock(self.workplace)


_BACKUP_AFTER_MS = 3000
