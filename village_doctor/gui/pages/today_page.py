"""今日: whom do I visit today, and why? Doors as cards, the most urgent first, eight of them; the rest on one key.

Three tabs by how (上门 · 等他来 · 打电话); chips say how many of each kind. What was left half typed stands on top.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from village_doctor.domain.due import Door, DueItem, doors
from village_doctor.domain.due_urgency import URGENT_AGAIN
from village_doctor.domain.duties.reasons import VALUE_NAMES
from village_doctor.domain.forms import Form
from village_doctor.domain.fulfilment.matching import CLINIC, HOME, OVERDUE, PHONE
from village_doctor.domain.messages import N_
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.controls import Button, Card, label
from village_doctor.gui.widgets.layouts import Scroller, WrappingRow
from village_doctor.services import planning, wording
from village_doctor.services.drafting import Draft
from village_doctor.services.planning import Today

DOORS_A_DAY: Final = 8
_TABS: Final = ((HOME, N_("上门")), (CLINIC, N_("等他来")), (PHONE, N_("打电话")))


class TodayPage(Page):
    """`doors`: the cards of the tab that is shown, in order."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {
            "form_draft",
            "visit",
            "reading",
            "referral",
            "contract",
            "contract_member",
            "resident",
            "household",
            "condition",
            "absence",
        }
    )
    rail: ClassVar[str] = "today"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._view: Today | None = None
        self._how = HOME
        self._most = DOORS_A_DAY
        self.doors: list[Card] = []
        self.draft_cards: list[Card] = []
        top = QHBoxLayout()
        tabs = WrappingRow(gap=8)
        self.tabs: dict[str, Button] = {}
        for how, text in _TABS:
            tab = Button(_(text), kind="tab")
            tab.setCheckable(True)
            tab.clicked.connect(lambda _checked=False, chosen=how: self.show_tab(chosen))
            self.tabs[how] = tab
            tabs.add(tab)
        self.chips = label("", role="note", tone="quiet", wraps=False)
        self.chips.setMinimumHeight(theme.CONTROL_HEIGHT)
        tabs.add(self.chips)
        self._tab_row = tabs
        top.addWidget(tabs)
        self.body.addLayout(top)
        self._scroll = Scroller()
        self.body.addWidget(self._scroll, 1)
        self._list = QWidget()

    def refresh(self) -> None:
        self.session.ask(
            self,
            self._show,
            planning.today_list,
            self.session.catalogue,
            self.session.today,
            self.session.workplace.actor,
        )

    def hints(self) -> Sequence[Hint]:
        return (_("Enter"), _("打开这一户")), ("↑ ↓", _("选")), ("Ctrl+K", _("找人"))

    def focus_first(self) -> None:
        first = next(iter([*self.draft_cards, *self.doors]), None)
        (first or self).setFocus()

    # --- what is shown ------------------------------------------------------------------------------

    def show_tab(self, how: str) -> None:
        self._how = how
        self._most = DOORS_A_DAY
        self._fill()
        self.focus_first()

    def _show(self, view: Today) -> None:
        if self._view is None:  # the first tab that has something in it
            self._how = next((how for how, _text in _TABS if self._doors_of(view, how)), HOME)
        self._view = view
        self._fill()

    def _fill(self) -> None:
        view = self._view
        if view is None:
            return
        at = next((n for n, card in enumerate(self.doors) if card.hasFocus()), None)
        by_how = {how: self._doors_of(view, how) for how, _text in _TABS}
        for how, text in _TABS:
            self.tabs[how].setText(f"{_(text)} {len(by_how[how])}")
            self.tabs[how].setChecked(how == self._how)
        self._show_chips(view)
        self._list = QWidget()
        self._list.setObjectName("scrolled")
        column = QVBoxLayout(self._list)
        column.setContentsMargins(2, 2, 8, 2)
        column.setSpacing(8)
        self.doors = []
        self.draft_cards = [self._draft_card(view, draft) for draft in view.drafts]
        if view.half_registered is not None:
            self.draft_cards.append(self._registering_card(view.half_registered))
        for card in self.draft_cards:
            column.addWidget(card)
        shown = by_how[self._how]
        for door in shown[: self._most]:
            card = self._door_card(view, door)
            self.doors.append(card)
            column.addWidget(card)
        if len(shown) > self._most:
            later = fill(_("往后还有 {count} 户，也拿来看"), {"count": len(shown) - self._most})
            more = Button(later, kind="link")
            more.clicked.connect(self._show_more)
            column.addWidget(more)
        if not shown:
            column.addWidget(label(self._nothing(view), tone="quiet"))
        column.addStretch()
        self._scroll.setWidget(self._list)
        if at is not None and self.doors:
            self.doors[min(at, len(self.doors) - 1)].setFocus()
        elif self.hasFocus():
            self.focus_first()

    def _doors_of(self, view: Today, how: str) -> tuple[Door, ...]:
        items = [one for one in view.due.items if one.mode_hint == how]
        found = doors(items, view.due.households, view.due.on, view.due.hamlets)
        return tuple(door for door in found if not door.is_silenced)

    def _show_chips(self, view: Today) -> None:
        urgent = sum(_tone(one) == theme.DANGER for one in view.due.items)
        counts = [fill(_("▲ 紧要 {count}"), {"count": urgent})] if urgent else []
        for disease, name in VALUE_NAMES["disease"].items():
            count = sum(
                one.item.endswith(f":{disease}") and one.group not in PROTECTED_GROUPS
                for one in view.due.items
            )
            if count:
                counts.append(f"{_(name)} {count}")
        self.chips.setText("　".join(counts))
        self._tab_row.arrange()

    def _nothing(self, view: Today) -> str:
        if not view.due.items and not view.has_people:
            return _("还没有人。先到“居民”里登记第一户：按 Alt+2，再按 Ctrl+N。")
        first = min(view.later.items, key=lambda item: item.due_on, default=None) if view.later else None
        if first is not None and view.later is not None:
            values = {
                "person": wording.person(view.later.residents[first.resident_id], view.due.on),
                "item": wording.due_item(first, view.due.on, says_how=False, is_shared=True),
            }
            return fill(_("今天没有该看的人。最早的一件：{person}　{item}。"), values)
        if not view.due.items:
            return _("今天没有该看的人。")
        return _("这一栏今天没有。")

    def _show_more(self) -> None:
        at = self._most
        self._most += 3 * DOORS_A_DAY
        self._fill()
        if at < len(self.doors):
            self.doors[at].setFocus()

    # --- a door -------------------------------------------------------------------------------------

    def _door_card(self, view: Today, door: Door) -> Card:
        due = view.due
        household = due.households.get(door.household_id or "")
        hamlet = due.hamlets.get(household.hamlet_id or "") if household else None
        place = wording.door(household, hamlet)
        head = due.heads.get(door.household_id or "")
        title = fill(_("{door}  {name}家"), {"door": place, "name": head}) if head else place
        card = Card(title)
        tone = _tone(door.items[0])
        is_urgent = tone == theme.DANGER
        marked = f"{theme.MARKS[tone]} {title}" if is_urgent else title
        card.body.addWidget(label(marked, role="strong", tone=tone if is_urgent else ""))
        for resident_id in dict.fromkeys(item.resident_id for item in door.items):
            items = [item for item in door.items if item.resident_id == resident_id]
            self._add_person(card, view, resident_id, items)
        first = door.items[0].resident_id
        if door.household_id is not None:
            card.opened.connect(lambda: self.shell.open_family(door.household_id or "", first))
        card.focused.connect(lambda: self._scroll.ensureWidgetVisible(card, 0, 16))
        return card

    def _add_person(self, card: Card, view: Today, resident_id: str, items: Sequence[DueItem]) -> None:
        due = view.due
        row = QVBoxLayout()
        row.setContentsMargins(24, 4, 0, 0)
        row.setSpacing(2)
        name = wording.person(due.residents[resident_id], due.on)
        phones = wording.phones(due.phones.get(resident_id, ())) if self._how == PHONE else ""
        last = [
            fill(
                _("{reading}（{day}）"),
                {
                    "reading": wording.reading(one, self.session.catalogue.limits),
                    "day": wording.reading_day(one, due.on),
                },
            )
            for one in view.last.get(resident_id, ())[:2]
        ]
        told = "　".join(part for part in (name, phones, *last) if part)
        row.addWidget(label(told))
        for item in items:
            line = wording.due_item(item, due.on, says_how=False, is_shared=True)
            row.addWidget(label(f"{theme.MARKS.get(_tone(item), '')} {line}", tone=_tone(item)))
            if item.reasons and item.group not in PROTECTED_GROUPS:
                row.addWidget(label(wording.duty(item.reasons[0])[0], role="note", tone="quiet"))
        card.body.addLayout(row)

    def _draft_card(self, view: Today, draft: Draft) -> Card:
        form = self.session.catalogue.forms.get(draft.form_code)
        values = {
            "name": view.due.residents[draft.resident_id].name,
            "form": self._form_name(form) if form is not None else draft.form_code,
            "when": wording.day_and_time(draft.typed_at),
        }
        card = _reminder(fill(_("没填完：{name}　{form}（{when}）。按 Enter 接着填。"), values))
        card.opened.connect(lambda: self.shell.open_form(draft.resident_id, draft.form_code))
        return card

    def _form_name(self, form: Form) -> str:
        """As on its own page; the forms of protected groups are not named where others may look on."""
        return _("随访") if form.group in PROTECTED_GROUPS else wording.form_name(form)

    def _registering_card(self, draft: Draft) -> Card:
        when = {"when": wording.day_and_time(draft.typed_at)}
        card = _reminder(fill(_("有一户登记到一半（{when}）。按 Enter 接着写。"), when))
        card.opened.connect(self.shell.open_registering)
        return card

    # --- keys ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            tab = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
            if tab is None:
                super().keyPressEvent(event)
            else:
                order = [how for how, _text in _TABS]
                self.show_tab(order[(order.index(self._how) + tab) % len(order)])
            return
        cards = [*self.draft_cards, *self.doors]
        if not cards:
            return
        at = next((n for n, card in enumerate(cards) if card.hasFocus()), -step if step > 0 else 0)
        at = max(0, min(len(cards) - 1, at + step))
        if at == len(cards) - 1 and cards[at].hasFocus() and step > 0:
            self._show_more()
        else:
            cards[at].setFocus()


def _tone(item: DueItem) -> str:
    if item.urgency <= URGENT_AGAIN:
        return theme.DANGER if item.urgency < URGENT_AGAIN else theme.DUE
    return theme.DUE if item.state == OVERDUE else ""


def _reminder(text: str) -> Card:
    card = Card(text)
    card.body.addWidget(label(f"● {text}", tone=theme.DUE))
    return card
