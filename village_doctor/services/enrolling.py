"""Enrolling: how this clinic comes to trust a township health centre, and which keys are this device's own.

The words are compared by phone before anything is written. First the recovery slot, then one transaction
(`invitation.md`); a crash between the two leaves a slot that the next enrolment replaces.
"""

from dataclasses import dataclass, replace
from typing import Final

from village_doctor.domain.changes.codec import instant_text
from village_doctor.domain.clinic import Clinic, DeviceStart, Setting
from village_doctor.domain.permissions import require
from village_doctor.domain.problems import Problem
from village_doctor.foundation.keyslots import kept_slot
from village_doctor.services import deriving
from village_doctor.services.desk import Desk, verb
from village_doctor.services.opening import keep_slots, load_slots
from village_doctor.services.workplace import Workplace
from village_doctor.store import delivery, local_state, tables
from village_doctor.store.database import Connection
from village_doctor.store.delivery import EnrolledTownship
from village_doctor.store.errors import store_problems
from village_doctor.sync import invitations, recovery
from village_doctor.sync.identity import Certificate, CertificateRefused, DeviceKeys
from village_doctor.sync.invitations import Invitation
from village_doctor.sync.lines import EnvelopeWrong
from village_doctor.sync.words import load_words, same_words, township_words

_PRACTICE: Final = "practice"
_INVITATION: Final = "invitation"


@dataclass(frozen=True, kw_only=True, slots=True)
class TownshipShown:
    """A health centre as it is shown before and after enrolling: `words` are to be heard from it by phone."""

    name: str
    clinic_code: str
    words: tuple[str, ...]
    practice: bool


def device_keys(workplace: Workplace) -> DeviceKeys:
    """This device's signing key and age identity. Raises Problem `device-keys-missing`."""
    return DeviceKeys.of_secret(workplace.device_secret())


def is_confirmed(connection: Connection, keys: DeviceKeys) -> bool:
    """Has the township certified this device, with the keys it has?"""
    device, enrolled = local_state.current_device(connection), delivery.township(connection)
    peer = delivery.peer_devices(connection).get(device.id) if device is not None else None
    if peer is None or enrolled is None:
        return False
    try:
        certificate = Certificate.read(peer.certificate, peer.signature, enrolled.signing_key)
    except CertificateRefused:
        return False
    known = (certificate.signing_key, certificate.recipient)
    return known == (keys.signing.public, keys.identity.recipient)


def look_at(data: bytes) -> TownshipShown:
    """Whose invitation that is; changes nothing. Raises Problem `invitation-damaged`, `invitation-newer`."""
    return _shown(_read(data))


def shown_township(enrolled: EnrolledTownship) -> TownshipShown:
    """The health centre this clinic is enrolled with; the words are those of its keys today."""
    return TownshipShown(
        name=enrolled.name,
        clinic_code=enrolled.clinic_code,
        words=township_words(
            load_words(),
            township_id=enrolled.id,
            signing_key=enrolled.signing_key,
            letters_recipient=enrolled.letters_recipient,
            recovery_recipient=enrolled.recovery_recipient,
        ),
        practice=enrolled.practice,
    )


@store_problems()
def enrol(workplace: Workplace, data: bytes, words: str) -> TownshipShown:
    """Enrols with the health centre whose six words are `words`; enrolling with the same one again is harmless.

    Raises Problem `not-permitted`, `invitation-damaged`, `invitation-newer`, `words-differ`, `practice-mismatch`,
    `enrolled-elsewhere`; nothing is changed then.
    """
    require(workplace.actor.role, "enrol")
    invitation = _read(data)
    shown = _shown(invitation)
    if not same_words(words, shown.words):
        raise Problem("words-differ")
    workplace.query(_refuse_unfit, invitation)
    _write_recovery_slot(workplace, invitation)
    workplace.command(keep_enrolment, invitation)
    return shown


def _read(data: bytes) -> Invitation:
    try:
        return invitations.read(data)
    except EnvelopeWrong as error:
        raise Problem("invitation-newer" if error.code == "newer" else "invitation-damaged") from error


def _shown(invitation: Invitation) -> TownshipShown:
    return TownshipShown(
        name=invitation.township_name,
        clinic_code=invitation.clinic_code,
        words=township_words(
            load_words(),
            township_id=invitation.township_id,
            signing_key=invitation.signing_key,
            letters_recipient=invitation.letters_recipient,
            recovery_recipient=invitation.recovery_recipient,
        ),
        practice=invitation.practice,
    )


def is_practice(connection: Connection) -> bool:
    """Is this an invented village?"""
    return deriving.settings(connection)[_PRACTICE] == "1"


def _refuse_unfit(connection: Connection, invitation: Invitation) -> None:
    if invitation.practice != is_practice(connection):
        raise Problem("practice-mismatch")
    known = delivery.township(connection)
    if known is not None and (known.id, known.signing_key) != (
        invitation.township_id,
        invitation.signing_key,
    ):
        raise Problem("enrolled-elsewhere", name=known.name)
    if known is not None and known.clinic_code != invitation.clinic_code and delivery.senders(connection):
        raise Problem("invitation-of-another", code=invitation.clinic_code, known=known.clinic_code)


def _write_recovery_slot(workplace: Workplace, invitation: Invitation) -> None:
    """In the home and in its own copies, in place of an earlier one."""
    slots = load_slots(workplace.home)
    fields = recovery.recovery_slot_fields(
        township_id=invitation.township_id,
        recipient=invitation.recovery_recipient,
        database_id=slots.database_id,
        database_key=workplace.key,
    )
    slot = kept_slot(slot_id=workplace.new_id(), kind=recovery.KIND, fields=fields)
    kept = tuple(known for known in slots.slots if known.kind != recovery.KIND)
    keep_slots(workplace, replace(slots, slots=(*kept, slot)))


@verb("enrol")
def keep_enrolment(desk: Desk, invitation: Invitation) -> Clinic:
    """The township and this device's number blocks, noted; the clinic's code, journaled. Problems as `enrol`.

    A device that took another one's place gets its blocks by receipt only: that one may have used these.
    """
    _refuse_unfit(desk.connection, invitation)
    device = desk.unit.last.device
    known = delivery.township(desk.connection)
    if known is not None and known.code_id != invitation.code_id:
        # A health centre invites anew when it has no memory of us: everything is shown to it once more.
        delivery.begin_again(desk.connection, device)
    delivery.set_township(
        desk.connection,
        EnrolledTownship(
            id=invitation.township_id,
            name=invitation.township_name,
            signing_key=invitation.signing_key,
            letters_recipient=invitation.letters_recipient,
            recovery_recipient=invitation.recovery_recipient,
            code_id=invitation.code_id,
            code=invitation.code,
            clinic_code=invitation.clinic_code,
            practice=invitation.practice,
            device=device,
            enrolled_at=instant_text(desk.now),
        ),
    )
    has_blocks = bool(local_state.number_blocks(desk.connection, device))
    if tables.get(desk.connection, DeviceStart, device).continues_device is None and not has_blocks:
        local_state.set_number_blocks(desk.connection, device, invitation.number_blocks)
    # A new invitation is always something to send: letters with the proof of an older one may wait for it.
    desk.save(Setting(id=_INVITATION, value=invitation.code_id))
    clinic = next(tables.select(desk.connection, Clinic, "voided_at IS NULL ORDER BY id"))
    return desk.save(
        replace(
            clinic,
            code=invitation.clinic_code,
            township_name=clinic.township_name or invitation.township_name,
        )
    )
