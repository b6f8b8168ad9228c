"""What every rule reads and writes: tables of facts, of the world and of sources, as rows of text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

SOURCES = Path(__file__).parent / "sources"
DATA = Path(__file__).parents[2] / "src" / "earthprice" / "data"
WORLD, FACTS = DATA / "world", DATA / "facts"

Row = dict[str, str]


@cache
def read(path: Path) -> tuple[Row, ...]:
    """Rows of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def source(name: str) -> tuple[Row, ...]:
    """Rows of a table of sources."""
    return read(SOURCES / f"{name}.csv")


@cache
def facts(table: str) -> dict[str, Row]:
    """Facts of a table by id."""
    return {row["id"]: row for row in read(FACTS / f"{table}.csv")}


def fact_row(name: str) -> Row:
    """A fact by its id, such as `prices-0012`."""
    return facts(name.split("-")[0])[name]


def fact(name: str, column: str = "value") -> float:
    """Figure of a fact by its id."""
    return float(fact_row(name)[column])


@cache
def rate(name: str, year: int) -> float:
    """A rate of a year: `deflator`, `price_index`, `yuan` or `vat`."""
    return {(row["rate"], int(row["year"])): float(row["value"]) for row in source("rates")}[name, year]


@cache
def ids(table: str) -> tuple[str, ...]:
    """Identifiers in a structural table of the world."""
    return tuple(row["id"] for row in read(WORLD / f"{table}.csv"))


def write(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a table; what was read before is read again."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for known in (read, facts):
        known.cache_clear()
