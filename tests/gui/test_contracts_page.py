"""The three lists of contracts: what waits for a signature, what runs out, and which doors are not signed yet."""

from datetime import date

import pytest
from PySide6.QtCore import Qt

from tests.gui.fitting import faults
from tests.gui.shells import put_up
from village_doctor.gui import theme
from village_doctor.gui.pages.contracts_page import ENDING, UNSIGNED, WAITING, ContractsPage
from village_doctor.gui.theme import Theme
from village_doctor.services.contracting import (
    ContractDraft,
    Signing,
    draft_contract,
    offer_contract,
    sign_contract,
    void_contract,
)


@pytest.fixture
def page(shell, qtbot):
    made = ContractsPage(shell)
    qtbot.addWidget(made)
    put_up(made, qtbot)
    return made


@pytest.fixture
def look(page, shell, qtbot):
    """Refreshes the page and gives the lines of the list shown."""

    def refresh():
        page.refresh()
        qtbot.waitUntil(lambda: shell.session.tasks.is_idle)
        model = page.list.model()
        return [
            model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())
        ]

    return refresh


def draft(village, **given):
    made = ContractDraft(household_id=village.four.id, years=1, **given)
    return village.workplace.command(draft_contract, made).value.contract


def test_the_doors_without_a_contract_come_with_why_one_should_go_there(page, look):
    lines = look()
    assert page.tab == UNSIGNED
    assert len(lines) == 3
    assert all("家　" in line for line in lines)
    assert any("高血压患者 1 人" in line and "李桂英" not in line for line in lines)
    assert page.tabs[UNSIGNED].text() == "还没签的户 3"


def test_the_list_that_is_shown_instead_of_an_empty_one_has_the_keyboard(page, look):
    page.focus_first()
    assert page.tabs[WAITING].hasFocus()
    look()
    assert page.tab == UNSIGNED
    assert page.list.hasFocus()


def test_and_so_it_has_when_the_last_one_signs_meanwhile(page, look, village):
    contract = draft(village)
    page.focus_first()
    look()
    assert page.tab == WAITING
    assert page.list.hasFocus()
    village.workplace.command(void_contract, contract.id, "录错了户")
    look()
    assert page.tab == UNSIGNED
    assert page.list.hasFocus()


def test_enter_opens_the_household(page, look, village, shell, qtbot):
    look()
    row = next(r for r in range(3) if page.entries[r].household.id == village.four.id)
    page.list.setCurrentIndex(page.list.model().index(row, 0))
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert shell.calls == [("open_contract", village.four.id)]


def test_what_is_out_for_signature_is_shown_first_and_says_whether_it_was_printed(page, look, village):
    contract = draft(village)
    (line,) = look()
    assert page.tab == WAITING
    assert "王德顺家" in line
    assert f"协议 {contract.number} 起草了，还没打印" in line
    village.workplace.command(offer_contract, contract.id)
    (line,) = look()
    assert f"协议 {contract.number} 备好了，等签字收回" in line


def test_a_contract_that_runs_out_within_sixty_days_is_listed_with_the_days_left(page, look, village):
    first = date(2025, 12, 10)
    village.workplace.command(
        sign_contract,
        ContractDraft(household_id=village.four.id, years=1, starts_on=first),
        Signing(representative_id=village.grandfather.id, signed_on=first),
    )
    (line,) = look()
    assert page.tab == ENDING
    assert "到 12月9日 为止，还有 16 天" in line
    assert page.told.text() == "现在有效的协议 1 份"


def test_the_arrows_turn_to_the_next_list_and_an_empty_one_teaches(page, look, qtbot):
    look()
    qtbot.keyClick(page.list, Qt.Key.Key_Right)
    assert page.tab == WAITING
    assert page.tabs[WAITING].isChecked()
    assert page.empty.isVisible()
    assert "还没有收回签好的一份" in page.empty.text()
    qtbot.keyClick(page.tabs[WAITING], Qt.Key.Key_Left)
    assert page.tab == UNSIGNED


def test_the_chosen_door_stays_chosen_when_the_one_above_it_goes(page, look, village):
    look()
    assert page.entries[0].household.id == village.four.id
    page.list.setCurrentIndex(page.list.model().index(1, 0))
    chosen = page.entries[1].household.id
    draft(village)
    assert len(look()) == 2
    assert page.entries[page.list.row].household.id == chosen


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_everything_fits_in_every_type_size(page, look, qtbot, qapp, size):
    theme.apply(qapp, Theme(size))
    look()
    for tab in (UNSIGNED, WAITING):
        page.show_tab(tab)
        qtbot.wait(50)
        assert faults(page) == []
