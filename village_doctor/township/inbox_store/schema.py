"""The tables of the inbox. What belongs to a confirmed clinic begins its key with `clinic_id`, so that it splits by clinic.

No foreign keys: letters come in any order. Kept to what SQLite and PostgreSQL both have.
"""

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from village_doctor.domain.changes.codec import Shape, plan_of
from village_doctor.domain.kinds import KINDS, Kind

METADATA: Final = sa.MetaData()
PART_BYTES: Final = 256 * 1024

_INTEGERS: Final = (Shape.INTEGER, Shape.TRUTH, Shape.FRACTION)


def _table(name: str, *columns: sa.Column[str] | sa.Column[int] | sa.Column[bytes]) -> sa.Table:
    return sa.Table(name, METADATA, *columns, sqlite_with_rowid=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _number_key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


def _text(name: str, *, needed: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=not needed)


def _whole(name: str, *, needed: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=not needed)


def _bytes(name: str, *, needed: bool = True) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=not needed)


OFFICE: Final = _table(
    "office",
    _key("id"),
    _text("name"),
    _whole("practice"),
    _bytes("signing_seed"),
    _text("recovery_recipient"),
    _text("made_at"),
    _whole("event_no"),
)
LETTERS_KEY: Final = _table("letters_key", _key("recipient"), _text("identity"), _text("made_at"))
INVITATION: Final = _table(
    "invitation",
    _key("code_id"),
    _text("clinic_code"),
    _bytes("code"),
    _text("label"),
    _text("state"),
    _text("made_at"),
    _text("clinic_id", needed=False),
    _text("device", needed=False),
)
NUMBER_BLOCK: Final = _table(
    "number_block",
    _key("clinic_code"),
    _number_key("first"),
    _whole("last"),
    _text("code_id", needed=False),
    _text("device", needed=False),
)
CLINIC: Final = _table("clinic", _key("clinic_id"), _text("code"), _text("label"), _text("confirmed_at"))
DEVICE: Final = _table(
    "device",
    _key("clinic_id"),
    _key("device"),
    _text("state"),
    _whole("no", needed=False),
    _bytes("signing_key"),
    _text("recipient"),
    _text("code_id", needed=False),
    _text("continues_device", needed=False),
    _whole("continues_seq", needed=False),
    _bytes("continues_digest", needed=False),
    _bytes("certificate", needed=False),
    _bytes("signature", needed=False),
    _whole("revoked_after", needed=False),
    _whole("receipt_seen"),
    _whole("event_no"),
    _text("first_seen_at"),
)
LETTER: Final = _table(
    "letter",
    _key("clinic_id"),
    _key("sha256"),
    _text("device"),
    _whole("batch_no"),
    _text("previous", needed=False),
    _text("chain_device"),
    _whole("first_seq"),
    _whole("last_seq"),
    _bytes("digest_before"),
    _bytes("digest_after"),
    _whole("is_act_open"),
    _whole("changes"),
    _whole("schema"),
    _text("created_at"),
    _whole("receipt_seen"),
    _text("knows"),
    _bytes("header"),
    _whole("size"),
    _text("state"),
    _text("reason", needed=False),
    _whole("event_no"),
    _text("received_at"),
)
ENVELOPE_PART: Final = _table(
    "envelope_part", _key("clinic_id"), _key("sha256"), _number_key("no"), _bytes("data")
)
ENTRY: Final = _table(
    "entry",
    _key("clinic_id"),
    _key("device"),
    _number_key("seq"),
    _text("act"),
    _text("verb"),
    _whole("at"),
    _text("wall_at"),
    _text("staff"),
    _text("kind"),
    _text("record_id"),
    _text("base", needed=False),
    _whole("body_version"),
    _bytes("body"),
    _bytes("digest"),
    _whole("fate"),
)
HEAD: Final = _table(
    "head",
    _key("clinic_id"),
    _key("record_id"),
    _key("kind"),
    _text("device"),
    _whole("seq"),
    _whole("is_contested"),
)
OUTCOME: Final = _table(
    "outcome",
    _key("clinic_id"),
    _key("device"),
    _number_key("seq"),
    _text("kind"),
    _text("record_id"),
    _text("outcome"),
    _whole("event_no"),
)
RECEIPT: Final = _table(
    "receipt",
    _key("clinic_id"),
    _key("device"),
    _number_key("receipt_no"),
    _whole("event_no"),
    _text("created_at"),
    _text("file_name", needed=False),
    _text("file_sha256", needed=False),
)
QUARANTINE: Final = _table(
    "quarantine",
    _key("file_sha256"),
    _text("file_name"),
    _text("reason"),
    _text("reason_values"),
    _text("at"),
    _whole("event_no"),
    _text("clinic_id", needed=False),
    _text("device", needed=False),
    _whole("batch_no", needed=False),
    _text("sha256", needed=False),
)
RECEIVED_FILE: Final = _table("received_file", _key("file_sha256"), _text("clinic_id"), _text("sha256"))

# What `rebuild` drops and makes again.
HEAD_COLUMNS: Final = ("created_act", "head_device", "head_seq", "head_wall_at")


def _columns_of(kind: Kind) -> Iterator[sa.Column[str] | sa.Column[int]]:
    yield _key("clinic_id")
    for plan in plan_of(kind.record_class):  # type: ignore[arg-type]
        if plan.name == "id":
            yield _key("id")
        elif plan.shape in _INTEGERS:
            yield _whole(plan.name, needed=False)
        else:
            yield _text(plan.name, needed=False)
    yield _text("created_act")
    yield _text("head_device")
    yield _whole("head_seq")
    yield _text("head_wall_at")


CURRENT: Final = {name: _table(f"current_{name}", *_columns_of(kind)) for name, kind in KINDS.items()}
DERIVED: Final = (ENTRY, HEAD, OUTCOME, *CURRENT.values())

sa.Index("entry_record", ENTRY.c.clinic_id, ENTRY.c.record_id)
sa.Index("letter_order", LETTER.c.clinic_id, LETTER.c.device, LETTER.c.batch_no)
sa.Index("letter_state", LETTER.c.clinic_id, LETTER.c.device, LETTER.c.state, LETTER.c.batch_no)
sa.Index("letter_event", LETTER.c.event_no)
sa.Index("device_alone", DEVICE.c.device)
sa.Index("head_contested", HEAD.c.clinic_id, sqlite_where=HEAD.c.is_contested == 1)
sa.Index("outcome_event", OUTCOME.c.clinic_id, OUTCOME.c.event_no)
sa.Index("quarantine_device", QUARANTINE.c.clinic_id, QUARANTINE.c.device)
