"""Half-filled forms as rows: local to this copy, neither journaled nor sent, and durable like everything else."""

from typing import Final, NamedTuple

from village_doctor.store.database import Connection

_COLUMNS: Final = "id, resident_id, form_code, body, typed_at"
_NEWEST_FIRST: Final = "ORDER BY typed_at DESC, id DESC"


class DraftRow(NamedTuple):
    """`body`: JSON. `typed_at`: an instant as the journal writes it. `resident_id`: empty where there is none yet."""

    id: str
    resident_id: str
    form_code: str
    body: str
    typed_at: str


def keep(connection: Connection, row: DraftRow) -> None:
    """Writes the draft in place of the one with the same id, in the caller's transaction."""
    connection.execute(
        f"INSERT INTO form_draft ({_COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "resident_id = excluded.resident_id, form_code = excluded.form_code, body = excluded.body, "
        "typed_at = excluded.typed_at",
        row,
    )


def drop(connection: Connection, draft_id: str) -> None:
    """Forgets the draft; one that is not there is no error."""
    connection.execute("DELETE FROM form_draft WHERE id = ?", (draft_id,))


def newest_first(connection: Connection) -> list[DraftRow]:
    """Every draft, the last typed first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM form_draft {_NEWEST_FIRST}")
    return [DraftRow(*row) for row in rows]


def newest_of(connection: Connection, resident_id: str, form_code: str) -> DraftRow | None:
    """The last typed draft of that form for that resident."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM form_draft WHERE resident_id = ? AND form_code = ? {_NEWEST_FIRST} LIMIT 1",
        (resident_id, form_code),
    ).fetchone()
    return None if row is None else DraftRow(*row)
