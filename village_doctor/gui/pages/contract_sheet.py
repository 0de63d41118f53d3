"""The sheet of signing: the steps side by side, the paper with its buttons always in sight below.

It lays out, shows what belongs to a sight, and puts a Problem beside what it concerns.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem
from village_doctor.foundation.texts import text as _
from village_doctor.gui.pages.contract_evidence import EndingStep, EvidenceStep
from village_doctor.gui.pages.contract_steps import MembersStep, Panel, TermsStep
from village_doctor.gui.widgets.controls import Button, Labelled, label
from village_doctor.gui.widgets.layouts import PlainScroller, WrappingRow
from village_doctor.services.problem_words import problem_text

_STACKED_BELOW_EMS: Final = 46
# Word, kind and key of each button; those of the same key are never shown together.
_BUTTONS: Final = {
    "offer": (N_("打印，拿去签"), "primary", "F2"),
    "spot": (N_("当面签好了，直接记下"), "plain", "F3"),
    "anew": (N_("不要了，从头写"), "plain", ""),
    "sign": (N_("签好了，收回一份"), "primary", "F2"),
    "cards": (N_("打印签约卡"), "primary", "F2"),
    "paper": (N_("打印协议"), "plain", ""),
    "again": (N_("打印协议"), "plain", ""),
    "renew": (N_("续签"), "plain", "F3"),
    "change": (N_("收回来改"), "plain", ""),
    "end": (N_("解约"), "plain", ""),
    "void": (N_("录错了，作废"), "plain", ""),
}
_ABOUT_MEMBERS: Final = frozenset(
    {
        "already-signed",
        "member-gone",
        "member-not-in-household",
        "member-twice",
        "basic-package-one",
        "contract-without-members",
        "package-unknown",
    }
)
_ABOUT_SPEAKER: Final = frozenset(
    {
        "representative-missing",
        "representative-not-adult",
        "representative-not-member",
        "evidence-of-nobody",
    }
)
_ABOUT_DAYS: Final = frozenset({"date-form", "date-in-future"})
_ABOUT_PAYERS: Final = frozenset({"contract-payer", "contract-payers"})
_ABOUT_ENDING: Final = frozenset({"termination-code", "termination-day", "void-needs-reason"})


class ContractSheet(QWidget):
    """`buttons` by name, each doing what `acts` says. `ending` is asked for, never there by itself."""

    def __init__(
        self,
        acts: Mapping[str, Callable[[], None]],
        reasons: Sequence[tuple[str, str]],
        end: Callable[[], None],
        void: Callable[[], None],
    ) -> None:
        super().__init__()
        self.members = MembersStep()
        self.terms = TermsStep()
        self.evidence = EvidenceStep()
        self.summary = Panel(_("协议"))
        self.summary_lines = label("")
        self.summary.rows.addWidget(self.summary_lines)
        self.ending = EndingStep(reasons, end, void)
        self.paper = Panel("")
        self.buttons: dict[str, Button] = {}
        row = WrappingRow()
        for name, (text, kind, key) in _BUTTONS.items():
            button = Button(_(text), kind=kind, key=key)
            button.clicked.connect(acts[name])
            self.buttons[name] = button
            row.add(button)
        self.paper.rows.addWidget(row)
        self._lay_out()
        for step in (self.members, self.terms, self.evidence):
            step.moved_on.connect(self.walk_on)
        self.show_only((), ())

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("scrolled")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._columns.setContentsMargins(0, 0, 8, 0)
        self._columns.setSpacing(16)
        for widgets in ((self.members, self.evidence, self.summary, self.ending), (self.terms,)):
            column = QVBoxLayout()
            column.setSpacing(8)
            for widget in widgets:
                column.addWidget(widget)
            column.addStretch(1)
            self._columns.addLayout(column)
        self.scroll_area = PlainScroller()
        self.scroll_area.setWidget(content)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self.scroll_area, 1)
        rows.addWidget(self.paper)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ems = self.width() / max(1, self.fontMetrics().horizontalAdvance("中"))
        is_narrow = ems < _STACKED_BELOW_EMS
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        )

    # --- what is shown ------------------------------------------------------------------------------

    def show_only(self, panels: Sequence[Panel], buttons: Sequence[str]) -> None:
        """These panels and buttons and no others; the paper is there whenever a button is."""
        self.clear_refusals()
        for panel in (self.members, self.terms, self.evidence, self.summary, self.ending):
            panel.setVisible(panel in panels)
        self.paper.setVisible(bool(buttons))
        has_terms = self.terms in panels
        self._columns.setStretch(0, 3 if has_terms else 1)
        self._columns.setStretch(1, 2 if has_terms else 0)
        for name, button in self.buttons.items():
            button.setVisible(name in buttons)

    def walk_on(self) -> None:
        """Enter: to the next field, and it comes into sight."""
        self.focusNextChild()
        focused = self.window().focusWidget()
        if focused is not None:
            self.see(focused)

    def see(self, widget: QWidget) -> None:
        """Scrolls to what has just been shown, once it has its place."""
        if self.scroll_area.isAncestorOf(widget):
            QTimer.singleShot(0, self, lambda: self.scroll_area.ensureWidgetVisible(widget, 0, 80))

    # --- refusals -----------------------------------------------------------------------------------

    def refuse(self, problem: Problem, *, is_writing: bool) -> bool:
        """Says it beside what it concerns. False if that is nothing here."""
        place = self._place_of(problem.code, is_writing=is_writing)
        text = problem_text(problem)
        if problem.code in _ABOUT_MEMBERS and is_writing:
            self.see(self.members.refuse_member(problem.values.get("name", ""), text))
        elif place is not None:
            place.refuse(text)
            self.see(place)
        return place is not None or (problem.code in _ABOUT_MEMBERS and is_writing)

    def _place_of(self, code: str, *, is_writing: bool) -> Panel | Labelled | None:
        if not self.ending.isHidden() and code in _ABOUT_ENDING | _ABOUT_DAYS:
            return self.ending
        if code == "contract-years":
            return self.terms.years_row
        if code in _ABOUT_PAYERS:
            return self.terms.payers_row
        if code in _ABOUT_SPEAKER and not is_writing:
            return self.evidence.speaker_row
        if code in _ABOUT_DAYS:
            return self.terms.starts_row if is_writing else self.evidence.signed_row
        return None

    def clear_refusals(self) -> None:
        for step in (self.members, self.terms, self.evidence):
            step.clear_refusals()
        self.ending.refuse("")
