"""One encrypted copy of the open store as a backup file: the part of safekeeping that opening needs too."""

import json
import secrets
from pathlib import Path
from typing import Final

from village_doctor.domain.changes.entry import GENESIS
from village_doctor.foundation.keyslots import SlotFile
from village_doctor.store import backups, journal, local_state
from village_doctor.store.backups import Progress
from village_doctor.store.database import Connection, schema_version

_ASIDE: Final = ".aside-{}"


def write_copy(
    connection: Connection,
    key: bytes,
    slots: SlotFile,
    folder: Path,
    made_at: str,
    *,
    aside_folder: Path,
    progress: Progress | None = None,
) -> Path:
    """A verified backup in `folder` under a name that means nothing, with the given slots.

    The copy of the database is made in `aside_folder` first, so that a slow stick holds nobody up.

    Raises Problem `disk-full`, `store-damaged`, `backup-damaged`; OSError where the folder fails.
    """
    aside = aside_folder / _ASIDE.format(secrets.token_hex(16))
    target = folder / f"{secrets.token_hex(16)}{backups.SUFFIX}"
    try:
        backups.copy_database(connection, aside, key, progress)
        device = local_state.current_device(connection)
        last = journal.last_of(connection, device.id) if device is not None else None
        header = {
            "database_id": slots.database_id,
            "schema": schema_version(connection),
            "made_at": made_at,
            "device": last.device if last else "",
            "seq": last.seq if last else 0,
            "digest": (last.digest if last else GENESIS).hex(),
            "slots": json.loads(slots.to_bytes()),
        }
        backups.write_backup(target, aside, header)
    finally:
        for leftover in (aside, Path(f"{aside}-wal"), Path(f"{aside}-shm"), Path(f"{aside}-journal")):
            leftover.unlink(missing_ok=True)
    return target
