"""Libraries that load when something is first asked of them."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from earthprice.report.later import later
held = later("wave")
print(type(held).__name__, "struct" in vars(held), callable(held.open), later("json") is sys.modules["json"])
"""


def test_a_library_is_read_when_something_is_asked_of_it() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["_LazyModule", "False", "True", "True"]
