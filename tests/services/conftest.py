"""A place on a computer of the test's own, and the small village in it, opened."""

import contextlib

import pytest

from tests.village import Place, build


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def village(place):
    made = build(place)
    yield made
    with contextlib.suppress(RuntimeError):  # a test may have closed it
        made.workplace.close()


@pytest.fixture
def do(village):
    """Does a verb and gives its value."""

    def command(function, *args, **kwargs):
        return village.workplace.command(function, *args, **kwargs).value

    return command
