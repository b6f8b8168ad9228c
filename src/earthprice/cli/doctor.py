"""The verb for a machine that is slow or odd: doctor."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from importlib import metadata
from importlib.util import find_spec
from multiprocessing import cpu_count
from pathlib import Path
from typing import NamedTuple

import typer

from earthprice import __version__, not_kept
from earthprice.cli.arguments import Json
from earthprice.cli.exploring import NEEDS
from earthprice.cli.first_run import ROUGH, folder, here, record
from earthprice.cli.memory import COMPUTES, must_have_room
from earthprice.cli.screen import print_json, print_text
from earthprice.errors import EarthpriceError

OK, ABSENT, SLOW, WRONG = "ok", "absent", "slow", "wrong"
"""What is found: as it should be; left out, and not needed; slower than it could be; no run can be trusted."""
A_WORKER = 1e9
"""Memory that one worker uses [bytes], as measured (`memory.COMPUTES`)."""
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
CGROUP = Path("/sys/fs/cgroup")
"""Where Linux says what a container may use."""


class Finding(NamedTuple):
    """One thing looked at: what is there, how it stands, and where it is not ok why and what helps."""

    name: str
    value: str
    state: str = OK
    why: str = ""


class Machine(NamedTuple):
    """What this process has: cores seen, cores it may use, processes that wanted one of late, memory [bytes]."""

    cores: int
    allowed: float
    load: float
    memory: float


def doctor(json: Json = False) -> None:
    """What the program runs with here, and what is slow and why; exit code 2 where no run could be trusted."""
    found = examine()
    wrong = any(f.state == WRONG for f in found)
    if json:
        print_json({"status": "error" if wrong else "ok", "findings": [f._asdict() for f in found]})
    else:
        width = max(len(f.name) for f in found)
        print_text("\n".join(f"{f.state:<6}  {f.name:<{width}}  {'. '.join(filter(None, f[1::2]))}" for f in found))
    if wrong:
        raise typer.Exit(2)


def examine() -> list[Finding]:
    """Everything looked at, in the order in which it is shown."""
    m = machine()
    return [
        versions(),
        arithmetic(),
        addresses(),
        cores_carried(m),
        memory(m),
        threads(),
        cache(),
        compiled(),
        browser(),
    ]


def machine() -> Machine:
    """What this process has; a limit that the system does not tell is none."""
    seen = cpu_count()
    allowed = float(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else seen)
    quota, _, each = _limit("cpu.max").partition(" ")
    if quota.isdigit() and each.isdigit():
        allowed = min(allowed, int(quota) / int(each))
    bytes_ = float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")) if hasattr(os, "sysconf") else float("inf")
    most = _limit("memory.max")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return Machine(seen, allowed, load, min(bytes_, float(most)) if most.isdigit() else bytes_)


def _limit(name: str) -> str:
    with suppress(OSError):
        return (CGROUP / name).read_text().strip()
    return ""


def versions() -> Finding:
    """The program, Python, and the libraries that it cannot do without."""
    names = [re.split(r"[^\w.-]", line)[0] for line in metadata.requires("earthprice") or () if "extra ==" not in line]
    have = {name: _version(name) for name in sorted(names)}
    said = [f"{name} {version}" for name, version in have.items() if version]
    lacking = [name for name, version in have.items() if not version]
    value = ", ".join([f"earthprice {__version__}", f"Python {sys.version.split()[0]}", *said])
    if lacking:
        return Finding("versions", value, WRONG, f"{', '.join(lacking)} missing: pip install earthprice")
    return Finding("versions", value)


def _version(name: str) -> str:
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(name)
    return ""


def arithmetic() -> Finding:
    """Whether numbers have 64 bit where a study runs, and on what it runs."""
    try:
        import jax

        from earthprice.arithmetic import settled
    except ImportError as error:
        return Finding("64 bit", "unknown", WRONG, f"JAX does not load: {error}")
    with settled():
        kind, where = str(jax.numpy.ones(()).dtype), jax.devices()[0].platform
    if kind != "float64" or sys.maxsize < 2**32:
        return Finding("64 bit", f"no, {kind}", WRONG, "Markets do not clear in fewer: use a Python of 64 bit")
    if jax.config.jax_disable_jit:
        return Finding("64 bit", f"yes, on {where}", SLOW, "JAX_DISABLE_JIT is set, so nothing is compiled: unset it")
    return Finding("64 bit", f"yes, on {where}")


def addresses() -> Finding:
    """Whether the addresses that compiled programs reserve may be had (`ulimit -v`)."""
    try:
        must_have_room(COMPUTES)
    except EarthpriceError as error:
        return Finding("addresses", "too few", WRONG, str(error))
    return Finding("addresses", f"at least {COMPUTES / 1e9:.0f} GB")


def cores_carried(m: Machine) -> Finding:
    """Whether a worker a core is what the machine can carry."""
    value = f"{m.cores}"
    if m.allowed < m.cores:
        why = f"This process may use {m.allowed:.3g} of them, and by default a worker is started for each"
        return Finding("cores", value, SLOW, f"{why}: --workers {max(1, int(m.allowed))}")
    if m.load > m.cores:
        return Finding("cores", value, SLOW, f"{m.load:.0f} processes wanted one in the last minute: others work here")
    if m.cores == 1:
        return Finding("cores", value, SLOW, "Draws run one after another: another core halves the time")
    return Finding("cores", value)


def memory(m: Machine) -> Finding:
    """Whether there is memory for a worker a core."""
    value = f"{m.memory / 1e9:.3g} GB"
    room = int(m.memory / A_WORKER) - 1
    if room < m.cores:
        why = f"A worker uses about {A_WORKER / 1e9:.0f} GB, and by default there is one a core"
        return Finding("memory", value, SLOW, f"{why}: --workers {max(1, room)}")
    return Finding("memory", value)


def threads() -> Finding:
    """Whether each worker keeps to one thread of linear algebra."""
    more = [f"{name}={os.environ[name]}" for name in THREADS if os.environ.get(name, "1") != "1"]
    if more:
        why = "Workers are processes, one a core; threads in each get in each other's way: unset that"
        return Finding("threads", ", ".join(more), SLOW, why)
    return Finding("threads", "one a worker")


def cache() -> Finding:
    """Where things are kept between two runs, and how much."""
    if not_kept:
        return Finding("cache", "none", SLOW, f"{not_kept}. Programs are compiled anew in each run")
    root = folder()
    if root is None or os.environ.get("JAX_ENABLE_COMPILATION_CACHE", "true").lower() in ("false", "0"):
        given = os.environ.get("JAX_COMPILATION_CACHE_DIR", "none")
        return Finding("cache", given, SLOW, "Switched off, or no folder here: programs may be compiled in each run")
    size = sum(p.lstat().st_size for p in root.parent.rglob("*") if p.is_file())
    return Finding("cache", f"{root.parent}, {size / 1e6:.0f} MB")


def compiled() -> Finding:
    """Which verbs have run in these versions, so that their programs are kept."""
    root = folder()
    done = record(root).get(here(), {}) if root else {}
    if not done:
        return Finding(
            "compiled", "nothing yet", SLOW, f"The first run of a verb compiles, some {ROUGH:.0f} s; it is kept"
        )
    return Finding("compiled", ", ".join(f"{verb} in {seconds:.0f} s" for verb, seconds in sorted(done.items())))


def browser() -> Finding:
    """Whether `explore` can be opened."""
    lacking = [name for name in ("starlette", "uvicorn") if find_spec(name) is None]
    if lacking:
        return Finding("explore", f"lacks {', '.join(lacking)}", ABSENT, f"The page needs them: {NEEDS}")
    return Finding("explore", "can be opened")
