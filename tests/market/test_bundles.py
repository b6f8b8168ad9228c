"""Sparse storage and elimination give what the dense matrix gives, whatever the network."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.facts.world import load_world
from earthprice.market import Market, clear
from earthprice.market.bundles import independent, layout
from earthprice.market.clear import factored, solved
from earthprice.market.closed import excess, jacobian, packed, reordered, restored, unpacked, weigh

from .networks import PERMITS, hard


def sparse(seed: int, kind: str = "taxed") -> tuple[Market, Market]:
    """A market in dense storage, and the same with a layout of its own."""
    market = hard(kind, seed)
    return market, market._replace(layout=layout(np.asarray(market.a) != 0.0, rows=PERMITS))


def start(market: Market, seed: int) -> jax.Array:
    """Prices away from the equilibrium."""
    return market.reference * np.exp(np.random.default_rng(seed).normal(0.0, 0.2, len(market.reference)))


@pytest.mark.parametrize("seed", range(6))
def test_excess_and_jacobian_are_those_of_the_dense_matrix(seed: int) -> None:
    plain, other = sparse(seed)
    price, order = start(plain, seed), np.asarray(other.layout.order)
    found = packed(other)
    there = reordered(other, price)
    here = np.asarray(restored(other, excess(found, there)))
    assert here == pytest.approx(np.asarray(excess(plain, price)), rel=1e-12)
    wanted = np.asarray(jacobian(plain, weigh(plain, price)))[np.ix_(order, order)]
    off = np.asarray(jacobian(found, weigh(found, there))) - wanted
    assert np.abs(off).max() <= 1e-12 * np.abs(wanted).max()


@pytest.mark.parametrize("seed", range(6))
def test_packing_loses_nothing(seed: int) -> None:
    plain, other = sparse(seed)
    back = unpacked(packed(other))
    for name in ("a", "b", "endowment", "reference", "flow", "permit"):
        assert np.array_equal(np.asarray(getattr(back, name)), np.asarray(getattr(plain, name))), name


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_elimination_solves_the_system(seed: int, transposed: bool) -> None:
    plain, other = sparse(seed)
    assert len(other.layout.stages) > 1, "something is eliminated"
    market = packed(other)
    j = jacobian(market, weigh(market, reordered(other, start(plain, seed))))
    g = np.random.default_rng(seed).normal(size=len(j))
    got = np.asarray(solved(factored(market, j), jnp.asarray(g), transposed))
    known = np.asarray(j.T if transposed else j)
    assert got == pytest.approx(np.linalg.solve(known, g), rel=1e-7, abs=1e-9 * np.abs(got).max())


def test_the_equilibrium_and_its_derivative_do_not_depend_on_the_storage() -> None:
    seed = 3
    plain, other = sparse(seed)

    def prices(market: Market, push: jax.Array) -> jax.Array:
        moved = market._replace(endowment=market.endowment + push)
        return clear(moved, market.reference).price / market.reference

    push = jnp.asarray(np.random.default_rng(seed).normal(size=len(plain.flow)) * np.asarray(plain.flow))
    a, b = (jax.jvp(lambda x, m=m: prices(m, x), (0.0 * push,), (1e-3 * push,)) for m in (plain, other))
    assert np.asarray(b[0]) == pytest.approx(np.asarray(a[0]), abs=1e-7)
    assert np.asarray(b[1]) == pytest.approx(np.asarray(a[1]), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("seed", range(20))
def test_nodes_eliminated_together_do_not_meet(seed: int) -> None:
    """Neither at first nor through those eliminated before: their block of the reduced system is diagonal."""
    rng = np.random.default_rng(seed)
    pattern = rng.random((40, 70)) < 0.04
    stages = independent(pattern)
    assert sorted(np.concatenate(stages)) == list(range(40))
    order = np.concatenate(stages)
    value = pattern[order] * rng.uniform(0.5, 1.5, pattern.shape)
    rest = value @ value.T + 1e-3 * np.eye(40)
    for nodes in stages[:-1]:
        n = len(nodes)
        assert np.count_nonzero(rest[:n, :n] - np.diag(np.diag(rest)[:n])) == 0
        rest = rest[n:, n:] - rest[n:, :n] / np.diag(rest)[:n] @ rest[:n, n:]


def test_of_the_shipped_world_half_of_the_goods_are_left_to_factorise() -> None:
    matrix = load_world().network.matrix
    assert len(independent(matrix != 0.0)[-1]) < 0.5 * len(matrix)
