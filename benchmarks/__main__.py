"""Run every benchmark, each in a process of its own, and write `latest.json`, `README.md`, `docs/speed.md`, pictures.

`python -m benchmarks` runs all, as `make bench` does; with names (`path peers`) only those, the others' figures staying
as they were; with `--quick` it only sees whether everything runs, and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import Any

from benchmarks.clock import once
from benchmarks.figures import HERE, LATEST, heard, machine
from benchmarks.guard import main as guard
from benchmarks.page import write
from benchmarks.ratios import ratios

ALL = ("path", "today", "profile", "peers", "scale", "ensemble", "command", "explore", "robustness", "gpu")


def run(name: str, quick: bool) -> dict[str, Any]:
    """A benchmark's figures; why there are none, if it failed. What it says on its way is passed on."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if quick else [])]
    with TemporaryFile("w+", encoding="utf-8") as out:
        with subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True, cwd=HERE.parent) as done:
            last = "no message"
            for line in done.stderr or ():
                sys.stderr.write(line)
                last = line.strip() or last
        out.seek(0)
        return {"failed": last} if done.returncode else heard(out.read())


def main() -> int:
    """Run, write, compare with the last release."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    ask.add_argument("names", nargs="*", help=f"which; all if none is named ({', '.join(ALL)})")
    ask.add_argument("--quick", action="store_true", help="does everything run? writes nothing")
    a = ask.parse_args()
    if unknown := sorted(set(a.names) - set(ALL)):
        ask.error(f"no benchmark '{unknown[0]}'; there are: {', '.join(ALL)}")
    before = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.is_file() else {"figures": {}}
    figures: dict[str, Any] = dict(before["figures"])
    here = machine()
    then = (before.get("day", ""), before.get("machine", {}).get("processor", ""))
    runs: dict[str, tuple[str, str]] = {**dict.fromkeys(figures, then), **before.get("runs", {})}
    for name in a.names or ALL:
        seconds, figures[name] = once(lambda name=name: run(name, a.quick))
        sys.stdout.write(f"{name:12} {seconds:6.1f} s  {figures[name].get('failed', '')}\n")
        sys.stdout.flush()
        if not a.quick:
            runs[name] = (datetime.now(UTC).date().isoformat(), here["processor"])
            latest = json.dumps(as_latest(figures, here, runs), indent=1)
            LATEST.write_text(latest + "\n", encoding="utf-8")
    failed = [n for n in a.names or ALL if "failed" in figures[n]]
    if not a.quick:
        write(as_latest(figures, here, runs))
        return guard([]) or bool(failed)
    return 1 if failed else 0


def as_latest(figures: dict[str, Any], here: dict[str, Any], runs: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """What `latest.json` holds; written after each benchmark, so that a run that is ended keeps what it has."""
    day = datetime.now(UTC).date().isoformat()
    return {"ratios": ratios(figures), "day": day, "machine": here, "runs": runs, "figures": figures}


if __name__ == "__main__":
    sys.exit(main())
