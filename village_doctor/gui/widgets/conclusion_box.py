"""The conclusion of a form while it is typed: class, next date, what to do, why, and what is still missing.

It only tells what `services.advising` says. Her own plan (我另有打算) opens one line for a date and a reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from village_doctor.domain.clinical.constitution import BALANCED
from village_doctor.domain.clinical.copd import STABLE_LOW_RISK
from village_doctor.domain.clinical.mental_disorder import STABLE
from village_doctor.domain.clinical.self_care import INDEPENDENT
from village_doctor.domain.clinical.tuberculosis import REGULAR
from village_doctor.domain.dates import typed_day
from village_doctor.domain.decisions import CONTROLLED, EMERGENCY, Decision
from village_doctor.domain.duties.reasons import VALUE_NAMES
from village_doctor.domain.messages import JsonValue
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.theme import DANGER, DONE, DUE, MARKS, QUIET
from village_doctor.gui.widgets.controls import Button, Field, Labelled, label
from village_doctor.gui.widgets.form_fields import FormDateField
from village_doctor.gui.widgets.layouts import PlainScroller, WrappingRow
from village_doctor.services import wording
from village_doctor.services.advising import ConclusionPreview
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.problem_words import problem_text

# While blanks are still open the list of them says the same, and better.
_SAID_BY_MISSING: Final = frozenset({"form_unfinished", "no_pressure", "no_fasting_glucose"})
_DONE_BY_FINISHING: Final = frozenset({"finish_form", "measure_face_to_face", "come_back_fasting"})
# The classes of all the forms at which nothing has to be done sooner; any other one asks for something.
_GOOD: Final = frozenset({CONTROLLED, STABLE, STABLE_LOW_RISK, REGULAR, INDEPENDENT, BALANCED})
_NAMED_MISSING: Final = 6
_LONGEST_NAME: Final = 12  # characters of a question that is still open
_LONGEST: Final = 200
SAVE_KEY: Final = "F2"  # taken by the page: a button's own key would press it a tenth of a second late
LOWEST: Final = 48  # how low it may get while the reading bar is open below


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the box: its text with the role and tone of `controls.label`."""

    text: str
    role: str = "body"
    tone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPlan:
    """我另有打算 as typed. `is_wrong`: the date is none."""

    next_on: date | None = None
    plan: str | None = None
    reason: str | None = None
    is_wrong: bool = False


def lines_of(
    preview: ConclusionPreview, form_code: str, catalogue: Catalogue, today: date
) -> tuple[list[Line], list[Line]]:
    """What stands above the blanks that are still open, and what stands below them."""
    problems = (preview.refused, preview.asked)
    told = [Line(f"{MARKS[DUE]} {problem_text(one)}", "body", DUE) for one in problems if one is not None]
    decision = preview.decision
    if decision is None:
        if not (told or preview.missing or catalogue.form(form_code).rules):
            told = [Line(_("都填好了，可以保存。"))]
        return told, []
    is_open = bool(preview.missing)
    told += _head(decision, preview.of_disease, form_code, catalogue)
    if preview.next_on is not None and (not is_open or decision.referral == EMERGENCY):
        told.append(Line(_next(preview.next_on, decision, today), "strong"))
    reasons = [one for one in decision.reasons if not (is_open and one.code in _SAID_BY_MISSING)]
    said = [wording.clinical(one) for one in reasons]
    why: list[Line] = []
    for at, (sentence, source) in enumerate(said):
        why.append(Line(sentence))
        if source and (at + 1 == len(said) or said[at + 1][1] != source):
            why.append(Line(fill(_("依据：{source}"), {"source": source}), "note", QUIET))
    skipped = _DONE_BY_FINISHING if is_open and len(reasons) < len(decision.reasons) else frozenset()
    todo = [code for code in decision.actions if code not in skipped] if reasons else []
    return told, [*why, *(Line(f"· {wording.action(code)[0]}") for code in todo)]


def _head(
    decision: Decision, of_disease: Sequence[tuple[str, Decision]], form_code: str, catalogue: Catalogue
) -> list[Line]:
    """How urgent it is, and the class; of a form for several diseases each one's own."""
    told = []
    if decision.referral == EMERGENCY:
        told.append(Line(f"{MARKS[DANGER]} {_('危急：马上紧急转诊')}", "heading", DANGER))
    elif decision.referral is not None:
        told.append(Line(f"{MARKS[DUE]} {_('建议转诊')}", "heading", DUE))
    role = "strong" if decision.referral is not None or of_disease else "heading"
    for disease, one in of_disease or (("", decision),):
        if one.control_result is not None:
            tone = DONE if one.control_result in _GOOD else DUE
            name = catalogue.class_label(form_code, one.control_result)
            if disease:
                name = f"{_(VALUE_NAMES['disease'][disease])}　{name}"
            told.append(Line(f"{MARKS[tone]} {name}", role, tone))
    return told


def _next(next_on: date, decision: Decision, today: date) -> str:
    values = {"day": wording.day(next_on, today)}
    if decision.limit_on is not None and next_on < decision.limit_on:
        return fill(_("下次 {day}，最晚 {limit}"), values | {"limit": wording.day(decision.limit_on, today)})
    return fill(_("下次 {day}"), values)


class ConclusionBox(QFrame):
    """`wanted`: a blank that is still open was chosen. `changed`: her own plan. `saving`: 保存 was pressed."""

    wanted = Signal(str)
    changed = Signal()
    saving = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAccessibleName(_("结论"))
        self.lines: list[Line] = []
        self.missing: dict[str, str] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(8)
        self._scroll = PlainScroller()
        self._scroll.setMinimumHeight(LOWEST)
        self._scroll.setStyleSheet("QScrollArea, QWidget#conclusion { background: transparent; }")
        inside = QWidget()
        inside.setObjectName("conclusion")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(8)
        rows.addWidget(label(_("结论"), role="note", tone="quiet", wraps=False))
        self._told = QVBoxLayout()
        rows.addLayout(self._told)
        self._make_plan(rows)
        rows.addStretch()
        self._scroll.setWidget(inside)
        column.addWidget(self._scroll, 1)
        self.save_button = Button(_("保存"), kind="primary")
        self.save_button.setText(f"{_('保存')}  {SAVE_KEY}")
        self.save_button.clicked.connect(self.saving)
        column.addWidget(self.save_button)
        self._show([], [], {})

    def _make_plan(self, column: QVBoxLayout) -> None:
        self.plan_button = Button(_("我另有打算"), kind="link")
        self.plan_button.setCheckable(True)
        self.plan_button.clicked.connect(self._open_plan)
        column.addWidget(self.plan_button, alignment=Qt.AlignmentFlag.AlignLeft)
        self._plan = QWidget()
        rows = QVBoxLayout(self._plan)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        self.plan_date = FormDateField(_("下次改到哪天"))
        self.plan_text = Field(_("打算怎么办"))
        self.plan_reason = Field(_("为什么"))
        self._date_row = Labelled(_("下次改到"), self.plan_date, beside=True)
        rows.addWidget(self._date_row)
        rows.addWidget(Labelled(_("打算怎么办（可以不写）"), self.plan_text))
        rows.addWidget(Labelled(_("为什么（写一句）"), self.plan_reason))
        column.addWidget(self._plan)
        self._plan.hide()
        for field in (self.plan_date, self.plan_text, self.plan_reason):
            field.textEdited.connect(self.changed)
        for field in (self.plan_text, self.plan_reason):
            field.setMaxLength(_LONGEST)
        self.plan_date.entered.connect(self.plan_text.setFocus)
        self.plan_text.entered.connect(self.plan_reason.setFocus)
        self.plan_reason.entered.connect(self.saving)

    # --- her own plan -------------------------------------------------------------------------------

    def _open_plan(self) -> None:
        self._plan.setVisible(self.plan_button.isChecked())
        if self.plan_button.isChecked():
            self.plan_date.setFocus()
            QTimer.singleShot(0, self._show_plan)
        self.changed.emit()

    def _show_plan(self) -> None:
        self._scroll.ensureWidgetVisible(self.plan_reason)

    def own_plan(self) -> OwnPlan:
        """What is typed there; nothing where it is closed."""
        if not self.plan_button.isChecked():
            self._date_row.refuse("")
            return OwnPlan()
        self._date_row.refuse("")
        typed = self.plan_date.date_text()
        plan, reason = self.plan_text.text().strip() or None, self.plan_reason.text().strip() or None
        if not typed:
            return OwnPlan(plan=plan, reason=reason)
        try:
            return OwnPlan(next_on=typed_day(typed), plan=plan, reason=reason)
        except ValueError:
            return OwnPlan(plan=plan, reason=reason, is_wrong=True)

    def refuse_plan(self) -> None:
        self._date_row.refuse(_("日期要写成 2026-11-22 这样"))
        self.plan_date.setFocus()

    def plan_values(self) -> Mapping[str, JsonValue]:
        """As a draft keeps it."""
        return {
            "is_open": self.plan_button.isChecked(),
            "next_on": self.plan_date.text(),
            "plan": self.plan_text.text(),
            "reason": self.plan_reason.text(),
        }

    def show_plan(self, values: Mapping[str, JsonValue]) -> None:
        """As a draft kept it; an empty one closes it."""
        self.plan_button.setChecked(values.get("is_open") is True)
        self._plan.setVisible(self.plan_button.isChecked())
        fields = {"next_on": self.plan_date, "plan": self.plan_text, "reason": self.plan_reason}
        for name, field in fields.items():
            text = values.get(name)
            field.setText(text if isinstance(text, str) else "")

    def allow_plan(self, allowed: bool) -> None:
        """A correction keeps the plan that was stored."""
        self.plan_button.setVisible(allowed)

    # --- what it says -------------------------------------------------------------------------------

    def show_preview(
        self,
        preview: ConclusionPreview,
        form_code: str,
        catalogue: Catalogue,
        today: date,
        label_of: Callable[[str], str],
    ) -> None:
        """`label_of`: what the form calls a field."""
        above, below = lines_of(preview, form_code, catalogue, today)
        self._show(above, below, {key: label_of(key) for key in preview.missing})

    def _show(self, above: list[Line], below: list[Line], missing: dict[str, str]) -> None:
        lines = [*above, *below]
        if lines and (lines, missing) == (self.lines, self.missing):
            return
        self.lines, self.missing = lines, missing
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if not above and not missing:
            above = [Line(_("一边填，这里一边出结论。"), "body", QUIET)]
        for line in above:
            column.addWidget(label(line.text, role=line.role, tone=line.tone))
        if missing:
            self._add_missing(column, missing)
        for line in below:
            column.addWidget(label(line.text, role=line.role, tone=line.tone))
        before = self._told.takeAt(0)
        gone = None if before is None else before.widget()
        if gone is not None:
            gone.hide()
            gone.deleteLater()
        self._told.addWidget(inside)

    def _add_missing(self, column: QVBoxLayout, missing: Mapping[str, str]) -> None:
        column.addWidget(label(_("还没问："), role="strong"))
        row = WrappingRow(gap=4)
        for key, name in list(missing.items())[:_NAMED_MISSING]:
            is_long = len(name) > _LONGEST_NAME
            link = Button(f"{name[: _LONGEST_NAME - 1]}…" if is_long else name, kind="link")
            link.setAccessibleName(name)
            link.setToolTip(name if is_long else "")
            link.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            link.clicked.connect(lambda _checked=False, chosen=key: self.wanted.emit(chosen))
            row.add(link)
        column.addWidget(row)
        if len(missing) > _NAMED_MISSING:
            rest = {"count": len(missing) - _NAMED_MISSING}
            column.addWidget(label(fill(_("还有 {count} 项"), rest), role="note", tone=QUIET))
