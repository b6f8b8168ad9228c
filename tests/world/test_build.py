"""Building: goods have the stage and unit that their id says; what balancing moved is told, the largest move first."""

from __future__ import annotations

from earthprice.facts.world import load_world
from earthprice.world.build import UNMOVED, lay_out

WORLD = load_world()


def test_a_good_has_the_stage_and_unit_that_its_id_says() -> None:
    nodes = WORLD.network.nodes
    wanted = {
        "conc_bayan_obo@CHN": ("mining", "kt REO", ""),
        "mill_bayan_obo@CHN": ("milling", "kt ore", ""),
        "dy_oxide@CHN": ("separation", "kt REO", "dy"),
        "dy_metal@CHN": ("metal", "kt metal", "dy"),
        "magnet_high@CHN": ("magnet", "kt product", ""),
        "swarf_low@CHN": ("recycling", "kt REO", ""),
    }
    for node, (stage, unit, element) in wanted.items():
        assert tuple(nodes.loc[node, ["stage", "unit", "element"]]) == (stage, unit, element)


def test_what_balancing_moved_is_told_largest_first_and_stocks_are_no_record() -> None:
    network, moves = lay_out(WORLD.numbers.central, WORLD.outline, WORLD.network.zones)
    assert network.activities["level"].tolist() == WORLD.network.activities["level"].tolist(), "the same to the bit"
    far = (moves["balanced"] - moves["reported"]).abs()
    assert far.is_monotonic_decreasing and not set(network.activities.loc[moves["item"], "stage"]) & set(UNMOVED)
