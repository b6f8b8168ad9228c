"""The world from its tables: reads, refuses what is incomplete, assembles, balances the base year."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from earthprice.errors import FactsError
from earthprice.facts.held import digest, read_fits, read_hindcast
from earthprice.world.assembly import assemble
from earthprice.world.balance import balance
from earthprice.world.burdens import abatement, burdens
from earthprice.world.draft import Draft
from earthprice.world.network import ACTIVITY_COLUMNS, NODE_COLUMNS, Network
from earthprice.world.numbers import NUMBER_COLUMNS, Numbers
from earthprice.world.outline import outline
from earthprice.world.world import World

STRUCTURE = {
    "zones": ("id", "name", "countries"),
    "districts": ("id", "name", "zone"),
    "elements": ("id", "name", "members", "role", "headline"),
    "concentrates": ("id", "name", "ore", "assay"),
    "deposits": ("id", "name", "zone", "district", "concentrate", "by_product", "tailings_of"),
    "uses": ("id", "name"),
    "factors": ("factor", "pattern", "words", "fitted"),
}
"""Structural tables and the columns they must have."""

VALUE_FILES = ("values_mining", "values_demand", "values_links", "values_model")
DRIVER_COLUMNS = ("index", "error")
BASE_YEAR = 2019
OVERLAYS = {2008: "values_2008", 2015: "values_2015"}
"""Other benchmarks: a base year and the table whose rows replace those of `BASE_YEAR` with the same key."""


@lru_cache(maxsize=4)
def load_world(folder: Path | None = None, base_year: int = BASE_YEAR) -> World:
    """The world as shipped, or from a folder with the same tables.

    Args:
        folder: a folder of world tables; the shipped ones if None.
        base_year: year of the benchmark: 2019, or one of `OVERLAYS`, whose rows replace those of the same key.

    Raises:
        FactsError: a table, column, unit, date or source is missing, a number does not parse, or the base year cannot
            be balanced; there is no benchmark of the year.
    """
    if base_year != BASE_YEAR and base_year not in OVERLAYS:
        raise FactsError(f"there is no benchmark of {base_year}", where="base_year", given=str(base_year),
                         accepted=tuple(map(str, sorted((BASE_YEAR, *OVERLAYS)))))  # fmt: skip
    root = folder or Path(str(resources.files("earthprice") / "data" / "world"))
    structure = {name: _table(root / f"{name}.csv", columns) for name, columns in STRUCTURE.items()}
    structure["deposits"] = _flags(structure["deposits"], "by_product")
    structure = {name: table.reset_index(drop=True) for name, table in structure.items()}
    table = _numbers([root / f"{f}.csv" for f in VALUE_FILES])
    if base_year in OVERLAYS:
        table = _overlaid(table, _numbers([root / f"{OVERLAYS[base_year]}.csv"]))
    numbers = Numbers(table, structure["factors"])
    drafts = assemble(numbers.central, outline(structure, numbers.keys))
    nodes = node_ids(drafts)
    a, recorded = coefficients(drafts, nodes), np.array([d.level for d in drafts])
    level = balance(a, recorded, np.array([d.trust for d in drafts]), nodes)
    network = _network(drafts, nodes, level, numbers.central, structure)
    observed, moves = _observed(root / "observed.csv"), _moves(drafts, level, numbers)
    others = frozenset(f"{name}.csv" for year, name in OVERLAYS.items() if year != base_year)
    return World(network, numbers, structure, observed, moves, base_year, digest(root, others), digest(root),
                 read_hindcast(root), read_fits(root, structure["factors"]),
                 _drivers(root / "drivers.csv", structure["uses"]))  # fmt: skip


def _overlaid(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The numbers with some replaced, in the same order; new ones at the end."""
    kept = table.copy()
    kept.loc[rows.index.intersection(table.index)] = rows
    return pd.concat([kept, rows.loc[rows.index.difference(table.index, sort=False)]])


def _observed(path: Path) -> pd.DataFrame:
    for _ in _rows(path, ("series", "zone", "year", "value", "unit", "date", "published", "source")):
        pass
    return pd.read_csv(path, dtype={"published": str, "date": str})


def _drivers(path: Path, uses: pd.DataFrame) -> pd.DataFrame:
    """Index of the activity behind each use and the error of its growth, indexed by use and year."""
    found: dict[tuple[str, int], tuple[float, float]] = {}
    for row in _rows(path, ("use", "year", *DRIVER_COLUMNS, "unit", "date", "published", "basis", "source", "why")):
        where = f"{path.name}:{row['_line']}"
        if row["use"] not in set(uses["id"]):
            raise FactsError(f"'{row['use']}' is no use", where=where, given=row["use"], accepted=tuple(uses["id"]))
        for column in ("unit", "date", "published", "source", "why"):
            if not row[column]:
                raise FactsError(f"a driver has no {column}", where=f"{where}, column '{column}'", accepted="some text")
        at = row["use"], int(_float(row["year"], f"{where}, column 'year'"))
        index, error = (_float(row[c], f"{where}, column '{c}'") for c in DRIVER_COLUMNS)
        if not index > 0 or not error >= 0:
            raise FactsError("an index must be positive, its error not below nil", where=where, accepted="above 0")
        if at in found:
            raise FactsError(f"'{at[0]}' has two drivers in {at[1]}", where=where, accepted="one row a year")
        found[at] = index, error
    known = [year for _, year in found] or [BASE_YEAR]
    for at in ((use, year) for use in uses["id"] for year in range(min(known), max(known) + 1)):
        if at not in found:
            raise FactsError(f"the driver of '{at[0]}' in {at[1]} is missing", where=path.name,
                             accepted="every year of every use")  # fmt: skip
    return pd.DataFrame.from_dict(found, orient="index", columns=list(DRIVER_COLUMNS)).set_index(
        pd.MultiIndex.from_tuples(found, names=["use", "year"]))  # fmt: skip


def node_ids(drafts: list[Draft]) -> list[str]:
    """Nodes in order of first appearance."""
    return list(dict.fromkeys(node for d in drafts for node, _ in d.entries))


def coefficients(drafts: list[Draft], nodes: list[str]) -> np.ndarray:
    """Coefficients of the drafts as a dense array [nodes, activities]."""
    at = {n: i for i, n in enumerate(nodes)}
    a = np.zeros((len(nodes), len(drafts)))
    for j, d in enumerate(drafts):
        for node, coefficient in d.entries:
            a[at[node], j] += coefficient
    return a


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    rows = list(_rows(path, columns))
    return pd.DataFrame(rows, columns=list(columns), index=pd.Index([r["_line"] for r in rows], name="line"))


def _flags(table: pd.DataFrame, column: str) -> pd.DataFrame:
    for line, cell in table[column].items():
        if cell not in ("0", "1"):
            raise FactsError(f"'{cell}' is no flag", where=f"deposits.csv:{line}, column '{column}'", accepted="0 or 1")
    return table.assign(**{column: table[column].astype(int)})


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise FactsError("the table is missing", where=str(path),
                         accepted=f"a CSV file with columns {', '.join(columns)}")  # fmt: skip
    try:
        reader = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True), strict=True)
        found = next(reader, None)
        if not found:
            raise FactsError("the file is empty", where=f"{path.name}:1", accepted=columns)
        for column in columns:
            if column not in found:
                raise FactsError(f"column '{column}' is missing", where=f"{path.name}:1", accepted=columns)
        for row in reader:
            if row and len(row) != len(found):
                raise FactsError(f"{len(row)} cells", where=f"{path.name}:{reader.line_num}",
                                 accepted=f"{len(found)} cells, one a column")  # fmt: skip
            if row:
                yield {"_line": str(reader.line_num), **dict(zip(found, map(str.strip, row), strict=True))}
    except UnicodeDecodeError as error:
        raise FactsError(f"not UTF-8 at byte {error.start}", where=path.name, accepted="a CSV file in UTF-8") from None
    except csv.Error as error:
        raise FactsError(f"not CSV: {error}", where=path.name, accepted="a CSV file in UTF-8") from None


def _numbers(paths: list[Path]) -> pd.DataFrame:
    columns = ("table", "id", "attribute", *NUMBER_COLUMNS)
    records: dict[str, dict[str, object]] = {}
    for path in paths:
        for row in _rows(path, columns):
            where = f"{path.name}:{row['_line']}"
            key = f"{row['table']}/{row['id']}/{row['attribute']}"
            if key in records:
                raise FactsError(f"the number '{key}' is given twice", where=where, accepted="one row a number")
            records[key] = _number(row, key, where)
    if not records:
        raise FactsError("the tables hold no numbers", where=paths[0].name)
    return pd.DataFrame.from_dict(records, orient="index")[list(NUMBER_COLUMNS)]


def _number(row: Mapping[str, str], key: str, where: str) -> dict[str, object]:
    for column in ("unit", "date", "published", "basis", "source"):
        if not row[column]:
            raise FactsError(f"'{key}' has no {column}", where=f"{where}, column '{column}'", accepted="no empty cell")
    if row["basis"] not in ("fact", "derived", "assumption"):
        raise FactsError(f"'{key}' has the unknown basis '{row['basis']}'", where=where,
                         accepted=("fact", "derived", "assumption"), given=row["basis"])  # fmt: skip
    if row["basis"] == "assumption" and not row["why"]:
        raise FactsError(f"'{key}' is an assumption without a reason", where=f"{where}, column 'why'")
    out: dict[str, object] = {c: row[c] for c in NUMBER_COLUMNS}
    for column in ("value", "low", "high"):
        out[column] = _float(row[column], f"{where}, column '{column}'")
    _range(out, key, where)
    return out


def _float(cell: str, where: str) -> float:
    try:
        number = float(cell) if cell else np.nan
    except ValueError:
        number = np.inf
    if np.isinf(number) or (cell and np.isnan(number)):
        raise FactsError(f"'{cell}' is no number", where=where, accepted="a number with a dot, without thousands marks")
    return number


def _range(number: Mapping[str, Any], key: str, where: str) -> None:
    value, low, high = number["value"], number["low"], number["high"]
    if np.isnan(value):
        raise FactsError(f"'{key}' has no value", where=f"{where}, column 'value'", accepted="a number")
    if np.isnan(low) != np.isnan(high):
        given, lacks = ("high", "low") if np.isnan(low) else ("low", "high")
        raise FactsError(f"'{key}' has {given} without {lacks}", where=f"{where}, column '{lacks}'",
                         accepted="both or none")  # fmt: skip
    if low > value:
        raise FactsError(f"'{key}': low {low:g} is above value {value:g}", where=f"{where}, column 'low'")
    if high < value:
        raise FactsError(f"'{key}': high {high:g} is below value {value:g}", where=f"{where}, column 'high'")


def _network(drafts: list[Draft], nodes: list[str], level: np.ndarray, v: Mapping[str, float],
             structure: Mapping[str, pd.DataFrame]) -> Network:  # fmt: skip
    names = [d.id for d in drafts]
    columns: dict[str, list[object]] = {c: [] for c in ACTIVITY_COLUMNS}
    for i, d in enumerate(drafts):
        extra = dict(d.attributes)
        known = {"doing": d.doing, "stage": d.stage, "zone": d.zone, "level": level[i], "capacity": level[i] / d.use}
        for c in ACTIVITY_COLUMNS:
            columns[c].append(known.get(c, extra.get(c, "")))
    entries = pd.DataFrame(
        [(d.id, n, c) for d in drafts for n, c in d.entries], columns=["activity", "node", "coefficient"]
    )
    activities = pd.DataFrame(columns, index=pd.Index(names, name="activity"))
    size, reo = burdens(activities, v), _reo(drafts, activities, v)
    return Network(_nodes(nodes, v), activities, entries, size, reo, abatement(activities, size.columns, v),
                   tuple(structure["zones"]["id"]))  # fmt: skip


def _nodes(nodes: list[str], v: Mapping[str, float]) -> pd.DataFrame:
    rows = []
    for node in nodes:
        good, zone = node.split("@")
        kind = good.split("_")[0] if "_" in good else good
        stage = {"conc": "mining", "mill": "milling", "magnet": "magnet", "swarf": "recycling"}.get(
            kind, "metal" if good.endswith("_metal") else "separation")  # fmt: skip
        element = kind if good.endswith(("_oxide", "_metal")) else ""
        tier = good.split("_")[1] if kind in ("magnet", "swarf") else ""
        unit = {"mill": "kt ore", "magnet": "kt product"}.get(kind, "kt metal" if stage == "metal" else "kt REO")
        rows.append((good, zone, stage, element, tier, unit, v.get(f"price/{node}/price", np.nan)))
    return pd.DataFrame(rows, columns=list(NODE_COLUMNS), index=pd.Index(nodes, name="node"))


def _reo(drafts: list[Draft], activities: pd.DataFrame, v: Mapping[str, float]) -> pd.Series:
    """REO per unit of level: 1 for ore, concentrate and oxides; of metal by its oxide; of magnets by recipe."""
    content = {k.split("/")[1]: v[k] for k in v if k.startswith("metal/") and k.endswith("/world/reo_per_metal")}
    recipe: dict[str, float] = {}
    for d in drafts:
        if d.stage == "magnet":
            good = dict(d.attributes)["good"]
            metals = sum(-c * content[n.split("@")[0]] for n, c in d.entries if n.split("@")[0] in content)
            swarf = sum(c for n, c in d.entries if n.startswith("swarf"))
            recipe.setdefault(good, metals - swarf)
    per = {**content, **recipe}
    return activities["good"].map(lambda g: per.get(g, 1.0)).astype(float).rename("reo")


def _moves(drafts: list[Draft], level: np.ndarray, numbers: Numbers) -> pd.DataFrame:
    rows = []
    for d, x in zip(drafts, level, strict=True):
        if d.level <= 0 or d.stage in ("stock", "disposal", "milling"):
            continue
        unit = "kt product/yr" if d.stage in ("magnet",) else "kt/yr"
        rows.append((d.id, unit, d.level, x, 100.0 * (x / d.level - 1.0), f"trust {d.trust:g}", ""))
    columns = ["item", "unit", "reported", "balanced", "moved_pct", "confidence", "source"]
    out = pd.DataFrame(rows, columns=columns)
    order = (out["balanced"] - out["reported"]).abs().sort_values(ascending=False).index
    return out.loc[order].reset_index(drop=True)
