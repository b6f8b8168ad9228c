"""Mines: classes of a deposit share its output and its mill; a plan runs a trace; a by-product follows its host."""

from __future__ import annotations

import pytest

from earthprice.facts.world import load_world
from earthprice.world.mines import mine_drafts

WORLD = load_world()
CENTRAL = WORLD.numbers.central
DRAFTS = {d.id: d for d in mine_drafts(CENTRAL, WORLD.outline)}


def test_classes_share_the_output_and_the_hours_of_their_mill() -> None:
    rich, lean, mill = (DRAFTS[n] for n in ("dig/mt_weld/rich/licensed", "dig/mt_weld/lean/licensed", "mill/mt_weld"))
    assert rich.level + lean.level == pytest.approx(CENTRAL["deposit/mt_weld/output_licensed"])
    assert rich.level / (rich.level + lean.level) == pytest.approx(CENTRAL["model/mining/rich_share"])
    hours = sum(-dict(d.entries)["mill_mt_weld@AUS"] * d.level for d in (rich, lean))
    assert mill.level == pytest.approx(hours)
    need = -dict(rich.entries)["mill_mt_weld@AUS"]
    assert 1.0 / need == pytest.approx(
        CENTRAL["deposit/mt_weld/recovery"] * CENTRAL["deposit/mt_weld/grade_rich"] / 100
    )
    assert rich.cost + mill.cost * need == pytest.approx(CENTRAL["deposit/mt_weld/cost"])


def test_a_plan_runs_a_trace_of_what_it_will_be() -> None:
    plan = [DRAFTS[f"dig/nolans/{grade}/licensed"] for grade in ("rich", "lean")]
    assert all(d.motion == "project" and d.start == CENTRAL["deposit/nolans/start_earliest"] for d in plan)
    assert sum(d.planned for d in plan) == pytest.approx(CENTRAL["deposit/nolans/planned_capacity"])
    assert sum(d.level for d in plan) == pytest.approx(CENTRAL["model/project/pilot"] * sum(d.planned for d in plan))


def test_a_by_product_digs_what_the_host_brings_up() -> None:
    host, own = DRAFTS["dig/bayan_obo/rich/licensed"], DRAFTS["dig/mt_weld/rich/licensed"]
    assert host.host == pytest.approx(1.0 / CENTRAL["deposit/bayan_obo/recovery"]) and host.host >= host.ore_per_level
    assert own.host == 0.0 and own.ore_per_level == pytest.approx(1.0 / CENTRAL["deposit/mt_weld/recovery"])
    assert own.follows == 1.0 and 0.0 <= host.follows <= 1.0


def test_diggers_without_a_licence_dig_with_a_recovery_of_their_own() -> None:
    wild = [d for d in DRAFTS.values() if d.motion == "unlicensed"]
    assert len(wild) > 3
    for d in wild:
        key = f"deposit/{dict(d.attributes)['deposit']}/recovery"
        poor = CENTRAL.get(f"{key}_unlicensed", CENTRAL[key] * CENTRAL["model/mining/unlicensed_recovery"])
        by_product = next(x.by_product for x in WORLD.outline.deposits if x.id == dict(d.attributes)["deposit"])
        best = max(poor, CENTRAL["model/mining/best_recovery"]) if by_product else poor
        assert d.ore_per_level == pytest.approx(1.0 / best) and d.planned == 0.0
        assert dict(d.attributes)["group"] == "unlicensed digger"
