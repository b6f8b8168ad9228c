"""User cost: the iteration on maps and mines with known answers; the value of what is left; the ore's own costate."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest

from earthprice.demos.mine import TEN, TWO, Mine, adjoint, once_path, rare_path
from earthprice.dynamics.schedule import phases
from earthprice.runs import rare
from earthprice.runs.engine import Point, arranged, engine, point, run, simulated
from earthprice.runs.rare import ENOUGH, UserCost, agreed, damage_bill, ore_charge, rare_run, user_cost
from earthprice.study.frame import Frame
from earthprice.world.terms import Terms


@pytest.mark.parametrize("slope", [0.0, -0.9, -3.0, -10.0])
def test_agreement_is_found_on_steep_maps_too(slope: float) -> None:
    """x = 2 + slope (x - 2) has the answer 2; plain iteration leaves it where the slope is beyond 1."""
    value, moved, rounds = agreed(lambda x: 2.0 + slope * (x - 2.0), np.full(3, 0.5), np.full(3, 1 / 3), enough=1e-9)
    assert value == pytest.approx(2.0, abs=1e-8) and moved <= 1e-9 and rounds < 12


def test_what_does_not_agree_says_so() -> None:
    """Nothing is left of 3 below 1 and of 0 above: no charge agrees."""
    value, moved, rounds = agreed(lambda x: np.where(x < 1.0, 3.0, 0.0), np.zeros(1), np.ones(1), rounds=4)
    assert rounds == 4 and moved == pytest.approx(3.0 - value[0] if value[0] < 1.0 else value[0]) and moved > 0.1


def test_two_periods_by_hand() -> None:
    price, dug = rare_path(TWO)
    assert price == pytest.approx([100 / 7, 110 / 7], abs=1e-6) and dug.sum() == pytest.approx(10.0)
    assert once_path(TWO)[0][0] == pytest.approx(18.0 / 1.1), "the adjoint of the path 8, 2 overshoots"
    assert adjoint(TWO, np.zeros(2)) == pytest.approx([18.0 / 1.1, 0.0])


def test_ten_periods_by_hand() -> None:
    price, dug = rare_path(TEN)
    p0 = (1000.0 - 200.0) * 0.05 / (1.05**10 - 1.0)
    assert price[:10] == pytest.approx(p0 * 1.05 ** np.arange(10), rel=1e-6)
    assert price[0] == pytest.approx(63.60, abs=5e-3)
    assert dug[:10].min() > 1.0 and dug[10:] == pytest.approx(0.0, abs=1e-6) and dug.sum() == pytest.approx(200.0)


@pytest.mark.parametrize("rate", [0.02, 0.1])
def test_price_of_ore_rises_with_interest(rate: float) -> None:
    """Hotelling (1931): while ore is dug and left over, its price rises at the rate of interest."""
    price, dug = rare_path(Mine(choke=50.0, ore=120.0, rate=rate, periods=8))
    last = int(np.flatnonzero(dug > 1e-6)[-1])
    assert price[1 : last + 1] / price[:last] == pytest.approx(1.0 + rate, rel=1e-6)


@pytest.fixture(scope="module")
def costs(small: Frame, far: Point) -> tuple[UserCost, UserCost]:
    with_left = user_cost(small.plan.whole.engine, far, billed(small, far), 0.03)
    return with_left, user_cost(small.plan.whole.engine, far, billed(small, far), 0.03, with_left, left=False)


def billed(small: Frame, far: Point) -> Terms:
    """The law in force with the bill for damage, over all years that are run."""
    plan = small.plan.whole
    return plan.baseline(plan.use(bill=damage_bill(plan.engine, far)))


def test_ore_left_at_the_end_has_a_value(costs: tuple[UserCost, UserCost]) -> None:
    kept, lost = costs
    assert lost.value[-1] == pytest.approx(0.0, abs=2e-2) and kept.value[-1].max() > 0.1
    assert (kept.value >= 0).all() and np.isfinite(kept.value).all() and max(kept.moved, lost.moved) <= ENOUGH


def test_an_agreed_user_cost_is_its_own_start(small: Frame, far: Point, costs: tuple[UserCost, UserCost]) -> None:
    again = user_cost(small.plan.whole.engine, far, billed(small, far), 0.03, costs[0])
    assert again.rounds <= 1 and again.value == pytest.approx(costs[0].value, abs=0.05)


def test_what_is_invested_is_held_with_the_plants_it_builds(small: Frame, far: Point) -> None:
    """Plants twice as dear at half the yearly cost decide alike; a user cost that held plants alone would differ."""
    base, plants = small.plan.whole.baseline(small.plan.whole.use()), far.setting.plants
    dear = plants._replace(capex=2.0 * plants.capex, annuity=0.5 * plants.annuity)
    other = replace(far, setting=far.setting._replace(plants=dear))
    one, two = (user_cost(small.plan.whole.engine, p, base, 0.03, rounds=1) for p in (far, other))
    assert two.value == pytest.approx(one.value, rel=1e-6, abs=1e-9)


def test_a_lower_rate_makes_ore_dearer_where_it_is_scarce(small: Frame, far: Point) -> None:
    base = small.plan.whole.baseline(small.plan.whole.use())
    near, late = (user_cost(small.plan.whole.engine, far, base, r) for r in (0.0, 0.07))
    assert near.value[0].sum() > late.value[0].sum()


def test_growth_fades_and_projects_follow_the_list_until_it_ends(small: Frame) -> None:
    long = engine(small.world, 2079)
    p = point(long, small.plan.values({}), small.plan.baseline(small.plan.use()))
    late = p.growth[long.years >= 2035]
    rising = late[:, late[-1] > late[0] * 1.001]
    steps = np.diff(np.log(rising), axis=0)
    assert (steps > 0).all() and (steps[-1] < 0.1 * steps[0]).all()
    g, size = p.values["model/project/phases"], phases(long.years, long.dt, p.drafts, p.values)
    j = int(np.argmax([d.start <= 2024 for d in p.drafts]))
    t = int(np.flatnonzero(long.years == 2034)[0])
    assert size[t + 1, j] - size[t, j] == pytest.approx(g) and size[t + 9, j] / size[t + 8, j] == pytest.approx(1.0 + g)
    never = phases(long.years, long.dt, p.drafts, {**p.values, "model/project/phases": 0.0})
    assert set(np.unique(never)) <= {0.0, 1.0}


def test_the_value_of_ore_is_what_more_of_it_brings(small: Frame, far: Point) -> None:
    """Ore given before the last period moves that one alone: what is held where it is has not moved."""
    plan, e = small.plan.whole, small.plan.whole.engine
    s, said, _, _ = arranged(e, far, plan.baseline(plan.use()))
    weight, end = 1.07 ** -np.arange(len(e.years)), (np.asarray(np.log(1.07)), np.asarray(0.0))
    slope = rare.welfare_gradient(s, said, e.years, weight, end)[0]
    assert np.isfinite(slope).all() and np.abs(slope[-1]).max() < 1e-9, "ore that comes after the end is worth nothing"

    def brought(body: int, size: float) -> float:
        gift = np.zeros(said.gift.shape)
        gift[-2, body] = size
        record = simulated(s, said._replace(gift=gift), e.years)
        return float(weight[-1] * (rare._earned(s, said, record)[-1].sum() - record.damage[-1].sum()))

    for body in np.argsort(slope[-2])[-2:]:
        measured = (brought(body, 1e-2) - brought(body, -1e-2)) / 2e-2
        assert slope[-2, body] == pytest.approx(measured, rel=1e-6) and measured > 1e-3
    some = len(small.plan.engine.years)
    alone = rare.welfare_gradient(s, jax.tree.map(lambda x: x[:some], said), e.years[:some], weight[:some], end)[0]
    weight[some:] = 0.0
    slope = rare.welfare_gradient(s, said, e.years, weight, end)[0]
    assert alone == pytest.approx(slope[:some], rel=1e-9, abs=1e-12), "a short run is a long one that counts no further"
    assert alone[0].max() > 1e-3 and not slope[some:].any()


def test_the_rare_price_lies_above_the_earth_price_where_damage_is_done(small: Frame, far: Point) -> None:
    e, plan = small.plan.whole.engine, small.plan.whole
    base = plan.baseline(plan.use())
    billed = plan.baseline(plan.use(bill=damage_bill(e, far)))
    user = user_cost(e, far, billed, 0.03)
    on_top = ore_charge(e, far, user)
    assert (on_top >= 0).all() and on_top.max() > 0
    node = list(e.world.network.nodes.index).index("ndpr_oxide@CHN")
    plain, dear = run(e, far, base), rare_run(e, far, billed, user)
    assert (dear.record.price[2:, node] > plain.record.price[2:, node]).all()


def test_near_the_path_of_the_user_cost_the_same_prices_are_found_in_fewer_steps(small: Frame, far: Point) -> None:
    e, plan = small.plan.whole.engine, small.plan.whole
    use = plan.use(bill=damage_bill(e, far))
    user = user_cost(e, far, plan.baseline(use), 0.03)
    alone, near = (rare_run(e, p, plan.baseline(use), user) for p in (far, far.near(user.guide)))
    assert near.record.price == pytest.approx(alone.record.price, rel=1e-6, abs=1e-6)
    assert near.record.steps[1:].sum() < 0.5 * alone.record.steps[1:].sum()


def test_a_bill_for_damage_is_the_damage_that_is_left(small: Frame, far: Point) -> None:
    """Who is billed cleans up what is cheaper cleaned than paid for, and pays for the rest what it does."""
    e, plan = small.plan.whole.engine, small.plan.whole
    bill = damage_bill(e, far)
    base, billed = (plan.baseline(plan.use(bill=b)) for b in (None, bill))
    done = run(e, far, billed)
    harm = np.sum(np.asarray(done.setting.places.damage)[None] * np.asarray(done.schedule.burden), 2)
    paid = billed.specific - base.specific
    assert paid == pytest.approx(harm, rel=1e-3, abs=1e-12), "less what the law's own charges lose as burdens shrink"
    assert (paid <= harm + 1e-12).all()
    assert (billed.burden <= base.burden + 1e-12).all() and (billed.burden < base.burden - 1e-6).any()
    assert (billed.resource_cost >= base.resource_cost - 1e-12).all()
