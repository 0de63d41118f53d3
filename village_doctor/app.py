"""The window program: joins the lock screen, what lies behind it, and this computer.

The lock screen is there first; everything heavy (`LATE`) is loaded behind it on another thread. This is the one place of
the window that imports late; a test lists what has been imported before the lock screen takes keys.
"""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDeadlineTimer, QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator, Signal
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication, QLabel

from village_doctor.domain.problems import Problem
from village_doctor.foundation import paths, settings_file
from village_doctor.foundation.settings_file import ComputerSettings, TypeSize
from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.collecting import Collector
from village_doctor.gui.idle_watch import IdleWatch
from village_doctor.gui.theme import Theme
from village_doctor.gui.window import MainWindow
from village_doctor.services.problem_words import problem_text

if TYPE_CHECKING:
    from village_doctor.foundation.surroundings import Surroundings
    from village_doctor.gui.bug_door import BugDoor
    from village_doctor.gui.inside import Inside
    from village_doctor.gui.pages.first_run_page import FirstRun
    from village_doctor.gui.places import Place
    from village_doctor.gui.scanner import Scanner
    from village_doctor.services.locking import Locked
    from village_doctor.services.workplace import Workplace

INSIDE: Final = "village_doctor.gui.inside"
LATE: Final = (INSIDE,)
LOAD_AFTER_MS: Final = 50  # the lock screen is painted first, undisturbed
NO_DISPLAY: Final = 3
_PATIENCE_MS: Final = 60_000  # with a stick that never answers


class Application(QObject):
    """The program from start to end. `loaded`: what lies behind the lock screen can be
    used; `opened`: a workroom is shown; `locked`: the lock screen takes keys again."""

    loaded = Signal()
    opened = Signal()
    locked = Signal()

    def __init__(self, home: Path, surroundings: "Surroundings | None" = None) -> None:
        """Makes the window, shows nothing yet. `surroundings`: None is this computer as it is."""
        super().__init__()
        self.home = home
        self._surroundings = surroundings
        self._settings_folder = surroundings.state_folder if surroundings else paths.state_folder()
        self._settings = settings_file.read_settings(self._settings_folder)
        self._application = application()
        self._collector = Collector(self)
        theme.load_fonts()
        theme.apply(self._application, self.theme)
        self.window = MainWindow()
        self.inside: Inside | None = None
        self._locked: Locked | None = None
        self._place: Place | None = None
        self._first_run: FirstRun | None = None
        self._is_loaded = False
        self._when_loaded: list[Callable[[], None]] = []
        self._opened_home = home
        self._scanner: Scanner | None = None
        self._failures = 0
        self._is_closed = False
        self._unread = ""
        lock_page = self.window.lock_page
        lock_page.given.connect(self._open)
        lock_page.clock_confirmed.connect(partial(self._open, clock_confirmed=True))
        lock_page.password_wanted.connect(lock_page.ask_password)
        lock_page.forgot.connect(lambda: self._after_loading(self._show_forgotten))
        self.window.closing.connect(self.close)
        # The computer is to be shut down, which somebody may still call off: locked is safe either way.
        self._application.commitDataRequest.connect(self._lock_for_shutdown)
        self._application.aboutToQuit.connect(self.close)
        self.window.tasks.problem.connect(self.window.messages.tell)
        self.window.tasks.bug.connect(self.window.messages.tell_bug)
        self.window.messages.warned.connect(self._warned)
        self.idle = IdleWatch(self)
        self.idle.expired.connect(self.lock)

    # --- appearance ---------------------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        return Theme(self._settings.type_size, self._settings.high_contrast)

    def choose(self, type_size: TypeSize, high_contrast: bool) -> None:
        """Another look, at once and for the next starts on this computer."""
        self._settings = ComputerSettings(type_size=type_size, high_contrast=high_contrast)
        theme.apply(self._application, self.theme)
        settings_file.write_settings(self._settings_folder, self._settings)

    # --- start --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Shows the lock screen, or the first run where there is no home yet; loads the rest behind it."""
        is_new = not (self.home / paths.SLOTS_FILE).is_file()
        if is_new:
            self.window.show_inside(_waiting_page())
        self.window.show()
        if not is_new:
            self.window.show_lock()
        QTimer.singleShot(LOAD_AFTER_MS, self, self._load)
        if is_new:
            self._after_loading(self._show_first_run)

    def _load(self) -> None:
        self.window.tasks.start(self, self._loaded, _load_late)

    def _loaded(self, _none: None) -> None:
        self._is_loaded = True
        self._collector.spare_loaded()
        theme.load_rare_font()
        if self._surroundings is None:
            from village_doctor.foundation.surroundings import Surroundings

            self._surroundings = Surroundings()
        self._scanner = self._make_scanner()
        waiting, self._when_loaded = self._when_loaded, []
        for act in waiting:
            act()
        self.loaded.emit()

    def _after_loading(self, act: Callable[[], None]) -> None:
        if self._is_loaded:
            act()
        else:
            self._when_loaded.append(act)

    @property
    def surroundings(self) -> "Surroundings":
        assert self._surroundings is not None
        return self._surroundings

    def _show_first_run(self) -> None:
        from village_doctor.gui import inside

        page = inside.first_run(self.home, self.surroundings, self.window.tasks, self.window.messages)
        self._first_run = page
        page.finished.connect(self._begin)
        self.window.show_inside(page, page.step.focus_first)

    def _begin(self, workplace: "Workplace") -> None:
        page, self._first_run = self._first_run, None
        self._show_workroom(workplace)
        if page is not None and page.registers and self.inside is not None:
            self.inside.workroom.open_registering()

    def _show_forgotten(self) -> None:
        from village_doctor.gui import inside

        if self._locked is not None:  # the unlock code opens the home as a cold start does
            self._locked.forget()
            self._locked = None
            self.window.lock_page.ask_password()
        page = inside.forgotten(self._opened_home, self.surroundings, self.window.tasks, self.window.messages)
        page.finished.connect(self._show_workroom)
        page.left.connect(self.window.show_lock)
        self.window.show_inside(page, page.code_field.setFocus)

    # --- opening ------------------------------------------------------------------------------------

    def _open(self, typed: str, *, clock_confirmed: bool = False) -> None:
        self.window.lock_page.set_busy(is_busy=True, text=_("正在打开……"))
        self._after_loading(lambda: self._open_now(typed, clock_confirmed))

    def _open_now(self, typed: str, clock_confirmed: bool) -> None:
        from village_doctor.gui import inside

        locked, is_pin = self._locked, self.window.lock_page.is_pin

        def work() -> "Workplace":
            if locked is not None:
                return inside.open_again(locked, typed, is_pin=is_pin, clock_confirmed=clock_confirmed)
            return inside.open_home(
                self._opened_home, self.surroundings, typed, clock_confirmed=clock_confirmed
            )

        self.window.tasks.start(self, self._show_workroom, work, self._refused)

    def _refused(self, problem: Problem) -> None:
        from village_doctor.gui import inside

        lock_page = self.window.lock_page
        text = problem_text(problem)
        wait = 0
        if problem.code == "password-wrong":
            self._failures += 1
            wait = inside.delay_after(self._failures)
        if problem.code == "pin-spent":
            lock_page.ask_password()
        lock_page.refuse(text, wait_seconds=wait, asks_about_clock=problem.code == "clock-doubtful")

    def _show_workroom(self, workplace: "Workplace") -> None:
        from village_doctor.gui.inside import Inside

        if self._is_closed:
            workplace.close()
            return
        self._failures = 0
        self.window.lock_page.forget()
        self._locked = None
        self._opened_home = workplace.home
        place, self._place = self._place, None
        self.inside = Inside(self.window, workplace, self, place)
        self.inside.workroom.lock_wanted.connect(self.lock)
        if self._unread:
            self.inside.workroom.panels.notice_bar.show_text(self._unread)
            self._unread = ""
        self.idle.start(self.surroundings.clock.now)
        self.opened.emit()

    def _warned(self, text: str) -> None:
        """What nobody behind the lock could read is said on the lock screen, and again behind it."""
        if self.inside is not None:
            self.inside.workroom.panels.notice_bar.show_text(text)
        else:
            self._unread = text
            self.window.lock_page.warn(text)

    # --- scanner ------------------------------------------------------------------------------------

    def _make_scanner(self) -> "Scanner":
        """Recognises cards from the lock screen on; only behind it do they open anybody."""
        from village_doctor.gui import inside

        made = inside.scanner(self)
        made.began.connect(self._card_began)
        made.scanned.connect(self._card_scanned)
        made.broke_off.connect(self._card_broke_off)
        self._application.installEventFilter(made)
        return made

    def _card_began(self, digits: str) -> None:
        if self.inside is not None and QApplication.activeModalWidget() is None:
            self.inside.workroom.cards.began(digits)

    def _card_scanned(self, digits: str) -> None:
        if self.inside is not None and QApplication.activeModalWidget() is None:
            self.inside.workroom.cards.scanned(digits)

    def _card_broke_off(self) -> None:
        if self.inside is not None:
            self.inside.workroom.cards.broke_off()

    # --- idle lock and end --------------------------------------------------------------------------

    def lock(self) -> None:
        """Keeps drafts, drops the pages, closes the store; the PIN opens it again."""
        inside = self.inside
        if inside is None:
            return
        if self.window.long_work_is_under_way:
            self.window.messages.say(_("正在做一件长的事，做完再锁。"))
            return
        self.inside = None
        self.idle.stop()
        if self._scanner is not None:
            self._scanner.forget()
        try:
            self._place = inside.leave()
        finally:  # whatever a page does, nothing of anybody stays on the screen
            self.window.lock_page.set_busy(is_busy=True, text=_("正在锁上……"))
            self.window.show_lock()
            self._when_idle(lambda: self.window.tasks.start(self, self._is_locked, inside.lock))
            inside.deleteLater()

    def _lock_for_shutdown(self, _manager: QSessionManager) -> None:
        self.lock()

    def _is_locked(self, locked: "Locked") -> None:
        self._locked = locked
        if locked.has_pin:
            self.window.lock_page.ask_pin()
        else:
            self.window.lock_page.ask_password()
        self.locked.emit()

    def _when_idle(self, act: Callable[[], None]) -> None:
        """What pages have handed over is written first."""
        tasks = self.window.tasks
        if tasks.is_idle:
            act()
        else:
            tasks.idle.connect(act, Qt.ConnectionType.SingleShotConnection)

    def close(self) -> None:
        """Keeps drafts, finishes what is being written, lets the home go. Once."""
        if self._is_closed:
            return
        self._is_closed = True
        inside, self.inside = self.inside, None
        self.idle.stop()
        if self._scanner is not None:
            self._application.removeEventFilter(self._scanner)
        try:
            if inside is not None:
                inside.leave()
        finally:
            self._let_go(inside)

    def _let_go(self, inside: "Inside | None") -> None:
        """What is under way ends first; then the home is free for another process."""
        patience = QDeadlineTimer(_PATIENCE_MS)
        while not self.window.tasks.is_idle and not patience.hasExpired():
            self._application.processEvents()
        if self._first_run is not None:
            self._first_run.give_up()
        if inside is not None:
            inside.workplace.close()
        if self._locked is not None:
            self._locked.forget()
        self.window.tasks.close()
        self._collector.stop()


def _waiting_page() -> QLabel:
    page = QLabel(_("村医助手正在准备……"))
    page.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return page


def _load_late() -> None:
    """On a thread of its own, while the password is typed."""
    for name in LATE:
        importlib.import_module(name).prepare()


def application(arguments: Sequence[str] = ()) -> QApplication:
    """This process's Qt application, made once, with Qt's own texts in Chinese."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    made = QApplication([*sys.argv[:1], *arguments])
    made.setApplicationName("village-doctor")
    made.setApplicationDisplayName(_("村医助手"))
    made.setStyle("Fusion")
    translator = QTranslator(made)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(QLocale.Language.Chinese), "qtbase", "_", folder):
        made.installTranslator(translator)
    return made


def has_display() -> bool:
    """Can a window be shown here?"""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_window(home: Path) -> int:
    """The window until it is closed; the process's exit code. Without a display it says so."""
    if not has_display():
        print(_("这里没有图形显示，打不开窗口。用命令行的话，后面加上 --help 看有哪些。"), file=sys.stderr)
        return NO_DISPLAY
    program = Application(home)
    doors: list[BugDoor] = []
    program.loaded.connect(lambda: doors.append(_bug_door(program)))
    try:
        program.start()
        return application().exec()
    finally:
        for door in doors:
            door.close()


def _bug_door(program: Application) -> "BugDoor":
    from village_doctor.gui import inside

    folder = program.home if program.home.is_dir() else paths.state_folder()
    return inside.bug_door(program.window.messages, folder / "logs")


def check_window() -> None:
    """For the self-test: the lock screen, drawn offscreen, takes keys. Raises RuntimeError where it does not."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = application()
    theme.load_fonts()
    theme.apply(made, Theme())
    window = MainWindow()
    window.show()
    window.show_lock()
    made.processEvents()
    picture = window.grab().toImage()
    colours = {
        picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)
    }
    window.lock_page.password.insert("1234")
    is_good = len(colours) > 3 and window.lock_page.password.text() == "1234"
    window.close()
    if not is_good:
        raise RuntimeError("the lock screen was not drawn")
