"""The identity rule, against the standard's own test values and generated numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain import id_card
from village_doctor.domain.id_card import IdCard, check_id_card, differences, make_id_card_number, masked
from village_doctor.domain.problems import Problem

TODAY = date(2026, 3, 1)
KNOWN = "11010519491231002X"


def code_for(number: str, today: date = TODAY) -> str:
    with pytest.raises(Problem) as caught:
        check_id_card(number, today)
    return caught.value.code


@pytest.mark.parametrize(
    ("number", "birth_date", "sex"),
    [(KNOWN, date(1949, 12, 31), "2"), ("440524188001010014", date(1880, 1, 1), "1")],
)
def test_values_of_the_standard(number: str, birth_date: date, sex: str) -> None:
    assert check_id_card(number, TODAY) == IdCard(number=number, birth_date=birth_date, sex=sex)


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_what_people_type_is_stored_in_one_way(typed: str) -> None:
    assert check_id_card(typed, TODAY).number == KNOWN


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "id-card-length"),
        (KNOWN[:-1], "id-card-length"),
        (KNOWN + "1", "id-card-length"),
        ("110105491231002", "id-card-15-digits"),
        ("11010549123100X", "id-card-length"),
        ("1101051949123100X2", "id-card-characters"),
        ("11010519491231002Y", "id-card-characters"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "id-card-characters"),
        ("110105194902300021", "id-card-birth-date"),
        ("110105190002290021", "id-card-birth-date"),
        ("110105194913010021", "id-card-birth-date"),
        ("110105000001010021", "id-card-birth-date"),
        ("110105194912310021", "id-card-checksum"),
    ],
)
def test_refused(number: str, code: str) -> None:
    assert code_for(number) == code


def test_born_today_is_accepted_and_born_tomorrow_is_not() -> None:
    number = make_id_card_number("990101", date(2026, 3, 1), 12)
    assert check_id_card(number, date(2026, 3, 1)).birth_date == date(2026, 3, 1)
    assert code_for(number, date(2026, 2, 28)) == "id-card-future"


@given(
    prefix=st.from_regex(r"[0-9]{6}", fullmatch=True),
    birth_date=st.dates(date(1850, 1, 1), TODAY),
    order=st.integers(0, 999),
)
def test_any_area_prefix_is_legal(prefix: str, birth_date: date, order: int) -> None:
    card = check_id_card(make_id_card_number(prefix, birth_date, order), TODAY)
    assert (card.birth_date, card.sex) == (birth_date, "1" if order % 2 else "2")


@given(
    birth_date=st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    order=st.integers(0, 999),
    place=st.integers(0, 17),
    digit=st.sampled_from("0123456789"),
)
def test_one_wrong_digit_is_always_found(birth_date: date, order: int, place: int, digit: str) -> None:
    number = make_id_card_number("990101", birth_date, order)
    wrong = number[:place] + digit + number[place + 1 :]
    if wrong != number:
        assert code_for(wrong) in {"id-card-checksum", "id-card-birth-date", "id-card-future"}


@given(
    birth_date=st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    order=st.integers(0, 999),
    place=st.integers(0, 16),
)
def test_two_swapped_digits_are_always_found(birth_date: date, order: int, place: int) -> None:
    number = make_id_card_number("990101", birth_date, order)
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong != number:
        assert code_for(wrong) in {
            "id-card-checksum", "id-card-birth-date", "id-card-future", "id-card-characters"
        }  # fmt: skip


def test_differences_are_told_and_the_unknown_never_differs() -> None:
    card = check_id_card(KNOWN, TODAY)
    assert differences(card, "2", date(1949, 12, 31)) == ()
    assert differences(card, None, None) == ()
    assert differences(card, "9", None) == ()
    told = differences(card, "1", date(1950, 1, 1))
    assert [(d.field, d.on_card, d.on_form) for d in told] == [
        ("sex", "2", "1"),
        ("birth_date", "1949-12-31", "1950-01-01"),
    ]
    assert {d.field for d in told} == set(id_card.DIFFERENCE_TEXTS)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("990101195003121234", "990101********1234"),
        ("110105491231002", "***********1002"),
        ("E12345678", "******678"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_masked(number: str, shown: str) -> None:
    assert masked(number) == shown


@pytest.mark.parametrize(("prefix", "order"), [("99010", 1), ("99010A", 1), ("990101", 1000), ("990101", -1)])
def test_making_a_number_refuses_nonsense(prefix: str, order: int) -> None:
    with pytest.raises(ValueError, match=prefix):
        make_id_card_number(prefix, date(1950, 1, 1), order)
