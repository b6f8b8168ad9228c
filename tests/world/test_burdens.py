"""Burdens and what it takes to remove them: a district's own figures before its zone's, and draws that move them."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from earthprice.demos.lab import Lab
from earthprice.facts.world import load_world
from earthprice.world.assembly import assemble
from earthprice.world.burdens import abatement, burden_sizes, burdens_per_kg, damage_values, stated
from earthprice.world.world import World

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
    assert list(burdens_per_kg(ACTIVITIES, NUMBERS)["water"]) == [2.0, 8.0, 3.0, 5.0, 0.0]
    found = abatement(ACTIVITIES, pd.Index(["water"]), NUMBERS)
    assert list(found.cost["water"]) == [10.0, 10.0, 10.0, 10.0, 0.0]
    assert list(found.best["water"]) == [0.5, 0.5, 0.5, 0.0, 0.0]


def test_a_draw_of_the_size_of_burdens_moves_damage_and_burdens(lab: Lab) -> None:
    large = lab.point({k: "x2" for k in lab.world.numbers.central if k.startswith("burden/")})
    one, two = lab.series(lab.baseline), lab.series(lab.run(at=large))
    assert two["damage"][0] == pytest.approx(2.0 * one["damage"][0], rel=1e-6)
    assert two["burden/South:waste_water"][0] == pytest.approx(2.0 * one["burden/South:waste_water"][0], rel=1e-6)


def test_what_sources_state_stands_when_the_rest_is_drawn() -> None:
    """Money a kilogram of what it was stated of, and the burden of unlicensed work, stay as licensed burdens move."""
    given = {
        "burden/D/mining/water": 2.0,
        "burden/D/separation/water": 1.0,
        "burden_unlicensed/D/mining/water": 4.0,
        "damage/D/water": 10.0,
        "damage/E/water": 7.0,
        "damage_of/D/mining/unlicensed/water": 1.0,
    }
    drawn = given | {"burden/D/mining/water": 6.0}
    found = stated(drawn, given)
    assert found["burden/D/mining/water"] * found["burden_unlicensed/D/mining/water"] == pytest.approx(8.0)
    assert found["damage/D/water"] == pytest.approx(10.0) and found["damage/E/water"] == 7.0
    worse = stated(given | {"burden_unlicensed/D/mining/water": 8.0}, given)
    assert worse["damage/D/water"] == pytest.approx(5.0), "twice the water, half the money a m3"
    both = given | {"damage_of/D/mining/licensed/water": 1.0, "damage_of/D/separation/licensed/water": 1.0}
    del both["damage_of/D/mining/unlicensed/water"]
    assert stated(both | {"burden/D/mining/water": 5.0}, both)["damage/D/water"] == pytest.approx(10.0 * 3.0 / 6.0)
    assert stated(given, given) == given


@pytest.fixture(scope="module")
def draws() -> list[dict[str, float]]:
    """Five hundred draws, corners of the factors of burdens and damage among them."""
    numbers = load_world().numbers
    names = [f for f in numbers.members if f.startswith(("burden", "damage"))]
    rng = np.random.default_rng(1)
    ends = [dict.fromkeys(names, q) for q in (1e-6, 1 - 1e-6)]
    return [
        numbers.draw(q)
        for q in (*ends, *(dict(zip(names, rng.uniform(size=len(names)), strict=True)) for _ in range(500)))
    ]


BILLS = {
    # place, processes: USD/kg REO at the low and the high end of what the unit values allow at the stated burdens
    ("South", "mining/unlicensed"): (7.1, 67.8),
    ("Kachin", "mining/unlicensed"): (2.8, 22.5),
    ("Baotou", "mining/licensed", "separation/licensed"): (1.4, 9.2),
}


@pytest.mark.parametrize("case", BILLS, ids=lambda c: c[0])
def test_every_draw_of_damage_a_kilogram_lies_where_its_source_has_it(draws: list[dict[str, float]], case) -> None:
    """The southern clean-up bill, 27.6 USD/kg, had a 95 % point of 279 and of 696 with its companions."""
    place, *processes = case
    kinds = ["waste_water", "residue", "leached_land"]

    def bill(v: dict[str, float]) -> float:
        at = [(place, "", *p.split("/")) for p in processes]
        money = damage_values([place], kinds, v)[0]
        return float((burden_sizes(at, kinds, v) @ money).sum())

    least, most = BILLS[case]
    found = [bill(v) for v in draws]
    assert least <= min(found) and max(found) <= most
    central = bill(load_world().numbers.central)
    assert min(found) < 0.5 * central and max(found) > 1.4 * central, "it is still as uncertain as its source"


def test_no_draw_leaves_more_residue_than_ore_was_moved(draws: list[dict[str, float]]) -> None:
    """44,500 kg were left where 3,300 were dug; burdens lie within their own ranges."""
    world = load_world()
    moved = ore_moved(world)
    assert {("South", "unlicensed"), ("Sichuan", "licensed"), ("Kachin", "unlicensed")} <= moved.keys()
    for v in draws:
        for (place, status), ore in moved.items():
            left = burden_sizes([(place, place, "mining", status)], ["residue"], v)[0, 0]
            assert left < ore, (place, status)


def ore_moved(world: World) -> dict[tuple[str, str], float]:
    """Ore moved for a kilogram by place and status, of all that is dug there in the base year [kg/kg]."""
    v, ore, out = (
        world.numbers.central,
        defaultdict[tuple[str, str], float](float),
        defaultdict[tuple[str, str], float](float),
    )
    for d in assemble(v, world.outline):
        if d.stage == "mining":
            named, (deposit, grade) = dict(d.attributes), d.body.split("/")
            at = named["district"] or d.zone, named["status"]
            out[at] += d.level
            ore[at] += d.level * (d.host or d.ore_per_level) / (v[f"deposit/{deposit}/grade_{grade}"] / 100.0)
    return {at: ore[at] / out[at] for at in ore}
