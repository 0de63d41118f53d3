"""Which field of a record names which other record, by its id.

The clinic's tables refuse a name that leads nowhere; the township, where letters come in any order, lists it.
"""

from collections.abc import Mapping
from typing import Final

LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    "team": {"leader_staff_id": "staff"},
    "hamlet": {"village_id": "village"},
    "household": {
        "village_id": "village",
        "hamlet_id": "hamlet",
        "responsible_doctor_id": "staff",
        "first_contact_id": "staff",
    },
    "resident": {"mother_id": "resident", "stays_at_household_id": "household"},
    "household_membership": {"household_id": "household", "resident_id": "resident"},
    "phone": {"resident_id": "resident", "household_id": "household"},
    "absence": {"resident_id": "resident"},
    "condition": {"resident_id": "resident"},
    "contract": {
        "household_id": "household",
        "provider_staff_id": "staff",
        "provider_team_id": "team",
        "village_doctor_id": "staff",
        "representative_id": "resident",
        "renews_id": "contract",
    },
    "contract_member": {"contract_id": "contract", "resident_id": "resident"},
    "visit": {"resident_id": "resident", "staff_id": "staff", "referral_id": "referral"},
    "reading": {"resident_id": "resident", "visit_id": "visit", "staff_id": "staff"},
    "referral": {
        "resident_id": "resident",
        "visit_id": "visit",
        "reading_id": "reading",
        "staff_id": "staff",
    },
    "medication": {"resident_id": "resident", "staff_id": "staff"},
    "activity": {"staff_id": "staff"},
    "education": {"activity_id": "activity", "staff_id": "staff"},
    "service": {"resident_id": "resident", "staff_id": "staff"},
    "refusal": {"resident_id": "resident", "staff_id": "staff"},
    "consent": {"resident_id": "resident", "staff_id": "staff"},
    "notice": {"resident_id": "resident", "visit_id": "visit", "staff_id": "staff"},
}
