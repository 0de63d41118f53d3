"""Which characters can be printed, and with which of the shipped fonts."""

from pathlib import Path

import pytest

from village_doctor.printing import fonts

FOLDER = Path(__file__).parents[2] / "resources" / "fonts"


def test_ordinary_text_is_one_run_of_the_main_font() -> None:
    assert fonts.runs("血压 152/96 mmHg") == [(fonts.REGULAR, "血压 152/96 mmHg")]
    assert fonts.runs("血压", bold=True) == [(fonts.BOLD, "血压")]
    assert fonts.runs("") == []


@pytest.mark.parametrize("character", ["𤋮", "𠮷", "𪻐"])
def test_a_rare_character_of_a_name_has_a_font(character: str) -> None:
    assert fonts.uncovered([character]) == ""
    assert fonts.runs(f"王{character}秀") == [
        (fonts.REGULAR, "王"),
        (fonts.RARE, character),
        (fonts.REGULAR, "秀"),
    ]


def test_the_font_of_rare_characters_is_opened_only_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_OPENED", {})
    assert fonts.uncovered(["王德顺，血压 152/96\n"]) == ""
    assert fonts.runs("王德顺", bold=True)
    assert set(fonts._OPENED) == {fonts.REGULAR, fonts.BOLD}
    fonts.runs("王𤋮秀")
    assert fonts.RARE in fonts._OPENED


def test_what_no_font_has_is_named_once_and_sorted() -> None:
    assert fonts.uncovered(["☑ \U00032000", "☐☑\n\t　"]) == "☐☑\U00032000"


def test_every_character_of_the_pinyin_table_can_be_printed() -> None:
    lines = (FOLDER.parent / "codes" / "surnames.tsv").read_text(encoding="utf-8").splitlines()
    assert fonts.uncovered(line for line in lines if not line.startswith("#")) == ""


def test_widths_add_up_over_fonts() -> None:
    assert fonts.width("王𤋮", 10) == pytest.approx(20)
    assert fonts.width("王王", 10, bold=True) == pytest.approx(20)


def test_each_font_stands_beside_its_licence() -> None:
    shipped = {path.stem for path in FOLDER.glob("*.ttf")}
    assert shipped == {fonts.REGULAR, fonts.BOLD, fonts.RARE}
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in shipped:
        licence = FOLDER / f"{name.split('-')[0]}-OFL.txt"
        assert f"`{name}.ttf`" in page
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text(encoding="utf-8")


def test_the_map_back_to_text_is_utf_16_in_blocks_of_a_hundred() -> None:
    made = fonts.to_unicode("F", [0, 0x738B, 0x242EE, *range(0x4E00, 0x4E00 + 150)])
    assert "<01> <738B>" in made
    assert "<02> <D850DEEE>" in made
    assert "<00> <0000>" not in made
    assert made.count("100 beginbfchar") == 1
    assert made.count("52 beginbfchar") == 1
