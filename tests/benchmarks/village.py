"""The homes the bench works in: a sample village behind its services, and a town's search index filled in bulk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from village_doctor.foundation.secrets import KdfCost
from village_doctor.foundation.surroundings import Surroundings
from village_doctor.services.opening import create_home
from village_doctor.services.registering import ClinicDraft
from village_doctor.services.sampling import sample
from village_doctor.services.workplace import Workplace

QUICK_KDF = KdfCost(memory_kib=64, time_cost=1, parallelism=1)
PASSWORD = "4821-0937-5516"
SEED = 20261122


@contextmanager
def fresh_home(folder: Path) -> Iterator[Workplace]:
    """A new home in `folder`, closed afterwards."""
    surroundings = Surroundings(kdf_cost=QUICK_KDF, state_folder=folder / "state")
    draft = ClinicDraft(
        clinic_name="三湾村卫生室", village_code="990101100101", village_name="三湾村", doctor_name="周秀芳"
    )
    workplace = create_home(folder / "home", surroundings, PASSWORD, draft).workplace
    try:
        yield workplace
    finally:
        workplace.close()


@contextmanager
def sampled_home(residents: int, years: int = 3) -> Iterator[Workplace]:
    """A village of that size with so many years of history."""
    with TemporaryDirectory(prefix="village-doctor-bench-") as folder, fresh_home(Path(folder)) as workplace:
        sample(workplace, residents=residents, seed=SEED, years=years)
        yield workplace
