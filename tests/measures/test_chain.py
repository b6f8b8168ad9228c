"""The chain's measures on cases with known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.measures.chain import chain
from earthprice.runs.engine import Outcome
from earthprice.study.frame import Frame
from earthprice.world.assembly import assemble


def test_use_of_plants_is_the_tables_in_the_base_year(small: Frame, reformed: Outcome) -> None:
    found, v = chain(small.plan.lens, reformed), reformed.point.values
    for make in ("magnet_low", "magnet_high"):
        assert found[f"capacity_use/{make}"][0] == pytest.approx(100 * v[f"magnet/{make}/CHN/standard/use"])


def test_who_only_mines_adds_the_price_of_his_concentrate(small: Frame, reformed: Outcome) -> None:
    """Myanmar digs one concentrate and buys nothing: value added per tonne is its price."""
    price = reformed.record.price[:, small.world.network.node("conc_clay_medium@MMR")]
    assert chain(small.plan.lens, reformed)["value_added/MMR"] == pytest.approx(1e3 * price)


def test_rare_earths_in_a_unit_of_each_good(small: Frame) -> None:
    """All of an oxide, about 30 % of a magnet, nothing of a mill hour."""
    content, goods = small.world.network.content, small.world.network.nodes["good"].str
    assert (content[goods.endswith("_oxide").to_numpy()] == 1.0).all()
    assert (content[goods.startswith("mill_").to_numpy()] == 0.0).all()
    magnets = content[goods.startswith("magnet").to_numpy()]
    assert ((magnets > 0.2) & (magnets < 0.5)).all()


def test_who_makes_no_magnets_has_no_share_of_high_grades(small: Frame, reformed: Outcome) -> None:
    made = chain(replace(small.plan.lens, home="MMR"), reformed)["high_share"]
    assert np.isnan(made).all() and np.isfinite(chain(small.plan.lens, reformed)["high_share"]).all()


@pytest.mark.parametrize(("year", "lines"), [(2008, ["CHN/clay_medium/imported/licensed"]), (2019, []), (2024, [])])
def test_lines_at_work_on_imported_feed_are_no_plants_of_their_own(year: int, lines: list[str]) -> None:
    """They counted twice in the use of plants: in 2008 lines lent were more than all the plants that could lend."""
    world = load_world(base_year=year)
    drafts = assemble(world.numbers.central, world.outline)
    assert [d.id.partition("/")[2] for d in drafts if d.lent] == lines


def test_use_of_separation_counts_what_is_lent_once(small: Frame, reformed: Outcome) -> None:
    lens = small.plan.lens
    plants = lens.mask(stage="separation", zone="CHN", status="licensed")
    at = int(np.flatnonzero(plants)[0])
    before, lines = chain(lens, reformed)["capacity_use/separation"], reformed.point.drafts[at].id
    could = reformed.record.capacity[0, plants].sum()
    once = could - reformed.point.bench.capacity[at]
    drafts = [d._replace(lent=once) if d.id == lines else d for d in reformed.point.drafts]
    reformed = replace(reformed, point=replace(reformed.point, drafts=drafts))
    assert chain(lens, reformed)["capacity_use/separation"][0] == pytest.approx(before[0] * could / once)
