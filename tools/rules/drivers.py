"""The drivers of demand, `drivers.csv`.

A driver is what a use would have taken at constant prices, from the activity behind it: cars, wind, lamps, steel.
Activities (`sources/activities.csv`) are well-known world aggregates written down from memory, weighted by what they
took in 2015 (`sources/driver_weights.csv`), which is judged. No price and no output, trade or use of rare earths is in
them. The error is how much faster or slower a use may have grown than its driver: what an activity takes changes, and
the weights are ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tools.rules.tables import Row, source, write

COLUMNS = ("use", "year", "index", "error", "unit", "date", "published", "basis", "source", "confidence", "why")
FIRST, WEIGHED = 2008, 2015
UNIT = f"{FIRST} = 100; error in % a year"


def make(path: Path) -> None:
    """Write the table."""
    levels, weights = activities(), defaultdict(list)
    for row in source("driver_weights"):
        weights[row["use"]].append(row)
    write(path, COLUMNS, (row for rows in weights.values() for row in driver(rows, levels)))


def activities() -> dict[str, dict[int, float]]:
    """Level of every activity by year; growth rates are added up from 100 in the first year."""
    levels: dict[str, dict[int, float]] = defaultdict(dict)
    for row in source("activities"):
        mine, year, value = levels[row["activity"]], int(row["year"]), float(row["value"])
        if row["unit"] == "growth in %":
            value = mine.setdefault(year - 1, 100.0) * (1.0 + value / 100.0)
        mine[year] = value
    return levels


def driver(rows: list[Row], levels: dict[str, dict[int, float]]) -> Iterator[Row]:
    """The driver of one use, a row a year."""
    names = [row["activity"] for row in rows]
    printed = {row["activity"]: row["source"] for row in source("activities")}
    weights = {row["activity"]: float(row["weight"]) for row in rows}
    for year in sorted(set.intersection(*(set(levels[a]) for a in names))):
        now, first = (sum(w * levels[a][y] / levels[a][WEIGHED] for a, w in weights.items()) for y in (year, FIRST))
        yield {
            "use": rows[0]["use"],
            "year": str(year),
            "index": f"{100.0 * now / first:.4g}",
            "error": rows[0]["error"],
            "unit": UNIT,
            "date": str(year),
            "published": f"{year + 1}-12-31",
            "basis": "assumption",
            "source": "; ".join(printed[a] for a in names) + " (recalled)",
            "confidence": "C",
            "why": "weights of 2015 and error ours: " + ", ".join(f"{a} {w:.2f}" for a, w in weights.items()),
        }
