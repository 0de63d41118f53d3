from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.township.clinics import Desk
from village_doctor.township.office import Office


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def office(desk: Desk) -> Iterator[Office]:
    opened = desk.create().office
    yield opened
    opened.close()
