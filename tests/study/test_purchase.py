"""One's own purchase: what it costs, what goes missing of it, what the stock bridges, and from when output is short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.errors import OptionError
from earthprice.study.assessment import PURCHASE_COLUMNS
from earthprice.study.bands import bands
from earthprice.study.buyer import buyer_of, check_buyer
from earthprice.study.ensemble import Pair, Plan
from earthprice.study.purchase import _when, bought, drawn_down, missing, purchase, quarters
from earthprice.world.world import World
from tests.small import central_pair, framed

GIVEN = {
    "zone": "EUR",
    "tonnes": 1000,
    "recipe": {"ndpr": 0.3, "dy": 0.02},
    "suppliers": {"CHN": 0.8, "AUS": 0.2},
    "stock_months": 1.5,
}
BUYER = buyer_of(GIVEN)


@pytest.fixture(scope="module")
def one(world: World) -> tuple[Plan, Pair]:
    """The central draw under both laws."""
    plan = framed(world, years=(2021, 2022), period="year").plan
    return plan, central_pair(plan)


def cut(pair: Pair, share: float) -> Pair:
    """The same where exports of dysprosium to Europe fall by a share under the text."""
    name = "exports/dy_raw/EUR"
    fallen = {**pair.baseline.series, name: pair.baseline.series[name] * (1 - share)}
    return Pair(0, pair.baseline, replace(pair.baseline, series=fallen))


def test_what_is_bought_of_the_country_assessed_falls_with_its_exports(one) -> None:
    plan, pair = one
    at = quarters(plan, 2021)
    assert at.names()[0] == "2021Q1" and at.names()[-1] == "2022Q4" and len(at.period) == 8
    gone = missing(plan, BUYER, cut(pair, 0.25), at)
    assert gone["dy"] == pytest.approx(0.8 * 0.25) and gone["ndpr"] == pytest.approx(0.0)
    elsewhere = replace(BUYER, suppliers={"AUS": 1.0})
    assert missing(plan, elsewhere, cut(pair, 0.25), at)["dy"] == pytest.approx(0.0)
    more = missing(plan, BUYER, cut(pair, -0.25), at)
    assert more["dy"] == pytest.approx(0.0), "more than is needed is no stock"


def test_a_stock_bridges_until_it_is_gone() -> None:
    short, stock = drawn_down(np.array([0.2, 0.2, 0.2, 0.0]), 1.5)  # half a quarter's need
    assert short == pytest.approx([0.0, 0.0, 0.1, 0.0]) and stock == pytest.approx([0.9, 0.3, 0.0, 0.0])
    assert drawn_down(np.array([0.2]), 0.0)[0] == pytest.approx([0.2])


def test_cost_bill_and_the_date_by_quarter(one) -> None:
    plan, pair = one
    cases = [cut(pair, 0.25)]
    held = bands(plan.lens, "2021-03-01", [pair], 1)
    table = purchase(plan, cases, BUYER, 2021, held)
    assert tuple(table.columns) == PURCHASE_COLUMNS and len(table) == 8 * 4
    x = table.set_index(["quantity", "quarter"])
    assert list(x.loc["short"]["reform_p50"]) == pytest.approx([0, 0, 10, 20, 20, 20, 20, 20])
    assert list(x.loc["stock"]["reform_p50"])[:3] == pytest.approx([0.9, 0.3, 0.0])
    assert x.loc[("bill", "2022Q1"), "base_p50"] == pytest.approx(x.loc[("cost", "2022Q1"), "base_p50"] * 0.25)
    told = bought(plan, cases, BUYER, 2021, 2022, held)
    assert "in 1 of 1 draws, from 2021Q3 in the median" in told["answer"] and "by 20" in told["answer"]
    assert "1,000 t of magnets a year made in Europe, with 0.3 kg NdPr, 0.02 kg Dy" in told["because"]


def test_cost_is_the_recipe_times_the_prices_where_it_is_made(one) -> None:
    plan, pair = one
    table = purchase(plan, [pair], BUYER, 2021, bands(plan.lens, "2021-03-01", [pair], 1))
    row = table.set_index(["quantity", "quarter"]).loc[("cost", "2022Q1")]
    price = {
        e: [plan.engine.of_year(c.series[f"price/{e}_oxide@EUR"], 2022) for c in (pair.baseline, pair.reform)]
        for e in BUYER.recipe
    }
    was, now = (sum(BUYER.recipe[e] * price[e][i] for e in price) for i in (0, 1))
    assert row["diff_p50"] == pytest.approx(now - was, rel=1e-6, abs=1e-9)


def test_nothing_is_short_with_enough_stock(one) -> None:
    plan, pair = one
    held = bands(plan.lens, "2021-03-01", [pair], 1)
    told = bought(plan, [cut(pair, 0.25)], replace(BUYER, stock_months=60.0), 2021, 2022, held)
    assert "With 60 months of stock nothing is short in any of 1 draws." in told["answer"]
    assert _when(np.zeros((3, 2)), quarters(plan, 2021), BUYER).endswith("any of 3 draws.")


def test_without_a_purchase_there_is_no_table(one) -> None:
    plan, pair = one
    assert purchase(plan, [pair], None, 2021, bands(plan.lens, "2021-03-01", [pair], 1)).empty


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tonne": 3}, "unknown key 'tonne'. Did you mean 'tonnes'"),
        ({"zone": None}, "'zone' is missing"),
        ({"tonnes": 0}, "tonnes: nothing is bought"),
        ({"tonnes": "many"}, "tonnes: 'many' is no number"),
        ({"tonnes": float("nan")}, "tonnes: nan is no number"),
        ({"recipe": {}}, "recipe: {} is no mapping"),
        ({"recipe": {"ndpr": 0.8, "dy": 0.4}}, "recipe: 1.2 kg of oxide"),
        ({"suppliers": {"CHN": 0.8}}, "suppliers: shares sum to 0.8"),
        ({"suppliers": {"CHN": 2, "AUS": -1}}, "suppliers.CHN: 2 is out of bounds"),
        ({"stock_months": True}, "stock_months: True is no number"),
    ],
)
def test_a_bad_purchase_is_refused(changes, said) -> None:
    given = {k: v for k, v in {**GIVEN, **changes}.items() if v is not None}
    with pytest.raises(OptionError) as refused:
        buyer_of(given, "buyer.yaml")
    assert f"buyer.yaml{': ' if ': ' not in said else ''}" in str(refused.value) and said in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"zone": "EURO"}, "zone: unknown zone 'EURO'"),
        ({"suppliers": {"XXX": 1.0}}, "suppliers: unknown zone 'XXX'"),
        ({"recipe": {"nd": 0.3}}, "recipe: 'nd' has no price in EUR"),
    ],
)
def test_what_the_world_does_not_hold_is_refused(changes, said, world: World) -> None:
    with pytest.raises(OptionError, match=said):
        check_buyer(buyer_of({**GIVEN, **changes}), world)
