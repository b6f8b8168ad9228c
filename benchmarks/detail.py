"""The shipped world in more or less detail, made from its tables, to see how cost grows.

More: every zone, district and deposit is split into equal parts. What is an amount is shared out, over all pairs of
parts for what joins two zones; prices, costs and shares stay. The parts behave alike, so prices must come out as they
were: a check that the split world is the same one. Less: elements are left out, with everything that names them.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from importlib import resources
from itertools import product
from pathlib import Path

from earthprice.facts.world import load_world
from earthprice.world.world import World

SHIPPED = Path(str(resources.files("earthprice") / "data" / "world"))
AMOUNTS = (
    "level",
    "output_licensed",
    "output_unlicensed",
    "ore_rich",
    "ore_lean",
    "planned_capacity",
    "stock",
    "caught_tonnes",
    "count",
)
"""Attributes that are amounts of a place, to be shared out among its parts."""
PER_LINK = ("model/trade/trace", "model/trade/open")
"""Numbers that are amounts of every single link between two places."""
Row = dict[str, str]


def world_in(detail: int, folder: Path, without: tuple[str, ...] = ()) -> World:
    """The world with every place split into some parts, or without some elements.

    Args:
        detail: parts of every zone, district and deposit.
        folder: where its tables are written; must not exist.
        without: elements left out.
    """
    shutil.copytree(SHIPPED, folder)
    names = {t: [r["id"] for r in _rows(t)] for t in ("zones", "districts", "deposits")}
    _write(folder, "elements", [r for r in _rows("elements") if r["id"] not in without])
    _write(folder, "zones", [r | {"id": part(r["id"], i)} for r in _rows("zones") for i in range(detail)])
    for table, own in (("districts", ("id", "zone")), ("deposits", ("id", "zone", "district", "tailings_of"))):
        rows = [r | {c: part(r[c], i) for c in own} for r in _rows(table) for i in range(detail)]
        _write(folder, table, rows)
    places = {*names["zones"], *names["districts"]}
    for table in ("values_mining", "values_demand", "values_links", "values_model"):
        rows = [r for r in _rows(table) if not _names(r, without)]
        _write(folder, table, [s for r in rows for s in _split(r, detail, places)])
    return load_world(folder)


def part(name: str, i: int) -> str:
    """Name of a part; the first keeps the name of the whole."""
    return name if i == 0 or not name else f"{name}{i + 1}"


def _rows(table: str) -> list[Row]:
    with (SHIPPED / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(folder: Path, table: str, rows: list[Row]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def _names(row: Row, elements: tuple[str, ...]) -> bool:
    """Whether a number is about one of the elements."""
    words = {*row["id"].replace("@", "/").split("/"), row["attribute"].removeprefix("share_")}
    words |= {w.split("_")[0] for w in (*words, row["attribute"]) if w.endswith(("_oxide", "_metal"))}
    return bool(words & set(elements))


def _split(row: Row, detail: int, places: set[str]) -> Iterator[Row]:
    """A number's rows by parts of the places that it names."""
    pieces = [piece.split("@") for piece in row["id"].split("/")]
    at = [
        (i, j)
        for i, piece in enumerate(pieces)
        for j, word in enumerate(piece)
        if (word in places if row["table"] != "deposit" else True)
    ]
    shared = float(detail ** len(at)) if row["attribute"] in AMOUNTS else 1.0
    if f"{row['table']}/{row['id']}/{row['attribute']}" in PER_LINK:
        shared = float(detail**2)
    for parts in product(range(detail), repeat=len(at)):
        words = [list(piece) for piece in pieces]
        for (i, j), k in zip(at, parts, strict=True):
            words[i][j] = part(pieces[i][j], k)
        amounts = {c: repr(float(row[c]) / shared) if row[c] else "" for c in ("value", "low", "high")}
        yield row | {"id": "/".join("@".join(w) for w in words)} | (amounts if shared > 1.0 else {})
