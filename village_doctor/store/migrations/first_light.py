"""Migration 1: a table for every kind of record of the first release, as `home.md` describes them."""

from typing import Final

SQL: Final = """
CREATE TABLE device_start (
    id TEXT PRIMARY KEY,
    device_digit INTEGER NOT NULL,
    continues_device TEXT,
    continues_seq INTEGER,
    continues_digest TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE setting (
    id TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE clinic (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    code TEXT,
    township_name TEXT,
    county_name TEXT,
    phone TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT,
    role TEXT,
    licence TEXT,
    phone TEXT,
    from_on TEXT,
    until_on TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE team (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    leader_staff_id TEXT NOT NULL REFERENCES staff (id) ON DELETE RESTRICT,
    member_staff_ids TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE village (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    former_names TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE hamlet (
    id TEXT PRIMARY KEY,
    village_id TEXT NOT NULL REFERENCES village (id) ON DELETE RESTRICT,
    number INTEGER,
    name TEXT,
    township_contact TEXT,
    walking_order INTEGER,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE household (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    village_id TEXT NOT NULL REFERENCES village (id) ON DELETE RESTRICT,
    hamlet_id TEXT REFERENCES hamlet (id) ON DELETE RESTRICT,
    landmark TEXT,
    door_number TEXT,
    registered_address TEXT,
    home_address TEXT,
    responsible_doctor_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    first_contact_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    helper_cadre TEXT,
    walking_order INTEGER,
    dwelling TEXT,
    paper_file_place TEXT,
    note TEXT,
    not_visited_until TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE resident (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sex TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    other_names TEXT,
    is_name_provisional INTEGER NOT NULL,
    birth_order INTEGER,
    mother_id TEXT REFERENCES resident (id) ON DELETE RESTRICT,
    identity_documents TEXT,
    no_identity_reason TEXT,
    registered_here INTEGER NOT NULL,
    lives_here_since TEXT,
    stays_at_household_id TEXT REFERENCES household (id) ON DELETE RESTRICT,
    ethnicity TEXT,
    marriage TEXT,
    education TEXT,
    occupation TEXT,
    blood_type TEXT,
    rh TEXT,
    insurances TEXT,
    allergies TEXT,
    exposures TEXT,
    past_history TEXT,
    family_history TEXT,
    disabilities TEXT,
    disability_card TEXT,
    record_number TEXT,
    other_system_ids TEXT,
    last_menstruation_on TEXT,
    expected_delivery_on TEXT,
    delivered_on TEXT,
    discharged_on TEXT,
    breast_feeding_until TEXT,
    died_on TEXT,
    death_place TEXT,
    death_cause TEXT,
    death_told_by TEXT,
    moved_out_on TEXT,
    moved_out_to TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE household_membership (
    id TEXT PRIMARY KEY,
    household_id TEXT NOT NULL REFERENCES household (id) ON DELETE RESTRICT,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    relation TEXT NOT NULL,
    is_head INTEGER NOT NULL,
    from_on TEXT,
    until_on TEXT,
    reason TEXT,
    until_reason TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE phone (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    resident_id TEXT REFERENCES resident (id) ON DELETE RESTRICT,
    household_id TEXT REFERENCES household (id) ON DELETE RESTRICT,
    whose TEXT,
    checked_on TEXT,
    wrong_since TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE absence (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    from_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    expected_back_on TEXT,
    until_on TEXT,
    place TEXT,
    phone TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE condition (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    code TEXT NOT NULL,
    since TEXT,
    until_on TEXT,
    is_confirmed INTEGER NOT NULL,
    number TEXT,
    grade TEXT,
    source_list TEXT,
    notified_on TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE contract (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    household_id TEXT NOT NULL REFERENCES household (id) ON DELETE RESTRICT,
    party_a TEXT NOT NULL,
    years INTEGER NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    state TEXT,
    signed_on TEXT,
    provider_staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    provider_team_id TEXT REFERENCES team (id) ON DELETE RESTRICT,
    village_doctor_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    township_doctor_name TEXT,
    representative_id TEXT REFERENCES resident (id) ON DELETE RESTRICT,
    packages TEXT,
    renews_id TEXT REFERENCES contract (id) ON DELETE RESTRICT,
    fee_fen INTEGER,
    payers TEXT,
    exemption_reason TEXT,
    receipt_number TEXT,
    copies INTEGER,
    told_on TEXT,
    told_how TEXT,
    terminated_on TEXT,
    termination_code TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE contract_member (
    id TEXT PRIMARY KEY,
    contract_id TEXT NOT NULL REFERENCES contract (id) ON DELETE RESTRICT,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    groups TEXT,
    package_codes TEXT,
    from_on TEXT,
    until_on TEXT,
    until_reason TEXT,
    signed_by TEXT,
    signer_relation TEXT,
    told_on TEXT,
    told_how TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE visit (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    served_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    mode TEXT NOT NULL,
    purpose TEXT NOT NULL,
    staff_id TEXT NOT NULL REFERENCES staff (id) ON DELETE RESTRICT,
    place TEXT,
    met TEXT,
    form_code TEXT,
    form_version INTEGER,
    answers TEXT,
    confirmed_sections TEXT,
    is_complete INTEGER NOT NULL,
    missing TEXT,
    control_result TEXT,
    decision TEXT,
    own_plan TEXT,
    overrule_reason TEXT,
    next_due_on TEXT,
    diseases TEXT,
    proves TEXT,
    conclusions TEXT,
    referral_id TEXT REFERENCES referral (id) ON DELETE RESTRICT,
    not_done_reason TEXT,
    signed_by TEXT,
    typed_from TEXT,
    note TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE reading (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    taken_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    setting TEXT,
    visit_id TEXT REFERENCES visit (id) ON DELETE RESTRICT,
    systolic_mmhg INTEGER,
    diastolic_mmhg INTEGER,
    pulse_per_minute INTEGER,
    arm TEXT,
    posture TEXT,
    glucose_mmol INTEGER,
    glucose_timing TEXT,
    weight_kg INTEGER,
    height_cm INTEGER,
    waist_cm INTEGER,
    temperature_c INTEGER,
    spo2_percent INTEGER,
    hba1c_percent INTEGER,
    source TEXT,
    confirmed TEXT,
    staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    is_repeat INTEGER NOT NULL,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE referral (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    issued_on TEXT NOT NULL,
    urgency TEXT NOT NULL,
    direction TEXT,
    disease TEXT,
    reasons TEXT,
    reason_text TEXT,
    visit_id TEXT REFERENCES visit (id) ON DELETE RESTRICT,
    reading_id TEXT REFERENCES reading (id) ON DELETE RESTRICT,
    facility TEXT,
    department TEXT,
    contact TEXT,
    findings TEXT,
    state TEXT,
    inquiries TEXT,
    refusal_signed INTEGER NOT NULL,
    hospital_answer TEXT,
    staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE medication (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    drug TEXT NOT NULL,
    strength TEXT,
    dose TEXT,
    times_per_day INTEGER,
    since_on TEXT,
    until_on TEXT,
    prescriber TEXT,
    institution TEXT,
    issued_on TEXT,
    weeks INTEGER,
    refill_due_on TEXT,
    is_first INTEGER NOT NULL,
    is_signed INTEGER NOT NULL,
    storage TEXT,
    staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE activity (
    id TEXT PRIMARY KEY,
    held_on TEXT NOT NULL,
    form_code TEXT NOT NULL,
    form_version INTEGER NOT NULL,
    answers TEXT,
    is_complete INTEGER NOT NULL,
    missing TEXT,
    place TEXT,
    staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE education (
    id TEXT PRIMARY KEY,
    given_on TEXT NOT NULL,
    mode TEXT NOT NULL,
    topics TEXT,
    resident_ids TEXT,
    head_count INTEGER,
    copies TEXT,
    place TEXT,
    activity_id TEXT REFERENCES activity (id) ON DELETE RESTRICT,
    reading_ids TEXT,
    staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    note TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE service (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    code TEXT NOT NULL,
    served_on TEXT NOT NULL,
    mode TEXT,
    place TEXT,
    staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    note TEXT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE refusal (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    what TEXT NOT NULL,
    refused_on TEXT NOT NULL,
    reason TEXT,
    witness TEXT,
    is_signed INTEGER NOT NULL,
    offer_again_on TEXT,
    staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE consent (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    what TEXT NOT NULL,
    given_on TEXT NOT NULL,
    given_by TEXT,
    relation TEXT,
    withdrawn_on TEXT,
    staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE TABLE notice (
    id TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE RESTRICT,
    told_to TEXT NOT NULL,
    what TEXT NOT NULL,
    told_on TEXT NOT NULL,
    how TEXT,
    visit_id TEXT REFERENCES visit (id) ON DELETE RESTRICT,
    answer TEXT,
    staff_id TEXT REFERENCES staff (id) ON DELETE RESTRICT,
    created_act TEXT NOT NULL,
    voided_at TEXT,
    void_reason TEXT
) STRICT;

CREATE INDEX household_number ON household (number);
CREATE INDEX household_hamlet ON household (hamlet_id);
CREATE INDEX resident_record_number ON resident (record_number);
CREATE INDEX contract_number ON contract (number);
CREATE INDEX household_membership_household ON household_membership (household_id);
CREATE INDEX household_membership_resident ON household_membership (resident_id);
CREATE INDEX phone_resident ON phone (resident_id);
CREATE INDEX phone_household ON phone (household_id);
CREATE INDEX absence_resident ON absence (resident_id);
CREATE INDEX condition_resident ON condition (resident_id);
CREATE INDEX contract_household ON contract (household_id);
CREATE INDEX contract_member_contract ON contract_member (contract_id);
CREATE INDEX contract_member_resident ON contract_member (resident_id);
CREATE INDEX visit_resident ON visit (resident_id, served_on);
CREATE INDEX reading_resident ON reading (resident_id, taken_at);
CREATE INDEX reading_visit ON reading (visit_id) WHERE visit_id IS NOT NULL;
CREATE INDEX referral_resident ON referral (resident_id);
CREATE INDEX medication_resident ON medication (resident_id);
CREATE INDEX service_resident ON service (resident_id);
CREATE INDEX refusal_resident ON refusal (resident_id);
CREATE INDEX consent_resident ON consent (resident_id);
CREATE INDEX notice_resident ON notice (resident_id);
"""
