"""Links: what passes as licensed pays at the base prices; a link without a flow is open and carries a trace."""

from __future__ import annotations

import math

import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.world.draft import Columns
from earthprice.world.links import feed_trade, laundering, smuggling, trade

WORLD = load_world()
CENTRAL = WORLD.numbers.central


def test_as_much_is_laundered_as_pays_at_the_base_prices() -> None:
    found = {d.id: d for d in laundering(CENTRAL, WORLD.outline)}
    assert len(found) > 3
    for d in found.values():
        (black, taken), (lawful, given) = d.entries
        low, high = (CENTRAL[f"price/{node}/price"] for node in (black, lawful))
        spread = CENTRAL["model/launder/spread"] * high
        share = 1.0 / (1.0 + math.exp((CENTRAL["model/launder/discount"] * high + low - high) / spread))
        assert (taken, given) == (-1.0, 1.0)
        assert d.level == pytest.approx(d.room * share) and 0.0 < Columns([d]).used(np.array([d.level]))[0] < 1.0


def test_a_dearer_licensed_price_lets_more_pass() -> None:
    name = next(iter(laundering(CENTRAL, WORLD.outline))).entries[1][0]
    dear = {**CENTRAL, f"price/{name}/price": 1.3 * CENTRAL[f"price/{name}/price"]}
    before, after = (next(iter(laundering(v, WORLD.outline))) for v in (CENTRAL, dear))
    assert after.level > before.level and after.room == before.room


@pytest.mark.parametrize("links", [trade, feed_trade, smuggling])
def test_a_link_takes_at_its_origin_and_gives_where_it_ends(links) -> None:
    for d in links(CENTRAL, WORLD.outline):
        (origin, taken), (end, given) = d.entries
        words = dict(d.attributes)
        assert (taken, given) == (-1.0, 1.0) and origin.endswith(f"@{d.zone}") and end.endswith(f"@{words['partner']}")
        assert d.level > 0.0 and d.motion == "adapt" and 0.0 < d.use < 1.0


def test_a_link_without_a_flow_is_open_and_carries_a_trace() -> None:
    found = {d.id: d for d in trade(CENTRAL, WORLD.outline)}
    assert CENTRAL["trade/ndpr_oxide/AUS/JPN/level"] == 0.0
    idle = found["ship/ndpr_oxide/AUS/JPN"]
    assert idle.level == CENTRAL["model/trade/trace"]
    assert idle.level / idle.use == pytest.approx(CENTRAL["model/trade/open"])
