"""How the cost of a path grows with commodities and activities, with periods, and with draws.

Without law, so that every world is run alike; room for permits stays, as in any study.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.clock import least
from benchmarks.detail import world_in
from benchmarks.figures import say
from benchmarks.workload import PERIODS, workload
from earthprice.dynamics.run import simulate_jit
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting
from earthprice.facts.world import load_world
from earthprice.runs.engine import arranged, engine, point, with_permit_room
from earthprice.world.terms import no_law
from earthprice.world.world import World

FEW = ("la", "sm", "eu", "gd", "holu", "y")
"""Elements left out of the small world."""
HEADLINE = ("ndpr_oxide@CHN", "dy_oxide@CHN", "tb_oxide@CHN")
SPANS = (10, 30, 60)
DRAWS = (1, 4, 16)


def lawless(world: World, periods: int) -> tuple[Setting, Schedule, jax.Array]:
    """A world's central draw without law, ready to run."""
    e = engine(world, world.base_year + periods - 1)
    n = world.network
    none = with_permit_room(no_law(e.years, len(n.activities), len(world.structure["zones"]), n.burdens.shape[1]))
    s, schedule, *_ = arranged(e, point(e, world.numbers.central, none), none)
    return s, schedule, jnp.asarray(e.years)


def size(world: World, repeats: int, periods: int = PERIODS) -> tuple[dict[str, Any], np.ndarray]:
    """Seconds a path of a world, its size, and its prices [T, N]."""
    run = lawless(world, periods)
    seconds = least(lambda: jax.block_until_ready(simulate_jit(*run)), repeats=repeats)[0]
    record = simulate_jit(*run)
    steps, residual = np.asarray(record.steps), np.asarray(record.residual)
    nodes, activities = run[0].base.a.shape
    left = len(run[0].layout.plan.rest)
    found = {
        "nodes": nodes + len(run[0].permits.use),
        "activities": activities,
        "periods": periods,
        "left": left,
        "products": products(run[0]),
        "path_s": seconds,
        "steps": int(steps.sum()),
        "ms_per_step": 1e3 * seconds / max(int(steps.sum()), 1),
        "residual": float(residual.max()),
    }
    return found, np.asarray(record.price)[:, :nodes]


def products(s: Setting) -> float:
    """Multiplications of a Newton direction: the Jacobian's entries, the nodes eliminated, what is left factorised.

    A node with r neighbours costs r^2, and factorising the K left K^3/3.
    """
    plan = s.layout.plan
    return len(s.layout.at) + sum(len(r.target) for r in plan.rounds) + len(plan.rest) ** 3 / 3


def sizes(quick: bool, folder: Path) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Worlds of different detail, and by how much the split world's prices differ from the shipped one's."""
    world = load_world()
    small, _ = size(world_in(1, folder / "few", FEW), 3)
    whole, price = size(world, 5)
    twice = world_in(2, folder / "twice")
    double, again = size(twice, 2)
    at = [twice.network.node(str(n)) for n in world.network.nodes.index]
    off = np.abs(again[:, at] / price - 1.0)
    told = [str(n) in HEADLINE for n in world.network.nodes.index]
    gap = {"split_price_gap": float(np.median(off)), "split_headline_gap": float(off[:, told].max())}
    out = [
        {"detail": "four elements", **small},
        {"detail": "as shipped", **whole},
        {"detail": "places split in two", **double},
    ]
    if not quick:
        out.append({"detail": "places split in three", **size(world_in(3, folder / "thrice"), 2)[0]})
    return out, gap


def measure(quick: bool = False) -> dict[str, Any]:
    """The curves."""
    with tempfile.TemporaryDirectory() as folder:
        by_size, gap = sizes(quick, Path(folder))
    spans = [size(load_world(), 3, t)[0] for t in (SPANS[:2] if quick else SPANS)]
    w = workload()
    counts = DRAWS[:2] if quick else DRAWS
    draws = [least(lambda n=n: [w.run() for _ in range(n)], repeats=2)[0] for n in counts]
    return {
        "size": by_size,
        **gap,
        "periods": spans,
        "draws": [{"draws": n, "seconds": s} for n, s in zip(counts, draws, strict=True)],
    }


if __name__ == "__main__":
    say(measure)
