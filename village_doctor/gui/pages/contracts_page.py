"""Contracts: which sheets are out for signature, which run out soon, and which doors are not signed yet and why one should.

Three lists behind three tabs, one at a time; arrows walk, Enter opens the household's contract.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from village_doctor.domain.contracts import AWAITING_SIGNATURE, runs_until
from village_doctor.domain.messages import N_
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.controls import Button, label
from village_doctor.gui.widgets.layouts import WrappingRow
from village_doctor.gui.widgets.two_line_list import TwoLineList
from village_doctor.services import wording
from village_doctor.services.browsing import ContractEntry, ContractsOverview, contracts_overview

WAITING: Final = "waiting"
ENDING: Final = "ending"
UNSIGNED: Final = "unsigned"
_TABS: Final = {WAITING: N_("等签字"), ENDING: N_("60 天内到期"), UNSIGNED: N_("还没签的户")}
_EMPTY: Final = {
    WAITING: N_("没有等签字的。\n备好了协议、还没有收回签好的一份，会排在这里。"),
    ENDING: N_("60 天内没有到期的。"),
    UNSIGNED: N_("住着人的每一户都签了。\n还没有登记人的话：到“居民”里按 Ctrl+N 登记第一户。"),
}


class ContractsPage(Page):
    """`overview` is what is there; `tab` which of the three lists is shown, and `entries` what stands in it."""

    kinds: ClassVar = frozenset(
        {"contract", "contract_member", "household", "household_membership", "resident"}
    )
    rail: ClassVar = "contracts"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.overview: ContractsOverview | None = None
        self.entries: tuple[ContractEntry, ...] = ()
        self.tab = WAITING
        self._has_chosen = False
        self.body.addWidget(label(_("签约"), role="heading"))
        self.tabs: dict[str, Button] = {}
        row = WrappingRow()
        for code, text in _TABS.items():
            button = _TabButton(_(text), self._turn_tab)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, chosen=code: self.show_tab(chosen))
            self.tabs[code] = button
            row.add(button)
        self.body.addWidget(row)
        self.list = TwoLineList(_("户"), turns=True)
        self.list.turned.connect(self._turn_tab)
        self.list.opened.connect(self._open)
        self.empty = label("", tone="quiet")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.list)
        self._stack.addWidget(_padded(self.empty))
        self.body.addWidget(place, 1)
        self.told = label("", role="note", tone="quiet")
        self.body.addWidget(self.told)

    def refresh(self) -> None:
        self.session.ask(self, self._show, contracts_overview, self.session.today)

    def show_tab(self, tab: str) -> None:
        """Shows one of the three lists, the first entry chosen."""
        self._has_chosen = True
        self.tab = tab
        self._fill()
        self.focus_first()

    def _show(self, overview: ContractsOverview) -> None:
        is_first, before = self.overview is None, self.tab
        self.overview = overview
        lists = self._lists()
        if not self._has_chosen and not lists[self.tab]:
            self.tab = next((code for code in _TABS if lists[code]), WAITING)
        has_focus = self.isAncestorOf(self.window().focusWidget())
        self._fill()
        if has_focus and (is_first or self.tab != before):
            self.focus_first()

    def _lists(self) -> dict[str, tuple[ContractEntry, ...]]:
        found = self.overview
        if found is None:
            return dict.fromkeys(_TABS, ())
        return {WAITING: found.waiting, ENDING: found.ending, UNSIGNED: found.unsigned_households}

    def _fill(self) -> None:
        lists = self._lists()
        for code, button in self.tabs.items():
            button.setText(f"{_(_TABS[code])} {len(lists[code])}")
            button.setChecked(code == self.tab)
        row = self.list.row
        before = self.entries[row].household.id if 0 <= row < len(self.entries) else None
        tell = {WAITING: _waiting_line, ENDING: _ending_line, UNSIGNED: _unsigned_line}[self.tab]
        self.entries = lists[self.tab]
        at = next((at for at, one in enumerate(self.entries) if one.household.id == before), row)
        self.list.show_lines([(_door_line(one), tell(one, self.session.today)) for one in self.entries], at)
        self.empty.setText(_(_EMPTY[self.tab]))
        self._stack.setCurrentIndex(0 if lists[self.tab] else 1)
        running = self.overview.running if self.overview is not None else 0
        self.told.setText(fill(_("现在有效的协议 {count} 份"), {"count": running}))

    def _turn_tab(self, step: int) -> None:
        codes = list(_TABS)
        self.show_tab(codes[(codes.index(self.tab) + step) % len(codes)])

    def _open(self, row: int) -> None:
        self.shell.open_contract(self.entries[row].household.id)

    def hints(self) -> Sequence[Hint]:
        return (("Enter", _("打开")), ("← →", _("换一栏")), ("↑ ↓", _("上一户、下一户")))

    def focus_first(self) -> None:
        if self.entries:
            self.list.setFocus()
        else:
            self.tabs[self.tab].setFocus()


class _TabButton(Button):
    """A tab that ← → turn away from, as they do on the list."""

    def __init__(self, text: str, turn: Callable[[int], None]) -> None:
        super().__init__(text, kind="tab")
        self._turn = turn

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._turn(1 if event.key() == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)


def _padded(widget: QWidget) -> QWidget:
    padded = QWidget()
    layout = QVBoxLayout(padded)
    layout.setContentsMargins(0, 16, 0, 0)
    layout.addWidget(widget)
    return padded


def _door_line(entry: ContractEntry) -> str:
    name = fill(_("{name}家"), {"name": entry.head_name}) if entry.head_name else _("没有户主")
    people = fill(_("{count} 口人"), {"count": entry.members})
    return f"{name}　{wording.door(entry.household, entry.hamlet)}　{people}"


def _waiting_line(entry: ContractEntry, _today: date) -> str:
    contract = entry.contract
    assert contract is not None  # whoever waits has one
    if contract.state == AWAITING_SIGNATURE:
        return fill(_("● 协议 {number} 备好了，等签字收回"), {"number": contract.number})
    return fill(_("● 协议 {number} 起草了，还没打印"), {"number": contract.number})


def _ending_line(entry: ContractEntry, today: date) -> str:
    contract = entry.contract
    assert contract is not None  # whoever ends has one
    last = runs_until(contract)
    values = {"day": wording.day(last, today), "days": (last - today).days}
    return fill(_("● 到 {day} 为止，还有 {days} 天"), values)


def _unsigned_line(entry: ContractEntry, _today: date) -> str:
    return entry.why or _("一般人群")
