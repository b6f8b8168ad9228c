"""Libraries that load when something is first asked of them."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from earthprice.report.later import on_first_use
held = on_first_use("wave")
before = type(held).__name__
print(before, callable(held.open), type(held).__name__, on_first_use("json") is sys.modules["json"])
"""


def test_a_library_is_read_when_something_is_asked_of_it() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["_LazyModule", "True", "module", "True"]
