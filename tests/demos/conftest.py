"""The bench that the demonstrations' tests share."""

from __future__ import annotations

import pytest

from earthprice.demos.lab import Lab
from earthprice.facts.world import load_world


@pytest.fixture(scope="session")
def lab() -> Lab:
    return Lab(load_world())
