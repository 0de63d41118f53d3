"""Drafting: what was typed into a form and not saved yet is there again after a lock, a crash or a power cut.

A draft is no record: nothing is decided from it, it is neither journaled nor sent, and nobody else sees it. The verb
that saves the form drops its draft in the same act (`Desk.drop_draft`).
"""

import json
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from village_doctor.domain.changes.codec import instant_of, instant_text
from village_doctor.domain.messages import JsonValue
from village_doctor.services.workplace import Workplace, Writing
from village_doctor.store import drafts as draft_store
from village_doctor.store.database import Connection
from village_doctor.store.drafts import DraftRow
from village_doctor.store.unit import transaction

HOUSEHOLD_FORM: Final = "household"
CONTRACT_FORM: Final = "contract"
FACTS_FORM: Final = "facts"
CHANGE_FORM: Final = "change"
_CORRECTION: Final = "correction"
_ASKING: Final = "asking"
_SIGNING: Final = "signing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A half-filled form. `resident_id` is empty where it is about no single person (`household`, `contract:…`).

    `body` is what the form put there, in its own shape; `typed_at` the instant it was last kept.
    """

    id: str
    resident_id: str
    form_code: str
    body: Mapping[str, JsonValue]
    typed_at: datetime


def correction_form(visit_id: str) -> str:
    """The form code under which the correction of that follow-up is kept while it is typed."""
    return f"{_CORRECTION}:{visit_id}"


def asking_form(referral_id: str) -> str:
    """The same for what became of that referral."""
    return f"{_ASKING}:{referral_id}"


def signing_form(contract_id: str) -> str:
    """The same for who has signed that contract."""
    return f"{_SIGNING}:{contract_id}"


def submit_draft(
    workplace: Workplace, draft_id: str, resident_id: str, form_code: str, body: Mapping[str, JsonValue]
) -> "Future[None]":
    """Hands the draft over to be kept in place of the one with that id, and returns at once.

    It is on the disk when the future is done, which raises Problem `disk-full`, `store-read-only` … What is handed
    over is written in that order, and before every verb that is submitted later.
    """
    row = DraftRow(
        draft_id,
        resident_id,
        form_code,
        json.dumps(body, ensure_ascii=False, sort_keys=True),
        instant_text(workplace.now()),
    )

    def keep(writing: Writing) -> None:
        with transaction(writing.connection):
            draft_store.keep(writing.connection, row)

    return workplace.submit_write(keep)


def submit_drop(workplace: Workplace, draft_id: str) -> "Future[None]":
    """Forgets the draft, because its form was thrown away, in its turn after what was handed over before; returns at
    once. One that is gone already is no error."""

    def drop(writing: Writing) -> None:
        with transaction(writing.connection):
            draft_store.drop(writing.connection, draft_id)

    return workplace.submit_write(drop)


def drafts(connection: Connection) -> tuple[Draft, ...]:
    """Every draft that can be read, the last typed first."""
    found = (_draft(row) for row in draft_store.newest_first(connection))
    return tuple(one for one in found if one is not None)


def draft_of(connection: Connection, resident_id: str, form_code: str) -> Draft | None:
    """The newest draft of that form for that resident ("" for nobody yet); None: there is none that can be read."""
    row = draft_store.newest_of(connection, resident_id, form_code)
    return None if row is None else _draft(row)


def is_damaged(connection: Connection, resident_id: str, form_code: str) -> bool:
    """Is there a draft of that form for that resident which cannot be read any more? The next one takes its place."""
    row = draft_store.newest_of(connection, resident_id, form_code)
    return row is not None and _draft(row) is None


def _draft(row: DraftRow) -> Draft | None:
    """None: the row is damaged. A half-filled form is not worth that every other form stays shut."""
    try:
        body = json.loads(row.body)
        typed_at = instant_of(row.typed_at)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    return Draft(
        id=row.id, resident_id=row.resident_id, form_code=row.form_code, body=body, typed_at=typed_at
    )
