"""Burdens and what it takes to remove them: a district's own figures before its zone's, and draws that move them."""

from __future__ import annotations

import pandas as pd
import pytest

from earthprice.demos.lab import Lab
from earthprice.facts.world import load_world
from earthprice.world.burdens import abatement, burdens

ACTIVITIES = pd.DataFrame(
    [
        ("D", "Z", "mining", "licensed"),
        ("D", "Z", "mining", "unlicensed"),
        ("E", "Z", "mining", "licensed"),
        ("", "Y", "mining", "licensed"),
        ("D", "Z", "metal", "licensed"),
    ],
    columns=["district", "zone", "stage", "status"],
    index=list("abcde"),
)
NUMBERS = {
    "burden/D/mining/water": 2.0,
    "burden/Z/mining/water": 3.0,
    "burden/world/mining/water": 5.0,
    "burden_unlicensed/D/mining/water": 4.0,
    "abatement/world/mining/water/cost": 10.0,
    "abatement/Z/mining/water/best": 0.5,
}


def test_the_nearest_place_with_a_figure_counts() -> None:
    assert list(burdens(ACTIVITIES, NUMBERS)["water"]) == [2.0, 8.0, 3.0, 5.0, 0.0]
    found = abatement(ACTIVITIES, pd.Index(["water"]), NUMBERS)
    assert list(found.cost["water"]) == [10.0, 10.0, 10.0, 10.0, 0.0]
    assert list(found.best["water"]) == [0.5, 0.5, 0.5, 0.0, 0.0]


def test_a_draw_of_the_size_of_burdens_moves_damage_and_burdens() -> None:
    lab = Lab(load_world())
    large = lab.point({k: "x2" for k in lab.world.numbers.central if k.startswith("burden/")})
    one, two = lab.series(lab.baseline), lab.series(lab.run(at=large))
    assert two["damage"][0] == pytest.approx(2.0 * one["damage"][0], rel=1e-6)
    assert two["burden/South:waste_water"][0] == pytest.approx(2.0 * one["burden/South:waste_water"][0], rel=1e-6)
