"""No core dumps: a crash must not write keys and records into a file."""

import contextlib
import importlib.util
from typing import Final

_HAS_LIMITS: Final = importlib.util.find_spec("resource") is not None
if _HAS_LIMITS:
    import resource


def forbid_core_dumps() -> None:
    """From now on this process leaves no core file. Windows has no such limit to set."""
    if _HAS_LIMITS:
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
