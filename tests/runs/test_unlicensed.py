"""Unlicensed digging: a market of its own, a way into the licensed one that costs, and teams that go where ore pays."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.law import load_rulebook, prepare, stack
from earthprice.past.hindcast import PASTS, central
from earthprice.runs.engine import Engine, Outcome, engine, point, run
from earthprice.world.world import World

FREE = {"model/launder/discount": 1e-6, "model/launder/spread": 0.01, "model/launder/room": 5.0}
"""Passing off costs nothing and there is room for all."""
CLAYS = ("clay_light", "clay_medium", "clay_heavy")


def ran(world: World, last: int, **changes: float) -> tuple[Engine, Outcome]:
    """The law in force at the tables' own numbers, some of them changed."""
    e = engine(world, last)
    terms = prepare(stack(load_rulebook("china-in-force-2020")), world.network).terms(e.years, quantiles={})
    return e, run(e, point(e, {**world.numbers.central, **changes}, terms), terms)


@pytest.fixture(scope="module")
def usual(world: World) -> tuple[Engine, Outcome]:
    return ran(world, 2035)


def dug(e: Engine, o: Outcome, zone: str = "CHN") -> np.ndarray:
    """Unlicensed digging [kt REO/yr; T]."""
    act = e.world.network.activities
    return o.record.level[:, (act["stage"].eq("mining") & act["status"].eq("unlicensed") & act["zone"].eq(zone))].sum(1)


def price(e: Engine, o: Outcome, node: str) -> np.ndarray:
    return o.record.price[:, e.world.network.node(node)]


def test_licensed_plants_get_unlicensed_ore_through_those_who_pass_it_off_alone(world: World) -> None:
    n = world.network
    black = n.nodes.index.str.startswith("conc_") & n.nodes.index.str.contains("/unlicensed@")
    assert black.sum() == 5
    buys = n.activities[(n.matrix[black] < 0).any(0)]
    assert set(zip(buys["stage"], buys["status"], strict=True)) == {
        ("separation", "unlicensed"),
        ("trade", "unlicensed"),
        ("disposal", ""),
    }
    lawful = n.nodes.index.isin([f"conc_{c}@CHN" for c in CLAYS])
    sells = n.activities[(n.matrix[lawful] > 0).any(0)]
    assert set(zip(sells["stage"], sells["status"], strict=True)) == {
        ("mining", "licensed"),
        ("trade", "unlicensed"),
    }


@pytest.mark.parametrize(("year", "most"), [(2019, 0.1), (2015, 1.0), (2008, 3.0)])
def test_plants_without_a_licence_earn_no_rent_in_the_base_year(year: int, most: float) -> None:
    """Half of them stand idle and anyone may open one: 2 to 7 USD/kg when their ore was priced as the licensed.

    In 2008 less was seized than the rule for the price of their ore takes.
    """
    world = load_world(base_year=year)
    law = {2019: "china-in-force-2020"}.get(year, f"china-in-force-{year}")
    e = engine(world, year + 1)
    terms = prepare(stack(load_rulebook(law)), world.network).terms(e.years, quantiles={})
    rent, act = point(e, world.numbers.central, terms).bench.rent, world.network.activities
    plants = (act["stage"].eq("separation") & act["status"].eq("unlicensed")).to_numpy()
    assert plants.sum() == 5 and np.abs(rent[plants]).max() < most


def test_nothing_about_passing_off_is_left_unexplained(usual: tuple[Engine, Outcome]) -> None:
    """Its cost and the gap of the two prices alone say how much passes in the base year; balancing moves it little."""
    e, o = usual
    at = e.world.network.activities.index.str.startswith("launder/")
    assert at.sum() == 5 and np.abs(o.point.bench.rent[at] / o.point.bench.spread[at]).max() < 0.1


def test_unlicensed_ore_is_no_way_round_the_quota(usual: tuple[Engine, Outcome]) -> None:
    """It grew from 29 to 149 kt by 2035 when licensed plants could buy it as their own; at most by half now."""
    path = dug(*usual)
    assert path[-1] < 1.5 * path[0] and path.min() > 0.8 * path[0]


def test_where_passing_off_is_free_the_two_ores_are_one(world: World, usual: tuple[Engine, Outcome]) -> None:
    same = {f"price/conc_{c}/unlicensed@CHN/price": world.numbers.central[f"price/conc_{c}@CHN/price"] for c in CLAYS}
    e, o = ran(world, 2030, **FREE, **same)
    for c in CLAYS:
        low, high = (price(e, o, f"conc_{c}{kind}@CHN") for kind in ("/unlicensed", ""))
        assert low[-1] == pytest.approx(high[-1], rel=0.05)
    assert dug(e, o)[-1] > dug(*usual)[len(e.years) - 1]


def test_the_dearer_it_is_to_pass_off_the_less_passes(world: World, usual: tuple[Engine, Outcome]) -> None:
    def passed(given: tuple[Engine, Outcome]) -> float:
        e, o = given
        return float(o.record.level[5, e.world.network.activities.index.str.startswith("launder/")].sum())

    shares = [passed(ran(world, 2024, **{"model/launder/discount": x})) for x in (0.2, 0.45)]
    assert shares[0] > passed(usual) > shares[1]


@cache
def since_2015() -> Mapping[str, Mapping[int, float]]:
    return central(PASTS[1])


def test_teams_driven_out_of_the_south_fill_a_field_where_hardly_anyone_dug() -> None:
    """Recorded: 0.4 kt gross in 2015, 34 in 2018, 29 in 2019, 35 in 2020; 1.8, 6 and 16 when who was there decided."""
    feed = since_2015()["feed from Myanmar"]
    assert feed[2016] < 1.0 < feed[2018]
    assert feed[2019] > 14.0 and feed[2020] > 20.0
