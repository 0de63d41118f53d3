"""Signing on one page, by keyboard: printing makes nothing active, the signed sheet does, and evidence is asked of each adult."""

from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.fitting import faults
from tests.gui.shells import RecordingShell, over, put_up
from tests.village import Village
from village_doctor.domain.contracts import (
    ACTIVE,
    AWAITING_SIGNATURE,
    SELF,
    TERMINATED,
    Contract,
    ContractMember,
)
from village_doctor.gui import theme
from village_doctor.gui.pages.contract_page import ON_THE_SPOT, SIGNED, WAITING, WRITING, ContractPage
from village_doctor.gui.theme import Theme
from village_doctor.services import viewing
from village_doctor.services.contracting import (
    ContractDraft,
    Evidence,
    Signing,
    draft_contract,
    offer_contract,
    sign_contract,
)
from village_doctor.services.drafting import drafts
from village_doctor.store import people_store


@dataclass
class Signer:
    """The page as the doctor uses it."""

    village: Village
    shell: RecordingShell
    page: ContractPage
    qtbot: QtBot

    def open(self, household_id=None):
        self.page.show_household(household_id or self.village.four.id)
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: self.shell.session.tasks.is_idle)

    def press(self, key, widget=None):
        self.qtbot.keyClick(widget or self.page, key)
        self.settle()

    def contracts(self) -> list[Contract]:
        family = self.village.workplace.query(viewing.family, self.village.four.id, date(2026, 11, 23))
        return [one.contract for one in family.contracts]

    def members(self) -> dict[str, ContractMember]:
        family = self.village.workplace.query(viewing.family, self.village.four.id, date(2026, 11, 23))
        return {resident.name: member for member, resident in family.contracts[0].members}

    def row(self, name):
        return next(one for one in self.page.members.members if one.resident.name == name)

    def proof(self, name):
        return next(one for one in self.page.evidence.proofs if one.resident.name == name)

    def speaks(self, name):
        """Chooses who signed for the household."""
        options = self.page.evidence.representative
        digit = next(b.text()[0] for b in options.buttons if b.accessibleName() == name)
        self.press(Qt.Key(ord(digit)), options)

    def shown(self, name):
        return self.page.buttons[name].isVisible()


@pytest.fixture
def signer(village, qtbot):
    with over(village.workplace) as shell:
        page = ContractPage(shell)
        shell.session.changed.connect(lambda kinds: page.refresh() if kinds & page.kinds else None)
        qtbot.addWidget(page)
        put_up(page, qtbot)
        yield Signer(village, shell, page, qtbot)


def sign(village, years=1, **given):
    made = village.workplace.command(
        sign_contract,
        ContractDraft(household_id=village.four.id, years=years, **given),
        Signing(representative_id=village.grandfather.id),
    )
    return made.value.contract


# --- who and what ---------------------------------------------------------------------------------


def test_everybody_is_ticked_with_the_packages_that_fit_and_why(signer):
    signer.open()
    assert signer.page.sight == WRITING
    assert [row.resident.name for row in signer.page.members.members] == [
        "王德顺",
        "李桂英",
        "王小军",
        "王思琪",
    ]
    assert all(row.tick.isChecked() for row in signer.page.members.members)
    grandmother = signer.row("李桂英")
    assert grandmother.packages.values() == ["elderly", "hypertension"]
    assert "高血压患者" in grandmother.why.text()
    assert signer.row("王小军").packages.values() == []


def test_protected_groups_stand_there_by_their_code_only(signer, village):
    from village_doctor.gui.pages.contract_steps import groups_text

    assert groups_text(("01", "06", "09", "10")) == "老年人、06、09、10"


def test_a_digit_changes_a_package_and_a_tick_leaves_somebody_out(signer, village):
    signer.open()
    signer.press(Qt.Key.Key_8, signer.row("李桂英").packages)
    signer.press(Qt.Key.Key_Space, signer.row("王小军").tick)
    signer.press(Qt.Key.Key_F2)
    members = signer.members()
    assert "王小军" not in members
    assert set(members["李桂英"].package_codes) == {"basic", "elderly", "hypertension", "diabetes"}
    assert set(members["王德顺"].package_codes) == {"basic", "elderly"}


def test_somebody_bound_by_another_contract_is_not_ticked_and_says_until_when(signer, village):
    for years, person in ((3, village.son), (1, village.grandmother)):
        alone = ContractDraft(household_id=village.four.id, years=years, members=(person.id,))
        village.workplace.command(sign_contract, alone, Signing(representative_id=person.id))
    signer.open()
    signer.page.renew()
    assert not signer.row("王小军").tick.isChecked()
    assert "到 2029年11月22日" in signer.row("王小军").taken.text()
    assert signer.row("李桂英").tick.isChecked()


def test_nobody_ticked_is_refused_in_plain_words_on_the_step(signer):
    signer.open()
    for row in signer.page.members.members:
        row.tick.setChecked(False)
    signer.press(Qt.Key.Key_F2)
    assert signer.page.members.wrong.isVisible()
    assert "还没有选签约的人" in signer.page.members.wrong.text()
    assert signer.contracts() == []


# --- terms ----------------------------------------------------------------------------------------


def test_a_digit_chooses_the_years_and_the_end_is_said_at_once(signer):
    signer.open()
    assert signer.page.terms.years.hasFocus()
    signer.press(Qt.Key.Key_2, signer.page.terms.years)
    assert signer.page.terms.until.text() == "到 2028年11月22日 为止"


def test_enter_walks_through_the_terms_to_the_button(signer):
    signer.open()
    terms = signer.page.terms
    for before, after in (
        (terms.years, terms.starts),
        (terms.starts, terms.doctor),
        (terms.doctor, terms.fee),
        (terms.fee, signer.page.buttons["offer"]),
    ):
        signer.press(Qt.Key.Key_Return, before)
        assert after.hasFocus()


def test_what_was_typed_is_in_the_contract(signer):
    signer.open()
    signer.press(Qt.Key.Key_3, signer.page.terms.years)
    signer.page.terms.starts.setText("20261201")
    signer.page.terms.doctor.setText("陈医生")
    signer.qtbot.keyClicks(signer.page.terms.fee, "20.5")
    signer.press(Qt.Key.Key_F2)
    (contract,) = signer.contracts()
    assert (contract.years, contract.starts_on) == (3, date(2026, 12, 1))
    assert (contract.township_doctor_name, contract.fee_fen) == ("陈医生", 2050)


def test_who_pays_what_is_asked_only_where_there_is_a_fee_and_has_to_make_it_up(signer):
    signer.open()
    terms = signer.page.terms
    assert not terms.payers_row.isVisible()
    signer.qtbot.keyClicks(terms.fee, "80.5")
    assert terms.payers_row.isVisible()
    signer.qtbot.keyClicks(terms.payers["insurance"], "60")
    signer.qtbot.keyClicks(terms.payers["resident"], "20")
    signer.press(Qt.Key.Key_F2)
    assert "加起来是 80.00 元，和费用 80.50 元对不上" in terms.payers_row.wrong.text()
    assert signer.contracts() == []
    signer.qtbot.keyClicks(terms.payers["resident"], ".5")
    signer.press(Qt.Key.Key_F2)
    (contract,) = signer.contracts()
    assert [(one.payer, one.amount_fen) for one in contract.payers] == [
        ("insurance", 6000),
        ("resident", 2050),
    ]
    assert "费用 80.50 元：医保 60.00 元，个人 20.50 元" in signer.page.sheet.summary_lines.text()


def test_a_day_that_is_none_is_refused_beside_its_field(signer):
    signer.open()
    signer.page.terms.starts.setText("20261301")
    signer.press(Qt.Key.Key_F2)
    assert signer.page.terms.starts_row.wrong.isVisible()
    assert signer.contracts() == []


def test_what_was_ticked_survives_a_look_at_another_page(signer):
    signer.open()
    signer.press(Qt.Key.Key_3, signer.page.terms.years)
    signer.row("王小军").tick.setChecked(False)
    signer.page.leave()
    signer.settle()
    signer.open()
    assert signer.page.terms.years.value() == "3"
    assert not signer.row("王小军").tick.isChecked()


def test_and_a_look_at_another_household(signer, village):
    signer.open()
    signer.press(Qt.Key.Key_3, signer.page.terms.years)
    membership = village.workplace.query(people_store.memberships_of_resident, village.widow.id)[0]
    signer.open(membership.household_id)
    assert signer.page.terms.years.value() == "1"
    signer.open()
    assert signer.page.terms.years.value() == "3"


# --- half done --------------------------------------------------------------------------------------


def another(signer, household_id=None):
    """The page as it is after a lock or a kill: a new one over the same home."""
    page = ContractPage(signer.shell)
    signer.qtbot.addWidget(page)
    put_up(page, signer.qtbot)
    made = Signer(signer.village, signer.shell, page, signer.qtbot)
    made.open(household_id)
    return made


def half_done(signer):
    signer.press(Qt.Key.Key_3, signer.page.terms.years)
    signer.row("王小军").tick.setChecked(False)
    signer.press(Qt.Key.Key_8, signer.row("李桂英").packages)
    signer.qtbot.keyClicks(signer.page.terms.fee, "50")


def test_what_is_half_ticked_is_on_the_disk_within_a_second(signer):
    signer.open()
    half_done(signer)
    signer.qtbot.wait(900)
    signer.settle()
    later = another(signer)
    assert later.page.terms.years.value() == "3"
    assert later.page.terms.fee.text() == "50"
    assert not later.row("王小军").tick.isChecked()
    assert later.row("李桂英").packages.values() == ["elderly", "hypertension", "diabetes"]
    assert later.page.state.text() == "还没签。接着上次写到一半的"


def test_leaving_keeps_the_last_tick_at_once(signer):
    signer.open()
    half_done(signer)
    signer.page.leave()
    signer.settle()
    assert another(signer).page.terms.years.value() == "3"


def test_a_first_day_that_was_only_offered_is_that_of_the_day_one_goes_on(signer, village):
    signer.open()
    half_done(signer)
    signer.page.leave()
    signer.settle()
    village.place.clock.forward(days=2)
    assert another(signer).page.terms.starts.day() == date(2026, 11, 25)


def test_half_ticked_boxes_of_one_household_are_not_those_of_another(signer, village):
    signer.open()
    half_done(signer)
    signer.page.leave()
    signer.settle()
    membership = village.workplace.query(people_store.memberships_of_resident, village.widow.id)[0]
    assert another(signer, membership.household_id).page.terms.years.value() == "1"


def test_what_was_half_ticked_can_be_thrown_away(signer, village):
    signer.open()
    half_done(signer)
    signer.page.leave()
    signer.settle()
    later = another(signer)
    later.page.buttons["anew"].click()
    later.settle()
    assert later.page.terms.years.value() == "1"
    assert later.row("王小军").tick.isChecked()
    assert not later.shown("anew")
    assert village.workplace.query(drafts) == ()


@pytest.mark.parametrize("on_the_spot", [False, True])
def test_once_it_is_a_contract_nothing_half_done_is_left(signer, village, on_the_spot):
    signer.open()
    half_done(signer)
    signer.page.leave()
    signer.settle()
    assert len(village.workplace.query(drafts)) == 1
    if on_the_spot:
        signer.press(Qt.Key.Key_F3)
        signer.speaks("王德顺")
    signer.press(Qt.Key.Key_F2)
    assert len(signer.contracts()) == 1
    assert village.workplace.query(drafts) == ()


def test_a_refused_contract_is_still_half_done(signer, village):
    signer.open()
    half_done(signer)
    for row in signer.page.members.members:
        row.tick.setChecked(False)
    signer.press(Qt.Key.Key_F2)
    signer.qtbot.wait(700)
    signer.settle()
    (draft,) = village.workplace.query(drafts)
    assert not any(one["signs"] for one in draft.body["members"].values())


def test_a_renewal_left_by_esc_goes_on_where_it_was(signer, village):
    sign(village)
    signer.open()
    signer.page.renew()
    half_done(signer)
    assert signer.page.go_back()
    assert signer.page.sight == SIGNED
    later = another(signer)
    assert later.page.sight == SIGNED
    later.page.renew()
    assert later.page.terms.years.value() == "3"
    assert later.page.terms.starts.day() == date(2027, 11, 23)


def evidence_half_told(signer):
    signer.speaks("王德顺")
    signer.press(Qt.Key.Key_1, signer.proof("李桂英").proof)
    signer.press(Qt.Key.Key_2, signer.proof("王小军").proof)
    signer.proof("王小军").told_on.setText("20261120")
    signer.press(Qt.Key.Key_2, signer.proof("王小军").told_how)


def evidence_of(signer):
    signing = signer.page.evidence.signing()
    return signing.signed_on, signing.representative_id, signing.evidence


def half_told(village, signed_on=date(2026, 11, 23)):
    told = {
        village.grandmother.id: Evidence(signed_by_hand=True),
        village.son.id: Evidence(told_on=date(2026, 11, 20), told_how="电话"),
    }
    return signed_on, village.grandfather.id, told


@pytest.mark.parametrize("on_the_spot", [False, True])
def test_who_has_signed_is_still_there_after_a_lock(signer, village, on_the_spot):
    signer.open()
    signer.press(Qt.Key.Key_F3 if on_the_spot else Qt.Key.Key_F2)
    evidence_half_told(signer)
    signer.page.leave()
    signer.settle()
    village.place.clock.forward(days=1)
    later = another(signer)
    if on_the_spot:
        assert later.page.sight == WRITING
        later.press(Qt.Key.Key_2, later.page.terms.years)
        later.press(Qt.Key.Key_F3)
    assert evidence_of(later) == half_told(village, date(2026, 11, 24))
    assert later.proof("王小军").told_row.isVisible()
    assert later.proof("王德顺").speaks.isVisible()
    later.press(Qt.Key.Key_F2)
    assert later.contracts()[0].state == ACTIVE
    assert village.workplace.query(drafts) == ()


@pytest.mark.parametrize("on_the_spot", [False, True])
def test_who_has_signed_is_still_there_after_a_look_at_another_household(signer, village, on_the_spot):
    signer.open()
    signer.press(Qt.Key.Key_F3 if on_the_spot else Qt.Key.Key_F2)
    evidence_half_told(signer)
    membership = village.workplace.query(people_store.memberships_of_resident, village.widow.id)[0]
    signer.open(membership.household_id)
    signer.press(Qt.Key.Key_F3)
    assert signer.page.evidence.representative.value() is None
    signer.open()
    if on_the_spot:
        signer.press(Qt.Key.Key_F3)
    assert evidence_of(signer) == half_told(village)


def test_begun_anew_nobody_has_signed(signer):
    signer.open()
    signer.press(Qt.Key.Key_F3)
    evidence_half_told(signer)
    signer.page.leave()
    signer.settle()
    later = another(signer)
    later.page.buttons["anew"].click()
    later.settle()
    later.press(Qt.Key.Key_F3)
    assert later.page.evidence.representative.value() is None
    assert later.proof("李桂英").evidence() is None


def test_taken_back_to_be_changed_nothing_of_the_signatures_is_left(signer, village):
    signer.open()
    signer.press(Qt.Key.Key_F2)
    evidence_half_told(signer)
    signer.page.leave()
    signer.settle()
    signer.page.buttons["change"].click()
    signer.settle()
    assert village.workplace.query(drafts) == ()


# --- paper, and the signed sheet ------------------------------------------------------------------


def test_printing_hands_it_out_and_makes_nothing_active(signer):
    signer.open()
    signer.press(Qt.Key.Key_F2)
    (contract,) = signer.contracts()
    assert contract.state == AWAITING_SIGNATURE
    (make,) = signer.shell.previews
    assert make(signer.village.workplace).title == "家庭医生签约服务协议书"
    assert signer.page.sight == WAITING
    assert signer.page.state.text() == "● 协议备好了，等签字，还不算签约"
    assert signer.shell.saves[-1].text == f"协议 {contract.number} 备好了，等签字"


def test_two_presses_make_one_contract(signer):
    signer.open()
    signer.page.buttons["offer"].click()
    signer.page.buttons["offer"].click()
    signer.settle()
    assert len(signer.contracts()) == 1


def test_the_signed_sheet_makes_it_active_with_the_evidence_of_each_adult(signer):
    signer.open()
    signer.press(Qt.Key.Key_F2)
    signer.speaks("王德顺")
    assert signer.proof("王德顺").speaks.isVisible()
    assert not any(row.resident.name == "王思琪" for row in signer.page.evidence.proofs)
    assert "王思琪" in signer.page.evidence.children_told.text()
    signer.press(Qt.Key.Key_1, signer.proof("李桂英").proof)
    signer.press(Qt.Key.Key_2, signer.proof("王小军").proof)
    assert signer.proof("王小军").told_row.isVisible()
    signer.press(Qt.Key.Key_2, signer.proof("王小军").told_how)
    signer.press(Qt.Key.Key_F2)
    (contract,) = signer.contracts()
    assert contract.state == ACTIVE
    members = signer.members()
    assert members["李桂英"].signed_by == SELF
    assert (members["王小军"].told_on, members["王小军"].told_how) == (date(2026, 11, 23), "电话")
    assert signer.page.sight == SIGNED
    assert signer.shell.saves[-1].text == "王德顺家签好了，到 2027年11月22日"
    assert signer.page.buttons["cards"].hasFocus()


@pytest.mark.parametrize("on_the_spot", [False, True])
def test_nobody_has_signed_until_somebody_is_chosen(signer, on_the_spot):
    signer.open()
    signer.press(Qt.Key.Key_F3 if on_the_spot else Qt.Key.Key_F2)
    before = signer.contracts()
    assert signer.page.evidence.representative.values() == []
    assert signer.page.evidence.signed_on.day() == date(2026, 11, 23)
    signer.press(Qt.Key.Key_F2)
    assert signer.page.evidence.speaker_row.wrong.isVisible()
    assert "先选谁代表全家签字" in signer.page.evidence.speaker_row.wrong.text()
    assert signer.contracts() == before
    assert not any(one.state == ACTIVE for one in before)
    signer.speaks("李桂英")
    signer.press(Qt.Key.Key_F2)
    (contract,) = signer.contracts()
    assert (contract.state, contract.representative_id) == (ACTIVE, signer.village.grandmother.id)


def test_who_has_neither_signed_nor_been_told_is_named(signer):
    signer.open()
    signer.press(Qt.Key.Key_F2)
    signer.speaks("王德顺")
    signer.press(Qt.Key.Key_F2)
    assert any("李桂英" in notice and "王小军" in notice for notice in signer.shell.notices)
    assert (
        "李桂英　基本服务包、老年人服务包、高血压服务包　● 还没签字，也没告诉过本人"
        in signer.page.sheet.summary_lines.text()
    )
    assert "王德顺　基本服务包、老年人服务包　✓ 本人签了" in signer.page.sheet.summary_lines.text()


def test_a_signature_of_tomorrow_is_refused_beside_the_day(signer):
    signer.open()
    signer.press(Qt.Key.Key_F2)
    signer.speaks("王德顺")
    signer.page.evidence.signed_on.setText("20261124")
    signer.press(Qt.Key.Key_F2)
    assert signer.page.evidence.signed_row.wrong.isVisible()
    (contract,) = signer.contracts()
    assert contract.state == AWAITING_SIGNATURE


def test_signed_at_the_table_is_stored_in_one_act_and_esc_goes_back_to_writing(signer):
    signer.open()
    signer.press(Qt.Key.Key_F3)
    assert signer.page.sight == ON_THE_SPOT
    assert signer.contracts() == []
    assert signer.page.go_back()
    assert signer.page.sight == WRITING
    signer.press(Qt.Key.Key_F3)
    signer.speaks("王德顺")
    signer.press(Qt.Key.Key_F2)
    (contract,) = signer.contracts()
    assert contract.state == ACTIVE


def test_taken_back_and_changed_it_gets_a_new_number_and_the_old_one_is_void(signer):
    signer.open()
    signer.press(Qt.Key.Key_F2)
    (first,) = signer.contracts()
    signer.page.buttons["change"].click()
    signer.settle()
    assert signer.page.sight == WRITING
    signer.press(Qt.Key.Key_3, signer.page.terms.years)
    signer.press(Qt.Key.Key_F2)
    (second,) = signer.contracts()
    assert (second.years, second.state) == (3, AWAITING_SIGNATURE)
    assert second.number != first.number


@pytest.mark.parametrize("on_the_spot", [False, True])
def test_a_refused_change_leaves_the_stored_draft_as_it_was(signer, village, on_the_spot):
    made = ContractDraft(household_id=village.four.id, years=2)
    draft = village.workplace.command(draft_contract, made).value.contract
    signer.open()
    signer.qtbot.keyClicks(signer.page.terms.fee, "80")
    signer.qtbot.keyClicks(signer.page.terms.payers["insurance"], "60")
    if on_the_spot:
        signer.press(Qt.Key.Key_F3)
        signer.speaks("王德顺")
    signer.press(Qt.Key.Key_F2)
    assert signer.page.terms.payers_row.wrong.isVisible()
    assert signer.contracts() == [draft]
    signer.page.terms.payers["insurance"].setText("80")
    signer.press(Qt.Key.Key_F2)
    (contract,) = signer.contracts()
    assert (contract.fee_fen, contract.state) == (8000, ACTIVE if on_the_spot else AWAITING_SIGNATURE)
    assert contract.number != draft.number


def test_an_unchanged_draft_keeps_its_number(signer, village):
    made = ContractDraft(household_id=village.four.id, years=2)
    draft = village.workplace.command(draft_contract, made).value.contract
    signer.open()
    assert "起草了，还没打印" in signer.page.state.text()
    assert signer.page.terms.years.value() == "2"
    signer.press(Qt.Key.Key_F2)
    (contract,) = signer.contracts()
    assert (contract.id, contract.state) == (draft.id, AWAITING_SIGNATURE)


def test_the_last_act_can_be_taken_back_with_a_reason(signer):
    signer.open()
    signer.press(Qt.Key.Key_F2)
    signer.shell.saves[-1].void("录错了户")
    signer.settle()
    assert signer.contracts() == []
    assert signer.page.sight == WRITING


# --- what is signed -------------------------------------------------------------------------------


def test_a_signed_contract_prints_its_cards(signer, village):
    sign(village)
    signer.open()
    signer.press(Qt.Key.Key_F2)
    (make,) = signer.shell.previews
    assert make(village.workplace).title == "家庭医生签约服务卡"


def test_renewing_begins_the_day_after_and_points_to_the_old_one(signer, village):
    old = sign(village)
    signer.open()
    signer.page.buttons["renew"].click()
    assert signer.page.sight == WRITING
    assert signer.page.terms.starts.day() == date(2027, 11, 23)
    signer.press(Qt.Key.Key_F2)
    new = next(one for one in signer.contracts() if one.id != old.id)
    assert (new.renews_id, new.starts_on, new.state) == (old.id, date(2027, 11, 23), AWAITING_SIGNATURE)
    assert "现在的一份到 2027年11月22日 为止" in signer.page.state.text()


def test_what_has_run_out_is_carried_on(signer, village):
    first = date(2025, 11, 1)
    made = village.workplace.command(
        sign_contract,
        ContractDraft(household_id=village.four.id, years=1, starts_on=first),
        Signing(representative_id=village.grandfather.id, signed_on=first),
    )
    signer.open()
    assert "这回算续签" in signer.page.state.text()
    signer.press(Qt.Key.Key_F2)
    assert signer.contracts()[0].renews_id == made.value.contract.id


def test_ending_needs_a_reason_and_a_day(signer, village):
    sign(village)
    signer.open()
    signer.page.buttons["end"].click()
    signer.press(Qt.Key.Key_Return, signer.page.ending.ends_on)
    assert signer.page.ending.wrong.isVisible()
    signer.press(Qt.Key.Key_2, signer.page.ending.reasons)
    signer.press(Qt.Key.Key_Return, signer.page.ending.ends_on)
    (contract,) = signer.contracts()
    assert (contract.state, contract.termination_code) == (TERMINATED, "02")
    assert signer.page.sight == WRITING


def test_what_never_was_is_voided_with_a_sentence(signer, village):
    sign(village)
    signer.open()
    signer.page.buttons["void"].click()
    signer.press(Qt.Key.Key_Return, signer.page.ending.why_void)
    assert signer.page.ending.wrong.isVisible()
    signer.qtbot.keyClicks(signer.page.ending.why_void, "wrong door")
    signer.press(Qt.Key.Key_Return, signer.page.ending.why_void)
    assert signer.contracts() == []


def test_esc_closes_the_ending_first(signer, village):
    sign(village)
    signer.open()
    signer.page.buttons["end"].click()
    assert signer.page.ending.isVisible()
    assert signer.page.go_back()
    assert not signer.page.ending.isVisible()
    assert not signer.page.go_back()


def test_a_contract_handed_out_elsewhere_waits_here(signer, village):
    made = village.workplace.command(draft_contract, ContractDraft(household_id=village.four.id, years=1))
    village.workplace.command(offer_contract, made.value.contract.id)
    signer.open()
    assert signer.page.sight == WAITING
    assert signer.shown("sign")
    assert not signer.shown("offer")


def test_evidence_half_filled_in_stays_while_other_things_change(signer):
    signer.open()
    signer.press(Qt.Key.Key_F2)
    signer.press(Qt.Key.Key_1, signer.proof("李桂英").proof)
    signer.page.refresh()
    signer.settle()
    assert signer.proof("李桂英").evidence() == Evidence(signed_by_hand=True)


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_everything_fits_in_every_type_size(signer, qapp, size):
    theme.apply(qapp, Theme(size))
    signer.open()
    signer.row("王小军").tick.setChecked(False)
    signer.qtbot.keyClicks(signer.page.terms.fee, "80")
    signer.qtbot.keyClicks(signer.page.terms.payers["other"], "30")
    signer.press(Qt.Key.Key_F2)
    signer.qtbot.wait(50)
    assert signer.page.terms.payers_row.wrong.isVisible()
    assert faults(signer.page) == []
    signer.page.terms.fee.clear()
    signer.press(Qt.Key.Key_F2)
    signer.press(Qt.Key.Key_2, signer.proof("李桂英").proof)
    signer.press(Qt.Key.Key_F2)
    signer.qtbot.wait(50)
    assert signer.page.evidence.speaker_row.wrong.isVisible()
    assert faults(signer.page) == []
    signer.speaks("王德顺")
    signer.qtbot.wait(50)
    assert faults(signer.page) == []
    signer.press(Qt.Key.Key_F2)
    for name in ("end", "void"):
        signer.page.buttons[name].click()
        signer.qtbot.wait(50)
        assert faults(signer.page) == []
