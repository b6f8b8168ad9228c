"""The same path by what a user would take instead: every period's market given to cvxpy + Clarabel, linopy + HiGHS.

The peers clear the markets of a run of ours, period by period; the laws of motion between periods, calibration and
the law they are spared. Each is timed with its own programme kept between periods, and linopy also as most write it,
built anew each period.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.clock import least, once
from benchmarks.convex import Convex
from benchmarks.economy import Economy, economies, gap, imbalance, respond
from benchmarks.figures import say
from benchmarks.pace import pace, shared
from benchmarks.steps import Steps
from benchmarks.workload import markets

ENOUGH, MOST = 1e-5, 25
"""Change of a price, as a share of it, at which a peer that looks for the charges stops; most solves allowed."""
Solve = Callable[[Economy], tuple[np.ndarray, np.ndarray] | None]
"""A peer: prices and levels of a period, None where it gives up."""


def timed(solve: Solve, periods: list[Economy], repeats: int) -> dict[str, Any]:
    """Seconds of all periods, each the least of some repeats, and how far the answers are from ours."""
    solve(periods[0])
    best, answers = np.full(len(periods), np.inf), []
    for _ in range(repeats):
        taken = [once(lambda e=e: solve(e)) for e in periods]
        best, answers = np.minimum(best, [t for t, _ in taken]), [a for _, a in taken]
    solved = [(e, a) for e, a in zip(periods, answers, strict=True) if a is not None]
    gaps = [asdict(gap(e, *a)) for e, a in solved]
    ours = [imbalance(e, respond(e, price)) for e, (price, _) in solved]
    return {
        "seconds": float(best.sum()),
        "periods": len(periods),
        "gave_up": len(periods) - len(solved),
        "price_gap": max(g["price"] for g in gaps),
        "price_gap_median": float(np.median([g["price_median"] for g in gaps])),
        "level_gap": max(g["level"] for g in gaps),
        "residual": max(g["residual"] for g in gaps),
        "imbalance_at_its_prices": max(ours),
    }


def rounds(solve: Solve, periods: list[Economy], picked: range) -> dict[str, Any]:
    """Solves that a peer needs to find the ad valorem charges itself, from last period's prices to `ENOUGH`."""
    counts, left = [], []
    for t in picked:
        e, price, moved, count = periods[t], periods[t - 1].price, np.inf, 0
        while moved > ENOUGH and count < MOST and (found := solve(e.charged(price))) is not None:
            before, price = price, found[0]
            moved = float((np.abs(price - before) / np.maximum(e.reference, np.abs(price))).max())
            count += 1
        if count:
            counts.append(count)
            left.append(moved)
    return {"rounds": float(np.mean(counts)), "rounds_left": max(left), "rounds_periods": len(counts)}


def measure(quick: bool = False) -> dict[str, Any]:
    """Seconds a path and accuracy of each peer, beside our own path's seconds in the same process."""
    w = shared()
    residual = float(np.asarray(w.run().residual).max())
    every = economies(markets(w))
    periods = every[:3] if quick else every
    scale = len(every) / len(periods)
    out: dict[str, Any] = {"ours": {"path_s": least(w.run, repeats=3 if quick else 15)[0], "residual": residual}}
    out["ours"]["two_cores_path_s"] = pace(2, 8 if quick else 24)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for name, kind in (("clarabel", Convex), ("highs", Steps)):
            built, peer = once(lambda kind=kind: kind(every))
            out[name] = timed(peer.solve, periods, 1 if quick else 3) | {"built_s": built}
            out[name]["path_s"] = out[name]["seconds"] * scale
            if kind is Convex:
                out[name] |= rounds(peer.solve, every, range(1, len(every), 14 if quick else 7))
        anew = timed(lambda e: Steps([e]).solve(e), periods[:6], 1)
        out["highs_anew"] = anew | {"path_s": anew["seconds"] * len(every) / len(periods[:6])}
    return out


if __name__ == "__main__":
    say(measure)
