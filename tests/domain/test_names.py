"""Names, readings and the shipped pinyin table."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain.names import (
    MOST_READINGS,
    PinyinTable,
    initials,
    name_parts,
    normalised,
    optional_text,
    plain_text,
    readings,
    sort_key,
)

CODES = Path(__file__).parents[2] / "resources" / "codes"
TABLE = PinyinTable.parse(
    (CODES / "pinyin.tsv").read_text(encoding="utf-8"), (CODES / "surnames.tsv").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("李桂英", "李桂英"),
        (" 李　桂英 ", "李桂英"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽•买买提", "阿依古丽买买提"),
        ("L'G'Y", "lgy"),
        ("l’g’y", "lgy"),
        ("ＬＧＹ", "lgy"),
        ("lü", "lv"),
        ("Lu\u0308", "lv"),
        ("2024-10001", "202410001"),
        ("１３８ 0013 8000", "13800138000"),
        ("０２Ｘ", "02x"),
        ("葛\U000e0100", "葛"),  # a variation selector is no part of the name
        ("𬱖", "𬱖"),
        ("\ue863", "\ue863"),  # private use: how old systems stored rare names
        ("⿰王民", "⿰王民"),
        ("~*%", ""),
        ("", ""),
    ],
)
def test_keys(typed: str, key: str) -> None:
    assert normalised(typed) == key


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("单", {"dan", "shan", "chan"}),
        ("曾", {"ceng", "zeng"}),
        ("仇", {"chou", "qiu"}),
        ("解", {"jie", "xie"}),
        ("查", {"cha", "zha"}),
        ("盖", {"gai", "ge"}),
        ("吕", {"lv"}),
        ("略", {"lve"}),
        ("㛃", {"jie"}),
        ("䶮", {"yan"}),
        ("𬱖", {"di"}),
        ("𪻐", {"cong"}),
        ("\ue863", {"yan"}),  # 䶮 as old systems stored it
        ("𤋮", {"xi"}),
        ("𠮷", {"ji"}),
    ],
)
def test_the_table_knows(character: str, expected: set[str]) -> None:
    assert expected <= set(TABLE.readings_of(character))


def test_the_most_common_reading_stands_first() -> None:
    assert [TABLE.readings_of(c)[0] for c in "单曾行长"] == ["dan", "ceng", "xing", "zhang"]


def test_the_table_is_complete_and_small() -> None:
    assert len(TABLE) > 41_000
    assert (CODES / "pinyin.tsv").stat().st_size < 700_000
    unread = {chr(code) for code in range(0x4E00, 0x9FA6)} - set(TABLE._readings)
    assert unread == set("兙兡嗧桛烪瓧瓰瓱瓼甅")  # old units of measure, in nobody's name


def test_every_shipped_reading_can_be_typed() -> None:
    for character, listed in TABLE._readings.items():
        assert listed
        assert len(set(listed)) == len(listed)
        assert all(r.isascii() and r.isalpha() and r.islower() for r in listed), character


def test_unknown_characters_stand_for_themselves() -> None:
    assert TABLE.readings_of("\uf8f0") == ("\uf8f0",)
    assert readings("李\uf8f0", TABLE) == (("li", "\uf8f0"),)
    assert readings("Ann", TABLE) == (("a", "n", "n"),)
    assert readings("", TABLE) == ()


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("李桂英", "李"),
        ("欧阳桂英", "欧阳"),
        ("欧阳", "欧"),  # two characters are surname and given name
        ("司马光", "司马"),
        ("尉迟长生", "尉迟"),
        ("阿依古丽·买买提", ""),
        ("英", ""),
        ("Ann", ""),
        ("", ""),
    ],
)
def test_surnames(name: str, surname: str) -> None:
    assert TABLE.surname_of(name) == surname


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("单桂英", "shan gui ying"),
        ("曾小红", "zeng xiao hong"),
        ("仇和", "qiu he"),
        ("解放", "xie fang"),
        ("查理", "zha li"),
        ("盖玉兰", "ge yu lan"),
        ("朴正", "piao zheng"),
        ("翟志刚", "zhai zhi gang"),
        ("尉迟长生", "yu chi zhang sheng"),
        ("万俟雅", "mo qi ya"),
        ("小单", "xiao dan"),  # only as a surname
    ],
)
def test_the_surname_is_read_as_a_surname_first(name: str, first: str) -> None:
    assert " ".join(readings(name, TABLE)[0]) == first


def test_every_reading_of_every_character_is_kept() -> None:
    found = readings("单曾仇", TABLE)
    assert len(found) == len(set(found)) == MOST_READINGS
    assert {s[0] for s in found} == {"shan", "dan", "chan"}
    assert {s[1] for s in found} == {"ceng", "zeng"}
    assert {s[2] for s in found} == {"chou", "qiu", "ju"}
    assert len(readings("单曾", TABLE)) == 6


@given(st.text("李桂英单曾仇查解盖长乐朴万俟哈那𤋮", min_size=1, max_size=12), st.integers(1, 30))
def test_readings_are_different_and_capped(name: str, limit: int) -> None:
    found = readings(name, TABLE, limit)
    possible = 1
    for option in TABLE.options_of(name):
        possible *= len(option)
    assert len(found) == len(set(found)) == min(limit, possible)
    assert all(len(syllables) == len(name) for syllables in found)


def test_initials_and_parts() -> None:
    assert initials(("li", "gui", "ying")) == "lgy"
    assert name_parts(" 阿依古丽·买买提 ") == ("阿依古丽", "买买提")
    assert name_parts("·") == ()


def test_a_list_is_sorted_syllable_by_syllable() -> None:
    people = ["连心", "李四", "梁山", "单于", "沙白", "李三"]
    assert sorted(people, key=lambda n: sort_key(n, TABLE)) == [
        "李三",
        "李四",
        "连心",
        "梁山",
        "沙白",
        "单于",
    ]


@pytest.mark.parametrize("line", ["li", "li\t李\t桂"])
def test_a_broken_table_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        PinyinTable.parse(f"# version\t1\n{line}\n")


# --- what is taken in ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unseen",
    [
        "\0",
        "\x1b",
        "\u200b",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\ufe0f",
        "\U000e0100",
        "\U000e0041",
        "\ud83d",
        "\uffff",
    ],
    ids=lambda one: f"U+{ord(one):04X}",
)
def test_what_nobody_can_see_is_not_taken_into_a_name(unseen: str) -> None:
    assert plain_text(f"{unseen}李{unseen}桂英{unseen}") == "李桂英"
    assert plain_text(unseen) == ""


@pytest.mark.parametrize(
    ("typed", "told"), [(None, None), ("", None), (" \u200b　", None), (" 大樟树旁\u200b ", "大樟树旁")]
)
def test_a_text_that_may_be_left_out_is_none_where_nothing_can_be_read(
    typed: str | None, told: str | None
) -> None:
    assert optional_text(typed) == told


@pytest.mark.parametrize(
    "name", ["李桂英", "𤋮㛃𠮷", "阿依古丽·买买提", "\ue815\U00031350", "李　桂英", "O'Neil", "Ёлка é"]
)
def test_a_name_that_can_be_read_stays_as_it_was_typed(name: str) -> None:
    assert plain_text(name) == name


def test_ends_of_lines_and_odd_blanks_become_blanks_and_those_at_the_ends_go() -> None:
    assert plain_text("\u00a0三组\t大樟树\r\n左手边\u2028　") == "三组 大樟树  左手边"


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from("\0\u202e\ufe0f\U000e0100 　\n李")))
def test_no_text_that_is_taken_in_hides_anything(typed: str) -> None:
    taken = plain_text(typed)
    assert taken == plain_text(taken) == taken.strip()
    assert not {unicodedata.category(one) for one in taken} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not any("\ufe00" <= one <= "\ufe0f" or "\U000e0100" <= one <= "\U000e01ef" for one in taken)
    taken.encode("utf-8")  # no halves of characters
