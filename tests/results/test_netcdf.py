"""NetCDF: what the CF conventions ask for, and the same numbers as the tables."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from earthprice.errors import OptionError
from earthprice.results import write
from earthprice.results.netcdf import UNITS, draws, quantiles, write_netcdf
from earthprice.study.assessment import Assessment
from earthprice.study.every_draw import LABELS, EveryDraw
from earthprice.study.figures import SHOWN
from earthprice.study.figures import UNITS as OF_BURDENS

KNOWN = {"1", "percent", "kg-1", "1e-3 kg-1", "year-1", "km2 year-1"} | {
    f"1e6{of}{per}" for of in ("", " kg", " m3") for per in ("", " year-1")
}


def keeps_cf(data: xr.Dataset) -> None:
    """What CF 1.11 demands of a file such as ours; `data` is opened without decoding."""
    assert data.attrs["Conventions"] == "CF-1.11"
    said = ("title", "source", "history", "institution", "references", "comment")
    assert all(data.attrs.get(name) for name in said), "none is empty, also where no command was given"
    for name, array in data.variables.items():
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", str(name))
        assert array.attrs.get("long_name") or array.attrs.get("standard_name"), name
        if array.dtype.kind == "S":
            assert "units" not in array.attrs and str(name) not in data.sizes
            continue
        assert array.attrs["units"] in KNOWN or array.attrs["units"].startswith("days since 1900-01-01"), name
        if array.attrs.get("standard_name") == "time":
            assert array.dims == (name,) and array.attrs["calendar"] == "standard" and array.attrs["axis"] == "T"
            assert (np.diff(array.values) > 0).all()
        assert "time" not in str(array.dims[:-1]), f"{name}: time is not its last dimension"
        for said in str(array.attrs.get("coordinates", "")).split():
            dims = data[said].dims[:-1] if data[said].dtype.kind == "S" else data[said].dims
            assert set(dims) <= set(array.dims), (name, said)


def written(data: xr.Dataset, path: Path) -> xr.Dataset:
    write_netcdf(data, path)
    with xr.open_dataset(path, engine="scipy", decode_cf=False) as raw:
        keeps_cf(raw.load())
    with xr.open_dataset(path, engine="scipy") as read:
        return read.load()


@pytest.mark.parametrize("unit", sorted({u for *_, u in SHOWN} | set(OF_BURDENS.values())))
def test_every_unit_has_a_spelling(unit: str) -> None:
    assert UNITS[unit] in KNOWN


def test_quantiles_are_those_of_the_table(assessment: Assessment, tmp_path: Path) -> None:
    paths = written(quantiles(assessment), tmp_path / "paths.nc")
    assert {"price", "price_observed", "price_rare", "burden_Mm3_yr", "burden_MUSD2020_yr"} <= set(paths.data_vars)
    found = 0
    for name, array in paths.data_vars.items():
        assert float(array.notnull().mean()) >= 0.25, f"{name} is mostly empty"
        found += int(array.notnull().sum())
    told = assessment.series.drop_duplicates(["variable", "item", "zone", "scenario", "year", "unit"])
    assert found == int(told[["p05", "p50", "p95"]].notna().sum().sum())
    row = assessment.series.query(
        "variable == 'price' and item == 'dy' and scenario == 'reform' and year == 2026"
    ).iloc[0]
    price = paths["price"].isel(series_price=(paths["item_price"] == "dy").to_numpy())
    price = price.isel(scenario_price=list(paths["name_scenario_price"].values).index("reform")).squeeze()
    here = price.isel(time_price=(paths["year_time_price"] == 2026).to_numpy()).squeeze()
    np.testing.assert_array_equal(here, row[["p05", "p50", "p95"]].to_numpy(float))
    assert str(here["time_price"].values)[:10] == "2026-01-01"
    assert paths["price"].attrs["units"] == "kg-1" and paths["price"].attrs["currency"] == "USD of 2020"


@pytest.fixture
def drawn(assessment: Assessment) -> Assessment:
    labels = [
        ("price", "dy", "CHN", "USD2020/kg"),
        ("price", "tb", "CHN", "USD2020/kg"),
        ("burden", "Baotou:co2e", "CHN", "kt CO2e/yr"),
    ]
    values = np.arange(2 * 3 * 4 * 5, dtype=float).reshape(2, 3, 4, 5)
    years = (2024.0, 2024.25, 2024.5, 2024.75, 2025.0)
    return replace(
        assessment, every_draw=EveryDraw((0, 1, 17, 18), years, pd.DataFrame(labels, columns=list(LABELS)), values)
    )


def test_a_colleague_takes_one_draw(drawn: Assessment, tmp_path: Path) -> None:
    ensemble = written(draws(drawn), tmp_path / "ensemble.nc")
    one = ensemble.sel(realization=17)
    assert one["price"].dims == ("series_price", "scenario", "time") and one["burden"].attrs["units"] == "1e6 kg year-1"
    np.testing.assert_array_equal(one["price"].transpose("scenario", ...), drawn.every_draw.values[:, :2, 2])
    assert [str(t)[:10] for t in ensemble["time"].values[1:4]] == ["2024-04-01", "2024-07-01", "2024-10-01"]
    same = drawn.draw(17).query("variable == 'price' and item == 'tb' and scenario == 'reform'")
    assert same["value"].tolist() == one["price"].values[1, 1].tolist()
    assert len(drawn.draw(17)) == 2 * 3 * 5


def test_a_result_holds_both_files(drawn: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "_drawn", lambda *_: lambda: [])
    names = {p.name for p in write.write_report(drawn, tmp_path / "result", formats=("nc",))}
    assert {"paths.nc", "ensemble.nc"} <= names


def test_a_draw_that_is_not_kept_is_refused(drawn: Assessment, assessment: Assessment) -> None:
    with pytest.raises(OptionError, match="no draw 2.*one of 4 that cleared, from 0 to 18"):
        drawn.draw(2)
    with pytest.raises(OptionError, match="none"):
        replace(assessment, every_draw=EveryDraw()).draw(0)
