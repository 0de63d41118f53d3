"""What the outside world gives a program: time, chance, the cost of a password, this machine's own folder.

Handed in, never read from the air, so that tests and demonstrations can fix them.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from village_doctor.foundation import paths, secrets
from village_doctor.foundation.clock import Clock, SystemClock
from village_doctor.foundation.ids import RandomBytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """By default this computer as it is."""

    clock: Clock = field(default_factory=SystemClock)
    random_bytes: RandomBytes = os.urandom
    kdf_cost: secrets.KdfCost = secrets.SHIPPED_COST
    state_folder: Path = field(default_factory=paths.state_folder)
