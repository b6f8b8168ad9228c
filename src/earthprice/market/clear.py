"""Clearing: Newton's method with a line search on slopes and continuation in spread.

The market clears where excess supply `g(p)` is zero. For a symmetric market this is the minimum of the convex sum of
surpluses `D(p)`; with ad valorem charges the exact system is solved as it stands. One Newton step solves
`J d = -g` scaled to unit diagonal; the step is shortened or stretched until the slope `g(p + a d) . w d` along it has
fallen to a third, or the residual has fallen. If that does not finish, the same method follows the equilibrium from a
market with wide spreads to the true one.

Derivatives of the equilibrium come from the implicit function theorem: dp = -J^-1 dg, for both modes and any order.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from earthprice.market.closed import Market, balance, excess, jacobian, soften

TOLERANCE = 1e-10
"""Largest imbalance of a node, as a share of what passes through it, at which Newton's method stops."""
CLEARED = 1e-8
"""Imbalance above which continuation is tried."""
STEPS = 40
"""Newton steps in one go."""
FAR = 100.0
"""Reference prices that one step may move a price whose node does not respond."""
PHASE = 0.25
"""Share of the ad valorem charges that continuation phases in at a time while spreads are wide."""
WIDEST, NARROWEST = 1.0, 1e-7
"""Widths, in the bundle's value, from which continuation starts and below which the true market is tried."""


class Equilibrium(NamedTuple):
    """Prices [USD/kg; K], largest imbalance as a share of what passes a node, number of Newton steps taken."""

    price: Array
    residual: Array
    steps: Array


class _Search(NamedTuple):
    price: Array
    g: Array
    size: Array
    step: Array
    stuck: Array


class _Path(NamedTuple):
    price: Array
    width: Array
    charged: Array
    ratio: Array
    steps: Array
    stages: Array


def imbalance(market: Market, price: Array) -> tuple[Array, Array]:
    """Excess supply [K] and the largest of it as a share of what passes through its node."""
    g, through = balance(market, price)
    return g, jnp.max(jnp.abs(g) / through)


def newton_direction(market: Market, price: Array, g: Array) -> Array:
    """Newton direction with rows and columns scaled to unit diagonal.

    A node whose participants all stand still has no slope; `|g| / (FAR reference)` on the diagonal bounds its move and
    fades as the market clears.
    """
    j = jacobian(market, price) + jnp.diag(jnp.abs(g) / (FAR * market.reference))
    d = 1.0 / jnp.sqrt(jnp.maximum(jnp.diag(j), 1e-300))
    return -d * jnp.linalg.solve(j * d[:, None] * d[None, :], g * d)


def line_search(market: Market, price: Array, found: tuple[Array, Array], move: Array) -> tuple[Array, ...]:
    """Length of the step along `move` by bisection on the slope `g . move`; new prices, excess and imbalance."""
    start = jnp.vdot(found[0], move)

    def more(carry: tuple[Array, ...]) -> Array:
        _, _, a, new, size, count = carry
        good = (jnp.abs(jnp.vdot(new, move)) <= 0.3 * jnp.abs(start)) | (size <= 0.1 * found[1])
        return (~good) & (count < 40) & (a > 1e-12)

    def shorten(carry: tuple[Array, ...]) -> tuple[Array, ...]:
        low, high, a, new, _, count = carry
        slope = jnp.vdot(new, move)
        too_far = (slope > 0) | ~jnp.isfinite(slope)
        low, high = jnp.where(too_far, low, a), jnp.where(too_far, a, high)
        a = jnp.where(jnp.isinf(high), 2.0 * a, 0.5 * (low + high))
        return low, high, a, *imbalance(market, price + a * move), count + 1

    one = jnp.ones(())
    first = (0.0 * one, jnp.inf * one, one, *imbalance(market, price + move), jnp.zeros((), jnp.int32))
    _, _, a, new, size, _ = lax.while_loop(more, shorten, first)
    return price + a * move, new, size


def newton(market: Market, price: Array, steps: int = STEPS) -> Equilibrium:
    """Newton's method from given prices, until `TOLERANCE`, the floor of rounding, or `steps`."""

    def go(s: _Search) -> Array:
        return (s.size > TOLERANCE) & (s.step < steps) & (s.stuck < 3)

    def once(s: _Search) -> _Search:
        move = newton_direction(market, s.price, s.g)
        move = jnp.where(jnp.isfinite(move), move, 0.0)
        price, g, size = line_search(market, s.price, (s.g, s.size), move)
        stuck = jnp.where((size < 0.9 * s.size) | (size > CLEARED), 0, s.stuck + 1)
        better = jnp.isfinite(size)
        return _Search(jnp.where(better, price, s.price), jnp.where(better, g, s.g),
                       jnp.where(better, size, s.size), s.step + 1, stuck)  # fmt: skip

    g, size = imbalance(market, price)
    zero = jnp.zeros((), jnp.int32)
    end = lax.while_loop(go, once, _Search(price, g, size, zero, zero))
    return Equilibrium(end.price, end.size, end.step)


def follow(market: Market, tried: Equilibrium) -> Equilibrium:
    """Continuation: charges phased in at wide spreads, then spreads narrowed to the true ones, as fast as it goes."""

    def go(s: _Path) -> Array:
        return (s.width > 0.0) & (s.ratio < 0.95) & (s.stages < 60)

    def stage(s: _Path) -> _Path:
        phasing = s.charged < 1.0
        charged = jnp.minimum(s.charged + PHASE, 1.0)
        narrower = jnp.where(s.width * s.ratio > NARROWEST, s.width * s.ratio, 0.0)
        width = jnp.where(phasing, WIDEST, narrower)
        found = newton(soften(market, width, charged), s.price)
        good = found.residual <= CLEARED
        ratio = jnp.where(good, jnp.maximum(s.ratio**1.5, 1e-2), jnp.sqrt(s.ratio))
        return _Path(jnp.where(good | phasing, found.price, s.price), jnp.where(good | phasing, width, s.width),
                     charged, jnp.where(phasing, s.ratio, ratio), s.steps + found.steps, s.stages + 1)  # fmt: skip

    one = jnp.ones(())
    start = jnp.where(market.permit, 0.0, market.reference)
    end = lax.while_loop(go, stage, _Path(start, one, -PHASE * one, 0.3 * one, tried.steps, jnp.zeros((), jnp.int32)))
    return Equilibrium(end.price, imbalance(market, end.price)[1], end.steps)


def solve(market: Market, price: Array) -> Equilibrium:
    """Newton from a warm start; if it does not finish, continuation from an easier market; the better of the two."""
    first = newton(market, price)

    def again(_: None) -> Equilibrium:
        second = follow(market, first)
        better = second.residual < first.residual
        return Equilibrium(jnp.where(better, second.price, first.price),
                           jnp.where(better, second.residual, first.residual), second.steps)  # fmt: skip

    return lax.cond(first.residual <= CLEARED, lambda _: first, again, None)


@partial(jax.custom_jvp)
def clear(market: Market, price: Array) -> Equilibrium:
    """The equilibrium of a closed market.

    Args:
        market: a closed market (`Market`).
        price: prices to start from [USD/kg; K]; the equilibrium does not depend on them.

    Returns:
        Prices, largest scaled residual, Newton steps. The caller must look at the residual: `market.status` names it.
    """
    return solve(market, price)


@clear.defjvp
def _clear_jvp(primals: tuple[Market, Array], tangents: tuple[Market, Array]) -> tuple[Equilibrium, Equilibrium]:
    market, start = primals
    found = clear(market, start)
    price = lax.stop_gradient(found.price)
    _, dg = jax.jvp(lambda m: excess(m, found.price), (market,), (tangents[0],))
    j = jacobian(market, found.price)

    def matvec(v: Array) -> Array:
        return j @ v

    def inverse(transposed: bool, _: object, g: Array) -> Array:
        m = lax.stop_gradient(jacobian(market, price))
        d = 1.0 / jnp.sqrt(jnp.maximum(jnp.diag(m), 1e-300))
        m = m * d[:, None] * d[None, :]
        return d * jnp.linalg.solve(m.T if transposed else m, g * d)

    dp = -lax.custom_linear_solve(matvec, dg, partial(inverse, False), partial(inverse, True))
    zero = jnp.zeros_like(found.residual)
    return found, Equilibrium(dp, zero, jnp.zeros(found.steps.shape, jax.dtypes.float0))  # pyright: ignore
