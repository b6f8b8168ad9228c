"""What a result's bits hang on besides what was asked: the program, the libraries it calculates with, the machine."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import jax

from earthprice.keep.traced import our_text

LIBRARIES = ("earthprice", "jax", "jaxlib", "numpy", "scipy", "pandas")
TEXT = "text of the program"


def origin() -> dict[str, str]:
    """Name to text: versions, system, machine, processor, accelerator, and a digest of the program's own text."""
    found = {name: version(name) for name in LIBRARIES}
    found |= {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "processor": _processor(),
        "runs on": jax.default_backend(),
    }
    return found | {TEXT: our_text().split()[0]}


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(("model name", "CPU part")):
                return line.partition(":")[2].strip()
    return platform.processor()


def apart(made_on: Mapping[str, str], here: Mapping[str, str]) -> list[str]:
    """What differs between where a result was made and here, in words; empty if its bits should be the same."""
    same_version, out = made_on.get("earthprice") == here.get("earthprice"), []
    for name in dict.fromkeys((*here, *made_on)):
        there, now = made_on.get(name, "unknown"), here.get(name, "unknown")
        if there != now and name != TEXT:
            out.append(f"{name} {there} there, {now} here")
        elif there != now and same_version:  # texts of two versions must differ
            out.append("the text of the program, of the same version")
    return out
