"""Re-make the drivers of demand: `python tools/build_drivers.py` writes `data/world/drivers.csv`.

A driver is what a use would have taken at constant prices, from the activity behind it: cars, wind, lamps, steel.
Activities are well-known world aggregates written down from memory (their publishers are named), weighted by what they
took in 2015, which is judged. No price and no output, trade or use of rare earths is in them. The error is how much
faster or slower a use may have grown than its driver: what an activity takes changes, and the weights are ours.
"""

from __future__ import annotations

import csv
from itertools import accumulate
from pathlib import Path

from benchmark_table import DATA

YEARS = tuple(range(2008, 2025))


def _grown(rates: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(accumulate(rates, lambda level, rate: level * (1.0 + rate / 100.0), initial=100.0))


ACTIVITY: dict[str, tuple[float, ...]] = {
    "industry": _grown((-7.5, 9.5, 4.5, 2.5, 2.4, 3.2, 1.7, 1.9, 3.5, 3.2, 0.8, -4.0, 7.5, 2.8, 0.9, 1.8)),
    "electronics": _grown((-8.0, 14.0, 6.0, 3.0, 3.0, 4.0, 1.0, 2.0, 6.0, 4.0, -1.0, 2.0, 10.0, 1.0, -4.0, 4.0)),
    "oil": _grown((-1.2, 3.2, 1.0, 1.2, 1.3, 1.0, 2.0, 1.6, 1.7, 1.3, 0.4, -8.8, 6.0, 2.4, 2.2, 0.9)),
    "vehicles": (70.7, 61.8, 77.6, 79.9, 84.2, 87.3, 89.8, 90.8, 95.0, 97.3, 96.9, 92.2, 77.7, 80.2, 85.0, 93.5, 92.5),
    "plug_in": (0.01, 0.01, 0.01, 0.05, 0.12, 0.2, 0.32, 0.54, 0.75, 1.17, 2.0, 2.1, 3.0, 6.6, 10.2, 14.0, 17.0),
    "hybrid": (0.5, 0.74, 0.87, 0.83, 1.6, 1.65, 1.7, 1.6, 1.8, 2.1, 2.3, 2.7, 2.7, 3.3, 3.6, 4.6, 5.6),
    "wind": (26.9, 38.5, 39.1, 40.6, 45.0, 36.0, 51.7, 63.8, 55.0, 53.5, 51.0, 60.8, 95.0, 93.6, 77.6, 117.0, 117.0),
    "robots": (113, 60, 121, 166, 159, 178, 221, 254, 304, 400, 422, 391, 390, 517, 553, 541, 542),
    "disks": (540, 557, 651, 620, 577, 552, 564, 469, 424, 404, 376, 316, 260, 259, 172, 122, 124),
    "two_wheels": (21, 24, 29, 31, 34, 37, 35, 34, 32, 31, 33, 36, 41, 42, 42, 41, 40),
    "steel": (1343, 1239, 1433, 1538, 1560, 1650, 1671, 1620, 1629, 1732, 1825, 1874, 1880, 1960, 1888, 1897, 1884),
    "lamps": (100, 95, 108, 115, 110, 100, 85, 70, 55, 45, 37, 32, 27, 25, 22, 20, 18),
    "cells": (100, 90, 98, 95, 92, 88, 84, 80, 76, 72, 68, 64, 60, 58, 55, 52, 50),
}
"""Activities of 2008 to 2024 from memory; of lamps and cells no count is remembered: their course is judged."""
PUBLISHERS = {
    "industry": "CPB and UNIDO, industrial production, growth in %", "electronics": "electronics output, growth in %",
    "oil": "IEA, oil demand, growth in %", "vehicles": "OICA, vehicles made, M", "plug_in": "IEA, plug-in cars sold, M",
    "hybrid": "hybrid cars sold, M", "wind": "GWEC, wind power added, GW", "robots": "IFR, robots installed, thousand",
    "disks": "hard disks shipped, M", "two_wheels": "electric two-wheelers made in China, M",
    "steel": "worldsteel, crude steel, Mt", "lamps": "fluorescent tubes and lamps, index, judged",
    "cells": "nickel-metal hydride cells for appliances, index, judged",
}  # fmt: skip
DRIVERS: dict[str, dict[str, float]] = {
    "catalysts": {"oil": 0.55, "vehicles": 0.45},
    "polishing": {"electronics": 0.6, "industry": 0.4},
    "glass": {"industry": 0.7, "electronics": 0.3},
    "metallurgy": {"steel": 1.0},
    "batteries": {"hybrid": 0.5, "cells": 0.5},
    "ceramics": {"industry": 0.6, "electronics": 0.4},
    "phosphors": {"lamps": 0.9, "electronics": 0.1},
    "smco": {"industry": 1.0},
    "other": {"industry": 1.0},
    "magnet_uses_high": {"wind": 0.20, "plug_in": 0.02, "hybrid": 0.04, "vehicles": 0.24, "robots": 0.08,
                         "electronics": 0.18, "industry": 0.20, "disks": 0.04},
    "magnet_uses_low": {"two_wheels": 0.18, "disks": 0.08, "electronics": 0.30, "industry": 0.44},
}  # fmt: skip
"""Weights of activities in 2015, ours; plug-in cars at 1.5 kg a car (demand-0117) and wind at 0.15 t a MW."""
ERROR = {"catalysts": 3, "polishing": 4, "glass": 3, "metallurgy": 3, "batteries": 4, "ceramics": 3, "phosphors": 5,
         "smco": 4, "other": 5, "magnet_uses_high": 5, "magnet_uses_low": 5}  # fmt: skip
"""Half-width of the 9-in-10 range of a use's growth around that of its driver [% a year], judged."""
COLUMNS = ("use", "year", "index", "error", "unit", "date", "published", "basis", "source", "confidence", "why")

UNIT = "2008 = 100; error in % a year"


def index(use: str) -> list[float]:
    """Index of a use, 2008 = 100."""
    at = YEARS.index(2015)
    level = [sum(w * ACTIVITY[a][i] / ACTIVITY[a][at] for a, w in DRIVERS[use].items()) for i in range(len(YEARS))]
    return [100.0 * x / level[0] for x in level]


def main(path: Path = DATA / "drivers.csv") -> None:
    """Write the table."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for use, weights in DRIVERS.items():
            source = "; ".join(PUBLISHERS[a] for a in weights) + " (recalled)"
            why = "weights of 2015 and error ours: " + ", ".join(f"{a} {w:.2f}" for a, w in weights.items())
            for year, value in zip(YEARS, index(use), strict=True):
                day = f"{year + 1}-12-31"
                cells = (use, year, f"{value:.4g}", ERROR[use], UNIT, year, day, "assumption", source, "C", why)
                writer.writerow(cells)


if __name__ == "__main__":
    main()
