"""The clock: what is ahead and behind in time is the same in periods of any length."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics import laws
from earthprice.dynamics.building import Turnover, capacity
from earthprice.dynamics.clock import AFTER, AHEAD, BACK, LAGS, QUEUE, Clock, clock
from earthprice.dynamics.reviewing import Reviews
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Base, Plants

from .conftest import alone, blank, case, now

MIXED = np.array([1.0, 1.0, 0.25, 0.25, 0.25, 0.25, 1.0, 2.0, 3.0])
STARTS = np.append(0.0, np.cumsum(MIXED[:-1]))


def of(c: Clock, t: int) -> Clock:
    return Clock(*(jnp.asarray(x[t]) for x in c))


@pytest.mark.parametrize("dt", [1.0, 0.5, 0.25])
def test_equal_periods_lie_at_equal_distances(dt: float) -> None:
    c = clock(np.full(7, dt))
    assert all(c.ahead[t, : 7 - t] == pytest.approx(dt * np.arange(1, 8 - t)) for t in range(7))
    assert c.behind == pytest.approx(np.tile(dt * np.arange(1, c.behind.shape[1] + 1), (7, 1)))


def test_unlike_periods_reach_as_far_as_they_must() -> None:
    c = clock(MIXED)
    assert STARTS[2] + c.ahead[2, :6] == pytest.approx([2.25, 2.5, 2.75, 3.0, 4.0, 6.0])
    assert STARTS[6] - c.behind[6, :7] == pytest.approx([2.75, 2.5, 2.25, 2.0, 1.0, 0.0, -1.0])
    assert (c.ahead[:, -1] >= AHEAD).all() and (c.behind[:, -1] >= BACK).all()


def needed(dt: np.ndarray, beyond: float, years: float) -> int:
    """The most periods that it takes to reach so many years on from any of these, counted one by one."""

    def steps(t: int) -> int:
        left, n = years, 0
        while left > 1e-9:
            left -= dt[t + n] if t + n < len(dt) else beyond
            n += 1
        return n

    return max(steps(t) for t in range(len(dt)))


SHORT, HALVES, LONG = [0.25] * 70, [0.5] * 31, [1.0] * 6


@pytest.mark.parametrize(
    "dt",
    [SHORT, LONG + SHORT, SHORT + LONG, LONG + SHORT + [3.0], [0.25, 0.25, *HALVES], [*HALVES, 0.25, 0.25, 1.0],
     [0.5] * 40, [2.0, 0.25, 1.0, 0.5, 4.0], [0.1] * 90 + [2.0], [2.0] + [0.1] * 90, [3.0]],
)  # fmt: skip
def test_places_are_as_many_as_it_takes_in_multiples_of_what_a_program_has(dt: list[float]) -> None:
    given = np.array(dt)
    later = max(given[-1], AFTER)
    c = clock(given)
    queue, back = needed(given, later, AHEAD), needed(given[::-1], given[0], BACK)
    assert c.ahead.shape[1] == QUEUE * -(-queue // QUEUE) and c.behind.shape[1] == LAGS * -(-back // LAGS)
    on = np.concatenate([given, np.full(c.ahead.shape[1], later)])
    before = np.concatenate([np.full(c.behind.shape[1], given[0]), given])
    for t in range(len(given)):
        assert c.ahead[t] == pytest.approx(np.cumsum(on[t:])[: c.ahead.shape[1]])
        assert c.behind[t] == pytest.approx(np.cumsum(before[t : t + c.behind.shape[1]][::-1]))


def test_a_run_that_ends_in_quarters_needs_no_longer_queue() -> None:
    """Years follow its last quarter, none of which is in the run: it takes the program of a run that ends in years."""
    ends, goes_on = clock(MIXED[:6]), clock(MIXED[:7])
    assert ends.ahead.shape[1] == goes_on.ahead.shape[1] == QUEUE and (ends.ahead[:, -1] >= AHEAD).all()
    assert ends.ahead[:, :7] == pytest.approx(goes_on.ahead[:6, :7]) and ends.ahead[5, :2] == pytest.approx(
        [0.25, 1.25]
    )


@pytest.mark.parametrize(
    ("lead", "there"),
    [(1.0, [0, 0.5, 1, 1, 1, 1]), (1.5, [0, 0, 1, 1, 1, 1]), (2.25, [0, 0, 0, 0, 0, 1]), (4, [0] * 6)],
)
def test_capacity_ordered_arrives_on_its_date(lead: float, there: list[float]) -> None:
    """Ordered all through the first year, so half a year after its start: ready half a year before a period ends, that
    period has half of it on average."""
    c, state = clock(MIXED), now(capacity=[1.0], queue=np.zeros((32, 1)))
    plants = alone(Plants, lead=[lead], follow=0.0, use=[1.0], capex=[1.0])
    plants = plants._replace(project=jnp.array([False]), adapt=jnp.array([False]), built=jnp.array([0]))
    base = alone(Base, capacity=[1.0])
    seen = []
    for t in range(6):
        said = alone(Schedule, entry=[1.0], delay=[0.0], support=[0.0], capacity=[1.0])._replace(clock=of(c, t))
        seen.append(float(state.capacity[0]) - 1.0)
        turned = alone(Turnover, grow=[float(t == 0)], shrink=[0.0], opened=[0.0], come=[0.0], go=[0.0])
        built = capacity(base, plants, said, state, jnp.zeros(1), turned)
        state = state._replace(capacity=built.capacity, queue=built.queue)
    assert seen == pytest.approx(there, abs=1e-12)
    assert seen[-1] + float(state.queue.sum() + state.capacity[0] - 1.0 - seen[-1]) == pytest.approx(1.0), (
        "nothing is lost"
    )


def rule(**changes: float) -> Reviews:
    given = dict(first=[3.0], every=[1.0], at_most=[0.5], never_below=[0.0], never_above=[1e12], alike=[[1.0]])
    given |= {k: [[v]] for k, v in dict(low=0.0, high=1.0, above=0.1, below=0.0, lag=1.0).items()}
    whole = {k: jnp.zeros(s, int) for k, s in (("permit", 1), ("indicator", (1, 1)))}
    return alone(Reviews, **given | changes)._replace(**whole)


def test_a_review_falls_due_once_a_year_and_twice_in_a_period_after_two() -> None:
    c, moved = clock(MIXED), []
    for t, year in enumerate(STARTS):
        said = alone(Schedule, permit_amount=[1.0])._replace(clock=of(c, t))
        state = now(review=[1.0], seen=np.full((c.behind.shape[1], 1), 2.0))
        moved.append(float(laws.review_multiplier(rule(), said, state, jnp.asarray(year))[0]))
    assert moved == pytest.approx([1, 1, 1, 1, 1, 1, 1.1, 1.1, 1.1**2]), "at 3, at 4, at 5 and 6"


@pytest.mark.parametrize(("lag", "saw"), [(0.0, 2.375), (1.0, 2.375), (1.5, 1.5625), (2.0, 1.0), (3.0, 0.0)])
def test_a_review_sees_the_mean_of_the_year_that_began_so_long_ago(lag: float, saw: float) -> None:
    """In the period that begins in 3.0, whose memory holds how long ago each period began.

    The last year is in quarters; the year from 1.5 on holds half of the period that began in 1.0, and the quarters that
    began in 2.0 and 2.25.
    """
    c = clock(MIXED)
    said = alone(Schedule, permit_amount=[1.0])._replace(clock=of(c, 6))
    state = now(review=[1.0], seen=10.0 - c.behind[6][:, None])
    (found,) = np.asarray(
        laws.review_multiplier(rule(lag=[[lag]], high=[[0.0]], above=[[0.01]]), said, state, jnp.asarray(3.0))
    )
    assert found == pytest.approx(1.0 + 0.01 * (10.0 - (3.0 - saw)))


def test_mass_is_kept_in_periods_of_any_length(world) -> None:
    """What stocks, ore and ponds gain is what flowed in a period times its length."""
    c = case(world, blank(world, world.base_year + STARTS), MIXED)
    s, r = c.setting, c.run()
    signed = np.where(s.storage.store, 1.0, np.where(s.storage.release, -1.0, 0.0)) * np.asarray(s.storage.private)
    dt = MIXED[:-1, None]
    assert np.diff(r.stock, axis=0) == pytest.approx(dt * (r.level @ signed.T)[:-1], abs=1e-9)
    sold = r.level @ (np.asarray(s.ore.dig) > 0).T
    left, tail = r.dug - sold, np.asarray(s.ore.tail_to)
    lost = np.diff(r.lean_lost, axis=0)
    assert np.diff(r.waste, axis=0) == pytest.approx(dt * (left * (1.0 - tail.sum(0)))[:-1], abs=1e-9)
    flow = (np.asarray(s.ore.replacement) * sold - r.dug + left @ tail.T)[:-1]
    assert np.diff(r.ore, axis=0) == pytest.approx(dt * flow - lost, abs=1e-9)
