"""Where a path's time goes: what each part of a Newton step costs by itself, times how often the path needs it.

The parts are run many times inside one compiled loop, at the market of the path's middle period; what is left of the
path's time is the laws of motion, the set-up of each market and what the loop itself costs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy.linalg import lapack

from benchmarks.clock import least
from benchmarks.figures import say
from benchmarks.workload import markets, workload
from earthprice.market import Market
from earthprice.market.clear import factor, newton_direction
from earthprice.market.closed import excess, packed, weigh

TIMES = 40


def direction(market: Market, price: jax.Array) -> jax.Array:
    """A Newton direction: assemble the Jacobian, factor it, solve."""
    at = weigh(market, price)
    return newton_direction(market, factor(market, at), at)


def looped(part: Callable[[Market, jax.Array], jax.Array]) -> Callable[[Market, jax.Array], jax.Array]:
    """A part done `TIMES` times, each at prices that hang on the last, so that none is left out."""

    def again(market: Market, price: jax.Array) -> jax.Array:
        def once(_: jax.Array, at: jax.Array) -> jax.Array:
            return price * (1.0 + 1e-12 * jnp.tanh(part(market, at)))

        return jax.lax.fori_loop(0, TIMES, once, price)

    return jax.jit(again)


def measure(quick: bool = False) -> dict[str, Any]:
    """Milliseconds of each part, and its share of a path."""
    w = workload()
    steps = int(np.asarray(w.run().steps).sum())
    middle = markets(w)[len(w.years) // 2]
    market, price = jax.tree.map(jnp.asarray, middle.market), jnp.asarray(middle.price)
    market = packed(market)
    half = np.random.default_rng(0).normal(size=(w.nodes, w.nodes))
    dense = np.asfortranarray(half @ half.T + w.nodes * np.eye(w.nodes))
    weighed, moved = looped(excess), looped(lambda m, p: direction(m, p))
    times = least(
        w.run,
        lambda: jax.block_until_ready(weighed(market, price)),
        lambda: jax.block_until_ready(moved(market, price)),
        lambda: [lapack.dpotrf(dense, lower=1, clean=0) for _ in range(TIMES)],
        repeats=3 if quick else 11,
    )
    path, weighing, moving, factored = times[0], *(t / TIMES for t in times[1:])
    periods = len(w.years)
    parts = {"directions": steps * moving, "balances": (steps + periods) * weighing}
    return {
        "path_s": path,
        "steps": steps,
        "steps_a_period": steps / max(periods - 1, 1),
        "balance_ms": 1e3 * weighing,
        "direction_ms": 1e3 * moving,
        "factor_ms": 1e3 * factored,
        "share_directions": parts["directions"] / path,
        "share_balances": parts["balances"] / path,
        "share_rest": 1.0 - sum(parts.values()) / path,
    }


if __name__ == "__main__":
    say(measure)
