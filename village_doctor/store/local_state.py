"""Per-copy bookkeeping that is neither journaled nor sent: devices of this copy and small facts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from village_doctor.domain.record_number import NumberBlock
from village_doctor.store.database import Connection

_RESTORED: Final = "restored"
_NUMBER_BLOCKS: Final = "number_blocks/{}"


@dataclass(frozen=True, slots=True)
class LocalDevice:
    """`wrapped_secret` opens with the machine key that lies outside the home."""

    id: str
    device_digit: int
    wrapped_secret: bytes


def get_state(connection: Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM local_state WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_state(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO local_state (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def mark_restored(connection: Connection) -> None:
    """This copy came out of a backup: its next opening starts a device of its own."""
    set_state(connection, _RESTORED, "1")


def is_restored(connection: Connection) -> bool:
    return get_state(connection, _RESTORED) == "1"


def current_device(connection: Connection) -> LocalDevice | None:
    row = connection.execute(
        "SELECT id, device_digit, wrapped_secret FROM device WHERE is_current = 1"
    ).fetchone()
    return None if row is None else LocalDevice(*row)


def add_current_device(connection: Connection, device: LocalDevice) -> None:
    """The new device takes the place of the current one; a restored copy has thereby become itself."""
    set_state(connection, _RESTORED, "0")
    connection.execute("UPDATE device SET is_current = 0")
    connection.execute(
        "INSERT INTO device (id, device_digit, wrapped_secret, is_current) VALUES (?, ?, ?, 1)",
        (device.id, device.device_digit, device.wrapped_secret),
    )


def device_count(connection: Connection) -> int:
    """How many devices this clinic has ever had, as far as this store knows."""
    return int(connection.execute("SELECT count(*) FROM device_start").fetchone()[0])


def number_blocks(connection: Connection, device: str) -> tuple[NumberBlock, ...]:
    """The serials that the township gave to this device; another one's are never used."""
    text = get_state(connection, _NUMBER_BLOCKS.format(device))
    return tuple(NumberBlock(first=first, last=last) for first, last in json.loads(text or "[]"))


def set_number_blocks(connection: Connection, device: str, blocks: Iterable[NumberBlock]) -> None:
    """In place of the blocks that were known."""
    pairs = [[block.first, block.last] for block in sorted(blocks)]
    set_state(connection, _NUMBER_BLOCKS.format(device), json.dumps(pairs, separators=(",", ":")))
