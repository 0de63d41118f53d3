"""Visits by what they prove, and how the tables of the programmes read duties."""

from dataclasses import replace
from typing import Any

from tests.domain.duties.people import contact
from village_doctor.domain.duties.duty import Duty
from village_doctor.domain.visits import Visit


def proving(day: str, *proofs: str, mode: str = "home", **answers: Any) -> Visit:
    """A complete visit that proves this."""
    return replace(contact(day, mode), proves=proofs, answers=answers or None, is_complete=True)


def dates(duty: Duty) -> tuple[str, str, str, str]:
    """From when evidence counts and until when, when it is due, its last day in time."""
    return str(duty.span_from), str(duty.span_until), str(duty.due_on), str(duty.latest_on)


def codes(duty: Duty) -> tuple[str, ...]:
    return tuple(reason.code for reason in duty.reasons)
