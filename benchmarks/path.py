"""One path beside the floor of its arithmetic, and what its derivatives cost.

The floor: five dense Cholesky factorisations of a period's system, by LAPACK's `dpotrf` as SciPy brings it, the library
that the engine's own factorisations call. Path and floor are timed in turns in one process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from scipy.linalg import lapack

from benchmarks.clock import least
from benchmarks.figures import say
from benchmarks.workload import Workload, workload
from earthprice.dynamics.run import simulate, simulate_jit
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.dynamics.state import Record

FACTORS = 5
"""Factorisations a period that count as the floor."""
AWAY = 1.02
"""Final use where derivatives are taken, in units of the path's own."""


def matrix(size: int) -> np.ndarray:
    """A well-behaved symmetric positive definite matrix, stored by columns."""
    half = np.random.default_rng(0).normal(size=(size, size))
    return np.asfortranarray(half @ half.T + size * np.eye(size))


def floor(size: int, periods: int) -> None:
    """The factorisations of a path, one after the other."""
    m = matrix(size)
    for _ in range(FACTORS * periods):
        lapack.dpotrf(m, lower=1, clean=0)


class Slopes(NamedTuple):
    """Gradient and Hessian-vector product of a path's worth, compiled, and where and along what they are taken.

    Worth: discounted surplus of all activities [MUSD]. `at` holds every real parameter of setting and law; `way` moves
    final use alone, in proportion.
    """

    at: list[jax.Array]
    way: list[jax.Array]
    slope: Callable[..., list[jax.Array]]
    bend: Callable[..., list[jax.Array]]
    worth: Callable[[list[jax.Array]], float]


def slopes(w: Workload) -> Slopes:
    """Derivatives in all real parameters, two per cent of use away from the base year's law.

    Under the base year's law the path lies on a kink: expected margins equal the base year's, where building stops and
    closing begins, and a second difference across it has no limit.
    """
    whole, tree = jax.tree.flatten((w.setting, w.schedule))
    real = [i for i, leaf in enumerate(whole) if jnp.issubdtype(jnp.asarray(leaf).dtype, jnp.floating)]
    use = len(jax.tree.leaves(w.setting)) + w.schedule._fields.index("growth")

    def put(given: list[jax.Array]) -> tuple[Setting, Schedule]:
        leaves = list(whole)
        for i, leaf in zip(real, given, strict=True):
            leaves[i] = leaf
        return jax.tree.unflatten(tree, leaves)

    def worth(given: list[jax.Array]) -> jax.Array:
        return total(simulate(*put(given), w.years), w.years)

    def run(given: list[jax.Array]) -> float:
        return float(total(simulate_jit(*put(given), w.years), w.years))

    at = [jnp.asarray(whole[i]) * (AWAY if i == use else 1.0) for i in real]
    way = [leaf if i == use else jnp.zeros_like(leaf) for i, leaf in zip(real, at, strict=True)]
    slope = jax.jit(jax.grad(worth))
    return Slopes(at, way, slope, jax.jit(lambda x, v: jax.jvp(jax.grad(worth), (x,), (v,))[1]), run)


def total(record: Record, years: jax.Array) -> jax.Array:
    """Surplus of all activities, discounted at 3 % [MUSD]."""
    return jnp.vdot(1.03 ** -(years - years[0]), record.surplus.sum(1))


def errors(d: Slopes) -> dict[str, float]:
    """Gradient and Hessian-vector product along `way` beside central differences, as shares of themselves."""

    def moved(step: float) -> list[jax.Array]:
        return [leaf + step * v for leaf, v in zip(d.at, d.way, strict=True)]

    def along(found: list[jax.Array]) -> float:
        return float(sum(jnp.vdot(f, v) for f, v in zip(found, d.way, strict=True)))

    h = 1e-5
    up, down = moved(h), moved(-h)
    slope, bend = along(d.slope(d.at)), along(d.bend(d.at, d.way))
    seen = (d.worth(up) - d.worth(down)) / (2 * h), (along(d.slope(up)) - along(d.slope(down))) / (2 * h)
    return {"gradient_error": abs(slope / seen[0] - 1.0), "hessian_error": abs(bend / seen[1] - 1.0)}


def measure(quick: bool = False) -> dict[str, Any]:
    """Seconds of path, floor, gradient and Hessian-vector product, and how good each is."""
    w = workload()
    record = w.run()
    d = slopes(w)
    repeats = 3 if quick else 15
    path, bare, slope, bend = least(
        w.run,
        lambda: floor(w.nodes, len(w.years)),
        lambda: jax.block_until_ready(d.slope(d.at)),
        lambda: jax.block_until_ready(d.bend(d.at, d.way)),
        repeats=repeats,
    )
    return {
        "nodes": w.nodes,
        "activities": int(w.setting.base.a.shape[1]),
        "periods": len(w.years),
        "steps": int(np.asarray(record.steps).sum()),
        "residual": float(np.asarray(record.residual).max()),
        "path_s": path,
        "floor_s": bare,
        "gradient_s": slope,
        "hessian_vector_s": bend,
        "parameters": int(sum(leaf.size for leaf in d.at)),
        **errors(d),
    }


if __name__ == "__main__":
    say(measure)
