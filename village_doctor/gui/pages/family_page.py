"""一家人: who lives behind this door, how are they, what do we owe them? A card for each, below it what happened.

Arrow keys walk between people; the letters on a card act on the person whose card has the focus.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from village_doctor.domain.contract_rules import STATE_NAMES
from village_doctor.domain.contracts import ACTIVE, state_on
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.packages import PROOF_BLOOD_PRESSURE, PROOF_FASTING_GLUCOSE
from village_doctor.domain.people import Phone
from village_doctor.domain.readings import BLOOD_PRESSURE, GLUCOSE
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.draft_keeper import DraftKeeper
from village_doctor.gui.shell import Choice, Hint, Page, Shell
from village_doctor.gui.widgets.card_grid import CardGrid
from village_doctor.gui.widgets.change_panels import AskingPanel, ChangePanel
from village_doctor.gui.widgets.controls import Button, hide_quietly, label
from village_doctor.gui.widgets.layouts import PlainScroller
from village_doctor.gui.widgets.person_card import ARROWS, Command, PersonCard
from village_doctor.gui.widgets.person_panels import FactsPanel, PersonPanel
from village_doctor.services import printing_papers, wording
from village_doctor.services.family_story import (
    FamilyStory,
    PersonStory,
    family_story,
    has_unnamed_form,
    referral_of,
)
from village_doctor.services.looking_back import HistoryEntry

HISTORY_AT_FIRST: Final = 12
_MEASURED: Final[Mapping[str, str]] = {PROOF_BLOOD_PRESSURE: BLOOD_PRESSURE, PROOF_FASTING_GLUCOSE: GLUCOSE}


class FamilyPage(Page):
    """`cards`: one for each who lives here. `panel`: the one that is open over them, if any."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {
            "household", "household_membership", "resident", "phone", "condition", "absence", "reading", "visit",
            "referral", "contract", "contract_member",
        }
    )  # fmt: skip
    rail: ClassVar[str] = ""
    typing_searches: ClassVar[bool] = False  # letters are commands of the focused card

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._household_id: str | None = None
        self._resident_id: str | None = None
        self._wants_focus = False
        self._to_correct: str | None = None
        self._shows_all = False
        self.story: FamilyStory | None = None
        self.cards: list[PersonCard] = []
        self.panel: PersonPanel | None = None
        self._keeper = DraftKeeper(self, self.session, self._typed)
        self._make_head()
        self._make_scrolled()

    def _make_head(self) -> None:
        self.title = label("", role="heading")
        self.phone = label("", role="heading")
        self.contract = label("")
        self.remark = label("", tone=theme.DUE)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(24)
        for one in (self.title, self.phone):
            one.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        first.addWidget(self.title)
        first.addWidget(self.phone, 1)
        second.setSpacing(8)
        second.addWidget(self.contract, 1)
        self.buttons: dict[str, Button] = {}
        for key, text, act in (
            ("Ctrl+N", _("添人"), self._add_person),
            ("F4", _("签约"), self._open_contract),
            ("Ctrl+P", _("打印"), self._print),
        ):
            button = Button(text, key=key)
            button.clicked.connect(act)
            self.buttons[key] = button
            second.addWidget(button)
        self.body.addLayout(first)
        self.body.addWidget(self.remark)
        self.body.addLayout(second)

    def _make_scrolled(self) -> None:
        self.scroller = PlainScroller()
        self._inside = QWidget()
        self._inside.setObjectName("scrolled")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        self._grid = CardGrid()
        self._column.addWidget(self._grid)
        self.gone = label("", tone=theme.QUIET)
        self._column.addWidget(self.gone)
        self._history = QFrame()
        self._column.addWidget(self._history)
        self._column.addStretch()
        self.scroller.setWidget(self._inside)
        # The reading bar takes room away, and new cards have their places only now.
        self.scroller.verticalScrollBar().rangeChanged.connect(self._bring_into_sight)
        self.body.addWidget(self.scroller, 1)

    # --- what the window asks -----------------------------------------------------------------------

    @property
    def resident_id(self) -> str | None:
        """The person whose card has, or last had, the focus; None while her family is not here yet, and where whoever
        was wanted has no card: no key may act on somebody else then."""
        return None if self._card_of(self._resident_id) is None else self._resident_id

    def show_family(self, household_id: str, resident_id: str | None = None) -> None:
        """The family to show from the next refresh on, with that person's card in focus."""
        self._close_panel()
        if household_id != self._household_id:
            self._clear()
        self._household_id = household_id
        self._resident_id = resident_id
        self._to_correct = None
        self._wants_focus = True

    def _clear(self) -> None:
        """Nothing of the family before stays to be read or pressed while the next one is looked up."""
        self.story = None
        self._shows_all = False
        self._show_cards([])
        for one in (self.title, self.phone, self.contract, self.remark, self.gone):
            one.setText("")
        self.remark.hide()
        self.gone.hide()
        hide_quietly(self._history)

    def correct_next(self, resident_id: str) -> None:
        """Opens 改资料 for this person as soon as her family is shown."""
        self._to_correct = resident_id

    def refresh(self) -> None:
        if self._household_id is not None:
            self.session.ask(
                self,
                self._show,
                family_story,
                self.session.catalogue,
                self._household_id,
                self.session.today,
                self.session.workplace.actor,
            )

    def hints(self) -> Sequence[Hint]:
        return (("← →", _("换个人")), ("B G F", _("量血压 血糖 随访")), ("Esc", _("回去")))

    def focus_first(self) -> None:
        if self.panel is not None:
            self.panel.focus_first()
            return
        if self.story is None or self._wants_focus:
            self._wants_focus = True
            self.setFocus()
            return
        card = self._card_of(self._resident_id) if self._resident_id else next(iter(self.cards), None)
        (card or self).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Where nobody's card has the focus, an arrow begins with the first."""
        if event.key() in ARROWS and self.hasFocus() and self.cards:
            self.cards[0].setFocus()
        else:
            super().keyPressEvent(event)

    def go_back(self) -> bool:
        if self.panel is None:
            return False
        if self.panel.typed():
            self.shell.notice(_("没写完的留着，再打开就在。"))
        self._end_panel()
        return True

    def leave(self) -> None:
        self._keeper.now()

    # --- what is shown ------------------------------------------------------------------------------

    def _show(self, story: FamilyStory) -> None:
        if story.family.household.id != self._household_id:
            return  # another family was asked for meanwhile
        self.story = story
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self._inside.isAncestorOf(focus)
        self._show_head(story)
        self._show_cards([self._card(one) for one in story.people])
        told = "　".join(one.name + wording.gone(one, story.family.on) for one in story.gone)
        self.gone.setText(fill(_("不在了的：{people}"), {"people": told}) if told else "")
        self.gone.setVisible(bool(told))
        self._show_history()
        if (had_focus or self._wants_focus) and self.panel is None:
            self._wants_focus = False
            self.focus_first()
        person, self._to_correct = self._to_correct, None
        card = self._card_of(person)
        if card is not None:
            self._correct_facts(card.story)
        self.shell.show_hints()

    def _show_cards(self, cards: list[PersonCard]) -> None:
        """In place of those before; where one of those has the focus it goes to the page: Qt would hand it on and on."""
        if any(card.hasFocus() for card in self.cards):
            self.setFocus()
        self.cards = cards
        self._grid.show_cards(cards)

    def _show_head(self, story: FamilyStory) -> None:
        family = story.family
        title = wording.door(family.household, family.hamlet)
        if family.head is not None:
            title = fill(_("{door}　{name}家"), {"door": title, "name": family.head.name})
        self.title.setText(title)
        phones = family.phones or tuple(
            _named(phone, one) for one in story.people for phone in one.member.phones
        )
        self.phone.setText(fill(_("电话 {phones}"), {"phones": wording.phones(phones)}) if phones else "")
        self.phone.setVisible(bool(phones))
        self.contract.setText(self._contract_words(story))
        wanted = (one for one in story.gone if one.id == self._resident_id)
        remarks = [one.name + wording.gone(one, family.on) for one in wanted]
        remarks.append(family.household.note or "")
        until = family.household.not_visited_until
        if until is not None and family.on < until:
            remarks.append(fill(_("先不上门，到 {day}"), {"day": wording.day(until, family.on)}))
        told = "　".join(one for one in remarks if one)
        self.remark.setText(f"{theme.MARKS[theme.DUE]} {told}")
        self.remark.setVisible(bool(told))

    def _contract_words(self, story: FamilyStory) -> str:
        signed, on = story.signed, story.family.on
        if signed is None:
            return _("还没签约")
        contract = signed.contract
        values = {"first": f"{contract.starts_on}", "last": f"{contract.ends_on}"}
        if not signed.is_running:
            state = _(STATE_NAMES[state_on(contract, on)])
            return fill(_("签约 {first} — {last}　{state}"), {**values, "state": state})
        told = fill(_("签约 {first} — {last}"), values)
        told += fill(_("　应做 {owed}　已做 {done}"), {"owed": signed.owed, "done": signed.done})
        if signed.next_on is not None:
            told += fill(_("　下次 {day}"), {"day": wording.day(signed.next_on, on)})
        return told

    def _card(self, story: PersonStory) -> PersonCard:
        card = PersonCard(story, self.session.catalogue, self.session.today, self._commands(story))
        card.opened.connect(partial(self._do_most_urgent, story))
        card.focused.connect(partial(self._note_focus, card))
        card.walked.connect(partial(self._walk, card))
        return card

    def _commands(self, story: PersonStory) -> dict[str, Command]:
        who = story.resident.id
        commands = [
            Command("B", _("量血压"), partial(self.shell.open_reading, who, BLOOD_PRESSURE)),
            Command("G", _("血糖"), partial(self.shell.open_reading, who, GLUCOSE)),
        ]
        if story.form_codes:
            commands.append(Command("F", _("随访"), partial(self._follow_up, story)))
        elif any(has_unnamed_form(one, self.session.catalogue) for one in story.member.due):
            commands.append(Command("F", _("随访"), self._say_where_to_write))
        referral = next((one for one in map(referral_of, story.member.due) if one is not None), None)
        if referral is not None:
            commands.append(Command("R", _("问转诊"), partial(self._ask_referral, story, referral)))
        commands.append(Command("L", _("健康教育页"), partial(self._leaflet, who)))
        commands.append(Command("Ctrl+E", _("改资料"), partial(self._correct_facts, story)))
        commands.append(Command("Ctrl+M", _("变动"), partial(self._change, story)))
        return {one.key: one for one in commands}

    def _show_history(self) -> None:
        story = self.story
        if story is None:
            return
        self._column.removeWidget(self._history)
        hide_quietly(self._history)
        self._history.deleteLater()
        self._history = QFrame()
        self._history.setProperty("kind", "panel")
        lines = QGridLayout(self._history)
        lines.setContentsMargins(16, 8, 16, 8)
        lines.setHorizontalSpacing(16)
        lines.setVerticalSpacing(4)
        lines.setColumnStretch(2, 1)
        shown = story.history if self._shows_all else story.history[:HISTORY_AT_FIRST]
        for at, entry in enumerate(shown):
            self._add_line(lines, at, entry)
        if len(shown) < len(story.history):
            more = Button(_("更早的也拿来看"), kind="link")
            more.clicked.connect(self._show_all)
            lines.addWidget(more, len(shown), 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        if not story.history:
            lines.addWidget(
                label(_("还没有记录。量一次血压（B），这里就有了。"), tone=theme.QUIET), 0, 0, 1, 3
            )
        self._column.insertWidget(self._column.count() - 1, self._history)

    def _add_line(self, lines: QGridLayout, at: int, entry: HistoryEntry) -> None:
        day = wording.day(entry.on, self.session.today)
        mark = f"{theme.MARKS[entry.tone]} " if entry.tone else ""
        lines.addWidget(label(day, tone=theme.QUIET, wraps=False), at, 0, Qt.AlignmentFlag.AlignTop)
        lines.addWidget(label(entry.resident.name, wraps=False), at, 1, Qt.AlignmentFlag.AlignTop)
        lines.addWidget(label(f"{mark}{entry.text}", tone=entry.tone), at, 2)

    def _show_all(self) -> None:
        self._shows_all = True
        self._show_history()
        self.focus_first()

    # --- walking ------------------------------------------------------------------------------------

    def _card_of(self, resident_id: str | None) -> PersonCard | None:
        return next((card for card in self.cards if card.story.resident.id == resident_id), None)

    def _note_focus(self, card: PersonCard) -> None:
        self._resident_id = card.story.resident.id
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        """The whole card; of one that is higher than its place the top, where the newest values stand."""
        card = self._card_of(self._resident_id)
        if card is None or self.panel is not None or not self._inside.isAncestorOf(card):
            return
        if card.height() > self.scroller.viewport().height():
            top = card.mapTo(self._inside, QPoint(0, 0)).y()
            self.scroller.verticalScrollBar().setValue(top)
        else:
            self.scroller.ensureWidgetVisible(card, 0, 8)

    def _walk(self, card: PersonCard, arrow: str) -> None:
        self.cards[self._grid.step(self.cards.index(card), arrow)].setFocus()

    # --- what a card can do -------------------------------------------------------------------------

    def _do_most_urgent(self, story: PersonStory) -> None:
        """Enter: what is due and most urgent; with nothing due the blood pressure."""
        item = story.most_urgent
        referral = referral_of(item) if item is not None else None
        if referral is not None:
            self._ask_referral(story, referral)
            return
        for code in story.form_codes:
            if item is not None and item.item in self.session.catalogue.forms[code].proves:
                self.shell.open_form(story.resident.id, code)
                return
        if item is not None and has_unnamed_form(item, self.session.catalogue):
            self._say_where_to_write()
            return
        kind = _MEASURED.get(item.item, BLOOD_PRESSURE) if item is not None else BLOOD_PRESSURE
        self.shell.open_reading(story.resident.id, kind)

    def _say_where_to_write(self) -> None:
        self.shell.notice(
            _("这次随访窗口里还填不了，请先记在纸上；关掉窗口后用命令 village-doctor visit add 录入。")
        )

    def _follow_up(self, story: PersonStory) -> None:
        who, codes = story.resident.id, story.form_codes
        if len(codes) == 1:
            self.shell.open_form(who, codes[0])
            return
        choices = [Choice(self._form_name(code), partial(self.shell.open_form, who, code)) for code in codes]
        choices.append(Choice(_("先不做"), self.focus_first))
        self.shell.ask(_("做哪一种？"), story.resident.name, choices)

    def _form_name(self, code: str) -> str:
        return wording.form_name(self.session.catalogue.forms[code])

    def _leaflet(self, resident_id: str) -> None:
        self.shell.open_preview(partial(printing_papers.leaflet, resident_id=resident_id))

    def _ask_referral(self, story: PersonStory, referral_id: str) -> None:
        self._open_panel(AskingPanel(self.shell, self._keeper, story.resident, referral_id))

    def _correct_facts(self, story: PersonStory) -> None:
        self._open_panel(FactsPanel(self.shell, self._keeper, story.resident, story.member.phones))

    def _change(self, story: PersonStory) -> None:
        member = story.member.membership
        self._open_panel(
            ChangePanel(
                self.shell,
                self._keeper,
                story.resident,
                member.household_id,
                is_away=story.away is not None,
                is_head=member.is_head,
            )
        )

    def _open_panel(self, panel: PersonPanel) -> None:
        self._close_panel()
        self.panel = panel
        panel.closed.connect(self._end_panel)
        panel.take_up()
        self._column.insertWidget(0, panel)
        self.scroller.verticalScrollBar().setValue(0)
        panel.focus_first()

    def _typed(self) -> Mapping[str, JsonValue]:
        return {} if self.panel is None else self.panel.typed()

    def _end_panel(self) -> None:
        self._close_panel()
        self.focus_first()

    def _close_panel(self) -> None:
        """What is typed in it stays as a draft."""
        if self.panel is not None:
            self._keeper.now()
            self._keeper.forget()
            self._column.removeWidget(self.panel)
            hide_quietly(self.panel)
            self.panel.deleteLater()
            self.panel = None

    # --- what the page can do -----------------------------------------------------------------------

    def _add_person(self) -> None:
        if self._household_id is not None:
            self.shell.open_adding(self._household_id)

    def _open_contract(self) -> None:
        if self._household_id is not None:
            self.shell.open_contract(self._household_id)

    def _print(self) -> None:
        if self.story is None:
            return
        signed = self.story.signed
        if signed is None:
            self.shell.notice(_("这家还没签约，没有协议可打。健康教育页在每个人的卡片上按 L。"))
            return
        contract = signed.contract
        choices = [Choice(_("协议"), partial(self._preview_agreement, contract.id), "primary")]
        if state_on(contract, self.session.today) == ACTIVE:
            choices.append(Choice(_("签约卡"), partial(self._preview_cards, contract.id)))
        choices.append(Choice(_("不打了"), self.focus_first))
        self.shell.ask(_("打印什么？"), _("先给你看，再打。"), choices)

    def _preview_agreement(self, contract_id: str) -> None:
        self.shell.open_preview(partial(printing_papers.agreement, contract_id=contract_id))

    def _preview_cards(self, contract_id: str) -> None:
        self.shell.open_preview(partial(printing_papers.cards, contract_id=contract_id))


def _named(phone: Phone, one: PersonStory) -> Phone:
    """A person's own number, with whose it is."""
    return Phone(id=phone.id, number=phone.number, whose=phone.whose or one.resident.name)
