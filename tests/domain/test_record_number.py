"""Numbers people read aloud: their shape, and that none is ever given twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.domain import record_number as numbers
from village_doctor.domain.problems import Problem

VILLAGE = "990101100101"


def test_shapes() -> None:
    assert numbers.record_number(VILLAGE, "10001") == "99010110010110001"
    assert numbers.short_record_number("99010110010110001") == "101-10001"
    assert numbers.household_number("10001") == "10001"
    assert numbers.contract_number(2024, "10001") == "2024-10001"
    assert numbers.serial_of("2024-10001") == numbers.serial_of("99010110010110001") == "10001"


@pytest.mark.parametrize(
    ("village", "serial"),
    [("99010110010", "10001"), ("99010110010A", "10001"), (VILLAGE, "0001"), ("", "10001")],
)
def test_a_misshapen_record_number_is_a_bug(village: str, serial: str) -> None:
    with pytest.raises(ValueError, match=village + serial):
        numbers.record_number(village, serial)


@pytest.mark.parametrize(("year", "serial"), [(24, "10001"), (2024, "1001"), (2024, "1000a")])
def test_a_misshapen_contract_number_is_a_bug(year: int, serial: str) -> None:
    with pytest.raises(ValueError, match=serial):
        numbers.contract_number(year, serial)


def test_first_serial_and_gaps() -> None:
    assert numbers.next_serial([], 1) == "10001"
    assert numbers.next_serial(["10001", "10007"], 1) == "10008"  # a gap was someone's number once
    assert numbers.next_serial(["20005", "00009", "1002", "x0002", ""], 1) == "10001"
    assert numbers.next_serial(["10001", "20005"], 2) == "20006"


@pytest.mark.parametrize("digit", [0, -1])
def test_only_digits_from_1(digit: int) -> None:
    with pytest.raises(ValueError, match=str(digit)):
        numbers.next_serial([], digit)


def test_a_tenth_device_gets_serials_from_blocks_only() -> None:
    with pytest.raises(Problem) as caught:
        numbers.next_serial([], 10)
    assert caught.value.code == "too-many-devices"
    assert numbers.next_serial([], 10, [block(1, 999)]) == "00001"


def block(first: int, last: int) -> numbers.NumberBlock:
    return numbers.NumberBlock(first=first, last=last)


@pytest.mark.parametrize(("first", "last"), [(0, 999), (5, 4), (9000, 10000), (10001, 10999), (-3, 5)])
def test_a_block_lies_below_the_serials_of_the_device_digits(first: int, last: int) -> None:
    with pytest.raises(ValueError, match=str(last)):
        block(first, last)


def test_blocks_come_first_the_lowest_first_then_the_device_digit() -> None:
    blocks = [block(3001, 3002), block(1, 3)]
    given_out: list[str] = ["10007"]
    for _ in range(7):
        given_out.append(numbers.next_serial(given_out, 1, blocks))
    assert given_out[1:] == ["00001", "00002", "00003", "03001", "03002", "10008", "10009"]


def test_a_gap_in_a_block_is_not_filled_and_other_blocks_do_not_count() -> None:
    assert numbers.next_serial(["00001", "00005", "01500", "04000"], 1, [block(1, 999)]) == "00006"
    assert (block(1, 999).first_serial, block(1, 999).last_serial) == ("00001", "00999")


def test_every_human_number_takes_its_serial_from_the_block() -> None:
    blocks = [block(1, 999)]
    existing = [numbers.record_number(VILLAGE, "00004"), numbers.record_number("990101100102", "00009")]
    assert numbers.next_record_number(VILLAGE, existing, 1, blocks) == VILLAGE + "00005"
    assert numbers.next_household_number(["10001"], 1, blocks) == "00001"
    assert numbers.next_contract_number(2025, ["2024-00007", "2025-00001"], 1, blocks) == "2025-00002"


def test_exhausted() -> None:
    assert numbers.next_serial(["99998"], 9) == "99999"
    with pytest.raises(Problem) as caught:
        numbers.next_serial(["99999"], 9)
    assert (caught.value.code, caught.value.values) == ("serials-exhausted", {"device_digit": "9"})


def test_each_number_counts_in_its_own_row() -> None:
    existing = [numbers.record_number(VILLAGE, "10004"), numbers.record_number("990101100102", "10009")]
    assert numbers.next_record_number(VILLAGE, existing, 1) == VILLAGE + "10005"
    assert numbers.next_household_number(["10001"], 1) == "10002"
    assert numbers.next_contract_number(2025, ["2024-10007", "2025-10001"], 1) == "2025-10002"


@given(st.lists(st.integers(1, 3), max_size=60))
def test_two_laptops_never_give_the_same_serial(devices: list[int]) -> None:
    given_out: list[str] = []
    for device in devices:
        given_out.append(numbers.next_serial(given_out, device))
    assert len(set(given_out)) == len(given_out)
    assert all(serial[0] == str(device) for serial, device in zip(given_out, devices, strict=True))
