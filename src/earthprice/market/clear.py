"""Clearing: Newton's method with a line search on slopes and continuation in spread.

The market clears where excess supply `g(p)` is zero. For a symmetric market this is the minimum of the convex sum of
surpluses `D(p)`; with ad valorem charges the exact system is solved as it stands. One Newton step solves
`J d = -g` scaled to unit diagonal; the step is shortened or stretched until the slope `g(p + a d) . w d` along it has
fallen to a tenth, or the residual has fallen. If that does not finish, the same method follows the equilibrium from a
market with wide spreads to the true one.

Derivatives of the equilibrium come from the implicit function theorem: dp = -J^-1 dg, for both modes and any order.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from earthprice.errors import InputError
from earthprice.market.closed import (
    Market,
    Weighed,
    excess,
    jacobian,
    packed,
    reordered,
    restored,
    soften,
    turned,
    weigh,
)
from earthprice.market.elimination import Factored, factored, solution

TOLERANCE = 1e-10
"""Largest imbalance of a node, as a share of what passes through it, at which Newton's method stops."""
CLEARED = 1e-8
"""Imbalance above which continuation is tried."""
STEPS = 60
"""Newton steps in one go: a licence that begins takes some thirty, and continuation from afar over eighty."""
FAR = 100.0
"""Reference prices that one step may move a price whose node does not respond."""
FLAT = 0.1
"""Share of its slope at the start at which a step is long enough: to try a length costs a tenth of a step."""
NEAR = 1e-2
"""Imbalance from which steps with the last Jacobian are tried, if the step before took it to a share `SURE`."""
SURE = 0.05
"""Share of the imbalance left by a step from which another with the same Jacobian does well: 0.1 is asked of it."""
PHASE = 0.25
"""Share of the ad valorem charges that continuation phases in at a time while spreads are wide."""
WIDEST, NARROWEST = 1.0, 1e-7
"""Widths, in the bundle's value, from which continuation starts and below which the true market is tried."""
FIRST_RATIO, STAGES = 0.3, 60
"""Share to which its first step narrows the width, and most stages that it takes."""


class Equilibrium(NamedTuple):
    """Prices [USD/kg; K], largest imbalance as a share of what passes a node, number of Newton steps taken."""

    price: Array
    residual: Array
    steps: Array


class _Steps(NamedTuple):
    price: Array
    at: Weighed
    first: Array
    on: Array


class _Search(NamedTuple):
    price: Array
    at: Weighed
    step: Array
    stuck: Array


class _Path(NamedTuple):
    price: Array
    width: Array
    charged: Array
    ratio: Array
    steps: Array
    stages: Array
    best: Equilibrium


def factor(market: Market, at: Weighed) -> Factored:
    """The Jacobian at some prices, factored.

    A node whose participants all stand still has no slope; `|g| / (FAR reference)` on the diagonal bounds its move and
    fades as the market clears.
    """
    held = jnp.abs(at.excess) / (FAR * market.reference)
    return factored(market.layout and market.layout.plan, jacobian(market, at._replace(own=at.own + held)))


def newton_direction(market: Market, j: Factored, at: Weighed) -> Array:
    """Where a factored Jacobian sends the prices: no move where it is singular."""
    move = -solution(market.layout and market.layout.plan, j, at.excess)
    return jnp.where(jnp.isfinite(move), move, 0.0)


def line_search(market: Market, price: Array, found: Weighed, move: Array, whole: Array) -> tuple[Array, Weighed]:
    """Length of the step along `move` by bisection on the slope `g . move`; new prices and the market there.

    A `whole` step is taken as it is. The first length tried is 1: it is a turn of the loop as others are, since to
    compile another market costs more than the turn.
    """
    start = jnp.vdot(found.excess, move)

    def more(carry: tuple[Array, Array, Array, Weighed, Array]) -> Array:
        _, _, a, at, count = carry
        good = (jnp.abs(jnp.vdot(at.excess, move)) <= FLAT * jnp.abs(start)) | (at.imbalance <= 0.1 * found.imbalance)
        return (a == 0) | (~(good | whole) & (count <= 40) & (a > 1e-12))

    def tried(carry: tuple[Array, Array, Array, Weighed, Array]) -> tuple[Array, Array, Array, Weighed, Array]:
        low, high, a, at, count = carry
        slope = jnp.vdot(at.excess, move)
        too_far = ((slope > 0) | ~jnp.isfinite(slope)) & (a > 0)
        low, high = jnp.where(too_far, low, a), jnp.where(too_far, a, high)
        a = jnp.where(a == 0, 1.0, jnp.where(jnp.isinf(high), 2.0 * a, 0.5 * (low + high)))
        return low, high, a, weigh(market, price + a * move), count + 1

    one = jnp.ones(())
    first = (0.0 * one, jnp.inf * one, 0.0 * one, found, jnp.zeros((), jnp.int32))
    _, _, a, at, _ = lax.while_loop(more, tried, first)
    return price + a * move, at


def steps_with(market: Market, j: Factored, price: Array, at: Weighed) -> tuple[Array, Weighed]:
    """Steps with one Jacobian: a line search, then whole steps as long as each takes the imbalance to a tenth.

    Near the end the Jacobian hardly changes, and a step that factors none costs a tenth of one that does.
    """
    near = jnp.minimum(NEAR, SURE * at.imbalance)

    def once(s: _Steps) -> _Steps:
        new, found = line_search(market, s.price, s.at, newton_direction(market, j, s.at), ~s.first)
        good = s.first | (found.imbalance < 0.1 * s.at.imbalance)
        price, at = _either(good, (new, found), (s.price, s.at))
        on = jnp.where(s.first, at.imbalance < near, good) & (at.imbalance > TOLERANCE)
        return _Steps(price, at, jnp.zeros_like(on), on)

    yes = jnp.ones((), bool)
    end = lax.while_loop(lambda s: s.on, once, _Steps(price, at, yes, yes))
    return end.price, end.at


def newton(market: Market, price: Array) -> Equilibrium:
    """Newton's method from given prices, until `TOLERANCE`, the floor of rounding, or `STEPS`."""

    def go(s: _Search) -> Array:
        return (s.at.imbalance > TOLERANCE) & (s.step < STEPS) & (s.stuck < 3)

    def once(s: _Search) -> _Search:
        price, at = steps_with(market, factor(market, s.at), s.price, s.at)
        fell = (at.imbalance < 0.9 * s.at.imbalance) | (at.imbalance > CLEARED)
        kept = _either(jnp.isfinite(at.imbalance), (price, at), (s.price, s.at))
        return _Search(*kept, s.step + 1, jnp.where(fell, 0, s.stuck + 1))

    zero = jnp.zeros((), jnp.int32)
    end = lax.while_loop(go, once, _Search(price, weigh(market, price), zero, zero))
    return Equilibrium(end.price, end.at.imbalance, end.step)


def solve(market: Market, price: Array) -> Equilibrium:
    """Newton from a warm start; if it does not finish, continuation from an easier market; the best of what was found.

    Continuation phases charges in at wide spreads, then narrows the spreads to the true ones, as fast as it goes. The
    warm start is its first stage, narrowed to nothing at once: the method stands in the program once, since to compile
    what stands there takes longer than most runs.
    """
    given, market = market, packed(market)
    one, zero = jnp.ones(()), jnp.zeros((), jnp.int32)
    warm, cold = reordered(given, price), jnp.where(market.permit, 0.0, market.reference)

    def go(s: _Path) -> Array:
        return (s.width > 0.0) & (s.ratio < 0.95) & (s.stages <= STAGES)

    def stage(s: _Path) -> _Path:
        phasing = s.charged < 1.0
        charged = jnp.minimum(s.charged + PHASE, 1.0)
        narrower = jnp.where(s.width * s.ratio > NARROWEST, s.width * s.ratio, 0.0)
        width = jnp.where(phasing, WIDEST, narrower)
        found = newton(soften(market, width, charged), s.price)
        good = found.residual <= CLEARED
        ratio = jnp.where(good, jnp.maximum(s.ratio**1.5, 1e-2), jnp.sqrt(s.ratio))
        nearer = (width == 0.0) & (found.residual < s.best.residual)
        best = _either(nearer, found, s.best)
        on = _Path(
            jnp.where(good | phasing, found.price, s.price),
            jnp.where(good | phasing, width, s.width),
            charged,
            jnp.where(phasing, s.ratio, ratio),
            s.steps + found.steps,
            s.stages + 1,
            best,
        )
        afar = _Path(cold, WIDEST * one, -PHASE * one, FIRST_RATIO * one, found.steps, s.stages + 1, best)
        return _either((s.stages == 0) & ~good, afar, on)

    begun = _Path(warm, WIDEST * one, one, 0.0 * one, zero, zero, Equilibrium(warm, jnp.inf * one, zero))
    end = lax.while_loop(go, stage, begun)

    return end.best._replace(price=restored(given, end.best.price), steps=end.steps)


def _either(this: Array, one: Any, other: Any) -> Any:
    """One tree of arrays or another of the same shapes."""
    return jax.tree.map(lambda x, y: jnp.where(this, x, y), one, other)


@partial(jax.custom_jvp)
def clear(market: Market, price: Array) -> Equilibrium:
    """The equilibrium of a closed market.

    Args:
        market: a closed market (`Market`).
        price: prices to start from [USD/kg; K]; the equilibrium does not depend on them.

    Returns:
        Prices, largest scaled residual, Newton steps. The caller must look at the residual: `market.status` names it.

    Raises:
        InputError: the arrays are of 32 bit.
    """
    if market.endowment.dtype != jnp.float64:
        raise InputError(
            "a market's arrays have 32 bit, in which none clears",
            where="jax_enable_x64",
            accepted="64 bit: with earthprice.arithmetic.settled(): ...",
        )
    return solve(market, price)


@clear.defjvp
def _clear_jvp(primals: tuple[Market, Array], tangents: tuple[Market, Array]) -> tuple[Equilibrium, Equilibrium]:
    market, start = primals
    found = clear(market, start)
    given = market
    market, moved = jax.jvp(packed, (market,), (tangents[0],))
    at = reordered(given, found.price)
    price = lax.stop_gradient(at)
    _, dg = jax.jvp(lambda m: excess(m, at), (market,), (moved,))
    here, there = weigh(market, at), weigh(market, price)
    plan = market.layout and market.layout.plan

    def inverse(transposed: bool, _: object, g: Array) -> Array:
        return solution(plan, factored(plan, lax.stop_gradient(jacobian(market, there))), g, transposed)

    dp = -lax.custom_linear_solve(partial(turned, market, here), dg, partial(inverse, False), partial(inverse, True))
    zero = jnp.zeros_like(found.residual)
    return found, Equilibrium(restored(given, dp), zero, jnp.zeros(found.steps.shape, jax.dtypes.float0))  # pyright: ignore
