"""随访: one page for every form file. What did I find? Left what is asked, right last time, beside it the conclusion.

What is typed is a draft within half a second, of a correction too; the conclusion is asked for at every pause of the
keyboard. `visit_sitting` holds whose form it is, `visit_saving` asks and stores.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from village_doctor.domain.dates import age_on
from village_doctor.domain.forms import Form
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Resident
from village_doctor.domain.problems import Problem
from village_doctor.foundation.clock import TIME_ZONE, date_of
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.draft_keeper import DraftKeeper
from village_doctor.gui.pages.visit_head import VisitHead
from village_doctor.gui.pages.visit_saving import Saving
from village_doctor.gui.pages.visit_sitting import Sitting
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.conclusion_box import LOWEST, SAVE_KEY, ConclusionBox
from village_doctor.gui.widgets.form_sheet import UNCHANGED_KEY, FormSheet
from village_doctor.gui.widgets.layouts import PlainScroller
from village_doctor.gui.widgets.sheet_parts import LastTime
from village_doctor.services import advising, filling, wording
from village_doctor.services.advising import ConclusionPreview
from village_doctor.services.drafting import Draft, correction_form
from village_doctor.services.filling import FormToFill, VisitToCorrect
from village_doctor.services.problem_words import problem_text
from village_doctor.services.visiting import FollowUpDraft

PAUSE_MS: Final = 200
_UNASKED: Final = "pressure-half"  # the other half is among what is still missing
_ROOM: Final = 90  # pixels kept free above and below the blank with the focus


def _sheet_for(form: Form, resident: Resident, day: date) -> FormSheet:
    return FormSheet(form, age=age_on(resident.birth_date, day), sex=resident.sex)


class VisitPage(Page):
    """`show_form` begins or goes on, `show_correction` reopens what was stored. `sheet` is None until one is there."""

    kinds: ClassVar[frozenset[str]] = frozenset()
    typing_searches: ClassVar[bool] = False

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._sitting: Sitting | None = None
        self._correcting: str | None = None
        self._preview = ConclusionPreview()
        self._opening = 0
        self._asking = 0
        self._keeper = DraftKeeper(self, self.session, self._body)
        self._saving = Saving(
            self, shell, self._keeper, lambda sitting: sitting is self._sitting, self._let_go
        )
        self.head = VisitHead(self.session.catalogue)
        self.head.changed.connect(self._changed)
        self.head.day_changed.connect(self._ask_last_time)
        self.head.left.connect(self.focus_first)
        self.head.again.connect(self._start_over)
        self.body.addWidget(self.head)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        self._scroll = PlainScroller()
        self._scroll.setMinimumHeight(LOWEST)
        middle.addWidget(self._scroll, 13)
        self.box = ConclusionBox()
        self.box.wanted.connect(self._focus_on)
        self.box.changed.connect(self._changed)
        self.box.saving.connect(self.save)
        middle.addWidget(self.box, 7)
        self.body.addLayout(middle, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask_conclusion)
        self._scrolling = QTimer(self)
        self._scrolling.setSingleShot(True)
        self._scrolling.timeout.connect(self._scroll_to_focus)
        for key, act in ((SAVE_KEY, self.save), ("Ctrl+S", self.save), (UNCHANGED_KEY, self._unchanged)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    # --- opening ------------------------------------------------------------------------------------

    @property
    def sheet(self) -> FormSheet | None:
        """The form that is filled in; None until one is there."""
        return None if self._sitting is None else self._sitting.sheet

    @property
    def correcting(self) -> str | None:
        """The id of the follow-up that is being put right; None for a new one."""
        return self._correcting

    def show_form(self, resident_id: str, form_code: str, measured: Mapping[str, str] | None = None) -> None:
        """The form for this person, with what was half typed; `measured` comes from the reading bar."""
        self.leave()
        self._empty()

        def asked() -> None:
            self._ask_form(resident_id, form_code, lambda found: self._open(found, measured or {}))

        self._when_kept(asked)

    def show_correction(self, visit_id: str) -> None:
        """What was stored, to be put right; day, mode and her own plan stay as they are."""
        self.leave()
        self._empty()
        self._correcting = visit_id
        self._when_kept(lambda: self._ask_correction(visit_id, self._open_correction))

    def _when_kept(self, ask: Callable[[], None]) -> None:
        """Asks after what was half typed before is on the disk: it may be the draft of the very same form."""
        turn = self._opening
        self._keeper.when_kept(lambda: ask() if turn == self._opening else None)

    def _ask_form(self, resident_id: str, form_code: str, opened: Callable[[FormToFill], None]) -> None:
        turn = self._opening
        self.session.ask_or(
            self,
            lambda found: opened(found) if turn == self._opening else None,
            lambda problem: self._not_opened(turn, problem),
            filling.form_to_fill,
            self.session.catalogue,
            resident_id,
            form_code,
            self.session.today,
        )

    def _ask_correction(self, visit_id: str, opened: Callable[[VisitToCorrect], None]) -> None:
        turn = self._opening
        self.session.ask_or(
            self,
            lambda found: opened(found) if turn == self._opening else None,
            lambda problem: self._not_opened(turn, problem),
            filling.visit_to_correct,
            self.session.catalogue,
            visit_id,
            self.session.today,
        )

    def _not_opened(self, turn: int, problem: Problem) -> None:
        if turn == self._opening and self.isVisible():
            self.shell.back()
        self.shell.tell(problem)

    def _empty(self) -> None:
        self._opening += 1
        self._asking += 1
        self._saving.turn_away()
        self._keeper.forget()
        self._pause.stop()
        self._sitting, self._correcting = None, None
        self._scroll.setWidget(QWidget())
        self.head.clear()
        self.box.show_plan({})
        self.box.allow_plan(True)

    def _open(self, found: FormToFill, measured: Mapping[str, str]) -> None:
        sheet = _sheet_for(found.form, found.person.resident, self.session.today)
        sitting = self._sit_down(Sitting(form=found.form, person=found.person, sheet=sheet))
        self.head.show_visit(found.person.resident, found.form, self.session.today)
        self.box.allow_plan(bool(found.form.rules))
        sitting.sheet.show_last(self._last_time(found))
        self._keeper.watch(found.person.resident.id, found.form.code)
        if found.draft is not None:
            self._go_on(found.draft)
        elif found.is_draft_lost:
            self._keeper.drop(lambda: self.shell.notice(_("上次没填完的那份读不出来了，要重新填。")))
        sitting.sheet.fill(measured)
        if measured:
            self._keeper.touched()
        self._ask_conclusion()
        sitting.sheet.focus_first()

    def _open_correction(self, found: VisitToCorrect) -> None:
        sitting = self._sit_down(
            Sitting(
                form=found.form,
                person=found.person,
                sheet=_sheet_for(found.form, found.person.resident, found.visit.served_on),
                visit=found.visit,
                kept_before=found.confirmed,
                confirmed=found.confirmed,
            )
        )
        resident, visit = found.person.resident, found.visit
        self._correcting = visit.id
        self.head.show_visit(resident, found.form, self.session.today, correcting=visit)
        sitting.sheet.fill_for_correction(LastTime(answers=found.answers, offered=found.answers))
        self.box.allow_plan(False)
        self._keeper.watch(resident.id, correction_form(visit.id))
        if found.draft is not None:
            self._go_on(found.draft)
        self._ask_conclusion()
        sitting.sheet.focus_first()

    def _sit_down(self, sitting: Sitting) -> Sitting:
        self._sitting = sitting
        sitting.sheet.changed.connect(self._changed)
        sitting.sheet.finished.connect(self._at_the_end)
        sitting.sheet.refused_section.connect(self._must_be_asked)
        self._scroll.setWidget(sitting.sheet)
        return sitting

    def _last_time(self, found: FormToFill) -> LastTime:
        last = found.last
        return LastTime(
            told_on="" if last is None else wording.day(last.served_on, self.session.today),
            answers={} if last is None else last.answers,
            offered=found.offered,
        )

    def _ask_last_time(self) -> None:
        """Another day of service has another last time."""
        sitting, day = self._sitting, self.head.served_on()
        if sitting is None or sitting.visit is not None or day is None:
            return

        def told(found: FormToFill) -> None:
            if sitting is self._sitting:
                sitting.sheet.show_last(self._last_time(found))
                self._changed()

        self.session.ask(
            self,
            told,
            filling.form_to_fill,
            self.session.catalogue,
            sitting.person.resident.id,
            sitting.form.code,
            day,
        )

    # --- drafts -------------------------------------------------------------------------------------

    def _body(self) -> Mapping[str, JsonValue]:
        """What a draft keeps: everything as it stands."""
        sheet = self.sheet
        return {
            "values": {} if sheet is None else sheet.values(),
            "unchanged": [] if sheet is None else sorted(sheet.unchanged),
            "plan": self.box.plan_values(),
            **self.head.values(),
        }

    def _go_on(self, draft: Draft) -> None:
        self._restore(draft.body)
        typed_at = draft.typed_at.astimezone(TIME_ZONE)
        at = f"{typed_at:%H:%M}"
        if typed_at.date() != self.session.today:
            at = f"{wording.day(date_of(draft.typed_at), self.session.today)} {at}"
        self.head.tell_draft(fill(_("接着上次没填完的（{at}）"), {"at": at}), _("从头来"))

    def _restore(self, body: Mapping[str, JsonValue]) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        self.head.restore(body)
        values, unchanged, plan = (body.get(key) for key in ("values", "unchanged", "plan"))
        if isinstance(unchanged, list):
            sheet.unchanged = {str(key) for key in unchanged}
        sheet.fill(values if isinstance(values, Mapping) else {})
        sheet.show_unchanged()
        self.box.show_plan(plan if isinstance(plan, Mapping) else {})

    def _start_over(self) -> None:
        """从头来; what was thrown away can be had back as long as the page is open."""
        sitting = self._sitting
        if sitting is None:
            return
        thrown = sitting.thrown_away
        if thrown is not None:
            sitting.thrown_away = None
            self._restore(thrown)
            self.head.tell_draft("", "")
            self._keeper.touched()
            self._changed()
            return
        body = self._body()

        def begun() -> None:
            if self._sitting is not None:
                self._sitting.thrown_away = body
            self.head.tell_draft(_("从头填了。"), _("还是接着上次的"))

        def opened(found: FormToFill) -> None:
            self._open(replace(found, draft=None), {})
            begun()

        def opened_again(found: VisitToCorrect) -> None:
            self._open_correction(replace(found, draft=None))
            begun()

        def dropped() -> None:
            if sitting is not self._sitting:
                return
            if sitting.visit is not None:
                self._ask_correction(sitting.visit.id, opened_again)
            else:
                self._ask_form(sitting.person.resident.id, sitting.form.code, opened)

        self._keeper.drop(dropped)

    def leave(self) -> None:
        """What is half typed is handed over to be kept; a question that is still open stores nothing any more."""
        self._saving.turn_away()
        self._keeper.now()

    # --- while typing -------------------------------------------------------------------------------

    def _changed(self) -> None:
        if self._sitting is not None:
            self._sitting.confirmed = self._sitting.kept_before
        self._keeper.touched()
        self._pause.start()

    def _follow_up(self) -> FollowUpDraft | None:
        """What stands on the page; None while a date on it is none."""
        plan, served_on = self.box.own_plan(), self.head.served_on()
        if self._sitting is None or served_on is None or plan.is_wrong:
            return None
        return self._sitting.follow_up(self.head.mode(), served_on, plan)

    def _ask_conclusion(self) -> None:
        draft = self._follow_up()
        if draft is None:
            return
        self._asking += 1
        turn = self._asking

        def told(preview: ConclusionPreview) -> None:
            if turn == self._asking:
                self._show_conclusion(preview)

        catalogue = self.session.catalogue
        self.session.ask(self, told, advising.conclusion, catalogue, draft, self.session.today)

    def _show_conclusion(self, preview: ConclusionPreview) -> None:
        """What is wrong is said beside its blank, but not while that blank is being typed into."""
        sitting = self._sitting
        if sitting is None:
            return
        self._preview = preview
        sitting.sheet.clear_refusals()
        refused, asked = self._ripe(sitting, preview.refused), self._ripe(sitting, preview.asked)
        if refused is not None:
            sitting.sheet.refuse(sitting.blank_of(refused), problem_text(refused))
        shown = replace(preview, refused=refused, asked=asked)
        self.box.show_preview(
            shown, sitting.form.code, self.session.catalogue, self.session.today, sitting.label_of
        )

    def _ripe(self, sitting: Sitting, problem: Problem | None) -> Problem | None:
        """The Problem if it is time to say it."""
        if problem is None or problem.code == _UNASKED:
            return None
        return None if sitting.sheet.has_focus_in(sitting.blank_of(problem)) else problem

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self.sheet is None or now is None or not self.sheet.isAncestorOf(now):
            return
        self._scrolling.start()  # after what has just appeared was laid out
        if self._preview.refused is not None or self._preview.asked is not None:
            self._show_conclusion(self._preview)

    def _scroll_to_focus(self) -> None:
        now = QApplication.focusWidget()
        if self.sheet is not None and now is not None and self.sheet.isAncestorOf(now):
            self._scroll.ensureWidgetVisible(now, 0, _ROOM)

    def _focus_on(self, key: str) -> None:
        if self.sheet is not None:
            self.sheet.focus_on(key)

    def _unchanged(self) -> None:
        if self.sheet is not None:
            self.sheet.toggle_unchanged()

    def _must_be_asked(self, title: str) -> None:
        self.shell.notice(fill(_("“{section}”这一段要逐项问。"), {"section": title}))

    def _at_the_end(self) -> None:
        """Enter in the last blank: to the first one that is still open, else to 保存."""
        focused = QApplication.focusWidget()
        sheet, missing = self.sheet, self._preview.missing
        if sheet is not None and missing and not sheet.has_focus_in(missing[0]):
            sheet.focus_on(missing[0])
        if QApplication.focusWidget() is focused:
            self.box.save_button.setFocus()

    # --- saving -------------------------------------------------------------------------------------

    def save(self) -> None:
        """Refuses dates that are none; the rest is asked and stored by `Saving`."""
        sitting = self._sitting
        if sitting is None or sitting.is_saving:
            return
        if self.box.own_plan().is_wrong:
            self.box.refuse_plan()
            return
        draft = self._follow_up()
        if draft is None:
            self.head.refuse_day()
            return
        self._asking += 1
        self._saving.begin(sitting, draft)

    def _let_go(self, sitting: Sitting) -> None:
        """It is stored: nothing of it is left to go on with."""
        if sitting is self._sitting:
            self._empty()

    # --- the window ---------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        return (
            (_("Enter"), _("下一项")),
            (UNCHANGED_KEY, _("这一段问过了，没变")),
            (SAVE_KEY, _("保存")),
        )

    def focus_first(self) -> None:
        if self.sheet is not None:
            self.sheet.focus_first()
        else:
            self.setFocus()
