"""The worked examples on the format pages are what the code makes, and what the code reads."""

import hashlib
import re

import pytest

from tests.formats.examples import EXAMPLES, blocks
from tests.sync.letters import ENTRIES, INVITATION, KEY, LETTERS_IDENTITY, TOWNSHIP_KEY, envelope_of
from village_doctor.foundation.paths import resources
from village_doctor.sync.envelope import BatchCheck, read_changes
from village_doctor.sync.invitations import read
from village_doctor.sync.lines import envelope_lines
from village_doctor.sync.receipts import ReceiptReader
from village_doctor.sync.seal import fingerprint


def text_of(page: str) -> str:
    return (resources() / "formats" / f"{page}.md").read_text("utf-8")


def example_on(page: str) -> bytes:
    """What stands there."""
    found = re.search(r"## Example\n.*?```json\n(.*?)```", text_of(page), re.DOTALL)
    assert found
    return found[1].encode()


@pytest.mark.parametrize("page", EXAMPLES)
def test_the_page_shows_what_the_code_makes(page):
    assert blocks(page) in text_of(page)


def test_the_letter_on_the_page_can_be_read():
    data = example_on("batch")
    check = BatchCheck({fingerprint(LETTERS_IDENTITY.recipient)})
    check.feed(data)
    check.finish()
    assert check.header.signing_key == KEY.public
    assert list(read_changes(check.header, list(envelope_lines([data]))[1:-1])) == ENTRIES[:1]


def test_the_receipt_on_the_page_can_be_read_and_answers_that_letter():
    enclosed = bytearray()
    reader = ReceiptReader(TOWNSHIP_KEY.public, lambda _, chunk: enclosed.extend(chunk))
    reader.feed(example_on("receipt") + envelope_of())
    reader.finish()
    assert bytes(enclosed) == envelope_of()
    assert reader.header.mark_sha256 == hashlib.sha256(example_on("batch")).hexdigest()
    assert [line.code for line in reader.lines if hasattr(line, "code")] == ["two-heads"]


def test_the_invitation_on_the_page_can_be_read():
    assert read(example_on("invitation")) == INVITATION
