"""The journal and the local tables of migration 1, as `home.md` describes them: no kinds of records."""

from typing import Final

SQL: Final = """
CREATE TABLE journal (
    device TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    act TEXT NOT NULL,
    verb TEXT NOT NULL,
    at INTEGER NOT NULL,
    wall_at TEXT NOT NULL,
    staff TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    base TEXT,
    body_version INTEGER NOT NULL,
    body BLOB NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (device, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_record ON journal (record_id);

CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE record_head (
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (record_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    id TEXT PRIMARY KEY,
    device_digit INTEGER NOT NULL,
    wrapped_secret BLOB NOT NULL,
    is_current INTEGER NOT NULL CHECK (is_current IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX device_current ON device (is_current) WHERE is_current = 1;

CREATE TABLE local_state (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE township (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    signing_key BLOB NOT NULL CHECK (length(signing_key) = 32),
    letters_recipient TEXT NOT NULL,
    recovery_recipient TEXT NOT NULL,
    code_id TEXT NOT NULL,
    code BLOB NOT NULL,
    clinic_code TEXT NOT NULL,
    practice INTEGER NOT NULL CHECK (practice IN (0, 1)),
    device TEXT NOT NULL,
    enrolled_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX township_one ON township ((1));

CREATE TABLE batch (
    device TEXT NOT NULL,
    batch_no INTEGER NOT NULL CHECK (batch_no > 0),
    chain_device TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
    header BLOB NOT NULL,
    recipient TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    created_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered')),
    PRIMARY KEY (device, batch_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch_file (
    name TEXT PRIMARY KEY,
    device TEXT NOT NULL,
    batch_no INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    written_at TEXT NOT NULL,
    FOREIGN KEY (device, batch_no) REFERENCES batch (device, batch_no) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_file_batch ON batch_file (device, batch_no);

CREATE TABLE chain_mark (
    device TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
    device TEXT NOT NULL,
    receipt_no INTEGER NOT NULL,
    received_at TEXT NOT NULL,
    header BLOB NOT NULL,
    PRIMARY KEY (device, receipt_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt_line (
    kind TEXT NOT NULL CHECK (kind IN ('outcome', 'doubt', 'refused')),
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE peer_device (
    device TEXT PRIMARY KEY,
    certificate BLOB NOT NULL,
    signature BLOB NOT NULL,
    revoked_after INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE form_draft (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL,
    form_code TEXT NOT NULL,
    body TEXT NOT NULL,
    typed_at TEXT NOT NULL
) STRICT;

CREATE TABLE search_person (
    number INTEGER PRIMARY KEY,
    resident_id TEXT NOT NULL UNIQUE,
    name_key TEXT NOT NULL
) STRICT;

CREATE TABLE search_term (
    key TEXT NOT NULL,
    rank INTEGER NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (key, rank, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE duty (
    key TEXT PRIMARY KEY,
    household_id TEXT,
    resident_id TEXT NOT NULL,
    due_on TEXT NOT NULL,
    state TEXT NOT NULL,
    mode_hint TEXT NOT NULL,
    proof TEXT NOT NULL,
    span_from TEXT NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    sends_out INTEGER NOT NULL CHECK (sends_out IN (0, 1)),
    not_done_reason TEXT,
    attempted_on TEXT,
    attempt_kind TEXT,
    attempt_id TEXT,
    last_result TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX duty_resident ON duty (resident_id);

CREATE INDEX search_term_person ON search_term (person);
"""
