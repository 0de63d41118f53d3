"""Saving a form: asks once about rare values, once about open blanks, stores, then shows the family with whoever is next.

A question is about the form that stood there when it was asked: once the page was left, its buttons store nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject

from village_doctor.domain.duties.reasons import VALUE_NAMES
from village_doctor.domain.fulfilment.matching import DUE, OVERDUE
from village_doctor.domain.problems import Problem
from village_doctor.domain.visits import Visit
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.draft_keeper import DraftKeeper
from village_doctor.gui.pages.visit_sitting import Sitting
from village_doctor.gui.shell import Choice, Shell
from village_doctor.services import advising, viewing, visiting
from village_doctor.services.advising import ConclusionPreview
from village_doctor.services.deciding import RecordedVisit
from village_doctor.services.desk import Changes
from village_doctor.services.problem_words import problem_text
from village_doctor.services.viewing import Family
from village_doctor.services.visiting import FollowUpDraft

_NAMED: Final = 8


class Saving(QObject):
    """`is_shown(sitting)`: is this the form on the page? `stored(sitting)`: it is on the disk, the page can let it go."""

    def __init__(
        self,
        parent: QObject,
        shell: Shell,
        keeper: DraftKeeper,
        is_shown: Callable[[Sitting], bool],
        stored: Callable[[Sitting], None],
    ) -> None:
        super().__init__(parent)
        self._shell = shell
        self._session = shell.session
        self._keeper = keeper
        self._is_shown = is_shown
        self._let_go = stored
        self._turn = 0

    def turn_away(self) -> None:
        """The page is left: what was asked there has no answer any more."""
        self._turn += 1

    def begin(self, sitting: Sitting, draft: FollowUpDraft) -> None:
        """Asks what saving would say, then goes on with it."""
        if sitting.is_saving:
            return
        sitting.is_saving = True
        turn = self._turn

        def weighed(preview: ConclusionPreview) -> None:
            sitting.is_saving = False
            self._in_turn(turn, sitting, lambda: self._weigh(turn, sitting, draft, preview))

        self._session.ask_or(
            self,
            weighed,
            lambda problem: self._not_saved(sitting, problem),
            advising.conclusion,
            self._session.catalogue,
            draft,
            self._session.today,
        )

    def _in_turn(self, turn: int, sitting: Sitting, act: Callable[[], None]) -> None:
        """Does it if she is still where she was asked; else says that nothing was stored."""
        if turn == self._turn:
            act()
        else:
            text = _("{name} 的这一份还没有保存，填好的都留着。")
            self._shell.notice(fill(text, {"name": sitting.name}))

    def _weigh(self, turn: int, sitting: Sitting, draft: FollowUpDraft, preview: ConclusionPreview) -> None:
        if preview.refused is not None:
            self._not_saved(sitting, preview.refused)
        elif preview.asked is not None:
            self._ask_about_rare(turn, sitting, draft, preview, preview.asked)
        elif preview.missing:
            self._ask_about_open(turn, sitting, draft, preview.missing)
        else:
            self._store(sitting, draft)

    # --- questions ----------------------------------------------------------------------------------

    def _ask_about_rare(
        self, turn: int, sitting: Sitting, draft: FollowUpDraft, preview: ConclusionPreview, asked: Problem
    ) -> None:
        names = tuple(str(asked.values["measures"]).split(","))

        def keep() -> None:
            sitting.confirmed = (*draft.confirmed, *names)
            sure = replace(draft, confirmed=sitting.confirmed)
            self._weigh(turn, sitting, sure, replace(preview, asked=None))

        self._shell.ask(
            _("这个数少见，量错了没有？"),
            problem_text(asked),
            [
                Choice(_("没错，就这个数"), lambda: self._in_turn(turn, sitting, keep), "primary"),
                Choice(_("回去改"), lambda: self._go_to(turn, sitting, names[0])),
            ],
        )

    def _ask_about_open(
        self, turn: int, sitting: Sitting, draft: FollowUpDraft, missing: tuple[str, ...]
    ) -> None:
        """Going on comes first: an Enter too many must not store what is not finished."""
        named = "、".join(sitting.label_of(key) for key in missing[:_NAMED])
        values = {"count": len(missing), "named": named}
        text = _("还没问：{named}。没问完不算一次随访，只算联系过；以后可以打开来补。")
        if len(missing) > _NAMED:
            text = _("还没问：{named}等 {count} 项。没问完不算一次随访，只算联系过；以后可以打开来补。")

        def store() -> None:
            self._in_turn(turn, sitting, lambda: self._store(sitting, draft))

        self._shell.ask(
            fill(_("还有 {count} 项没问"), values),
            fill(text, values),
            [
                Choice(
                    _("接着填"), lambda: self._go_to(turn, sitting, missing[0]), "primary", is_way_back=True
                ),
                Choice(_("先存着，算没做完"), store),
            ],
        )

    def _go_to(self, turn: int, sitting: Sitting, key: str) -> None:
        if turn == self._turn:
            sitting.sheet.focus_on(key)

    # --- storing ------------------------------------------------------------------------------------

    def _store(self, sitting: Sitting, draft: FollowUpDraft) -> None:
        if sitting.is_saving:
            return
        sitting.is_saving = True
        kept = self._keeper.hold()
        turn = self._turn

        def stored(changes: Changes[RecordedVisit]) -> None:
            self._stored(turn, sitting, changes.value)

        def failed(problem: Problem) -> None:
            if self._is_shown(sitting):
                self._keeper.go_on()
            self._not_saved(sitting, problem)

        if sitting.visit is None:
            self._session.do(self, stored, failed, visiting.add_follow_up, draft, kept)
            return
        self._session.do(
            self,
            stored,
            failed,
            visiting.correct_follow_up,
            sitting.visit.id,
            draft.answers,
            draft.confirmed,
            kept,
        )

    def _not_saved(self, sitting: Sitting, problem: Problem) -> None:
        sitting.is_saving = False
        key = sitting.blank_of(problem) if self._is_shown(sitting) else ""
        if key and sitting.sheet.refuse(key, problem_text(problem)):
            sitting.sheet.focus_on(key)
        else:
            self._shell.tell(problem)

    def _stored(self, turn: int, sitting: Sitting, recorded: RecordedVisit) -> None:
        """The ✓ names whose form it was; the page turns only where it still shows that form."""
        visit, resident = recorded.visit, sitting.person.resident
        result = self._result(visit)
        self._shell.saved(
            sitting.saved_text(visit, result, self._session.today),
            correct=lambda: self._shell.correct_visit(visit.id),
            void=lambda reason: self._void(visit.id, reason),
        )
        is_still_here = turn == self._turn
        self._let_go(sitting)
        if is_still_here:
            self._show_next(sitting.person.household_id, resident.id)

    def _result(self, visit: Visit) -> str:
        """控制满意; of a form for several diseases 高血压控制不满意、糖尿病控制满意."""
        label = self._session.catalogue.class_label
        if not visit.conclusions:
            return label(visit.form_code, visit.control_result)
        names = VALUE_NAMES["disease"]
        told = [
            _(names[one.disease]) + label(visit.form_code, one.control_result)
            for one in visit.conclusions
            if one.control_result is not None
        ]
        return "、".join(told)

    def _show_next(self, household_id: str | None, resident_id: str) -> None:
        if household_id is None:
            self._shell.back()
            return
        turn = self._turn

        def found(family: Family) -> None:
            if turn == self._turn:
                self._shell.open_family(household_id, _next_in(family) or resident_id)

        self._session.ask(self, found, viewing.family, household_id, self._session.today)

    def _void(self, visit_id: str, reason: str) -> None:
        self._session.do(
            self,
            lambda _changes: self._shell.saved(_("已作废：刚才那次随访")),
            None,
            visiting.void_visit,
            visit_id,
            reason,
        )


def _next_in(family: Family) -> str | None:
    """Whoever of this door has the most urgent thing due today or before."""
    items = [item for member in family.members for item in member.due if item.state in (DUE, OVERDUE)]
    first = min(items, key=lambda item: (item.urgency, item.due_on), default=None)
    return None if first is None else first.resident_id
