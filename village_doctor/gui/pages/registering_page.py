"""登记一户: the door and the people behind it on one page, Enter from field to field; or one more person of a known door.

What is typed is kept as a draft and offered back. A number that somebody carries already leads to that family.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import ClassVar, Final

from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from village_doctor.domain.messages import JsonValue
from village_doctor.domain.people import Household
from village_doctor.domain.problems import Problem
from village_doctor.domain.records import Record
from village_doctor.foundation.clock import date_of
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.draft_keeper import DraftKeeper
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.controls import Button, label
from village_doctor.gui.widgets.door_fields import DoorFields
from village_doctor.gui.widgets.layouts import PlainScroller, WrappingRow
from village_doctor.gui.widgets.member_rows import MemberRows
from village_doctor.services import drafting, wording
from village_doctor.services.before_registering import KnownPerson, Places, places
from village_doctor.services.correcting import void_record, void_registered_household
from village_doctor.services.desk import Changes, Note
from village_doctor.services.drafting import HOUSEHOLD_FORM, Draft
from village_doctor.services.problem_words import problem_text
from village_doctor.services.registering import (
    HouseholdDraft,
    MemberDraft,
    Registered,
    add_resident,
    register_household,
)

_ADDED_FORM: Final = "household_member"
_ROOM_BELOW: Final = 72


class RegisteringPage(Page):
    """`door` and `people` hold what is typed. `offer`: shown while a draft waits to be taken up."""

    kinds: ClassVar[frozenset[str]] = frozenset()
    rail: ClassVar[str] = ""
    typing_searches: ClassVar[bool] = False

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._household_id: str | None = None
        self._draft: Draft | None = None
        self._is_ready = False
        self._is_saving = False
        self._made_hamlet_id: str | None = None
        self._last_focus: QWidget | None = None
        self._keeper = DraftKeeper(self, self.session, self._body)
        self.title = label("", role="heading")
        self.body.addWidget(self.title)
        self.offer = self._make_offer()
        self.body.addWidget(self.offer)
        self._make_form()
        self.show_new()

    def _make_offer(self) -> QFrame:
        offer = QFrame()
        offer.setProperty("kind", "notice")
        column = QVBoxLayout(offer)
        column.setContentsMargins(16, 12, 16, 12)
        self.offer_text = label("", role="strong")
        column.addWidget(self.offer_text)
        row = WrappingRow()
        self.go_on = Button(_("接着写"), kind="primary")
        self.go_on.clicked.connect(self._take_up)
        self.begin_anew = Button(_("不要了，从头写"))
        self.begin_anew.clicked.connect(self._throw_away)
        row.add(self.go_on)
        row.add(self.begin_anew)
        column.addWidget(row)
        offer.hide()
        return offer

    def _make_form(self) -> None:
        self.scroller = PlainScroller()
        inside = QWidget()
        inside.setObjectName("scrolled")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        self.door = DoorFields()
        self.door.changed.connect(self._touched)
        self.people = MemberRows(self.session)
        self.people.changed.connect(self._touched)
        self.people.rearranged.connect(self._order_tabs)
        self.people.known_opened.connect(self._open_known)
        self.door.finished.connect(self.people.focus_first)
        self._column.addWidget(self.door)
        self._column.addWidget(self.people)
        self._column.addStretch()
        self.scroller.setWidget(inside)
        self.body.addWidget(self.scroller, 1)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)
        self.wrong = label("", tone="danger")
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.buttons = WrappingRow()
        self.save_button = Button(_("保存"), kind="primary", key="F2")
        self.save_button.clicked.connect(self.save)
        self.more_button = Button(_("再加一个人"), key="Ctrl+N")
        self.more_button.clicked.connect(self.people.one_more)
        self.people.finished.connect(self.save_button.setFocus)
        self.buttons.add(self.save_button)
        self.buttons.add(self.more_button)
        self.body.addWidget(self.buttons)
        self.body.addStretch()

    # --- what the window asks -----------------------------------------------------------------------

    def show_new(self, household_id: None = None) -> None:
        """A new household, empty; a draft of one is offered back."""
        self._begin(household_id, _("登记一户"), HOUSEHOLD_FORM)

    def show_add(self, household_id: str) -> None:
        """One more person of this household."""
        self._begin(household_id, _("给这一家添一个人"), f"{_ADDED_FORM}:{household_id}")

    def _begin(self, household_id: str | None, title: str, form_code: str) -> None:
        self._household_id = household_id
        self._form_code = form_code
        self._is_ready = False
        self._is_saving = False
        self._draft = None
        self.title.setText(title)
        self._keeper.forget()
        self._last_focus = None
        self._empty()
        self.offer.hide()
        self.scroller.hide()
        self.buttons.hide()

    def refresh(self) -> None:
        """Asks for the hamlets and for a draft, unless something is being typed already."""
        if not self._is_ready:
            self.session.ask(self, self._show_places, places)
            self._keeper.when_kept(
                lambda: self.session.ask(self, self._show_draft, drafting.draft_of, "", self._form_code)
            )

    def hints(self) -> Sequence[Hint]:
        return (("Enter", _("下一格")), ("F2", _("保存")), ("Esc", _("回去，写到一半的留着")))

    def focus_first(self) -> None:
        """Where she was, else the beginning; nowhere while it is not known yet whether there is a draft."""
        if self.offer.isVisibleTo(self):
            self.go_on.setFocus()
        elif self._last_focus is not None and isValid(self._last_focus):
            self._last_focus.setFocus()
        elif self._household_id is None:
            self.door.focus_first()
        else:
            self.people.focus_first()

    def leave(self) -> None:
        self._last_focus = self.focusWidget()
        self._keeper.now()

    # --- drafts -------------------------------------------------------------------------------------

    def _show_places(self, found: Places) -> None:
        made, self._made_hamlet_id = self._made_hamlet_id, None
        self.door.show_places(found, made)
        self._order_tabs()

    def _show_draft(self, draft: Draft | None) -> None:
        self._draft = draft
        if draft is None:
            self._ready()
            return
        instant = draft.typed_at
        day, today = date_of(instant), self.session.today
        ago = (today - day).days
        told = {0: _("今天"), 1: _("昨天")}.get(ago, wording.day(day, today))
        clock = wording.day_and_time(instant).rpartition(" ")[2]
        values = {"day": told, "time": clock}
        if self._household_id is None:
            text = fill(_("{day} {time} 写到一半的一户，接着写？"), values)
        else:
            text = fill(_("{day} {time} 写到一半的一个人，接着写？"), values)
        self.offer_text.setText(text)
        self._show_form(is_shown=False)
        self.go_on.setFocus()

    def _take_up(self) -> None:
        if self._draft is not None:
            door, people = self._draft.body.get("door"), self._draft.body.get("people")
            if isinstance(door, Mapping):
                self.door.restore(door)
            self.people.restore(people if isinstance(people, list) else [])
        self._ready()
        if not self.people.is_empty:
            self.people.rows[-1].focus_first()

    def _throw_away(self) -> None:
        self._draft = None
        self._empty()
        self._keeper.watch("", self._form_code)
        self._keeper.drop(self._ready)

    def _ready(self) -> None:
        """From now on what is typed is kept."""
        self._is_ready = True
        self._keeper.watch("", self._form_code)
        self._show_form(is_shown=True)
        self.focus_first()

    def _show_form(self, *, is_shown: bool) -> None:
        self.offer.setVisible(not is_shown)
        self.scroller.setVisible(is_shown)
        self.buttons.setVisible(is_shown)
        self.door.setVisible(self._household_id is None)

    def _body(self) -> Mapping[str, JsonValue]:
        return {"door": self.door.body(), "people": self.people.body()}

    def _touched(self) -> None:
        self.wrong.hide()
        if self._is_ready and not (self.door.is_empty and self.people.is_empty):
            self._keeper.touched()

    def _empty(self) -> None:
        """The hamlet stays: who registers one door goes on with the next."""
        self.door.restore({"hamlet": self.door.hamlet.value(), "village": self.door.village.value()})
        self.people.start(is_household=self._household_id is None)
        self.more_button.setVisible(self._household_id is None)
        self.wrong.hide()

    # --- focus --------------------------------------------------------------------------------------

    def _order_tabs(self) -> None:
        """Tab goes from top to bottom, whatever was made later."""
        fields = (*self.door.fields(), *self.people.fields(), self.save_button, self.more_button)
        for before, after in pairwise(fields):
            QWidget.setTabOrder(before, after)

    def _follow_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Whatever has the focus is on the screen."""
        if now is not None and self.scroller.isAncestorOf(now):
            self._column.activate()
            self.scroller.ensureWidgetVisible(now, 0, _ROOM_BELOW)

    def _open_known(self, known: KnownPerson) -> None:
        if known.household is not None:
            self.shell.open_family(known.household.id, known.resident.id)

    # --- saving -------------------------------------------------------------------------------------

    def save(self) -> None:
        """Checks every field, saves the whole household in one act, then opens the family."""
        if self._is_saving or not self._is_ready:
            return
        self.wrong.hide()
        is_sound = self._household_id is not None or self.door.is_sound()
        people = self.people.drafts()
        if not is_sound or people is None:
            self._say_wrong(_("有几格要改一下，已经标出来了。还没有保存。"))
            self._to_first_wrong()
            return
        self._is_saving = True
        if self._household_id is not None:
            household_id = self._household_id
            self.session.do(
                self,
                lambda changes: self._saved(household_id, changes.value.id, people, changes.notes),
                self._refused,
                add_resident,
                household_id,
                people[0],
                self._keeper.hold(),
            )
        else:
            self._register(people)

    def _register(self, people: list[MemberDraft]) -> None:
        hamlet, door = self.door.chosen_hamlet, self.door
        draft = HouseholdDraft(
            members=tuple(people),
            village_id=door.village_id,
            hamlet_id=hamlet.id if hamlet is not None else None,
            new_hamlet=door.new_hamlet,
            door_number=door.text_of(door.door),
            landmark=door.text_of(door.landmark),
            phone=door.text_of(door.phone),
            phone_whose=door.text_of(door.whose),
        )
        self.session.do(
            self,
            partial(self._registered, people),
            self._refused,
            register_household,
            draft,
            self._keeper.hold(),
        )

    def _registered(self, people: list[MemberDraft], changes: Changes[Registered]) -> None:
        made = changes.value
        if "hamlet" in changes.kinds:
            self._made_hamlet_id = made.household.hamlet_id
        self._saved(made.household.id, made.residents[0].id, people, changes.notes)

    def _saved(
        self, household_id: str, resident_id: str, people: list[MemberDraft], notes: Sequence[Note]
    ) -> None:
        """Opens the family; from there the way back leads to where she came from, not into an empty form."""
        is_new = self._household_id is None
        values = {"name": people[0].name, "count": len(people)}
        told = _("{name}家 {count} 人 已保存") if is_new else _("{name} 已保存")
        was_seen = self.isVisible()
        self._begin(None, _("登记一户"), HOUSEHOLD_FORM)
        if was_seen:
            self.shell.back()
            self.shell.open_family(household_id, resident_id)
        self.shell.saved(
            fill(told, values),
            correct=partial(self.shell.correct_person, resident_id),
            void=partial(self._void, household_id) if is_new else partial(self._void_person, resident_id),
        )
        if notes:
            self.shell.notice(" ".join(wording.note(one) for one in notes))

    def _void(self, household_id: str, reason: str) -> None:
        self.session.do(self, self._was_voided, None, void_registered_household, household_id, reason)

    def _void_person(self, resident_id: str, reason: str) -> None:
        self.session.do(self, self._was_voided, None, void_record, "resident", resident_id, reason)

    def _was_voided(self, changes: Changes[tuple[Record, ...]]) -> None:
        gone = changes.value[0]
        if isinstance(gone, Household):
            self.shell.go("residents")
            self.shell.saved(_("已作废：刚才登记的一户"))
        else:
            self.shell.saved(_("已作废：刚才添的人"))

    def _refused(self, problem: Problem) -> None:
        self._is_saving = False
        self._keeper.go_on()
        if self.door.refuse(problem):
            return
        self._say_wrong(problem_text(problem))

    def _say_wrong(self, text: str) -> None:
        self.wrong.setText(f"▲ {text}")
        self.wrong.show()

    def _to_first_wrong(self) -> None:
        for part in (*self.door.parts.values(), *self.people.parts()):
            if part.wrong.text():
                part.field.setFocus()
                return
