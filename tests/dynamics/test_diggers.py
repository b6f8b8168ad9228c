"""Diggers without a licence: they go where the same ore pays better, within bounds, in periods of any length alike."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.dynamics.building import MOST_MOVED, accessible, build, resettled
from earthprice.dynamics.run import bundles, initial_state
from earthprice.dynamics.setting import Fields, Ore, Plants
from earthprice.dynamics.sparse import sparse

from .conftest import alone, now

PERIODS = (1.0, 0.5, 0.25)
BUILD, BUNDLES, BEGIN = jax.jit(build), jax.jit(bundles), jax.jit(initial_state)


def driven(s, gain: np.ndarray) -> np.ndarray:
    return np.asarray(s.fields.pit).T @ gain


@pytest.fixture(scope="module")
def s(base):
    found = base.setting
    assert np.asarray(found.fields.pit).shape[0] > 1
    return found


def test_nobody_moves_when_all_gain_alike(s) -> None:
    k, everywhere = np.asarray(s.base.capacity), jnp.ones(len(s.base.capacity))
    alike = np.full(len(s.fields.way), 0.7)
    come, go = resettled(s.fields, (driven(s, alike), np.ones(len(k))), k, 1e3 * everywhere, 1.0)
    assert not np.asarray(come).any() and not np.asarray(go).any()


def test_what_goes_comes_and_no_field_loses_more_than_the_most(s) -> None:
    gain = np.random.default_rng(1).normal(size=len(s.fields.way))
    k, everywhere = np.asarray(s.base.capacity), jnp.ones(len(s.base.capacity))
    found = resettled(s.fields, (driven(s, gain), np.ones(len(k))), k, 1e3 * everywhere, 1.0)
    come, go = (np.asarray(x) for x in found)
    assert come.sum() == pytest.approx(go.sum()) and come.sum() > 0
    assert (go <= MOST_MOVED * k + 1e-12).all()
    best = int(gain.argmax())
    assert np.asarray(s.fields.pit)[best] @ go == pytest.approx(0.0)


def test_a_closed_field_draws_nobody(s) -> None:
    gain = np.random.default_rng(1).normal(size=len(s.fields.way))
    k = np.asarray(s.base.capacity)
    come, go = resettled(s.fields, (driven(s, gain), np.ones(len(k))), k, jnp.zeros(len(k)), 1.0)
    assert not np.asarray(come).any() and not np.asarray(go).any()


def two(way: float = 0.5) -> Fields:
    return alone(Fields, pit=np.eye(2), way=[[1.0 - way, way], [1.0 - way, way]], mobility=2.0)


def moved(fields: Fields, better: float, there: float = 0.0, room: float = 99.0) -> tuple[np.ndarray, np.ndarray]:
    """Who comes and goes where the second field has got better and 8 kt of teams dig in the first."""
    gained = jnp.array([0.0, better]), jnp.ones(2)
    come, go = resettled(fields, gained, jnp.array([8.0, there]), jnp.array([99.0, room]), 1.0)
    return np.asarray(come), np.asarray(go)


@pytest.mark.parametrize(("better", "moves"), [(0.1, 0.2), (0.2, 0.4), (5.0, MOST_MOVED), (-1.0, 0.0)])
def test_diggers_move_in_proportion_and_at_most_half_in_a_year(better: float, moves: float) -> None:
    come, go = moved(two(), better)
    assert (come[1], go[0]) == pytest.approx((8.0 * moves, 8.0 * moves))


@pytest.mark.parametrize("there", [0.0, 1e-9, 0.4, 30.0])
def test_who_comes_depends_on_ore_that_pays_not_on_who_is_there(there: float) -> None:
    assert moved(two(), 0.2, there)[0][1] == pytest.approx(3.2)


def test_no_ore_no_pay_or_no_room_and_nobody_comes() -> None:
    assert not moved(two(way=0.0), 0.2)[0].any(), "no ore of the kind"
    assert not moved(two(), 0.0)[0].any(), "pays no better"
    assert not moved(two(), 0.2, room=0.0)[0].any(), "all ore is spoken for"
    assert moved(two(), 0.2, room=1.0)[0][1] == pytest.approx(1.0), "no more than there is room for"


@pytest.mark.parametrize("dt", PERIODS)
def test_a_years_moves_are_the_same_in_periods_of_any_length(dt: float) -> None:
    k, gained = jnp.array([8.0, 0.0]), (jnp.array([0.0, 0.2]), jnp.ones(2))
    for _ in range(round(1 / dt)):
        come, go = resettled(two(), gained, k, jnp.full(2, 99.0), dt)
        k = k + dt * (come - go)
    assert np.asarray(k) == pytest.approx([8.0 * 0.6, 8.0 * 0.4])


def test_teams_share_themselves_out_among_what_is_better() -> None:
    """Of three equal bodies one is worse than home and two are better, one of them twice as much: 1 to 2."""
    fields = alone(Fields, pit=np.eye(4), way=np.full((4, 4), 0.25), mobility=2.0)
    gain = jnp.array([0.0, -0.3, 0.1, 0.2])
    come, go = resettled(fields, (gain, jnp.ones(4)), jnp.array([9.0, 0.0, 0.0, 0.0]), jnp.full(4, 99.0), 1.0)
    assert np.asarray(come) == pytest.approx([0.0, 0.0, 9 * 0.2 / 3, 9 * 0.4 * 2 / 3])
    assert np.asarray(go) == pytest.approx([9 * 1.0 / 3, 0.0, 0.0, 0.0])


def test_a_gain_counts_in_money_of_what_the_field_left_sells_at() -> None:
    """A kilogram that fetches 5 and one that fetches 10, both gaining 1: nobody moves."""
    fields, worth = two(), jnp.array([10.0, 5.0])
    come, _ = resettled(fields, (jnp.array([0.1, 0.2]), worth), jnp.array([8.0, 8.0]), jnp.full(2, 99.0), 1.0)
    assert not np.asarray(come).any()
    come, _ = resettled(fields, (jnp.array([0.1, 0.4]), worth), jnp.array([8.0, 8.0]), jnp.full(2, 99.0), 1.0)
    assert float(come[1]) == pytest.approx(8.0 * 2.0 * (2.0 - 1.0) / 10.0)


def test_accessible_is_what_the_ore_feeds_beside_what_is_there_and_coming() -> None:
    """900 kt of ore over 3 years and 3 kt of it a kt of output feed 100 kt a year; 10 dig and 5 come; off ore nil."""
    ore, mine = alone(Ore, dig=[[3.0, 0.0]], years=3.0), alone(Plants)._replace(built=jnp.array([0]))
    state = now(ore=[900.0], capacity=[10.0, 7.0], queue=5.0 * (np.arange(16.0) == 4)[:, None])
    assert np.asarray(accessible(ore, mine, state)) == pytest.approx([85.0, 0.0])
    assert not np.asarray(accessible(ore, mine, state._replace(ore=jnp.array([30.0])))).any()


def test_diggers_who_are_held_where_they_are_move_nowhere() -> None:
    """A field whose pit picks no activity, as demonstrations hold diggers, gives and takes nobody."""
    fields = two()._replace(pit=sparse(np.zeros((2, 2))))
    come, go = resettled(fields, (jnp.array([0.0, 0.2]), jnp.ones(2)), jnp.array([8.0, 8.0]), jnp.full(2, 99.0), 1.0)
    assert not np.asarray(come).any() and not np.asarray(go).any()


def test_nobody_moves_into_fields_that_the_law_closes(base, s) -> None:
    """As if no team could move at all; where it lets them in they do."""
    gain = np.random.default_rng(1).normal(size=len(s.fields.way))
    state = BEGIN(s, base.first)
    state = state._replace(margin=s.base.margin + driven(s, gain) * s.plants.worth)
    still = s._replace(fields=s.fields._replace(mobility=jnp.zeros_like(jnp.asarray(s.fields.mobility))))

    def after(setting, entry: float) -> np.ndarray:
        law = base.first._replace(entry=jnp.full(len(s.base.capacity), entry))
        return np.asarray(BUILD(setting, law, state, s.base.level, BUNDLES(s))[0])

    assert after(s, 0.0) == pytest.approx(after(still, 0.0))
    assert np.abs(after(s, 1.0) - after(still, 1.0)).max() > 1e-3
