"""What this machine keeps outside the home: found again here, and nowhere else."""

import stat
import uuid
from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_doctor.foundation.machine_key import (
    new_machine_key,
    read_machine_key,
    read_mark,
    unwrap_device_secret,
    wrap_device_secret,
    write_mark,
)
from village_doctor.foundation.secrets import NotUnwrapped

DATABASE = "0190a000-0000-7000-8000-00000000000d"
OTHER_DATABASE = "0190a000-0000-7000-8000-000000000009"
OWNER = "0190a000-0000-7000-8000-00000000000a"
KEY = bytes(range(32))


def test_a_machine_key_is_made_once_and_found_again(tmp_path):
    folder = tmp_path / "state" / "machine"
    assert read_machine_key(folder, DATABASE) is None
    key = new_machine_key(folder, DATABASE, urandom)
    assert read_machine_key(folder, DATABASE) == key
    assert len(key) == 32
    (file,) = folder.iterdir()
    assert file.name == f"machine-{DATABASE}.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_each_database_has_its_own_machine_key(tmp_path):
    key = new_machine_key(tmp_path, DATABASE, urandom)
    assert read_machine_key(tmp_path, OTHER_DATABASE) is None
    assert new_machine_key(tmp_path, OTHER_DATABASE, urandom) != key
    assert read_machine_key(tmp_path, DATABASE) == key


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_a_damaged_machine_key_counts_as_missing_and_can_be_made_anew(tmp_path, content):
    (tmp_path / f"machine-{DATABASE}.key").write_bytes(content)
    assert read_machine_key(tmp_path, DATABASE) is None
    key = new_machine_key(tmp_path, DATABASE, urandom)
    assert read_machine_key(tmp_path, DATABASE) == key


def test_a_machine_key_that_is_there_but_cannot_be_read_is_not_taken_for_missing(tmp_path):
    (tmp_path / f"machine-{DATABASE}.key").mkdir()
    with pytest.raises(IsADirectoryError):
        read_machine_key(tmp_path, DATABASE)


@given(st.binary(max_size=100), st.uuids().map(str))
def test_a_device_secret_comes_back_on_this_machine_for_this_device_only(secret, device):
    wrapped = wrap_device_secret(KEY, device, secret, urandom)
    assert unwrap_device_secret(KEY, device, wrapped) == secret
    with pytest.raises(NotUnwrapped):
        unwrap_device_secret(b"\0" * 32, device, wrapped)
    with pytest.raises(NotUnwrapped):
        unwrap_device_secret(KEY, str(uuid.UUID(int=uuid.UUID(device).int ^ 1)), wrapped)


def test_the_mark_is_read_as_it_was_written_and_a_damaged_one_counts_as_none(tmp_path):
    assert read_mark(tmp_path, DATABASE) is None
    write_mark(tmp_path, DATABASE, OWNER, 17, "ab" * 32)
    assert read_mark(tmp_path, DATABASE) == (OWNER, 17, "ab" * 32)
    (tmp_path / f"machine-{DATABASE}.mark").write_text("half a line")
    assert read_mark(tmp_path, DATABASE) is None
