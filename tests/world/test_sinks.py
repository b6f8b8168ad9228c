"""Sinks: what is made finds an outlet, which moves no base year and belongs to who makes it."""

from __future__ import annotations

import numpy as np

from earthprice.facts.world import load_world

WORLD = load_world()


def test_what_plants_make_finds_an_outlet_and_metal_thrown_away_moves_no_base_year() -> None:
    """Without one, a metal that nobody takes any more falls as far below nil as it takes to stop its makers."""
    act, a = WORLD.network.activities, WORLD.network.matrix
    metals = [n for n in WORLD.network.nodes.index if "_metal@" in str(n) and (a[WORLD.network.node(n)] > 0).any()]
    throws = (act["doing"] == "dispose").to_numpy()
    assert len(metals) > 5
    for node in metals:
        row = a[WORLD.network.node(node)]
        if not (row[(act["stage"] == "metal").to_numpy()] > 0).any():
            continue
        dumps = act.index[(row < 0) & throws]
        assert list(dumps) == [f"discard/{node.replace('@', '/')}"]
        made = float(act["level"].to_numpy() @ np.maximum(row, 0.0))
        assert act.at[dumps[0], "level"] < 1e-6 * made and act.at[dumps[0], "capacity"] > 0.5 * made


def test_concentrate_put_aside_belongs_to_who_digs_it() -> None:
    """It was booked to separators, also in Myanmar, which has none."""
    act = load_world(base_year=2024).network.activities
    put = act[act.index.str.startswith("put_aside/")].set_index(["good", "zone"])["group"]
    assert set(put) == {"licensed miner", "unlicensed digger"} and put["conc_clay_medium", "MMR"] == "unlicensed digger"
    assert "separator" not in set(act.loc[act["zone"] == "MMR", "group"])
    assert set(act.loc[act.index.str.startswith("dump/dy_oxide/"), "group"]) == {"separator"}
