"""随访: one page for every form file. What did I find? Left what is asked, right last time, beside it the conclusion.

What is typed is a draft within half a second; the conclusion is asked for at every pause of the keyboard. Saving asks
once about rare values and about open blanks, then shows the family with whoever is next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QWidget

from village_doctor.domain.duty_facts import PersonFacts
from village_doctor.domain.duty_reasons import VALUE_NAMES
from village_doctor.domain.forms import Form
from village_doctor.domain.fulfilment import DUE, OVERDUE
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.plausibility import DIASTOLIC
from village_doctor.domain.problems import Problem
from village_doctor.domain.visits import Visit
from village_doctor.foundation.clock import TIME_ZONE, date_of
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.pages.visit_drafts import DraftKeeper
from village_doctor.gui.pages.visit_head import VisitHead
from village_doctor.gui.shell import Choice, Hint, Page, Shell
from village_doctor.gui.widgets.conclusion_box import LOWEST, SAVE_KEY, ConclusionBox
from village_doctor.gui.widgets.form_sheet import UNCHANGED_KEY, FormSheet
from village_doctor.gui.widgets.sheet_parts import LastTime
from village_doctor.services import advising, filling, viewing, visiting, wording
from village_doctor.services.advising import ConclusionPreview
from village_doctor.services.deciding import RecordedVisit
from village_doctor.services.desk import Changes
from village_doctor.services.drafting import Draft
from village_doctor.services.filling import FormToFill, VisitToCorrect
from village_doctor.services.problem_words import problem_text
from village_doctor.services.viewing import Family
from village_doctor.services.visiting import FollowUpDraft

PAUSE_MS: Final = 200
_UNASKED: Final = "pressure-half"  # the other half is among what is still missing
_NAMED: Final = 8
_ROOM: Final = 90  # pixels kept free above and below the blank with the focus


class VisitPage(Page):
    """`show_form` begins or goes on, `show_correction` reopens what was stored. `sheet` is None until one is there."""

    kinds: ClassVar[frozenset[str]] = frozenset()
    typing_searches: ClassVar[bool] = False

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.sheet: FormSheet | None = None
        self._form: Form | None = None
        self._person: PersonFacts | None = None
        self._visit: Visit | None = None
        self._started_over: Mapping[str, JsonValue] | None = None
        self._preview = ConclusionPreview()
        self._opening = 0
        self._asking = 0
        self._confirmed: tuple[str, ...] = ()
        self._kept_before: tuple[str, ...] = ()
        self._is_saving = False
        self._keeper = DraftKeeper(self, self.session, self._body)
        self.head = VisitHead(self.session.catalogue)
        self.head.changed.connect(self._changed)
        self.head.day_changed.connect(self._ask_last_time)
        self.head.left.connect(self.focus_first)
        self.head.again.connect(self._start_over)
        self.body.addWidget(self.head)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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

    def show_form(self, resident_id: str, form_code: str, measured: Mapping[str, str] | None = None) -> None:
        """The form for this person, with what was half typed; `measured` comes from the reading bar."""
        self.leave()
        self._empty()
        turn = self._opening

        def opened(found: FormToFill) -> None:
            if turn == self._opening:
                self._open(found, measured or {})

        self.session.ask(
            self,
            opened,
            filling.form_to_fill,
            self.session.catalogue,
            resident_id,
            form_code,
            self.session.today,
        )

    def show_correction(self, visit_id: str) -> None:
        """What was stored, to be put right; day, mode and her own plan stay as they are."""
        self.leave()
        self._empty()
        turn = self._opening

        def opened(found: VisitToCorrect) -> None:
            if turn == self._opening:
                self._open_correction(found)

        self.session.ask(
            self, opened, filling.visit_to_correct, self.session.catalogue, visit_id, self.session.today
        )

    def _empty(self) -> None:
        self._opening += 1
        self._asking += 1
        self._keeper.forget()
        self._pause.stop()
        self._visit, self._person, self._form, self.sheet = None, None, None, None
        self._started_over = None
        self._confirmed, self._kept_before, self._is_saving = (), (), False
        self._scroll.setWidget(QWidget())
        self.head.clear()
        self.box.show_plan({})
        self.box.allow_plan(True)

    def _open(self, found: FormToFill, measured: Mapping[str, str]) -> None:
        resident = found.person.resident
        sheet = self._show_sheet(found.form, found.person)
        self.head.show_visit(resident, found.form, self.session.today)
        sheet.show_last(self._last_time(found))
        self._keeper.watch(resident.id, found.form.code)
        if found.draft is not None:
            self._go_on(found.draft)
        sheet.fill(measured)
        if measured:
            self._keeper.touched()
        self._ask_conclusion()
        sheet.focus_first()

    def _open_correction(self, found: VisitToCorrect) -> None:
        self._visit = found.visit
        self._confirmed = self._kept_before = found.confirmed
        sheet = self._show_sheet(found.form, found.person)
        self.head.show_visit(found.person.resident, found.form, self.session.today, correcting=found.visit)
        sheet.fill_for_correction(LastTime(answers=found.answers, offered=found.answers))
        self.box.allow_plan(False)
        self._ask_conclusion()
        sheet.focus_first()

    def _show_sheet(self, form: Form, person: PersonFacts) -> FormSheet:
        self._form, self._person = form, person
        sheet = self.sheet = FormSheet(form)
        sheet.changed.connect(self._changed)
        sheet.finished.connect(self._at_the_end)
        sheet.refused_section.connect(self._must_be_asked)
        self._scroll.setWidget(sheet)
        return sheet

    def _last_time(self, found: FormToFill) -> LastTime:
        last = found.last
        return LastTime(
            told_on="" if last is None else wording.day(last.served_on, self.session.today),
            answers={} if last is None else last.answers,
            offered=found.offered,
        )

    def _ask_last_time(self) -> None:
        """Another day of service has another last time."""
        day = self.head.served_on()
        if self._person is None or self._form is None or self._visit is not None or day is None:
            return
        turn, sheet = self._opening, self.sheet

        def told(found: FormToFill) -> None:
            if turn == self._opening and sheet is not None:
                sheet.show_last(self._last_time(found))
                self._changed()

        self.session.ask(
            self,
            told,
            filling.form_to_fill,
            self.session.catalogue,
            self._person.resident.id,
            self._form.code,
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
        person, form, thrown = self._person, self._form, self._started_over
        if person is None or form is None:
            return
        if thrown is not None:
            self._started_over = None
            self._restore(thrown)
            self.head.tell_draft("", "")
            self._keeper.touched()
            self._changed()
            return
        body = self._body()
        turn = self._opening

        def opened(found: FormToFill) -> None:
            if turn == self._opening:
                self._open(replace(found, draft=None), {})
                self._started_over = body
                self.head.tell_draft(_("从头填了。"), _("还是接着上次的"))

        def dropped() -> None:
            self.session.ask(
                self,
                opened,
                filling.form_to_fill,
                self.session.catalogue,
                person.resident.id,
                form.code,
                self.session.today,
            )

        self._keeper.drop(dropped)

    def leave(self) -> None:
        try:
            self._keeper.now()
        except Problem as problem:
            self.shell.tell(problem)

    # --- while typing -------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._confirmed = self._kept_before
        if self._visit is None:
            self._keeper.touched()
        self._pause.start()

    def _follow_up(self) -> FollowUpDraft | None:
        """What stands on the page; None while a date on it is none."""
        person, form, sheet, visit = self._person, self._form, self.sheet, self._visit
        plan, served_on = self.box.own_plan(), self.head.served_on()
        if person is None or form is None or sheet is None or served_on is None or plan.is_wrong:
            return None
        draft = FollowUpDraft(
            resident_id=person.resident.id,
            form_code=form.code,
            mode=self.head.mode(),
            answers=sheet.answers(),
            served_on=served_on,
            unchanged_sections=tuple(key for key in _section_keys(form) if key in sheet.unchanged),
            confirmed=self._confirmed,
            own_next_on=plan.next_on,
            own_plan=plan.plan,
            overrule_reason=plan.reason,
        )
        if visit is None:
            return draft
        has_own_day = visit.decision is not None and visit.next_due_on != visit.decision.next_on
        return replace(
            draft,
            own_next_on=visit.next_due_on if has_own_day else None,
            own_plan=visit.own_plan,
            overrule_reason=visit.overrule_reason,
        )

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
        sheet = self.sheet
        if sheet is None:
            return
        self._preview = preview
        sheet.clear_refusals()
        shown = replace(preview, refused=self._ripe(preview.refused), asked=self._ripe(preview.asked))
        if shown.refused is not None:
            sheet.refuse(self._blank_of(shown.refused), problem_text(shown.refused))
        self.box.show_preview(shown, self.session.catalogue, self.session.today, self._label_of)

    def _ripe(self, problem: Problem | None) -> Problem | None:
        """The Problem if it is time to say it."""
        if problem is None or self.sheet is None or problem.code == _UNASKED:
            return None
        return None if self.sheet.has_focus_in(self._blank_of(problem)) else problem

    def _blank_of(self, problem: Problem) -> str:
        """The key of the blank that the Problem is about, empty if it is about none."""
        values, sheet = problem.values, self.sheet
        if "measure" in values or "measures" in values:
            return str(values.get("measure") or values["measures"]).split(",")[0]
        if problem.code == "pressure-swapped":
            return DIASTOLIC
        named = values.get("lacking") or values.get("label")
        return "" if named is None or sheet is None else sheet.key_of_label(str(named))

    def _label_of(self, key: str) -> str:
        field = None if self._form is None else self._form.field(key)
        return key if field is None else _(field.label)

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
        """Asks what saving would say, then once about rare values, once about open blanks; then stores."""
        if self._is_saving or self.sheet is None:
            return
        if self.box.own_plan().is_wrong:
            self.box.refuse_plan()
            return
        draft = self._follow_up()
        if draft is None:
            self.head.refuse_day()
            return
        self._is_saving = True
        self._asking += 1
        self.session.ask_or(
            self,
            lambda preview: self._weigh(draft, preview, may_be_open=False),
            self._not_saved,
            advising.conclusion,
            self.session.catalogue,
            draft,
            self.session.today,
        )

    def _weigh(self, draft: FollowUpDraft, preview: ConclusionPreview, *, may_be_open: bool) -> None:
        self._preview = preview
        self._is_saving = False
        if preview.refused is not None:
            self._not_saved(preview.refused)
        elif preview.asked is not None:
            self._ask_about_rare(draft, preview, preview.asked)
        elif preview.missing and not may_be_open:
            self._ask_about_open(draft, preview)
        else:
            self._store(draft)

    def _ask_about_rare(self, draft: FollowUpDraft, preview: ConclusionPreview, asked: Problem) -> None:
        names = tuple(str(asked.values["measures"]).split(","))

        def keep() -> None:
            self._confirmed = (*draft.confirmed, *names)
            sure = replace(draft, confirmed=self._confirmed)
            self._weigh(sure, replace(preview, asked=None), may_be_open=False)

        self.shell.ask(
            _("这个数少见，量错了没有？"),
            problem_text(asked),
            [
                Choice(_("没错，就这个数"), keep, "primary"),
                Choice(_("回去改"), lambda: self._focus_on(names[0])),
            ],
        )

    def _ask_about_open(self, draft: FollowUpDraft, preview: ConclusionPreview) -> None:
        missing = preview.missing
        named = "、".join(self._label_of(key) for key in missing[:_NAMED])
        values = {"count": len(missing), "named": named}
        text = _("还没问：{named}。没问完不算一次随访，只算联系过；以后可以打开来补。")
        if len(missing) > _NAMED:
            text = _("还没问：{named}等 {count} 项。没问完不算一次随访，只算联系过；以后可以打开来补。")
        self.shell.ask(
            fill(_("还有 {count} 项没问"), values),
            fill(text, values),
            [
                Choice(_("先存着，算没做完"), lambda: self._store(draft)),
                Choice(_("接着填"), lambda: self._focus_on(missing[0]), "primary"),
            ],
        )

    def _store(self, draft: FollowUpDraft) -> None:
        if self._is_saving:
            return
        self._is_saving = True
        if self._visit is None:
            kept = self._keeper.hold()
            self.session.do(self, self._stored, self._not_stored, visiting.add_follow_up, draft, kept)
            return
        self.session.do(
            self,
            self._stored,
            self._not_saved,
            visiting.correct_follow_up,
            self._visit.id,
            draft.answers,
            draft.confirmed,
        )

    def _not_stored(self, problem: Problem) -> None:
        self._keeper.go_on()
        self._not_saved(problem)

    def _not_saved(self, problem: Problem) -> None:
        self._is_saving = False
        key = self._blank_of(problem)
        sheet = self.sheet
        if sheet is not None and key and sheet.refuse(key, problem_text(problem)):
            sheet.focus_on(key)
        else:
            self.shell.tell(problem)

    def _stored(self, changes: Changes[RecordedVisit]) -> None:
        visit, person = changes.value.visit, self._person
        if person is None:
            return
        self._keeper.forget()
        text = saved_text(person.resident.name, visit, self._form, self._told(visit), self.session.today)
        self.shell.saved(
            text,
            correct=lambda: self.shell.correct_visit(visit.id),
            void=lambda reason: self._void(visit.id, reason),
        )
        household_id, resident_id = person.household_id, person.resident.id
        self._empty()
        if household_id is None:
            self.shell.back()
            return
        self.session.ask(
            self,
            lambda family: self.shell.open_family(household_id, _next_in(family) or resident_id),
            viewing.family,
            household_id,
            self.session.today,
        )

    def _told(self, visit: Visit) -> str:
        return self.session.catalogue.label("control_result", visit.control_result)

    def _void(self, visit_id: str, reason: str) -> None:
        self.session.do(
            self,
            lambda _changes: self.shell.notice(_("已作废：刚才那次随访")),
            None,
            visiting.void_visit,
            visit_id,
            reason,
        )

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


def saved_text(name: str, visit: Visit, form: Form | None, result: str, today: date) -> str:
    """李桂英 高血压随访 控制不满意，下次 12月7日 已保存"""
    disease = "" if form is None else _(VALUE_NAMES["disease"].get(form.disease, form.title))
    values = {
        "name": name,
        "disease": disease,
        "result": result if visit.is_complete else _("没做完"),
        "day": "" if visit.next_due_on is None else wording.day(visit.next_due_on, today),
    }
    if visit.next_due_on is None:
        return fill(_("{name} {disease}随访 {result} 已保存"), values)
    return fill(_("{name} {disease}随访 {result}，下次 {day} 已保存"), values)


def _section_keys(form: Form) -> tuple[str, ...]:
    return tuple(section.key for section in form.sections)


def _next_in(family: Family) -> str | None:
    """Whoever of this door has the most urgent thing due today or before."""
    items = [item for member in family.members for item in member.due if item.state in (DUE, OVERDUE)]
    first = min(items, key=lambda item: (item.urgency, item.due_on), default=None)
    return None if first is None else first.resident_id
