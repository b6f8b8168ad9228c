"""Ways of ore: who can do business with whom."""

from __future__ import annotations

import numpy as np

from earthprice.dynamics.ways import ways


def test_mines_and_plants_of_one_way_are_joined_by_what_is_shipped(base) -> None:
    """Mt Weld's ore goes from Australia to one plant in Southeast Asia, which takes no other."""
    gives, takes = ways(base.world.network)
    ids = [d.id for d in base.drafts]
    plant = ids.index("separate/SEA/mt_weld/imported/licensed")
    (way,) = np.flatnonzero(takes[:, plant])
    assert {ids[j] for j in np.flatnonzero(gives[way])} == {f"dig/mt_weld/{x}/licensed" for x in ("rich", "lean")}
    assert np.flatnonzero(takes[way]).tolist() == [plant]


def test_each_mine_and_each_plant_is_on_one_way_at_most(base) -> None:
    gives, takes = ways(base.world.network)
    assert ((gives > 0).sum(0) <= 1).all() and ((takes > 0).sum(0) <= 1).all()
    assert (gives > 0).any(1).all() and (takes > 0).any(1).all(), "a way has both"


def test_ore_dug_without_a_licence_goes_its_own_way(base) -> None:
    gives, takes = ways(base.world.network)
    for way in range(len(gives)):
        home = [d for j, d in enumerate(base.drafts) if d.zone == "CHN" and gives[way, j] + takes[way, j] > 0]
        wild = {d.id.endswith("unlicensed") for d in home if "imported" not in d.id}
        assert len(wild) <= 1
