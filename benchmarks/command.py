"""`earthprice assess` as a user meets it: a process of its own from start to report, the second time it is run.

The first run, with fewer draws, fills the cache of compiled programs; its memory is set beside that of the second.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.clock import once
from benchmarks.figures import heard, say
from benchmarks.workload import RULEBOOK

DRAWS = 200
FEWER = 50


def assess(draws: int, folder: Path) -> dict[str, Any]:
    """Seconds and memory of one run of the command."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.started",
        "assess",
        RULEBOOK,
        "--draws",
        str(draws),
        "--quiet",
        "--out",
        str(folder / f"result-{draws}"),
    ]
    seconds, done = once(lambda: subprocess.run(command, capture_output=True, text=True, check=False))
    assert done.returncode == 0, done.stderr[-3000:]
    return {"draws": draws, "seconds": seconds, **heard(done.stderr)}


def measure(quick: bool = False) -> dict[str, Any]:
    """The first run and the second."""
    with tempfile.TemporaryDirectory() as folder:
        first = assess(8 if quick else FEWER, Path(folder))
        second = assess(16 if quick else DRAWS, Path(folder))
    return {"first": first, "second": second}


if __name__ == "__main__":
    say(measure)
