"""What a form computes from its answers: 体质指数, scores, and the band that a score falls into.

`resources/formats/form.md` is the reference. Points and bands are data of the option lists; here is only how they are
put together. A value exists only when everything that it is made of is answered; it is shown and printed, not stored.
"""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from village_doctor.domain.code_lists import CodeList
from village_doctor.domain.forms import DECIMAL, ONE, WHOLE, Field, Form
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.plausibility import HEIGHT, WEIGHT

BMI: Final = "bmi"
SUM: Final = "sum"
BAND: Final = "band"
PERCENT: Final = "percent"
BALANCED_CONSTITUTION: Final = "balanced_constitution"
FORMULAS: Final = frozenset({BMI, SUM, BAND, PERCENT, BALANCED_CONSTITUTION})
# The formulas whose result is the code of an option.
BANDED: Final = frozenset({BAND, BALANCED_CONSTITUTION})
_CONSTITUTIONS: Final = 9

Values = Mapping[str, JsonValue | Decimal]
Computed = Decimal | str


def body_mass_index(weight_kg: Decimal, height_cm: Decimal, places: int = 1) -> Decimal:
    """体质指数: kg divided by the square of metres, rounded half up."""
    metres = height_cm / 100
    return (weight_kg / (metres * metres)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def computed_values(form: Form, values: Values) -> Mapping[str, Computed]:
    """What the form's formulas make of the answers and measurements, by field key, in the order of the form."""
    found: dict[str, Computed] = {}
    for item in form.fields:
        if item.formula is None:
            continue
        value = _COMPUTE[item.formula](form, item, {**values, **found})
        if value is not None:
            found[item.key] = value
    return found


def mistake_in(form: Form, item: Field) -> tuple[str, str] | None:
    """Why the formula of this field cannot be computed in this form: a marked reason and what it is about."""
    return None if item.formula is None else _MISTAKES[item.formula](form, item)


# --- computing: None where something is not answered ---


def _bmi(_form: Form, item: Field, values: Values) -> Computed | None:
    weight, height = _number(values.get(WEIGHT)), _number(values.get(HEIGHT))
    return None if not weight or not height else body_mass_index(weight, height, item.places)


def _sum(form: Form, item: Field, values: Values) -> Computed | None:
    total = 0
    for key in item.formula_of:
        source, code = form.field(key), values.get(key)
        option = None if source is None or source.options is None else source.options.option(str(code))
        if source is None or source.options is None or option is None or option.points is None:
            return None
        total += _mirrored(source.options, option.points) if key in item.formula_reversed else option.points
    return Decimal(total)


def _mirrored(options: CodeList, points: int) -> int:
    """Counted the other way round: the highest for the lowest."""
    all_points = _points(options)
    return min(all_points) + max(all_points) - points


def _band(_form: Form, item: Field, values: Values) -> Computed | None:
    """The code of the highest band whose first score is reached."""
    score = _number(values.get(item.formula_of[0]))
    if score is None or item.options is None:
        return None
    reached = [
        (option.from_points, option.code)
        for option in item.options.options
        if option.from_points is not None and option.from_points <= score
    ]
    return max(reached)[1] if reached else None


def _balanced_constitution(_form: Form, item: Field, values: Values) -> Computed | None:
    """平和质 is judged by its own score and by all eight others (norms-other-groups §2): the first option that fits."""
    scores = [_number(values.get(key)) for key in item.formula_of]
    known = [score for score in scores if score is not None]
    if len(known) != len(scores) or item.options is None:
        return None
    own, highest_other = known[0], max(known[1:])
    for option in item.options.options:
        limit = option.others_at_most
        if (
            option.from_points is not None
            and own >= option.from_points
            and (limit is None or highest_other <= limit)
        ):
            return option.code
    return None


def _percent(_form: Form, item: Field, values: Values) -> Computed | None:
    """The first of two numbers as a share of the second, rounded half up; None where there is nothing to share."""
    part, whole = (_number(values.get(key)) for key in item.formula_of)
    if part is None or not whole:
        return None
    return (part * 100 / whole).quantize(Decimal(1).scaleb(-item.places), ROUND_HALF_UP)


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _points(options: CodeList) -> list[int]:
    return [option.points for option in options.options if option.points is not None]


# --- checking a form file ---


def _mistake_of_bmi(form: Form, _item: Field) -> tuple[str, str] | None:
    for key in (WEIGHT, HEIGHT):
        source = form.field(key)
        if source is None or not source.is_measured:
            return N_("计算要用的测量值不在这张表里"), key
    return None


def _mistake_of_sum(form: Form, item: Field) -> tuple[str, str] | None:
    for key in item.formula_of:
        source = form.field(key)
        if source is None or source.type != ONE or source.options is None or not _points(source.options):
            return N_("计分的项目不在这张表里，或者它的选项没有分数"), key
    for key in item.formula_reversed:
        if key not in item.formula_of:
            return N_("反向计分的项目不在计分的项目里"), key
    return None


def _mistake_of_band(form: Form, item: Field) -> tuple[str, str] | None:
    if len(item.formula_of) != 1:
        return N_("分档只看一个分数"), ", ".join(item.formula_of)
    mistake = _mistake_of_scores(form, item)
    if mistake is not None:
        return mistake
    if _lowest_band(item) > _lowest_score(form, item.formula_of[0]):
        return N_("最低一档比最低分还高，有的分数归不进哪一档"), item.formula_of[0]
    return None


def _mistake_of_percent(form: Form, item: Field) -> tuple[str, str] | None:
    sources = [form.field(key) for key in item.formula_of]
    if len(sources) != 2 or any(source is None or source.type not in (WHOLE, DECIMAL) for source in sources):
        return N_("百分比要写两个数：先写做到的，再写应做的"), ", ".join(item.formula_of)
    return None


def _mistake_of_balanced_constitution(form: Form, item: Field) -> tuple[str, str] | None:
    if len(item.formula_of) != _CONSTITUTIONS:
        return N_("平和质要看九个分数，平和质自己的写在最前面"), ", ".join(item.formula_of)
    mistake = _mistake_of_scores(form, item)
    if mistake is not None:
        return mistake
    last = item.options.options[-1] if item.options is not None else None
    if (
        last is None
        or last.others_at_most is not None
        or (last.from_points or 0) > _lowest_score(form, item.formula_of[0])
    ):
        return N_("最后一项应该是其余的都归它"), item.key
    return None


def _mistake_of_scores(form: Form, item: Field) -> tuple[str, str] | None:
    """The scores must be sums that stand before; the options must say from how many points they hold."""
    keys = [field.key for field in form.fields]
    for key in item.formula_of:
        source = form.field(key)
        if source is None or source.formula != SUM or keys.index(key) > keys.index(item.key):
            return N_("要看的分数不在这一项前面"), key
    if item.options is None or any(option.from_points is None for option in item.options.options):
        return N_("选项没有写从几分起（from_points）"), item.key
    return None


def _lowest_band(item: Field) -> int:
    options = () if item.options is None else item.options.options
    return min(option.from_points for option in options if option.from_points is not None)


def _lowest_score(form: Form, key: str) -> int:
    score = form.field(key)
    sources = () if score is None else tuple(form.field(of) for of in score.formula_of)
    return sum(min(_points(one.options)) for one in sources if one is not None and one.options is not None)


_COMPUTE: Final[Mapping[str, Callable[[Form, Field, Values], Computed | None]]] = {
    BMI: _bmi,
    SUM: _sum,
    BAND: _band,
    PERCENT: _percent,
    BALANCED_CONSTITUTION: _balanced_constitution,
}
_MISTAKES: Final[Mapping[str, Callable[[Form, Field], tuple[str, str] | None]]] = {
    BMI: _mistake_of_bmi,
    SUM: _mistake_of_sum,
    BAND: _mistake_of_band,
    PERCENT: _mistake_of_percent,
    BALANCED_CONSTITUTION: _mistake_of_balanced_constitution,
}
