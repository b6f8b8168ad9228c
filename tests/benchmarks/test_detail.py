"""The split world is the shipped one in more pieces: amounts add up, prices and costs stay."""

import numpy as np
import pytest

from benchmarks.detail import world_in
from earthprice.facts.world import load_world


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    return world_in(2, tmp_path_factory.mktemp("world") / "twice")


def test_nodes_double_and_the_base_year_keeps_its_size(twice):
    whole, split = load_world().network, twice.network
    assert len(split.nodes) == 2 * len(whole.nodes)
    for stage in ("mining", "separation", "magnet", "use"):
        before, after = (n.activities.loc[n.activities["stage"] == stage, "level"].sum() for n in (whole, split))
        assert after == pytest.approx(before, rel=1e-6), stage
    both = split.nodes.loc[["dy_oxide@CHN", "dy_oxide@CHN2"], "price"].to_numpy()
    assert both == pytest.approx(whole.nodes.loc["dy_oxide@CHN", "price"], rel=0) and np.isfinite(both).all()


def test_trade_runs_over_all_pairs_of_parts(twice):
    links = {"ship/dy_oxide/CHN/JPN", "ship/dy_oxide/CHN2/JPN", "ship/dy_oxide/CHN/JPN2", "ship/dy_oxide/CHN2/JPN2"}
    level = twice.network.activities["level"]
    assert links <= set(level.index)
    whole = load_world().network.activities["level"]["ship/dy_oxide/CHN/JPN"]
    assert level[sorted(links)].to_numpy() == pytest.approx(whole / 4, rel=1e-6)


def test_elements_left_out_are_named_nowhere(tmp_path):
    few = world_in(1, tmp_path / "few", ("la", "y"))
    assert not few.network.nodes["element"].isin(["la", "y"]).any()
    assert not any("la_oxide" in str(k) or "share_la" in str(k) for k in few.numbers.table.index)
    assert len(few.network.nodes) < len(load_world().network.nodes)
