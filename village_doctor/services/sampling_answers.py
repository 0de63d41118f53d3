"""The sheets of hypertension and diabetes in a sample village, filled as they would be typed.

Pure. Who has both diseases is mostly followed up by the one sheet for both, whose symptoms and danger signs are
concepts instead of codes (`resources/codes/symptoms.toml`).
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from village_doctor.domain.clinical.emergency import is_very_high
from village_doctor.domain.forms import Form
from village_doctor.domain.messages import JsonValue
from village_doctor.services.sampling_courses import DIABETES, HYPERTENSION, Habits, Illness, Values

HYPERTENSION_FORM: Final = "hypertension_follow_up"
DIABETES_FORM: Final = "diabetes_follow_up"
BOTH_FORM: Final = "hypertension_diabetes_follow_up"
FORM_OF: Final = {HYPERTENSION: HYPERTENSION_FORM, DIABETES: DIABETES_FORM}

REACTIONS: Final = {
    HYPERTENSION: ("干咳", "脚踝肿", "面部潮红", "头晕乏力"),
    DIABETES: ("恶心、腹胀", "腹泻", "皮疹"),
}
COMPLICATIONS: Final = {
    HYPERTENSION: ("脑梗死，左侧肢体无力", "蛋白尿", "左心室肥厚"),
    DIABETES: ("视网膜病变", "足部溃疡", "蛋白尿"),
}
_DANGER_SIGNS: Final = {HYPERTENSION: ("E3", "E5", "E8"), DIABETES: ("E5", "E8", "E9")}
_NO_SYMPTOMS: Final = "no_symptoms"
# What is answered worse on one of the two sheets stands on the common one.
_WORSE_WINS: Final = ("adherence", "adverse_reaction", "low_glucose_reaction", "complication")


def answers_of(
    illness: Illness, values: Values, habits: Habits, *, is_first: bool, chance: Random
) -> dict[str, JsonValue]:
    """A complete sheet as it would be typed; what only changes rarely is typed at the first visit."""
    disease = illness.disease
    has_reaction = values.mishap == "reaction" and illness.course == "adverse_reaction"
    is_emergency = values.mishap == "emergency" and illness.course == "emergency_once"
    typed: dict[str, JsonValue] = {
        "emergency_sign": False,
        "symptoms": _symptoms(values, has_reaction or is_emergency, disease, chance),
        "complication": "new" if values.complication == disease else "none",
        "systolic_mmhg": values.systolic,
        "diastolic_mmhg": values.diastolic,
        "mental_adjustment": chance.choice(("1", "1", "1", "2")),
        "compliance_behaviour": chance.choice(("1", "1", "2", "2", "3")),
        "adherence": _adherence(illness, chance),
        "adverse_reaction": "2" if has_reaction else "1",
    }
    if values.complication == disease:
        typed["complication_text"] = chance.choice(COMPLICATIONS[disease])
    if is_emergency and chance.randrange(2) == 0:
        typed |= {"emergency_sign": True, "emergency_signs": [chance.choice(_DANGER_SIGNS[disease])]}
    if has_reaction:
        typed["adverse_reaction_text"] = chance.choice(REACTIONS[disease])
        typed["reaction_hard_to_control"] = chance.randrange(8) == 0
    if chance.randrange(10) < 6:
        typed["weight_kg"] = f"{habits.weight_kg + chance.gauss(0, 0.8):.1f}"
    if disease == DIABETES:
        typed.update(_diabetes_only(values, chance))
    else:
        typed["pulse_per_minute"] = values.pulse
    if is_first:
        typed.update(_first_answers(disease, habits))
    return typed


def answers_of_both(
    forms: Mapping[str, Form], sheets: Mapping[str, Mapping[str, JsonValue]]
) -> dict[str, JsonValue]:
    """One sheet out of the answers to both: what is common is asked once, symptoms and signs by concept."""
    first, second = sheets[HYPERTENSION], sheets[DIABETES]
    typed = {**second, **first}
    for key in _WORSE_WINS:
        if key in first and key in second:
            typed[key] = (
                max(first[key], second[key], key=str) if key != "complication" else _new(first, second)
            )
    for key in ("symptoms", "emergency_signs"):
        concepts: list[str] = []
        for disease, answers in sheets.items():
            concepts += _concepts(forms[disease], key, answers.get(key))
        if len(set(concepts)) > 1 and key == "symptoms":
            concepts = [concept for concept in concepts if concept != _NO_SYMPTOMS]
        if concepts:
            typed[key] = list(dict.fromkeys(concepts))
    typed["emergency_sign"] = bool(first["emergency_sign"] or second["emergency_sign"])
    if "medicines" in first or "medicines" in second:
        typed["medicines"] = [*_rows(first.get("medicines")), *_rows(second.get("medicines"))]
    return typed


def measured_again(values: Values, chance: Random) -> dict[str, JsonValue]:
    """The second measuring after some quiet minutes: mostly a little lower."""
    return {
        "systolic_again_mmhg": max(140, values.systolic - chance.randrange(-2, 9)),
        "diastolic_again_mmhg": max(70, values.diastolic - chance.randrange(-1, 5)),
    }


def is_worth_again(values: Values) -> bool:
    """So high that the norm lets her sit quietly and measures again."""
    return is_very_high(values.systolic, values.diastolic)


def _new(first: Mapping[str, JsonValue], second: Mapping[str, JsonValue]) -> JsonValue:
    return next((one["complication"] for one in (first, second) if one["complication"] != "none"), "none")


def _concepts(form: Form, key: str, codes: JsonValue) -> list[str]:
    field = form.field(key)
    if field is None or field.options is None or not isinstance(codes, list):
        return []
    return [option.concept for option in field.options.options if option.code in codes and option.concept]


def _rows(rows: JsonValue) -> Sequence[JsonValue]:
    return rows if isinstance(rows, list) else []


def _symptoms(values: Values, is_unwell: bool, disease: str, chance: Random) -> list[str]:
    """Mostly none; headache with a high pressure, thirst with a high glucose."""
    is_high = values.systolic >= 155 if disease == HYPERTENSION else (values.glucose or 0) >= 9
    if is_unwell or values.mishap == "too_low" or (is_high and chance.randrange(2)):
        return ["2"] if chance.randrange(3) else ["2", "8"]
    return ["1"] if chance.randrange(8) else [chance.choice(("4", "7", "8"))]


def _adherence(illness: Illness, chance: Random) -> str:
    if illness.course == "never_controlled":
        return chance.choice(("1", "2", "2", "3"))
    return chance.choice(("1", "1", "1", "1", "1", "1", "2"))


def _diabetes_only(values: Values, chance: Random) -> dict[str, JsonValue]:
    pulse = chance.choice(("1",) * 14 + ("2",))
    only: dict[str, JsonValue] = {
        "dorsalis_pedis": pulse,
        "low_glucose_reaction": "2" if values.mishap == "low_sugar" or chance.randrange(14) == 0 else "1",
    }
    if pulse != "1":
        only["dorsalis_pedis_side"] = chance.choice(("both", "left", "right"))
    if values.glucose is not None:
        only["fasting_glucose_mmol"] = f"{values.glucose:.1f}"
    if chance.randrange(12) == 0 and values.glucose is not None:
        only["hba1c_percent"] = f"{min(14.0, 4.0 + values.glucose / 2.2):.1f}"
    return only


def _first_answers(disease: str, habits: Habits) -> dict[str, JsonValue]:
    first: dict[str, JsonValue] = {
        "height_cm": f"{habits.height_cm}.0",
        "weight_kg": f"{habits.weight_kg:.1f}",
        "smoking_per_day": habits.smoking,
        "drinking_liang_per_day": f"{habits.drinking}.0",
        "exercise_times_per_week": habits.exercise_times,
        "exercise_minutes": 30 if habits.exercise_times else 0,
        "medicines": [
            {"name": name, "times_per_day": 1 + len(name) % 2, "dose": "1", "unit": "片"}
            for name in habits.medicines.get(disease, ())
        ],
    }
    if habits.smoking:
        first["smoking_per_day_target"] = max(0, habits.smoking - 5)
    if disease == DIABETES:
        first["staple_food_g"] = habits.staple_food_g
    else:
        first["salt_intake"] = habits.salt
        first["salt_intake_target"] = "1"
    return first
