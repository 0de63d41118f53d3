"""Settings for all tests: generated data are the same in every run. The network is closed but for loopback (pyproject.toml)."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

# The window is driven offscreen, wherever a test needs it; the tests of a real display bring their own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# `pytest --hypothesis-profile=explore` tries other data than the checks do.
settings.register_profile(
    "checks", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("checks"), derandomize=False)
# For ten thousand mutants: fewer data, and the first that fails is enough.
settings.register_profile(
    "mutation", settings.get_profile("checks"), max_examples=15, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("checks")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--kills N`: how often the writing loop is killed; 50 in CI, 200 by hand before a release."""
    parser.addoption("--kills", type=int, default=50)
