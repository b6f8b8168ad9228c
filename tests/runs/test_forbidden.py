"""What a text forbids altogether still clears: nobody supplies at a price far above, nobody takes at one far below."""

import pytest

from earthprice.market.audit import ALMOST_AT
from earthprice.runs.audit import worst
from earthprice.runs.engine import run
from earthprice.runs.sample import sample
from earthprice.study.ensemble import laws_and_point
from tests.small import framed

FORBIDDEN = {
    "heavy rare earths leave China in nothing": ("china-export-control-2025", {"april_licence.refused": "1"}, 4, 2027),
    "nothing is dug or separated under licence": ("china-2021-draft", {"stop_power.amount": "0"}, 2, 2023),
}


@pytest.mark.parametrize("stop", FORBIDDEN)
def test_a_ban_clears_without_backstop_or_dump(world, stop):
    text, change, draw, last = FORBIDDEN[stop]
    plan = framed(world, text, years=(2021, last), overrides=change).plan
    _, terms, p = laws_and_point(plan, sample(tuple(world.numbers.members), (), 6, 1), draw)
    found = worst(run(plan.engine, p, terms), world.network)
    assert found.size <= ALMOST_AT, found.words


def test_a_magnet_free_of_heavies_can_be_made_wherever_magnets_of_the_upper_tier_are(world):
    """Else the last kilogram of terbium has no bound on its price where none arrives."""
    recipes = [name for name in world.network.activities.index if name.startswith("make/magnet_high/")]
    a = world.network.matrix
    heavy = [i for i, n in enumerate(world.network.nodes.index) if n.startswith(("dy_metal@", "tb_metal@"))]
    free = {n.split("/")[2] for n in recipes if not a[heavy, list(world.network.activities.index).index(n)].any()}
    assert free == {name.split("/")[2] for name in recipes}
