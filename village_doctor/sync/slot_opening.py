"""Making and opening key slots for people: what clinic and township share, told in Problems.

The file format and the cryptography are `foundation/keyslots`; this is what a wrong password means.
"""

from typing import Final

from village_doctor.domain.messages import N_
from village_doctor.domain.problems import Problem
from village_doctor.foundation import keyslots, secrets
from village_doctor.foundation.ids import IdMaker
from village_doctor.foundation.keyslots import Opened, SlotFile
from village_doctor.foundation.secrets import UnlockCode, UnlockCodeProblem, WeakPassword
from village_doctor.foundation.surroundings import Surroundings

WEAKNESS_TEXTS: Final[dict[str, str]] = {
    "too-short": N_("太短了，自己起的密码至少要 10 个字"),
    "too-long": N_("太长了"),
    "digits-too-short": N_("只用数字的话要 12 位"),
    "birthday": N_("里面像是生日"),
    "phone": N_("里面像是电话号码"),
    "run": N_("里面有挨着的一串，如 123456、qwerty"),
    "repeated": N_("里面老是重复"),
    "common": N_("太常见，容易被猜到"),
}


def new_slots(
    ids: IdMaker, surroundings: Surroundings, staff_id: str, database_id: str, key: bytes, password: str
) -> tuple[SlotFile, UnlockCode]:
    """A slot file with one password slot and one slot for a fresh unlock code."""
    code = UnlockCode.generate(surroundings.random_bytes)
    first = keyslots.password_slot(
        slot_id=ids.new(),
        database_id=database_id,
        staff=staff_id,
        password=password,
        database_key=key,
        cost=surroundings.kdf_cost,
        random_bytes=surroundings.random_bytes,
    )
    second = keyslots.unlock_code_slot(
        slot_id=ids.new(),
        database_id=database_id,
        staff=staff_id,
        code=code,
        database_key=key,
        random_bytes=surroundings.random_bytes,
    )
    return SlotFile(database_id=database_id, slots=(first, second)), code


def open_slots(slot_file: SlotFile, password: str) -> Opened:
    """Raises Problem `password-wrong`, `memory-short`."""
    try:
        return keyslots.open_with_password(slot_file, password)
    except (keyslots.WrongPassword, keyslots.NoSuchSlot) as error:
        raise Problem("password-wrong") from error
    except secrets.NotEnoughMemory as error:
        raise Problem("memory-short") from error


def open_with_code(slot_file: SlotFile, text: str) -> Opened:
    """Raises Problem `unlock-code-mistyped`, `unlock-code-wrong`."""
    try:
        return keyslots.open_with_unlock_code(slot_file, UnlockCode.parse(text))
    except UnlockCodeProblem as error:
        raise Problem("unlock-code-mistyped") from error
    except (keyslots.WrongUnlockCode, keyslots.NoSuchSlot) as error:
        raise Problem("unlock-code-wrong") from error


def read_slots(data: bytes) -> SlotFile:
    """Raises Problem `slots-damaged`, `slots-newer`."""
    try:
        return SlotFile.from_bytes(data)
    except keyslots.SlotFileTooNew as error:
        raise Problem("slots-newer") from error
    except keyslots.SlotFileProblem as error:
        raise Problem("slots-damaged") from error


def refuse_weak(password: str) -> None:
    """Raises Problem `password-weak` with the reason in plain words."""
    try:
        secrets.check_password(password)
    except WeakPassword as error:
        raise Problem("password-weak", reason=WEAKNESS_TEXTS[error.reason.value]) from error
