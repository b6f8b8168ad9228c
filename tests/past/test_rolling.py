"""Rolling origins: nine in ten of what was recorded after a cut-off lies in the range drawn at it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from earthprice.facts.world import load_world
from earthprice.past.rolling import AHEAD, COLUMNS, FIRST, coverage_by_distance, rolling


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return rolling()


def test_every_year_is_a_cut_off_and_every_value_after_it_counts(found: pd.DataFrame) -> None:
    assert tuple(found.columns) == COLUMNS
    assert sorted(set(found["origin"])) == list(range(FIRST, 2024))
    assert (found["year"] - found["origin"] == found["ahead"]).all() and (found["ahead"] >= 1).all()
    named = set(found.loc[found["value"], "series"])
    assert {"price_home/dy_oxide", "price_fob/tb_oxide", "price_home/ndpr_oxide"} <= named
    assert not any("ce_oxide" in n or "la_oxide" in n or n.startswith("gap/") for n in named)


def test_the_ranges_that_are_printed_hold_nine_in_ten(found: pd.DataFrame) -> None:
    said = coverage_by_distance(found)
    assert 0.85 <= said.loc["all", "coverage"] <= 0.95
    assert 0.85 <= said.loc["1", "coverage"] <= said.loc["4 and more", "coverage"]
    assert said.loc["value elements, 1", "coverage"] >= 0.85


def test_a_gap_is_narrow_where_its_element_was_calm_and_still_holds_what_came(found: pd.DataFrame) -> None:
    gaps = found[found["series"].str.startswith("gap/")]
    assert 0.85 <= gaps["inside"].mean() <= 0.95
    ndpr = gaps[(gaps["series"] == "gap/ndpr_oxide") & (gaps["year"] >= 2016)]
    known = ndpr["origin"] >= 2020
    assert ndpr["inside"].all() and known.sum() >= 10
    assert ndpr.loc[known, "width"].max() < 0.4 < 1.2 < gaps.loc[gaps["year"] <= 2014, "width"].mean()
    assert ndpr["crps"].mean() < 0.05


def test_width_is_not_what_buys_it(found: pd.DataFrame) -> None:
    """The score, which a range pays for being wide, beats that of no change at every distance."""
    said = coverage_by_distance(found)
    assert (said["crps"] < said["no_change"]).loc[[*AHEAD]].all()


def test_ranges_widen_with_distance(found: pd.DataFrame) -> None:
    assert found.groupby("ahead")["width"].mean().loc[[1, 3, 6]].is_monotonic_increasing


def test_what_ships_is_what_is_measured(found: pd.DataFrame) -> None:
    shipped = load_world().rolling.set_index("ahead")
    assert shipped.index.tolist() == coverage_by_distance(found).index.tolist()
    assert shipped["coverage"].to_numpy() == pytest.approx(
        coverage_by_distance(found)["coverage"].to_numpy(), abs=0.02
    ), "make hindcast"


def test_the_summary_counts_by_hand() -> None:
    rows = [
        ("p", 2010, s, 2010 + a, a, s == "x", a < 3, 1.0, 0.2, np.nan if a == 2 else 0.5)
        for s in "xy"
        for a in (1, 2, 3, 4)
    ]
    said = coverage_by_distance(pd.DataFrame(rows, columns=list(COLUMNS)))
    assert said.loc["all", "n"] == 8 and said.loc["all", "coverage"] == 0.5 and said.loc["2-3", "coverage"] == 0.5
    assert said.loc["value elements, all", "n"] == 4 and said.loc["all", "no_change"] == 0.5
    assert said.loc["all", "low"] == said.loc["all", "high"] == 0.5
