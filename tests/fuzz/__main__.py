"""`python -m tests.fuzz [TARGET…] --count N --seed S --keep DIR`: try many mutants; exit code 1 if one breaks."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.fuzz.harness import Fault, fuzz
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Run the targets named, all by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all by default")
    parser.add_argument("--count", type=int, default=1000, help="mutants of each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the mutants that break the property")
    asked = parser.parse_args()
    unknown = sorted(set(asked.targets) - set(TARGETS))
    if unknown:
        parser.error(f"no target {unknown[0]}; there are {', '.join(TARGETS)}")
    bad = 0
    for name in asked.targets or TARGETS:

        def tell(fault: Fault, name: str = name) -> None:
            print(f"{name} {fault.number}: {fault.way}: {fault.words}", flush=True)
            if asked.keep:
                asked.keep.mkdir(parents=True, exist_ok=True)
                file = asked.keep / f"{name}-{asked.seed}-{fault.number}.txt"
                file.write_text(fault.mutant, encoding="utf-8", errors="backslashreplace")

        tally = fuzz(TARGETS[name], asked.count, asked.seed, tell)
        print(tally, flush=True)
        bad += len(tally.faults)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
