"""Whose journals a device may send besides its own (`batch.md`, "Whose journal")."""

from collections.abc import Iterator
from typing import Final

from village_doctor.domain.problems import Problem
from village_doctor.township.inbox_store import letters, registry
from village_doctor.township.inbox_store.inbox import Connection
from village_doctor.township.inbox_store.registry import DeviceRow

_STRANGE: Final = "letter-chain"
_MOST_STRANGE: Final = 50  # journals in a clinic of devices that were never confirmed


def refuse_strange_journal(
    connection: Connection, sender: DeviceRow, chain_device: str, last_seq: int
) -> None:
    """A device carries the journals of those only whose place it took, as far as it held them, and of devices that are
    not known here; others send their own, and a made-up entry of theirs would fork them for ever.

    Raises Problem `letter-chain`.
    """
    if chain_device == sender.device:
        return
    known = registry.device_anywhere(connection, chain_device)
    if known is None:
        strange = letters.strange_journals(connection, sender.clinic_id) - {chain_device}
        if len(strange) >= _MOST_STRANGE:
            raise Problem(_STRANGE)
        return
    for before, held in _line_of(connection, sender):
        if before.device == chain_device:
            if before.state == registry.CONFIRMED and last_seq > held:
                raise Problem(_STRANGE)
            return
    raise Problem(_STRANGE)


def _line_of(connection: Connection, sender: DeviceRow) -> Iterator[tuple[DeviceRow, int]]:
    """The devices before it, the nearest first, each with how far the next one held its journal."""
    seen = {sender.device}
    after = sender
    while after.continues_device is not None and after.continues_device not in seen:
        before = registry.device(connection, sender.clinic_id, after.continues_device)
        if before is None:
            return
        seen.add(before.device)
        yield before, after.continues_seq or 0
        after = before
