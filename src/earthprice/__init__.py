"""earthprice: regulatory impact assessment for rare earths.

A rulebook says what the law is; `assess` says what it does, against the law in force continued, with ranges. Units
inside are kt a year, USD of 2020 per kg without VAT, and MUSD of 2020.

The names below are the public face; each is loaded when it is first asked for, so that `import earthprice` is fast.

Runs share the cores as processes (`runs.crew`), so the libraries below are asked not to start threads of their
own: compiled programs of one process take turns on its one thread. XLA would start one for each of `NPROC` cores, and
hand pieces of a period, some microseconds each, to and fro between them: a third more of both cores for a run that is
done no sooner. What has been compiled once is kept in the user's cache folder, so that a second process starts at once
(`JAX_ENABLE_COMPILATION_CACHE=false` keeps nothing). A value set by the user stays.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from earthprice.keep.private import cache_root, private_folder

for _name, _value in (
    ("OPENBLAS_NUM_THREADS", "1"),
    ("OMP_NUM_THREADS", "1"),
    ("NPROC", "1"),
    ("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"),
):
    os.environ.setdefault(_name, _value)
not_kept = ""
"""Why nothing is kept between two runs; empty where it is."""
try:
    _cache = private_folder(cache_root(), "earthprice", "compiled")
except OSError as _error:  # every process compiles for itself
    not_kept = str(_error)
else:
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(_cache))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.3")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_ENABLE_XLA_CACHES", "none")  # those have no digest

if TYPE_CHECKING:
    from earthprice.errors import (
        EarthpriceError,
        FactsError,
        InputError,
        NotClearedError,
        OptionError,
        ResultError,
        RulebookError,
    )
    from earthprice.facts.store import load_facts
    from earthprice.facts.world import load_world
    from earthprice.law.load import load_rulebook, shipped
    from earthprice.results.explain import explain
    from earthprice.results.write import write_report
    from earthprice.study.assess import Options, assess
    from earthprice.study.assessment import Assessment
    from earthprice.study.compare import compare
    from earthprice.study.sweep import sweep

__version__ = "0.2.0"

__all__ = [
    "Assessment",
    "EarthpriceError",
    "FactsError",
    "InputError",
    "NotClearedError",
    "OptionError",
    "Options",
    "ResultError",
    "RulebookError",
    "assess",
    "compare",
    "explain",
    "load_facts",
    "load_rulebook",
    "load_world",
    "shipped",
    "sweep",
    "write_report",
]

_HOMES = {
    "Assessment": "study.assessment",
    "EarthpriceError": "errors",
    "FactsError": "errors",
    "InputError": "errors",
    "NotClearedError": "errors",
    "OptionError": "errors",
    "Options": "study.assess",
    "ResultError": "errors",
    "RulebookError": "errors",
    "assess": "study.assess",
    "compare": "study.compare",
    "explain": "results.explain",
    "load_facts": "facts.store",
    "load_rulebook": "law.load",
    "load_world": "facts.world",
    "shipped": "law.load",
    "sweep": "study.sweep",
    "write_report": "results.write",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'earthprice' has no attribute '{name}'")
    return getattr(import_module(f"earthprice.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
