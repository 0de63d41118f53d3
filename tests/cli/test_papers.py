"""Printing into files, and reading a scanned card, typed on the command line."""

import os
import stat

import pytest

from tests.cli.command_line import WRONG_USE
from tests.printing.paper import pixels, read_by_zxing, text_of

NUMBER = "2026-10001"


@pytest.fixture
def signed(line):
    line.done(
        "contract", "sign", "王德顺", "--years", "2", "--representative", "王德顺", "--signed", "李桂英"
    )
    return line


def digits_of(line, number: str = NUMBER) -> list[str]:
    out = line.place.folder / "cards.pdf"
    line.done("print", "cards", number, "--out", str(out), "--overwrite")
    return read_by_zxing(pixels(out.read_bytes(), 200))


def test_an_agreement_is_written_whole_and_for_the_owner_only(line):
    line.done("contract", "draft", "王德顺", "--years", "2")
    out = line.place.folder / "paper.pdf"
    said = line.done("print", "agreement", NUMBER, "--out", str(out))
    assert str(out) in said.out
    assert "删掉" in said.out
    assert "草稿，签字后生效" in text_of(out.read_bytes())
    assert os.name == "nt" or stat.S_IMODE(out.stat().st_mode) == 0o600
    assert line.json("contract", "show", NUMBER)["state"] == "draft"


def test_json_tells_where_and_what_without_names(signed):
    out = signed.place.folder / "paper.pdf"
    told = signed.json("print", "agreement", NUMBER, "--out", str(out))
    assert told == {"path": str(out), "size": out.stat().st_size, "title": "家庭医生签约服务协议书"}


def test_an_existing_file_is_kept_unless_it_may_be_replaced(signed):
    out = signed.place.folder / "cards.pdf"
    out.write_bytes(b"mine")
    signed.refused("output-file", "print", "cards", NUMBER, "--out", str(out))
    assert out.read_bytes() == b"mine"
    signed.done("print", "cards", NUMBER, "--out", str(out), "--overwrite")
    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("flags", [(), ("--overwrite",)])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_made(signed, flags):
    nowhere = signed.place.folder / "nowhere" / "paper.pdf"
    signed.refused("output-file", "print", "agreement", NUMBER, "--out", str(nowhere), *flags)
    signed.refused("output-file", "print", "agreement", NUMBER, "--out", str(signed.place.folder), *flags)


def test_drafts_get_no_cards_and_no_file(line):
    line.done("contract", "draft", "王德顺", "--years", "2")
    out = line.place.folder / "cards.pdf"
    said = line.refused("cards-need-active", "print", "cards", NUMBER, "--out", str(out))
    assert "草稿" in said.err
    assert not out.exists()


def test_unknown_contracts_and_people_are_told(line):
    out = str(line.place.folder / "paper.pdf")
    line.refused("contract-unknown", "print", "agreement", "2026-99999", "--out", out)
    line.refused("resident-unknown", "print", "leaflet", "没有这个人", "--out", out)


def test_a_leaflet_has_her_own_numbers(line):
    out = line.place.folder / "leaflet.pdf"
    line.done("print", "leaflet", "李桂英", "--out", str(out))
    text = text_of(out.read_bytes())
    assert "李桂英" in text
    assert "138/86" in text


def test_without_a_place_to_write_it_is_wrong_use(line):
    said = line("print", "cards", NUMBER)
    assert said.code == WRONG_USE
    assert "还缺 --out" in said.err


# --- cards ------------------------------------------------------------------------------------------------


def test_a_scanned_card_tells_who_and_what_holds(signed):
    digits = digits_of(signed)[1]
    told = signed.json("card", "verify", digits)
    assert told["name"] == "李桂英"
    assert (told["sex"], told["age"], told["contract"]) == ("2", 70, NUMBER)
    assert (told["contract_state"], told["signature"]) == ("active", "good")
    assert told["ends_on"] == told["bound_until"] == "2028-11-22"
    said = signed.done("card", "verify", digits)
    for words in ("李桂英 女 70岁", "王家湾 12号", f"协议 {NUMBER} 有效", "2028年11月22日", "请看人"):
        assert words in said.out


def test_digits_come_from_standard_input_too_as_a_scanner_types_them(signed):
    digits = digits_of(signed)[0]
    wide = digits.translate({ord("0") + n: ord("０") + n for n in range(10)})
    for typed in (digits, f"{digits}\r\n", f"  {digits}\n"):
        assert signed.json("card", "verify", "-", typed=typed)["name"] == "王德顺"
    assert signed.json("card", "verify", wide)["name"] == "王德顺"


def test_a_terminated_contract_is_told(signed):
    digits = digits_of(signed)[0]
    signed.done("contract", "terminate", NUMBER, "--why", "迁出")
    told = signed.json("card", "verify", digits)
    assert (told["contract_state"], told["bound_until"]) == ("terminated", None)
    assert "今天没有在期内的签约" in signed.done("card", "verify", digits).out


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("12345", "card-not-ours"),
        ("李桂英", "card-not-ours"),
        ("901123", "card-damaged"),
        ("", "card-not-ours"),
    ],
)
def test_what_is_no_card_is_told(line, digits, code):
    line.refused(code, "card", "verify", digits)
