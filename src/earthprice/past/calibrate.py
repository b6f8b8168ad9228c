"""Calibration: the behaviour that is the same at every benchmark, fitted to the past up to a cut-off, and no further.

A factor of uncertainty (`factors.csv`) is a standard normal score that moves its numbers along their ranges: that is
the prior. Factors marked `fitted` stand for behaviour: elasticities, speeds, spreads. The record of the pasts informs
them by an ensemble smoother. All other factors, levels of a base year, damages, forecasts of growth, are unknown at
each benchmark apart; they are drawn and moved along with the fit, so that behaviour is not blamed for them, and then
left behind.

The error allowed for is what the model leaves out, with the covariance over series and years that the hindcast gives
it (`past.hindcast.left_out`), and `ROUGH` for the record itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

import numpy as np
import pandas as pd
from scipy.special import ndtr

from earthprice.arithmetic import settled
from earthprice.dynamics.state import Record
from earthprice.errors import NotClearedError, OptionError
from earthprice.past.hindcast import PASTS, Past, PreparedPast, left_out, prepared_past, record_of
from earthprice.past.maximum import maximum
from earthprice.past.smoother import STEPS, smooth
from earthprice.runs.crew import each
from earthprice.runs.engine import Outcome, arranged, point, run
from earthprice.runs.runner import Progress
from earthprice.runs.size import check_run
from earthprice.runs.tangents import BATCH, STEP, tangents
from earthprice.world.factors import OWN
from earthprice.world.world import Fit

EARLIEST, LATEST = min(p.base_year for p in PASTS), max(p.last for p in PASTS)
CUTOFFS = (2015, 2020, 2024)
"""Cut-offs for which fitted draws ship."""
LEAST = 20
"""Draws below which covariances over the ensemble say nothing."""
ROUGH = 0.05
"""Standard deviation of the logarithm of a recorded value around what it measures; of definitions, not of the model."""
DRAWN = 4000
"""Draws of what the model leaves out, from which its covariance is taken."""
EDGE = 0.001


@dataclass(frozen=True)
class Problem:
    """What is to be fitted to what.

    Attributes:
        benches: the pasts that begin before the cut-off.
        known: by past, the record used: columns series, year, observed.
        fitted: names of the factors that all pasts share.
        own: by past, names of its other factors.
    """

    benches: tuple[PreparedPast, ...]
    known: tuple[pd.DataFrame, ...]
    fitted: tuple[str, ...]
    own: tuple[tuple[str, ...], ...]

    @property
    def size(self) -> int:
        """Number of scores."""
        return len(self.fitted) + sum(map(len, self.own))

    @property
    def data(self) -> np.ndarray:
        """Logarithms of the record [N]."""
        return np.concatenate([np.log(k["observed"].to_numpy(float)) for k in self.known])

    def error(self, seed: int) -> np.ndarray:
        """Covariance of what the model leaves out at the data, and of the record [N, N]."""
        out = np.diag(np.full(len(self.data), ROUGH**2))
        first = 0
        for b, rows in zip(self.benches, self.known, strict=True):
            noise = np.log(_at(b, left_out(b, DRAWN, np.random.default_rng(seed)), rows))
            last = first + len(rows)
            out[first:last, first:last] += np.cov(noise, rowvar=False)
            first = last
        return out

    def says(self, z: np.ndarray) -> np.ndarray:
        """Logarithms of what the model says of the record at scores [F]; NaN where a market did not clear."""
        parts = []
        for i, (b, rows) in enumerate(zip(self.benches, self.known, strict=True)):
            found = b.run(self.quantiles(i, z))
            parts.append(np.full(len(rows), np.nan) if found is None else _log(_at(b, found, rows)))
        return np.concatenate(parts)

    def slopes(self, z: np.ndarray, job: tuple[int, tuple[int, ...]]) -> np.ndarray:
        """Derivatives of what a past says by some scores, exact through its markets [data of the past, scores].

        Args:
            z: scores [F].
            job: position of the past, positions of at most `BATCH` scores.
        """
        i, moved = job
        b, rows = self.benches[i], self.known[i]
        e = b.lens.engine
        terms = b.law.terms(e.years, quantiles={})
        blank = Record(*(np.zeros(0) for _ in Record._fields))

        def laid(factor: int, step: float) -> Outcome:
            at = z.copy()
            at[factor] += step
            p = point(e, e.world.numbers.draw(self.quantiles(i, at)), terms)
            s, schedule, full, free = arranged(e, p, terms)
            return Outcome(blank, full, p, s, schedule, free)

        middle, ends = laid(0, 0.0), [(laid(f, -STEP), laid(f, STEP)) for f in moved]
        record = run(e, middle.point, terms).record
        pushed = tangents(middle, ends, e.years)
        columns = []
        for k, pair in enumerate(ends):
            shifted = [
                Record(*(np.asarray(r) + sign * STEP * t[k] for r, t in zip(record, pushed, strict=True)))
                for sign in (-1.0, 1.0)
            ]
            low, high = (_log(_at(b, b.read(replace(o, record=r)), rows)) for o, r in zip(pair, shifted, strict=True))
            columns.append((high - low) / (2.0 * STEP))
        return np.stack(columns, axis=1)

    def jobs(self) -> list[tuple[int, tuple[int, ...]]]:
        """Every past with the scores that move it, `BATCH` at a time; own parts are many, weak, and left out."""
        out = []
        for i, own in enumerate(self.own):
            first = len(self.fitted) + sum(map(len, self.own[:i]))
            moved = [*range(len(self.fitted)), *(first + k for k, name in enumerate(own) if not name.startswith(OWN))]
            out += [(i, tuple(moved[k : k + BATCH])) for k in range(0, len(moved), BATCH)]
        return out

    def jacobian(self, found: list[np.ndarray]) -> np.ndarray:
        """The Jacobian of `says` from the slopes of all jobs [N, F]."""
        out = np.zeros((len(self.data), self.size))
        first = np.concatenate([[0], np.cumsum([len(k) for k in self.known])])
        for (i, moved), block in zip(self.jobs(), found, strict=True):
            out[first[i] : first[i + 1], moved] = block
        return out

    def quantiles(self, i: int, z: np.ndarray) -> dict[str, float]:
        """Quantile by factor of a past at scores [F]."""
        q = np.clip(ndtr(z), EDGE, 1.0 - EDGE).tolist()
        first = len(self.fitted) + sum(map(len, self.own[:i]))
        return dict(zip(self.fitted, q, strict=False)) | dict(zip(self.own[i], q[first:], strict=False))


@settled()
def calibrate(
    cutoff: int,
    draws: int = 200,
    seed: int = 1,
    progress: Progress | None = None,
    workers: int = 0,
    pasts: tuple[Past, ...] = PASTS,
    *,
    exact: bool = True,
) -> Fit:
    """Fit the behaviour to the record up to a year.

    Args:
        cutoff: last year whose record is used.
        draws: size of the ensemble, at least `LEAST`.
        seed: its seed.
        progress: called with (words, done, total).
        workers: as of `crew.each`.
        pasts: pasts that may be used; those that begin at the cut-off or later are not.
        exact: also find the most probable scores by the model's slopes, as a check on the ensemble.

    Raises:
        OptionError: too few draws, or no record before the cut-off.
        NotClearedError: too few runs cleared.
    """
    check_run(draws, seed, workers)
    if draws < LEAST:
        raise OptionError(f"{draws} draws", where="--draws", accepted=f"{LEAST} or more")
    tell = progress or (lambda _words, _done, _total: None)
    p = problem([prepared_past(past) for past in pasts if past.base_year < cutoff], cutoff)
    prior = np.random.default_rng(seed).normal(size=(draws, p.size))
    rounds = count()

    def simulate(z: np.ndarray) -> np.ndarray:
        return np.stack(each(list(z), p.says, partial(tell, f"fit up to {cutoff}, round {next(rounds) + 1}"), workers))

    try:
        best = most_probable(p, partial(tell, f"fit up to {cutoff}, slopes"), seed, workers) if exact else {}
        scores = smooth(prior, simulate, p.data, p.error(seed), seed)
    except ValueError as error:
        raise NotClearedError(f"the calibration failed: {error}") from error
    kept = pd.DataFrame(scores[:, : len(p.fitted)], columns=list(p.fitted))
    recipe = {
        "pasts": [b.past.name for b in p.benches],
        "data": len(p.data),
        "draws": draws,
        "seed": seed,
        "method": f"ensemble smoother, {STEPS} rounds",
        "own_factors": sum(map(len, p.own)),
        "facts": p.benches[0].world.facts,
        "most_probable": best,
    }
    return Fit(cutoff, kept, recipe)


def most_probable(p: Problem, tell: Callable[[int, int], None], seed: int, workers: int) -> dict[str, list[float]]:
    """By fitted factor: its most probable score and the spread around it, from the model's exact slopes."""

    def slopes(z: np.ndarray) -> np.ndarray:
        return p.jacobian(each(p.jobs(), partial(p.slopes, z), tell, workers))

    found = maximum(p.says, slopes, p.data, p.error(seed), p.size)
    spread = np.sqrt(np.diag(found.covariance))
    pairs = zip(p.fitted, found.score, spread, strict=False)
    return {name: [round(float(z), 3), round(float(s), 3)] for name, z, s in pairs}


def problem(benches: Sequence[PreparedPast], cutoff: int) -> Problem:
    """What is fitted, and the record up to a year it is fitted to.

    Raises:
        OptionError: no record before the cut-off.
    """
    known = tuple(record_of(b, cutoff) for b in benches)
    if not sum(map(len, known)):
        raise OptionError(
            f"no past has a record up to {cutoff}",
            where="--cutoff",
            given=str(cutoff),
            accepted=f"{EARLIEST + 1} to {LATEST}",
        )
    names = fitted_factors(benches)
    own = tuple(tuple(n for n in b.world.numbers.members if n not in names) for b in benches)
    return Problem(tuple(benches), known, names, own)


def fitted_factors(benches: Sequence[PreparedPast]) -> tuple[str, ...]:
    """Factors that are fitted: marked in the tables and moving numbers at every benchmark."""
    table = benches[0].world.numbers.factors
    marked = dict.fromkeys(table.loc[table["fitted"] == "yes", "factor"])
    return tuple(str(n) for n in marked if all(n in b.world.numbers.members for b in benches))


def _log(values: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(values, 1e-6))


def _at(b: PreparedPast, found: dict[str, np.ndarray], rows: pd.DataFrame) -> np.ndarray:
    """Series at the years of the record, on the last axis."""
    columns = [found[s][..., y - b.past.base_year] for s, y in zip(rows["series"], rows["year"], strict=True)]
    return np.stack(columns, axis=-1)
