"""Published results beside ours: mines abroad at the prices of 2011 and 2016; restrictions kept against free trade."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from earthprice.demos.lab import Lab
from earthprice.demos.pothen import BASE_YEAR, FROM, LAST, LAW, QUOTA, UNTIL, FreeTrade, beside
from earthprice.facts.store import load_facts
from earthprice.facts.world import load_world
from earthprice.world.world import World

OXIDES = {"la": "La", "ce": "Ce", "tb": "Tb", "dy": "Dy", "y": "Y"}
"""Oxides with a price in both years; what else an ore holds is counted as worth nothing."""
SEPARATED, WORN = 0.9, 0.04
"""Recovery of separation, and depreciation a year beside the cost of capital, as in docs/model.md."""
ALREADY_DUG = "eneabba"
"""A stockpile of monazite: no mine has to be opened."""
PAPER = {2011: 9, 2016: 0}
"""O'Brien & Alonso 2025: projects outside China of 12 whose value was positive at the prices of the year."""


@pytest.fixture(scope="module")
def then() -> FreeTrade:
    return FreeTrade(Lab(load_world(base_year=BASE_YEAR), last=LAST, base=LAW))


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def fob(year: int) -> dict[str, float]:
    """Export prices of a year [USD/kg, nominal]; neodymium's for neodymium with praseodymium."""
    prices = load_facts().tables["prices"]
    at = prices[
        prices["basis_of_price"].str.startswith("FOB China")
        & prices["product"].eq("oxide")
        & prices["unit"].eq("USD/kg")
        & prices["date"].str.startswith(str(year))
    ]

    def of(element: str) -> float:
        rows = at[at["element"] == element]
        yearly = rows[rows["period"] == "annual average"]
        return float((yearly if len(yearly) else rows)["value"].iloc[0])

    return {**{e: of(name) for e, name in OXIDES.items()}, "ndpr": of("Nd")}


def margins(world: World, price: dict[str, float]) -> pd.Series:
    """Margin of every project outside China that pays for its mine [USD/kg REO], as laws.capacity reckons it.

    margin = recovery x sum share x price - separation - mining - (cost of capital + depreciation) x capex
    """
    v, out = world.numbers.central, {}
    annuity = v["model/capital/world/discount"] + WORN
    for d in world.structure["deposits"].itertuples():
        key, ore = f"deposit/{d.id}", d.concentrate
        if d.zone == "CHN" or not v.get(f"{key}/planned_capacity", 0.0) or v.get(f"{key}/output_licensed", 0.0):
            continue
        plants = [
            f"separation/{z}/{ore}/{feed}/licensed/cost"
            for z in (d.zone, *world.structure["zones"]["id"])
            for feed in ("home", "imported")
        ]
        separation = next(v[p] for p in plants if p in v)
        basket = sum(v.get(f"concentrate/{ore}/share_{e}", 0.0) / 100.0 * p for e, p in price.items())
        out[str(d.id)] = SEPARATED * basket - separation - v[f"{key}/cost"] - annuity * v[f"{key}/capex"]
    return pd.Series(out)


def test_projects_abroad_pay_at_the_peak_of_2011(world: World) -> None:
    found = margins(world, fob(2011))
    assert len(found) == 12
    assert (found > 0).sum() >= PAPER[2011]


def test_no_hard_rock_mine_abroad_pays_at_the_low_of_2016(world: World) -> None:
    found = margins(world, fob(2016)).drop(ALREADY_DUG)
    ore = world.structure["concentrates"].set_index("id")["ore"]
    deposits = world.structure["deposits"].set_index("id")["concentrate"]
    clay = np.array([ore[deposits[d]] == "ion_clay" for d in found.index])
    assert (found[~clay] > 0).sum() == PAPER[2016]
    # Clays, which nobody dug outside China and Myanmar in 2016, are near their break-even: no rent to speak of.
    assert found[clay].max() < 0.25 * margins(world, fob(2011))[found.index[clay]].min()


def test_the_counterfactual_is_the_law_of_the_time_until_it_parts(then: FreeTrade) -> None:
    law, kept, free = then.lab.terms(), then.terms(quota=True, duty=True), then.terms(quota=False, duty=False)
    i, early = law.permits.index(QUOTA), then.lab.years < FROM
    assert np.array_equal(kept.permit_amount[early, i], law.permit_amount[early, i])
    assert np.array_equal(free.advalorem[early], law.advalorem[early])
    on, at = then.span(FROM, UNTIL), then.lab.at(FROM)
    assert np.all(kept.permit_amount[on, i] == law.permit_amount[at, i]) and np.isinf(free.permit_amount[on, i]).all()
    assert np.allclose(kept.advalorem[on] - free.advalorem[on], law.advalorem[at] - free.advalorem[at])
    assert np.isinf(kept.permit_amount[then.lab.at(UNTIL + 1) :, i]).all()


def test_nothing_differs_before_the_restrictions_do(then: FreeTrade) -> None:
    for group in ("light", "heavy"):
        assert then.premium(then.both, group)[then.lab.years < FROM] == pytest.approx(0.0, abs=1e-6)


def test_published_figures_stand_beside_ours(then: FreeTrade) -> None:
    table = beside(then).set_index("figure")
    assert table["published"].tolist() == [21.0, 100.0, 0.0, 1.96]
    known = table["published"] > 0
    assert table["ratio"][known].to_numpy() == pytest.approx((table["ours"] / table["published"])[known])
    assert (table["ours"][known] > 0).all(), "the signs are the published ones"
