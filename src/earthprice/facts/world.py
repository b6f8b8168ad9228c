"""The world from its tables: reads them, refuses what is incomplete, and has the base year built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from earthprice.errors import FactsError, OptionError
from earthprice.facts.held import hold_numbers, hold_shipments, hold_structure
from earthprice.facts.made import HINDCAST, REPLAYED, ROLLING, digest, read_fits, read_made
from earthprice.facts.schema import Schema, load_schema, packaged
from earthprice.facts.store import CHOICE_COLUMNS
from earthprice.facts.table import read_table
from earthprice.world.build import lay_out
from earthprice.world.burdens import burden_units
from earthprice.world.numbers import NUMBER_COLUMNS, Numbers
from earthprice.world.outline import outline
from earthprice.world.world import REPLAYED_COLUMNS, World

NAMED = ("zones", "districts", "elements", "concentrates", "deposits", "uses", "shipments")
STRUCTURE = {**dict.fromkeys(NAMED, 1), "factors": 0}
"""Structural tables, and how many of their first columns name a row."""
VALUE_FILES = ("values_mining", "values_demand", "values_links", "values_model")
BASE_YEAR = 2019
"""The benchmark whose tables hold every number; those of the others replace some (`benchmarks.csv`)."""


@lru_cache(maxsize=4)
def benchmarks(folder: Path | None = None) -> pd.DataFrame:
    """Benchmarks of a folder of world tables, or of the shipped one: columns table, known, why, indexed by year.

    Raises:
        FactsError: the table is not as the schema says, or `BASE_YEAR` is not in it.
    """
    root = folder if folder and (folder / "benchmarks.csv").is_file() else packaged("world")
    table = read_table(root / "benchmarks.csv", load_schema(root, "world")["benchmarks"], 1).set_index("year")
    if BASE_YEAR not in table.index:
        raise FactsError(f"no row of {BASE_YEAR}", where=str(root / "benchmarks.csv"), accepted=str(BASE_YEAR))
    return table


def first_known() -> str:
    """The day by which the first benchmark that ships was public (YYYY-MM-DD)."""
    return str(benchmarks()["known"].min())


def last_known(day: str, folder: Path | None = None) -> int:
    """The last benchmark of a folder's tables, or of the shipped ones, whose facts were public on a day (YYYY-MM-DD).

    Raises:
        OptionError: there is none.
    """
    table = benchmarks(folder)
    known = table.index[table["known"] <= day]
    if known.empty:
        least = table["known"].min()
        raise OptionError(f"no benchmark was known on {day}", where="--as-of", given=day, accepted=f"{least} or later")
    return int(known.max())


def is_shipped(folder: Path) -> bool:
    """Whether a folder is that of the tables that ship, however it is named."""
    return folder.resolve() == packaged("world").resolve()


def load_world(folder: Path | None = None, base_year: int = BASE_YEAR) -> World:
    """The world as shipped, or from a folder with the same tables.

    Args:
        folder: a folder of world tables, with a schema.csv where it differs from the shipped one; the shipped tables
            if None.
        base_year: year of the benchmark, one of `benchmarks`.

    Raises:
        FactsError: a table or column is missing, a row is not as the schema says (file, line, column, accepted), the
            base year cannot be balanced, or there is no benchmark of the year.
    """
    return loaded(folder, base_year)


@lru_cache(maxsize=8)
def loaded(folder: Path | None, base_year: int) -> World:
    """A world that is read once, however its year is given; as of `load_world`."""
    overlays = {int(str(year)): str(name) for year, name in benchmarks(folder)["table"].items()}
    if base_year not in overlays:
        years = tuple(map(str, sorted(overlays)))
        raise FactsError(
            f"there is no benchmark of {base_year}", where="base_year", given=str(base_year), accepted=years
        )
    root = folder or packaged("world")
    schema = load_schema(root, "world")
    structure = {
        name: read_table(root / f"{name}.csv", schema[name], key).reset_index(drop=True)
        for name, key in STRUCTURE.items()
    }
    _check_factors(structure["factors"], root / "factors.csv")
    structure["effluents"] = effluents()
    structure["deposits"] = structure["deposits"].astype({"by_product": int})
    observed, private = read_table(root / "observed.csv", schema["observed"], 0), _private(root / "private.csv", schema)
    own = not is_shipped(root)
    if own:
        hold_structure(root, {**structure, "observed": observed, "private": private})
    numbers = Numbers(_values(root, schema, overlays[base_year], structure if own else None), structure["factors"])
    if own:
        hold_shipments(root, structure, numbers.keys)
    built = lay_out(numbers.central, outline(structure, numbers.keys), tuple(structure["zones"]["id"]))
    others = frozenset(f"{name}.csv" for year, name in overlays.items() if name and year != base_year)
    return World(
        network=replace(built.network, burden_units=burden_units(numbers.table["unit"].to_dict())),
        numbers=numbers,
        structure=structure,
        observed=observed,
        reconciliation=built.moves,
        base_year=base_year,
        hash=digest(root, others),
        facts=digest(root),
        known=str(benchmarks(folder)["known"][base_year]),
        hindcast=read_made(root, HINDCAST, ()),
        replayed=read_made(root, REPLAYED, REPLAYED_COLUMNS),
        rolling=read_made(root, ROLLING, ()),
        fits=read_fits(root, structure["factors"]),
        drivers=_drivers(root / "drivers.csv", schema, structure["uses"]),
        private=tuple(f"{name}@{zone}" for name, zone in zip(private["id"], private["zone"], strict=True)),
    )


def load_known(day: str, folder: Path | None = None) -> World:
    """The world of the last benchmark known on a day; arguments and errors as of `last_known` and `load_world`."""
    return load_world(folder, last_known(day, folder))


@lru_cache(maxsize=1)
def effluents() -> pd.DataFrame:
    """Ammonia nitrogen in waste water [mg/L]: columns status, value, low, high, source; from the facts chosen for it.

    With an odd number of facts the value is the one in the middle, else the geometric mean of the two there.
    """
    root, found = packaged(), []
    known = read_table(root / "environment.csv", load_schema()["environment"])
    chosen = read_table(root / "choices.csv", CHOICE_COLUMNS)["chosen"]
    for status in ("licensed", "unlicensed"):
        rows = known.loc[str(chosen[f"ammonia_in_water_{status}"]).split()]
        middle = float(np.exp(np.log(rows["value"]).median()))
        ends = rows["value"].min(), rows["value"].max()
        found.append((status, middle, *ends, "; ".join(dict.fromkeys(rows["source"]))))
    return pd.DataFrame(found, columns=["status", "value", "low", "high", "source"])


def _private(path: Path, schema: Schema) -> pd.DataFrame:
    """Suppliers of the user's own; no rows where no table names them, as in the shipped world."""
    if not path.is_file():
        return pd.DataFrame(columns=[c.name for c in schema["private"]])
    return read_table(path, schema["private"], 1)


def _check_factors(table: pd.DataFrame, path: Path) -> None:
    """Refuse a common share out of bounds, and one below 1 that names no own part, or one of 1 that does."""
    for row in table.itertuples():
        where = f"{path}, factor '{row.factor}'"
        if not 0.0 < row.common <= 1.0:
            raise FactsError(f"{row.common:g} is no share", where=f"{where}, column common", accepted="above 0, to 1")
        if (row.common < 1.0) != bool(row.own):
            raise FactsError(
                f"common is {row.common:g}, own is '{row.own}'",
                where=f"{where}, column own",
                accepted="a family of own parts where common is below 1, nothing where it is 1",
            )


def _values(
    root: Path, schema: Schema, overlay: str, structure: Mapping[str, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """Every number of the base year by key: those of 2019, some replaced, in the same order; new ones at the end.

    Args:
        root: folder of the tables.
        schema: their columns.
        overlay: table of the base year; empty where there is none.
        structure: the structural tables to which numbers of a world of one's own are held (`hold_numbers`).
    """
    found: dict[str, Path] = {}
    table = pd.concat([_numbers(root / f"{name}.csv", schema, found) for name in VALUE_FILES])
    if overlay:
        later: dict[str, Path] = {}
        rows = _numbers(root / f"{overlay}.csv", schema, later)
        table.loc[rows.index.intersection(table.index)] = rows
        table = pd.concat([table, rows.loc[rows.index.difference(table.index, sort=False)]])
        found |= later
    if structure is not None:
        hold_numbers(table, found, structure)
    return table


def _numbers(path: Path, schema: Schema, found: dict[str, Path]) -> pd.DataFrame:
    """Numbers of one table; one that a table of `found` holds already is refused."""
    table = read_table(path, schema["values"], 3)
    for row in table.itertuples():
        key, where = str(row.Index), f"{path}, number '{row.Index}'"
        if key in found:
            raise FactsError(f"'{key}' stands already in {found[key].name}", where=where, accepted="one row a number")
        if row.basis == "assumption" and not row.why:
            raise FactsError(f"'{key}' is an assumption without a reason", where=f"{where}, column why")
        if pd.isna(row.low) != pd.isna(row.high):
            raise FactsError(f"'{key}' has one end of a range", where=f"{where}, column low", accepted="both or none")
        found[key] = path
    return table[list(NUMBER_COLUMNS)]


def _drivers(path: Path, schema: Schema, uses: pd.DataFrame) -> pd.DataFrame:
    """Index of the activity behind each use, error of its growth, day of print; indexed by use and year."""
    table = read_table(path, schema["drivers"], 2)
    known = tuple(uses["id"])
    for row in table.itertuples():
        if row.use not in known:
            raise FactsError(f"'{row.use}' is no use", where=f"{path}, column use", given=row.use, accepted=known)
        if not row.index > 0 or not row.error >= 0:
            raise FactsError(
                f"'{row.Index}' has an index or an error below nil", where=f"{path}, column index", accepted="above 0"
            )
    for use in known:
        for year in range(table["year"].min(), table["year"].max() + 1):
            if f"{use}/{year}" not in table.index:
                raise FactsError(
                    f"the driver of '{use}' in {year} is missing", where=str(path), accepted="every year of every use"
                )
    return table.set_index(["use", "year"])[["index", "error", "published"]]
