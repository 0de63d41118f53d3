"""A card is scanned in the real window, wherever the focus is: the family opens, no digit lands anywhere, nothing is written.

The codes are read off the printed cards of a signed contract; keys come through the window, a few milliseconds apart,
so that the page turns while the scanner is still typing.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from tests.gui.driving import ALT, CTRL, Driven
from tests.printing.paper import pixels, read_by_zxing
from tests.services.test_contracting import sign
from tests.village import Place, Village, build
from village_doctor.domain.messages import JsonValue
from village_doctor.gui.pages.family_page import FamilyPage
from village_doctor.gui.pages.visit_page import VisitPage
from village_doctor.gui.widgets.form_sheet import FormSheet
from village_doctor.services import enrolling, printing_papers
from village_doctor.services.drafting import Draft, drafts
from village_doctor.services.verifying_cards import check_card
from village_doctor.store.database import Connection
from village_doctor.sync.cards import CardPayload, read_card, write_card
from village_doctor.sync.identity import SigningKey

KEY = Qt.Key
FORM = "hypertension_follow_up"
STRANGER = "00000000-0000-4000-8000-000000000001"
PACE_MS = 2
NOWHERE = ("today", "search", "number", "form", "settings", "registering")


@dataclass
class Signed:
    """A village whose household of four has signed, and what its printed cards say."""

    folder: Path
    village: Village
    codes: dict[str, str]
    altered: str


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    folder = tmp_path_factory.mktemp("signed")
    village = build(Place(folder))
    contract = sign(village).value.contract
    cards = printing_papers.cards(village.workplace, contract.id)
    codes = {
        check_card(village.workplace, digits).resident.id: digits
        for digits in read_by_zxing(pixels(cards.pdf, 200))
    }
    assert len(codes) == 4
    altered = lengthened(codes[village.grandmother.id], enrolling.device_keys(village.workplace).signing)
    village.workplace.close()
    shutil.copytree(folder, folder.with_name("as-signed"))
    return Signed(folder, village, codes, altered)


def lengthened(code: str, clinic: SigningKey) -> str:
    """The card with two years more on it, made by somebody who knows the format but has not the clinic's key."""
    payload = CardPayload(member_id=read_card(code).payload.member_id, ends_on=date(2030, 11, 22))
    return write_card(payload, SigningKey(seed=bytes(32), public=clinic.public))


@pytest.fixture
def window(signed: Signed, qtbot: object) -> Iterator[Driven]:
    """The home as it was signed: in its own place, for its keys belong to the computer and the folder."""
    shutil.rmtree(signed.folder)
    shutil.copytree(signed.folder.with_name("as-signed"), signed.folder)
    driven = Driven(signed.village.place).start().open()
    yield driven
    driven.close()


# --- a scanner, and what can be seen of its scan --------------------------------------------------------


def scan(window: Driven, code: str, pace: int = PACE_MS) -> None:
    """As a scanner does it: the keys go to the window, whatever has the focus meanwhile, and Enter comes at the end."""
    handle = window.window.windowHandle()
    for digit in code:
        QTest.keyClick(handle, Qt.Key(ord(digit)))
        QTest.qWait(pace)
    QTest.keyClick(handle, KEY.Key_Return)
    window.settle()


def journal_length(window: Driven) -> int:
    def count(connection: Connection) -> int:
        return int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])

    assert window.program.inside is not None
    return window.program.inside.workplace.query(count)


def kept(window: Driven) -> tuple[Draft, ...]:
    assert window.program.inside is not None
    return window.program.inside.workplace.query(drafts)


def part(draft: Draft, name: str) -> Mapping[str, JsonValue]:
    found = draft.body[name]
    assert isinstance(found, Mapping)
    return found


def field(window: Driven) -> QLineEdit:
    """The one that has the focus."""
    focus = window.focus
    assert isinstance(focus, QLineEdit)
    return focus


def typed(window: Driven) -> list[str]:
    """What stands in any field of any page, shown or not."""
    fields = window.window.findChildren(QLineEdit)
    texts = [one.text() for one in fields]
    return [
        text
        for text in (*texts, *(one.toPlainText() for one in window.window.findChildren(QPlainTextEdit)))
        if text
    ]


def sheet(window: Driven) -> FormSheet:
    assert isinstance(window.page, VisitPage)
    assert window.page.sheet is not None
    return window.page.sheet


def go(window: Driven, where: str, village: Village) -> list[str]:
    """Puts the focus there; gives what is half typed, which must stay as it is."""
    if where == "search":
        window.press(KEY.Key_K, CTRL)
        window.type("oyxl")
        window.settle()
        assert isinstance(window.focus, QLineEdit)
    elif where == "number":
        window.enter("oyxl")
        window.type("b")
        window.settle()
        window.type("15")
        assert window.focus.accessibleName() == "收缩压"
    elif where == "form":
        window.workroom.open_form(village.widow.id, FORM)
        window.settle()
        sheet(window).focus_on("pulse_per_minute")
        window.type("76")
        window.settle()
    elif where == "settings":
        window.press(KEY.Key_5, ALT)
        window.settle()
        window.press(KEY.Key_Tab, times=3)
    elif where == "registering":
        window.workroom.open_registering()
        window.settle()
        window.press(KEY.Key_Return)
        window.type("18")
        window.settle()
    return typed(window)


# --- wherever the focus is ------------------------------------------------------------------------------


@pytest.mark.parametrize("where", NOWHERE)
def test_a_genuine_card_opens_the_family_and_touches_nothing(
    window: Driven, signed: Signed, where: str
) -> None:
    village = signed.village
    before = go(window, where, village)
    length = journal_length(window)
    scan(window, signed.codes[village.grandmother.id])
    assert isinstance(window.page, FamilyPage)
    assert window.focus.accessibleName().startswith("李桂英")
    told = window.said[-1]
    assert told.startswith("李桂英 女 70岁")
    assert "有效，卡上印的到期日是2028年11月22日" in told
    assert "签名对，是本卫生室印的" in told
    assert told in window.shown(window.workroom.status)
    assert not window.workroom.panels.notice_bar.isVisible()
    assert set(typed(window)) <= set(before) - ({"oyxl"} if where == "search" else set())
    assert not window.workroom.search.text()
    assert journal_length(window) == length


def test_a_form_that_was_open_is_kept_as_it_was_and_goes_on(window: Driven, signed: Signed) -> None:
    go(window, "form", signed.village)
    scan(window, signed.codes[signed.village.grandmother.id])
    (draft,) = kept(window)
    assert draft.resident_id == signed.village.widow.id
    assert part(draft, "values")["pulse_per_minute"] == "76"
    window.press(KEY.Key_Escape)
    window.settle()
    sheet(window).focus_on("pulse_per_minute")
    assert field(window).text() == "76"


def test_a_household_that_was_being_typed_is_kept(window: Driven, signed: Signed) -> None:
    go(window, "registering", signed.village)
    scan(window, signed.codes[signed.village.grandmother.id])
    (draft,) = kept(window)
    assert part(draft, "door")["door"] == "18"


def test_a_reading_that_was_being_typed_is_not_saved_for_anybody(window: Driven, signed: Signed) -> None:
    go(window, "number", signed.village)
    scan(window, signed.codes[signed.village.grandmother.id])
    assert not window.workroom.panels.reading_bar.isVisible()
    window.type("b")
    window.settle()
    assert "李桂英" in window.shown(window.workroom.panels.reading_bar)
    assert field(window).text() == ""


@pytest.mark.parametrize("pressure", ["119/60", "119/90"])
def test_a_pressure_typed_without_a_pause_is_no_card(window: Driven, signed: Signed, pressure: str) -> None:
    """Card codes begin with 99: the 9 is held back, and lets the field go on when it arrives."""
    window.enter("lgy")
    window.type("b")
    window.settle()
    window.type(pressure.replace("/", ""))
    window.press(KEY.Key_Return)
    window.until(lambda: any(f"血压 {pressure}" in text for text in window.said))


def test_letters_that_the_input_method_still_holds_do_not_stand_in_the_way(
    window: Driven, signed: Signed
) -> None:
    window.press(KEY.Key_K, CTRL)
    QApplication.sendEvent(window.focus, QInputMethodEvent("o'y'x'l", []))
    window.settle()
    scan(window, signed.codes[signed.village.grandmother.id])
    assert isinstance(window.page, FamilyPage)
    assert window.focus.accessibleName().startswith("李桂英")
    assert window.workroom.search.sought == ""
    assert "签名对" in window.said[-1]
    window.press(KEY.Key_1, ALT)
    window.settle()
    assert window.page.rail == "today"
    assert typed(window) == []


@pytest.mark.parametrize("pace", [0, 12])
def test_a_very_fast_and_a_slow_scanner(window: Driven, signed: Signed, pace: int) -> None:
    scan(window, signed.codes[signed.village.grandmother.id], pace)
    assert window.focus.accessibleName().startswith("李桂英")
    assert "签名对" in window.said[-1]
    assert typed(window) == []


def test_two_cards_one_after_the_other_show_the_second(window: Driven, signed: Signed) -> None:
    scan(window, signed.codes[signed.village.grandmother.id])
    scan(window, signed.codes[signed.village.son.id])
    assert window.focus.accessibleName().startswith("王小军")
    assert window.said[-1].startswith("王小军")


# --- cards that are not what they seem ------------------------------------------------------------------


def test_an_altered_card_is_called_not_genuine(window: Driven, signed: Signed) -> None:
    length = journal_length(window)
    scan(window, signed.altered)
    assert isinstance(window.page, FamilyPage), "whose it claims to be is shown: she looks at the person"
    assert window.said[-1].startswith("李桂英")
    assert "签名不对，不是本卫生室印的，可能是仿的" in window.said[-1]
    assert "签名对" not in "".join(window.said)
    assert journal_length(window) == length


def test_a_misread_digit_asks_to_scan_again(window: Driven, signed: Signed) -> None:
    code = signed.codes[signed.village.grandmother.id]
    scan(window, code[:100] + str((int(code[100]) + 1) % 10) + code[101:])
    assert "没有读全，或者读错了" in window.said[-1]
    assert "签名对" not in "".join(window.said)
    assert typed(window) == []


@pytest.mark.parametrize("where", ["today", "search", "form"])
def test_a_card_of_another_clinic_is_unknown_and_the_page_stays(
    window: Driven, signed: Signed, where: str
) -> None:
    before = go(window, where, signed.village)
    page, length = window.page, journal_length(window)
    foreign = write_card(
        CardPayload(member_id=STRANGER, ends_on=date(2028, 11, 22)), SigningKey.from_seed(bytes(range(32)))
    )
    scan(window, foreign)
    assert window.page is page
    assert "这里没有登记" in window.said[-1]
    assert "▲ 这张卡上的人，这里没有登记" in window.shown(window.workroom.panels.notice_bar)
    assert typed(window) == before
    assert journal_length(window) == length


def test_a_scan_that_breaks_off_says_so(window: Driven, signed: Signed) -> None:
    handle = window.window.windowHandle()
    for digit in signed.codes[signed.village.grandmother.id][:20]:
        QTest.keyClick(handle, Qt.Key(ord(digit)))
    window.until(lambda: "没扫全，请再扫一次。" in window.said)
    assert typed(window) == []
