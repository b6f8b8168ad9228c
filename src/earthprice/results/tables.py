"""Tables as files: CSV and Parquet as they are, NetCDF, BibTeX."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import xarray as xr

from earthprice.report.printed import for_bibtex, shown
from earthprice.results.cells import csv_text, each_text
from earthprice.study.assessment import Assessment
from earthprice.study.bands import HOLDS

TABLES = (
    "figures",
    "series",
    "exports",
    "licences",
    "groups",
    "articles",
    "drivers",
    "assumptions",
    "reconciliation",
    "readings",
    "side_by_side",
    "options",
    "flows",
    "sources",
    "compliance",
    "exposure",
    "rare",
    "standing",
    "prior",
    "horizon",
)
"""The assessment's tables, written under these names."""


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """A table as CSV: UTF-8 with its mark, dot decimals, every digit; no text that a spreadsheet would run."""
    path.write_bytes(csv_text(table).encode("utf-8-sig"))


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """A table as Parquet; a column of mixed kinds becomes text."""
    mixed = [c for c in table.columns if pd.api.types.infer_dtype(table[c], skipna=True).startswith("mixed")]
    each_text(table.astype(dict.fromkeys(mixed, str)), shown).to_parquet(path, index=False)


def dataset(a: Assessment) -> xr.Dataset:
    """The paths as arrays: a variable each, by item, zone, scenario, year and quantile, with its unit."""
    arrays = {}
    for name, rows in a.series.groupby("variable", sort=True):
        index = ["item", "zone", "scenario", "year"]
        table = rows.drop_duplicates(index).set_index(index)[["p05", "p50", "p95"]].astype(float)
        table.columns = pd.Index([0.05, 0.5, 0.95], name="quantile")
        array = xr.DataArray.from_series(table.stack(future_stack=True))
        array = array.rename({"item": f"item_{name}", "zone": f"zone_{name}"})
        arrays[str(name)] = array.assign_attrs(units="; ".join(dict.fromkeys(rows["unit"])))
    return xr.Dataset(arrays, attrs={"title": shown(a.meta.title), "facts_hash": a.meta.facts_hash, "quantiles": HOLDS})


def bibtex(sources: pd.DataFrame) -> str:
    """The sources as BibTeX entries."""
    entries = []
    for key, source, confidence in zip(sources["key"], sources["source"], sources["confidence"]):
        cite, sure = for_bibtex(str(source)), for_bibtex(str(confidence))
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in str(key))
        entries.append(f"@misc{{{name},\n  title = {{{cite}}},\n  note = {{confidence {sure}}}\n}}\n")
    return "\n".join(entries)
