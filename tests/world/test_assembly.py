"""Assembly: trust and fallbacks come from the table of the model; goods have the stage and unit that their id says."""

from __future__ import annotations

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
