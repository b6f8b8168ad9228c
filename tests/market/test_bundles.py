"""Sparse storage and elimination give what the dense matrix gives, whatever the network."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.market import Market, clear
from earthprice.market.bundles import layout
from earthprice.market.closed import excess, jacobian, packed, reordered, restored, turned, unpacked, weigh
from earthprice.market.elimination import Elimination, factored, meeting, plan, rounds, solution

from .networks import PERMITS, hard


def sparse(seed: int, kind: str = "taxed") -> tuple[Market, Market]:
    """A market in dense storage, and the same with a layout of its own."""
    market = hard(kind, seed)
    return market, market._replace(layout=layout(np.asarray(market.a) != 0.0, rows=PERMITS))


def square(market: Market, values: jax.Array) -> np.ndarray:
    """The matrix that a vector holds in the places of a packed market's plan."""
    where = market.layout
    pattern = np.zeros((len(where.order), len(market.responses.cost)), bool)
    real = np.asarray(where.real) > 0
    pattern[where.row[real], where.column[real]] = True
    sizes = np.diff([0, *(r.node.max() + 1 for r in where.plan.rounds)])
    _, places = plan(meeting(pattern), list(sizes), PERMITS)
    return np.asarray(values)[places]


def start(market: Market, seed: int) -> jax.Array:
    """Prices away from the equilibrium."""
    return market.reference * np.exp(np.random.default_rng(seed).normal(0.0, 0.2, len(market.reference)))


@partial(jax.jit, static_argnums=3)
def answer(where: Elimination, values: jax.Array, g: jax.Array, transposed: bool) -> jax.Array:
    """What solves the system that the values hold."""
    return solution(where, factored(where, values), g, transposed)


@pytest.mark.parametrize("seed", range(6))
def test_excess_and_jacobian_are_those_of_the_dense_matrix(seed: int) -> None:
    plain, other = sparse(seed)
    price, order = start(plain, seed), np.asarray(other.layout.order)
    found = packed(other)
    there = reordered(other, price)
    here = np.asarray(restored(other, excess(found, there)))
    assert here == pytest.approx(np.asarray(excess(plain, price)), rel=1e-12)
    wanted = np.asarray(jacobian(plain, weigh(plain, price)))[np.ix_(order, order)]
    off = square(found, jacobian(found, weigh(found, there))) - wanted
    assert np.abs(off).max() <= 1e-12 * np.abs(wanted).max()
    move = np.random.default_rng(seed).normal(size=len(order))
    for market, at in ((plain, price), (found, there)):
        way = move if market is found else np.asarray(restored(other, move))
        got = np.asarray(turned(market, weigh(market, at), jnp.asarray(way)))
        whole = wanted @ move if market is found else np.asarray(restored(other, wanted @ move))
        assert got == pytest.approx(whole, rel=1e-9, abs=1e-9 * np.abs(whole).max())


@pytest.mark.parametrize("seed", range(6))
def test_packing_loses_nothing(seed: int) -> None:
    plain, other = sparse(seed)
    back = unpacked(packed(other))
    for name in ("a", "b", "endowment", "reference", "flow", "permit"):
        assert np.array_equal(np.asarray(getattr(back, name)), np.asarray(getattr(plain, name))), name
    assert unpacked(back) is back, "dense storage stays as it is"
    move = jnp.asarray(np.random.default_rng(seed).normal(size=len(plain.flow)))
    at = weigh(plain, start(plain, seed))
    assert np.asarray(turned(back, at, move)) == pytest.approx(np.asarray(turned(plain, at, move)), rel=1e-12)


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_elimination_solves_the_system(seed: int, transposed: bool) -> None:
    plain, other = sparse(seed)
    where = other.layout.plan
    assert where.rounds, "something is eliminated"
    market = packed(other)
    j = jacobian(market, weigh(market, reordered(other, start(plain, seed))))
    known = square(market, j).T if transposed else square(market, j)
    g = np.random.default_rng(seed).normal(size=len(known))
    got = np.asarray(answer(where, j, g, transposed))
    assert got == pytest.approx(np.linalg.solve(known, g), rel=1e-7, abs=1e-9 * np.abs(got).max())


def test_the_equilibrium_and_its_derivative_do_not_depend_on_the_storage() -> None:
    seed = 3
    plain, other = sparse(seed)

    def prices(market: Market, push: jax.Array) -> jax.Array:
        moved = market._replace(endowment=market.endowment + push)
        return clear(moved, market.reference).price / market.reference

    push = jnp.asarray(np.random.default_rng(seed).normal(size=len(plain.flow)) * np.asarray(plain.flow))
    moved = jax.jit(lambda market: jax.jvp(partial(prices, market), (0.0 * push,), (1e-3 * push,)))
    a, b = moved(plain), moved(other)
    assert np.asarray(b[0]) == pytest.approx(np.asarray(a[0]), abs=1e-7)
    assert np.asarray(b[1]) == pytest.approx(np.asarray(a[1]), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("seed", range(20))
def test_nodes_eliminated_together_do_not_meet(seed: int) -> None:
    """Neither at first nor through those eliminated before: their block of the reduced system is diagonal."""
    rng = np.random.default_rng(seed)
    pattern = rng.random((40, 70)) < 0.04
    sets = rounds(meeting(pattern))
    assert sorted(np.concatenate(sets)) == list(range(40))
    order = np.concatenate(sets)
    value = pattern[order] * rng.uniform(0.5, 1.5, pattern.shape)
    rest = value @ value.T + 1e-3 * np.eye(40)
    for nodes in sets[:-1]:
        n = len(nodes)
        assert np.count_nonzero(rest[:n, :n] - np.diag(np.diag(rest)[:n])) == 0
        rest = rest[n:, n:] - rest[n:, :n] / np.diag(rest)[:n] @ rest[:n, n:]


@pytest.mark.parametrize("nodes", [1, 2, 7])
def test_nodes_of_which_none_meet_are_solved_too(nodes: int) -> None:
    """A round of all of them would leave nothing to factorise."""
    *sets, left = rounds(meeting(np.eye(nodes, dtype=bool)))
    assert len(left)
    found, places = plan(np.zeros((nodes, nodes), bool), [len(x) for x in sets])
    held = jnp.zeros_like(found.blank).at[np.diag(places)].set(2.0)
    g = np.arange(1.0, nodes + 1)
    assert np.asarray(answer(found, held, g, False)) == pytest.approx(g / 2)


@pytest.mark.parametrize("law", range(0, 12, 3))
def test_a_law_changes_no_shape_as_long_as_its_products_find_room(law: int) -> None:
    """Nodes of the law meet some of the others, or none: the plan has the same arrays, and solves the same system."""
    rng = np.random.default_rng(law)
    goods = rng.random((40, 70)) < 0.04
    sets = rounds(meeting(goods))
    sizes, order = [len(x) for x in sets[:-1]], np.concatenate([*sets, np.arange(40, 46)])
    caps = np.zeros((6, 70), bool)
    caps[rng.integers(0, 6, law), rng.integers(0, 70, law)] = True
    pattern = np.vstack([goods, caps])[order]
    found, places = plan(meeting(pattern), sizes, 6)
    none, _ = plan(meeting(np.vstack([goods, np.zeros((6, 70), bool)])[order]), sizes, 6)
    assert [x.shape for x in jax.tree.leaves(found)] == [x.shape for x in jax.tree.leaves(none)]
    value = pattern * rng.uniform(0.5, 1.5, pattern.shape)
    whole = value @ value.T + 1e-3 * np.eye(46)
    held = jnp.zeros_like(found.blank).at[places[whole != 0]].set(whole[whole != 0])
    g = rng.normal(size=46)
    got = np.asarray(answer(found, held, g, False))
    assert got == pytest.approx(np.linalg.solve(whole, g), rel=1e-6, abs=1e-9 * np.abs(got).max())


def test_of_the_shipped_world_a_third_of_the_goods_is_left_to_factorise() -> None:
    matrix = load_world().network.matrix
    assert len(rounds(meeting(matrix != 0.0))[-1]) < 0.35 * len(matrix)


@pytest.mark.parametrize("capped", [255, 256, 257])
def test_a_law_leaves_an_entry_free_for_pairs_that_are_none(capped: int) -> None:
    """256 entries are its room; one that fills it has twice as much, and a network without a law needs none."""
    goods, law = np.eye(2, 300, dtype=bool), np.arange(300)[None] < capped
    where = layout(np.vstack([goods, law]), rows=1)
    assert len(where.real) == 2 + (256 if capped < 256 else 512) and where.real.sum() == 2 + capped
    assert where.real[-1] == 0.0 and layout(goods).real.all()


@pytest.mark.parametrize("seed", range(3))
def test_what_fills_the_room_is_added_to_places_that_nobody_reads(seed: int) -> None:
    """To each as often as to any other: to add to one again and again takes five times as long. The blank stays nil."""
    where = sparse(seed)[1].layout
    blank = len(where.plan.blank) - 1
    read = {int(x) for r in where.plan.rounds for x in (*r.own, *r.row, *r.column, *r.right)}
    read |= {int(x) for x in where.plan.rest.ravel()}
    unread = blank - max(read - {blank})  # from the last that is read until before the blank
    assert blank in read and unread > 20
    filled = [np.asarray(r.target)[np.asarray(r.right) == blank] for r in where.plan.rounds]
    for at in (*filled, np.asarray(where.at)[np.asarray(where.left) == len(where.real) - 1]):
        assert len(at) and not read & set(at.tolist())
        assert np.bincount(at).max() <= -(-len(at) // (unread - 1))


def test_padding_stands_where_the_entries_do_and_counts_for_nothing() -> None:
    where = layout(np.vstack([np.eye(2, 3, dtype=bool), np.ones((1, 3), bool)]), rows=1)
    real = int(where.real.sum())
    assert real == 5 and list(where.column[:5]) == [0, 0, 1, 1, 2] and not where.real[5:].any()
    assert list(where.column[5:10]) == [0, 0, 1, 1, 2] and list(where.row[5:10]) == list(where.row[:5])
