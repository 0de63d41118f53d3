"""Papers out of real records: whose they are, what they must not say, and that printing changes nothing."""

import dataclasses
import io
from datetime import date
from typing import Any

import pypdf
import pytest

from tests.printing.paper import page_texts, pixels, read_by_zxing, text_of
from tests.services.desk_of_township import TownshipDesk
from tests.services.test_contracting import sign
from tests.village import GRANDMOTHER, PASSWORD, TODAY, VILLAGE_CODE, pressure
from village_doctor.domain.clinic import Clinic, Staff
from village_doctor.domain.contracts import DRAFT, Contract, FeeShare
from village_doctor.domain.duties.reasons import GROUP_NAMES
from village_doctor.domain.packages import ServiceItem, ServicePackage
from village_doctor.domain.people import Condition
from village_doctor.domain.permissions import PROTECTED_GROUPS
from village_doctor.domain.problems import Problem
from village_doctor.domain.records import Record
from village_doctor.foundation.secrets import UnlockCode
from village_doctor.services import enrolling, printing_papers, verifying_cards, wording_cards
from village_doctor.services.contracting import (
    ContractDraft,
    Evidence,
    Signing,
    activate_contract,
    draft_contract,
    offer_contract,
    renew_contract,
    terminate_contract,
    void_contract,
)
from village_doctor.services.desk import Desk, verb
from village_doctor.services.measuring import record_reading
from village_doctor.services.moving import record_death
from village_doctor.services.recording_conditions import add_condition
from village_doctor.services.safekeeping import make_backup, restore
from village_doctor.services.sending import send
from village_doctor.services.taking_receipts import receive
from village_doctor.services.verifying_cards import check_card, look_up
from village_doctor.store.people_store import household_on
from village_doctor.store.tables import get, select
from village_doctor.sync.cards import CardPayload, read_card, write_card
from village_doctor.sync.identity import SigningKey

SECRET_WORDS = ("精神", "障碍患者", "结核", "计划生育", "计生", "服药")


@pytest.fixture
def draft(do, village) -> Contract:
    return do(draft_contract, ContractDraft(household_id=village.four.id, years=2)).contract


@pytest.fixture
def contract(village) -> Contract:
    """The household of four, signed for two years."""
    return sign(village).value.contract


def agreement_text(village, contract_id: str) -> str:
    return text_of(printing_papers.agreement(village.workplace, contract_id).pdf)


def codes_of(pdf: bytes) -> list[str]:
    return read_by_zxing(pixels(pdf, 200))


def cards_of(village, contract_id: str) -> list[str]:
    return codes_of(printing_papers.cards(village.workplace, contract_id).pdf)


def refusal(function, *args: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        function(*args)
    return caught.value


@verb("correct_record")
def save_as_it_is(desk: Desk, record: Record) -> Record:
    return desk.save(record)


def journal_length(village) -> int:
    return int(village.workplace.query(lambda c: c.execute("SELECT count(*) FROM journal").fetchone()[0]))


def acting_as(village, role: str) -> None:
    village.workplace.actor = dataclasses.replace(village.workplace.actor, role=role)


# --- the agreement ----------------------------------------------------------------------------------------


def test_a_draft_is_printed_as_a_draft_and_stays_one(village, draft):
    before = journal_length(village)
    paper = printing_papers.agreement(village.workplace, draft.id)
    assert paper.title == "家庭医生签约服务协议书"
    for page in page_texts(paper.pdf):
        assert "草稿，签字后生效" in "".join(page.split())
    assert journal_length(village) == before
    assert village.workplace.query(get, Contract, draft.id).state == DRAFT


def test_the_agreement_says_what_the_records_say(village, draft):
    text = agreement_text(village, draft.number)
    number = GRANDMOTHER.id_card_number or ""
    for words in (
        "甲方青石镇卫生院",
        "签约医生王守仁",
        "村卫生室石桥湾村卫生室",
        "乙方户主王德顺",
        "石桥湾王家屋场大樟树旁",
        "19900007788（女儿王春花）",
        f"李桂英女1956-05-03妻{number}老年人、高血压患者",
        "王思琪女2019-02-28孙女没有证件一般人群",
        "面对面随访，量血压，指导用药和生活方式每年4次",
        "常见病、多发病诊疗，合理用药需要时",
        "从2026年11月23日到2028年11月22日，共2年。",
        "签字晚于开始那天的，从签字那天算起，签满2年。",
        "本协议没有约定签约服务费，乙方不用交钱。",
        "本协议一式2份",
    ):
        assert words in text, words


def test_the_mark_follows_the_contract(village, do, draft):
    do(offer_contract, draft.id)
    assert "待签字，签字后生效" in agreement_text(village, draft.id)
    do(activate_contract, draft.id, Signing(representative_id=village.grandfather.id))
    signed = agreement_text(village, draft.id)
    assert "生效，待" not in signed
    assert "草稿，" not in signed
    assert "待签字，" not in signed
    assert "签字晚于开始那天" not in signed
    do(terminate_contract, draft.id, date(2026, 11, 23), "02")
    assert "已解约" in agreement_text(village, draft.id)


def test_an_agreement_past_its_end_says_so(village, contract):
    village.place.clock.forward(days=731)
    assert "已到期" in agreement_text(village, contract.id)


def test_who_signed_for_whom(village, do, draft):
    do(offer_contract, draft.id)
    signing = Signing(
        representative_id=village.grandfather.id,
        evidence={
            village.grandmother.id: Evidence(signed_by_hand=True),
            village.son.id: Evidence(told_on=date(2026, 11, 20), told_how="电话"),
            village.child.id: Evidence(signer_relation="祖父"),
        },
    )
    do(activate_contract, draft.id, signing)
    text = agreement_text(village, draft.id)
    assert "王德顺本人本人签字2026-11-23" in text
    assert "王小军本人电话告诉过本人2026-11-20" in text
    assert "王思琪监护人（祖父）" in text
    assert "乙方代表姓名：王德顺" in text
    assert "和户主的关系：户主" in text


def test_fees_name_who_pays(village, do, draft):
    shares = (FeeShare(payer="insurance", amount_fen=6000), FeeShare(payer="resident", amount_fen=2050))
    changed = dataclasses.replace(
        draft, fee_fen=8050, payers=shares, exemption_reason="脱贫户减免", receipt_number="A-17"
    )
    village.workplace.command(save_as_it_is, changed)
    text = agreement_text(village, draft.id)
    assert "签约服务费一共80.50元。" in text
    assert "谁来付：医保基金60.00元，居民个人20.50元。" in text
    assert "减免：脱贫户减免" in text
    assert "收据号：A-17" in text


def test_the_code_on_the_agreement_is_that_of_the_head(village, draft):
    (digits,) = codes_of(printing_papers.agreement(village.workplace, draft.id).pdf)
    found = check_card(village.workplace, digits)
    assert found.resident.id == village.grandfather.id
    assert (found.contract_state, found.signature) == (DRAFT, "good")
    assert not found.is_good


def test_a_voided_or_unknown_contract_has_no_paper(village, do, contract):
    do(void_contract, contract.id, "录错了")
    for number in (contract.id, contract.number, "2026-99999"):
        assert refusal(printing_papers.agreement, village.workplace, number).code == "contract-unknown"
        assert refusal(printing_papers.cards, village.workplace, number).code == "contract-unknown"


def test_a_name_with_rare_characters_is_on_the_paper(village, do):
    household = village.workplace.query(household_on, village.rare.id, TODAY)
    made = do(draft_contract, ContractDraft(household_id=household.id, years=1)).contract
    assert "𤋮㛃𠮷" in agreement_text(village, made.id)


def test_under_what_condition_a_service_is_given_is_printed_and_remarks_are_not(village, do):
    do(add_condition, village.grandmother.id, "diabetes")
    made = do(draft_contract, ContractDraft(household_id=village.four.id, years=1)).contract
    text = agreement_text(village, made.id)
    assert "糖化血红蛋白（有条件的做）需要时" in text
    items = [item for package in made.packages for item in package.items]
    assert any(item.note for item in items), "there is a remark that could have been printed"
    assert not any(item.note in text for item in items if item.note)
    stored = village.workplace.query(get, Contract, made.id)
    assert stored.packages == made.packages, "kept as signed, the condition too"


# --- what others must not read ----------------------------------------------------------------------------


@pytest.mark.parametrize("group", sorted(PROTECTED_GROUPS))
def test_protected_groups_are_never_in_words(village, do, group):
    code = {"06": "06", "09": "tuberculosis", "10": "mental_disorder"}[group]
    condition = Condition(id=village.workplace.new_id(), resident_id=village.son.id, code=code)
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
    made = sign(village).value
    assert next(m for m in made.members if m.resident_id == village.son.id).package_codes[-1] == "protected"
    agreement = agreement_text(village, made.contract.id)
    cards = text_of(printing_papers.cards(village.workplace, made.contract.id).pdf)
    for words in (*SECRET_WORDS, GROUP_NAMES[group]):
        assert words not in agreement
        assert words not in cards
    assert f"个性化服务包（代码{group}）" in agreement
    assert f"1981-09-14子99010119810914003X{group}" in agreement
    assert "个性化服务包" in cards
    assert f"代码{group}" not in cards


# --- cards ------------------------------------------------------------------------------------------------


def test_every_member_of_an_active_contract_gets_a_card_that_finds_her(village, contract):
    before = journal_length(village)
    paper = printing_papers.cards(village.workplace, contract.id)
    codes = codes_of(paper.pdf)
    assert len(codes) == 4
    found = [check_card(village.workplace, digits) for digits in codes]
    people = {village.grandfather.id, village.grandmother.id, village.son.id, village.child.id}
    assert {one.resident.id for one in found} == people
    for digits, one in zip(codes, found, strict=True):
        assert (one.signature, one.contract_state, one.ends_on) == ("good", "active", date(2028, 11, 22))
        assert (one.bound_until, one.household) == (date(2028, 11, 22), village.four)
        assert one.is_good
        for length in (verifying_cards.LOOK_UP_LENGTH, 100, verifying_cards.CARD_LENGTH):
            assert village.workplace.query(look_up, digits[:length]) == one.resident.id
        assert village.workplace.query(look_up, digits[:40]) is None
    assert journal_length(village) == before, "neither printing nor scanning writes anything"


def test_cards_are_of_active_contracts_only(village, do, draft):
    workplace = village.workplace
    assert refusal(printing_papers.cards, workplace, draft.id).values["state"] == "草稿"
    do(offer_contract, draft.id)
    assert refusal(printing_papers.cards, workplace, draft.id).values["state"] == "待签字"
    do(activate_contract, draft.id, Signing(representative_id=village.grandfather.id))
    assert printing_papers.cards(workplace, draft.id).title == "家庭医生签约服务卡"
    do(terminate_contract, draft.id, date(2026, 11, 23), "04")
    told = refusal(printing_papers.cards, workplace, draft.id)
    assert (told.code, told.values["state"]) == ("cards-need-active", "已解约")


def test_the_dead_get_no_card(village, do, contract):
    do(record_death, village.grandmother.id, date(2026, 11, 23))
    assert len(cards_of(village, contract.id)) == 3
    for person in (village.grandfather, village.son, village.child):
        do(record_death, person.id, date(2026, 11, 23))
    assert refusal(printing_papers.cards, village.workplace, contract.id).code == "cards-nobody"


def test_the_phone_on_a_card_is_the_doctors_else_the_clinics(village, contract):
    assert "电话" not in text_of(printing_papers.cards(village.workplace, contract.id).pdf)
    clinic = next(iter(village.workplace.query(lambda c: list(select(c, Clinic)))))
    village.workplace.command(save_as_it_is, dataclasses.replace(clinic, phone="07100001111"))
    assert "电话07100001111" in text_of(printing_papers.cards(village.workplace, contract.id).pdf)
    doctor = village.workplace.query(get, Staff, village.workplace.actor.id)
    village.workplace.command(save_as_it_is, dataclasses.replace(doctor, phone="19900009999"))
    assert "电话19900009999" in text_of(printing_papers.cards(village.workplace, contract.id).pdf)


def test_papers_are_the_same_bytes_for_the_same_records(village, contract):
    for make in (printing_papers.agreement, printing_papers.cards):
        assert make(village.workplace, contract.id).pdf == make(village.workplace, contract.id).pdf


def test_no_paper_names_anybody_outside_its_pages(village, contract):
    papers = [
        printing_papers.agreement(village.workplace, contract.id),
        printing_papers.cards(village.workplace, contract.id),
        printing_papers.leaflet(village.workplace, village.grandmother.id),
    ]
    for paper in papers:
        told = [paper.title, *map(str, (pypdf.PdfReader(io.BytesIO(paper.pdf)).metadata or {}).values())]
        assert not any(name in word for word in told for name in ("李桂英", "王德顺", "王守仁"))


# --- scanning ---------------------------------------------------------------------------------------------


def test_the_state_of_a_card_is_that_of_its_contract(village, do, contract):
    digits = cards_of(village, contract.id)[0]

    def state():
        found = check_card(village.workplace, digits)
        return found.contract_state, found.bound_until, found.is_good

    assert state() == ("active", date(2028, 11, 22), True)
    do(terminate_contract, contract.id, date(2026, 11, 23), "05")
    assert state() == ("terminated", None, False)
    newer = sign(village).value.contract
    assert state() == ("terminated", newer.ends_on, False), (
        "she is signed again, the card is still the old one"
    )
    do(void_contract, contract.id, "录错了")
    assert state()[0] == "voided"


def test_an_expired_card_still_finds_its_person_and_the_renewal(village, do):
    old = sign(village, years=1).value.contract
    digits = cards_of(village, old.id)[0]
    village.place.clock.forward(days=330)
    do(renew_contract, old.id, 2, Signing(), {})
    village.place.clock.forward(days=60)
    found = check_card(village.workplace, digits)
    assert (found.contract_state, found.ends_on, found.bound_until) == (
        "expired",
        date(2027, 11, 22),
        date(2029, 11, 22),
    )
    told = wording_cards.card_found(found, village.workplace.today())
    assert "到期" in told
    assert "现在的签约到2029年11月22日为止。" in told


def test_a_forged_card_and_one_of_an_unknown_device_find_the_person_and_say_so(village, contract):
    mine = read_card(cards_of(village, contract.id)[0])
    stranger = SigningKey.from_seed(bytes(range(32)))
    found = check_card(village.workplace, write_card(mine.payload, stranger))
    assert (found.resident.id, found.signature) == (village.grandfather.id, "unknown-device")
    assert "核对不了" in wording_cards.signature_of_card(found)

    own = enrolling.device_keys(village.workplace).signing
    forger = SigningKey(seed=stranger.seed, public=own.public)  # claims our key, signs with another
    found = check_card(village.workplace, write_card(mine.payload, forger))
    assert found.signature == "bad"
    assert "签名不对" in wording_cards.signature_of_card(found)


def test_a_card_of_somebody_unknown_is_told(village):
    key = enrolling.device_keys(village.workplace).signing
    digits = write_card(CardPayload(member_id=village.widow.id, ends_on=date(2028, 1, 1)), key)
    assert refusal(check_card, village.workplace, digits).code == "card-unknown"
    assert village.workplace.query(look_up, digits) is None


def test_a_restored_laptop_cannot_check_the_old_ones_cards_until_the_township_has_told_its_key(
    village, contract, tmp_path
):
    digits = cards_of(village, contract.id)[0]
    assert judged_after_restoring(village, digits, "second") == "unknown-device"
    desk, stick = TownshipDesk(), tmp_path / "stick"
    stick.mkdir()
    enrolling.enrol(village.workplace, desk.invite(), desk.words)
    send(village.workplace, stick)
    desk.answer(stick, desk.receipt(desk.letters_in(stick)))
    receive(village.workplace, stick)
    assert judged_after_restoring(village, digits, "third") == "good"


def judged_after_restoring(village, digits: str, computer: str) -> str:
    """What another computer that a backup was put on thinks of the card."""
    place = village.place.elsewhere(f"home-{computer}", computer=computer)
    backup = make_backup(village.workplace)
    workplace = restore(backup, place.home, place.surroundings, password=PASSWORD).workplace
    try:
        found = check_card(workplace, digits)
    finally:
        workplace.close()
    assert found.resident.id == village.grandfather.id
    return found.signature


# --- the leaflet ------------------------------------------------------------------------------------------


def leaflet_text(village, resident) -> str:
    return text_of(printing_papers.leaflet(village.workplace, resident.id).pdf)


def test_the_leaflet_has_her_own_numbers_and_the_norms_target(village, do):
    do(record_reading, pressure(village.grandmother, 162, 92, date(2026, 8, 17)))
    do(record_reading, pressure(village.grandmother, 199, 99, date(2025, 11, 22)))
    do(record_reading, pressure(village.grandmother, 133, 77, date(2026, 9, 1), setting="self_measured"))
    text = leaflet_text(village, village.grandmother)
    assert "李桂英" in text
    assert "138/86" in text, "the newest"
    assert "162" in text
    assert "199" not in text, "more than a year ago"
    assert "133" not in text, "what she measured herself has another limit"
    assert "血压要低于150/90" in text, "70 years old"
    assert "下次：2027年2月23日高血压随访" in text
    assert "120" in text
    assert "石桥湾村卫生室" in text


def test_under_65_the_target_is_lower(village, do):
    do(add_condition, village.son.id, "hypertension")
    assert "血压要低于140/90" in leaflet_text(village, village.son)


def test_who_has_no_hypertension_is_told_when_to_tell_the_doctor_and_takes_no_pills(village):
    text = leaflet_text(village, village.son)
    assert "血压到了140/90就告诉医生" in text
    assert "按时吃药" not in text
    assert "下次：" not in text


def test_what_is_overdue_is_for_today(village):
    village.place.clock.forward(days=200)
    assert "下次：2027年6月11日高血压随访" in leaflet_text(village, village.grandmother)


def test_the_dead_get_no_leaflet(village, do):
    do(record_death, village.grandmother.id, date(2026, 11, 23))
    told = refusal(printing_papers.leaflet, village.workplace, village.grandmother.id)
    assert told.code == "person-gone"
    assert refusal(printing_papers.leaflet, village.workplace, VILLAGE_CODE).code == "record-not-found"


# --- the unlock-code sheet --------------------------------------------------------------------------------


def test_the_unlock_sheet_shows_the_code():
    code = UnlockCode(bytes(range(16)))
    paper = printing_papers.unlock_sheet(code, "石桥湾村卫生室", date(2026, 11, 23))
    text = text_of(paper.pdf)
    for group in code.text.replace("-", " ").split():
        assert group in text
    assert paper.title == "开锁码"


def test_what_opens_the_data_is_not_left_in_a_file(village, contract):
    assert not printing_papers.unlock_sheet(UnlockCode(bytes(16)), "石桥湾村卫生室", TODAY).can_be_saved
    assert printing_papers.agreement(village.workplace, contract.id).can_be_saved
    assert printing_papers.cards(village.workplace, contract.id).can_be_saved
    assert printing_papers.leaflet(village.workplace, village.grandmother.id).can_be_saved


# --- who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "may_print"), [("owner", True), ("doctor", True), ("helper", False)])
def test_contracts_are_printed_by_doctors_and_leaflets_by_helpers_too(village, contract, role, may_print):
    acting_as(village, role)
    for make in (printing_papers.agreement, printing_papers.cards):
        if may_print:
            assert make(village.workplace, contract.id).pdf.startswith(b"%PDF")
        else:
            told = refusal(make, village.workplace, contract.id)
            assert (told.code, told.values["action"]) == ("not-permitted", "打印")
    assert printing_papers.leaflet(village.workplace, village.grandmother.id).pdf.startswith(b"%PDF")
