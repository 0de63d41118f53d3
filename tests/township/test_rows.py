"""A current row holds what the clinic's own table holds."""

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.changes.generated import ALL_KINDS, records_of
from tests.township.clinics import some_id
from village_doctor.domain.changes.codec import encode_record
from village_doctor.domain.changes.entry import Entry
from village_doctor.domain.kinds import KINDS
from village_doctor.domain.links import LINKS
from village_doctor.store.tables import table_of
from village_doctor.township.inbox_store.rows import READABLE, VOIDED, row_of
from village_doctor.township.inbox_store.schema import CURRENT


def entry_of(kind: str, record_id: str, body: bytes, body_version: int = 1) -> Entry:
    return Entry(
        device=some_id("device"),
        seq=1,
        act=some_id("act"),
        verb="test",
        at=1,
        wall_at="2026-01-01T00:00:00.000Z",
        staff=some_id("staff"),
        kind=kind,
        record_id=record_id,
        base=None,
        body_version=body_version,
        body=body,
        digest=bytes(32),
    )


@given(data=st.data(), kind=st.sampled_from(ALL_KINDS))
def test_a_row_is_the_row_of_the_clinics_store(data, kind):
    record = data.draw(records_of(KINDS[kind]))
    try:
        body = encode_record(record)
    except ValueError:
        return
    row = row_of(entry_of(kind, record.id, body))
    if row is None:  # a fraction beyond what a table holds
        return
    assert [*row.values, "act"] == table_of(kind).to_row(record, "act")
    assert row.fate == (VOIDED if record.is_voided else READABLE)


def test_what_this_version_cannot_read_has_no_row():
    assert row_of(entry_of("no_such_kind", "a", b"{}")) is None
    assert row_of(entry_of("setting", "a", b'{"value":"1"}', body_version=2)) is None
    assert row_of(entry_of("setting", "a", b'{"value":1}')) is None
    huge = b'{"glucose_mmol":"99999999999999999999.0","kind":"glucose","resident_id":"a","taken_at":"2026-01-01T00:00:00.000Z"}'
    assert row_of(entry_of("reading", "a", huge)) is None


def test_every_link_is_a_column():
    assert all(set(fields) <= set(CURRENT[kind].c.keys()) for kind, fields in LINKS.items())
