"""Terms and states of a contract: contracts.md §1, decisions.md "Contract dates"."""

import pytest

from tests.domain.duties.people import contract, d
from village_doctor.domain.contracts import (
    contract_end,
    is_running_on,
    runs_until,
    state_on,
    years_between,
)
from village_doctor.domain.problems import Problem


@pytest.mark.parametrize(
    ("starts", "years", "ends"),
    [
        ("2026-01-01", 1, "2026-12-31"),
        ("2026-03-01", 2, "2028-02-29"),
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 2, "2026-02-28"),
        ("2024-02-29", 3, "2027-02-28"),
        ("2025-03-01", 3, "2028-02-29"),
        ("2026-12-31", 1, "2027-12-30"),
    ],
)
def test_the_last_day_is_the_anniversary_less_one_day(starts: str, years: int, ends: str) -> None:
    assert contract_end(d(starts), years) == d(ends)


@pytest.mark.parametrize("years", [0, 4, -1])
def test_only_one_to_three_years(years: int) -> None:
    with pytest.raises(Problem) as caught:
        contract_end(d("2026-01-01"), years)
    assert caught.value.code == "contract-years"


def test_contract_years_from_29_february() -> None:
    assert years_between(d("2024-02-29"), contract_end(d("2024-02-29"), 3)) == (
        (d("2024-02-29"), d("2025-02-28")),
        (d("2025-03-01"), d("2026-02-28")),
        (d("2026-03-01"), d("2027-02-28")),
    )


def test_a_term_cut_short_by_the_yearly_drive_cuts_its_last_year() -> None:
    years = years_between(d("2026-03-01"), d("2027-12-31"))
    assert years == ((d("2026-03-01"), d("2027-02-28")), (d("2027-03-01"), d("2027-12-31")))


@pytest.mark.parametrize(
    ("day", "state", "running"),
    [
        ("2025-12-31", "active", False),
        ("2026-01-01", "active", True),
        ("2026-12-31", "active", True),
        ("2027-01-01", "expired", False),
    ],
)
def test_an_active_contract_expires_by_itself(day: str, state: str, running: bool) -> None:
    deal = contract("2026-01-01", 1)
    assert state_on(deal, d(day)) == state
    assert is_running_on(deal, d(day)) is running


@pytest.mark.parametrize(
    ("day", "state", "running"), [("2026-06-14", "active", True), ("2026-06-15", "terminated", False)]
)
def test_a_terminated_contract_runs_to_the_day_before(day: str, state: str, running: bool) -> None:
    deal = contract("2026-01-01", 1, state="terminated", terminated_on="2026-06-15")
    assert state_on(deal, d(day)) == state
    assert is_running_on(deal, d(day)) is running
    assert runs_until(deal) == d("2026-06-14")


def test_a_contract_terminated_after_its_end_still_ended_then() -> None:
    deal = contract("2026-01-01", 1, state="terminated", terminated_on="2027-03-01")
    assert runs_until(deal) == d("2026-12-31")


@pytest.mark.parametrize("state", ["draft", "awaiting_signature"])
def test_paper_without_a_signature_does_not_run(state: str) -> None:
    assert not is_running_on(contract("2026-01-01", 1, state=state), d("2026-06-01"))
