"""The chain's measures on cases with known answers."""

from __future__ import annotations

import pytest

from earthprice.demos.lab import Lab


def test_use_of_plants_is_the_tables_in_the_base_year(lab: Lab) -> None:
    series, v = lab.series(lab.baseline), lab.central.values
    for make in ("magnet_low", "magnet_high"):
        assert series[f"capacity_use/{make}"][0] == pytest.approx(100 * v[f"magnet/{make}/CHN/standard/use"])


def test_who_only_mines_adds_the_price_of_his_concentrate(lab: Lab) -> None:
    """Myanmar digs one concentrate and buys nothing: value added per tonne is its price."""
    price = lab.price(lab.baseline, "conc_clay_medium@MMR")
    assert lab.series(lab.baseline)["value_added/MMR"] == pytest.approx(1e3 * price)


def test_rare_earths_in_a_unit_of_each_good(lab: Lab) -> None:
    """All of an oxide, about 30 % of a magnet, nothing of a mill hour."""
    content, goods = lab.lens.content, lab.world.network.nodes["good"].str
    assert (content[goods.endswith("_oxide").to_numpy()] == 1.0).all()
    assert (content[goods.startswith("mill_").to_numpy()] == 0.0).all()
    magnets = content[goods.startswith("magnet").to_numpy()]
    assert ((magnets > 0.2) & (magnets < 0.5)).all()
