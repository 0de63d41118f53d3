"""Where things lie: the shipped resources, the default homes, the folder of this machine.

Pure answers: nothing is made here, and nothing read but the variable that names a home.
"""

import os
import sys
from pathlib import Path
from typing import Final

import platformdirs

HOME_VARIABLE: Final = "VILLAGE_DOCTOR_HOME"
SLOTS_FILE: Final = "keyslots.json"  # a folder that holds it is a home
_PROGRAM: Final = "village-doctor"
# A name of its own: who copies the whole program folder to another laptop must not take the machine key along.
_MACHINE: Final = "village-doctor-machine"


class ResourcesMissing(Exception):
    """The program was installed without its resources folder."""


def resources() -> Path:
    """The folder of shipped resources, in a built program, a wheel or the checkout. Raises ResourcesMissing."""
    frozen: object = getattr(sys, "_MEIPASS", None)  # set by PyInstaller
    package = Path(__file__).resolve().parent.parent
    # The wheel before the checkout: beside an installed package "resources" may be anybody's.
    installed = (package / "_resources", package.parent / "resources")
    for folder in (Path(frozen) / "resources",) if isinstance(frozen, str) else installed:
        if folder.is_dir():
            return folder
    raise ResourcesMissing


def default_home() -> Path:
    """The clinic's home, if none is named."""
    return platformdirs.user_data_path(_PROGRAM, appauthor=False) / "clinic"


def chosen_home() -> Path:
    """The clinic's home that the environment names, else the default one."""
    named = os.environ.get(HOME_VARIABLE, "")
    return Path(named) if named else default_home()


def default_township_home() -> Path:
    """The township's home, if none is named."""
    return platformdirs.user_data_path(_PROGRAM, appauthor=False) / "township"


def state_folder() -> Path:
    """The user's local folder for what belongs to this machine; never inside a home, never roaming."""
    return platformdirs.user_state_path(_MACHINE, appauthor=False)
