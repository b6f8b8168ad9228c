"""A floor at which the state buys: the price is the floor while tonnes are left to buy."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from earthprice.runs.engine import run
from earthprice.study.draws import fitted_sample
from earthprice.study.ensemble import laws_and_point
from earthprice.study.frame import frame
from earthprice.study.options import Options
from earthprice.world.world import World

FLOOR = str(Path(__file__).parent / "cases" / "usa-floor.yaml")


def test_the_price_is_the_floor_while_tonnes_remain(world: World) -> None:
    f = frame(FLOOR, Options(draws=4, years=(2024, 2028)), world)
    sample, held = fitted_sample(f), 0
    for draw in range(4):
        _, reform, p = laws_and_point(f.plan, sample, draw)
        record = run(f.plan.engine, p, reform).record
        price = record.price[:, world.network.node("ndpr_oxide@USA")]
        bought = record.level[:, world.network.activities.index.get_loc("ndpr_oxide@USA/floor_buy")]
        whole = np.floor(f.plan.engine.years) > 2025
        some = whole & (bought > 0.05) & (bought < 0.95 * 6.0)
        assert np.abs(price[some] - 110.0).max(initial=0.0) < 1.5
        assert (price[whole & (bought < 0.05)] > 109.0).all() and (price[whole & (bought > 5.9)] < 111.0).all()
        held += int(some.sum())
    assert held >= 3
