"""Every benchmark still fits the program: its module can be imported."""

from importlib import import_module
from pathlib import Path

import pytest

MODULES = sorted(p.stem for p in (Path(__file__).parents[2] / "benchmarks").glob("*.py") if p.stem != "__main__")


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_can_be_imported(name: str) -> None:
    import_module(f"benchmarks.{name}")
