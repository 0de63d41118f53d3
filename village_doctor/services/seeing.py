"""Seeing: whose protected groups (06, 09, 10) somebody may look at: the owner everybody's, a doctor those she answers for."""

from village_doctor.domain.clinic import Staff
from village_doctor.domain.people import Household
from village_doctor.domain.permissions import READ, may
from village_doctor.domain.protected import MaySee


def sight_of(viewer: Staff | None, household: Household | None) -> MaySee:
    """May `viewer` (None: everybody may) see that group of somebody behind this door?"""
    if viewer is None:
        return lambda _group: True
    is_hers = household is not None and household.responsible_doctor_id == viewer.id
    return lambda group: may(viewer.role, READ, group, is_responsible=is_hers)
