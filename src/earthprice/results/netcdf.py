"""NetCDF after the conventions for climate and forecast (CF 1.11): quantiles of the paths, and every draw.

A variable has one unit, known to UDUNITS; money, which that does not know, stands in `currency` and in `long_name`.
Paths of a variable lie along `series`, each with its item and zone, so that no array is filled up with nothing. `time`
is the first day of a period, `year` the same as a number. https://cfconventions.org
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from earthprice.report.later import xr
from earthprice.report.printed import files_alone, printable
from earthprice.study.assessment import Assessment
from earthprice.study.bands import HOLDS
from earthprice.study.every_draw import SCENARIOS

FROM_PYTHON = "earthprice.assess, called from Python"
"""How a file came about where no command did it."""
CONVENTIONS = "CF-1.11"
SINCE = "days since 1900-01-01 00:00:00"
QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}
UNITS = {
    "%": "percent",
    "% REO": "percent",
    "MUSD2020/yr": "1e6 year-1",
    "Mm3/yr": "1e6 m3 year-1",
    "USD2020/kg": "kg-1",
    "USD2020/t REO": "1e-3 kg-1",
    "index": "1",
    "index, base year = 1": "1",
    "km2/yr": "km2 year-1",
    "kt CO2e/yr": "1e6 kg year-1",
    "kt REO": "1e6 kg",
    "kt REO/yr": "1e6 kg year-1",
    "kt/yr": "1e6 kg year-1",
    "per yr": "year-1",
}
"""Units of the assessment as UDUNITS spells them; its `kt` is a knot."""


def quantiles(a: Assessment) -> xr.Dataset:
    """The paths with their 9-in-10 ranges: dimensions series, scenario, quantile, time; what is no law apart."""
    arrays: dict[str, Any] = {}
    for name, rows in _groups(a.series):
        found: dict[tuple[Any, ...], tuple[float, ...]] = {}
        for row in zip(*(rows[c].tolist() for c in ("item", "zone", "scenario", "year", *QUANTILES)), strict=True):
            found.setdefault(row[:4], row[4:])
        labels, laws, years = (sorted({key[part] for key in found}) for part in (slice(2), 2, 3))
        unknown = (np.nan,) * len(QUANTILES)
        values = np.array([[[found.get((*i, s, y), unknown) for y in years] for s in laws] for i in labels], float)
        dims = (f"series_{name}", f"scenario_{name}", "quantile", f"time_{name}")  # CF: time stands last
        arrays[name] = (dims, values.swapaxes(2, 3), _said(name, rows["unit"].iloc[0]))
        arrays |= _labels(name, pd.DataFrame(labels, columns=["item", "zone"]))
        arrays |= _scenarios(f"scenario_{name}", laws) | _times(f"time_{name}", years)
    spread = ("quantile", list(QUANTILES.values()), {"long_name": "quantile over draws", "units": "1"})
    return _dataset(a, arrays | {"quantile": spread}, HOLDS)


def draws(a: Assessment) -> xr.Dataset:
    """The paths in every draw that cleared: dimensions series, scenario, realization, time."""
    e = a.every_draw
    arrays: dict[str, Any] = _scenarios("scenario", SCENARIOS) | _times("time", e.years)
    several = e.labels.groupby("variable")["unit"].nunique()
    for (variable, unit), rows in e.labels.groupby(["variable", "unit"], sort=True):
        name = _name(str(variable), str(unit), several[variable] > 1)
        values = e.values[:, rows.index].swapaxes(0, 1).astype(np.float32)
        arrays[name] = ((f"series_{name}", "scenario", "realization", "time"), values, _said(name, str(unit)))
        arrays |= _labels(name, rows)
    number = {"standard_name": "realization", "long_name": "number of the draw", "units": "1"}
    arrays["realization"] = ("realization", np.array(e.draws, np.int32), number)
    return _dataset(a, arrays, "The model's own figures: what it leaves out of levels is in paths.nc, not here.")


def write_netcdf(data: xr.Dataset, path: Path) -> None:
    """A dataset as a NetCDF file of the classic form, which every reader takes."""
    data.to_netcdf(path, engine="scipy", encoding={name: {"_FillValue": None} for name in data.coords})


def _groups(series: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Paths of one variable, unit and kind of scenario: both laws together, others apart."""
    several = series.groupby("variable")["unit"].nunique()
    kinds = series["scenario"].where(~series["scenario"].isin(SCENARIOS), "")
    for (variable, unit, kind), rows in series.groupby(["variable", "unit", kinds], sort=True):
        name = _name(str(variable), str(unit), several[variable] > 1)
        yield f"{name}_{kind.replace(' ', '_')}" if kind else name, rows


def _name(variable: str, unit: str, several: bool) -> str:
    """A variable's name, with its unit where it has several."""
    return f"{variable}_{''.join(c if c.isalnum() else '_' for c in unit)}" if several else variable


def _said(name: str, unit: str) -> dict[str, str]:
    money = {"currency": "USD of 2020"} if "USD" in unit else {}
    words = {"long_name": f"{name.replace('_', ' ')} [{unit}]", "units": UNITS[unit], **money}
    return words | {"coordinates": f"item_{name} zone_{name}"}


def _labels(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    return {
        f"{column}_{name}": (f"series_{name}", [printable(str(v)) or "all" for v in rows[column]], {"long_name": words})
        for column, words in (("item", "what the path is of"), ("zone", "zone or country"))
    }


def _scenarios(dim: str, names: Any) -> dict[str, Any]:
    return {f"name_{dim}": (dim, list(names), {"long_name": "law: baseline, reform; or what else the path is"})}


def _times(dim: str, years: Any) -> dict[str, Any]:
    starts = np.array([pd.Timestamp(int(y), 1 + round(12 * (y % 1)), 1) for y in years], "datetime64[D]")
    days = (starts - np.datetime64("1900-01-01")).astype(np.int32)
    said = {"standard_name": "time", "long_name": "first day of the period", "axis": "T", "calendar": "standard"}
    number = {"long_name": "year, a part of it as a fraction", "units": "1"}
    said |= {"units": SINCE, "units_metadata": "leap_seconds: none"}
    return {dim: (dim, days, said), f"year_{dim}": (dim, np.array(years, float), number)}


def _dataset(a: Assessment, arrays: dict[str, Any], comment: str) -> xr.Dataset:
    places = ("item_", "zone_", "name_", "time", "year_", "quantile", "realization")
    coords = {name: array for name, array in arrays.items() if name.startswith(places)}
    said = {
        "Conventions": CONVENTIONS,
        "title": printable(a.meta.title),
        "source": f"earthprice {a.meta.versions['earthprice']}, facts {a.meta.facts_hash}",
        "history": printable(files_alone(a.meta.command)) or FROM_PYTHON,
        "institution": "computed by the user of earthprice",
        "references": "docs/report.md, docs/study.md",
        "comment": comment,
        "facts_hash": a.meta.facts_hash,
    }
    return xr.Dataset({n: x for n, x in arrays.items() if n not in coords}, coords, said)
