"""居民: where people live, not how they are spelt. Hamlets at the left, doors in walking order at the right.

Arrow keys only: up and down walk, right goes in, left comes back, Enter opens the family.
"""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui import theme
from village_doctor.gui.shell import Hint, Page, Shell
from village_doctor.gui.widgets.controls import Button, label
from village_doctor.gui.widgets.two_line_list import TwoLineList
from village_doctor.services import wording
from village_doctor.services.browsing import (
    HamletEntry,
    HouseholdEntry,
    hamlets_with_counts,
    households_of,
)
from village_doctor.services.finding import hamlet_text

_SETTLED_MS = 80


class ResidentsPage(Page):
    """`hamlets` and `doors`: the two lists; the doors follow the hamlet that has the mark. `empty`: while nobody is there."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {
            "household",
            "household_membership",
            "resident",
            "hamlet",
            "visit",
            "reading",
            "referral",
            "contract",
        }
    )
    rail: ClassVar[str] = "residents"

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._hamlets: tuple[HamletEntry, ...] = ()
        self._doors: tuple[HouseholdEntry, ...] = ()
        self._hamlet_row = 0
        self._door_of: dict[str, int] = {}
        top = QHBoxLayout()
        self.title = label(_("居民"), role="heading")
        top.addWidget(self.title, 1)
        self.add_button = Button(_("登记一户"), key="Ctrl+N")
        self.add_button.clicked.connect(self.shell.open_registering)
        top.addWidget(self.add_button)
        self.body.addLayout(top)
        self._lists = QWidget()
        row = QHBoxLayout(self._lists)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.hamlets = TwoLineList(_("哪个组"))
        self.doors = TwoLineList(_("哪一户"))
        row.addWidget(self.hamlets, 2)
        row.addWidget(self.doors, 5)
        self.body.addWidget(self._lists, 1)
        self.empty = QWidget()
        column = QVBoxLayout(self.empty)
        column.addWidget(label(_("还没有人：按 Ctrl+N 登记第一户。"), role="heading"))
        column.addWidget(label(_("登记好的，按组和门牌排在这里；方向键就能走遍全村。"), tone=theme.QUIET))
        column.addStretch()
        self.empty.hide()
        self.body.addWidget(self.empty, 1)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self._ask_doors)
        self.hamlets.walked.connect(self._hamlet_walked)
        self.hamlets.opened.connect(self._go_in)
        self.doors.left.connect(self._come_back)
        self.doors.opened.connect(self._open_door)
        self.doors.walked.connect(self._note_door)

    # --- what the window asks -----------------------------------------------------------------------

    def refresh(self) -> None:
        self.session.ask(self, self._show_hamlets, hamlets_with_counts, self.session.today)

    def hints(self) -> Sequence[Hint]:
        return (("↑ ↓", _("选")), ("← →", _("组和门之间")), ("Enter", _("打开这一家")))

    def focus_first(self) -> None:
        (self.doors if self.doors.hasFocus() else self.hamlets).setFocus()

    def go_back(self) -> bool:
        if not self.doors.hasFocus():
            return False
        self._come_back()
        return True

    # --- what is shown ------------------------------------------------------------------------------

    def _show_hamlets(self, entries: tuple[HamletEntry, ...]) -> None:
        row = self._hamlet_row
        self._hamlets = entries
        is_empty = not any(entry.households for entry in entries)
        self._lists.setVisible(not is_empty)
        self.empty.setVisible(is_empty)
        residents = sum(entry.residents for entry in entries)
        households = sum(entry.households for entry in entries)
        values = {"households": households, "residents": residents}
        self.title.setText(fill(_("居民　{households} 户 {residents} 人"), values))
        self.hamlets.show_lines([_hamlet_lines(entry) for entry in entries], row)
        self._ask_doors()

    def _hamlet_walked(self, row: int) -> None:
        """Waits until the mark has come to rest: who holds the key down does not ask for every hamlet."""
        if row != self._hamlet_row:
            self._hamlet_row = row
            self._settled.start()

    def _ask_doors(self) -> None:
        self._settled.stop()
        if not 0 <= self._hamlet_row < len(self._hamlets):
            self._hamlet_row = 0
        if not self._hamlets:
            self._show_doors(0, ())
            return
        hamlet = self._hamlets[self._hamlet_row].hamlet
        hamlet_id = hamlet.id if hamlet is not None else None
        show = partial(self._show_doors, self._hamlet_row)
        self.session.ask(self, show, households_of, hamlet_id, self.session.today)

    def _show_doors(self, hamlet_row: int, entries: tuple[HouseholdEntry, ...]) -> None:
        if hamlet_row != self._hamlet_row:
            return
        self._doors = entries
        row = self._door_of.get(self._hamlet_key(), 0)
        self.doors.show_lines([self._door_lines(entry) for entry in entries], row)

    def _door_lines(self, entry: HouseholdEntry) -> tuple[str, str]:
        household = entry.household
        place = household.door_number or household.landmark
        if place is None:
            place = fill(_("户号 {number}"), {"number": household.number})
        name = fill(_("{name}家"), {"name": entry.head_name}) if entry.head_name else _("没有户主")
        told = [fill(_("{count} 人"), {"count": entry.members})]
        values = {"mark": theme.MARKS[theme.DUE], "due": entry.due, "overdue": entry.overdue}
        if entry.overdue and entry.overdue == entry.due:
            told.append(fill(_("{mark} 超期 {overdue} 件"), values))
        elif entry.overdue:
            told.append(fill(_("{mark} 该做 {due} 件，超期 {overdue} 件"), values))
        elif entry.due:
            told.append(fill(_("{mark} 该做 {due} 件"), values))
        if entry.contract_ends_on is None:
            told.append(_("没签约"))
        else:
            day = wording.day(entry.contract_ends_on, self.session.today)
            told.append(fill(_("签约到 {day}"), {"day": day}))
        return f"{place}　{name}", "　".join(told)

    # --- walking ------------------------------------------------------------------------------------

    def _hamlet_key(self) -> str:
        if not 0 <= self._hamlet_row < len(self._hamlets):
            return ""
        hamlet = self._hamlets[self._hamlet_row].hamlet
        return hamlet.id if hamlet is not None else ""

    def _go_in(self, row: int) -> None:
        if row != self._hamlet_row or self._settled.isActive():
            self._hamlet_row = row
            self._ask_doors()
        self.doors.setFocus()

    def _come_back(self) -> None:
        self.hamlets.setFocus()

    def _note_door(self, row: int) -> None:
        self._door_of[self._hamlet_key()] = row

    def _open_door(self, row: int) -> None:
        if 0 <= row < len(self._doors):
            self.shell.open_family(self._doors[row].household.id)


def _hamlet_lines(entry: HamletEntry) -> tuple[str, str]:
    name = hamlet_text(entry.hamlet) if entry.hamlet is not None else _("不分组的")
    values = {"households": entry.households, "residents": entry.residents}
    return name, fill(_("{households} 户　{residents} 人"), values)
