"""The laws of motion one by one: their equations, their bounds, and the same year from periods of any length."""

from __future__ import annotations

from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad

from earthprice.dynamics import laws
from earthprice.dynamics.run import initial_state
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Base, Beliefs, Demand, Knowledge, Ore, Places, Storage
from earthprice.market.response import Response, exponent, isoelastic

from .conftest import alone, now, only, ticks

PERIODS = (1.0, 0.5, 0.25)


def test_knowledge_by_doing_is_the_same_for_each_doubling(base) -> None:
    s, schedule = only(base, learning=0.06), base.first
    state = initial_state(s, base.schedule)
    twice = state._replace(made=jnp.maximum(s.knowledge.made @ s.base.level, 1e-3))
    after, made = laws.knowledge(s.knowledge, schedule, twice, s.base.level)
    behind = np.asarray((s.knowledge.made @ s.base.level > 0.01) & (s.knowledge.known <= 1.0))
    assert np.asarray(made / twice.made)[behind] == pytest.approx(1.0 + base.dt[0])
    gained = np.asarray(after - s.knowledge.known)[behind]
    assert gained == pytest.approx(0.06 * np.log2(1.0 + base.dt[0]))


def test_spill_over_closes_a_share_of_the_gap_and_leaves_the_leader(base) -> None:
    s, schedule = only(base, spillover=0.1), base.first
    after, _ = laws.knowledge(s.knowledge, schedule, initial_state(s, base.schedule), s.base.level)
    gap0, gap = (np.asarray(s.knowledge.known.max() - h) for h in (s.knowledge.known, after))
    knows = np.asarray(s.knowledge.known) > 0
    assert gap[knows] == pytest.approx((1.0 - 0.1 * base.dt[0]) * gap0[knows])
    assert (np.asarray(after)[~knows] == 0.0).all(), "who knows nothing cannot learn from the leader"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0, 1.2])
def test_research_counts_in_full_up_to_the_leader_and_dies_at_the_frontier(base, share: float) -> None:
    s = only(base, research=1e-3)
    lead, zone = float(s.knowledge.known.max()), base.names.zones.index("CHN")
    schedule = base.first
    schedule = schedule._replace(research=schedule.research.at[zone].set(1.0))
    at = lead + share * (float(s.knowledge.frontier) - lead)
    state = initial_state(s, base.schedule)._replace(knowledge=s.knowledge.known.at[zone].set(at))
    after, _ = laws.knowledge(s.knowledge, schedule, state, s.base.level)
    full = 1e-3 * base.dt[0]
    expected = min(at + full * max(1.0 - share, 0.0), float(s.knowledge.frontier))
    assert float(after[zone]) == pytest.approx(expected, abs=1e-12)
    behind, _ = laws.knowledge(s.knowledge, schedule, initial_state(s, base.schedule), s.base.level)
    assert float(behind[zone] - s.knowledge.known[zone]) == pytest.approx(full)


def test_a_leader_at_the_frontier_has_nothing_left_to_find(base) -> None:
    """Where the frontier is where the leader stands: research and doing add nothing there, and all stays a number."""
    s = only(base, research=1e-3, learning=0.1)
    s = s._replace(knowledge=s.knowledge._replace(frontier=jnp.max(s.knowledge.known)))
    schedule = base.first._replace(research=jnp.ones_like(base.first.research))
    after, _ = laws.knowledge(s.knowledge, schedule, initial_state(s, base.schedule), s.base.level)
    lead = int(np.argmax(s.knowledge.known))
    assert np.isfinite(after).all() and float(after[lead]) == pytest.approx(float(s.knowledge.known[lead]))


def test_complaints_follow_damage_and_forget(base) -> None:
    s, state = base.setting, initial_state(base.setting, base.schedule)
    one, doubled = jnp.ones(state.complaints.shape), 2.0 * jnp.ones(state.complaints.shape)
    after = laws.complaints(s.places, state, doubled, one, base.dt[0])
    assert np.asarray(after) == pytest.approx(1.0 + float(s.places.memory))
    back = laws.complaints(s.places, state._replace(complaints=after), one, one, base.dt[0])
    assert np.asarray(back) == pytest.approx(1.0 + float(s.places.memory) * (1.0 - float(s.places.memory)))


def test_a_zone_complains_for_its_districts_by_their_damage(base) -> None:
    """Review R1 looks at the complaints of a zone, whose mines and plants all lie in districts."""
    s, state, places = base.setting, initial_state(base.setting, base.schedule), base.names.places
    before = np.zeros(len(places))
    before[[places.index("Baotou"), places.index("South")]] = 300.0, 100.0
    after = before.copy()
    after[places.index("South")] = 300.0
    felt = np.asarray(laws.felt(s.places, jnp.asarray(after), jnp.asarray(before)))
    assert felt[places.index("CHN")] == pytest.approx(1.5) and felt[places.index("South")] == pytest.approx(3.0)
    assert felt[places.index("Baotou")] == pytest.approx(1.0) and felt[places.index("MMR")] == 1.0, "none then or now"
    told = np.asarray(laws.complaints(s.places, state, jnp.asarray(after), jnp.asarray(before), base.dt[0]))
    assert told[places.index("CHN")] == pytest.approx(1.0 + 0.5 * float(s.places.memory))


def test_thrift_brings_short_run_demand_to_the_long_run(base) -> None:
    s, state = base.setting, initial_state(base.setting, base.schedule)
    dear = 2.0 * s.base.margin
    for _ in range(60):
        state = state._replace(thrift=laws.thrift(s.demand, s.base, state, dear, base.dt[0]))
    use = np.asarray(s.demand.final)
    slow = np.array([d.long for d in base.drafts]) - base.bench.spread
    assert np.asarray(state.thrift)[use] == pytest.approx(-np.maximum(slow, 0)[use] * np.log(2.0), rel=1e-6)
    assert (np.asarray(state.thrift)[~use] == 0).all()


@pytest.mark.parametrize(
    ("short", "long", "choke", "price", "loss"),
    [
        (0.2, 0.5, 20.0, 1.25, 0.2358),
        (0.3, 0.8, 12.0, 1.25, 0.2279),
        (0.3, 0.8, 12.0, 2.0, 0.7321),
        (0.3, 0.8, 12.0, 0.7, -0.3432),
    ],
)
def test_a_lasting_change_of_price_is_worth_the_area_under_the_long_run_curve(
    short: float, long: float, choke: float, price: float, loss: float
) -> None:
    """Thrift settled: the area under q exp(h) by quadrature; the shrunken curve alone would say 0.661 of the first."""
    one, k = np.ones(1), long - short
    e = exponent(np.array([short]), np.array([choke]))
    demand = SimpleNamespace(curved=np.array([0]), thrift=k * one, choke=choke * one)
    base = SimpleNamespace(cost=one, spread=e)

    def curve(v: float) -> Response:
        return isoelastic(-v * one, one, one, e, choke * one)

    def gain(v: float) -> float:
        """Surplus at the thrift that a price brings about, less what that thrift cost."""
        h = -k * np.log(v) * one
        return float((jnp.exp(h) * curve(v).surplus - laws.thrift_cost(demand, base, h, one))[0])  # type: ignore[arg-type]

    area = quad(lambda v: float(curve(v).level[0]) * v**-k, 1.0, price)[0]
    assert gain(1.0) - gain(price) == pytest.approx(area, rel=1e-6)
    assert area == pytest.approx(loss, abs=2e-4) and area < price - 1.0, "at most what he bought costs more"


@pytest.mark.parametrize("k", [0.0, -0.1])
@pytest.mark.parametrize("held", [0.2, 0.0, -0.2])
def test_users_who_learn_no_thrift_pay_for_none(k: float, held: float) -> None:
    """Whatever they hold: long-run demand is no more elastic than short-run demand."""
    one = np.ones(1)
    demand = SimpleNamespace(curved=np.array([0]), thrift=k * one, choke=12.0 * one)
    base = SimpleNamespace(cost=one, spread=exponent(np.array([0.4]), np.array([12.0])))
    assert float(laws.thrift_cost(demand, base, held * one, one)[0]) == 0.0  # type: ignore[arg-type]


def test_holders_who_extrapolate_expect_part_of_the_last_move_again(base) -> None:
    """Metzler (1941): after a rise by a tenth E' = E + theta (p - E) + g (p - p_before)."""
    s, beliefs = base.setting, base.setting.beliefs._replace(extrapolate=jnp.asarray(0.5))
    state = initial_state(s, base.schedule)
    n = state.expected.shape[0]
    price = state.price.at[:n].mul(1.1)
    hoped, _ = laws.expectations(beliefs, state, price, s.base.margin, base.dt[0])
    theta = 1.0 - (1.0 - float(s.beliefs.adaptive)) ** base.dt[0]
    assert hoped == pytest.approx(np.asarray(state.expected) * (1.0 + 0.1 * (theta + 0.5)), rel=1e-9)
    still, _ = laws.expectations(beliefs, state, state.price, s.base.margin, base.dt[0])
    assert still == pytest.approx(np.asarray(state.expected), rel=1e-12)


@pytest.mark.parametrize("dt", PERIODS)
def test_expectations_take_up_the_same_share_of_a_surprise_in_a_year(dt: float) -> None:
    beliefs = alone(Beliefs, adaptive=0.4, extrapolate=0.0)
    price, margin = jnp.array([30.0]), jnp.array([-5.0])
    at = now(expected=[20.0], margin=[10.0], price=[20.0])
    for _ in range(round(1 / dt)):
        expected, hoped = laws.expectations(beliefs, at, price, margin, dt)
        at = at._replace(expected=expected, margin=hoped, price=price)
    assert np.asarray(at.expected) == pytest.approx(30.0 - 0.6 * 10.0)
    assert np.asarray(at.margin) == pytest.approx(-5.0 + 0.6 * 15.0)


def test_nobody_expects_less_than_a_tenth_of_a_price() -> None:
    beliefs = alone(Beliefs, adaptive=0.0, extrapolate=1.0)
    at = now(expected=[1.0, 5.0], margin=[0.0, 0.0], price=[90.0, 30.0])
    expected, _ = laws.expectations(beliefs, at, jnp.array([30.0, 30.0]), jnp.zeros(2), 1.0)
    assert np.asarray(expected) == pytest.approx([3.0, 5.0])


@pytest.mark.parametrize("dt", PERIODS)
def test_thrift_and_complaints_go_the_same_way_in_a_year(dt: float) -> None:
    demand, base = (
        alone(Demand, final=[True], thrift=[0.5], speed=0.2)._replace(final=jnp.array([True])),
        alone(Base, cost=[10.0]),
    )
    places, at = alone(Places, within=[[1.0]], memory=0.3), now(thrift=[0.0], complaints=[1.0])
    for _ in range(round(1 / dt)):
        at = at._replace(
            thrift=laws.thrift(demand, base, at, jnp.array([-20.0]), dt),
            complaints=laws.complaints(places, at, jnp.array([30.0]), jnp.array([10.0]), dt),
        )
    assert np.asarray(at.thrift) == pytest.approx(-0.2 * 0.5 * np.log(2.0))
    assert np.asarray(at.complaints) == pytest.approx(1.0 + 0.3 * 2.0, rel=1e-6)


@pytest.mark.parametrize(("value", "ratio"), [(1e4, 50.0), (1e-3, 0.05)])
def test_thrift_answers_to_values_within_bounds(value: float, ratio: float) -> None:
    demand = alone(Demand, thrift=[0.5], speed=1.0)._replace(final=jnp.array([True]))
    found = laws.thrift(demand, alone(Base, cost=[10.0]), now(thrift=[0.0]), jnp.array([-value]), 1.0)
    assert np.asarray(found) == pytest.approx(-0.5 * np.log(ratio))


@pytest.mark.parametrize("dt", PERIODS)
def test_stocks_hold_a_years_purchases_after_a_year(dt: float) -> None:
    flags = {"store": jnp.array([True, False, False]), "release": jnp.array([False, True, False])}
    storage = alone(Storage, private=[[1.0, 1.0, 0.0]], state=[[0.0, 0.0, -1.0]])._replace(**flags)
    at = now(stock=[10.0], reserve=[10.0])
    for _ in range(round(1 / dt)):
        stock, reserve = laws.stocks(storage, at, jnp.array([3.0, 1.0, 2.0]), dt)
        at = at._replace(stock=stock, reserve=reserve)
    assert (float(at.stock[0]), float(at.reserve[0])) == pytest.approx((12.0, 8.0))


@pytest.mark.parametrize("dt", PERIODS)
def test_knowledge_moves_at_yearly_rates(dt: float) -> None:
    """Research, spill-over and forgetting go by the year, learning by what is made: each alone, one period long."""
    off = dict(learning=0.0, research=0.0, spillover=0.0, depreciation=0.0)
    given = dict(known=[2.0, 1.0, 0.0], made=np.eye(3), frontier=3.0)
    said = alone(Schedule, research=[0.0, 10.0, 0.0])._replace(clock=ticks(dt))
    at = now(knowledge=[2.0, 1.5, 0.0], made=[8.0, 8.0, 8.0])

    def moved(**kept: float) -> np.ndarray:
        after, made = laws.knowledge(alone(Knowledge, **given | off | kept), said, at, jnp.full(3, 8.0))
        assert np.asarray(made) == pytest.approx(8.0 + 8.0 * dt)
        return np.asarray(after) - np.asarray(at.knowledge)

    assert moved(research=0.01) == pytest.approx([0.0, 0.1 * dt, 0.0])
    assert moved(spillover=0.2) == pytest.approx([0.0, (1.0 - 0.8**dt) * 0.5, 0.0])
    assert moved(depreciation=0.1) == pytest.approx([0.0, -(1.0 - 0.9**dt) * 0.5, 0.0])
    assert moved(learning=0.1) == pytest.approx(0.1 * np.log2(1.0 + dt))


def body(**changes: float) -> Ore:
    """Two mines, on a rich body and on the lean one beside it, and a pond that takes the tailings of both."""
    lean_of, tail_to = np.zeros((3, 3)), np.zeros((3, 3))
    lean_of[1, 0], tail_to[2, :2] = 1.0, 1.0
    given = dict(
        dig=[[2.0, 0.0], [0.0, 2.0], [0.0, 0.0]],
        recovery=[0.5, 0.5],
        most=[0.9, 0.9],
        cost=[10.0, 10.0],
        effort=1.0,
        ground=[100.0, 100.0, 5.0],
        years=10.0,
        replacement=0.1,
        lean_lost=[0.5, 0.0, 0.0],
        lean_of=lean_of,
        tail_to=tail_to,
        host=[0.0, 0.0, 0.0],
    )
    return alone(Ore, **given | changes)


UNRULED = alone(Schedule, recovery=[1.0, 1.0], gift=[0.0, 0.0, 0.0])._replace(clock=ticks(1.0))


@pytest.mark.parametrize("dt", PERIODS)
def test_ore_goes_where_the_equation_says_by_the_year(dt: float) -> None:
    level = jnp.array([1.0, 2.0])
    at = now(ore=[100.0, 100.0, 5.0], lean_lost=[0.0] * 3, waste=[0.0] * 3)
    for _ in range(round(1 / dt)):
        left, lost, waste = laws.ore(body(), UNRULED._replace(clock=ticks(dt)), at, level)
        at = at._replace(ore=left, lean_lost=lost, waste=waste)
    assert np.asarray(at.ore) == pytest.approx([100.0 - 2.0 + 0.1, 100.0 - 4.0 + 0.2 - 1.0, 5.0 + 1.0 + 2.0])
    assert np.asarray(at.lean_lost) == pytest.approx([0.0, 1.0, 0.0]) and not np.asarray(at.waste).any()


def test_no_more_lean_ore_is_lost_than_is_there_for_a_year() -> None:
    at = now(ore=[100.0, 1.0, 0.0], lean_lost=[0.0] * 3, waste=[0.0] * 3)
    _, lost, _ = laws.ore(body(), UNRULED, at, jnp.array([1.0, 0.0]))
    assert np.asarray(lost) == pytest.approx([0.0, 0.1, 0.0])


def test_a_host_brings_its_ore_up_as_long_as_there_is_some() -> None:
    hosted = body(host=[30.0, 0.0, 0.0])
    for left, up in ((1000.0, 30.0), (100.0, 10.0), (0.0, 2.0)):
        found = laws.dug(hosted, UNRULED, jnp.array([1.0, 0.0]), jnp.array([left, 100.0, 0.0]))
        assert float(found[0]) == pytest.approx(up)
    for capacity, free in ((0.0, 1.0), (6.0, 0.6), (90.0, 0.0)):
        assert np.asarray(laws.room(hosted, jnp.array([capacity, 5.0]))) == pytest.approx([free, 1.0])


@pytest.mark.parametrize("dt", PERIODS)
def test_a_mine_is_fed_as_long_as_its_ore_lasts_and_never_digs_most_of_it_in_a_period(dt: float) -> None:
    base, k = alone(Base, capacity=[5.0, 5.0]), jnp.array([5.0, 5.0])
    full = laws.ore_factor(body(), base, jnp.array([100.0, 100.0, 5.0]), k, dt)
    assert np.asarray(full) == pytest.approx(1.0)
    half = laws.ore_factor(body(), base, jnp.array([50.0, 50.0, 5.0]), k, dt)
    assert np.asarray(half) == pytest.approx(np.expm1(-0.5) / np.expm1(-1.0))
    crowd = jnp.array([500.0, 5.0])
    few = laws.ore_factor(body(years=1e-3), base, jnp.array([100.0, 100.0, 5.0]), crowd, dt)
    assert float(few[0]) * 1000.0 * dt == pytest.approx(laws.MOST_DUG * 100.0)


def test_what_is_built_has_an_outlet_and_what_closes_leaves_its_own(base) -> None:
    s = base.setting
    at, first = np.asarray(s.outlets.activity), np.asarray(s.base.capacity)
    for share in (1.0, 0.5):
        kept = np.asarray(laws.outlets(s.outlets, s.base, share * s.base.capacity))
        assert kept == pytest.approx(first[at], rel=1e-12), "as in the base year, whatever closes"
    k = first * 20.0
    grown = np.asarray(laws.outlets(s.outlets, s.base, jnp.asarray(k)))
    needed = np.asarray(s.outlets.needed)
    assert grown == pytest.approx(np.maximum(first[at], needed @ k), rel=1e-12)
    full = needed @ first >= 0.99 * first[at]  # no project plans to make more of it
    assert full.sum() > 40 and grown[full] == pytest.approx(20.0 * (needed @ first)[full], rel=1e-12)


@pytest.mark.parametrize("rate", [-1.2, -0.1, -1e-9, 0.0, 1e-5, 0.4])
@pytest.mark.parametrize("dt", [1.0, 0.25])
def test_a_market_has_the_mean_of_what_closes_evenly_in_its_period(rate: float, dt: float) -> None:
    """Capacity of 8 that goes on as in the last period: the mean of 8 exp(g t) over it, by quadrature."""
    found = laws.meanwhile(now(capacity=[8.0], trend=[rate]), dt)
    mean = quad(lambda t: 8.0 * np.exp(rate * t), 0.0, dt)[0] / dt
    assert float(found[0]) == pytest.approx(mean, rel=1e-9)


def test_no_standard_reaches_the_technical_limit() -> None:
    for asked, got in ((1.2, 1.2), (1.79, 1.0 + laws.NEAR * 0.8), (9.0, 1.0 + laws.NEAR * 0.8)):
        said = UNRULED._replace(recovery=jnp.array([asked, asked]))
        assert np.asarray(laws.reached(body(), said)) == pytest.approx(got)


@pytest.mark.parametrize(("asked", "dearer"), [(0.5, 0.0), (1.0, 0.0), (1.2, 0.25121), (1.6, 3.18147)])
def test_a_higher_recovery_costs_its_treatment_less_the_ore_saved(asked: float, dearer: float) -> None:
    """10 USD/kg at 0.5 of at most 0.9: (0.5 + 0.4 ln(0.4 / 0.3)) / 0.6 - 1 = 0.025121; to 0.8 likewise."""
    said = UNRULED._replace(recovery=np.array([asked, asked]))
    assert laws.recovery_cost(body(), said) == pytest.approx(dearer, abs=1e-4)
    done = body(most=[0.5, 0.9], recovery=[0.5, 0.0])
    assert laws.recovery_cost(done, said)[1] == 0.0, "no mine"
    assert laws.recovery_cost(done, said)[0] == pytest.approx(0.0, abs=1e-12), "at its limit already"
