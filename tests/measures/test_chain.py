"""The chain's measures on cases with known answers."""

from __future__ import annotations

import pytest

from earthprice.measures.chain import chain
from earthprice.runs.engine import Outcome
from earthprice.study.frame import Frame


def test_use_of_plants_is_the_tables_in_the_base_year(small: Frame, reformed: Outcome) -> None:
    found, v = chain(small.plan.lens, reformed), reformed.point.values
    for make in ("magnet_low", "magnet_high"):
        assert found[f"capacity_use/{make}"][0] == pytest.approx(100 * v[f"magnet/{make}/CHN/standard/use"])


def test_who_only_mines_adds_the_price_of_his_concentrate(small: Frame, reformed: Outcome) -> None:
    """Myanmar digs one concentrate and buys nothing: value added per tonne is its price."""
    price = reformed.record.price[:, small.world.network.node("conc_clay_medium@MMR")]
    assert chain(small.plan.lens, reformed)["value_added/MMR"] == pytest.approx(1e3 * price)


def test_rare_earths_in_a_unit_of_each_good(small: Frame) -> None:
    """All of an oxide, about 30 % of a magnet, nothing of a mill hour."""
    content, goods = small.plan.lens.content, small.world.network.nodes["good"].str
    assert (content[goods.endswith("_oxide").to_numpy()] == 1.0).all()
    assert (content[goods.startswith("mill_").to_numpy()] == 0.0).all()
    magnets = content[goods.startswith("magnet").to_numpy()]
    assert ((magnets > 0.2) & (magnets < 0.5)).all()
