"""Logs carry codes and counts. Whatever a careless caller gives them, no person reaches the file."""

import contextlib
import errno
import json
import logging
import stat
import sys
import urllib.parse

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from village_doctor.foundation import logs
from village_doctor.foundation.logs import (
    FILE_NAME,
    MaskingFormatter,
    mask,
    reduced,
    start_logging,
    stop_logging,
)

NAME = "欧阳𬱖花"
ID_NUMBER = "99010119560312002X"
PHONE = "19900001234"
SECRETS = [NAME, "李桂英", ID_NUMBER, ID_NUMBER.lower(), PHONE, "990101560312002", "0712-3456789", "ئايگۈل"]

chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=4)
rare = st.text(st.characters(min_codepoint=0x20000, max_codepoint=0x2FA1F), min_size=1, max_size=3)
id_numbers = st.from_regex(r"[1-9][0-9]{14}([0-9]{2}[0-9Xx])?", fullmatch=True)
phones = st.from_regex(r"1[3-9][0-9]{9}|0[0-9]{2,3}[0-9]{7,8}", fullmatch=True)
people = st.one_of(chinese, rare, id_numbers, phones)
around = st.text(st.characters(max_codepoint=0x7E), max_size=10)


def line(message, *arguments, name="village_doctor.x", exc_info=None):
    return MaskingFormatter().format(
        logging.LogRecord(name, logging.INFO, "x.py", 7, message, arguments, exc_info)
    )


def after_stamp(formatted):
    return formatted.split(" ", 1)[1]


def parts_of(secret, length=4):
    return {secret[start : start + length] for start in range(max(1, len(secret) - length + 1))}


@pytest.fixture
def log(tmp_path):
    level = logging.getLogger().level
    handler = start_logging(tmp_path / "logs")
    yield lambda: b"".join(path.read_bytes() for path in sorted((tmp_path / "logs").iterdir()))
    stop_logging(handler)
    logging.getLogger().setLevel(level)


def assert_nobody_in(data, secrets=SECRETS):
    for secret in secrets:
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert secret.encode(encoding) not in data
    assert all(byte < 0x80 for byte in data)


def test_codes_and_counts_are_kept():
    assert after_stamp(line("batch-written records=%d lines=%s code=%s", 37, 12, "store-damaged")) == (
        "INFO village_doctor.x batch-written records=37 lines=12 code=store-damaged"
    )


def test_a_large_count_keeps_its_size():
    assert after_stamp(line("records=%d", 1500)).endswith("records=####")


def test_the_line_begins_with_the_instant_in_utc():
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "m", (), None)
    record.created = 1_772_323_200.25
    assert MaskingFormatter().format(record) == "2026-03-01T00:00:00.250+00:00 INFO x m"


@given(around, people, around)
@example("\\u5f20", "张三", "")
def test_a_person_in_a_message_is_masked_whatever_stands_around(before, person, after):
    for text in (mask(before + person + after), line(before + person + after), line("%s", before + person)):
        shown = text.removeprefix(text.split(" ", 1)[0]) if text.startswith("20") else text
        assert not any(part in shown for part in parts_of(person))
        assert shown.isascii()
        assert "\n" not in shown
        assert "\r" not in shown


@given(
    st.one_of(id_numbers, phones),
    st.sampled_from([" ", "-", ".", " - ", "/", ", ", "_", "\t", "\u3000", "–", "——"]),
)
def test_numbers_written_in_groups_are_masked(number, separator):
    grouped = separator.join(number[start : start + 3] for start in range(0, len(number), 3))
    assert not any(character in "0123456789" for character in mask(grouped))


def test_a_whole_identity_number_is_masked_with_its_last_letter():
    assert mask(f"id {ID_NUMBER}, next") == "id " + 18 * "#" + ", next"


def test_the_logger_and_the_level_are_masked_too():
    record = logging.LogRecord(f"x.{NAME}.{PHONE}", logging.INFO, "x.py", 1, "m", (), None)
    record.levelname = NAME
    assert after_stamp(MaskingFormatter().format(record)) == "* x.*.########### m"


@pytest.mark.parametrize("number", ["１９９０００１２３４", "¹⁹⁹⁰⁰⁰", "٠١٢٣٤٥٦٧", "①⑨⑨⓪"])
def test_digits_of_other_shapes_are_masked(number):
    assert not any(character.isdigit() for character in mask(number))


@pytest.mark.parametrize(
    "encoded",
    [
        repr(NAME.encode()),
        ascii(NAME),
        json.dumps(NAME),
        urllib.parse.quote(NAME),
        NAME.encode().hex(),
        NAME.encode("gb18030").hex().upper(),
        NAME.encode("ascii", "xmlcharrefreplace").decode(),
        "&#x6B27;&#x9633;",
        "=E6=AC=A7=E9=98=B3",
        "\\N{CJK UNIFIED IDEOGRAPH-6B27}",
    ],
)
def test_an_encoded_name_is_masked(encoded):
    assert not any(part in mask(f"a {encoded} b") for part in parts_of(encoded.strip("b'\""), 8))


@pytest.mark.parametrize(
    "secret",
    [
        "1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE",
        "7Z4K-9QWM-0RTE-A1B2-XXYZ-HJKM-PQRS",
        "0f" * 32,
        "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo=",
        "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b",
    ],
)
def test_keys_codes_and_ids_are_masked(secret):
    assert not any(part in mask(f"opened with {secret} now") for part in parts_of(secret, 10))


def test_a_free_text_or_an_object_as_argument_is_not_shown():
    shown = after_stamp(line("%s %r %s %s %s", "zhang san, 3 li", {"name": "x"}, ["y"], None, b"zhang"))
    assert shown.endswith("<text> '<dict>' <list> None <bytes>")
    record = logging.LogRecord(
        "x", logging.INFO, "x.py", 1, "%(code)s %(who)s", ({"code": "a-b", "who": "li si"},), None
    )
    assert MaskingFormatter().format(record).endswith("x a-b <text>")


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("%d", (NAME,)),
        ("%s %s", (1,)),
        ("no place", (PHONE,)),
        ("%(a)s", ({"b": 1},)),
        ("%d", (10**5000,)),
        ("%q", (1,)),
    ],
)
def test_a_wrong_call_gives_its_place_and_nothing_else(message, arguments):
    assert after_stamp(line(message, *arguments)) == "INFO village_doctor.x bad-log-call x.py:7"


def test_of_an_exception_type_and_place_are_kept():
    def register():
        try:
            raise FileNotFoundError(errno.ENOENT, NAME, f"/home/{NAME}/{ID_NUMBER}")
        except OSError as error:
            raise ValueError(f"cannot register {NAME}, {PHONE}") from error

    with pytest.raises(ValueError, match="cannot register") as raised:
        register()
    shown = reduced(raised.value)
    assert shown.startswith("ValueError < test_logs.py:")
    assert " because FileNotFoundError[ENOENT] < test_logs.py:" in shown
    assert "register" not in shown
    assert_nobody_in(shown.encode())


def test_an_exception_as_message_or_argument_is_reduced_too():
    error = ValueError("zhang san fell")
    assert after_stamp(line(error)).endswith("ValueError")
    assert after_stamp(line("failed: %s", error)).endswith("failed: ValueError")


def test_an_exception_class_named_after_a_person_is_masked():
    assert reduced(type(NAME, (Exception,), {})()) == "*"


def test_exceptions_that_cause_each_other_in_a_circle_end():
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert reduced(first).count("because") == 4


def test_nothing_of_a_person_reaches_the_file(log):
    logger = logging.getLogger(f"third.party.{NAME}")
    for secret in SECRETS:
        logger.warning(f"found {secret}")  # noqa: G004 - the careless caller
        logger.warning("found %s", secret)
        logger.warning("found %r", [secret])
        logger.warning("found", extra={"who": secret}, stack_info=True)
        try:
            raise LookupError(secret)
        except LookupError:
            logger.exception("lost %s", secret)
    data = log()
    assert data.count(b"\n") == 5 * len(SECRETS)
    assert b"LookupError < test_logs.py:" in data
    assert_nobody_in(data)


def test_the_positive_control_is_found(tmp_path):
    # The same search over a plain log finds every one of them.
    handler = logging.FileHandler(tmp_path / "plain", encoding="utf-8")
    for secret in SECRETS:
        handler.emit(logging.LogRecord("x", logging.INFO, "x.py", 1, secret, (), None))
    handler.close()
    for secret in SECRETS:
        with pytest.raises(AssertionError):
            assert_nobody_in((tmp_path / "plain").read_bytes(), [secret])


def test_the_file_is_its_owners_alone_also_after_turning_over(log, tmp_path, monkeypatch):
    monkeypatch.setattr(
        next(h for h in logging.getLogger().handlers if isinstance(h, logs._LogFile)), "maxBytes", 400
    )
    for count in range(30):
        logging.getLogger("x").info("turn %d", count)
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 4
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700


def test_a_log_that_cannot_be_written_stops_nothing_and_tells_nobody(log, monkeypatch, capsys):
    handler = next(one for one in logging.getLogger().handlers if isinstance(one, logs._LogFile))
    with contextlib.suppress(OSError), open("/dev/full", "w") as full:  # noqa: PTH123
        monkeypatch.setattr(handler, "stream", full)
        logging.getLogger("x").warning(f"lost {NAME}")  # noqa: G004 - the careless caller
        monkeypatch.undo()
    assert not capsys.readouterr().err
    assert log() == b""


def test_after_stopping_nothing_is_written(tmp_path):
    stop_logging(start_logging(tmp_path))
    logging.getLogger("x").warning("late")
    assert (tmp_path / FILE_NAME).read_bytes() == b""


def test_a_long_message_is_cut():
    assert len(line("a " * 100_000)) < 700


def test_the_formatter_is_no_trap_for_other_handlers():
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "found %s", (PHONE,), sys.exc_info())
    MaskingFormatter().format(record)
    assert record.getMessage() == f"found {PHONE}"
    assert record.exc_text is None
