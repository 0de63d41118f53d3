"""Generated histories of a village: what doctors do over the months, mistakes and corrections among them.

A step is a word and two numbers; what it means depends on who lives there by then. What the program refuses with a
Problem is part of the history: it must leave nothing behind.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.village import COMPLETE_FORM, Place, card, follow_up, pressure
from village_doctor.domain.clinic import Hamlet
from village_doctor.domain.contracts import Contract
from village_doctor.domain.given import Activity, Education, Service
from village_doctor.domain.medications import Medication
from village_doctor.domain.people import (
    Absence,
    Condition,
    Household,
    HouseholdMembership,
    IdentityDocument,
    Phone,
    Resident,
)
from village_doctor.domain.problems import Problem
from village_doctor.domain.readings import Reading
from village_doctor.domain.records import Record
from village_doctor.domain.referrals import Referral
from village_doctor.domain.refusals import Consent, Notice, Refusal
from village_doctor.domain.visits import Visit
from village_doctor.services.consenting import (
    give_consent,
    notify,
    refuse,
    withdraw_consent,
    withdraw_refusal,
)
from village_doctor.services.contracting import (
    ContractDraft,
    Signing,
    renew_contract,
    sign_contract,
    terminate_contract,
    void_contract,
)
from village_doctor.services.correcting import correct_record, void_record
from village_doctor.services.giving import (
    ActivityDraft,
    EducationDraft,
    give_education,
    give_service,
    record_activity,
)
from village_doctor.services.measuring import ReadingDraft, record_reading, void_reading
from village_doctor.services.moving import come_back, go_away, move_out, record_death, set_head
from village_doctor.services.prescribing import (
    MedicineDraft,
    PrescriptionDraft,
    add_medication,
    end_medication,
    register_long_prescription,
)
from village_doctor.services.recording_conditions import add_condition, end_condition
from village_doctor.services.referring import ReferralDraft, ask_referral, refer, void_referral
from village_doctor.services.registering import (
    HouseholdDraft,
    MemberDraft,
    add_hamlet,
    add_phone,
    add_resident,
    register_household,
    set_setting,
)
from village_doctor.services.visiting import (
    FollowUpDraft,
    add_contact,
    add_follow_up,
    correct_follow_up,
    correct_reading,
    void_visit,
)
from village_doctor.services.workplace import Workplace
from village_doctor.store.tables import select

R = TypeVar("R", bound=Record)
EXAMPLES = {
    file.stem: json.loads(file.read_text("utf-8"))
    for file in sorted(Path(__file__).parents[1].joinpath("domain/form_examples").glob("*.json"))
}
FORMS = tuple(sorted(EXAMPLES))
NAMES = ("李桂英", "王德顺", "曾小芳", "单立人", "欧阳秀兰", "𤋮㛃𠮷", "赵·铁柱", "Ann Li")
PRESSURES = ((128, 78), (138, 86), (146, 92), (152, 96), (178, 104), (186, 116), (96, 58), (149, 89))


@dataclass
class History:
    """One laptop's doings in an opened home. `place` has its own clock."""

    place: Place
    workplace: Workplace
    refused: int = 0
    done: int = 0
    made: int = 0

    def live(self, steps: list[tuple[str, int, int]]) -> None:
        for word, one, other in steps:
            self.step(word, one, other)

    def step(self, word: str, one: int, other: int) -> None:
        self.made += 1
        self.place.clock.forward(minutes=1)
        try:
            STEPS[word](self, one, other)
        except Problem:
            self.refused += 1
        else:
            self.done += 1

    def do(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.workplace.command(verb, *args, **kwargs).value

    def pick(self, record_class: type[R], number: int, where: str = "voided_at IS NULL") -> R:
        """One of the records there are; a step that finds none is refused."""
        found = self.workplace.query(lambda c: list(select(c, record_class, f"{where} ORDER BY id")))
        if not found:
            raise Problem("record-not-found", kind=record_class.__name__)
        return found[number % len(found)]

    def day(self, back: int) -> date:
        """Some days ago."""
        return self.workplace.today() - timedelta(days=(0, 1, 5, 13, 14, 40, 95, 200)[back])


def _register(h: History, one: int, other: int) -> None:
    members = [
        MemberDraft(
            name=NAMES[(one + number) % 8],
            relation="02" if number == 0 else "20",
            id_card_number=card(date(1940 + 5 * other, 1 + one, 3), (h.made * 7 + number) % 1000),
            phone=f"1990000{one}{other}{number}1" if other % 2 else None,
            conditions={"hypertension": "2016"} if one % 2 else {"diabetes": "2020-05"} if one == 2 else {},
        )
        for number in range(1 + one % 3)
    ]
    draft = HouseholdDraft(members=tuple(members), door_number=f"{other}号", phone=f"1990001{one}{other}00")
    h.do(register_household, draft)


def _add_resident(h: History, one: int, other: int) -> None:
    member = MemberDraft(
        name=NAMES[other],
        relation="20",
        sex="1",
        birth_date=date(2020, 1, 1 + one),
        no_identity_reason="新生儿",
    )
    h.do(add_resident, h.pick(Household, one).id, member)


def _correct_resident(h: History, one: int, other: int) -> None:
    resident = h.pick(Resident, one)
    changes: list[dict[str, Any]] = [
        {"name": NAMES[(one + other) % 8]},
        {"other_names": [NAMES[other], "桂婆婆"]},
        {"birth_date": "1957-05-03"},
        {"died_on": None, "moved_out_on": None},
        {"identity_documents": [{"kind": "other", "number": f"X{one}{other}"}]},
        {"registered_here": False, "lives_here_since": "2026-08-01"},
        {"died_on": h.day(one).isoformat()},
        {"name": " "},
    ]
    h.do(correct_record, "resident", resident.id, changes[other])


def _correct_link(h: History, one: int, other: int) -> None:
    """A phone or a condition was written down with the wrong person, a membership with the wrong door."""
    match other % 4:
        case 0:
            values: dict[str, Any] = {"resident_id": h.pick(Resident, one + other).id, "household_id": None}
            h.do(correct_record, "phone", h.pick(Phone, one).id, values)
        case 1:
            values = {"household_id": h.pick(Household, other).id, "resident_id": None}
            h.do(correct_record, "phone", h.pick(Phone, one).id, values)
        case 2:
            values = {"resident_id": h.pick(Resident, one + other).id}
            kind, record = ("condition", Condition) if one % 2 else ("absence", Absence)
            h.do(correct_record, kind, h.pick(record, one).id, values)
        case 3:
            values = {"household_id": h.pick(Household, one + other).id}
            h.do(correct_record, "household_membership", h.pick(HouseholdMembership, one).id, values)


def _correct_household(h: History, one: int, other: int) -> None:
    changes: list[dict[str, Any]] = [
        {"door_number": f"{one}号"},
        {"landmark": "水塘坎上", "door_number": None},
        {"not_visited_until": (h.workplace.today() + timedelta(days=9)).isoformat()},
        {"hamlet_id": h.pick(Hamlet, one).id},
    ]
    h.do(correct_record, "household", h.pick(Household, one).id, changes[other % 4])


VOIDABLE: tuple[tuple[str, type[Record]], ...] = (
    ("resident", Resident),
    ("phone", Phone),
    ("condition", Condition),
    ("absence", Absence),
    ("household", Household),
    ("household_membership", HouseholdMembership),
    ("hamlet", Hamlet),
    ("medication", Medication),
    ("activity", Activity),
    ("education", Education),
    ("service", Service),
    ("refusal", Refusal),
    ("consent", Consent),
    ("notice", Notice),
)


def _void(h: History, one: int, other: int) -> None:
    kind, record_class = VOIDABLE[(other + 8 * (one % 2)) % len(VOIDABLE)]
    h.do(void_record, kind, h.pick(record_class, one).id, "登记错了")


def _go_away(h: History, one: int, other: int) -> None:
    h.do(go_away, h.pick(Resident, one).id, h.day(other), "work", place="东莞")


def _correct_reading(h: History, one: int, other: int) -> None:
    systolic, diastolic = PRESSURES[other]
    reading = h.pick(Reading, one)
    h.do(correct_reading, reading.id, {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic})


def _follow_up(h: History, one: int, other: int) -> None:
    systolic, diastolic = PRESSURES[(one * 3 + other) % 8]
    answers: dict[str, Any] = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
    if other == 7:
        answers["adherence"] = None  # an unfinished form
    h.do(add_follow_up, follow_up(h.pick(Resident, one), h.day(other), **answers))


def _correct_follow_up(h: History, one: int, other: int) -> None:
    systolic, diastolic = PRESSURES[other]
    changes: dict[str, Any] = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, "weight_kg": "61.5"}
    if other % 3 == 0:
        changes = {"adherence": None, "weight_kg": None}
    if other % 3 == 1:
        changes["adherence"] = COMPLETE_FORM["adherence"]
    h.do(correct_follow_up, h.pick(Visit, one).id, changes)


def _form(h: History, one: int, other: int) -> None:
    """Any form, as its example is filled in: for who it does not fit, it is refused."""
    code = FORMS[(one * 8 + other + h.made) % len(FORMS)]
    example = EXAMPLES[code]
    draft = FollowUpDraft(
        resident_id=h.pick(Resident, one + h.made).id,
        form_code=code,
        mode=example["mode"],
        answers=example["answers"],
        served_on=h.day(other),
        confirmed=tuple(h.workplace.catalogue.limits),
    )
    h.do(add_follow_up, draft)


def _measure(h: History, one: int, other: int) -> None:
    """What screening looks at, and what promises ask for."""
    values: list[dict[str, int | Decimal]] = [
        {"fasting_glucose_mmol": Decimal("6.2")},
        {"fasting_glucose_mmol": Decimal("7.4")},
        {"weight_kg": Decimal("81.0")},
        {"height_cm": Decimal("158.0")},
        {"waist_cm": Decimal("97.0")},
        {"hba1c_percent": Decimal("6.9")},
        {"systolic_mmhg": 134, "diastolic_mmhg": 87},
        {"systolic_mmhg": 144, "diastolic_mmhg": 92},
    ]
    resident = h.pick(Resident, one)
    h.do(
        record_reading,
        ReadingDraft(resident_id=resident.id, measurements=values[other], taken_on=h.day(one % 4)),
    )


def _medicine(h: History, one: int, other: int) -> None:
    medicine = MedicineDraft(resident_id=h.pick(Resident, one).id, drug="氨氯地平", since_on=h.day(other))
    if other % 2:
        h.do(add_medication, medicine)
    else:
        draft = PrescriptionDraft(medicine=medicine, weeks=4 + other, issued_on=h.day(other), is_signed=True)
        h.do(register_long_prescription, draft)


def _education(h: History, one: int, other: int) -> None:
    """To one, or to many of several doors."""
    people = {h.pick(Resident, one + number).id for number in range(1 + other)}
    draft = EducationDraft(
        mode=("leaflet", "talk", "home")[other % 3],
        topics=("血压和盐",),
        resident_ids=tuple(sorted(people)),
        given_on=h.day(one),
    )
    h.do(give_education, draft)


def _refuse(h: History, one: int, other: int) -> None:
    what = ("everything", "check_up", "follow_up:hypertension", "reading:blood_pressure", "contract")
    again_on = h.workplace.today() + timedelta(days=9) if one % 2 else None
    h.do(
        refuse,
        h.pick(Resident, one).id,
        what[other % 5],
        refused_on=h.day(other),
        offer_again_on=again_on,
    )


def _activity(h: History, one: int, other: int) -> None:
    code = "education_activity"
    h.do(
        record_activity, ActivityDraft(form_code=code, answers={"topic": f"讲座{one}"}, held_on=h.day(other))
    )


def _pregnancy(h: History, one: int, other: int) -> None:
    """Of anybody: what does not fit her is a mistake that is put right later."""
    changes: list[dict[str, Any]] = [
        {"last_menstruation_on": h.day(7).isoformat()},
        {"last_menstruation_on": h.day(6).isoformat(), "expected_delivery_on": None},
        {"delivered_on": h.day(2).isoformat()},
        {"delivered_on": h.day(5).isoformat(), "discharged_on": h.day(4).isoformat()},
        {"birth_date": h.day(3).isoformat(), "identity_documents": []},
        {"birth_date": h.day(7).isoformat(), "discharged_on": h.day(6).isoformat()},
        {"birth_date": "1958-11-30"},
        {"delivered_on": None, "last_menstruation_on": None},
    ]
    h.do(correct_record, "resident", h.pick(Resident, one).id, changes[other])


def _walk_otherwise(h: History, one: int, other: int) -> None:
    """The order of the hamlets, and which of them have households."""
    if other % 2:
        h.do(correct_record, "hamlet", h.pick(Hamlet, one).id, {"walking_order": other})
    else:
        values = {"hamlet_id": h.pick(Hamlet, other).id}
        h.do(correct_record, "household", h.pick(Household, one).id, values)


def _condition(h: History, one: int, other: int) -> None:
    codes = (
        "hypertension",
        "diabetes",
        "mental_disorder",
        "tuberculosis",
        "copd",
        "other_chronic",
        "stroke",
        "05",
    )
    since = h.day(one).isoformat() if other == 3 else "2018"
    notified_on = h.day(one) if other == 3 else None
    h.do(add_condition, h.pick(Resident, one).id, codes[other], since, notified_on=notified_on)


def _contact(h: History, one: int, other: int) -> None:
    reason = "not_at_home" if other % 2 else None
    resident = h.pick(Resident, one)
    h.do(add_contact, resident.id, mode="home", served_on=h.day(other), not_done_reason=reason)


def _refer(h: History, one: int, other: int) -> None:
    draft = ReferralDraft(
        resident_id=h.pick(Resident, one).id,
        urgency="ordinary",
        reason_text="血压控制不好",
        issued_on=h.day(other),
    )
    h.do(refer, draft)


def _ask(h: History, one: int, other: int) -> None:
    state = ("arrived", "not_arrived", "refused", "back")[other % 4]
    h.do(ask_referral, h.pick(Referral, one).id, state, refusal_signed=other > 3)


def _sign(h: History, one: int, other: int) -> None:
    household = h.pick(Household, one)
    sql = f"household_id = '{household.id}' AND voided_at IS NULL AND until_on IS NULL"
    head = h.pick(HouseholdMembership, other, sql)
    on = h.day(other)
    signing = Signing(signed_on=on, representative_id=head.resident_id)
    h.do(sign_contract, ContractDraft(household_id=household.id, years=1 + other % 3, starts_on=on), signing)


def _renew(h: History, one: int, other: int) -> None:
    contract = h.pick(Contract, one)
    signing = Signing(representative_id=contract.representative_id)
    h.do(renew_contract, contract.id, 1 + other % 3, signing, {})


def _setting(h: History, one: int, other: int) -> None:
    if one % 2:
        h.do(set_setting, "counting_starts_on", h.day(other).isoformat())
    else:
        h.do(set_setting, "assessment_year_starts", ("01-01", "10-01", "12-01", "07-01")[other % 4])


def _days_pass(h: History, one: int, other: int) -> None:
    h.place.clock.forward(days=(0.7, 1, 3, 14, 29, 59, 12, 30)[other])


def _reopen(h: History, one: int, other: int) -> None:
    h.workplace.close()
    h.workplace = h.place.open(clock_confirmed=True)
    if one % 2:
        h.workplace.renew_for_today()


def _document(h: History, one: int, other: int) -> None:
    member = MemberDraft(
        name=NAMES[one],
        sex="2",
        birth_date=date(1950, 1, 2),
        other_document=IdentityDocument(kind="other", number=f"X{one}{other}"),
    )
    h.do(register_household, HouseholdDraft(members=(member,)))


STEPS: dict[str, Callable[[History, int, int], None]] = {
    "register": _register,
    "register again": _register,
    "with another document": _document,
    "add resident": _add_resident,
    "correct resident": _correct_resident,
    "correct link": _correct_link,
    "correct household": _correct_household,
    "void": _void,
    "die": lambda h, one, other: h.do(record_death, h.pick(Resident, one).id, h.day(other)),
    "move out": lambda h, one, other: h.do(move_out, h.pick(Resident, one).id, h.day(other), "县城"),
    "go away": _go_away,
    "come back": lambda h, one, other: h.do(come_back, h.pick(Absence, one).resident_id, h.day(other)),
    "new head": lambda h, one, other: h.do(
        set_head,
        h.pick(HouseholdMembership, one).household_id,
        h.pick(HouseholdMembership, other).resident_id,
        h.day(other),
    ),
    "condition": _condition,
    "end condition": lambda h, one, other: h.do(end_condition, h.pick(Condition, one).id, h.day(other)),
    "phone": lambda h, one, other: h.do(
        add_phone, f"19900{one}{other}{h.made:04d}", resident_id=h.pick(Resident, one).id
    ),
    "reading": lambda h, one, other: h.do(
        record_reading, pressure(h.pick(Resident, one), *PRESSURES[(one + other) % 8], h.day(other))
    ),
    "correct reading": _correct_reading,
    "void reading": lambda h, one, other: h.do(void_reading, h.pick(Reading, one).id, "量错了人"),
    "follow up": _follow_up,
    "follow up again": _follow_up,
    "correct follow up": _correct_follow_up,
    "form": _form,
    "form again": _form,
    "measure": _measure,
    "measure again": _measure,
    "medicine": _medicine,
    "end medicine": lambda h, one, other: h.do(end_medication, h.pick(Medication, one).id, h.day(other)),
    "service": lambda h, one, other: h.do(
        give_service,
        h.pick(Resident, one).id,
        ("drug_delivery", "policy_told", "result_told", "home_visit")[other % 4],
        served_on=h.day(other),
    ),
    "education": _education,
    "activity": _activity,
    "refuse": _refuse,
    "withdraw refusal": lambda h, one, other: h.do(withdraw_refusal, h.pick(Refusal, one).id, h.day(other)),
    "consent": lambda h, one, other: h.do(
        give_consent, h.pick(Resident, one).id, ("management", "check_up")[other % 2], given_on=h.day(other)
    ),
    "withdraw consent": lambda h, one, other: h.do(withdraw_consent, h.pick(Consent, one).id, h.day(other)),
    "notify": lambda h, one, other: h.do(
        notify, h.pick(Resident, one).id, "township", "药品不良反应", told_on=h.day(other)
    ),
    "pregnancy": _pregnancy,
    "walk otherwise": _walk_otherwise,
    "void visit": lambda h, one, other: h.do(void_visit, h.pick(Visit, one).id, "填错了人"),
    "contact": _contact,
    "refer": _refer,
    "ask": _ask,
    "void referral": lambda h, one, other: h.do(void_referral, h.pick(Referral, one).id, "开错了"),
    "sign": _sign,
    "renew": _renew,
    "terminate": lambda h, one, other: h.do(terminate_contract, h.pick(Contract, one).id, h.day(other), "04"),
    "void contract": lambda h, one, other: h.do(void_contract, h.pick(Contract, one).id, "签错了"),
    "hamlet": lambda h, one, other: h.do(add_hamlet, None, one, f"{'甲乙丙丁戊己庚辛'[other]}湾"),
    "setting": _setting,
    "days pass": _days_pass,
    "reopen": _reopen,
}

steps = st.tuples(st.sampled_from(list(STEPS)), st.integers(0, 7), st.integers(0, 7))


def close_quietly(*workplaces: Workplace) -> None:
    for workplace in workplaces:
        with suppress(RuntimeError):
            workplace.close()
