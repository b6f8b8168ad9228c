"""Building: what is begun comes after its lead, within bounds, as much in short periods as in long ones."""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics import laws
from earthprice.dynamics.building import (
    MOST_CLOSED,
    MOST_GROWN,
    Turnover,
    build,
    capacity,
    drive,
    grown,
    milled,
    outlet,
    sites_opened,
)
from earthprice.dynamics.run import bundles, initial_state
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Base, Knowledge, Plants
from earthprice.dynamics.state import Record
from earthprice.market.bundles import entries, layout

from .conftest import alone, boom, now, ticks

PERIODS = (1.0, 0.5, 0.25)
BUILD, BUNDLES, BEGIN = jax.jit(build), jax.jit(bundles), jax.jit(initial_state)


def built(base, activity: str, hope: float, periods: int = 10, **changes: float) -> np.ndarray:
    """Capacity of an activity whose expected margin is raised by `hope` of its worth in the first period only.

    Of what plants can make by several recipes, the margins of all are raised.
    """
    s, at = base.setting, base.at(activity)
    lines = np.asarray(s.plants.lines)
    together = np.eye(len(s.base.level), dtype=bool)[at] | (lines[:, at] @ lines > 0)
    schedule = base.first
    schedule = schedule._replace(**{k: getattr(schedule, k).at[at].set(v) for k, v in changes.items()})
    state, out, held = BEGIN(s, schedule), [], BUNDLES(s)
    for t in range(periods):
        margin = s.base.margin + together * (hope * s.plants.worth[at] if t == 0 else 0.0)
        there = BUILD(s, schedule, state._replace(margin=margin), s.base.level, held)
        state = state._replace(capacity=there.capacity, queue=there.queue)
        out.append(float(there.capacity[at]))
    return np.array(out) / float(s.base.capacity[at])


@pytest.mark.parametrize(
    "activity",
    ["make/magnet_high/CHN/standard", "dig/mountain_pass/rich/licensed", "dig/kachin/rich/unlicensed"],
)
def test_new_capacity_comes_after_its_lead_and_not_before(base, activity: str) -> None:
    """Begun evenly in the first year, half of it is there on average in the year `lead` later, all in the next one."""
    lead = round(base.drafts[base.at(activity)].lead)
    path = built(base, activity, 0.2, lead + 2)
    assert path[: lead - 1] == pytest.approx(1.0) and (path[lead:] > 1.03).all()
    assert path[lead - 1] - 1.0 == pytest.approx(0.5 * (path[lead] - 1.0))


def test_a_licence_to_build_delays_and_a_refusal_prevents(base) -> None:
    activity = "make/magnet_high/CHN/standard"
    lead = round(base.drafts[base.at(activity)].lead)
    late = built(base, activity, 0.2, lead + 4, delay=2.0)
    assert late[lead] == pytest.approx(1.0) and late[lead + 2] > 1.03
    assert built(base, activity, 0.2, lead + 2, entry=0.0) == pytest.approx(1.0)


def test_a_delay_of_part_of_a_period_splits_what_is_built(base) -> None:
    activity = "make/magnet_high/CHN/standard"
    lead = round(base.drafts[base.at(activity)].lead)
    whole, half = built(base, activity, 0.2, lead + 3), built(base, activity, 0.2, lead + 3, delay=0.5)
    assert half[lead - 1] == pytest.approx(1.0), "begun over a year, it is ready a year later, from the next one on"
    assert whole[lead - 1] - 1 == pytest.approx(0.5 * (whole[lead] - 1))
    assert half[lead] == pytest.approx(whole[lead])


def test_exit_is_slower_than_entry_and_at_once(base) -> None:
    activity = "make/magnet_high/CHN/standard"
    lead = round(base.drafts[base.at(activity)].lead)
    falls = 1.0 - built(base, activity, -0.2, 1)[0]
    assert 0 < falls < built(base, activity, 0.2, lead + 1)[-1] - 1.0


def test_a_plant_grows_with_the_extra_return_on_its_capital(base) -> None:
    activity = "make/magnet_low/CHN/standard"
    at, lead = base.at(activity), round(base.drafts[base.at(activity)].lead)
    d, s = base.drafts[at], base.setting
    assert float(s.plants.worth[at]) == pytest.approx(d.capex / d.use)
    path = built(base, activity, 0.1, lead + 2)
    within = 1.0 + 0.5 * base.dt[0] / lead  # half of a year's building is under way in its middle
    assert path[lead] - 1.0 == pytest.approx(0.1 * float(s.plants.response[at]) * base.dt[0] / within, rel=1e-3)
    thrifty = base.at("make/magnet_low/CHN/thrift")
    assert float(s.plants.worth[thrifty]) == pytest.approx(base.drafts[thrifty].capex / d.use), "the same plants"


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


def test_a_mill_gives_what_its_pits_take_whatever_both_use() -> None:
    """Pits begun with 3 take 3 hours and 3 of a reagent; the mill of the hours takes of that reagent too."""
    bundle = np.array([[-1.0, 1.0], [-1.0, -0.5], [1.0, 0.0]])
    where = layout(bundle != 0.0)
    plants = SimpleNamespace(project=np.array([True, True]), milled=np.array([False, True]))
    begun = milled(plants, where, jnp.array([3.0, 9.0]), entries(jnp.asarray(bundle), where))
    assert np.asarray(begun) == pytest.approx([3.0, 3.0])


def mined(c, r: Record) -> np.ndarray:
    """Capacity of mines at the end, before what their ore withholds."""
    s, left, capacity = c.setting, jnp.asarray(r.ore[-1]), jnp.asarray(r.capacity[-1])
    factor = np.asarray(laws.ore_factor(s.ore, s.base, left, capacity, c.dt[-1]))
    return r.capacity[-1] / np.maximum(factor, 1e-9)


def plants(**changes) -> Plants:
    """A mine, a project, and a link that grows with its use."""
    given = dict(
        worth=[10.0, 10.0, 10.0],
        response=[0.5, 0.0, 0.0],
        exit=[0.5, 0.0, 0.0],
        lead=np.full(3, 2.0),
        follow=0.3,
        use=[0.8, 0.8, 0.5],
        planned=[0.0, 6.0, 0.0],
        share=0.2,
        capex=[20.0, 20.0, 20.0],
        annuity=0.1,
        lines=np.zeros((1, 3)),
        gives=np.zeros((1, 3)),
        takes=np.zeros((1, 3)),
    )
    flags = {k: jnp.arange(3) == at for k, at in (("adapt", 2), ("project", 1), ("milled", 9))}
    return alone(Plants, **given | changes)._replace(built=jnp.arange(3), **flags)


BASE = alone(
    Base,
    margin=[4.0, 0.0, 0.0],
    value=[10.0, 10.0, 10.0],
    cost=[6.0, 6.0, 6.0],
    capacity=[10.0, 1.0, 10.0],
    level=[8.0, 0.8, 5.0],
)


def said(dt: float = 1.0, **changes) -> Schedule:
    given = dict(entry=np.ones(3), delay=np.zeros(3), support=np.zeros(3), open=np.ones(3), capacity=np.ones(3))
    return alone(Schedule, **given | changes)._replace(clock=ticks(dt))


def at(dt: float = 1.0, **changes):
    return now(**dict(capacity=[10.0, 1.0, 10.0], queue=np.zeros((16, 3)), margin=[4.0, 99.0, 0.0]) | changes)


@pytest.mark.parametrize(
    ("pull", "begun", "closed"),
    [
        (0.0, 0.0, 0.0),
        (0.2, 1.0, 0.0),
        (0.7, 3.5, 0.0),
        (9.0, 10 * MOST_GROWN, 0.0),
        (-0.6, 0.0, -3.0),
        (-1.0, 0.0, -5.0),
        (-9.0, 0.0, -10 * MOST_CLOSED),
    ],
)
def test_what_is_begun_and_closed_in_a_year_is_bounded(pull: float, begun: float, closed: float) -> None:
    """Begun are at most 35 % and closed at most 50 % of what there is.

    A year's building for a lead of two years is on average held back by a fifth: half of it is under way in its middle.
    """
    assert (MOST_GROWN, MOST_CLOSED) == (0.35, 0.5)
    grow, shrink = grown(plants(), jnp.full(3, pull), at(), (jnp.ones(3), jnp.ones(3)), 1.0)
    assert (float(grow[0]), float(shrink[0])) == pytest.approx((0.8 * begun, closed))
    less, same = grown(plants(), jnp.full(3, pull), at(), (jnp.full(3, 0.25), jnp.full(3, 0.5)), 1.0)
    assert (float(less[0]), float(same[0])) == pytest.approx((0.1 * begun, closed)), "short ore begins less"


def test_the_drive_counts_what_knowledge_saves() -> None:
    knows = alone(Knowledge, known=[1.0], made=[[1.0, 0.0, 0.0]], saves=[3.0, 0.0, 0.0])
    found = drive(BASE, plants(), knows, at(margin=[5.0, 0.0, 0.0], knowledge=[1.5]), BASE.level)
    assert np.asarray(found) == pytest.approx([(5.0 + 1.5 - 4.0) / 10.0, 0.0, 0.0])


def test_lines_of_one_make_answer_to_what_its_plants_earn_and_not_each_to_its_own() -> None:
    """Lines that make 6 and 2 gain 2 and 10 on 10 and 100 of capital a unit: (6 x 0.2 + 2 x 0.1) / 8 for both."""
    p = plants(worth=[10.0, 100.0, 10.0], lines=[[1.0, 1.0, 0.0]])
    base = BASE._replace(margin=jnp.zeros(3), level=jnp.zeros(3))
    nothing = alone(Knowledge, known=[0.0], made=[[0.0, 0.0, 0.0]], saves=np.zeros(3))
    found = drive(base, p, nothing, at(margin=[2.0, 10.0, 3.0], knowledge=[0.0]), jnp.array([6.0, 2.0, 0.0]))
    assert np.asarray(found) == pytest.approx([0.175, 0.175, 0.3])
    idle = drive(
        base._replace(level=jnp.array([1.0, 1.0, 1.0])),
        p,
        nothing,
        at(margin=[2.0, 10.0, 0.0], knowledge=[0.0]),
        jnp.zeros(3),
    )
    assert np.asarray(idle)[:2] == pytest.approx(0.15), "idle plants count their lines by the base year's"


def test_what_is_being_built_is_built_once() -> None:
    """A wish of 2 a year for what takes 2 years: with 3 under way 0.5 a year is begun, with 4 nothing.

    In a quarter a seventeenth less: an eighth of its own building is under way in its middle.
    """
    for coming, begun in ((0.0, 2.0), (3.0, 0.5), (4.0, 0.0), (9.0, 0.0)):
        state = at(queue=np.r_[np.zeros((5, 3)), [[coming, 0.0, 0.0]], np.zeros((10, 3))])
        grow, _ = grown(plants(), jnp.full(3, 0.4), state, (jnp.ones(3), jnp.ones(3)), 0.25)
        assert float(grow[0]) == pytest.approx(begun / 1.0625)


def test_what_the_law_does_not_let_run_is_not_built() -> None:
    """A plant of which 60 % may run begins 60 % of what it would, one refused nothing; a licence is no gift above 1."""
    flows = turned(grow=[1.0, 0.0, 0.0], opened=[0.0, 1.0, 0.0])
    for may, begun in ((0.6, 0.6), (0.0, 0.0), (1.5, 1.0)):
        built = capacity(BASE, plants(), said(capacity=np.full(3, may)), at(), jnp.zeros(3), flows)
        assert np.asarray(built.queue.sum(0))[:2] == pytest.approx(begun)
        assert np.asarray(built.invested)[:2] == pytest.approx(20 * begun)


@pytest.mark.parametrize("lead", [1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("dt", PERIODS)
def test_a_wish_that_lasts_is_half_met_in_periods_of_any_length(dt: float, lead: float) -> None:
    """What is under way is lead x begun: begun = wish - begun, on whatever grid; here 0.2 K for a wish of 0.4 K."""
    p, state, begun = plants(lead=np.full(3, lead), response=[0.5, 0.0, 0.0]), at(), []
    for _ in range(round(12 / dt)):
        grow, _ = grown(p, jnp.full(3, 0.4), state, (jnp.ones(3), jnp.ones(3)), dt)
        built = capacity(BASE, p, said(dt), state, jnp.zeros(3), turned(grow=[grow[0], 0.0, 0.0]))
        state = state._replace(queue=built.queue)
        begun.append(float(grow[0]))
    assert np.mean(begun[-round(4 / dt) :]) == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize(
    ("mine", "works", "room"),
    [
        (10.0, 10.0, [1.0, 1.0]),
        (10.75, 10.0, [0.5, 1.0]),
        (12.0, 10.0, [0.0, 1.0]),
        (10.0, 10.75, [1.0, 0.5]),
        (10.0, 30.0, [1.0, 0.0]),
    ],
)
def test_nobody_builds_for_ore_that_nobody_can_separate(mine: float, works: float, room: list[float]) -> None:
    """Of two stages on one way the longer builds nothing once it is 15 % ahead, what is being built counted in."""
    p = plants(gives=[[1.0, 0.0, 0.0]], takes=[[0.0, 0.5, 0.0]])
    for under_way in (0.0, 2.0):
        state = at(
            capacity=[mine - under_way, 2.0 * works, 5.0], queue=np.r_[[[under_way, 0.0, 0.0]], np.zeros((15, 3))]
        )
        assert np.asarray(outlet(p, state)) == pytest.approx([*room, 1.0])


@pytest.mark.parametrize(
    ("there", "margin", "share"), [(0.0, 999.0, 1.0), (0.0, 8.0, 0.5), (3.0, 999.0, 0.5), (99.0, 999.0, 0.0)]
)
def test_of_a_plan_is_begun_a_share_of_what_pays_and_is_not_there(there: float, margin: float, share: float) -> None:
    """At cost plus cost of capital, 6 + 0.1 x 20, half of the sites pay."""
    found = sites_opened(BASE, plants(), said(), at(capacity=[1.0, there, 1.0], margin=[0.0, margin, 0.0]))
    assert float(found[1]) == pytest.approx(0.2 * 6.0 * share, abs=1e-9)
    twice = sites_opened(BASE, plants(), said(open=np.full(3, 2.0)), at(margin=[0.0, 999.0, 0.0]))
    assert float(twice[1]) == pytest.approx(1.2), "no more than a share of the plan in a year"


def turned(**changes) -> Turnover:
    return alone(Turnover, **dict.fromkeys(Turnover._fields, np.zeros(3)) | changes)


@pytest.mark.parametrize("dt", PERIODS)
def test_a_years_building_is_the_same_in_periods_of_any_length(dt: float) -> None:
    """What is begun in a year is there two years later; what is closed is gone within the year; links follow use."""
    state, p = at(), plants()
    flows = turned(grow=[1.0, 0.0, 0.0], opened=[0.0, 0.5, 0.0], come=[0.2, 0.0, 0.0])
    level = jnp.array([8.0, 0.8, 10.0])
    for t in range(round(3 / dt)):
        now_on = flows if t < round(1 / dt) else turned()
        built = capacity(BASE, p, said(dt), state, level, now_on)
        state = state._replace(capacity=built.capacity, queue=built.queue)
        if t == 0:
            assert np.asarray(built.invested) == pytest.approx([1.2 * 20.0, 0.5 * 20.0, 0.0])
    assert np.asarray(state.capacity)[:2] == pytest.approx([11.2, 1.5])
    assert float(state.capacity[2]) == pytest.approx(20.0 - 0.7**3 * 10.0)
    state = at()
    for _ in range(round(1 / dt)):
        _, shrink = grown(p, jnp.full(3, -0.6), state, (jnp.ones(3), jnp.ones(3)), dt)
        built = capacity(BASE, p, said(dt), state, jnp.zeros(3), turned(shrink=[shrink[0], -2.0, 0.0]))
        state = state._replace(capacity=built.capacity, queue=built.queue)
    assert np.asarray(state.capacity) == pytest.approx([7.0, 1.0, 10.0]), "projects do not close"


@pytest.mark.parametrize("dt", PERIODS)
def test_the_trend_is_what_closes_and_follows_and_not_what_is_ready(dt: float) -> None:
    """A mine that closes 3 of 10 a year for a period, a link whose use asks for 20: not the 5 that are ready."""
    state = at(queue=np.r_[[[5.0, 5.0, 0.0]], np.zeros((15, 3))])
    flows = turned(shrink=[-3.0, 0.0, 0.0])
    built = capacity(BASE, plants(), said(dt), state, jnp.array([8.0, 0.8, 10.0]), flows)
    assert np.asarray(built.capacity) == pytest.approx([15.0 - 3.0 * dt, 6.0, 20.0 - 10.0 * 0.7**dt])
    left = np.array([10.0 - 3.0 * dt, 1.0, 20.0 - 10.0 * 0.7**dt])
    assert np.asarray(built.trend) == pytest.approx(np.log(left / [10.0, 1.0, 10.0]) / dt)


@pytest.mark.parametrize("dt", PERIODS)
def test_the_law_delays_by_years_and_pays_for_capacity(dt: float) -> None:
    flows = turned(grow=[1.0, 1.0, 1.0])
    plain = capacity(BASE, plants(), said(dt), at(), jnp.zeros(3), flows).queue
    late = capacity(BASE, plants(), said(dt, delay=np.full(3, 0.5)), at(), jnp.zeros(3), flows).queue
    arrives = [float(np.arange(16.0) @ np.asarray(q)[:, 0] / np.asarray(q)[:, 0].sum()) for q in (plain, late)]
    assert arrives[1] - arrives[0] == pytest.approx(0.5 / dt)
    built = capacity(BASE, plants(), said(dt, support=np.full(3, 40.0)), at(), jnp.zeros(3), turned())
    assert np.asarray(built.invested) == pytest.approx(40.0), "the money builds what it buys"


def test_waits_end_with_the_queue_and_capacity_never_quite_ends() -> None:
    flows = turned(grow=[1.0, 1.0, 1.0], shrink=[-99.0, 0.0, 0.0])
    built = capacity(BASE, plants(), said(delay=np.full(3, 99.0)), at(), jnp.zeros(3), flows)
    assert float(built.queue[14, 0]) == pytest.approx(1.0) and float(built.capacity[0]) == pytest.approx(1e-6 * 10.0)
    built = capacity(BASE, plants(lead=np.zeros(3)), said(), at(), jnp.zeros(3), flows)
    assert not np.asarray(built.queue)[:, 0].any(), "what has no lead is there in the next period"


@pytest.mark.parametrize(("capex", "gets"), [(20.0, 2.0), (1.5, 40.0 / 1.5), (0.5, 40.0)])
def test_support_buys_capacity_at_what_it_costs_and_no_cheaper_than_a_dollar(capex: float, gets: float) -> None:
    p = plants(capex=np.full(3, capex))
    built = capacity(BASE, p, said(support=np.full(3, 40.0)), at(), jnp.zeros(3), turned())
    assert np.asarray(built.queue).sum(0) == pytest.approx(np.full(3, gets))
