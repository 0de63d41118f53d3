"""Everything behind the lock: the rail, the search box, the pages, the panels below them, the status line.

It is the `Shell` that pages know. It holds no rule: it turns pages, and hands keys to whom they belong.
"""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from village_doctor.domain.people import Household
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.curtain import Curtain
from village_doctor.gui.live_search import LiveSearch
from village_doctor.gui.long_work import LongWork, Work
from village_doctor.gui.messages import Messages
from village_doctor.gui.page_stack import PageStack
from village_doctor.gui.pages.family_page import FamilyPage
from village_doctor.gui.pages.found_page import FoundPage
from village_doctor.gui.pages.settings_page import Appearance
from village_doctor.gui.panels import Panels
from village_doctor.gui.places import Opened, Place
from village_doctor.gui.rail import CONTRACTS, DELIVERY, ENTRIES, TODAY, Rail
from village_doctor.gui.scanned_cards import ScannedCards
from village_doctor.gui.search_box import SearchBox
from village_doctor.gui.session import Session
from village_doctor.gui.shell import Choice, Page
from village_doctor.gui.status_line import StatusLine
from village_doctor.gui.trail import Trail
from village_doctor.gui.undo import LastAct
from village_doctor.gui.widgets.controls import is_typed, label
from village_doctor.gui.widgets.covered import Covered
from village_doctor.services import finding, waiting, wording
from village_doctor.services.printing_papers import Paper
from village_doctor.services.waiting import Waiting
from village_doctor.services.workplace import Workplace


class Workroom(QWidget):
    """The window's inside for one session. `lock_wanted`: Ctrl+L."""

    lock_wanted = Signal()

    def __init__(self, session: Session, messages: Messages, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("workroom")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.session = session
        self.messages = messages
        self._is_starting = False
        self._last: LastAct | None = None
        self._person: str | None = None  # whoever was at hand last: Ctrl+B and Ctrl+G are for her
        self._opened = Opened()
        self._appearance = appearance
        self._lay_out()
        self._trail = Trail(self.pages)
        self._live_search = LiveSearch(self, self.search, self.pages, self._trail)
        self.cards = ScannedCards(self, messages, self)
        self.long_work = LongWork(self, session)
        self._make_shortcuts()
        session.changed.connect(self._refresh_for)
        messages.quiet.connect(self.status.say)
        messages.lock_wanted.connect(self.lock_wanted)
        messages.cover_wanted.connect(self.curtain.draw_or_open)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._keep_focus_in_sight)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._look_at_the_clock)
        self._clock.start(60_000)
        self._day = session.today

    # --- what it is made of -------------------------------------------------------------------------

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._inside = QWidget()
        whole.addWidget(self._inside)
        outer = QVBoxLayout(self._inside)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.practice = QLabel(_("练习村：这里的人都是假的，随便点。"))
        self.practice.setObjectName("practice")
        self.practice.hide()
        outer.addWidget(self.practice)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        self.rail = Rail()
        self.rail.chosen.connect(self.go)
        middle.addWidget(self.rail)
        right = QVBoxLayout()
        right.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(24, 12, 24, 0)
        self.search = SearchBox()
        top.setSpacing(16)
        top.addWidget(self.search, 1)
        self.date = label("", role="note", tone="quiet", wraps=False)
        top.addWidget(self.date)
        right.addLayout(top)
        self.pages = PageStack(self, self._appearance)
        right.addWidget(Covered(self.pages), 1)
        self.panels = Panels(self)
        self.panels.closed.connect(self._after_panel)
        right.addLayout(self.panels)
        middle.addLayout(right, 1)
        outer.addLayout(middle, 1)
        self.status = StatusLine()
        self.status.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer.addWidget(self.status)
        self.curtain = Curtain(self, self._inside)

    def _make_shortcuts(self) -> None:
        keys: dict[str, Callable[[], None]] = {
            "Ctrl+K": self._focus_search,
            "Ctrl+L": self.lock_wanted.emit,
            "Ctrl+Z": self._correct_last,
            "Ctrl+B": lambda: self._read_last("blood_pressure"),
            "Ctrl+G": lambda: self._read_last("glucose"),
            "F1": lambda: self._show(self.pages.help),
            "F9": self.curtain.draw_or_open,
            "Esc": self._escape,
        }
        for number, (name, _text) in enumerate(ENTRIES, 1):
            keys[f"Alt+{number}"] = partial(self.go, name)
        self._shortcuts = {}
        for key, act in keys.items():
            behind_curtain = key in ("F9", "Ctrl+L")
            shortcut = QShortcut(QKeySequence(key), self if behind_curtain else self._inside)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(act)
            self._shortcuts[key] = shortcut

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.curtain.setGeometry(self.rect())

    # --- turning pages ------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        return self._trail.page

    def start(self, place: Place | None = None) -> None:
        """The first page; after a lock the one that was left. The numbers around it wait until it has its answer."""
        self._is_starting = True
        place = place or Place()
        if place.is_deeper:
            self._trail.begin_at(self.pages.behind(place.rail))
            place.open_in(self)
        else:
            self.go(place.rail)
        if self.session.tasks.is_idle:
            self._has_started()
        else:
            self.session.tasks.idle.connect(self._has_started, Qt.ConnectionType.SingleShotConnection)

    def _has_started(self) -> None:
        self._is_starting = False
        self.refresh_status()

    def place(self) -> Place:
        """Where she is now."""
        return self._opened.place(self._trail.way)

    def leave(self) -> None:
        """Before the lock and before the end: what is half typed is kept."""
        self.page.leave()
        self.panels.hide_reading()

    def go(self, rail: str) -> None:
        page = self.pages.behind(rail)
        self._trail.begin_anew()
        self._show(page, remembers=False)

    def back(self) -> None:
        self._show(self._trail.step_back(), remembers=False)

    def _show(self, page: Page, *, remembers: bool = True) -> None:
        self._trail.leave_for(page, remembers=remembers)
        self.search.empty()
        self.panels.put_away()
        self.pages.setCurrentWidget(page)
        self.rail.show_chosen(page.rail)
        page.refresh()
        page.focus_first()
        self.panels.take_focus()
        self.show_hints()
        self.refresh_status()

    def _keep_focus_in_sight(self, _before: QWidget | None, now: QWidget | None) -> None:
        """A page that was left may still be answered, and would take the keyboard with it."""
        shown = self.pages.shown
        if now is None or shown is None or not self.pages.isAncestorOf(now):
            return
        if now is not shown and not shown.isAncestorOf(now):
            shown.focus_first()

    def show_hints(self) -> None:
        hints = self.page.hints()
        if self.panels.reading_is_open:
            hints = ("Enter", _("记下")), ("F", _("接着做随访")), ("Esc", _("不记了"))
        self.status.show_hints([*hints, ("F1", _("帮助"))])

    # --- what pages ask for -------------------------------------------------------------------------

    def open_family(self, household_id: str, resident_id: str | None = None) -> None:
        if resident_id is not None:
            self._person = resident_id
        self._opened.household_id, self._opened.resident_id = household_id, resident_id
        self.pages.family.show_family(household_id, resident_id)
        self._show(self.pages.family)

    def open_person(self, resident_id: str) -> None:
        self._open_person(resident_id, lambda: None)

    def _open_person(self, resident_id: str, then: Callable[[], None]) -> None:
        def found(household: Household | None) -> None:
            if household is not None:
                self.open_family(household.id, resident_id)
                then()
            else:
                self.messages.say(_("这个人现在不属于哪一户，先在“居民”里添进一户。"))

        self.session.ask(self, found, finding.household_of, resident_id, self.session.today)

    def correct_person(self, resident_id: str) -> None:
        self._open_person(resident_id, lambda: self.pages.family.correct_next(resident_id))

    def open_registering(self) -> None:
        self.pages.registering.show_new()
        self._show(self.pages.registering)

    def open_adding(self, household_id: str) -> None:
        self.pages.registering.show_add(household_id)
        self._show(self.pages.registering)

    def open_reading(self, resident_id: str, kind: str) -> None:
        self._person = resident_id
        self.panels.open_reading(resident_id, kind)
        self.show_hints()

    def open_form(self, resident_id: str, form_code: str, measured: dict[str, str] | None = None) -> None:
        self._person = resident_id
        self._opened.form = (resident_id, form_code)
        self.pages.visit.show_form(resident_id, form_code, measured)
        self._show(self.pages.visit)

    def correct_visit(self, visit_id: str) -> None:
        self._opened.form = None
        self.pages.visit.show_correction(visit_id)
        self._show(self.pages.visit)

    def open_contract(self, household_id: str) -> None:
        self._opened.contract_of = household_id
        self.pages.contract.show_household(household_id)
        self._show(self.pages.contract)

    def open_preview(self, make: Callable[[Workplace], Paper]) -> None:
        self._show(self.pages.preview)
        self.pages.preview.make(make)

    def saved(
        self, text: str, correct: Callable[[], None] | None = None, void: Callable[[str], None] | None = None
    ) -> None:
        self._last = LastAct(text, correct, void)
        more = _("　改刚才这条：Ctrl+Z") if self._last.may_be_changed else ""
        self.messages.say(f"✓ {text}{more}", theme.DONE)

    def notice(self, text: str) -> None:
        self.messages.say(text)

    def tell(self, problem: Problem) -> None:
        self.messages.tell(problem)

    def ask(self, title: str, text: str, choices: Sequence[Choice]) -> None:
        self.messages.ask(title, text, choices)

    def run_long(
        self,
        title: str,
        work: Work,
        then: Callable[[object], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        def done(value: object) -> None:
            then(value)
            self.refresh_status()

        def broke(problem: Problem) -> None:
            (failed or self.tell)(problem)
            self.refresh_status()

        self.long_work.run(title, work, done, broke)

    # --- what changes -------------------------------------------------------------------------------

    def _refresh_for(self, kinds: frozenset[str]) -> None:
        if self.page.kinds & kinds:
            self.page.refresh()
        self.refresh_status()

    def refresh_status(self) -> None:
        if not self._is_starting:
            self.session.work(self, self._show_waiting, waiting.waiting)

    def _show_waiting(self, now: Waiting) -> None:
        self.practice.setVisible(now.is_practice)
        self.status.show_waiting(now, self.session.today)
        self._show_date()
        self.rail.show_numbers(
            {TODAY: now.doors_today, CONTRACTS: now.contracts_ending, DELIVERY: now.changes_waiting}
        )

    def _show_date(self) -> None:
        today = self.session.today
        self.date.setText(f"{today.month}月{today.day}日 {wording.weekday(today)}")

    def _look_at_the_clock(self) -> None:
        if self.session.today != self._day:
            self._day = self.session.today
            self.session.work(self, lambda _none: self._new_day(), Workplace.renew_for_today)

    def _new_day(self) -> None:
        self.page.refresh()
        self.refresh_status()

    # --- keys ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What nobody took: typing on a list page is a search."""
        if self.page.typing_searches and is_typed(event):
            self.search.setFocus()
            self.search.setText(event.text())
        else:
            super().keyPressEvent(event)

    def _focus_search(self) -> None:
        self.panels.hide_reading()
        self.search.setFocus()
        self.search.selectAll()

    def _escape(self) -> None:
        if self.panels.close_one():
            return
        if self._live_search.is_open:
            self._live_search.leave()
        elif not self.page.go_back():
            self.back()

    def _after_panel(self) -> None:
        self.page.focus_first()
        self.show_hints()

    def _read_last(self, kind: str) -> None:
        page = self.page
        who = self._person
        if isinstance(page, FamilyPage | FoundPage):  # whom she sees marked
            who = page.resident_id
        if who is not None:
            self.open_reading(who, kind)
        else:
            self.messages.say(_("先找到这个人，再按。"))
            self._focus_search()

    def _correct_last(self) -> None:
        if self._last is None:
            self.messages.say(_("锁上以后还没有存过东西。"))
        elif not self._last.may_be_changed:
            text = _("刚才这一步（{what}）不能按 Ctrl+Z 改回来。")
            self.messages.say(fill(text, {"what": self._last.text}))
        else:
            self.panels.offer(self._last)
