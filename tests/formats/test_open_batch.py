"""Whoever has the key opens a letter without this program: age, zstd and ten lines of Python."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sync.letters import DEVICE, LETTERS_IDENTITY, OTHER_IDENTITY, envelope_of, sealed
from village_doctor.foundation.paths import resources

SCRIPT = Path(__file__).with_name("open_batch.py")
LETTER = envelope_of()

# The set-up installs age and zstd on Linux; a machine there without them fails.
needs_tools = pytest.mark.skipif(sys.platform != "linux", reason="age and zstd are Debian's here")


def verified(envelope: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-P", SCRIPT], input=envelope, capture_output=True, check=False)


def opened(folder: Path, letter: bytes, key: str) -> bytes:
    (folder / "key").write_text(f"{key}\n", "ascii")
    (folder / "letter.vdbatch").write_bytes(letter)
    frame = subprocess.run(
        ["age", "-d", "-i", folder / "key", folder / "letter.vdbatch"], capture_output=True, check=True
    ).stdout
    return subprocess.run(["zstd", "-d"], input=frame, capture_output=True, check=True).stdout


@needs_tools
def test_a_letter_is_opened_and_verified_with_stock_tools(tmp_path):
    envelope = opened(tmp_path, sealed(LETTER), LETTERS_IDENTITY.text)
    assert envelope == LETTER
    done = verified(envelope)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == f"2 changes of {DEVICE}".encode().split()


@needs_tools
def test_with_another_key_it_stays_closed(tmp_path):
    with pytest.raises(subprocess.CalledProcessError):
        opened(tmp_path, sealed(LETTER), OTHER_IDENTITY.text)


@pytest.mark.parametrize("place", [10, len(LETTER) // 2, len(LETTER) - 10])
def test_the_script_notices_an_altered_letter(place):
    altered = bytearray(LETTER)
    altered[place] ^= 1
    assert verified(LETTER).returncode == 0
    assert verified(bytes(altered)).returncode != 0


def test_the_script_stands_word_for_word_on_the_page():
    page = (resources() / "formats" / "batch.md").read_text("utf-8")
    assert f"```python\n{SCRIPT.read_text('utf-8')}```\n" in page
