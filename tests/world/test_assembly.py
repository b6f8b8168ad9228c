"""Assembly: trust and fallbacks come from the table of the model; goods have the stage and unit that their id says."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.errors import FactsError
from earthprice.facts.world import load_world
from earthprice.world.assembly import assemble, coefficients, node_ids

WORLD = load_world()
CENTRAL = WORLD.numbers.central
FLOWS = [key.removeprefix("model/trust/") for key in CENTRAL if key.startswith("model/trust/")]


@pytest.mark.parametrize("flow", FLOWS)
def test_trust_is_a_number_of_the_table_and_each_is_used(flow: str) -> None:
    plain = assemble(CENTRAL, WORLD.outline)
    moved = assemble({**CENTRAL, f"model/trust/{flow}": 77.0}, WORLD.outline)
    changed = [d for d, before in zip(moved, plain, strict=True) if d != before]
    assert changed and {d.trust for d in changed} == {77.0}


def test_no_flow_is_balanced_without_its_trust() -> None:
    with pytest.raises(FactsError, match="'model/trust/magnet' is missing"):
        assemble({k: x for k, x in CENTRAL.items() if k != "model/trust/magnet"}, WORLD.outline)


@pytest.mark.parametrize(
    ("own", "model", "drafted"),
    [
        ("deposit/mt_weld/use", "model/mining/use", "mill/mt_weld"),
        ("separation/CHN/bayan_obo/home/licensed/use", "model/separation/use", "separate/CHN/bayan_obo/home/licensed"),
    ],
)
def test_a_plant_without_its_own_use_has_that_of_the_model(own: str, model: str, drafted: str) -> None:
    without = {k: x for k, x in CENTRAL.items() if k != own}
    assert own in CENTRAL
    found = {d.id: d for d in assemble({**without, model: 0.77}, WORLD.outline)}
    assert found[drafted].use == 0.77


def test_coefficients_are_the_entries_and_nodes_stand_once() -> None:
    drafts = assemble(CENTRAL, WORLD.outline)
    nodes = node_ids(drafts)
    a = coefficients(drafts, nodes)
    assert len(set(nodes)) == len(nodes) and a.shape == (len(nodes), len(drafts))
    for j in (0, len(drafts) // 2, len(drafts) - 1):
        assert {nodes[i]: a[i, j] for i in a[:, j].nonzero()[0]} == dict(drafts[j].entries)


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


def test_what_plants_make_finds_an_outlet_and_metal_thrown_away_moves_no_base_year() -> None:
    """Without one, a metal that nobody takes any more falls as far below nil as it takes to stop its makers."""
    act, a = WORLD.network.activities, WORLD.network.matrix
    metals = [n for n in WORLD.network.nodes.index if "_metal@" in str(n) and (a[WORLD.network.node(n)] > 0).any()]
    throws = (act["doing"] == "dispose").to_numpy()
    assert len(metals) > 5
    for node in metals:
        row = a[WORLD.network.node(node)]
        if not (row[(act["stage"] == "metal").to_numpy()] > 0).any():
            continue
        dumps = act.index[(row < 0) & throws]
        assert list(dumps) == [f"dump/{node.replace('@', '/')}"]
        made = float(act["level"].to_numpy() @ np.maximum(row, 0.0))
        assert act.at[dumps[0], "level"] < 1e-6 * made and act.at[dumps[0], "capacity"] > 0.5 * made


def test_concentrate_put_aside_belongs_to_who_digs_it() -> None:
    """It was booked to separators, also in Myanmar, which has none."""
    act = load_world(base_year=2024).network.activities
    put = act[act.index.str.startswith("put_aside/")].set_index(["good", "zone"])["group"]
    assert set(put) == {"licensed miner", "unlicensed digger"} and put["conc_clay_medium", "MMR"] == "unlicensed digger"
    assert "separator" not in set(act.loc[act["zone"] == "MMR", "group"])
    assert set(act.loc[act.index.str.startswith("dump/dy_oxide/"), "group"]) == {"separator"}
