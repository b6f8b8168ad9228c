"""The regression guard: the ratios of the last run beside those of the last release; 1 where one got worse.

Ratios are compared, never seconds: each was taken within one run on one machine, so that another machine, or one that
does other work meanwhile, moves them little. `python -m benchmarks.guard` reads `latest.json` and `released.json`;
`--release` makes the last figures those of the release.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import LATEST, RELEASED

TOLERANCE = 0.25
"""How much worse a ratio may be, as a share of the released one: machines that share their cores scatter by as much."""


@dataclass(frozen=True)
class Line:
    """One ratio then and now.

    Attributes:
        name: what it is.
        before, now: its values; None where it was not measured.
        better: "lower" or "higher".
    """

    name: str
    before: float | None
    now: float | None
    better: str

    @property
    def worse(self) -> float:
        """By what share it got worse; negative where it got better, nil where either was not measured."""
        if self.before is None or self.now is None:
            return 0.0
        return self.now / self.before - 1.0 if self.better == "lower" else self.before / self.now - 1.0

    def verdict(self, tolerance: float) -> str:
        """ok, better, WORSE, LOST (was measured, is not) or new."""
        if self.now is None:
            return "LOST" if self.before is not None else "not measured"
        if self.before is None:
            return "new"
        if self.worse > tolerance:
            return "WORSE"
        return "better" if self.worse < -tolerance else "ok"


def compared(released: Mapping[str, Any], latest: Mapping[str, Any]) -> list[Line]:
    """Every ratio of either, in the order of the latest.

    Args:
        released: contents of `released.json`: `ratios` by name, each with `value` (None: not measured) and `better`.
        latest: contents of `latest.json`, likewise.
    """
    before, now = released["ratios"], latest["ratios"]
    names = [*now, *(n for n in before if n not in now)]
    return [Line(n, _value(before, n), _value(now, n), (now.get(n) or before[n])["better"]) for n in names]


def _value(ratios: Mapping[str, Any], name: str) -> float | None:
    found = ratios.get(name, {}).get("value")
    return None if found is None else float(found)


def bad(lines: list[Line], tolerance: float = TOLERANCE) -> list[Line]:
    """Those that got worse by more than the tolerance, or are no longer measured."""
    return [line for line in lines if line.verdict(tolerance) in ("WORSE", "LOST")]


def table(lines: list[Line], tolerance: float = TOLERANCE) -> str:
    """The comparison in words and columns."""
    wide = max(len(line.name) for line in lines)
    head = f"{'ratio':{wide}}  {'released':>10} {'now':>10} {'worse by':>9}  verdict"
    rows = [
        f"{line.name:{wide}}  {_shown(line.before):>10} {_shown(line.now):>10} {line.worse:>9.0%}  "
        f"{line.verdict(tolerance)}"
        for line in lines
    ]
    return "\n".join([head, *rows, f"A ratio may be {tolerance:.0%} worse than released."])


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def main(argv: list[str] | None = None) -> int:
    """Compare, or release."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks.guard", description="Ratios beside the last release's.")
    ask.add_argument("--latest", type=Path, default=LATEST)
    ask.add_argument("--released", type=Path, default=RELEASED)
    ask.add_argument("--tolerance", type=float, default=TOLERANCE)
    ask.add_argument("--release", action="store_true", help="make the last figures those of the release")
    a = ask.parse_args(argv)
    if not a.latest.is_file():
        ask.error(f"{a.latest} is missing; run: make bench")
    if a.release or not a.released.is_file():
        a.released.write_text(a.latest.read_text(encoding="utf-8"), encoding="utf-8")
        sys.stdout.write(f"{a.released} now holds the figures of {a.latest}\n")
        return 0
    lines = compared(*(json.loads(p.read_text(encoding="utf-8")) for p in (a.released, a.latest)))
    sys.stdout.write(table(lines, a.tolerance) + "\n")
    return 1 if bad(lines, a.tolerance) else 0


if __name__ == "__main__":
    sys.exit(main())
