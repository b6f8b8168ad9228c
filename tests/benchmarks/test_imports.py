"""Every benchmark still fits the program: its module can be imported, its peers apart where they are not installed."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

MODULES = sorted(p.stem for p in (Path(__file__).parents[2] / "benchmarks").glob("*.py") if p.stem != "__main__")
PEERS = [name for name in ("clarabel", "cvxpy", "highspy", "linopy") if find_spec(name) is None]
"""What `make bench` installs beside the tests' own, and is not here."""


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_can_be_imported(name: str) -> None:
    try:
        import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as error:
        assert error.name in PEERS
