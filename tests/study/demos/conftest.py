"""The bench that the demonstrations' tests share."""

from __future__ import annotations

import pytest

from earthprice.facts.world import load_world
from earthprice.study.demos.lab import Lab


@pytest.fixture(scope="session")
def lab() -> Lab:
    return Lab(load_world())
