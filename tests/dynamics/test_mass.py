"""Mass: every body of ore and every element closes in every period; nothing is dug that is not there."""

from __future__ import annotations

import numpy as np
import pytest

from earthprice.dynamics import laws
from earthprice.dynamics.run import initial_state
from earthprice.dynamics.state import Record


@pytest.fixture(scope="module")
def runs(base, still: Record, grown: Record) -> dict[str, Record]:
    recovery = np.ones(base.schedule.recovery.shape)
    recovery[3:, base.mask(stage="mining", status="licensed")] = 1.2
    return {"still": still, "grown": grown, "better recovery": base.run(recovery=recovery)}


@pytest.mark.parametrize("name", ["still", "grown", "better recovery"])
def test_every_body_of_ore_closes(base, runs: dict[str, Record], name: str) -> None:
    r, s = runs[name], base.setting
    recovered = r.level @ (np.asarray(s.ore.dig) > 0).T
    left = r.dug - recovered
    sterilised = np.diff(r.lean_lost, axis=0)
    received = left @ np.asarray(s.ore.tail_to).T
    net = r.dug - float(s.ore.replacement) * recovered
    change = np.diff(r.ore, axis=0)
    gap = change + net[:-1] + sterilised - received[:-1]
    assert (np.abs(gap) <= 1e-10 * np.maximum(r.ore[:-1], 1e-3)).all()
    assert (left >= -1e-12).all() and (sterilised >= 0).all()
    kept = left * (np.asarray(s.ore.tail_to).sum(0) == 0)
    assert np.diff(r.waste, axis=0) == pytest.approx(kept[:-1], abs=1e-9)


def test_tailings_receive_what_the_mill_leaves(base, still: Record) -> None:
    for pond, source in base.names.tailings:
        i, j = base.names.bodies.index(pond), base.names.bodies.index(source)
        assert np.asarray(base.setting.ore.tail_to)[i, j] == 1.0
        assert still.dug[0, j] > still.level[0][np.asarray(base.setting.ore.dig)[j] > 0].sum()


def test_better_recovery_digs_less_for_the_same_output(base, runs: dict[str, Record]) -> None:
    mines = base.mask(stage="mining", status="licensed")
    before, after = (runs[k].level[4, mines].sum() / runs[k].dug[4].sum() for k in ("still", "better recovery"))
    assert after > before


@pytest.mark.parametrize("name", ["still", "grown"])
def test_sterilised_is_at_most_the_lean_ore(base, runs: dict[str, Record], name: str) -> None:
    r, s = runs[name], base.setting
    assert (np.diff(r.lean_lost, axis=0) <= r.ore[:-1] / float(s.ore.years) + 1e-12).all()
    lean = np.asarray(s.ore.lean_of).sum(1) > 0
    assert (r.lean_lost[:, ~lean] == 0).all() and (r.lean_lost[-1, lean] > 0).any()


@pytest.mark.parametrize("share", [1.0, 0.3, 0.1, 0.01, 1e-4, 0.0])
def test_no_period_digs_more_than_there_is(base, share: float) -> None:
    """Every mine at full capacity on bodies of a fraction of their size: they run dry, not into debt."""
    s, schedule = base.setting, base.first
    state = initial_state(s, schedule)._replace(ore=s.ore.ground * share)
    level = state.capacity * laws.ore_factor(s.ore, s.base, state.ore, state.capacity, schedule.clock.dt)
    after, _, _ = laws.ore(s.ore, schedule, state, level)
    assert (np.asarray(after) >= 0).all()
    if share == 0.0:
        assert (np.asarray(level)[np.asarray(s.ore.dig).any(0)] == 0).all()


def test_bodies_run_dry_and_the_market_clears_without_them(base) -> None:
    s = base.setting
    poor = s._replace(ore=s.ore._replace(ground=s.ore.ground * 0.2))
    r = base.run(setting=poor, growth=1.2 * np.ones(base.schedule.growth.shape))
    assert (r.ore >= 0).all() and (r.ore[-1] < 0.1 * r.ore[0]).any()


@pytest.mark.parametrize("name", ["still", "grown"])
def test_every_element_closes(base, runs: dict[str, Record], name: str) -> None:
    for element in base.world.structure["elements"]["id"]:
        sources, sinks = flows(base, runs[name].level, element)
        assert np.abs(sources - sinks).max() < 1e-8 * sources.max(), element


def flows(base, level: np.ndarray, element: str) -> tuple[np.ndarray, np.ndarray]:
    """What comes in and what goes where, from the tables' own shares and recoveries [kt REO/yr; T]."""
    v, act = base.world.numbers.central, base.world.network.activities
    share = np.array([v.get(f"concentrate/{c}/share_{element}", 0.0) / 100 if c else 0.0 for c in act["concentrate"]])
    on = {stage: act["stage"].eq(stage).to_numpy() for stage in act["stage"].unique()}
    lost = np.array(
        [
            1 - v[f"{i}/recovery".replace("separate/", "separation/", 1)] if p else 0.0
            for i, p in zip(act.index, on["separation"], strict=True)
        ]
    )
    per_metal = np.array(
        [
            v.get(f"metal/{g}/{z}/oxide_per_metal", 0.0) * (e == element and p)
            for g, z, e, p in zip(act["good"], act["zone"], act["element"], on["metal"], strict=True)
        ]
    )
    keys = [f"recycling/{i.split('/', 1)[1]}" if p else "" for i, p in zip(act.index, on["recycling"], strict=True)]
    back = np.array([v[f"{k}/recovery"] * v.get(f"{k}/share_{element}", 0.0) if k else 0.0 for k in keys])
    oxide = act["good"].eq(f"{element}_oxide").to_numpy()
    gives = act.index.str.endswith(("/release", "/reserve_sell"))
    feed = act["good"].str.startswith("conc_").to_numpy() & on["disposal"]
    ores = act["good"].str.removeprefix("conc_").str.partition("/")[0]
    conc = np.array([v.get(f"concentrate/{ore}/share_{element}", 0.0) / 100 for ore in ores])
    sources = level @ (share * on["mining"] + back + oxide * on["stock"] * gives)
    used = on["use"] | on["disposal"] | (on["stock"] & ~gives)
    sinks = level @ (conc * feed + share * lost + per_metal + oxide * used)
    return sources, sinks


def test_metals_go_into_magnets_and_swarf_into_recycling(base, grown: Record) -> None:
    n = base.world.network
    for kind in ("_metal", "swarf_"):
        rows = n.nodes["good"].str.contains(kind).to_numpy()
        a = np.where(base.mask(stage="trade"), 0.0, n.matrix[rows])
        made, used = np.maximum(a, 0) @ grown.level.T, np.maximum(-a, 0) @ grown.level.T
        assert made.sum(0) == pytest.approx(used.sum(0), rel=1e-8)


def test_stocks_hold_what_was_put_in(base, grown: Record) -> None:
    s = base.setting
    signed = np.where(s.storage.store, 1.0, -1.0) * np.asarray(s.storage.private)
    assert np.diff(grown.stock, axis=0) == pytest.approx((grown.level @ signed.T)[:-1], abs=1e-10)
    assert (grown.stock >= 0).all()
