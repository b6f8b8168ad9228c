"""The totals of a hindcast against sums by hand, and their keys."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from earthprice.facts.world import load_world
from earthprice.past.hindcast import PASTS
from earthprice.past.matching import ORE_TRADE, OTHER, VALUE
from earthprice.past.moments import Moments
from earthprice.past.totals import BOTH, totals
from tools.pages.hindcast import aims

KEYS = {
    "n",
    "ratio_no_change",
    "ratio_without_ore_trade",
    "value_elements",
    "typical",
    "coverage_printed",
    "crps",
    "autocorrelation",
    "skewness",
}


def table(*rows: tuple) -> pd.DataFrame:
    """Scores: past, group, n, log_rmse, no_change, crps, autocorrelation of the record."""
    found = pd.DataFrame(rows, columns=["past", "group", "n", "log_rmse", "no_change", "crps", Moments._fields[1]])
    found = found.assign(series="x", coverage=1.0, sign=1.0, **{k: 0.5 for k in Moments._fields if k not in found})
    for rival in ("no_change", "autoregression", "regression"):
        found[rival] = found["no_change"]
        found[f"ratio_{rival}"] = found["log_rmse"] / found["no_change"]
    return found


def test_totals_are_those_by_hand() -> None:
    scores = table(
        ("a", VALUE, 2, 2.0, 1.0, 0.1, 0.4),
        ("a", ORE_TRADE, 2, 4.0, 8.0, 0.3, np.nan),
        ("b", VALUE, 4, 1.0, 1.0, 0.6, np.nan),
        ("b", OTHER, 4, 1.0, 2.0, 0.2, 0.9),
    )
    ranges = pd.DataFrame({"coverage": [0.9, 0.8, 0.95]}, index=["all", "all, a", "all, b"])
    said = totals(scores, ranges)
    assert list(said) == [BOTH, "a", "b"] and all(set(of) == KEYS for of in said.values())
    assert said["a"]["ratio_no_change"] == pytest.approx(np.sqrt(20.0 / 65.0))
    assert said["a"]["ratio_without_ore_trade"] == said["a"]["value_elements"] == pytest.approx(2.0)
    assert said[BOTH]["value_elements"] == pytest.approx(np.sqrt((2 * 4 + 4 * 1) / 6))
    assert said["a"]["typical"] == pytest.approx(1.0) and said["b"]["typical"] == pytest.approx(np.sqrt(0.5))
    assert said[BOTH]["crps"] == pytest.approx((0.2 + 0.6 + 2.4 + 0.8) / 12) and said[BOTH]["n"] == 12
    assert [of["coverage_printed"] for of in said.values()] == [0.9, 0.8, 0.95]
    assert said[BOTH]["autocorrelation"] == {"model": 0.5, "record": 0.4}, "value elements alone"
    assert np.isnan(said["b"]["autocorrelation"]["record"])


def test_what_ships_has_all_of_them() -> None:
    world = load_world()
    said = totals(world.hindcast, world.rolling.set_index("ahead"))
    assert list(said) == [BOTH, *(p.name for p in PASTS)]
    for of in said.values():
        told = [v for x in of.values() for v in (x.values() if isinstance(x, dict) else [x])]
        assert np.isfinite(told).all()
    assert said[BOTH]["ratio_without_ore_trade"] > said[BOTH]["ratio_no_change"], "traded ore flatters the pooled ratio"
    groups = world.hindcast[world.hindcast["group"] == ORE_TRADE]["series"]
    assert set(groups) == {"feed from Myanmar", "ore from USA"}


def test_the_aims_that_were_reached_stay_reached() -> None:
    """A score that width does not buy, and no spike in 2016 to 2019; the page says which are missed, coverage four
    years ahead and more, a point too wide, among them."""
    rows = [line.strip("| ").split(" | ") for line in aims(load_world()).splitlines()[2:]]
    held = [aim for aim, _, verdict in rows if verdict == "held"]
    assert len(rows) == 7
    for words in ("CRPS of these ranges", "no rise of a value element"):
        assert any(words in aim for aim in held), words
