"""How numbers are computed: in 64 bit, on one thread, the same bits whoever imported what before.

The settings hold where the arithmetic runs and as long as it runs: the user's own arrays keep their dtype, and his own
linear algebra its threads. What matters was found by experiment: with NumPy's OpenBLAS on more than one thread the LU
that balances the base year sums in another order, and all that follows differs in its last digits. XLA's own threads
changed no bit.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

import jax
from jax.experimental.compilation_cache import compilation_cache
from numpy.linalg import _umath_linalg as numpy_lapack
from scipy.linalg import cython_lapack as scipy_lapack

SPELT = (
    "scipy_openblas_{}_num_threads64_",
    "scipy_openblas_{}_num_threads",
    "openblas_{}_num_threads64_",
    "openblas_{}_num_threads",
    "MKL_{}_Threads",
    "bli_thread_{}_num_threads",
)
"""Names under which a linear algebra says and takes its number of threads."""
MAPS, MOST_MAPS = Path("/proc/self/maps"), Path("/proc/sys/vm/max_map_count")
"""Where Linux says which pieces of memory a process has, and how many it may have; other systems have no such bound."""
LOOK_EVERY = 10.0
"""Seconds between two looks at them, which cost some milliseconds."""


@contextmanager
def settled() -> Iterator[None]:
    """64 bit in this thread and one thread of linear algebra in this process, until the end of the `with`.

    Also a decorator, `@settled()`. Entered by every study, and by a worker for each of its jobs; entering twice is
    harmless.
    """
    use_cache()
    PROGRAMS.make_room()
    with jax.enable_x64(True), ALONE:
        yield


class Alone:
    """One thread of linear algebra while anybody is inside; the number before comes back with the last to leave."""

    def __init__(self) -> None:
        self._lock, self._inside, self._before = Lock(), 0, ()

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._before = tuple(get() for get, _ in threaded())
                self._set([1] * len(self._before))

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._set(self._before)

    def _set(self, numbers: Any) -> None:
        for (get, put), n in zip(threaded(), numbers, strict=True):
            if get() != n:
                put(n)


ALONE = Alone()


class LoadedPrograms:
    """Compiled programs in memory: each takes some pieces of it, and a process that has none left is aborted.

    One assessment takes some 6,000 of the 65,530 that are usual: a notebook with a dozen texts would end in a trap.
    """

    def __init__(self) -> None:
        self._looked = -LOOK_EVERY

    def make_room(self) -> None:
        """Unload them all once half of what Linux allows is taken; what is needed again is loaded from the cache."""
        if monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = monotonic()
        if 2 * pieces() > most_pieces():
            jax.clear_caches()


PROGRAMS = LoadedPrograms()


def pieces() -> int:
    """Pieces of memory that this process has; 0 where the system does not say."""
    try:
        return MAPS.read_bytes().count(b"\n")
    except OSError:
        return 0


@cache
def most_pieces() -> int:
    """How many it may have; without bound, 2**31, where the system does not say."""
    try:
        return int(MOST_MAPS.read_text())
    except (OSError, ValueError):
        return 2**31


@cache
def threaded() -> tuple[tuple[Callable[[], int], Callable[[int], None]], ...]:
    """What asks for and what sets the threads of the linear algebra behind NumPy and behind SciPy (and so JAX).

    Empty for a library that has no such call (Apple's Accelerate): `VECLIB_MAXIMUM_THREADS` says it there.
    """
    return tuple(found for module in (numpy_lapack, scipy_lapack) if (found := _calls(module.__file__)))


def _calls(path: str) -> tuple[Callable[[], int], Callable[[int], None]] | None:
    library = ctypes.CDLL(path)  # loaded already; a name is also looked for in what it is linked to
    for name in SPELT:
        get, put = (getattr(library, name.format(verb), None) for verb in _verbs(name))
        if get and put:
            get.restype, put.argtypes, put.restype = ctypes.c_int, [ctypes.c_int], None
            return get, put
    return None


def _verbs(name: str) -> tuple[str, str]:
    return ("Get_Max", "Set_Num") if name.startswith("MKL") else ("get", "set")


@cache
def use_cache() -> None:
    """Have JAX keep compiled programs where `JAX_COMPILATION_CACHE_DIR` says, even if it was imported before us.

    JAX reads its variables once, when it is imported; ours come too late for it then. What the user has configured
    himself stays.
    """
    folder = os.environ.get("JAX_COMPILATION_CACHE_DIR")
    if folder and jax.config.jax_compilation_cache_dir is None:
        jax.config.update("jax_compilation_cache_dir", folder)
        least = os.environ.get("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.3")
        jax.config.update("jax_persistent_cache_min_compile_time_secs", float(least))
        jax.config.update("jax_persistent_cache_enable_xla_caches", "none")
        compilation_cache.reset_cache()
