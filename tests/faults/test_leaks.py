"""No name, number, phone or address lies readable on the disk: while open, after a crash, in copies, in logs."""

import signal
import tempfile
import time

import pytest

from tests.faults import processes
from tests.faults.worker import here
from tests.post import Post
from tests.village import OTHER_PASSWORD, SAMPLES, VILLAGE_CODE, build, files_in, pressure
from village_doctor.domain.people import Resident
from village_doctor.foundation.logs import start_logging, stop_logging
from village_doctor.services import safekeeping
from village_doctor.services.consenting import notify, refuse
from village_doctor.services.giving import EducationDraft, give_education, give_service
from village_doctor.services.measuring import record_reading
from village_doctor.services.prescribing import MedicineDraft, add_medication
from village_doctor.services.visiting import add_contact
from village_doctor.store.tables import select
from village_doctor.township import inviting, rebuilding, receiving

ENCODINGS = ("utf-8", "utf-16-le", "gbk")
SHORTEST = 6


def patterns(texts):
    """Each text in each encoding that can write it, where it is long enough to mean something."""
    found = {}
    for text in texts:
        for encoding in ENCODINGS:
            try:
                data = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            if len(data) >= SHORTEST:
                found[data] = f"{encoding} #{texts.index(text)}"
    return found


WRITTEN = {
    "drug": "苯磺酸左氨氯地平片",
    "refusal": "怕人说闲话不让上门",
    "service": "药放在灶屋的窗台边",
    "education": "当着婆媳的面讲的话",
    "notice": "手里拿着菜刀追着人",
    "answer": "派出所的老周马上来",
    "contact": "隔着门缝说了几句话",
}
SEARCHED = [*SAMPLES, VILLAGE_CODE, *WRITTEN.values()]
PATTERNS = patterns(SEARCHED)


def leaks_in(folder):
    """Every file below the folder that holds a sample, or has one in its name."""
    found = []
    for path in files_in(folder):
        data = path.read_bytes() + str(path.relative_to(folder)).encode()
        found += [f"{path.name}: {what}" for pattern, what in PATTERNS.items() if pattern in data]
    return found


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_search_finds_what_is_there(tmp_path, encoding):
    """The positive control: without it, finding nothing would mean nothing."""
    (tmp_path / "note").write_bytes(b"\x00\x01" + "桂婆婆住在水塘坎上第二间".encode(encoding))
    assert leaks_in(tmp_path)


def test_every_sample_is_searched_for_in_some_encoding_of_at_least_six_bytes():
    covered = {int(what.rpartition("#")[2]) for what in PATTERNS.values()}
    assert covered == set(range(len(SEARCHED)))


def write_down(workplace, resident):
    """What people say, in their own words, in every kind of record that keeps it."""
    who = resident.id
    workplace.command(add_medication, MedicineDraft(resident_id=who, drug=WRITTEN["drug"], dose="2.5 mg"))
    workplace.command(refuse, who, "check_up", reason=WRITTEN["refusal"])
    workplace.command(give_service, who, "drug_delivery", note=WRITTEN["service"])
    workplace.command(
        give_education,
        EducationDraft(mode="talk", topics=("限盐",), resident_ids=(who,), note=WRITTEN["education"]),
    )
    workplace.command(notify, who, "police", WRITTEN["notice"], answer=WRITTEN["answer"])
    workplace.command(add_contact, who, mode="home", note=WRITTEN["contact"])


def test_nothing_readable_on_the_disk_at_any_time(tmp_path, monkeypatch):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    handler = start_logging(tmp_path / "logs")
    place = here(tmp_path)
    village = build(place)
    workplace = village.workplace
    write_down(workplace, village.widow)
    assert (place.home / "store.db-wal").stat().st_size > 0, "the log must be searched while it holds data"
    assert leaks_in(tmp_path) == [], "while open"

    outside = tmp_path / "stick"
    outside.mkdir()
    backup = safekeeping.make_backup(workplace, outside)
    safekeeping.make_backup(workplace)
    safekeeping.check(workplace)
    assert leaks_in(tmp_path) == [], "after backup and check"
    workplace.close()

    process = processes.start(tmp_path, 0, 0, TMPDIR=str(temporary))
    assert process.stdout is not None
    while not process.stdout.readline().startswith(b"saved 5"):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (place.home / "store.db-wal").stat().st_size > 0, "a crash leaves the log behind"
    assert leaks_in(tmp_path) == [], "after a crash"

    restored = safekeeping.restore(
        backup,
        place.elsewhere("other").home,
        place.surroundings,
        unlock_code=village.unlock_code,
        new_password=OTHER_PASSWORD,
    )
    assert leaks_in(tmp_path) == [], "while restored"
    restored.workplace.close()
    stop_logging(handler)
    assert leaks_in(tmp_path) == [], "after closing"


def _somebody(workplace):
    return workplace.query(lambda connection: next(select(connection, Resident)))


def test_nothing_readable_in_letters_receipts_invitations_and_the_township(tmp_path, monkeypatch):
    processes.get_ready()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    handler = start_logging(tmp_path / "logs")
    post = Post.enrolled(tmp_path)
    with post.office() as office:
        inviting.invite(office, "000202", "石桥湾村卫生室", post.stick)
    assert leaks_in(tmp_path) == [], "enrolled"
    post.send()
    (letter,) = post.stick.glob("*.vdbatch")
    (post.stick / f"{'1' * 32}.vdbatch").write_bytes(letter.read_bytes()[:-50])
    assert leaks_in(tmp_path) == [], "sent"
    with post.office() as office:
        told = receiving.receive(office, post.stick)
        assert sorted(one.result for one in told.letters) == ["quarantined", "waits-confirm"]
        assert (post.desk.home / "township.db-wal").stat().st_size > 0, "searched while it holds data"
        assert leaks_in(tmp_path) == [], "while the office is open"
    post.confirm()
    post.answer()
    assert len(list(post.stick.glob("*.vdreceipt"))) == 1
    post.take()
    with post.office() as office:
        rebuilding.rebuild(office)
    with post.workplace() as workplace:
        workplace.command(record_reading, pressure(_somebody(workplace), 151, 93))
        write_down(workplace, _somebody(workplace))
    post.send()
    post.receive()
    assert any(processes.killed_after(tmp_path, "answer", seconds) for seconds in (0.02, 0.01, 0.0))
    assert leaks_in(tmp_path) == [], "after a crash"
    assert list(files_in(post.desk.home / "quarantine")), "the quarantine was searched, too"
    for path in files_in(tmp_path):
        assert b"AGE-SECRET-KEY" not in path.read_bytes(), path.name
    stop_logging(handler)
