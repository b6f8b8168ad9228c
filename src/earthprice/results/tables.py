"""Tables as files: CSV and Parquet as they are, the IAMC long format, NetCDF, BibTeX."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import xarray as xr

from earthprice.report.printed import for_bibtex, shown
from earthprice.report.words import words
from earthprice.results.cells import csv_text, each_text
from earthprice.study.assessment import Assessment

TABLES = (
    "figures", "series", "exports", "groups", "articles", "drivers", "assumptions", "reconciliation", "readings",
    "options", "flows", "sources", "compliance", "exposure", "rare", "standing", "prior",
    "horizon",
)  # fmt: skip
"""The assessment's tables, written under these names."""

IAMC_COLUMNS = ("model", "scenario", "region", "variable", "unit", "year", "value")
QUANTILES = {"p50": "", "p05": "|5th percentile", "p95": "|95th percentile"}

IAMC_NAMES = {
    "price": "Price|Oxide", "price_gap": "Price|Oxide|Abroad less home", "feed": "Feed", "burden": "Burden",
    "ore": "Ore|Disturbed", "grade": "Ore|Grade", "tailings": "Ore|Tailings", "rich_share": "Ore|Rich share",
    "capacity": "Capacity", "capacity_use": "Capacity|Use",
    "high_share": "Magnets|High-grade share", "value_added": "Value added",
    "unlicensed_share": "Mining|Unlicensed share", "complaints": "Complaints",
    "damage": "External damage", "loop": "Index",
}  # fmt: skip
"""The assessment's variables in the IAMC tree of names."""


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """A table as CSV: UTF-8 with its mark, dot decimals, every digit; no text that a spreadsheet would run."""
    path.write_bytes(csv_text(table).encode("utf-8-sig"))


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """A table as Parquet; a column of mixed kinds becomes text."""
    mixed = [c for c in table.columns if pd.api.types.infer_dtype(table[c], skipna=True).startswith("mixed")]
    each_text(table.astype(dict.fromkeys(mixed, str)), shown).to_parquet(path, index=False)


def iamc(a: Assessment) -> pd.DataFrame:
    """The paths in the IAMC long format, median and both ends of the interval as three variables.

    Units as in the assessment; scenarios are named `<rulebook>` and `<baseline>`, the rare price and the observed
    values apart.
    """
    s = a.series
    names = {"baseline": a.meta.baseline, "reform": a.meta.rulebook, "rare": "rare price", "observed": "observed"}
    english = words("en")
    variable = [
        "|".join([IAMC_NAMES.get(v, v), *[english.name("good", part) for part in str(i).split(":") if part]])
        for v, i in zip(s["variable"], s["item"])
    ]
    version = a.meta.versions["earthprice"]
    parts = []
    for column, ending in QUANTILES.items():
        part = pd.DataFrame({
            "model": f"earthprice {version}", "scenario": s["scenario"].map(names).fillna(s["scenario"]),
            "region": s["zone"].replace("", "World"), "variable": [v + ending for v in variable], "unit": s["unit"],
            "year": whole_years(s["year"]), "value": s[column],
        })  # fmt: skip
        parts.append(part[part["value"].notna()])
    return pd.concat(parts, ignore_index=True)[list(IAMC_COLUMNS)]


def whole_years(years: pd.Series) -> pd.Series:
    """Years as whole numbers where all are."""
    return years.astype(int) if (years == years.round()).all() else years


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
    return xr.Dataset(arrays, attrs={"title": shown(a.meta.title), "facts_hash": a.meta.facts_hash})


def bibtex(sources: pd.DataFrame) -> str:
    """The sources as BibTeX entries."""
    entries = []
    for key, source, confidence in zip(sources["key"], sources["source"], sources["confidence"]):
        cite, sure = for_bibtex(str(source)), for_bibtex(str(confidence))
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in str(key))
        entries.append(f"@misc{{{name},\n  title = {{{cite}}},\n  note = {{confidence {sure}}}\n}}\n")
    return "\n".join(entries)
