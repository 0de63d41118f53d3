"""Everything behind the lock: the rail, the search box, the pages, the reading bar, the status line.

It is the `Shell` that pages know. It holds no rule: it turns pages, and hands keys to whom they belong.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from village_doctor.domain.people import Household
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.long_work import LongWork, Work
from village_doctor.gui.messages import Messages
from village_doctor.gui.notice_bar import NoticeBar
from village_doctor.gui.page_stack import PageStack
from village_doctor.gui.pages.contract_page import ContractPage
from village_doctor.gui.pages.family_page import FamilyPage
from village_doctor.gui.pages.found_page import FoundPage
from village_doctor.gui.pages.registering_page import RegisteringPage
from village_doctor.gui.pages.settings_page import Appearance
from village_doctor.gui.pages.visit_page import VisitPage
from village_doctor.gui.rail import CONTRACTS, DELIVERY, ENTRIES, TODAY, Rail
from village_doctor.gui.reading_bar import ReadingBar
from village_doctor.gui.search_box import SearchBox
from village_doctor.gui.session import Session
from village_doctor.gui.shell import Choice, Page
from village_doctor.gui.status_line import StatusLine
from village_doctor.gui.undo import LastAct, UndoPanel
from village_doctor.gui.widgets.controls import hide_quietly, is_typed, label
from village_doctor.gui.widgets.covered import Covered
from village_doctor.services import finding, verifying_cards, waiting, wording, wording_cards
from village_doctor.services.printing_papers import Paper
from village_doctor.services.verifying_cards import CardFound
from village_doctor.services.waiting import Waiting
from village_doctor.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Place:
    """Where the doctor was when the window locked: she finds it again."""

    rail: str
    household_id: str | None = None
    resident_id: str | None = None
    form: tuple[str, str] | None = None
    correcting: str | None = None
    registering: bool = False
    contract_of: str | None = None

    @property
    def is_deeper(self) -> bool:
        """Was it a page behind the rail's?"""
        return any((self.household_id, self.form, self.correcting, self.registering, self.contract_of))


class Workroom(QWidget):
    """The window's inside for one session. `lock_wanted`: Ctrl+L."""

    lock_wanted = Signal()

    def __init__(self, session: Session, messages: Messages, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("workroom")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.session = session
        self.messages = messages
        self._trail: list[Page] = []
        self._has_begun = False
        self._is_starting = False
        self._before_curtain: QWidget | None = None
        self._scanned: str | None = None
        self._last: LastAct | None = None
        self._person: str | None = None
        self._family: tuple[str | None, str | None] = (None, None)
        self._form: tuple[str, str] | None = None
        self._contract_of: str | None = None
        self._appearance = appearance
        self._lay_out()
        self.long_work = LongWork(self, session)
        self._make_shortcuts()
        session.changed.connect(self._refresh_for)
        messages.quiet.connect(self.status.say)
        messages.lock_wanted.connect(self.lock_wanted)
        messages.cover_wanted.connect(self._hide_or_show)
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
        self.search.searched.connect(self._search)
        self.search.moved.connect(self._move_in_found)
        self.search.entered.connect(self._open_found)
        self.search.left.connect(self._leave_search)
        top.setSpacing(16)
        top.addWidget(self.search, 1)
        self.date = label("", role="note", tone="quiet", wraps=False)
        top.addWidget(self.date)
        right.addLayout(top)
        self.pages = PageStack(self, self._appearance)
        self.pages.person_chosen.connect(self._open_chosen)
        right.addWidget(Covered(self.pages), 1)
        self.notice_bar = NoticeBar()
        self.notice_bar.button.clicked.connect(self._close_notice)
        self.undo = UndoPanel()
        self.undo.closed.connect(self._after_panel)
        for panel in (self.notice_bar, self.undo):
            right.addWidget(panel)
        self._right = right
        middle.addLayout(right, 1)
        outer.addLayout(middle, 1)
        self.status = StatusLine()
        self.status.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer.addWidget(self.status)
        self.curtain = QLabel(_("屏幕遮住了。按 F9 回来。"), self)
        self.curtain.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.curtain.setObjectName("practice")
        self.curtain.hide()

    @property
    def _bar(self) -> ReadingBar | None:
        """The reading bar, if it was ever opened."""
        return self.__dict__.get("reading_bar")

    def _hide_bar(self) -> None:
        """An emergency that has not been read stays, whatever page is turned to."""
        if self._bar is not None and self._bar.may_be_hidden:
            hide_quietly(self._bar)

    @cached_property
    def reading_bar(self) -> ReadingBar:
        bar = ReadingBar(self)
        bar.hide()
        bar.closed.connect(self._after_panel)
        self._right.insertWidget(self._right.count() - 2, bar)
        return bar

    def _make_shortcuts(self) -> None:
        keys: dict[str, Callable[[], None]] = {
            "Ctrl+K": self._focus_search,
            "Ctrl+L": self.lock_wanted.emit,
            "Ctrl+Z": self._correct_last,
            "Ctrl+B": lambda: self._read_last("blood_pressure"),
            "Ctrl+G": lambda: self._read_last("glucose"),
            "F1": lambda: self._show(self.pages.help),
            "F9": self._hide_or_show,
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

    # --- turning pages ------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        shown = self.pages.shown
        assert shown is not None
        return shown

    def start(self, place: Place | None = None) -> None:
        """The first page; after a lock the one that was left. The numbers around it wait until it has its answer."""
        self._is_starting = True
        rail = place.rail if place is not None and place.rail else TODAY
        if place is None or not place.is_deeper:
            self.go(rail)
        else:
            self._trail = [self.pages.behind(rail)]
        if place is not None and place.household_id is not None:
            self.open_family(place.household_id, place.resident_id)
        if place is not None and place.form is not None:
            self.open_form(*place.form)
        if place is not None and place.correcting is not None:
            self.correct_visit(place.correcting)
        if place is not None and place.registering:
            self._show(self.pages.registering)
        if place is not None and place.contract_of is not None:
            self.open_contract(place.contract_of)
        if self.session.tasks.is_idle:
            self._has_started()
        else:
            self.session.tasks.idle.connect(self._has_started, Qt.ConnectionType.SingleShotConnection)

    def _has_started(self) -> None:
        self._is_starting = False
        self.refresh_status()

    def place(self) -> Place:
        """Where she is now."""
        page = self.page
        rail = next((one.rail for one in reversed([*self._trail, page]) if one.rail), TODAY)
        is_family = any(isinstance(one, FamilyPage) for one in (*self._trail, page))
        family = self._family if is_family else (None, None)
        return Place(
            rail,
            *family,
            form=self._form if isinstance(page, VisitPage) and page.correcting is None else None,
            correcting=page.correcting if isinstance(page, VisitPage) else None,
            registering=isinstance(page, RegisteringPage),
            contract_of=self._contract_of if isinstance(page, ContractPage) else None,
        )

    def leave(self) -> None:
        """Before the lock and before the end: what is half typed is kept."""
        self.page.leave()
        self._hide_bar()

    def go(self, rail: str) -> None:
        page = self.pages.behind(rail)
        self._trail = []
        self._show(page, remembers=False)

    def back(self) -> None:
        page = self._trail.pop() if self._trail else self.pages.today
        self._show(page, remembers=False)

    def _show(self, page: Page, *, remembers: bool = True) -> None:
        before = self.pages.shown
        if before is not None and before is not page and self._has_begun:
            before.leave()
            if page in self._trail:  # she comes back to it; what lay behind it is done with
                del self._trail[self._trail.index(page) :]
            elif remembers and not isinstance(before, FoundPage):
                self._trail.append(before)
        self.search.empty()
        self._hide_bar()
        self.notice_bar.hide()
        hide_quietly(self.undo)
        self._has_begun = True
        self.pages.setCurrentWidget(page)
        self.rail.show_chosen(page.rail)
        page.refresh()
        page.focus_first()
        if self._bar is not None and self._bar.isVisible():  # an emergency is still to be read
            self._bar.store_button.setFocus()
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
        if self._bar is not None and self._bar.isVisible():
            hints = ("Enter", _("记下")), ("F", _("接着做随访")), ("Esc", _("不记了"))
        self.status.show_hints([*hints, ("F1", _("帮助"))])

    # --- what pages ask for -------------------------------------------------------------------------

    def open_family(self, household_id: str, resident_id: str | None = None) -> None:
        if resident_id is not None:
            self._person = resident_id
        self._family = (household_id, resident_id)
        self.pages.family.show_family(household_id, resident_id)
        self._show(self.pages.family, remembers=not isinstance(self.page, FamilyPage))

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
        hide_quietly(self.undo)
        self.reading_bar.open(resident_id, kind)
        self.reading_bar.show()
        self.show_hints()

    def open_form(self, resident_id: str, form_code: str, measured: dict[str, str] | None = None) -> None:
        self._person = resident_id
        self._form = (resident_id, form_code)
        self.pages.visit.show_form(resident_id, form_code, measured)
        self._show(self.pages.visit)

    def correct_visit(self, visit_id: str) -> None:
        self._form = None
        self.pages.visit.show_correction(visit_id)
        self._show(self.pages.visit)

    def open_contract(self, household_id: str) -> None:
        self._contract_of = household_id
        self.pages.contract.show_household(household_id)
        self._show(self.pages.contract)

    def open_preview(self, make: Callable[[Workplace], Paper]) -> None:
        self._show(self.pages.preview)
        self.pages.preview.make(make)

    def saved(
        self, text: str, correct: Callable[[], None] | None = None, void: Callable[[str], None] | None = None
    ) -> None:
        self._last = LastAct(text, correct, void) if correct is not None or void is not None else None
        more = _("　改刚才这条：Ctrl+Z") if self._last is not None else ""
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

    def _close_notice(self) -> None:
        had_focus = self.notice_bar.button.hasFocus()
        hide_quietly(self.notice_bar)
        if had_focus:
            self._after_panel()

    # --- search and scanner -------------------------------------------------------------------------

    def _focus_search(self) -> None:
        self._hide_bar()
        self.search.setFocus()
        self.search.selectAll()

    def _search(self, text: str) -> None:
        if not text:
            self._leave_found()
            return
        if not isinstance(self.page, FoundPage):
            self.page.leave()
            self._trail.append(self.page)
            self.pages.setCurrentWidget(self.pages.found)
            self.show_hints()
        self.pages.found.search(text)

    def _leave_found(self) -> None:
        if isinstance(self.page, FoundPage):
            self.pages.setCurrentWidget(self._trail.pop())
            self.show_hints()

    def _leave_search(self) -> None:
        self.search.empty()
        self._leave_found()
        self.page.focus_first()

    def _move_in_found(self, step: int) -> None:
        if isinstance(self.page, FoundPage):
            self.pages.found.move_by(step)
        elif step > 0:
            self.page.focus_first()

    def _open_found(self) -> None:
        if isinstance(self.page, FoundPage):
            self.pages.found.open_current()

    def _open_chosen(self, household_id: str, resident_id: str) -> None:
        self.search.empty()
        self._leave_found()
        if household_id:
            self.open_family(household_id, resident_id)
        else:
            self.open_person(resident_id)

    def card_began(self, digits: str) -> None:
        """A card is being scanned: whose it is, before the scanner has typed its end."""

        self._scanned = None

        def found(resident_id: str | None) -> None:
            self._scanned = resident_id
            if resident_id is not None:
                self.open_person(resident_id)

        self.session.ask(self, found, verifying_cards.look_up, digits)

    def card_scanned(self, digits: str) -> None:
        self.session.work(self, self._show_card, verifying_cards.check_card, digits)

    def card_broke_off(self) -> None:
        self.messages.say(_("没扫全，请再扫一次。"), theme.DUE)

    def _show_card(self, card: CardFound) -> None:
        if (
            self._scanned != card.resident.id
        ):  # else she has been open since the card began, and is being worked on
            self.open_person(card.resident.id)
        is_good = card.signature == verifying_cards.GOOD and card.bound_until is not None
        self.messages.say(
            wording_cards.card_found(card, self.session.today), theme.DONE if is_good else theme.DUE
        )

    # --- keys ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What nobody took: typing on a list page is a search."""
        if self.page.typing_searches and is_typed(event):
            self.search.setFocus()
            self.search.setText(event.text())
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        if self.notice_bar.isVisible():
            self._close_notice()
        elif self.undo.isVisible():
            self.undo.close_panel()
        elif self._bar is not None and self._bar.isVisible():
            self._bar.close_bar()
        elif isinstance(self.page, FoundPage):
            self._leave_search()
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
        else:
            self._hide_bar()
            if self._bar is None or not self._bar.isVisible():  # first the emergency is read
                self.undo.offer(self._last)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.curtain.setGeometry(self.rect())

    def _hide_or_show(self) -> None:
        """Behind the curtain no key does anything; the focus comes back to where it was."""
        is_hidden = not self.curtain.isVisible()
        if is_hidden:
            self._before_curtain = QApplication.focusWidget()
        self._inside.setEnabled(not is_hidden)
        self.curtain.setGeometry(self.rect())
        self.curtain.setVisible(is_hidden)
        self.curtain.raise_()
        if is_hidden:
            self.curtain.setFocus()
        elif self._before_curtain is not None and isValid(self._before_curtain):
            self._before_curtain.setFocus()
