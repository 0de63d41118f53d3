"""Invitations: the file comes first, an earlier one stays good until it lies there; what a replaced one leads to."""

import shutil

import pytest

from tests.disks import disk, fill, needs_root
from tests.post import CODE, Post
from tests.township.clinics import Desk, confirmed, household, invitation, invited, reasons, results
from village_doctor.domain.problems import Problem
from village_doctor.services import enrolling
from village_doctor.sync import invitations
from village_doctor.township import inviting
from village_doctor.township.confirming import confirm
from village_doctor.township.inviting import invite
from village_doctor.township.standing import status

NAME = "石桥湾村卫生室"


def test_an_invitation_lies_in_the_folder_and_can_be_read_by_a_clinic(desk: Desk, office):
    made = invite(office, "990101", NAME, desk.stick)
    assert (made.path.parent, made.path.read_bytes()) == (desk.stick, made.data)
    read = invitations.read(made.data)
    assert (read.clinic_code, read.township_name, made.words) == ("990101", "青石镇卫生院", office.words)


@pytest.mark.parametrize(
    ("code", "problem"), [("990102", "clinic-code-taken"), ("12345", "clinic-code-form")]
)
def test_a_code_that_cannot_be_given_writes_no_file(desk: Desk, office, code, problem):
    confirmed(office, desk, "990102")
    with pytest.raises(Problem) as raised:
        invite(office, code, "", desk.stick)
    assert raised.value.code == problem
    assert not list(desk.stick.iterdir())


@pytest.mark.parametrize("label", ["村" * 101, "石桥\udce9湾"])
def test_a_label_that_nobody_can_write_writes_no_file(desk: Desk, office, label):
    with pytest.raises(Problem) as raised:
        invite(office, "990101", label, desk.stick)
    assert raised.value.code == "clinic-label"
    assert not list(desk.stick.iterdir())


def test_an_invitation_that_cannot_be_written_spends_nothing(desk: Desk, office):
    laptop = invited(office, "990101")
    with pytest.raises(Problem) as raised:
        invite(office, "990101", NAME, desk.folder / "no stick")
    assert raised.value.code == "folder-missing"
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["waits-confirm"]


@needs_root
def test_an_invitation_that_does_not_fit_spends_nothing(desk: Desk, office, tmp_path):
    laptop = invited(office, "990101")
    with disk(tmp_path / "full", "16k") as folder:
        fill(folder)
        with pytest.raises(Problem) as raised:
            invite(office, "990101", NAME, folder)
    assert raised.value.code == "folder-full"
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["waits-confirm"]


def test_an_invitation_that_cannot_be_noted_leaves_no_file(desk: Desk, office):
    laptop = invited(office, "990101")
    with office.inbox.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON invitation BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"
        )
    with pytest.raises(Problem) as raised:
        invite(office, "990101", NAME, desk.stick)
    assert raised.value.code == "disk-error"
    assert not list(desk.stick.iterdir())
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["waits-confirm"]


def test_letters_that_came_with_a_replaced_invitation_wait_once_a_later_one_brings_the_new(
    desk: Desk, office
):
    laptop = invited(office, "990101")
    new = invitation(office, "990101")
    for order in (1, 2):
        laptop.write(household(order))
        laptop.send().put(desk.stick)
    assert reasons(office, desk) == ["letter-enrolment-used"] * 2
    assert status(office).waiting_devices == ()
    desk.empty_stick()
    laptop.enrol(new)
    laptop.write(household(3))
    laptop.send().put(desk.stick)
    assert results(office, desk) == ["waits-confirm"]
    assert confirm(office, laptop.words).letters == 3


def test_a_clinic_that_enrolled_with_a_replaced_invitation_is_let_in_with_the_new_one(tmp_path):
    post = Post.enrolled(tmp_path)
    with post.office() as office:
        made = inviting.invite(office, CODE, NAME, post.stick)
    post.send()
    (refused,) = post.receive().letters
    assert refused.problem is not None
    assert refused.problem.code == "letter-enrolment-used"
    with post.workplace() as workplace:
        enrolling.enrol(workplace, made.data, " ".join(made.words))
    post.send()
    post.clinic.clock.forward(days=1)
    assert {one.result for one in post.receive().letters} == {"waits-confirm"}
    post.until_delivered()
    assert (post.delivery().waiting, post.held()) == (0, post.written())


def test_a_township_that_lost_the_clinic_takes_all_its_letters_again_in_one_go(tmp_path):
    post = Post.enrolled(tmp_path)
    copy = tmp_path / "copy"
    shutil.copytree(post.desk.home, copy)  # same keys, and nothing of what comes now
    post.until_delivered()
    shutil.rmtree(post.desk.home)
    copy.rename(post.desk.home)
    for path in post.stick.iterdir():
        path.unlink()
    post.clinic.clock.forward(days=1)
    with post.office() as office:
        with office.inbox.writing() as connection:  # the copy is from before the clinic was invited
            connection.exec_driver_sql("DELETE FROM invitation")
            connection.exec_driver_sql("DELETE FROM number_block")
        made = inviting.invite(office, CODE, NAME, tmp_path)
    with post.workplace() as workplace:
        enrolling.enrol(workplace, made.data, " ".join(made.words))
    assert post.send().written > 1
    assert {one.result for one in post.receive().letters} == {"waits-confirm"}
    post.confirm()
    post.answer()
    post.take()
    assert (post.delivery().waiting, post.held()) == (0, post.written())
