"""Drafting: what was typed into a form and not saved yet is there again after a lock, a crash or a power cut.

A draft is no record: nothing is decided from it, it is neither journaled nor sent, and nobody else sees it. The verb
that saves the form drops its draft in the same act (`Desk.drop_draft`).
"""

import json
from collections.abc import Mapping
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


def keep_draft(
    workplace: Workplace, draft_id: str, resident_id: str, form_code: str, body: Mapping[str, JsonValue]
) -> None:
    """Keeps the draft in place of the one with that id; on the disk when this returns.

    Raises Problem `disk-full`, `store-read-only` …
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

    workplace.write(keep)


def drop_draft(workplace: Workplace, draft_id: str) -> None:
    """Forgets the draft, because its form was thrown away; one that is gone already is no error."""

    def drop(writing: Writing) -> None:
        with transaction(writing.connection):
            draft_store.drop(writing.connection, draft_id)

    workplace.write(drop)


def drafts(connection: Connection) -> tuple[Draft, ...]:
    """Every draft, the last typed first."""
    return tuple(
        Draft(
            id=row.id,
            resident_id=row.resident_id,
            form_code=row.form_code,
            body=json.loads(row.body),
            typed_at=instant_of(row.typed_at),
        )
        for row in draft_store.newest_first(connection)
    )


def draft_of(connection: Connection, resident_id: str, form_code: str) -> Draft | None:
    """The newest draft of that form for that resident ("" for nobody yet); None: there is none."""
    found = drafts(connection)
    return next((one for one in found if (one.resident_id, one.form_code) == (resident_id, form_code)), None)
