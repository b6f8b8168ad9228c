"""Throughput of the ensemble by workers, and whether the number of workers changes a single bit.

A draw is what a study runs: numbers, balance, benchmark, baseline, reform, and the measures taken of both.
"""

from __future__ import annotations

import hashlib
import pickle
from functools import partial
from typing import Any

from benchmarks.clock import once
from benchmarks.figures import peak, say
from benchmarks.workload import RULEBOOK
from earthprice.facts.world import load_world
from earthprice.runs.crew import Crew
from earthprice.runs.sample import Sample, sample
from earthprice.study.assess import Options
from earthprice.study.ensemble import pairs
from earthprice.study.frame import frame
from earthprice.study.workers import ready

DRAWS = 32


def ensemble(workers: int, draws: int) -> tuple[float, str]:
    """Seconds of the draws on some spawned workers once all have joined, and a digest of all numbers."""
    world = load_world()
    f = frame(RULEBOOK, Options(draws=draws), world)
    every = sample(tuple(world.numbers.members), (), draws, 1)
    with Crew(workers, workers, ready) as crew:
        run = partial(pairs, f.plan, users=None, rare_draws=0, tell=_silent, runner=crew)
        run(draws=_first(every, 4 * workers))
        seconds, done = once(lambda: run(draws=every))
    return seconds, hashlib.sha256(
        b"".join(pickle.dumps(p.baseline.series) + pickle.dumps(p.reform.series) for p in done)
    ).hexdigest()


def _first(every: Sample, count: int) -> Sample:
    return Sample(every.factors, every.world, every.quantiles[:count])


def _silent(*_: object) -> None:
    return None


def measure(quick: bool = False) -> dict[str, Any]:
    """Draws a second with one and with two workers."""
    draws = 8 if quick else DRAWS
    one, bits = ensemble(1, draws)
    two, same = ensemble(2, draws)
    return {
        "draws": draws,
        "one_s": one,
        "two_s": two,
        "draws_per_s_one": draws / one,
        "draws_per_s_two": draws / two,
        "same_bits": bits == same,
        "peak_gb": peak(),
    }


if __name__ == "__main__":
    say(measure)
