"""The laws of motion one by one, and what the whole does when demand, support or caps move."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics import laws
from earthprice.dynamics.building import build
from earthprice.dynamics.run import bundles, start
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.state import Record

from .conftest import blank, boom, case


def built(base, activity: str, hope: float, periods: int = 10, **changes: float) -> np.ndarray:
    """Capacity of an activity whose expected margin is raised by `hope` of its worth in the first period only."""
    s, at = base.setting, base.at(activity)
    schedule = Schedule(*(f[0] for f in base.schedule))
    schedule = schedule._replace(**{k: getattr(schedule, k).at[at].set(v) for k, v in changes.items()})
    state, out = start(s), []
    for t in range(periods):
        margin = s.base.margin.at[at].add(hope * s.plants.worth[at] if t == 0 else 0.0)
        after, queue, _ = build(s, schedule, state._replace(margin=margin), s.base.level, bundles(s))
        state = state._replace(capacity=after, queue=queue)
        out.append(float(after[at]))
    return np.array(out) / float(s.base.capacity[at])


@pytest.mark.parametrize(
    "activity",
    ["make/magnet_high/CHN/standard", "dig/mountain_pass/rich/licensed", "dig/kachin/rich/unlicensed"],
)
def test_new_capacity_comes_after_its_lead_and_not_before(base, activity: str) -> None:
    """Begun in the first period, it is there when the period `lead` later begins."""
    lead = round(base.drafts[base.at(activity)].lead)
    path = built(base, activity, 0.2, lead + 2)
    assert path[: lead - 1] == pytest.approx(1.0) and (path[lead - 1 :] > 1.03).all()


def test_a_licence_to_build_delays_and_a_refusal_prevents(base) -> None:
    activity = "make/magnet_high/CHN/standard"
    lead = round(base.drafts[base.at(activity)].lead)
    late = built(base, activity, 0.2, lead + 4, delay=2.0)
    assert late[lead] == pytest.approx(1.0) and late[lead + 1] > 1.03
    assert built(base, activity, 0.2, lead + 2, entry=0.0) == pytest.approx(1.0)


def test_a_delay_of_part_of_a_period_splits_what_is_built(base) -> None:
    activity = "make/magnet_high/CHN/standard"
    lead = round(base.drafts[base.at(activity)].lead)
    whole, half = built(base, activity, 0.2, lead + 3), built(base, activity, 0.2, lead + 3, delay=0.5)
    assert half[lead - 1] - 1 == pytest.approx(0.5 * (whole[lead - 1] - 1))
    assert half[lead] == pytest.approx(whole[lead])


def test_exit_is_slower_than_entry_and_at_once(base) -> None:
    activity = "make/magnet_high/CHN/standard"
    lead = round(base.drafts[base.at(activity)].lead)
    falls = 1.0 - built(base, activity, -0.2, 1)[0]
    assert 0 < falls < built(base, activity, 0.2, lead)[-1] - 1.0


def test_a_project_waits_for_its_year(base) -> None:
    opens = np.asarray(base.schedule.open)
    waits = np.asarray(base.setting.plants.project) & (opens[0] == 0)
    rich = boom(base, 2.0)
    r = base.run(growth=rich)
    assert waits.any()
    for at in np.flatnonzero(waits & ~np.asarray(base.setting.plants.milled)):
        year = int(np.argmax(opens[:, at])) if opens[:, at].any() else len(opens)
        queue = round(float(base.setting.plants.lead[at]))
        own = r.capacity[: min(year + queue, len(opens)), at]
        assert (own <= own[0] * (1 + 1e-9)).all(), base.ids[at]


def test_only_sites_that_pay_are_opened(base, still: Record) -> None:
    """A project far below its cost in every year stays where it is, however long it may wait."""
    s, n = base.setting, len(base.bench.price)
    margin = (still.price[:, :n] @ base.bench.a).max(0)
    paid = (margin - np.asarray(s.base.cost + s.plants.annuity * s.plants.capex)) / np.asarray(s.base.value)
    hopeless = np.asarray(s.plants.project & ~s.plants.milled) & (paid < -0.5) & base.mask(stage="mining")
    assert hopeless.sum() >= 5
    assert (still.capacity[-1, hopeless] < 0.05 * np.asarray(s.plants.planned)[hopeless]).all()


def test_a_projects_mill_grows_with_its_pits(base) -> None:
    r, s = base.run(growth=boom(base, 1.5)), base.setting
    for at in np.flatnonzero(s.plants.milled):
        node = int(np.argmax(base.bench.a[:, at]))
        pits = np.asarray(s.ore.dig).any(axis=0)  # unused hours lapse elsewhere
        need = np.maximum(-base.bench.a[node], 0) @ (mined(base, r) * pits)
        assert r.capacity[-1, at] == pytest.approx(float(need), rel=0.05)


def mined(c, r: Record) -> np.ndarray:
    """Capacity of mines at the end, before what their ore withholds."""
    s, left, capacity = c.setting, jnp.asarray(r.ore[-1]), jnp.asarray(r.capacity[-1])
    factor = np.asarray(laws.ore_factor(s.ore, s.base, left, capacity, s.dt))
    return r.capacity[-1] / np.maximum(factor, 1e-9)


def test_no_growth_and_no_change_is_a_steady_state(base) -> None:
    """Ten years at base prices: what moves is ore running down, learning, and projects that pay already."""
    s = only(base, depreciation=float(base.setting.knowledge.depreciation))
    s = s._replace(plants=s.plants._replace(share=jnp.zeros(())))
    first = base.run(setting=s)
    full = np.tile(first.ore[0] - first.ore[1], (len(first.ore), 1))
    r = base.run(setting=s, gift=full)
    n = len(base.bench.price)
    assert np.abs(r.price[:, :n] / base.bench.price - 1).max() < 2e-3
    big = base.bench.level > 0.1
    assert np.abs(r.level[:, big] / base.bench.level[big] - 1).max() < 0.03, "what is thrown away moves most"
    ore_alone = base.run(setting=s)
    assert np.abs(ore_alone.price[-1, :n] / base.bench.price - 1).max() > 0.01, "ore does run down"


def test_half_years_and_years_agree(base, world) -> None:
    years = np.arange(world.base_year, world.base_year + 10.5, 0.5)
    fine = case(world, blank(world, years), dt=0.5)
    times = 1.03 ** (years - years[0])[:, None]
    halves = fine.run(growth=times * np.ones(fine.schedule.growth.shape))
    whole = base.run(growth=times[::2] * np.ones(base.schedule.growth.shape))
    main = [i for i, n in enumerate(world.network.nodes.index) if n.endswith("@CHN") and base.bench.flow[i] > 0.1]
    gap = np.abs(halves.price[::2][:, main] / whole.price[:, main] - 1)
    assert np.median(gap[-1]) < 0.03 and gap[:6].max() < 0.08


def test_stocks_are_released_when_the_price_rises(base, grown: Record) -> None:
    bought = np.where(base.setting.storage.store, grown.level, 0.0)[1] @ np.asarray(base.setting.storage.private).T
    sold = np.where(base.setting.storage.release, grown.level, 0.0)[1] @ np.asarray(base.setting.storage.private).T
    at = base.names.stocks.index("ndpr_oxide@CHN")
    assert sold[at] > bought[at] and grown.stock[2, at] < grown.stock[0, at]


def test_people_hoard_before_a_rule_bites(base, still: Record) -> None:
    hoard = np.zeros(len(base.terms.years))
    hoard[2:4] = 0.1
    r = base.run(hoard=hoard)
    at = base.names.stocks.index("dy_oxide@CHN")
    assert r.stock[4, at] > 1.02 * still.stock[4, at]
    price = list(base.world.network.nodes.index).index("dy_oxide@CHN")
    assert r.price[2, price] > still.price[2, price] and r.price[4, price] < still.price[4, price]


def test_the_state_buys_below_its_price_and_keeps_what_it_buys(base) -> None:
    at = base.at("ndpr_oxide@CHN/reserve_buy")
    holding, price = np.zeros(base.schedule.holding.shape), np.full(base.schedule.holding.shape, np.nan)
    holding[1:4, at], price[1:4, at] = 2.0, 60.0
    r = base.run(holding=holding, reservation=price)
    kept = base.names.stocks.index("ndpr_oxide@CHN")
    assert r.level[1:4, at].min() > 1.0 and r.level[5, at] == 0
    assert np.diff(r.reserve[:, kept]) == pytest.approx(r.level[:-1, at])
    node = list(base.world.network.nodes.index).index("ndpr_oxide@CHN")
    assert r.price[1, node] > r.price[0, node]


def test_knowledge_rises_with_support_and_makes_high_grade_cheaper(base, still: Record) -> None:
    research = np.zeros(base.schedule.research.shape)
    china = base.names.zones.index("CHN")
    research[1:, china] = 200.0
    r = base.run(research=research)
    assert r.knowledge[0, china] == still.knowledge[0, china]
    assert (r.knowledge[2:, china] > still.knowledge[2:, china]).all()
    assert r.knowledge.max() <= float(base.setting.knowledge.frontier), "nobody passes the frontier"
    made = base.mask(stage="magnet", tier="high", zone="CHN")
    assert r.level[-1, made].sum() > 1.01 * still.level[-1, made].sum()


def only(base, **kept: float):
    """The setting with the channels of knowledge off, save those kept."""
    channels = dict.fromkeys(("learning", "spillover", "depreciation", "research"), 0.0) | kept
    known = base.setting.knowledge._replace(**{k: jnp.asarray(v) for k, v in channels.items()})
    return base.setting._replace(knowledge=known)


def test_knowledge_by_doing_is_the_same_for_each_doubling(base) -> None:
    s, schedule = only(base, learning=0.06), Schedule(*(f[0] for f in base.schedule))
    state = start(s)
    twice = state._replace(made=jnp.maximum(s.knowledge.made @ s.base.level, 1e-3))
    after, made = laws.knowledge(s.knowledge, schedule, twice, s.base.level, s.dt)
    behind = np.asarray((s.knowledge.made @ s.base.level > 0.01) & (s.knowledge.known <= 1.0))
    assert np.asarray(made / twice.made)[behind] == pytest.approx(1.0 + float(s.dt))
    gained = np.asarray(after - s.knowledge.known)[behind]
    assert gained == pytest.approx(0.06 * np.log2(1.0 + float(s.dt)))


def test_spill_over_closes_a_share_of_the_gap_and_leaves_the_leader(base) -> None:
    s, schedule = only(base, spillover=0.1), Schedule(*(f[0] for f in base.schedule))
    after, _ = laws.knowledge(s.knowledge, schedule, start(s), s.base.level, s.dt)
    gap0, gap = (np.asarray(s.knowledge.known.max() - h) for h in (s.knowledge.known, after))
    knows = np.asarray(s.knowledge.known) > 0
    assert gap[knows] == pytest.approx((1.0 - 0.1 * float(s.dt)) * gap0[knows])
    assert (np.asarray(after)[~knows] == 0.0).all(), "who knows nothing cannot learn from the leader"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0, 1.2])
def test_research_counts_in_full_up_to_the_leader_and_dies_at_the_frontier(base, share: float) -> None:
    s = only(base, research=1e-3)
    lead, zone = float(s.knowledge.known.max()), base.names.zones.index("CHN")
    schedule = Schedule(*(f[0] for f in base.schedule))
    schedule = schedule._replace(research=schedule.research.at[zone].set(1.0))
    at = lead + share * (float(s.knowledge.frontier) - lead)
    state = start(s)._replace(knowledge=s.knowledge.known.at[zone].set(at))
    after, _ = laws.knowledge(s.knowledge, schedule, state, s.base.level, s.dt)
    full = 1e-3 * float(s.dt)
    expected = min(at + full * max(1.0 - share, 0.0), float(s.knowledge.frontier))
    assert float(after[zone]) == pytest.approx(expected, abs=1e-12)
    behind, _ = laws.knowledge(s.knowledge, schedule, start(s), s.base.level, s.dt)
    assert float(behind[zone] - s.knowledge.known[zone]) == pytest.approx(full)


def test_a_plant_grows_with_the_extra_return_on_its_capital(base) -> None:
    activity = "make/magnet_low/CHN/standard"
    at, lead = base.at(activity), round(base.drafts[base.at(activity)].lead)
    d, s = base.drafts[at], base.setting
    assert float(s.plants.worth[at]) == pytest.approx(d.capex / d.use)
    path = built(base, activity, 0.1, lead + 2)
    assert path[lead] - 1.0 == pytest.approx(0.1 * float(s.plants.response[at]) * float(s.dt), rel=1e-3)
    thrifty = base.at("make/magnet_low/CHN/thrift")
    assert float(s.plants.worth[thrifty]) == pytest.approx(base.drafts[thrifty].capex / d.use), "the same plants"


def test_complaints_follow_damage_and_forget(base) -> None:
    s, state = base.setting, start(base.setting)
    one, doubled = jnp.ones(state.complaints.shape), 2.0 * jnp.ones(state.complaints.shape)
    after = laws.complaints(s.places, state, doubled, one, s.dt)
    assert np.asarray(after) == pytest.approx(1.0 + float(s.places.memory))
    back = laws.complaints(s.places, state._replace(complaints=after), one, one, s.dt)
    assert np.asarray(back) == pytest.approx(1.0 + float(s.places.memory) * (1.0 - float(s.places.memory)))


def test_a_zone_complains_for_its_districts_by_their_damage(base) -> None:
    """Review R1 looks at the complaints of a zone, whose mines and plants all lie in districts."""
    s, state, places = base.setting, start(base.setting), base.names.places
    before = np.zeros(len(places))
    before[[places.index("Baotou"), places.index("South")]] = 300.0, 100.0
    after = before.copy()
    after[places.index("South")] = 300.0
    felt = np.asarray(laws.felt(s.places, jnp.asarray(after), jnp.asarray(before)))
    assert felt[places.index("CHN")] == pytest.approx(1.5) and felt[places.index("South")] == pytest.approx(3.0)
    assert felt[places.index("Baotou")] == pytest.approx(1.0) and felt[places.index("MMR")] == 1.0, "none then or now"
    told = np.asarray(laws.complaints(s.places, state, jnp.asarray(after), jnp.asarray(before), s.dt))
    assert told[places.index("CHN")] == pytest.approx(1.0 + 0.5 * float(s.places.memory))


def test_complaints_rise_where_digging_rises(base, grown: Record, still: Record) -> None:
    south = base.names.places.index("South")
    assert grown.damage[1, south] > grown.damage[0, south]
    assert grown.complaints[3, south] > still.complaints[3, south] == pytest.approx(1.0, abs=0.05)


def test_thrift_brings_short_run_demand_to_the_long_run(base) -> None:
    s, state = base.setting, start(base.setting)
    dear = 2.0 * s.base.margin
    for _ in range(60):
        state = state._replace(thrift=laws.thrift(s.demand, s.base, state, dear, s.dt))
    use = np.asarray(s.demand.final)
    slow = np.array([d.long for d in base.drafts]) - base.bench.spread
    assert np.asarray(state.thrift)[use] == pytest.approx(-np.maximum(slow, 0)[use] * np.log(2.0), rel=1e-6)
    assert (np.asarray(state.thrift)[~use] == 0).all()


def test_unlicensed_digging_rises_within_two_years_of_a_boom(base, grown: Record) -> None:
    wild = base.mask(stage="mining", status="unlicensed")
    node = list(base.world.network.nodes.index).index("conc_clay_medium@CHN")
    assert grown.price[1, node] > 1.1 * grown.price[0, node]
    assert grown.level[2, wild].sum() > 1.15 * grown.level[0, wild].sum()
    assert grown.capacity[3, wild].sum() > grown.capacity[0, wild].sum(), "new pits follow"


def test_half_the_permits_raise_price_and_unlicensed_digging(base, still: Record) -> None:
    use0 = base.terms.permit_use @ base.bench.level
    amount = np.full_like(base.terms.permit_amount, np.inf)
    amount[:, 0] = use0[0]
    amount[2:, 0] = 0.5 * use0[0]
    c = base.under(permit_amount=amount)
    r, n = c.run(), len(c.bench.price)
    assert c.terms.permit_use[0] @ r.level[3] == pytest.approx(0.5 * use0[0], rel=1e-3)
    at = list(c.world.network.nodes.index).index("ndpr_oxide@CHN")
    assert r.price[2, at] > 1.2 * r.price[1, at] and r.price[2, n] > r.price[1, n]
    wild = c.mask(stage="mining", status="unlicensed")
    assert r.level[3, wild].sum() > r.level[2, wild].sum() > r.level[1, wild].sum()


def test_holders_who_extrapolate_expect_part_of_the_last_move_again(base) -> None:
    """Metzler (1941): after a rise by a tenth E' = E + theta (p - E) + g (p - p_before)."""
    s, beliefs = base.setting, base.setting.beliefs._replace(extrapolate=jnp.asarray(0.5))
    state = start(s)
    n = state.expected.shape[0]
    price = state.price.at[:n].mul(1.1)
    hoped, _ = laws.expectations(beliefs, state, price, s.base.margin, s.dt)
    theta = 1.0 - (1.0 - float(s.beliefs.adaptive)) ** float(s.dt)
    assert hoped == pytest.approx(np.asarray(state.expected) * (1.0 + 0.1 * (theta + 0.5)), rel=1e-9)
    still, _ = laws.expectations(beliefs, state, state.price, s.base.margin, s.dt)
    assert still == pytest.approx(np.asarray(state.expected), rel=1e-12)
