"""One form opened for one person: what it is about, and what stands in it as saving takes it.

Whatever is asked or stored for it belongs to it, also when the page shows another one by the time the answer comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from village_doctor.domain.forms import Form
from village_doctor.domain.messages import JsonValue
from village_doctor.domain.person_facts import PersonFacts
from village_doctor.domain.plausibility import DIASTOLIC
from village_doctor.domain.problems import Problem
from village_doctor.domain.visits import Visit
from village_doctor.foundation.texts import fill
from village_doctor.foundation.texts import text as _
from village_doctor.gui.widgets.conclusion_box import OwnPlan
from village_doctor.gui.widgets.form_sheet import FormSheet
from village_doctor.services import wording
from village_doctor.services.visiting import FollowUpDraft


@dataclass(eq=False, kw_only=True, slots=True)
class Sitting:
    """`visit`: what is put right, None for a new one. `kept_before`: rare values that were confirmed with it.

    `confirmed`: rare values that are right as they stand. `thrown_away`: what 从头来 took off the page.
    """

    form: Form
    person: PersonFacts
    sheet: FormSheet
    visit: Visit | None = None
    kept_before: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    thrown_away: Mapping[str, JsonValue] | None = None
    is_saving: bool = False

    @property
    def name(self) -> str:
        return self.person.resident.name

    def follow_up(self, mode: str, served_on: date, plan: OwnPlan) -> FollowUpDraft:
        """What stands on the page; of a correction day, mode and her own plan are those that were stored."""
        sections = tuple(section.key for section in self.form.sections)
        draft = FollowUpDraft(
            resident_id=self.person.resident.id,
            form_code=self.form.code,
            mode=mode,
            answers=self.sheet.answers(),
            served_on=served_on,
            unchanged_sections=tuple(key for key in sections if key in self.sheet.unchanged),
            confirmed=self.confirmed,
            own_next_on=plan.next_on,
            own_plan=plan.plan,
            overrule_reason=plan.reason,
        )
        visit = self.visit
        if visit is None:
            return draft
        has_own_day = visit.decision is not None and visit.next_due_on != visit.decision.next_on
        return replace(
            draft,
            own_next_on=visit.next_due_on if has_own_day else None,
            own_plan=visit.own_plan,
            overrule_reason=visit.overrule_reason,
        )

    def blank_of(self, problem: Problem) -> str:
        """The key of the blank that the Problem is about, empty if it is about none."""
        values = problem.values
        if "measure" in values or "measures" in values:
            return str(values.get("measure") or values["measures"]).split(",")[0]
        if problem.code == "pressure-swapped":
            return DIASTOLIC
        named = values.get("lacking") or values.get("label")
        return "" if named is None else self.sheet.key_of_label(str(named))

    def label_of(self, key: str) -> str:
        field = self.form.field(key)
        return key if field is None else _(field.label)

    def saved_text(self, visit: Visit, result: str, today: date) -> str:
        """李桂英 高血压随访 控制不满意，下次 12月7日 已保存; `result` in words."""
        told = (self.name, wording.form_name(self.form), result if visit.is_complete else _("没做完"))
        values = {"told": " ".join(part for part in told if part)}
        if visit.next_due_on is None:
            return fill(_("{told} 已保存"), values)
        return fill(_("{told}，下次 {day} 已保存"), values | {"day": wording.day(visit.next_due_on, today)})
