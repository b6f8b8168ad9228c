"""Derivatives of the equilibrium against finite differences: first order, second order, under charges."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from earthprice.market import Market, clear
from tests.market.networks import binding, mixed, spoilt, taxed

WEIGHT = jnp.asarray(np.random.default_rng(1).uniform(0.5, 1.5, 16))


def value(move: dict[str, jax.Array], market: Market) -> jax.Array:
    """A smooth figure of the equilibrium: weighted log-like prices, after relative moves of the parameters."""
    r = market.responses
    r = r._replace(
        capacity=r.capacity * jnp.exp(move["capacity"]),
        cost=r.cost * jnp.exp(move["cost"]),
        spread=r.spread * jnp.exp(move["spread"]),
    )
    b = market.b * jnp.exp(move["charge"])[None, :]
    endowment = market.endowment * jnp.exp(move["endowment"])
    price = clear(market._replace(responses=r, b=b, endowment=endowment), market.reference).price
    return jnp.vdot(WEIGHT, jnp.tanh(price / market.reference))


def directions(seed: int) -> dict[str, jax.Array]:
    rng = np.random.default_rng(seed)
    sizes = {"capacity": 48, "cost": 48, "spread": 48, "charge": 48, "endowment": 16}
    return {name: jnp.asarray(rng.normal(0.0, 1.0, size)) for name, size in sizes.items()}


def along(way: dict[str, jax.Array], step: float) -> dict[str, jax.Array]:
    return {name: step * part for name, part in way.items()}


VALUE, GRADIENT = jax.jit(value), jax.jit(jax.grad(value))


@jax.jit
def curvature(way: dict[str, jax.Array], market: Market) -> dict[str, jax.Array]:
    """Hessian-vector product at no move."""
    return jax.jvp(lambda move: jax.grad(value)(move, market), (along(way, 0.0),), (way,))[1]


def slope_by_differences(way: dict[str, jax.Array], market: Market, step: float) -> float:
    """Derivative along a direction by central differences of fourth order."""
    at = [float(VALUE(along(way, step * i), market)) for i in (-2, -1, 1, 2)]
    return (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * step)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("edits", [(), (taxed,), (binding,), (taxed, binding), (mixed,)])
def test_gradient_matches_finite_differences(seed, edits):
    market, way = spoilt(seed, *edits), directions(seed)
    slope = sum(jnp.vdot(part, way[name]) for name, part in GRADIENT(along(way, 0.0), market).items())
    # Narrow spreads answer within their own width, so the step must be far below it.
    step, within = (1e-5, 1e-5) if mixed not in edits else (1e-8, 2e-3)
    assert float(slope) == pytest.approx(slope_by_differences(way, market, step), rel=within, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_hessian_vector_product_matches_differences_of_gradients(seed):
    market, way, step = spoilt(seed, taxed), directions(seed), 1e-5
    found = curvature(way, market)
    up, down = GRADIENT(along(way, step), market), GRADIENT(along(way, -step), market)
    for name, part in found.items():
        apart = (np.asarray(up[name]) - np.asarray(down[name])) / (2 * step)
        assert np.asarray(part) == pytest.approx(apart, rel=1e-4, abs=1e-5 * max(1.0, np.abs(apart).max()))


def test_the_start_has_no_derivative():
    market = spoilt(0)
    slope = jax.jit(jax.grad(lambda start: clear(market, start).price.sum()))(market.reference)
    assert np.all(np.asarray(slope) == 0.0)
