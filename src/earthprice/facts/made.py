"""What came of holding the model against the record, as it ships with the facts: the hindcast, fitted draws.

Both are made from the other tables and can be made again; they are no facts and stay out of the facts' digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from earthprice.errors import FactsError
from earthprice.facts.schema import Column
from earthprice.facts.table import read_lines, read_table
from earthprice.world.world import Fit

HINDCAST, REPLAYED, ROLLING = "hindcast.csv", "replayed.csv", "rolling.csv"
FITTED, RECIPE = "fitted.csv", "fitted.json"
NO_FACTS = (HINDCAST, REPLAYED, ROLLING, FITTED, "schema.csv")
"""Tables of the folder that hold no facts: what was made from them, and what their columns are."""
TEXTS, YEARS = ("past", "series", "unit", "group", "match", "ahead"), ("year", "cutoff")
"""Columns of made tables that hold a text or a year in every row; every other one holds numbers."""


def read_made(root: Path, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """A table that a hindcast made; empty, with these columns, where none ships.

    Raises:
        FactsError: a cell is not as its column says (file, line, column, accepted).
    """
    path = root / name
    return _read(path) if path.is_file() else pd.DataFrame(columns=list(columns))


def _read(path: Path) -> pd.DataFrame:
    """A made table, each cell held to the type that its column's name has."""
    types = {**dict.fromkeys(TEXTS, "text"), **dict.fromkeys(YEARS, "year")}
    names = read_lines(path)[0][1]
    return read_table(path, tuple(Column(n, types.get(n, "number"), n in types, (), "a word") for n in names), 0)


def read_fits(root: Path, factors: pd.DataFrame) -> dict[int, Fit]:
    """Fitted draws by cut-off; empty where none ship.

    Args:
        root: folder of the world's tables.
        factors: the table of factors.

    Raises:
        FactsError: a cell is not as its column says, a factor is unknown or not marked as fitted, or the recipe of a
            cut-off is missing.
    """
    path = root / FITTED
    if not path.is_file():
        return {}
    table = _read(path)
    known = list(dict.fromkeys(factors.loc[factors["fitted"] == "yes", "factor"]))
    for column in table.columns.difference(["cutoff", "draw"]):
        if column not in known:
            raise FactsError(f"'{column}' is no fitted factor", where=f"{FITTED}:1", given=column, accepted=known)
    if table.drop(columns=["cutoff", "draw"]).isna().to_numpy().all(axis=1).any():
        raise FactsError("a draw without scores", where=FITTED, accepted="a score a factor")
    if not (root / RECIPE).is_file():
        raise FactsError(f"{FITTED} without its recipe", where=str(root), accepted=f"{RECIPE} beside {FITTED}")
    recipes = json.loads((root / RECIPE).read_text(encoding="utf-8"))
    out = {}
    for cutoff, rows in table.groupby("cutoff"):
        year = int(str(cutoff))
        if str(year) not in recipes:
            raise FactsError(f"no recipe of the cut-off {year}", where=RECIPE, given=str(year), accepted=recipes)
        scores = rows.drop(columns=["cutoff", "draw"]).dropna(axis=1).reset_index(drop=True)
        out[year] = Fit(year, scores, recipes[str(year)])
    return out


def digest(root: Path, without: frozenset[str] = frozenset()) -> str:
    """Digest of the tables of facts in a folder, without what was made from them and the files named."""
    whole = hashlib.sha256()
    for path in sorted(p for p in root.glob("*.csv") if p.name not in {*without, *NO_FACTS}):
        whole.update(path.name.encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]
