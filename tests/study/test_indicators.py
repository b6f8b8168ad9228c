"""Bands kept for monitoring: in the record's terms, under both laws, with those of the reviews in force."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from earthprice.past.matching import matches, recorded
from earthprice.study.assessment import INDICATOR_COLUMNS
from earthprice.study.bands import bands
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import pairs
from earthprice.study.frame import Frame
from earthprice.study.indicators import indicators
from earthprice.world.world import World
from tests.small import framed

DAY = "2021-03-01"


@pytest.fixture(scope="module")
def f(world: World) -> Frame:
    return framed(world, draws=2, years=(2021, 2022), period="year")


@pytest.fixture(scope="module")
def kept(f: Frame) -> pd.DataFrame:
    both = pairs(f.plan, fitted_sample(f), None, 0, lambda *_: None, 1)
    return indicators(f.plan, both, range(2021, 2023), bands(f.plan.lens, DAY, both, 1), DAY)


def test_a_band_a_series_year_and_law(kept: pd.DataFrame) -> None:
    assert tuple(kept.columns) == INDICATOR_COLUMNS
    ours = kept[~kept["band"].str.startswith("review")]
    assert not ours.duplicated(["series", "zone", "band", "year"]).any()
    assert {"text", "no text"} == set(ours["band"]) and (ours["late"] == 0).all()
    assert (ours["p05"] <= ours["p50"]).all() and (ours["p50"] <= ours["p95"]).all() and (ours["p05"] > 0).all()
    assert {"price_home/ndpr_oxide", "price_fob/dy_oxide", "exports_product_weight", "unlicensed_share"} <= set(
        ours["series"]
    )


def test_customs_weight_is_the_records_of_the_base_year_times_growth(kept: pd.DataFrame, f: Frame) -> None:
    record = recorded(f.world.observed, matches(f.plan.lens)["exports"])[2019]
    rows = kept[(kept["series"] == "exports_product_weight") & (kept["band"] == "no text")]
    assert set(rows["unit"]) == {"kt product"} and record == pytest.approx(46.33)
    assert (rows["p50"] / record).between(0.4, 2.5).all()


def test_the_reviews_band_is_its_ratio_times_the_base_year(kept: pd.DataFrame, f: Frame) -> None:
    rows = kept[(kept["band"] == "review R1") & (kept["series"] == "price_home/ndpr_oxide")]
    base = recorded(f.world.observed, matches(f.plan.lens)["price_home/ndpr_oxide"])[2019]
    assert list(rows["year"]) == [2021, 2022] and set(rows["late"]) == {1}
    assert rows["p05"].to_numpy() == pytest.approx(0.8 * base, rel=1e-3)
    assert rows["p95"].to_numpy() == pytest.approx(1.3 * base, rel=1e-3)
    share = kept[(kept["band"] == "review R1") & (kept["series"] == "unlicensed_share")]
    assert share["p05"].isna().all() and np.allclose(share["p95"], 0.30) and set(share["late"]) == {2}
