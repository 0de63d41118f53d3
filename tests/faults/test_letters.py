"""Letters and receipts on bad days: the power goes at every step, the stick is full or may not be written.

Whole or nothing, and the next try succeeds: after each fault the same post is carried to its end, and both sides hold
every change exactly once.
"""

from contextlib import contextmanager
from itertools import count

import pytest

from tests.disks import disk, fill, needs_root, remount
from tests.faults import processes
from tests.post import Post
from tests.village import contents
from village_doctor.domain.problems import Problem
from village_doctor.services import safekeeping

# What has been done before each piece of work.
BEFORE = {
    "send": (),
    "intake": (Post.send,),
    "confirm": (Post.send, Post.receive),
    "answer": (Post.send, Post.receive, Post.confirm),
    "take": (Post.send, Post.receive, Post.confirm, Post.answer),
}
MOMENTS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2)


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory) -> Post:
    return Post.enrolled(tmp_path_factory.mktemp("enrolled"))


@pytest.fixture(scope="module", params=BEFORE)
def ready(request, enrolled, tmp_path_factory) -> tuple[str, Post]:
    """A piece of work, and the post as it lies before it."""
    post = enrolled.copy(tmp_path_factory.mktemp(request.param))
    (post.folder / "words.txt").write_text(" ".join(post.delivery().device_words), "utf-8")
    for done in BEFORE[request.param]:
        done(post)
    return request.param, post


def assert_ends_well(post: Post) -> None:
    post.clinic.clock.forward(days=5)
    post.until_delivered()
    delivery = post.delivery()
    written = post.written()
    assert (delivery.waiting, delivery.delivered, delivery.is_confirmed) == (0, written, True)
    assert delivery.doubts == ()
    assert post.held() == written
    assert not [path for path in post.folder.rglob(".aside-*") if path.parent in (post.stick, post.desk.home)]


def test_cut_at_every_step(ready, tmp_path):
    work, post = ready
    for step in count(1):
        tried = post.copy(tmp_path / str(step))
        ended = processes.cut_at(tried.folder, work, step)
        assert ended in (0, 9)
        if ended == 9 or step == 1:
            assert_ends_well(tried)
        if ended == 0:
            break
    assert step > 3, "nothing was cut"


def test_killed_at_any_moment(ready, tmp_path):
    """Between two steps on the file system lies the database's own writing."""
    work, post = ready
    killed = 0
    for moment in MOMENTS:
        tried = post.copy(tmp_path / str(moment))
        killed += processes.killed_after(tried.folder, work, moment)
        assert_ends_well(tried)
    assert killed


# --- the stick ----------------------------------------------------------------------------------------


@contextmanager
def stick_of(post: Post, size: str):
    """The stick as a file system of its own, with what lay in it."""
    files = {path.name: path.read_bytes() for path in post.stick.iterdir()}
    for path in post.stick.iterdir():
        path.unlink()
    post.stick.rmdir()
    with disk(post.stick, size):
        for name, data in files.items():
            (post.stick / name).write_bytes(data)
        yield
        kept = {path.name: path.read_bytes() for path in post.stick.iterdir()}
    for name, data in kept.items():
        (post.stick / name).write_bytes(data)


def refused(work, post: Post) -> str:
    with pytest.raises(Problem) as caught:
        work(post)
    return caught.value.code


@needs_root
@pytest.mark.parametrize(("work", "before"), [(Post.send, "send"), (Post.answer, "answer")])
def test_a_full_stick(enrolled, tmp_path, work, before):
    post = enrolled.copy(tmp_path)
    for done in BEFORE[before]:
        done(post)
    with stick_of(post, "1m"):
        filler = fill(post.stick)
        there = contents(post.stick)
        assert refused(work, post) == "folder-full"
        assert contents(post.stick) == there, "nothing half-written stays"
        filler.unlink()
        assert work(post).written == 1
    assert_ends_well(post)


@needs_root
@pytest.mark.parametrize(("work", "before"), [(Post.send, "send"), (Post.answer, "answer")])
def test_a_stick_that_may_not_be_written(enrolled, tmp_path, work, before):
    post = enrolled.copy(tmp_path)
    for done in BEFORE[before]:
        done(post)
    with stick_of(post, "1m"):
        there = contents(post.stick)
        remount(post.stick, "ro")
        assert refused(work, post) == "folder-read-only"
        assert contents(post.stick) == there
        remount(post.stick, "rw")
        assert work(post).written == 1
    assert_ends_well(post)


@needs_root
@pytest.mark.parametrize(("work", "before"), [(Post.receive, "intake"), (Post.take, "take")])
def test_a_stick_that_may_not_be_written_can_be_read(enrolled, tmp_path, work, before):
    post = enrolled.copy(tmp_path)
    for done in BEFORE[before]:
        done(post)
    with stick_of(post, "1m"):
        remount(post.stick, "ro")
        work(post)
        remount(post.stick, "rw")
    assert_ends_well(post)


@needs_root
@pytest.mark.parametrize(("work", "before"), [(Post.receive, "intake"), (Post.take, "take")])
def test_a_full_disk_of_ones_own_takes_nothing_in(enrolled, tmp_path, work, before):
    """The office's disk at an intake, the clinic's at a receipt."""
    ready = enrolled.copy(tmp_path / "ready")
    for done in BEFORE[before]:
        done(ready)
    with disk(tmp_path / "disk", "12m") as folder:
        post = ready.copy(folder)
        held, delivered = post.held(), post.delivery().delivered
        filler = fill(folder)
        assert refused(work, post) in (
            "disk-full",
            "disk-error",
        )  # the database's shared memory knows only the latter
        filler.unlink()
        assert (post.held(), post.delivery().delivered) == (held, delivered)
        assert_ends_well(post)
        with post.workplace() as workplace:
            safekeeping.check(workplace)
