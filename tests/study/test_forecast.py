"""The forecast of 2025 as it is committed: its form, what it rests on, and that it agrees with itself."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from earthprice.facts.world import load_world
from tools.pages import forecast

KEYS = ["series", "zone", "partner", "period", "unit"]
PERIODS = [f"2025Q{i}" for i in (1, 2, 3, 4)] + ["2025"]
ROUNDED = 2e-3
"""How far four rounded figures may move their mean."""
APART = 0.2
"""How far the median of a mean may lie from the mean of medians: draws that lead in one quarter do not in another."""


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(forecast.TABLE, dtype={"period": str}, keep_default_na=False)


def test_its_form(table: pd.DataFrame) -> None:
    assert tuple(table.columns) == forecast.COLUMNS and not table.duplicated(KEYS).any()
    numbers = table[["p05", "p50", "p95", "no_change"]]
    assert numbers.dtypes.eq(float).all() and (numbers > 0).all().all()
    for _, rows in table.groupby(["series", "zone", "partner", "unit"], sort=False):
        assert rows["period"].tolist() == PERIODS
    assert (table["p05"] <= table["p50"]).all() and (table["p50"] <= table["p95"]).all()


def test_every_series_asked_for_is_there(table: pd.DataFrame) -> None:
    prices = {f"price_{where}/{x}_oxide" for where in ("home", "europe") for x in "ndpr dy tb y sm gd la ce".split()}
    flows = {"exports_product_weight", "magnet_exports", "mining", "imports", "feed"}
    assert set(table["series"]) == prices | flows
    assert set(table.loc[table["series"] == "magnet_exports", "partner"]) == {"all", "USA", "EUR", "JPN", "KOR"}
    assert set(table.loc[table["series"] == "imports", "zone"]) == {"USA", "EUR", "JPN"}
    assert {"CHN", "world"} <= set(table.loc[table["series"] == "mining", "zone"])


def test_the_year_is_the_mean_of_its_quarters(table: pd.DataFrame) -> None:
    for _, rows in table.groupby(["series", "zone", "partner", "unit"], sort=False):
        quarters, year = rows.iloc[:4], rows.iloc[4]
        assert year["no_change"] == pytest.approx(quarters["no_change"].mean(), rel=ROUNDED)
        if not year["series"].startswith("price"):
            assert year["p50"] == pytest.approx(quarters["p50"].mean(), rel=APART)


def test_money_of_the_day_is_that_of_2020_over_the_deflator(table: pd.DataFrame) -> None:
    prices = table[table["series"].str.startswith("price")].pivot(index=KEYS[:4], columns="unit", values="p50")
    assert (prices["USD2020/kg"] / prices["USD/kg"]).to_numpy() == pytest.approx(forecast.deflator(), rel=ROUNDED)


def test_what_it_rests_on_is_said() -> None:
    page = Path(forecast.DOCS / forecast.PAGE).read_text("utf-8")
    for words in (forecast.AS_OF, forecast.LAW, f"{forecast.deflator():.4f}", "CNY/USD", "made on", "make forecast"):
        assert words in page
    now = load_world(base_year=2024).hash
    assert f"`{now}`" in page or f"facts since: {now}" in page, (
        f"the facts have moved since the forecast was made: add 'facts since: {now}' to docs/{forecast.PAGE}, or, "
        "while nobody has seen the record of 2025, run: make forecast"
    )


def test_a_fact_of_a_later_day_is_refused() -> None:
    assert forecast.known("trade-0039") == 55431
    assert forecast.known("1/2*trade-0039 -1*trade-1238") == pytest.approx(55431 / 2 - 4830)
    with pytest.raises(AssertionError, match="was not known"):
        forecast.known("magnets-0181")
