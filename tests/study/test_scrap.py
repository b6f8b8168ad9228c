"""A limit on exports of magnet scrap: it acts where a world has such shipments, and says what is lacking where not."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from earthprice.errors import RulebookError
from earthprice.facts.world import load_world
from earthprice.world.world import World
from tests.cli.test_own import OWN, with_own
from tests.small import central_runs, framed, proposal, with_one_program

ROWS = "".join(
    f"trade,swarf_{tier}/EUR/CHN,{attribute},{value},{low},{high},{unit},2019,2021-03-01,assumption,test,C,,A test.\n"
    for tier, level in (("high", 0.02), ("low", 0.01))
    for attribute, value, low, high, unit in (
        ("level", level, level / 2, 2 * level, "kt REO/yr"),
        ("freight", 1.5, 0.7, 3.0, "USD2020/kg"),
    )
)
MEASURE = """\
scrap_stays:
  instrument: cap
  kind: duty
  acts_on: {doing: ship, zone: EUR, good: "swarf_*"}
  shared_out: {tradable: true}
  amount: {unit: t REO/year, values: [{from: 2022, value: 0, basis: assumption, why: Test.}]}
"""


@pytest.fixture
def book(tmp_path: Path) -> str:
    return proposal(tmp_path, MEASURE, "scrap-stays", "EUR", "2022-01-01")


def test_without_shipments_of_scrap_it_says_what_is_shipped(world: World, book: str) -> None:
    with pytest.raises(RulebookError, match=r"'scrap_stays' reaches no activity.*good: .*ndpr_oxide"):
        framed(world, book, years=(2021, 2023))


def test_with_them_scrap_stays_its_makers_pay_and_recyclers_gain(
    tmp_path: Path, book: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Europe's swarf is worth more in China; kept at home it is cheaper, so more is recycled there.

    A mine that is never begun stands in the world, which so takes the program of the pages' commands.
    """
    with_one_program(monkeypatch)
    folder, late = tmp_path / "world", tmp_path / "late.yaml"
    late.write_text(OWN.replace("2025", "2050"), encoding="utf-8")
    shutil.copytree(str(resources.files("earthprice.data").joinpath("world")), folder)
    with (folder / "values_links.csv").open("a", encoding="utf-8") as table:
        table.write(ROWS)
    with_own(folder, late)
    plan = framed(load_world(folder), book, years=(2021, 2024), period="year").plan
    was, now = central_runs(plan)
    late, lens = plan.engine.years >= 2022, plan.lens
    ships = lens.act.index.str.startswith("ship/swarf")
    recycles = lens.mask(stage="recycling", zone="EUR")
    node = plan.engine.world.network.node("swarf_high@EUR")
    assert (was.record.level[:, ships].sum(1) > 0.01).all() and (now.record.level[late][:, ships] < 1e-5).all()
    assert (now.record.level[late][:, recycles].sum(1) > was.record.level[late][:, recycles].sum(1)).all()
    assert (now.record.price[late, node] < was.record.price[late, node]).all()
    assert np.abs(now.record.residual).max() < 1e-8
