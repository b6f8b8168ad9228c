"""Fields: teams without a licence move between pits of one kind of ore, as much to each as there is ore in it."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.dynamics.fields import ways_between
from earthprice.dynamics.index import index
from earthprice.world.assembly import assemble
from earthprice.world.world import World


def test_ways_lead_to_ore_of_the_same_kind_in_proportion(world: World) -> None:
    values = world.numbers.central
    drafts = assemble(values, world.outline)
    names = index(world.network, drafts, world.structure)
    pits = [d for d in drafts if d.motion == "unlicensed" and d.stage == "mining"]
    pit = np.asarray(names.fixed.pit)
    assert pit.shape == (len(pits), len(drafts)) and (pit.sum(1) == 1.0).all() and len(pits) > 3
    assert [drafts[j].id for j in pit.argmax(1)] == [d.id for d in pits]
    ore = np.array([values["deposit/{}/ore_{}".format(*d.body.split("/"))] for d in pits])
    kind = np.array([dict(d.attributes)["ore"] for d in pits])
    for i, way in enumerate(ways_between(names, values)):
        same = kind == kind[i]
        assert not way[~same].any()
        assert way[same] == pytest.approx(ore[same] / ore[same].sum())
