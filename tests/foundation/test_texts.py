"""Texts: Chinese as written, other languages from a catalogue, placeholders filled safely."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.foundation.texts import (
    CHINESE,
    LanguageMissing,
    PlaceholderProblem,
    fill,
    set_language,
    text,
)


@pytest.fixture(autouse=True)
def chinese_again():
    yield
    set_language(CHINESE)


@pytest.fixture
def english(tmp_path):
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "village_doctor.mo").write_bytes(
        catalogue(
            {
                "": "Content-Type: text/plain; charset=UTF-8\n",
                "已存": "saved",
                "{count} 户": "{count} households",
            }
        )
    )
    return tmp_path


def catalogue(messages):
    """A compiled gettext catalogue: the GNU .mo format."""
    pairs = sorted((a.encode(), b.encode()) for a, b in messages.items())
    begin = 28 + 16 * len(pairs)
    texts, table = b"", b""
    for column in (0, 1):
        for pair in pairs:
            table += struct.pack("<II", len(pair[column]), begin + len(texts))
            texts += pair[column] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0) + table + texts


def test_chinese_needs_no_catalogue():
    assert text("已存") == "已存"
    assert fill("今天走 {count} 户", {"count": 7}) == "今天走 7 户"


def test_english_comes_from_the_catalogue_and_what_it_lacks_stays_chinese(english):
    set_language("en", english)
    assert text("已存") == "saved"
    assert text("没译的") == "没译的"
    assert fill("{count} 户", {"count": 3}) == "3 households"
    set_language(CHINESE)
    assert text("已存") == "已存"


def test_the_empty_message_is_not_the_header_of_the_catalogue(english):
    set_language("en", english)
    assert text("") == ""


def test_a_language_without_catalogue_is_refused_and_changes_nothing(english):
    set_language("en", english)
    with pytest.raises(LanguageMissing) as missing:
        set_language("fr", english)
    assert missing.value.language == "fr"
    assert text("已存") == "saved"


def test_a_damaged_catalogue_counts_as_missing(english):
    (english / "en" / "LC_MESSAGES" / "village_doctor.mo").write_bytes(b"not a catalogue")
    with pytest.raises(LanguageMissing):
        set_language("en", english)


@given(st.text())
def test_a_value_is_put_in_as_it_is(value):
    # Whatever a person typed, also "{count}" or "{0.__class__}".
    assert fill("〔{name}〕{count}", {"name": value, "count": 1}) == f"〔{value}〕1"


def test_doubled_braces_are_braces():
    assert fill("{{name}} {name}", {"name": "x"}) == "{name} x"


@pytest.mark.parametrize(
    "message",
    ["{missing}", "{0}", "{}", "{name.__class__}", "{name[0]}", "{name!r}", "{name:>9}", "{name", "name}"],
)
def test_a_placeholder_without_value_or_with_tricks_is_a_bug(message):
    with pytest.raises(PlaceholderProblem):
        fill(message, {"name": "x"})
