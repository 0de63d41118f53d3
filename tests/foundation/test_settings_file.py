"""How the program looks on this computer: kept whole, and never a reason not to start."""

import pytest

from village_doctor.foundation.settings_file import (
    FILE_NAME,
    TYPE_SIZES,
    ComputerSettings,
    read_settings,
    write_settings,
)


@pytest.mark.parametrize("size", TYPE_SIZES)
@pytest.mark.parametrize("contrast", [False, True])
def test_what_was_written_is_read_again(tmp_path, size, contrast):
    chosen = ComputerSettings(type_size=size, high_contrast=contrast)
    write_settings(tmp_path, chosen)
    assert read_settings(tmp_path) == chosen


def test_a_folder_that_is_not_there_yet_is_made_and_read_as_defaults(tmp_path):
    folder = tmp_path / "machine" / "state"
    assert read_settings(folder) == ComputerSettings()
    write_settings(folder, ComputerSettings(type_size="large"))
    assert read_settings(folder).type_size == "large"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"type_size = ",
        b"\xff\xfe\x00",
        b'type_size = "huge"\n',
        b"type_size = 3\n",
        b'type_size = ["small"]\n',
        b'high_contrast = "true"\n',
        b"[" * 5000,
        b"x = 1\n" * 20_000,
    ],
)
def test_a_damaged_file_gives_the_defaults(tmp_path, data):
    (tmp_path / FILE_NAME).write_bytes(data)
    assert read_settings(tmp_path) == ComputerSettings()


def test_a_folder_in_the_place_of_the_file_gives_the_defaults(tmp_path):
    (tmp_path / FILE_NAME).mkdir()
    assert read_settings(tmp_path) == ComputerSettings()


def test_what_a_file_says_well_holds_beside_what_it_says_badly(tmp_path):
    (tmp_path / FILE_NAME).write_text('type_size = "giant"\nhigh_contrast = true\nlater = 1\n')
    assert read_settings(tmp_path) == ComputerSettings(high_contrast=True)


def test_only_the_settings_file_is_left_in_the_folder(tmp_path):
    write_settings(tmp_path, ComputerSettings())
    write_settings(tmp_path, ComputerSettings(type_size="medium"))
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
