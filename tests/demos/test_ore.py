"""The ore: Lane's mine at known answers, the cost of recovery, by-products, and what the measures add up to."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.demos.cutoff import formula as cutoff_of
from earthprice.demos.cutoff import lane
from earthprice.demos.lab import Lab
from earthprice.dynamics.laws import reached, recovery_cost
from earthprice.measures.ore import ore_by_mine
from earthprice.world.host import tied_use, tight_use


def test_lanes_formula_has_its_known_answers() -> None:
    assert cutoff_of(0.0) == pytest.approx(0.1875)
    assert cutoff_of(30.0) == pytest.approx(0.28125)


@pytest.mark.parametrize("mill", [0.5, 1.0, 1.2, 3.0])
@pytest.mark.parametrize("price", [30.0, 50.0, 80.0])
def test_the_market_mills_down_to_lanes_grade_at_its_own_shadow_price(mill: float, price: float) -> None:
    """The formula is written for a mill of ten hours, so the shadow price goes in as that of ten hours."""
    mine = lane(mill, price)
    assert mine.cutoff == pytest.approx(cutoff_of(mine.worth, price), rel=2e-4)
    assert mine.worth >= -1e-3


def mine(recovery: float, effort: float = 1.0, most: float = 0.85) -> SimpleNamespace:
    return SimpleNamespace(
        recovery=jnp.array([recovery, 0.0]),
        most=jnp.array([most, 0.0]),
        cost=jnp.array([10.0, 0.0]),
        effort=jnp.asarray(effort),
    )


def costs(times: float, **kind: float) -> np.ndarray:
    ore, schedule = mine(0.6, **kind), SimpleNamespace(recovery=jnp.full(2, times))
    return np.asarray(recovery_cost(ore, schedule))  # type: ignore[arg-type]


def test_recovery_costs_nothing_where_nothing_is_demanded_and_what_mines_nothing_pays_nothing() -> None:
    assert costs(1.0) == pytest.approx([0.0, 0.0]) and costs(0.8) == pytest.approx([0.0, 0.0])
    assert costs(1.3)[1] == 0.0


def test_a_little_more_recovery_costs_nothing_to_a_miner_at_his_own_best() -> None:
    """Envelope: the first order cancels; a miner whom a rule in force presses already pays c (e - 1) from the start."""
    small = 1e-3
    assert 0 <= costs(1 + small)[0] < 1e-4
    assert costs(1 + small, effort=2.0)[0] == pytest.approx(10.0 * small, rel=0.01)


def test_recovery_is_convex_and_stops_short_of_the_limit() -> None:
    path = np.array([costs(t)[0] for t in np.linspace(1.0, 1.4, 21)])
    assert (np.diff(path) > 0).all() and (np.diff(path, 2) > 0).all()
    ore, schedule = mine(0.6), SimpleNamespace(recovery=jnp.full(2, 9.0))
    assert 0.84 < 0.6 * float(reached(ore, schedule)[0]) < 0.85  # type: ignore[arg-type]
    assert np.isfinite(costs(9.0)).all()


def test_the_ore_saved_pays_part_of_the_treatment() -> None:
    """By hand: r0 0.6, r 0.75, R 0.85, e 1: c ((0.6 + 0.25 ln 2.5) / 0.75 - 1)."""
    assert costs(1.25)[0] == pytest.approx(10.0 * ((0.6 + 0.25 * np.log(2.5)) / 0.75 - 1.0))


@pytest.mark.parametrize("elasticity", [0.1, 0.15, 0.5, 1.2])
def test_a_tight_mine_holds_its_small_elasticity(elasticity: float) -> None:
    u = tight_use(elasticity)
    assert (1 - u) * (np.log(u / (1 - u)) + 3) == pytest.approx(elasticity, abs=1e-9)


def test_slack_follows_the_price_as_far_as_the_table_says() -> None:
    v = {"model/mining/elasticity_by_product": 0.15, "deposit/a/price_follows": 0.0, "deposit/b/price_follows": 1.0}
    assert tied_use(v, "a", 0.5) == pytest.approx(tight_use(0.15))
    assert tied_use(v, "b", 0.5) == pytest.approx(0.5)
    assert tied_use(v, "a", 0.985) == pytest.approx(0.985), "a plant fuller than that stays so"


def test_what_becomes_of_the_ore_adds_up(lab: Lab) -> None:
    m = lab.series(lab.baseline)
    for kind in ("ore", "ore_host"):
        assert sum(m[f"{kind}/{k}"] for k in ("sold", "ponded", "lost", "sterilised")) == pytest.approx(100.0)
    assert m["ore/left"][0] == 100.0 and (m["tailings"] > 0).all()
    assert ore_by_mine(lab.baseline).sum(1) == pytest.approx(lab.baseline.record.dug.sum(1))
    grades = [k for k in m if k.startswith("grade/")]
    assert len(grades) == 3 and 0.05 < m["grade/ion_clay"][0] < 0.12 < m["grade/bastnaesite"][0]


def test_a_standard_costs_its_miners_and_counts_as_compliance(lab: Lab) -> None:
    mines = lab.lens.mask(stage="mining", status="licensed", zone="CHN", ore="ion_clay")
    terms = lab.terms()
    recovery = terms.recovery.copy()
    recovery[3:, mines] = 1.25
    run = lab.run(replace(terms, recovery=recovery))
    m, plain = lab.series(run), lab.series(lab.baseline)
    more = m["compliance/firms"] - plain["compliance/firms"]
    assert (more[3:6] > 10.0).all() and more[:3] == pytest.approx(0.0, abs=1e-6)
    sold, before = (r.record.level[3:6][:, mines].sum(1) for r in (run, lab.baseline))
    assert sold[0] < before[0] and (sold <= before * (1 + 1e-9)).all(), "later the total binds either way"


def test_no_standard_moves_a_by_product(lab: Lab) -> None:
    """Its ore comes up with the host mineral, so there is none to save and nothing to pay."""
    s, at = lab.baseline.setting, lab.lens.mask(stage="mining", status="licensed", deposit="bayan_obo")
    schedule = lab.baseline.schedule._replace(recovery=jnp.full_like(lab.baseline.schedule.recovery, 1.5))
    assert np.asarray(reached(s.ore, schedule))[:, at] == pytest.approx(1.0)
    assert np.asarray(recovery_cost(s.ore, schedule))[:, at] == pytest.approx(0.0)
