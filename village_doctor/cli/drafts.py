"""People and households as typed (`name=李桂英,sex=女,born=1956-05-03,…`) or as JSON, made into drafts.

The same keys in both. Relations, sexes and nationalities may be codes or the words for them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from village_doctor.cli.inputs import day_of, text_of, texts_of, truth
from village_doctor.domain.messages import N_, JsonValue
from village_doctor.domain.people import RELATION_HEAD, IdentityDocument
from village_doctor.domain.problems import Problem
from village_doctor.services.catalogue import Catalogue
from village_doctor.services.registering import HouseholdDraft, MemberDraft

# Every key of a member, with what it means: the help of the verbs, and the check of what was typed.
MEMBER_KEYS: Final[Mapping[str, str]] = {
    "name": N_("姓名"),
    "relation": N_("与户主关系，代码或词：02 户主、12 妻、20 子、42 孙女……；不写就是户主"),
    "sex": N_("男、女，或 1、2；有身份证号可以不写"),
    "born": N_("出生日期 1956-05-03；有身份证号可以不写"),
    "id": N_("18 位身份证号"),
    "document": N_("其他证件的号码"),
    "no_id": N_("没有证件的原因，如 遗失、新生儿"),
    "phone": N_("本人电话"),
    "other_names": N_("小名、别名，用、隔开"),
    "since": N_("哪天起住进这一户"),
    "registered_here": N_("户口在不在本地：是、否"),
    "lives_here_since": N_("户口不在本地的，哪天起住在本地"),
    "ethnicity": N_("民族，代码或词"),
    "hypertension": N_("有高血压，哪年起：hypertension=2016；别的病种一样写：diabetes=2019"),
}
_HOUSEHOLD_KEYS: Final = frozenset(
    {
        "members",
        "hamlet",
        "door",
        "landmark",
        "address",
        "registered_address",
        "walking_order",
        "phone",
        "phone_whose",
        "note",
    }
)


def member_keys_help() -> str:
    """The keys as lines of a help page."""
    return "\n".join(f"  {key}={_shown(line)}" for key, line in MEMBER_KEYS.items())


def _shown(line: str) -> str:
    return f"…  {line}"


def member_draft(values: Mapping[str, JsonValue], catalogue: Catalogue) -> MemberDraft:
    """Raises Problem `field-unknown`, `field-value`, `date-form`, `code-unknown`."""
    diseases = catalogue.code_lists["condition"].codes
    for key in values:
        if key not in MEMBER_KEYS and key not in diseases and key != "conditions":
            raise Problem("field-unknown", kind="member", field=key)
    document = text_of(values, "document")
    return MemberDraft(
        name=text_of(values, "name") or "",
        relation=_code(values, "relation", catalogue, "relation") or RELATION_HEAD,
        sex=_code(values, "sex", catalogue, "sex"),
        birth_date=day_of(values, "born"),
        id_card_number=text_of(values, "id"),
        other_document=IdentityDocument(kind="other", number=document) if document else None,
        no_identity_reason=text_of(values, "no_id"),
        other_names=texts_of(values, "other_names"),
        phone=text_of(values, "phone"),
        since=day_of(values, "since"),
        registered_here=truth("registered_here", values.get("registered_here", True)),
        lives_here_since=day_of(values, "lives_here_since"),
        ethnicity=_code(values, "ethnicity", catalogue, "nationality"),
        conditions=_conditions(values, diseases),
    )


def household_draft(
    values: Mapping[str, JsonValue], catalogue: Catalogue, hamlet_id: str | None
) -> HouseholdDraft:
    """A household from its JSON object; `hamlet_id` is the hamlet that `values` names.

    Raises Problem as `member_draft`.
    """
    for key in values:
        if key not in _HOUSEHOLD_KEYS:
            raise Problem("field-unknown", kind="household", field=key)
    members = values.get("members")
    if isinstance(members, str) or not isinstance(members, Sequence):
        raise Problem("field-value", field="members", value=members)
    order = values.get("walking_order")
    if order is not None and (isinstance(order, bool) or not isinstance(order, int)):
        raise Problem("field-value", field="walking_order", value=order)
    return HouseholdDraft(
        members=tuple(member_draft(_object(one), catalogue) for one in members),
        hamlet_id=hamlet_id,
        door_number=text_of(values, "door"),
        landmark=text_of(values, "landmark"),
        home_address=text_of(values, "address"),
        registered_address=text_of(values, "registered_address"),
        walking_order=order,
        phone=text_of(values, "phone"),
        phone_whose=text_of(values, "phone_whose"),
        note=text_of(values, "note"),
    )


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(value, Mapping):
        raise Problem("field-value", field="members", value=value)
    return value


def _code(values: Mapping[str, JsonValue], key: str, catalogue: Catalogue, list_name: str) -> str | None:
    """The code of a word; what is neither a code nor a word of the list is refused with what there is."""
    text = text_of(values, key)
    if text is None:
        return None
    for one in catalogue.code_lists[list_name].options:
        if text == one.label:
            return one.code
    return catalogue.known_code(list_name, text)


def _conditions(values: Mapping[str, JsonValue], diseases: Sequence[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    listed = values.get("conditions")
    if isinstance(listed, Mapping):
        found.update({code: text_of(listed, code) for code in listed})
    elif listed is not None:
        raise Problem("field-value", field="conditions", value=listed)
    found.update({code: text_of(values, code) for code in diseases if code in values})
    return found
