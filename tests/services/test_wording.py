"""What is said of people before others: who is gone first, of protected groups no word."""

from datetime import date

import pytest

from tests.printing.paper import pixels, read_by_zxing
from tests.services.test_contracting import sign
from tests.services.test_printing_papers import SECRET_WORDS, save_as_it_is
from tests.village import TODAY
from village_doctor.domain.duties.reasons import GROUP_NAMES
from village_doctor.domain.packages import ServiceItem, ServicePackage
from village_doctor.domain.people import Condition
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.services import printing_papers, wording_cards
from village_doctor.services.family_story import family_story
from village_doctor.services.moving import move_out, record_death
from village_doctor.services.verifying_cards import check_card


@pytest.mark.parametrize("group", sorted(PROTECTED_GROUPS))
def test_a_package_of_a_protected_group_has_a_number_and_no_name(village, group):
    code = {"06": "06", "09": "tuberculosis", "10": "mental_disorder"}[group]
    condition = Condition(id=village.workplace.new_id(), resident_id=village.grandfather.id, code=code)
    village.workplace.command(save_as_it_is, condition)
    package = ServicePackage(
        code="protected",
        name="严重精神障碍和肺结核、计生特殊家庭服务包",
        version=1,
        kind="personal",
        group=group,
        items=(ServiceItem(code="pills", name="督导服药", frequency="per_year", times=12, proof="visit"),),
        source="x",
    )
    catalogue = village.workplace.catalogue
    others = {code: one for code, one in catalogue.packages.items() if one.group != group}
    catalogue.__dict__["packages"] = {**others, "protected": package}
    sign(village)
    story = village.workplace.query(family_story, catalogue, village.four.id, TODAY)
    his = next(one for one in story.people if one.resident.id == village.grandfather.id)
    assert f"个性化服务包（代码 {group}）" in his.packages
    assert not any(words in his.packages for words in (*SECRET_WORDS, GROUP_NAMES[group]))


@pytest.mark.parametrize(
    ("leave", "told"), [(record_death, "已故，11月20日去世。"), (move_out, "已迁出，11月20日走的。")]
)
def test_a_card_of_somebody_who_is_gone_says_that_first(village, do, leave, told):
    contract = sign(village).value.contract
    codes = read_by_zxing(pixels(printing_papers.cards(village.workplace, contract.id).pdf, 200))
    do(leave, village.grandfather.id, date(2026, 11, 20))
    lines = [wording_cards.card_found(check_card(village.workplace, one), TODAY) for one in codes]
    assert [line for line in lines if line.startswith(told)] == [line for line in lines if "王德顺" in line]
    assert len([line for line in lines if "已故" in line or "已迁出" in line]) == 1
