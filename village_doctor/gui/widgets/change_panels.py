"""Panels that open over a family: she died, moved, is away or back, is the head now; what became of a referral.

What was said wrongly is taken back by Ctrl+Z: a death or departure is undone with all that it ended.
"""

from collections.abc import Callable, Sequence
from typing import Final

from village_doctor.domain.messages import N_
from village_doctor.domain.people import Absence, Resident
from village_doctor.domain.problems import Problem
from village_doctor.domain.referrals import ARRIVED, BACK, IN_HOSPITAL, NOT_ARRIVED, REFUSED
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.draft_keeper import DraftKeeper
from village_doctor.gui.shell import Shell
from village_doctor.gui.widgets.choices import Choices
from village_doctor.gui.widgets.controls import Field
from village_doctor.gui.widgets.person_panels import PersonPanel, chain
from village_doctor.gui.widgets.typed_date import DateField
from village_doctor.services import wording
from village_doctor.services.correcting import correct_record, void_record
from village_doctor.services.desk import Changes, Note
from village_doctor.services.drafting import CHANGE_FORM, asking_form
from village_doctor.services.moving import come_back, go_away, move_out, record_death, set_head
from village_doctor.services.referring import ask_referral

DIED: Final = "died"
MOVED: Final = "moved"
AWAY: Final = "away"
RETURNED: Final = "returned"
HEAD: Final = "head"
_SIGNED: Final = "signed"
_UNSIGNED: Final = "unsigned"
_STATES: Final = (
    (ARRIVED, N_("去看了")),
    (IN_HOSPITAL, N_("住院了")),
    (BACK, N_("看完回来了")),
    (NOT_ARRIVED, N_("还没去")),
    (REFUSED, N_("不愿去")),
)


class ChangePanel(PersonPanel):
    """变动: she died, moved away, is away, is back, is the head now; always with a day."""

    def __init__(
        self,
        shell: Shell,
        keeper: DraftKeeper,
        person: Resident,
        household_id: str,
        *,
        is_away: bool,
        is_head: bool,
    ) -> None:
        title = fill(_("{name} 有什么变动"), {"name": person.name})
        super().__init__(shell, title, self._save_change, keeper, person, CHANGE_FORM)
        self._household_id = household_id
        options = [(DIED, _("去世")), (MOVED, _("迁走"))]
        options.append((RETURNED, _("回来了")) if is_away else (AWAY, _("外出")))
        if not is_head:
            options.append((HEAD, _("改当户主")))
        self._words = dict(options)
        self.what = Choices(_("什么变动"), options)
        self.day = DateField(_("哪一天"), day=self.session.today)
        kinds = [(one.code, one.label) for one in self.session.catalogue.code_lists["absence"].options]
        self.kind = Choices(_("为什么外出"), kinds)
        self.where = Field(_("去了哪里"), hint=_("不知道可以不写"))
        self.add("what", _("什么变动"), self.what)
        self.add("day", _("哪一天"), self.day)
        self.add("kind", _("为什么外出"), self.kind)
        self.add("where", _("去了哪里"), self.where)
        self.add_buttons(_("保存"))
        self.what.chosen.connect(self.show_parts)
        self.what.entered.connect(self.day.setFocus)
        self.day.entered.connect(self._after_day)
        self.kind.entered.connect(self.where.setFocus)
        self.where.entered.connect(self.save)
        self.show_parts()

    def show_parts(self) -> None:
        self.parts["kind"].setVisible(self.what.value() == AWAY)
        self.parts["where"].setVisible(self.what.value() in (AWAY, MOVED))

    def _after_day(self) -> None:
        following = {AWAY: self.kind, MOVED: self.where}.get(self.what.value() or "")
        if following is None:
            self.save()
        else:
            following.setFocus()

    def field_of(self, code: str) -> str:
        return {
            "already-away": "what",
            "not-away": "what",
            "person-gone": "what",
            "code-unknown": "kind",
        }.get(code, "day")

    def _save_change(self) -> None:
        what = self.what.value()
        if what is None:
            self.parts["what"].refuse(_("先选是什么变动。"))
            self.what.setFocus()
            return
        try:
            day = self.day.day() or self.session.today
        except Problem as problem:
            self.refuse(problem)
            return
        who, place = self._person.id, self.where.text().strip() or None
        if what == AWAY and self.kind.value() is None:
            self.parts["kind"].refuse(_("选一下为什么外出。"))
            self.kind.setFocus()
            return
        kept, why = self.keeper.hold(), self.kind.value() or ""
        if what == DIED:
            self.do(self._gone, record_death, who, day, draft_id=kept)
        elif what == MOVED:
            self.do(self._gone, move_out, who, day, place, draft_id=kept)
        elif what == RETURNED:
            self.do(lambda changes: self._told(changes.notes), come_back, who, day, draft_id=kept)
        elif what == HEAD:
            family = self._household_id
            self.do(lambda changes: self._told(changes.notes), set_head, family, who, day, draft_id=kept)
        else:
            self.do(self._went, go_away, who, day, why, place=place, draft_id=kept)

    def _gone(self, changes: Changes[Resident]) -> None:
        field = "died_on" if changes.value.died_on is not None else "moved_out_on"
        session, who, taken_back = self.session, changes.value.id, self._taken_back()

        def take_back(_reason: str) -> None:
            session.do(session, taken_back, None, correct_record, "resident", who, {field: None})

        self._told(changes.notes, take_back)

    def _went(self, changes: Changes[Absence]) -> None:
        session, absence, taken_back = self.session, changes.value.id, self._taken_back()

        def take_back(reason: str) -> None:
            session.do(session, taken_back, None, void_record, "absence", absence, reason)

        self._told(changes.notes, take_back)

    def _values(self) -> dict[str, str]:
        return {"name": self._person.name, "what": self._words[self.what.value() or ""]}

    def _taken_back(self) -> Callable[[object], None]:
        """Says so; the panel is long gone by then."""
        shell, told = self.shell, fill(_("已作废：{name} {what}"), self._values())
        return lambda _changes: shell.saved(told)

    def _told(self, notes: Sequence[Note], void: Callable[[str], None] | None = None) -> None:
        values = self._values()
        self.shell.saved(fill(_("{name} {what}，已保存"), values), void=void)
        if notes:
            self.shell.notice(" ".join(wording.note(one) for one in notes))
        self.closed.emit()


class AskingPanel(PersonPanel):
    """问转诊结果: went or not, and what was said."""

    def __init__(self, shell: Shell, keeper: DraftKeeper, person: Resident, referral_id: str) -> None:
        title = fill(_("{name} 转诊的事：去没去，怎么说"), {"name": person.name})
        super().__init__(shell, title, self._save_outcome, keeper, person, asking_form(referral_id))
        self._referral_id = referral_id
        self.state = Choices(_("去没去"), [(code, _(text)) for code, text in _STATES])
        self.signed = Choices(
            _("签字"), ((_SIGNED, _("本人签字说不去")), (_UNSIGNED, _("没签字，以后接着问")))
        )
        self.said = Field(_("怎么说"), hint=_("医生怎么说，换没换药；不知道可以不写"))
        self.add("state", _("去没去"), self.state)
        self.add("signed", _("不愿去的，签了字才不再问"), self.signed)
        self.add("said", _("怎么说"), self.said)
        self.add_buttons(_("保存"))
        self.state.chosen.connect(self.show_parts)
        chain((self.state, self.said), self.save)
        self.signed.entered.connect(self.said.setFocus)
        self.show_parts()

    def field_of(self, code: str) -> str:
        return "state"

    def _save_outcome(self) -> None:
        state = self.state.value()
        if state is None:
            self.parts["state"].refuse(_("先选去没去。"))
            self.state.setFocus()
            return
        is_signed = state == REFUSED and self.signed.value() == _SIGNED
        said = self.said.text().strip() or None
        self.do(
            lambda _changes: self._told(),
            ask_referral,
            self._referral_id,
            state,
            said=said,
            refusal_signed=is_signed,
            draft_id=self.keeper.hold(),
        )

    def show_parts(self) -> None:
        self.parts["signed"].setVisible(self.state.value() == REFUSED)

    def _told(self) -> None:
        self.shell.saved(fill(_("{name} 转诊结果已保存"), {"name": self._person.name}))
        self.closed.emit()
