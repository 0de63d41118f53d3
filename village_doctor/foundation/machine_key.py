"""What this machine keeps outside the home: a key of its own, and how far its device has written.

Without them a home is a copy and goes on as a new device. Format: `resources/formats/keyslots.md` and
`home.md`. Reading and writing raise OSError as it comes.
"""

import json
from pathlib import Path

from village_doctor.foundation.atomic_file import write_whole
from village_doctor.foundation.ids import RandomBytes
from village_doctor.foundation.secrets import KEY_BYTES, derived_key, fresh_bytes, unwrap, wrap


def read_machine_key(folder: Path, database_id: str) -> bytes | None:
    """This machine's key for that database; None if it has none: the home then becomes a new device.

    Raises OSError if the file is there but cannot be read.
    """
    try:
        key = _machine_key_file(folder, database_id).read_bytes()
    except FileNotFoundError:
        return None
    return key if len(key) == KEY_BYTES else None


def new_machine_key(folder: Path, database_id: str, random_bytes: RandomBytes) -> bytes:
    """Make this machine's key for that database, in place of one it may have had. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = fresh_bytes(KEY_BYTES, random_bytes)
    write_whole(_machine_key_file(folder, database_id), key)
    return key


def wrap_device_secret(machine_key: bytes, device_id: str, secret: bytes, random_bytes: RandomBytes) -> bytes:
    """A private key of the device, wrapped for the database so that only this machine can use it."""
    return wrap(*_device_binding(machine_key, device_id, secret), random_bytes)


def unwrap_device_secret(machine_key: bytes, device_id: str, wrapped: bytes) -> bytes:
    """What `wrap_device_secret` wrapped. Raises NotUnwrapped."""
    return unwrap(*_device_binding(machine_key, device_id, wrapped))


def _device_binding(machine_key: bytes, device_id: str, data: bytes) -> tuple[bytes, bytes, bytes]:
    key = derived_key(machine_key, salt=b"", purpose="vd/device-secret/1")
    return key, data, json.dumps(["vd/device-secret", 1, device_id], separators=(",", ":")).encode()


def _machine_key_file(folder: Path, database_id: str) -> Path:
    return folder / f"machine-{database_id}.key"


def read_mark(folder: Path, database_id: str) -> tuple[str, int, str] | None:
    """Device, number and digest (hex) of the last entry noted here; None if nothing readable was."""
    try:
        device, seq, digest = _mark_file(folder, database_id).read_text(encoding="ascii").split()
        return device, int(seq), digest
    except (FileNotFoundError, ValueError):
        return None


def write_mark(folder: Path, database_id: str, device: str, seq: int, digest: str) -> None:
    """Notes how far the device has written, so that an older copy put back in its place is noticed."""
    write_whole(_mark_file(folder, database_id), _mark_line(device, seq, digest))


def note_mark(folder: Path, database_id: str, device: str, seq: int, digest: str) -> None:
    """As `write_mark`, whole but not synced: after every act, for it may only lag behind the store, never lead."""
    path = _mark_file(folder, database_id)
    aside = path.with_suffix(".next")
    aside.write_bytes(_mark_line(device, seq, digest))
    aside.replace(path)


def _mark_line(device: str, seq: int, digest: str) -> bytes:
    return f"{device} {seq} {digest}\n".encode("ascii")


def read_digit(folder: Path, database_id: str) -> int:
    """The highest device digit this home has used on this machine, 0 if none is known: a restored store may
    have forgotten it, and no human number may be given twice."""
    try:
        return int(_digit_file(folder, database_id).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0


def write_digit(folder: Path, database_id: str, digit: int) -> None:
    """Notes the device digit in use."""
    write_whole(_digit_file(folder, database_id), f"{digit}\n".encode("ascii"))


def _digit_file(folder: Path, database_id: str) -> Path:
    return folder / f"machine-{database_id}.digit"


def _mark_file(folder: Path, database_id: str) -> Path:
    return folder / f"machine-{database_id}.mark"
