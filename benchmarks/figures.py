"""Figures on their way from a benchmark's process to the page: printed as one line of JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LATEST, RELEASED = HERE / "latest.json", HERE / "released.json"
MARK = "figures: "
PACKAGES = ("earthprice", "jax", "jaxlib", "numpy", "scipy", "clarabel", "cvxpy", "highspy", "linopy")


def say(measure: Callable[[bool], dict[str, Any]]) -> None:
    """Run a benchmark and print its figures."""
    ask = argparse.ArgumentParser(description=sys.modules[measure.__module__].__doc__)
    ask.add_argument("--quick", action="store_true", help="fewer repeats and smaller cases: does it run at all?")
    sys.stdout.write(MARK + json.dumps(measure(ask.parse_args().quick)) + "\n")


def heard(output: str) -> dict[str, Any]:
    """The figures in what a benchmark printed."""
    lines = [line for line in output.splitlines() if line.startswith(MARK)]
    assert lines, f"the benchmark printed no figures:\n{output[-2000:]}"
    return json.loads(lines[-1].removeprefix(MARK))


def peak() -> float:
    """Most memory that this process and the largest of its children have held [GB = 1e9 bytes]."""
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    most = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(most) * unit / 1e9


def machine() -> dict[str, Any]:
    """What ran it: processor, cores that this process may use, memory, Python and versions of what was timed."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": _processor(),
        "cores": cores,
        "system": platform.system(),
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 2),
        "versions": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()
