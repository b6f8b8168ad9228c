"""Readings side by side: the level under the reading assessed, and the change against it under each of the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from earthprice.measures.rounding import number, with_range
from earthprice.measures.spread import among
from earthprice.report.page_one import figure_words
from earthprice.report.word_table import Table
from earthprice.study.assessment import Assessment
from earthprice.study.phrases import counted

SHOWN = ("price_", "fob_", "exports_", "gain_")
"""Beginnings of the keys of the figures in the table; all are in tables/side_by_side.csv."""
LEAST = 1e-3
"""Change, as a share of the level, below which it is not told."""


def side_table(a: Assessment) -> Table:
    """A row a figure and year, of figures that a reading changes; none where readings were not run over draws."""
    x = a.side_by_side[a.side_by_side["key"].str.startswith(SHOWN)]
    names = list(dict.fromkeys(a.side_by_side["reading"]))
    heads = ("figure", "unit", "year", *(f"{n.replace('_', ' ')}{', level' if n == names[0] else ''}" for n in names))
    rows = []
    for key, of_key in x.groupby("key", sort=False):
        if not any(_seen(row, _size(of_key)) for row in of_key.to_dict("records")):
            continue
        told = [figure_words(a, str(key)), str(of_key["unit"].iloc[0])]
        for year, mine in of_key.groupby("year"):
            by = mine.set_index("reading")
            when = f"from {a.meta.first_year}" if str(key).startswith("gain_") else str(year)
            rows.append([*told, when, _level(by.loc[names[0]]), *(_change(by.loc[n], _size(mine)) for n in names[1:])])
            told = ["", ""]
    return Table(heads, rows, tuple(range(3, len(heads))))


def side_words(a: Assessment) -> str:
    """What the table holds, and over which draws; that nothing differs where nothing does."""
    x = a.side_by_side
    if x.empty:
        return ""
    own, *others = dict.fromkeys(str(r).replace("_", " ") for r in x["reading"])
    count, years = int(x["draws"].max()), f"{x['year'].min()} to {x['year'].max()}"
    said = (
        f"Level with the text under “{own}”, and the change against it under {', '.join(f'“{r}”' for r in others)}, "
        f"{years}; median and (in brackets) {among(count)}, the same {counted(count)} under every reading."
    )
    return said if side_table(a).rows else f"{said} No reading changes any of these figures by 0.1 % in any draw."


def _level(row: pd.Series) -> str:
    return with_range(float(row["p50"]), float(row["p05"]), float(row["p95"]))


def _size(rows: pd.DataFrame) -> float:
    """Largest end of the levels' ranges."""
    return float(rows[["p05", "p95"]].abs().max(axis=None))


def _seen(row: Mapping[Any, Any], size: float) -> bool:
    """Whether a change is large enough to be told beside a level."""
    return max(abs(float(row["diff_p05"])), abs(float(row["diff_p95"]))) >= LEAST * size > 0.0


def _change(row: pd.Series, size: float) -> str:
    if not _seen(row, size):
        return f"under {100 * LEAST:g} %" if row[["diff_p05", "diff_p95"]].any() else number(0.0, 0)
    return with_range(float(row["diff_p50"]), float(row["diff_p05"]), float(row["diff_p95"]), sign=True)
