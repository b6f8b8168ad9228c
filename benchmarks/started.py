"""The command line as it is, watched: how long imports and compilation take within a run, and its memory.

Compilation counts tracing, lowering, compiling and fetching from the cache, in this process.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict

from benchmarks.figures import MARK, peak

PARTS = {
    "/jax/core/compile/jaxpr_trace_duration": "trace",
    "/jax/core/compile/jaxpr_to_mlir_module_duration": "lower",
    "/jax/core/compile/backend_compile_duration": "compile",
    "/jax/compilation_cache/cache_retrieval_time_sec": "fetch",
}


def main() -> int:
    """Run `earthprice` with this process's arguments; figures go to standard error."""
    begun = time.perf_counter()
    # loaded here, not above, so that the time it takes is seen
    from jax import monitoring  # noqa: PLC0415

    from earthprice.cli.app import main as run  # noqa: PLC0415
    from earthprice.results.write import write_report  # noqa: F401, PLC0415
    from earthprice.study.assess import assess  # noqa: F401, PLC0415

    imported = time.perf_counter() - begun
    taken: dict[str, float] = defaultdict(float)
    programs: dict[str, int] = defaultdict(int)

    def hear(name: str, seconds: float, **_: object) -> None:
        if name in PARTS:
            taken[PARTS[name]] += seconds
            programs[PARTS[name]] += 1

    monitoring.register_event_duration_secs_listener(hear)
    code = 0
    try:
        run()
    except SystemExit as stop:
        code = int(stop.code or 0)
    figures = {
        "inside_s": time.perf_counter() - begun,
        "import_s": imported,
        "peak_gb": peak(),
        "code": code,
        "compile_s": sum(taken.values()) - taken["fetch"],
        "parts_s": dict(taken),
        "programs": dict(programs),
    }
    sys.stderr.write(MARK + json.dumps(figures) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
